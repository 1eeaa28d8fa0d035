"""Keyed digests of a document: what the engine compares instead of what was said. Pure but for the key.

The same code makes them for an agency's row and for the hub's message, from the same canonical text.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from hub.nightly import canonical
from hub.trust.seal import Sealer


class Digested(NamedTuple):
    """A document as it is compared. `digests` belong to `fields` one by one; `texts` leave memory sealed."""

    at: datetime | None
    digest: bytes
    fields: list[str]
    digests: list[bytes]
    texts: Mapping[str, str]


def digested(sealer: Sealer, kind: str, document: Mapping[str, Any], *, timed: bool = True) -> Digested:
    """The digests of a document of `kind`; `timed`: it tells the time of its act itself."""
    texts = dict(sorted(canonical.fields(kind, document).items()))
    digests = [sealer.row_digest("field", kind, pointer, said) for pointer, said in texts.items()]
    parts = [part for pair in texts.items() for part in pair]
    said = document.get("business_time") if timed else None
    at = datetime.fromisoformat(said) if isinstance(said, str) else None
    return Digested(at, sealer.row_digest("row", kind, *parts), list(texts), digests, texts)


def number_key(sealer: Sealer, system: str, normal: str) -> bytes:
    """The blind index of a native number: as the exchange's own tables have it."""
    return sealer.blind("identifier", system, normal)


def least(keys: Iterable[bytes]) -> bytes | None:
    """Of several numbers of one record the one it goes by."""
    return min(keys, default=None)
