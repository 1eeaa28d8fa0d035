"""The same file as other systems write it: order, blanks, empty fields, encodings, other people, junk."""

import base64
import csv
import io
import json
import random
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

from lxml import etree

from tests.adapters import sheets

PEOPLE = Path(__file__).parent / "people.csv"

Change = Callable[[object], object]
"""A change of the parsed file: JSON value, list of CSV rows, or XML root."""


def media_of(media_type: str) -> str:
    return media_type.partition(";")[0]


def changed(body: bytes, media_type: str, change: Change) -> bytes:
    """The file with a change made in its parsed form; in its own encoding."""
    delimiter = delimiter_of(body, media_type)
    if delimiter is not None:
        return _table(body, delimiter, change)
    match media_of(media_type):
        case "application/json":
            return json.dumps(change(json.loads(body)), ensure_ascii=False).encode()
        case "application/x-www-form-urlencoded":
            name, _, value = body.strip().partition(b"=")
            text = json.dumps(change(json.loads(unquote_to_bytes(value.replace(b"+", b" ")))))
            return name + b"=" + quote(text).encode()
        case "application/zip":
            return repacked(body, lambda record: changed(record, "application/xml", change))
        case "text/plain":
            inner = body if body.startswith(b"<") else base64.b64decode(body)
            root = etree.fromstring(inner)
            over_texts(root, lambda text: base64.b64decode(text).decode())
            made = etree.tostring(over_texts(change(root), lambda t: base64.b64encode(t.encode()).decode()))
            return made if body.startswith(b"<") else base64.b64encode(made)
        case "application/vnd.dbf":
            return sheets.dbf(change(sheets.dbf_rows(body)))
        case sheets.XLSX:
            return sheets.ledger(change(sheets.ledger_rows(body)))
        case _:
            text = re.sub(r"^\s*<\?xml[^>]*\?>", "", decoded(body))
            root = change(etree.fromstring(text))
            declared = re.match(rb"<\?xml[^>]*encoding=[\"'](GB\w+)", body)
            heading = f'<?xml version="1.0" encoding="{declared[1].decode()}"?>' if declared else ""
            return (heading + etree.tostring(root, encoding="unicode")).encode(encoding_of(body))


def delimiter_of(body: bytes, media_type: str) -> str | None:
    """What stands between the cells of a table as text; None for what is no table."""
    match media_of(media_type):
        case "text/csv":
            return ","
        case "text/plain" if not body.startswith(b"<"):
            heading = decoded(body).partition("\n")[0]
            return next((sign for sign in "|\t;" if sign in heading), None)
        case _:
            return None


def _table(body: bytes, delimiter: str, change: Change) -> bytes:
    rows = list(csv.reader(io.StringIO(decoded(body), newline=""), delimiter=delimiter))
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(change(rows))
    return out.getvalue().encode("gb18030")


