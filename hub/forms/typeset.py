"""The way from data to a PDF set by Typst. Data reach a paper as texts only, never as markup."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any


def pdf(source: bytes, data: Mapping[str, object], made_at: datetime) -> bytes:
    """The paper of a Typst source that reads `data` as JSON from `sys.inputs.data`."""
    import typst

    told = json.dumps(data, ensure_ascii=False)
    at = made_at.replace(microsecond=0)  # Typst refuses more
    made: bytes = typst.compile(source, format="pdf", sys_inputs={"data": told}, timestamp=at)
    return made


def found(source: bytes, data: Mapping[str, object], label: str) -> list[dict[str, Any]]:
    """What the source says under a label, once it is set: where something came to stand."""
    import typst

    told = json.dumps(data, ensure_ascii=False)
    said: list[dict[str, Any]] = json.loads(
        typst.query(source, label, field="value", sys_inputs={"data": told})
    )
    return said
