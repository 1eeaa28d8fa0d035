"""锡盟 agreement: a result that names its agreement; its words are not cut up, its approval counts."""

import pytest

import schemas
from tests.adapters.justice.justice_files import Json, document, example, only, read, rule, written

AGREEMENT = example("04_agreement")


def query(**changes: object) -> Json:
    told = AGREEMENT["query"]
    assert isinstance(told, dict)
    return {"query": told | changes}


def agreement(**changes: object) -> Json:
    found = document("mediation_result", query(**changes))
    agreements = found["agreements"]
    assert isinstance(agreements, list)
    [one] = agreements
    assert isinstance(one, dict)
    return one


def test_what_was_agreed_stays_in_its_own_words() -> None:
    found = agreement()
    assert found["terms"] == "一、三日内疏通;二、补偿300元。"
    assert found["matters"] == [{"no": 1, "text": "恢复排水、补偿费用"}]
    assert found["items"] == [{"no": 1, "kind": "other", "manner": "on_spot", "due_text": "2021年4月21日前"}]
    assert "performed_on_spot" not in found  # 当场履行 is how, not that it is done
    assert (found["form"], found["mediation_type"], found["organisation"]) == ("written", "people", "3105")


def test_its_number_names_the_case() -> None:
    record = only(read("mediation_result", AGREEMENT))
    assert [(n.system, n.normal) for n in record.case] == [("agreement_no", "测调(2021)12号")]
    assert record.own == ()


@pytest.mark.parametrize(
    ("limit", "due"),
    [
        ("2021年4月21日", "2021-04-21"),
        ("2021-4-21", "2021-04-21"),
        ("2021年4月21日前", None),  # whether that day counts is not decided here
        ("2021年4月31日", None),
        ("三日内", None),
        ("2021年5月", None),
    ],
)
def test_only_a_whole_date_is_a_due_day(limit: str, due: str | None) -> None:
    [item] = agreement(timeLimit=limit)["items"]
    assert item["due_text"] == limit
    assert (item["due"]["value"] if "due" in item else None) == due


def test_words_nobody_listed_are_kept() -> None:
    found = document("mediation_result", query(performMode="分两次结清"))
    made, _ = written("xlgl_agreement", "mediation_result", found, "xlgl_agreement")
    back = made["query"]
    assert isinstance(back, dict)
    assert back["performMode"] == "分两次结清"
    assert agreement(performMode="分两次结清")["items"][0]["manner"] == "other"


@pytest.mark.parametrize("act", [{"flag": "yes"}, {"flag": ""}, {}, None, {"flag": " yes "}])
def test_an_agreement_is_agreed(act: object) -> None:
    found = document("mediation_result", query(act=act))
    assert found["outcome"] == "agreed_written"
    assert schemas.faults("mediation_result", found) == ()


def test_an_agreement_that_was_not_approved_is_no_result() -> None:
    assert rule("mediation_result", query(act={"flag": "no"})) == [("code", "/query/act/flag")]


def test_without_words_and_approval_nothing_is_agreed() -> None:
    found = document("mediation_result", query(agreementContent="", act={}))
    assert "outcome" not in found
    assert schemas.faults("mediation_result", found) == (("", "required"),)


def test_the_mediation_itself_may_be_told() -> None:
    found = document(
        "mediation_result", query(mediateDate="2021年4月18日", mediatePlace="村委会", mediateRecord="同意。")
    )
    assert found["sessions"] == [{"at": "2021-04-18T00:00:00+08:00", "place": "村委会", "record": "同意。"}]


def test_a_failed_mediation_is_not_written_as_an_agreement() -> None:
    made, dropped = written(
        "xlgl_agreement", "mediation_result", {"outcome": "failed", "failure": {"reason": "分歧大"}}
    )
    told = made["query"]
    assert isinstance(told, dict)
    assert (told["agreementContent"], told["act"]["flag"]) == ("", "")
    assert {"/outcome", "/failure/reason"} <= set(dropped)


def test_an_agreement_of_several_items_has_no_single_limit() -> None:
    items = [
        {"no": n, "kind": "pay", "manner": "lump", "due": {"value": f"2026-0{n}-01", "precision": "day"}}
        for n in (1, 2)
    ]
    made, dropped = written(
        "xlgl_agreement",
        "mediation_result",
        {"outcome": "agreed_written", "agreements": [{"form": "written", "terms": "测", "items": items}]},
    )
    told = made["query"]
    assert isinstance(told, dict)
    assert (told["performMode"], told["timeLimit"]) == ("", "")
    assert "/agreements/0/items/1/due/value" in dropped
