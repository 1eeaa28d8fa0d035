"""The papers of a people's-mediation file: opened as far as its reader may, bound in behind their part.

A paper that the reader may not open, that is damaged, no PDF or JPEG, or for which the file has no more room
is named and not bound; so are all where they cannot be bound in time, and the file says so.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import aclosing
from datetime import datetime
from typing import Any, Final

from hub.errors import Broken, Refused
from hub.exchange.blob_read import Files, SeenFile
from hub.exchange.bound import Binder, Unbound
from hub.forms import typeset
from hub.logs import Event, note

_MOST: Final = 60
_ROOM: Final = 48 * 1024 * 1024
"""Papers, and their bytes, of one file."""
_AREA: Final = (62.0, 70.0, 471.0, 680.0)
"""Where a bound page stands on its sheet, in points: left, bottom, width, height."""
_LABEL: Final = "<paper>"
_HEADS: Final = (b"%PDF-", b"\xff\xd8\xff")
"""How a PDF and a JPEG begin for the process that binds them."""
Data = Mapping[str, Any]


async def opened(files: Files, parts: Sequence[Mapping[str, Any]]) -> dict[str, bytes]:
    """Digest → content, in the order of the parts, as far as there is room."""
    found: dict[str, bytes] = {}
    room = _ROOM
    for digest in dict.fromkeys(digests(parts)):
        if len(found) == _MOST:
            break
        if content := await _content(files, digest, room):
            found[digest] = content
            room -= len(content)
    return found


async def _content(files: Files, digest: str, room: int) -> bytes:
    """What may stand in the file; nothing of a paper that cannot.

    Damaged data are the operator's to hear of; the reader has the other papers.
    """
    try:
        seen = await files.look(digest)
        return await _read(files, seen) if seen.complete and 0 < seen.size <= room else b""
    except Refused:
        return b""
    except Broken as e:
        note(Event.DATA_UNREADABLE, reason=str(e))
        return b""


async def _read(files: Files, seen: SeenFile) -> bytes:
    """A paper that begins as one that can be bound; of another no more than its beginning is read."""
    content = bytearray()
    async with aclosing(files.content(seen, 0, seen.size - 1)) as chunks:
        async for chunk in chunks:
            content += chunk
            if not content.startswith(_HEADS):
                return b""
    return bytes(content)


def digests(parts: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Of the papers that the parts name, in their order."""
    for part in parts:
        yield from (paper["digest"] for paper in part["papers"] if paper.get("digest"))


def bound(source: bytes, data: Data, papers: Mapping[str, bytes], made_at: datetime) -> bytes:
    """The file as PDF, with its papers; computes, and starts a process where there is a paper.

    Where they cannot be bound, the parts that name them say so.
    """
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
        note(Event.PAPERS_UNBOUND, papers=len(papers))
        return typeset.pdf(source, _without(data, papers), made_at)


def _with_pages(data: Data, pages: Mapping[str, int]) -> Data:
    """The data, each paper with how many sheets it takes."""
    parts = [
        {**part, "papers": [{**p, "pages": pages.get(p.get("digest", ""), 0)} for p in part["papers"]]}
        for part in data["parts"]
    ]
    return {**data, "parts": parts}


def _without(data: Data, papers: Mapping[str, bytes]) -> Data:
    """The data, each part marked whose papers should have been bound."""
    return {
        **data,
        "parts": [
            {**part, "unbound": any(one in papers for one in digests([part]))} for part in data["parts"]
        ],
    }


def _place(sheet: Mapping[str, Any], order: Mapping[str, int]) -> dict[str, object]:
    number = order[str(sheet["digest"])]
    return {"paper": number, "page": sheet["page"], "at": int(sheet["at"]) - 1, "area": _AREA}
