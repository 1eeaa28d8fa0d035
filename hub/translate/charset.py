"""Which characters the bytes are. Chinese systems label GBK as UTF-8 and the other way round."""

import codecs
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from hub.errors import Fault, Refused

_GB: Final = frozenset({"gbk", "gb2312", "gb18030", "cp936", "gb_2312-80", "x-gbk"})
_UTF8: Final = frozenset({"utf-8", "utf8"})
_MARK: Final = b"\xef\xbb\xbf"
_STEP: Final = 1 << 18


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the charset it was in (`utf-8`, `gb18030`), and whether a label said another."""

    text: str
    charset: str
    label_lied: bool


@dataclass(frozen=True, slots=True)
class InUtf8:
    """The same as bytes: one letter from beyond the ordinary makes a text four bytes a letter wide."""

    raw: bytes
    charset: str
    label_lied: bool


def decode(body: bytes, *labels: str | None) -> Decoded:
    """UTF-8 strictly, else GB18030 strictly; both labels (media type, declaration) are compared.

    Raises Refused `malformed` (rule `encoding`) for other labels, other bytes and NUL.
    """
    found = in_utf8(body, *labels)
    return Decoded(found.raw.decode("utf-8"), found.charset, found.label_lied)


def in_utf8(body: bytes, *labels: str | None) -> InUtf8:
    """The characters as UTF-8, without a mark at their beginning. Raises as `decode` does."""
    wanted = [label.lower() for label in labels if label]
    if any(label not in _GB and label not in _UTF8 for label in wanted):
        raise Refused("malformed", Fault("encoding"))
    bare = body.removeprefix(_MARK)
    raw, charset = bare, "utf-8"
    if not _is_utf8(bare):
        raw, charset = _of_gb18030(bare), "gb18030"
    if b"\x00" in raw:
        raise Refused("malformed", Fault("nul"))
    said = {"gb18030" if label in _GB else "utf-8" for label in wanted}
    return InUtf8(raw, charset, not raw.isascii() and bool(said - {charset}))


def _is_utf8(body: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for at in range(0, len(body), _STEP):
            decoder.decode(body[at : at + _STEP])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _of_gb18030(body: bytes) -> bytes:
    decoder, made = codecs.getincrementaldecoder("gb18030")(), BytesIO()
    try:
        for at in range(0, len(body), _STEP):
            made.write(decoder.decode(body[at : at + _STEP]).encode())
        made.write(decoder.decode(b"", final=True).encode())
    except UnicodeDecodeError as e:
        raise Refused("malformed", Fault("encoding")) from e
    return made.getvalue()
