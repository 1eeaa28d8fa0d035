"""Values nobody has seen, put into any field of the examples: understood or refused by place, and given back.

Three laws. A file with other values becomes a valid document, or a refusal by place, never by value.
Two different values never become the same message: what the shared form does not hold is kept or reported.
What the sender wrote comes back to its own format as it was written.
"""

import json
import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lxml import etree

import schemas
from hub.errors import Refused
from hub.translate import conformance_examples
from hub.translate.conformance import load_folder
from hub.translate.conformance_examples import Example
from hub.translate.records import Reading, Record
from hub.translate.registry import Translator
from hub.translate.text import EMPTY_WORDS
from tests.adapters import dirty
from tests.adapters.conftest import FOLDERS
from tests.adapters.test_adapter_dirt import READ, documents

PERSONS = (
    "彭测四", "阿布·测七", "冯测二、余测三(翁媳)", "冯测二/余测三", "袁某(身份不详)", "冯*二", "郑××",
    "𠮷测田", "\ue5e5测", "重庆测试八建筑劳务有限公司", "测试镇一号村村民委员会",
    "学生（法定代理人：阿布·测七）",
)  # fmt: skip
NUMBERS = (
    "50000019900101903x", "500000490712905", "500000197511209026/500000490712905", "5000**********9026",
    "91500000MA5TE0T03K", "10000000011、10000000012", "10000000011;10000000012;", "+86 10000000011",
    "(2021)渝0199民特12号", "（2022）渝0199民初字第012号", "〔2023〕渝0199诉前调13号", "[2024]测调15",
    "测调字第7号",
)  # fmt: skip
TIMES = (
    "2021-04-09", "2022-5-9", "20230610", "2024年7月11日", "2019.5.19", "2021-04-09 08:05:07",
    "2021-04-09 8:5:7", "2022-04-09T08:05:07", "2023-04-09 08:05:07.0", "2024-04-09T08:05:07.0000000+08:00",
    "2025-04-09T00:05:07Z",
    "20210409080507", "1617926707000", "44295", "二〇二一年四月九日", "2021年4月", "2021年", "4.19",
    "2021-02-30",
    "2021年4月9日8时5分", "约2020年",
)  # fmt: skip
AMOUNTS = (
    "300元",
    "1.2万元",
    "13,000",
    "14000.00",
    "3万余元",
    "50余人",
    "二人",
    "约60万元,以银行流水和欠条为准" * 4,
)
CODES = (
    *"0123456789", "01", "02", "１", "255", "男", "女", "自然人", "法人", "原告", "第三人", "邻里纠纷",
    "噪音纠纷", "直接送达",
    "律师", "法定代理人", "本人签字", "代收(沈调一)", "拒签", "是", "no", "true",
)  # fmt: skip
TEXTS = ("一行\n二行", "a,b;c", "=1+1", "'=1+1", "<b>&amp;</b>", "长" * 300, "外省(自述)", "不详")
VALUES = st.sampled_from((*PERSONS, *NUMBERS, *TIMES, *AMOUNTS, *CODES, *TEXTS))

Leaf = tuple[str | int, ...]

BRIEF = settings(
    max_examples=12, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)  # fmt: skip


@pytest.fixture(scope="module")
def everything() -> Translator:
    return Translator([load_folder(folder) for folder in FOLDERS])


def parsed(body: bytes, media_type: str) -> object:
    seen: list[object] = []
    dirty.changed(body, media_type, lambda value: seen.append(value) or value)
    return seen[0]


def leaves(value: object, at: Leaf = ()) -> Iterator[tuple[Leaf, object]]:
    """Every scalar of a file with the way to it; in XML by name and number among equals."""
    if isinstance(value, etree._Element):
        counted: dict[object, int] = {}
        for child in value:
            counted[child.tag] = counted.get(child.tag, -1) + 1
            here = (*at, str(child.tag), counted[child.tag])
            yield from leaves(child, here) if len(child) else [(here, child.text or "")]
    elif dirty.is_table(value):
        for n, row in enumerate(value[1:]):
            yield from (((n, name), cell) for name, cell in zip(value[0], row, strict=True))
    elif isinstance(value, dict | list):
        members = value.items() if isinstance(value, dict) else enumerate(value)
        for name, part in members:
            yield from leaves(part, (*at, name))
    else:
        yield at, value


def put(value: object, leaf: Leaf, text: str) -> object:
    """The file with another text in one leaf; changes what it is given."""
    if isinstance(value, etree._Element):
        for tag, n in zip(leaf[::2], leaf[1::2], strict=True):
            value = value.findall(str(tag))[int(n)]
        value.text = text
    elif dirty.is_table(value):
        value[int(leaf[0]) + 1][value[0].index(leaf[1])] = text
    else:
        for name in leaf[:-1]:
            value = value[name]
        value[leaf[-1]] = text
    return value


def is_order(leaf: Leaf) -> bool:
    """Whether it is the number of a row: two equal ones cannot both stay, and the hub says so."""
    return any(str(part).endswith(("序号", "partyId")) for part in leaf)