def repacked(body: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The package with its XML changed and nothing beside it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name.endswith(".xml"):
                new.writestr(name, change(old.read(name)))
    return out.getvalue()


def decoded(body: bytes) -> str:
    return body.decode(encoding_of(body)).removeprefix("\ufeff")


def encoding_of(body: bytes) -> str:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def is_table(value: object) -> bool:
    """Whether it is the rows of a table: an array of arrays."""
    return isinstance(value, list) and bool(value) and isinstance(value[0], list)


def reordered(value: object) -> object:
    """Fields in another order; arrays keep theirs."""
    rng = random.Random(7)
    if isinstance(value, etree._Element):
        for element in value.iter():
            tags = [child.tag for child in element]
            if len(set(tags)) == len(tags):
                children = list(element)
                rng.shuffle(children)
                element[:] = children
        return value
    if is_table(value):
        order = list(range(len(value[0])))
        rng.shuffle(order)
        return [[row[i] for i in order] for row in value]
    return _walk(value, lambda items: rng.sample(items, len(items)))


def padded(value: object) -> object:
    """Blanks around every text."""
    return over_texts(value, lambda text: f"  {text}\t" if text else text)


def without_empties(value: object) -> object:
    """Empty and null fields left out."""
    if isinstance(value, etree._Element):
        for element in list(value.iter()):
            parent = element.getparent()
            if parent is not None and not len(element) and not (element.text or "").strip():
                parent.remove(element)
        return value
    if is_table(value):
        keep = [i for i in range(len(value[0])) if any(row[i].strip() for row in value[1:])]
        return [[row[i] for i in keep] for row in value]
    return _walk(value, lambda items: [(k, v) for k, v in items if v not in ("", None)])


def as_null(value: object) -> object:
    """Empty texts as null (JSON), as an empty word elsewhere."""
    if isinstance(value, dict | list) and not (
        value and isinstance(value[0] if isinstance(value, list) else 0, list)
    ):
        return _walk(value, lambda items: [(k, None if v == "" else v) for k, v in items])
    return over_texts(value, lambda text: text or "无")


def _walk(value: object, members: Callable[[list[tuple[str, object]]], list[tuple[str, object]]]) -> object:
    if isinstance(value, dict):
        return {name: _walk(part, members) for name, part in members(list(value.items()))}
    if isinstance(value, list):
        return [_walk(part, members) for part in value]
    return value


def over_texts(value: object, change: Callable[[str], str]) -> object:
    if isinstance(value, etree._Element):
        for element in value.iter():
            if not len(element):
                element.text = change(element.text or "")
        return value
    if is_table(value):
        return [value[0], *([change(cell) for cell in row] for row in value[1:])]
    if isinstance(value, dict):
        return {name: over_texts(part, change) for name, part in value.items()}
    if isinstance(value, list):
        return [over_texts(part, change) for part in value]
    return change(value) if isinstance(value, str) else value


def other_people(value: object) -> object:
    """Every person of the story replaced by the next one: name, number, telephone."""
    with PEOPLE.open(encoding="utf-8") as file:
        people = [row for row in csv.DictReader(file) if row["key"] != "ORG"]
    swap: dict[str, str] = {}
    for person, other in zip(people, people[1:] + people[:1], strict=True):
        swap |= {person[field]: other[field] for field in ("name", "id_number", "phone") if person[field]}
    pattern = re.compile("|".join(sorted(map(re.escape, swap), key=len, reverse=True)))
    return over_texts(value, lambda text: pattern.sub(lambda found: swap[found[0]], text))


JUNK: tuple[object, ...] = (
    "x" * 20_000, "9" * 40, "\t", "-1", "2021-02-30", "99999-99-99", "٣", "¼", "１２", "²", {"a": {"b": []}},
    [[["x"]]], [None], True, -1, 2**53 - 1, 1.5e300, "😀" * 30, "=cmd()", "\u202e", "/", "//", "a/b/c/d",
    "二〇二一年十三月", "(", "、、、", "2021-04-18 25:61:61", "1e9", "\ufeff", "万元",
)  # fmt: skip


JUNK_TEXTS = tuple(junk for junk in JUNK if isinstance(junk, str) and junk.isprintable())


def junk_here_and_there(seed: int) -> Change:
    """A change that puts junk into a tenth of the texts of a file."""
    rng = random.Random(seed)
    return lambda value: over_texts(
        value, lambda text: rng.choice(JUNK_TEXTS) if rng.random() < 0.1 else text
    )


def junk_at_every_leaf(value: object, rng: random.Random) -> Iterator[object]:
    """The file again and again, each time with junk in one leaf."""
    for path in list(_leaves(value)):
        yield _replaced(value, path, rng.choice(JUNK))


def _leaves(value: object, at: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for name, part in members:
        yield (*at, name)
        yield from _leaves(part, (*at, name))


def _replaced(value: object, path: tuple[object, ...], junk: object) -> object:
    if not path:
        return junk
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = _replaced(copy[path[0]], path[1:], junk)
    return copy
