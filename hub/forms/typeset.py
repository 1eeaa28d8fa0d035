"""The way from data to a PDF set by Typst. Data reach a paper as texts only, never as markup."""

import json
from collections.abc import Mapping
from datetime import datetime


def pdf(source: bytes, data: Mapping[str, object], made_at: datetime) -> bytes:
    """The paper of a Typst source that reads `data` as JSON from `sys.inputs.data`."""
    import typst

    told = json.dumps(data, ensure_ascii=False)
    at = made_at.replace(microsecond=0)  # Typst refuses more
    made: bytes = typst.compile(source, format="pdf", sys_inputs={"data": told}, timestamp=at)
    return made
