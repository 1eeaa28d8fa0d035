"""XML bodies to native records: decoded first, then parsed without network, DTD or entities.

The standard library cannot read GBK and a wrong label makes every parser fail, so the text is decoded here
(UTF-8 strictly, else GB18030) and the declaration dropped. Elements become objects, leaves text, the repeated
paths that a map names arrays. Limits are those of the security page.
"""

import re
from typing import Final

from lxml import etree

from hub.errors import Fault, Refused
from hub.port import Doc
from hub.translate.charset import Decoded, decode

MAX_DEPTH: Final = 32
MAX_ATTRIBUTES: Final = 32
HUGE_TEXT: Final = 9_000_000  # libxml2 refuses text nodes of 10 MB unless told

_DECLARATION: Final = re.compile(r"\A\s*<\?xml\s[^>]*?\?>", re.ASCII)
_LABEL: Final = re.compile(rb"\A\s*<\?xml\s[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_FORBIDDEN: Final = re.compile(r"<!DOCTYPE|<!ENTITY|<\?(?!xml\s)|schemaLocation|XInclude", re.IGNORECASE)
_XSI_NIL: Final = "{http://www.w3.org/2001/XMLSchema-instance}nil"


class XmlRead:
    """A parsed file: root name and namespace, the tree, what was found besides (`stray`: text in no leaf)."""

    __slots__ = ("decoded", "element", "stray")

    def __init__(self, decoded: Decoded, element: etree._Element) -> None:
        self.decoded = decoded
        self.element = element
        self.stray: list[str] = []

    @property
    def root(self) -> tuple[str, str]:
        """(namespace, local name) of the root."""
        return _split(str(self.element.tag))

    def tree(self, repeats: frozenset[str]) -> Doc:
        """The root as an object; `repeats`: paths that hold arrays and, as `…/*`, what may repeat freely."""
        made = self._object(self.element, "", repeats, 1)
        return made if isinstance(made, dict) else {}

    def _object(
        self, element: etree._Element, at: str, repeats: frozenset[str], depth: int, *, loose: bool = False
    ) -> object:
        if depth > MAX_DEPTH:
            raise Refused("malformed", Fault("depth", native=at or "/", args=(str(MAX_DEPTH),)))
        if element.attrib:
            self._attributes(element, at)
        if not len(element):
            return element.text or ""
        made: Doc = {}
        if element.text and not element.text.isspace():
            self.stray.append(at or "/")
        for child in element:
            tag: object = child.tag
            if not isinstance(tag, str):
                self._comment(child, at)
                continue
            name = tag.rpartition("}")[2]
            path = f"{at}/{name}"
            if child.tail and not child.tail.isspace():
                self.stray.append(path)
            below = loose or (len(child) > 0 and f"{path[1:]}/*" in repeats)
            value = self._object(child, path, repeats, depth + 1, loose=below)
            _add(made, name, path, value, several=path[1:] in repeats, loose=loose)
        return made

    def _attributes(self, element: etree._Element, at: str) -> None:
        if len(element.attrib) > MAX_ATTRIBUTES:
            raise Refused("malformed", Fault("attributes", native=at or "/", args=(str(MAX_ATTRIBUTES),)))
        self.stray += [f"{at}/@" for name in element.attrib if name != _XSI_NIL]

    def _comment(self, node: etree._Element, at: str) -> None:
        """A comment between elements says nothing; one inside text would hide a part of it."""
        if node.tail and not node.tail.isspace():
            raise Refused("malformed", Fault("comment-in-text", native=at or "/"))


def read_xml(body: bytes, charset: str | None, max_bytes: int) -> XmlRead:
    """Parses `body`; `charset` is the label of the media type. Raises Refused `malformed` or `too-large`."""
    if len(body) > max_bytes:
        raise Refused("too-large", Fault("size", args=(str(max_bytes),)))
    declared = _LABEL.match(body[:200].removeprefix(b"\xef\xbb\xbf"))
    decoded = decode(body, charset, declared[1].decode() if declared else None)
    text = _DECLARATION.sub("", decoded.text, count=1).strip()
    if _FORBIDDEN.search(text):
        raise Refused("malformed", Fault("xml-forbidden"))
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        dtd_validation=False,
        huge_tree=len(text) > HUGE_TEXT,
        remove_pis=False,
        remove_comments=False,
        recover=False,
        strip_cdata=True,
    )
    try:
        element = etree.fromstring(text.encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError) as e:
        raise Refused("malformed", Fault("syntax")) from e
    return XmlRead(decoded, element)


def _add(made: Doc, name: str, path: str, value: object, *, several: bool, loose: bool) -> None:
    """Puts a child where its siblings of the same name are; only arrays and dropped sections have any."""
    if several:
        found = made.setdefault(name, [])
        if isinstance(found, list):
            found.append(value)
    elif name not in made:
        made[name] = value
    elif loose:
        there = made[name]
        made[name] = [*there, value] if isinstance(there, list) else [there, value]
    else:
        raise Refused("malformed", Fault("duplicate-element", native=path))


def _split(tag: str) -> tuple[str, str]:
    namespace, _, name = tag.rpartition("}")
    return namespace.removeprefix("{"), name
