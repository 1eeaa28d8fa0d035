"""Case files and front-end JSON made from the examples, with fields changed by path."""

import base64
import csv
import json
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from hub.translate.conformance_examples import SIGNED_AT
from hub.translate.records import FileRef, Origin, Reading, Record
from hub.translate.registry import Translator
from tests.adapters import dirty

HOME = Path(__file__).parents[3] / "adapters" / "court"
EXAMPLES = HOME / "examples"
SPACE = "http://dataexchange.court.gov.cn/2009/data"
GBK, UTF8, JSON = "application/xml;charset=GBK", "application/xml;charset=UTF-8", "application/json"


def read(
    translator: Translator, kind: str, body: bytes, media: str = GBK, files: dict[str, FileRef] | None = None
) -> Reading:
    return translator.read("court", media, body, Origin(kind, "500199", SIGNED_AT, files or {}))


def only(translator: Translator, kind: str, body: bytes, media: str = GBK) -> Record:
    (record,) = read(translator, kind, body, media).records
    return record


def document(translator: Translator, kind: str, body: bytes, media: str = GBK) -> dict[str, object]:
    found = only(translator, kind, body, media).document
    assert found is not None
    return found


def xml(example: str, changes: dict[str, str | None], encoding: str = "gb18030") -> bytes:
    """The example with leaves set (made where they are not), or removed (None)."""
    text = dirty.decoded((EXAMPLES / example).read_bytes()).partition("?>")[2]
    root = etree.fromstring(text.strip())
    for path, value in changes.items():
        set_leaf(root, path.split("/"), value)
    return etree.tostring(root, encoding="unicode").encode(encoding)


def set_leaf(root: etree._Element, path: list[str], value: str | None) -> None:
    """A part `R:2` means the third R."""
    here = root
    for part in path:
        name, _, number = part.partition(":")
        found = here.findall(f"{{{SPACE}}}{name}")
        index = int(number or 0)
        while len(found) <= index:
            found.append(etree.SubElement(here, f"{{{SPACE}}}{name}"))
        here = found[index]
    parent = here.getparent()
    if value is None and parent is not None:
        parent.remove(here)
    else:
        here.text = value


def front_end(example: str, **changes: object) -> bytes:
    """The example with members of its `data` (or of itself) changed; None removes one."""
    whole = json.loads((EXAMPLES / example).read_text(encoding="utf-8"))
    inner = whole.get("data", whole)
    for name, value in changes.items():
        inner[name] = value
        if value is None:
            del inner[name]
    return json.dumps(whole, ensure_ascii=False).encode()


def dossier(*files: tuple[str, bytes], volumes: str = "") -> bytes:
    """A dossier with files; `volumes` has 1 (main) or 0 for each of them."""
    changes: dict[str, str | None] = {"文件信息": None}
    for i, (name, content) in enumerate(files):
        changes |= {
            f"文件信息/R:{i}/文件名称": name,
            f"文件信息/R:{i}/是否属于正卷": volumes[i] if volumes else "1",
            f"文件信息/R:{i}/文件标识": base64.encodebytes(content).decode(),
        }
    return xml("05_ruling_dossier_gbk.xml", changes)


def listed(*objects: str) -> Iterator[str]:
    """Paths of the published fields of objects, below the root."""
    with (HOME / "fields" / "court_2009data_xml.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["object"].startswith(objects):
                yield f"{row['object'].partition('/')[2]}/{row['native_name']}"
