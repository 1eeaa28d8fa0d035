"""XML bodies to native records: decoded first, then parsed without network, DTD or entities.

The standard library cannot read GBK and a wrong label makes every parser fail, so the text is decoded here
(UTF-8 strictly, else GB18030) and the declaration dropped. Elements become objects, leaves text, the repeated
paths that a map names arrays. Limits are those of the security page. Bytes are looked at while it goes: of
letters one rare one makes all of a text four bytes wide.
"""

import re
import threading
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from lxml import etree

from hub.errors import Fault, Refused
from hub.port import Doc
from hub.translate.charset import in_utf8

MAX_DEPTH: Final = 32
MAX_ATTRIBUTES: Final = 32
MAX_PARTS: Final = 200_000
"""Elements, attributes and comments of a file: each costs more memory than what it is written with."""
MAX_STRAY: Final = 200
HUGE_TEXT: Final = 9_000_000  # libxml2 refuses text nodes of 10 MB unless told

_DECLARATION: Final = re.compile(rb"\A\s*<\?xml\s[^>]*?\?>")
_LABEL: Final = re.compile(rb"\A\s*<\?xml\s[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_FORBIDDEN: Final = re.compile(rb"<!(?!--|\[CDATA\[)|<\?|schemaLocation|XInclude")
# A place is told by the names above it, a name with its namespace: a long one counts again and again.
_LONG: Final = re.compile(rb"<[^\s>]{601}|xmlns[^\s=]{0,200}\s*=\s*[\"'][^\"']{501}")
_STRETCH: Final = 1 << 19
_OVERLAP: Final = 1000
"""Bytes, more than the longest match of `_LONG` has."""
_SUSPECT: Final = (b"<!", b"<?", b"schemaLocation", b"XInclude")
LONG_TEXT: Final = 1 << 20
"""Letters of a text that is more than a field has: it must be a document in Base64."""
WIDE_TEXTS: Final = 4 << 20
"""Letters of all texts together that are not ASCII: each may take four bytes in memory."""
_LONG_TEXTS: Final = etree.XPath(f"//text()[string-length() > {LONG_TEXT}]/..")
_XSI_NIL: Final = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_ODD: Final = etree.XPath(
    "boolean(//@* | //comment() | //processing-instruction() | //*[*]/text()[normalize-space()])"
)

_DEEPER: Final = etree.XPath(f"boolean({'/*' * (MAX_DEPTH + 1)})")


class XmlRead:
    """A parsed file: root name and namespace, the tree, what was found besides (`stray`)."""

    __slots__ = ("_cut", "_levels", "_prefix", "_stray", "_wide", "element", "label_lied")

    def __init__(self, element: etree._Element, *, label_lied: bool) -> None:
        self.label_lied = label_lied
        self.element = element
        self._stray: dict[str, None] = {}
        self._wide = 0
        namespace, name = self.root
        self._cut = len(str(element.tag)) - len(name)
        self._prefix = f"{{{namespace}}}" if namespace else ""
        self._levels: Mapping[str, frozenset[str]] = {}

    @property
    def root(self) -> tuple[str, str]:
        """(namespace, local name) of the root."""
        namespace, _, name = str(self.element.tag).rpartition("}")
        return namespace.removeprefix("{"), name

    @property
    def stray(self) -> list[str]:
        """Places of attributes and of text in no leaf, each once; known when the tree is made."""
        return list(self._stray)

    def tree(self, repeats: frozenset[str]) -> Doc:
        """The root as an object; `repeats`: paths that hold arrays and, as `…/*`, what may repeat freely."""
        self._levels = _levels(repeats)
        made = self._object(self.element, "", 1, loose=False)
        if _ODD(self.element):  # after the depth is known: each place is told by what lies above it
            self._inspect()
        return made if isinstance(made, dict) else {}

    def _object(self, element: etree._Element, at: str, depth: int, *, loose: bool) -> object:
        if depth > MAX_DEPTH:
            raise Refused("malformed", Fault("depth", native=f"/{at}", args=(str(MAX_DEPTH),)))
        arrays = self._levels.get(at, _NONE)
        loose = loose or "*" in arrays
        made: Doc = {}
        for child in element:
            tag: object = child.tag
            if not isinstance(tag, str):
                continue  # a comment, already looked at
            name = tag[self._cut :] if tag.startswith(self._prefix) else tag
            if len(child):
                value = self._object(child, f"{at}/{name}" if at else name, depth + 1, loose=loose)
            else:
                value = text = child.text or ""
                if not text.isascii():
                    self._widen(len(text))
            if name not in made and name not in arrays:
                made[name] = value
            else:
                _add(made, name, value, f"{at}/{name}", loose=loose and name not in arrays)
        return made or element.text or ""

    def _widen(self, letters: int) -> None:
        self._wide += letters
        if self._wide > WIDE_TEXTS:
            raise Refused("malformed", Fault("long-text", args=(str(WIDE_TEXTS),)))

    def _inspect(self) -> None:
        """Looks at what an ordinary file has not: attributes, comments, text beside elements."""
        for comment in self.element.iter(etree.Comment):
            self._comment(comment)
        for node in self.element.iter(etree.Element):
            if len(node.attrib) > MAX_ATTRIBUTES:
                limit = str(MAX_ATTRIBUTES)
                raise Refused("malformed", Fault("attributes", native=place_of(node), args=(limit,)))
            if any(name != _XSI_NIL for name in node.attrib):
                self._add_stray(f"{place_of(node)}/@")
            if len(node) and node.text and not node.text.isspace():
                self._add_stray(place_of(node))
            if node.tail and not node.tail.isspace():
                self._add_stray(place_of(node))

    def _add_stray(self, place: str) -> None:
        self._stray[place] = None
        if len(self._stray) > MAX_STRAY:
            raise Refused("malformed", Fault("stray", native=place, args=(str(MAX_STRAY),)))

    def _comment(self, node: etree._Element) -> None:
        """A comment between elements says nothing; one inside the text of a leaf would hide a part of it."""
        parent = node.getparent()
        if parent is None:
            return
        is_leaf = next(parent.iterchildren(etree.Element), None) is None
        if is_leaf and any(text and not text.isspace() for text in (node.tail, parent.text)):
            raise Refused("malformed", Fault("comment-in-text", native=place_of(parent)))
        if node.tail and not node.tail.isspace():
            self._add_stray(place_of(parent))


_NONE: Final[frozenset[str]] = frozenset()


@lru_cache(maxsize=64)
def _levels(repeats: frozenset[str]) -> Mapping[str, frozenset[str]]:
    """Path of an element → names of its children that are arrays; `*`: any child may repeat."""
    levels: dict[str, set[str]] = {}
    for path in repeats:
        parent, _, name = path.rpartition("/")
        levels.setdefault(parent, set()).add(name)
    return {parent: frozenset(names) for parent, names in levels.items()}


def place_of(node: etree._Element) -> str:
    """Native pointer of an element; the root is no part of it."""
    names = [str(n.tag).rpartition("}")[2] for n in (node, *node.iterancestors())]
    return "/" + "/".join(reversed(names[:-1]))


def check_depth(element: etree._Element) -> None:
    """Raises Refused `malformed` for a file nested too deeply, for who does not make its tree at once."""
    if _DEEPER(element):
        raise Refused("malformed", Fault("depth", args=(str(MAX_DEPTH),)))


def read_xml(body: bytes, charset: str | None, max_bytes: int, max_parts: int = MAX_PARTS) -> XmlRead:
    """Parses `body`; `charset` is the label of the media type. Raises Refused `malformed` or `too-large`."""
    if len(body) > max_bytes:
        raise Refused("too-large", Fault("size", args=(str(max_bytes),)))
    declared = _LABEL.match(body[:200].removeprefix(b"\xef\xbb\xbf"))
    found = in_utf8(body, charset, declared[1].decode() if declared else None)
    element, size = _parsed(found.raw, max_parts), len(found.raw)
    lied = found.label_lied
    del found  # of a long file there are copies enough
    if size > LONG_TEXT:
        _check_long_texts(element)
    return XmlRead(element, label_lied=lied)


def _parsed(raw: bytes, max_parts: int) -> etree._Element:
    raw = _DECLARATION.sub(b"", raw, count=1).strip()
    if any(sign in raw for sign in _SUSPECT) and _FORBIDDEN.search(raw):
        raise Refused("malformed", Fault("xml-forbidden"))
    if _parts(raw) > max_parts:
        raise Refused("malformed", Fault("count", args=(str(max_parts),)))
    if _has_long_name(raw):
        raise Refused("malformed", Fault("long-name"))
    try:
        return etree.fromstring(raw, _PARSERS.huge if len(raw) > HUGE_TEXT else _PARSERS.ordinary)
    except (etree.XMLSyntaxError, ValueError) as e:
        raise Refused("malformed", Fault("syntax")) from e


def _has_long_name(raw: bytes) -> bool:
    """Looked for a stretch at a time: as long as a pattern searches, no other thread does anything."""
    ends = range(_STRETCH, len(raw) + _STRETCH, _STRETCH)
    return any(_LONG.search(raw, end - _STRETCH, end + _OVERLAP) for end in ends)


def _check_long_texts(element: etree._Element) -> None:
    """Looked at as bytes, before anything makes letters of them."""
    found: Any = _LONG_TEXTS(element)  # elements, as the path says
    for node in found:
        if not etree.tostring(node, method="text", encoding="utf-8", with_tail=False).isascii():
            raise Refused("malformed", Fault("long-text", native=place_of(node), args=(str(LONG_TEXT),)))


def _parts(raw: bytes) -> int:
    """At least the number of elements, comments and attributes; an attribute has two quotation marks."""
    return raw.count(b"<") - raw.count(b"</") + (raw.count(b'"') + raw.count(b"'")) // 2


class _Parsers(threading.local):
    """The parsers of a thread: lxml lets a thread wait while another one uses its parser."""

    def __init__(self) -> None:
        self.ordinary, self.huge = _parser(huge=False), _parser(huge=True)


def _parser(*, huge: bool) -> etree.XMLParser:
    """Without network, DTD or entities."""
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        dtd_validation=False,
        huge_tree=huge,
        remove_pis=False,
        remove_comments=False,
        recover=False,
        strip_cdata=True,
    )


_PARSERS: Final = _Parsers()


def _add(made: Doc, name: str, value: object, path: str, *, loose: bool) -> None:
    """Puts a child where its siblings of the same name are; only arrays and dropped sections have any."""
    there = made.get(name)
    if loose:
        made[name] = [*there, value] if isinstance(there, list) else [there, value]
    elif there is None:
        made[name] = [value]
    elif isinstance(there, list):
        there.append(value)
    else:
        raise Refused("malformed", Fault("duplicate-element", native=f"/{path.removeprefix('/')}"))
