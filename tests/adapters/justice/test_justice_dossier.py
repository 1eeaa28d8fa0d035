"""哈尔滨 dossier: two lists tell one outcome, one file tells four things, litigants are two or more."""

import pytest

import schemas
from hub.errors import Refused
from tests.adapters.justice.justice_files import Json, document, example, only, read, rule, written

DOSSIER = example("05_archive_harbin")


def dossier(**changes: object) -> Json:
    """The sample with other members; `archive_state` stands for `archive.state`."""
    told = dict(DOSSIER)
    for name, value in changes.items():
        told[name.replace("archive_", "archive.", 1)] = value
    return told


def protocol(**changes: object) -> Json:
    told = DOSSIER["protocol"]
    assert isinstance(told, dict)
    return told | changes


@pytest.mark.parametrize(
    ("state", "result", "outcome"),
    [
        (1, 0, "agreed_written"),
        ("1", "0", "agreed_written"),
        (1, "", "agreed_written"),
        ("", 0, "agreed_written"),
        (-1, -1, "failed"),
        ("-1", "失败", "failed"),
        ("调解成功", 0, "agreed_written"),
    ],
)
def test_one_in_one_list_is_nought_in_the_other(state: object, result: object, outcome: str) -> None:
    told = document("mediation_result", dossier(archive_state=state, protocol=protocol(result=result)))
    assert told["outcome"] == outcome
    assert schemas.faults("mediation_result", told) == ()


@pytest.mark.parametrize(("state", "result"), [(1, -1), (-1, 0), ("调解失败", "成功")])
def test_two_outcomes_are_not_guessed_at(state: object, result: object) -> None:
    told = dossier(archive_state=state, protocol=protocol(result=result))
    assert rule("mediation_result", told) == [("outcomes", "/archive.state")]


@pytest.mark.parametrize("state", [0, 2, "未完成", "调解中止"])
def test_what_has_not_ended_has_no_result(state: object) -> None:
    told = dossier(archive_state=state, protocol=protocol(result=""))
    assert ("undecided", "/archive.state") in rule("mediation_result", told)


def test_a_code_of_neither_list_is_refused_with_what_the_lists_hold() -> None:
    with pytest.raises(Refused) as refused:
        read("mediation_result", dossier(archive_state=6, protocol=protocol(result=6)))
    held = {fault.native: fault.args for fault in refused.value.faults if fault.rule == "code"}
    assert held["/protocol/result"] == ("protocol.result · 哈尔滨 protocol.result: 0 成功, -1 失败",)
    assert "哈尔滨 archive.state" in held["/archive.state"][0]


def test_a_suspension_is_a_step_and_no_result() -> None:
    suspended = example("05_archive_suspended")
    told = document("mediation_progress", suspended)
    assert (told["event"], told["remarks"]) == ("suspended", suspended["archive.content"])
    assert ("undecided", "/archive.state") in rule("mediation_result", suspended)
    assert rule("mediation_progress", DOSSIER) == [("code", "/archive.state")]


def test_its_numbers_name_the_case() -> None:
    record = only(read("mediation_result", dossier(archive_id="JZ1")))
    assert [(n.system, n.normal) for n in record.case] == [
        ("agreement_no", "(测)人调12号"),
        ("harbin_archive", "JZ1"),
    ]
    assert record.own == ()
    assert [n.system for n in only(read("dispute", dossier(archive_id="JZ1"))).own] == ["harbin_archive"]


def test_three_litigants_are_three_parties_and_come_back() -> None:
    told = document("dispute", DOSSIER)
    parties = told["parties"]
    assert isinstance(parties, list)
    assert [party["id_status"] for party in parties] == ["valid", "valid", "fifteen"]
    assert "dispute_type" not in told  # `2` of a list nobody published
    made, dropped = written("harbin_archive", "dispute", told, "harbin_archive")
    assert dropped == []
    back = {name: value for name, value in made.items() if value not in ("", [])}
    assert back["archive.type.id"] == "2"
    assert (back["archive.createTime"], back["protocol"]) == (1618732800000, _as_text(protocol()))
    litigants = DOSSIER["archive.litigants"]
    assert isinstance(litigants, list)
    assert back["archive.litigants"] == [{k: v for k, v in one.items() if v != ""} for one in litigants]


def _as_text(told: Json) -> Json:
    """Kept beside the shared form, a number is the text of it."""
    return told | {"result": str(told["result"])}


def test_one_litigant_is_noted() -> None:
    litigants = DOSSIER["archive.litigants"]
    assert isinstance(litigants, list)
    record = only(read("dispute", dossier(archive_litigants=litigants[:1])))
    assert ("completeness", "/archive.litigants") in {(f.code, f.native) for f in record.findings}
    assert record.document is not None
    assert len(record.document["parties"]) == 1


@pytest.mark.parametrize(
    ("at", "instant"),
    [
        (1618732800000, "2021-04-18T16:00:00+08:00"),
        ("1618732800000", "2021-04-18T16:00:00+08:00"),
        ("2021-04-18 16:00:00", "2021-04-18T16:00:00+08:00"),
    ],
)
def test_milliseconds_are_read_as_china_time(at: object, instant: str) -> None:
    told = document("dispute", dossier(archive_createTime=at))
    assert told["business_time"] == instant
    made, _ = written("harbin_archive", "dispute", told, "harbin_archive")
    assert str(made["archive.createTime"]) == str(at)


def test_a_visit_is_told_by_the_same_file() -> None:
    told = document("performance", DOSSIER)
    assert told["event"] == "visit"
    assert told["visit"] == {"situation": "已疏通", "on": "2021-04-25"}
    assert told["business_time"] == "2021-04-25T16:00:00+08:00"


def test_how_it_is_performed_is_one_item() -> None:
    for remark, item in (
        ("当场履行", {"manner": "on_spot"}),
        ("三日内疏通", {"due_text": "三日内疏通"}),
        ("无", None),
    ):
        told = document("mediation_result", dossier(protocol=protocol(remark=remark)))
        [agreement] = told["agreements"]
        assert agreement.get("items") == (item and [{"no": 1, "kind": "other"} | item])


def test_from_elsewhere_only_success_or_failure_is_written() -> None:
    made, dropped = written("harbin_archive", "mediation_result", {"outcome": "unreachable"})
    assert (made["archive.state"], made["protocol"]) == (-1, {"result": -1})
    assert "/outcome" in dropped