def soiled(example: Example, changes: dict[Leaf, str]) -> bytes:
    def change(value: object) -> object:
        for leaf, text in changes.items():
            put(value, leaf, text)
        return value

    return dirty.changed(example.path.read_bytes(), example.media_type, change)


def told(body: bytes, media_type: str) -> dict[Leaf, str]:
    """What a file says, by place; blanks around it, its type and what says nothing left aside."""
    texts = ((leaf, scalar(value)) for leaf, value in leaves(parsed(body, media_type)))
    return {leaf: text for leaf, text in texts if text and text not in EMPTY_WORDS}


def scalar(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return (
        ""
        if value is None
        else re.sub(r"[！-～]", lambda wide: chr(ord(wide[0]) - 0xFEE0), str(value).strip())
    )


def read(everything: Translator, agency: str, example: Example, body: bytes) -> Reading | Refused:
    try:
        return conformance_examples.read(everything, agency, example, body)
    except Refused as e:
        return e


def invalid(example: Example, record: Record) -> tuple[tuple[str, str], ...]:
    """The places where a record breaks the schema of its kind; a file of no kind has none."""
    return schemas.faults(example.kind, record.document) if record.document and example.kind else ()


def refusals(outcome: Reading | Refused) -> list[Refused]:
    if isinstance(outcome, Refused):
        return [outcome]
    return [record.fault for record in outcome.records if record.fault]


def said(outcome: Reading) -> str:
    """Everything a reading says: documents with what is kept, and what was reported."""
    rows = [[record.document, record.dropped] for record in outcome.records]
    return json.dumps(rows, ensure_ascii=False, sort_keys=True)


def some_leaves(example: Example) -> st.SearchStrategy[dict[Leaf, str]]:
    here = [leaf for leaf, _ in leaves(parsed(example.path.read_bytes(), example.media_type))]
    return st.dictionaries(st.sampled_from(here), VALUES, min_size=1, max_size=4)


@pytest.mark.parametrize(("agency", "example"), READ)
@BRIEF
@given(data=st.data())
def test_other_values_are_understood_or_refused_by_place(
    everything: Translator, agency: str, example: Example, data: st.DataObject
) -> None:
    changes = data.draw(some_leaves(example))
    outcome = read(everything, agency, example, soiled(example, changes))
    for refusal in refusals(outcome):
        assert refusal.code == "untranslatable"
        for fault in refusal.faults:
            assert fault.native or fault.rule == "no-records"
            assert not any(len(text) > 3 and text in repr(fault) for text in changes.values())
    for record in outcome.records if isinstance(outcome, Reading) else ():
        for pointer, _ in invalid(example, record):
            assert not any(len(text) > 3 and text in pointer for text in changes.values())


@pytest.mark.parametrize(("agency", "example"), READ)
@BRIEF
@given(data=st.data())
def test_two_values_are_two_messages(
    everything: Translator, agency: str, example: Example, data: st.DataObject
) -> None:
    leaf = data.draw(
        st.sampled_from([at for at, _ in leaves(parsed(example.path.read_bytes(), example.media_type))])
    )
    one, other = data.draw(VALUES), data.draw(VALUES)
    assume(scalar(one) != scalar(other))
    outcomes = [read(everything, agency, example, soiled(example, {leaf: text})) for text in (one, other)]
    readings = [outcome for outcome in outcomes if isinstance(outcome, Reading) and not refusals(outcome)]
    if len(readings) == 2:
        assert said(readings[0]) != said(readings[1])


@pytest.mark.parametrize(("agency", "example"), READ)
@BRIEF
@given(data=st.data())
def test_what_was_written_comes_back(
    everything: Translator, agency: str, example: Example, data: st.DataObject
) -> None:
    body = soiled(example, data.draw(some_leaves(example)))
    outcome = read(everything, agency, example, body)
    assume(isinstance(outcome, Reading))
    assert isinstance(outcome, Reading)
    if outcome.format not in everything.writable(agency, example.kind):
        return
    many = len(outcome.records) > 1
    for n, record in enumerate(outcome.records):
        if record.document is not None and not invalid(example, record):
            comes_back(
                everything,
                agency,
                example,
                outcome.format,
                record,
                told(alone(body, example, n, many=many), example.media_type),
            )


def alone(body: bytes, example: Example, n: int, *, many: bool) -> bytes:
    """The file with the one record."""

    def one(value: object) -> object:
        if dirty.is_table(value):
            return [value[0], value[n + 1]]
        if isinstance(value, dict):
            return {k: [v[n]] if isinstance(v, list) and len(v) > n else v for k, v in value.items()}
        return value

    return dirty.changed(body, example.media_type, one) if many else body


def comes_back(
    everything: Translator, agency: str, example: Example, fmt: str, record: Record, was: dict[Leaf, str]
) -> None:
    assert record.document is not None
    written = everything.write(agency, fmt, example.kind, record.document, fmt)
    now = told(written.body, example.media_type)
    lost = {leaf: text for leaf, text in was.items() if now.get(leaf) != text and not is_order(leaf)}
    assert lost == {}
    again = everything.read(agency, written.media_type, written.body, example.origin)
    assert documents(again) == [{k: v for k, v in record.document.items() if k != "native_extras"}]
