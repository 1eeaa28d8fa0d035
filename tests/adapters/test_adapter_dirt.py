"""Files nobody has seen: the examples in other orders, blanks, encodings, with other people and with junk."""

import json
import random
import re
from collections.abc import Callable

import pytest

import schemas
from hub.errors import Refused
from hub.port import Direction
from hub.translate import conformance_examples
from hub.translate.conformance import load_folder
from hub.translate.conformance_examples import Example, examples
from hub.translate.records import Reading, Record
from hub.translate.registry import Translator
from tests.adapters import dirty, sheets
from tests.adapters.conftest import FOLDERS

READ = [
    pytest.param(folder.name, example, id=f"{folder.name}-{example.path.name}-{example.kind}")
    for folder in FOLDERS
    for example in examples(folder)
    if example.direction is Direction.READ
]


def is_labelled(example: Example) -> bool:
    """Whether its bytes may be in any charset: XML and tables as text; JSON is UTF-8 (RFC 8259)."""
    media = example.media_type
    is_table = dirty.delimiter_of(example.path.read_bytes(), media) is not None
    return is_table or dirty.media_of(media) == "application/xml"


LABELLED = [param for param in READ if is_labelled(param.values[1])]


@pytest.fixture(scope="module")
def everything() -> Translator:
    return Translator([load_folder(folder) for folder in FOLDERS])


def read(
    translator: Translator, agency: str, example: Example, body: bytes, media: str | None = None
) -> Reading:
    return conformance_examples.read(translator, agency, example, body, media)


def documents(reading: Reading) -> list[object]:
    """Comparable documents: what is kept of the native text differs with the dirt."""
    return [
        {k: v for k, v in (record.document or refused(record)).items() if k != "native_extras"}
        for record in reading.records
    ]


def refused(record: Record) -> dict[str, object]:
    """Rules and places; of a sheet's cell its row and heading, as columns may stand in any order."""
    faults = record.fault.faults if record.fault else ()
    return {"refused": [(f.rule, re.sub(r"^[A-Z]+(?=\d+ )", "", f.native or "")) for f in faults]}


@pytest.mark.parametrize("change", [dirty.reordered, dirty.padded, dirty.without_empties, dirty.as_null])
@pytest.mark.parametrize(("agency", "example"), READ)
def test_dirt_changes_nothing(
    everything: Translator, agency: str, example: Example, change: Callable[[object], object]
) -> None:
    body = example.path.read_bytes()
    clean = read(everything, agency, example, body)
    soiled = read(everything, agency, example, dirty.changed(body, example.media_type, change))
    assert documents(soiled) == documents(clean)


@pytest.mark.parametrize(("agency", "example"), READ)
def test_other_people_are_read_alike(everything: Translator, agency: str, example: Example) -> None:
    body = dirty.changed(example.path.read_bytes(), example.media_type, dirty.other_people)
    before = read(everything, agency, example, example.path.read_bytes())
    for record, was in zip(read(everything, agency, example, body).records, before.records, strict=True):
        if was.document is None:
            continue
        assert record.document is not None
        assert not example.kind or schemas.faults(example.kind, record.document) == ()
        assert set(record.document) == set(was.document)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-8-sig"])
@pytest.mark.parametrize(("agency", "example"), LABELLED)
def test_the_encoding_is_found_whatever_the_label(
    everything: Translator, agency: str, example: Example, encoding: str
) -> None:
    body = example.path.read_bytes()
    clean = read(everything, agency, example, body)
    other = read(everything, agency, example, dirty.decoded(body).encode(encoding))
    assert documents(other) == documents(clean)


@pytest.mark.parametrize(("agency", "example"), READ)
def test_an_unknown_field_is_refused_by_its_place(
    everything: Translator, agency: str, example: Example
) -> None:
    def add(value: object) -> object:
        if isinstance(value, dict):
            return value | {"wholly_unknown": "测人一"}
        if dirty.is_table(value):
            return [[*value[0], "wholly_unknown"], *([*row, "测人一"] for row in value[1:])]
        if isinstance(value, list):
            return [add(item) for item in value]
        space = value.tag.rpartition("}")[0]
        child = value.makeelement(f"{space}}}wholly_unknown" if space else "wholly_unknown")
        child.text = "测人一"
        value.append(child)
        return value

    body = dirty.changed(example.path.read_bytes(), example.media_type, add)
    try:
        faults = [record.fault for record in read(everything, agency, example, body).records]
    except Refused as e:
        faults = [e]
    for fault in faults:
        assert fault is not None
        assert fault.code == "untranslatable"
        cut = "wholly_unk"  # as much of a name as a DBF table holds
        assert any(f.rule == "unknown-field" and cut in (f.native or "") for f in fault.faults)
        assert "测人一" not in repr([(f.native, f.args) for f in fault.faults])


@pytest.mark.parametrize(("agency", "example"), READ)
def test_junk_is_read_or_refused_and_never_breaks_anything(
    everything: Translator, agency: str, example: Example
) -> None:
    body, rng = example.path.read_bytes(), random.Random(11)
    seeds = 12 if dirty.media_of(example.media_type) == sheets.XLSX else 60  # a process for each of them
    files = [
        dirty.changed(body, example.media_type, dirty.junk_here_and_there(seed)) for seed in range(seeds)
    ]
    if dirty.media_of(example.media_type) == "application/json":
        whole = json.loads(body)
        spoilt = [one for _ in range(4) for one in dirty.junk_at_every_leaf(whole, rng)]
        files += [json.dumps(one).encode() for one in spoilt]
    for file in files:
        try:
            reading = read(everything, agency, example, file)
        except Refused:
            continue
        for record in reading.records:
            if record.document is not None and reading.format in everything.writable(agency, example.kind):
                everything.write(agency, reading.format, example.kind, record.document, reading.format)
