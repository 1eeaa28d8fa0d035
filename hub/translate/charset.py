"""Which characters the bytes are. Chinese systems label GBK as UTF-8 and the other way round."""

import re
from dataclasses import dataclass
from typing import Final

from hub.errors import Fault, Refused

_GB: Final = frozenset({"gbk", "gb2312", "gb18030", "cp936", "gb_2312-80", "x-gbk"})
_UTF8: Final = frozenset({"utf-8", "utf8"})
_NUL: Final = re.compile("\x00")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the charset it was in (`utf-8`, `gb18030`), and whether a label said another."""

    text: str
    charset: str
    label_lied: bool


def decode(body: bytes, *labels: str | None) -> Decoded:
    """UTF-8 strictly, else GB18030 strictly; both labels (media type, declaration) are compared.

    Raises Refused `malformed` (rule `encoding`) for other labels, other bytes and NUL.
    """
    wanted = [label.lower() for label in labels if label]
    if any(label not in _GB and label not in _UTF8 for label in wanted):
        raise Refused("malformed", Fault("encoding"))
    bare = body.removeprefix(b"\xef\xbb\xbf")
    try:
        text, charset = bare.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        try:
            text, charset = bare.decode("gb18030"), "gb18030"
        except UnicodeDecodeError as e:
            raise Refused("malformed", Fault("encoding")) from e
    if _NUL.search(text):
        raise Refused("malformed", Fault("nul"))
    said = {"gb18030" if label in _GB else "utf-8" for label in wanted}
    lied = not text.isascii() and bool(said - {charset})
    return Decoded(text, charset, lied)
