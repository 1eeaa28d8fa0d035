"""Native records to bytes, in each carrier."""

import csv
import io
import re
from typing import Final, assert_never
from urllib.parse import quote

import orjson
from lxml import etree

from hub.errors import Fault, Refused
from hub.port import (
    CodedXml,
    DbfTable,
    Doc,
    Format,
    FormJson,
    HeaderRow,
    JsonKeys,
    Package,
    Shape,
    SheetTable,
    XmlRoot,
)
from hub.translate.readers_csv import guarded

_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_bytes(fmt: Format, native: Doc) -> tuple[str, bytes]:
    """(media type with charset, bytes) of a file with the one record `native`.

    Raises Refused `no-native-form` for a carrier that nobody is sent: packages, lists in Base64.
    """
    match fmt.carrier:
        case JsonKeys():
            return fmt.media[0], orjson.dumps(_wrapped(fmt, native), option=orjson.OPT_INDENT_2)
        case FormJson(parameter=parameter):
            text = quote(orjson.dumps(_wrapped(fmt, native)).decode(), safe="")
            return fmt.media[0], f"{parameter}={text}".encode()
        case XmlRoot() as carrier:
            return f"{fmt.media[0]};charset={carrier.charset}", _xml(carrier, native)
        case HeaderRow() as carrier:
            return f"{fmt.media[0]};charset={carrier.charset}", _csv(carrier, native)
        case CodedXml() | Package() | DbfTable() | SheetTable():
            raise Refused("no-native-form", Fault("format"))
        case _:
            assert_never(fmt.carrier)


def _wrapped(fmt: Format, native: Doc) -> object:
    if fmt.shape is Shape.ONE:
        return native
    if not fmt.records:
        return [native]
    head, _, rest = fmt.records.partition("/")
    inner = native.get(head)
    if rest and isinstance(inner, dict):
        return {**native, head: {**inner, rest: [inner.get(rest)]}}
    return {**native, head: [inner]}


def _xml(carrier: XmlRoot, native: Doc) -> bytes:
    space = f"{{{carrier.namespace}}}" if carrier.namespace else ""
    root = etree.Element(space + carrier.root)
    _elements(root, native, space)
    etree.indent(root)
    text = etree.tostring(root, encoding="unicode")
    text = text.replace("xmlns:ns0=", "xmlns=", 1).replace("<ns0:", "<").replace("</ns0:", "</")
    encoding = "gb18030" if carrier.charset.upper().startswith("GB") else "utf-8"
    return f'<?xml version="1.0" encoding="{carrier.charset}"?>\n{text}\n'.encode(encoding)


def _elements(parent: etree._Element, value: Doc, space: str) -> None:
    for name, part in value.items():
        for one in part if isinstance(part, list) else [part]:
            child = etree.SubElement(parent, space + name)
            if isinstance(one, dict):
                _elements(child, one, space)
            else:
                child.text = "" if one is None else _NOT_XML.sub("", str(one))


def _csv(carrier: HeaderRow, native: Doc) -> bytes:
    out = io.StringIO(newline="")
    table = csv.writer(out, delimiter=carrier.delimiter, lineterminator="\r\n")
    table.writerow(carrier.columns)
    table.writerow([guarded(_cell(native.get(column))) for column in carrier.columns])
    return out.getvalue().encode("gb18030" if carrier.charset.upper().startswith("GB") else "utf-8")


def _cell(value: object) -> str:
    return "" if value is None else str(value)
