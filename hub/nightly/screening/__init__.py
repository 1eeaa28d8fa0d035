"""Signs of false litigation over what was exchanged: gathered, computed, and laid before the reviewing court.

Sealed documents are opened in memory only; rows hold ids, codes and sealed reasons, and nothing is decided by
them. May use the exchange and what lies below it; the API shows the rows by a module of the exchange.
"""

from hub.nightly.screening.job import screen

__all__ = ["screen"]
