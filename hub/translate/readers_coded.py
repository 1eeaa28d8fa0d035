"""XML that was put into Base64 twice: every text and attribute, then the whole. Pure work on bytes."""

import base64
import binascii
from typing import Final

from lxml import etree

from hub.errors import Fault, Refused
from hub.translate.charset import decode
from hub.translate.readers_xml import XmlRead, check_depth, place_of, read_xml

_XSI: Final = "{http://www.w3.org/2001/XMLSchema-instance}"


def read_coded(body: bytes, max_bytes: int) -> XmlRead:
    """The file with its texts decoded and its attributes as elements; Base64 only grows what it holds.

    Raises Refused `malformed` or `too-large`.
    """
    if len(body) > max_bytes:
        raise Refused("too-large", Fault("size", args=(str(max_bytes),)))
    wire = body.strip()
    made = read_xml(wire if wire.startswith(b"<") else _decoded(wire, "/"), None, max_bytes)
    check_depth(made.element)
    for node in list(made.element.iter(etree.Element)):
        if len(node) == 0:
            _put(node, node.text, place_of(node))
        for name, value in [(str(name), str(value)) for name, value in node.attrib.items()]:
            if not name.startswith(_XSI):
                del node.attrib[name]
                _put(etree.SubElement(node, name), value, f"{place_of(node)}/@")
    return made


def _put(node: etree._Element, coded: str | None, place: str) -> None:
    text = decode(_decoded((coded or "").encode(), place)).text
    try:
        node.text = text
    except ValueError as e:  # characters that XML has none of
        raise Refused("malformed", Fault("syntax", native=place)) from e


def _decoded(coded: bytes, place: str) -> bytes:
    try:
        return base64.b64decode(b"".join(coded.split()), validate=True)
    except (binascii.Error, ValueError) as e:
        raise Refused("malformed", Fault("base64", native=place)) from e
