"""The papers of a people's-mediation file: opened as far as its reader may, bound in behind their part.

A paper that the reader may not open, that is no PDF or JPEG, or for which the file has no more room is named
and not bound; so are all where they cannot be bound in time.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from hub.errors import Refused
from hub.exchange.blob_read import Files
from hub.exchange.bound import Binder, Unbound
from hub.forms import typeset

_MOST: Final = 60
_ROOM: Final = 48 * 1024 * 1024
"""Papers, and their bytes, of one file."""
_AREA: Final = (62.0, 70.0, 471.0, 680.0)
"""Where a bound page stands on its sheet, in points: left, bottom, width, height."""
_LABEL: Final = "<paper>"
Data = Mapping[str, Any]


async def opened(files: Files, parts: Sequence[Mapping[str, Any]]) -> dict[str, bytes]:
    """Digest → content, in the order of the parts, as far as there is room."""
    found: dict[str, bytes] = {}
    room = _ROOM
    for digest in dict.fromkeys(_digests(parts)):
        try:
            seen = await files.look(digest)
        except Refused:
            continue
        if not seen.complete or seen.size > room or len(found) == _MOST:
            continue
        content = [chunk async for chunk in files.content(seen, 0, seen.size - 1)] if seen.size else []
        found[digest] = b"".join(content)
        room -= seen.size
    return found


def _digests(parts: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for part in parts:
        yield from (paper["digest"] for paper in part["papers"] if paper.get("digest"))


def bound(source: bytes, data: Data, papers: Mapping[str, bytes], made_at: datetime) -> bytes:
    """The file as PDF, with its papers; computes, and starts a process where there is a paper."""
    if not papers:
        return typeset.pdf(source, data, made_at)
    order = {digest: n for n, digest in enumerate(papers)}
    try:
        with Binder(list(papers.values())) as binder:
            counted = _with_pages(data, {digest: binder.pages[n] for digest, n in order.items()})
            sheets = typeset.found(source, counted, _LABEL)
            base = typeset.pdf(source, counted, made_at)
            return binder.bind(base, [_place(sheet, order) for sheet in sheets])
    except Unbound:
        return typeset.pdf(source, data, made_at)


def _with_pages(data: Data, pages: Mapping[str, int]) -> Data:
    """The data, each paper with how many sheets it takes."""
    parts = [
        {**part, "papers": [{**p, "pages": pages.get(p.get("digest", ""), 0)} for p in part["papers"]]}
        for part in data["parts"]
    ]
    return {**data, "parts": parts}


def _place(sheet: Mapping[str, Any], order: Mapping[str, int]) -> dict[str, object]:
    number = order[str(sheet["digest"])]
    return {"paper": number, "page": sheet["page"], "at": int(sheet["at"]) - 1, "area": _AREA}
