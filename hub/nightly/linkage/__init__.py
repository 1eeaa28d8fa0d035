"""Disputes registered twice: found in the night, proposed to their units or put before a person.

Sealed documents are opened in memory only; rows, logs and messages carry ids, levels and weights. May use the
exchange and what lies below it; the API shows the rows by modules of the exchange. What others call is here.
"""

from hub.nightly.linkage.deciding import decide, reopen, undo, waterfall
from hub.nightly.linkage.job import link

__all__ = ["decide", "link", "reopen", "undo", "waterfall"]
