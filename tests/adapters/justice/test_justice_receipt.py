"""送达回证: one record a person; who signed; an attempt is told as an attempt."""

import pytest

import schemas
from tests.adapters.justice.justice_files import Json, only, read, rule, written

KIND = "service_receipt"
HEAD: Json = {
    "案号": "（2021）渝0199民特12号",
    "送达文书": "民事裁定书",
    "送达人": "沈调一",
    "送达地点": "测试镇司法所",
}
ROW: Json = {
    "受送达人": "郑测一",
    "送达方式": "当场打印送达",
    "签收时间": "2021年4月20日16时05分",
    "签收": "本人签字",
}


def receipt(**changes: object) -> Json:
    found = only(read(KIND, HEAD | {"记录": [ROW | changes]})).document
    assert found is not None
    assert schemas.faults(KIND, found) == ()
    return found


def test_one_record_a_person() -> None:
    reading = read(KIND, HEAD | {"记录": [ROW, ROW | {"受送达人": "冯测二"}]})
    assert [record.label for record in reading.records] == ["item 1", "item 2"]
    assert [record.document and record.document["party_name"] for record in reading.records] == [
        "郑测一",
        "冯测二",
    ]
    for record in reading.records:
        assert [(n.system, n.normal) for n in record.case] == [("case_no", "(2021)渝0199民特12号")]


@pytest.mark.parametrize(
    "number", ["(2021)渝0199民特12号", "〔2021〕渝0199民特第012号", " （2021）渝０１９９民特12号 "]
)
def test_the_case_number_is_one_however_it_is_written(number: str) -> None:
    record = only(read(KIND, HEAD | {"案号": number, "记录": [ROW]}))
    assert [n.normal for n in record.case] == ["(2021)渝0199民特12号"]


@pytest.mark.parametrize(
    ("signed", "result", "receiver"),
    [
        ("本人签字", "served", "郑测一"),
        ("签收", "served", None),
        ("代收(冯测二)", "served", "冯测二"),
        ("同住成年家属签收：冯测二", "served", "冯测二"),
        ("拒签", "refused", None),
        ("拒收（郑测一）", "refused", None),
        ("不在", "absent", None),
        ("未送达", "failed", None),
    ],
)
def test_who_signed(signed: str, result: str, receiver: str | None) -> None:
    found = receipt(签收=signed)
    assert found["result"] == result
    assert found.get("receiver") == ({"name": receiver} if receiver else None)


def test_left_is_told_as_left_with_its_witness() -> None:
    found = receipt(送达方式="留置", 签收时间="", 签收="拒签", 见证人="村干部一")
    assert (found["method"], found["result"], found["refusal"]) == (
        "left",
        "refused",
        {"witness": "村干部一"},
    )
    assert "served_at" not in found
    assert found["business_time"] == "2026-11-25T12:00:00+08:00"


def test_whether_someone_was_served_is_never_guessed() -> None:
    sheet = HEAD | {"记录": [ROW | {"签收": "大概收到"}, ROW]}
    assert rule(KIND, sheet) == [("code", "/记录/签收")] or rule(KIND, sheet)[0][0] == "code"
    assert [record.document is None for record in read(KIND, sheet).records] == [True, False]
    record = only(read(KIND, HEAD | {"记录": [ROW | {"签收": ""}]}))
    assert record.document is not None
    assert record.document["result"] == "pending"
    assert [(f.code, f.pointer) for f in record.findings] == [("lossy", "/result")]


@pytest.mark.parametrize(
    ("native", "method"),
    [
        ("留置送达", "left"),
        ("邮寄", "post"),
        ("电子送达", "electronic"),
        ("直接送达", "direct"),
        ("贴门上", None),
    ],
)
def test_methods(native: str, method: str | None) -> None:
    assert receipt(送达方式=native).get("method") == method


def test_a_receipt_signed_by_another_is_not_written_as_ones_own() -> None:
    told: Json = {"party_name": "郑测一", "result": "served"}
    for receiver, signed in (("郑测一", "本人签字"), ("冯测二", "代收(冯测二)"), (None, "签收")):
        made, _ = written(KIND, KIND, told | ({"receiver": {"name": receiver}} if receiver else {}))
        [row] = made["记录"]
        assert (row["受送达人"], row["签收"]) == ("郑测一", signed)


def test_a_row_comes_back_whichever_it_was() -> None:
    sheet = HEAD | {"记录": [ROW, ROW, ROW | {"签收时间": "2021-04-20 16:05", "送达方式": "贴门上"}]}
    record = read(KIND, sheet).records[2]
    assert record.document is not None
    made, dropped = written(KIND, KIND, record.document, KIND)
    assert dropped == []
    [row] = made["记录"]
    assert (row["签收时间"], row["送达方式"]) == ("2021-04-20 16:05", "贴门上")
