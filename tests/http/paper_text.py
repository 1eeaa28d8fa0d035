"""Reads the text of a PDF back, page by page, by the fonts' own tables (`ToUnicode`)."""

import io
import re
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader

_PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_SHOWN = re.compile(rb"/(\S+)\s+[\d.]+\s+Tf|<([0-9A-Fa-f]+)>|\(((?:\\.|[^\\()])*)\)", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def pages(content: bytes) -> list[str]:
    """The text of each page, in the order it is drawn."""
    reader = PdfFileReader(io.BytesIO(content))
    return [_page(page) for page in _leaves(reader.root["/Pages"])]


def _leaves(node: Any) -> list[Any]:
    if node["/Type"] != "/Pages":
        return [node]
    return [leaf for kid in node["/Kids"] for leaf in _leaves(kid.get_object())]


def _page(page: Any) -> str:
    fonts = {
        name[1:].encode(): _table(font.get_object()["/ToUnicode"].data)
        for name, font in page["/Resources"]["/Font"].items()
    }
    text, table = [], dict[bytes, str]()
    for font, hexed, plain in _SHOWN.findall(page["/Contents"].data):
        if font:
            table = fonts[font]
            continue
        codes = bytes.fromhex(hexed.decode()) if hexed else _ESCAPE.sub(_unescaped, plain)
        text += [table.get(codes[at : at + 2], "") for at in range(0, len(codes), 2)]
    return "".join(text)


def _unescaped(found: re.Match[bytes]) -> bytes:
    what = found[1]
    return bytes([int(what, 8)]) if what.isdigit() else _NAMED.get(what, what)


def _table(cmap: bytes) -> dict[bytes, str]:
    return {
        bytes.fromhex(code.decode()): bytes.fromhex(text.decode()).decode("utf-16-be")
        for part in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.DOTALL)
        for code, text in _PAIR.findall(part)
    }
