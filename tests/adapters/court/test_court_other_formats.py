"""案件撤销 and addTeam: files of several records."""

import json

import pytest

import schemas
from hub.errors import Refused
from hub.translate.conformance import load_folder
from hub.translate.registry import Translator
from tests.adapters.court.case_files import EXAMPLES, HOME, JSON, read, xml

WITHDRAWN, TEAM = "07_case_withdrawn_2009data.xml", "13_consultation_addTeam.json"


@pytest.fixture(scope="module")
def court() -> Translator:
    return Translator([load_folder(HOME)])


def test_several_cases_withdrawn_in_one_file(court: Translator) -> None:
    second = {
        "案件的唯一标识": "500199202100013",
        "撤销时间": "2021-04-22 10:00:00.0",
        "撤销原因": "立案错误",
    }
    changes = {f"案件撤销记录/R:1/{name}": text for name, text in second.items()}
    records = read(court, "case_status", xml(WITHDRAWN, changes)).records
    assert [r.document["reason"] for r in records] == ["重复录入", "立案错误"]
    assert [r.case[0].value for r in records] == ["500199202100012", "500199202100013"]
    assert len({r.own for r in records}) == 2
    assert all(schemas.faults("case_status", r.document) == () for r in records)


def test_a_status_of_another_root_is_another_format(court: Translator) -> None:
    with pytest.raises(Refused) as refused:
        read(court, "dispute", (EXAMPLES / WITHDRAWN).read_bytes())
    assert refused.value.faults[0].rule == "kind-not-in-format"


def test_a_question_and_an_invitation(court: Translator) -> None:
    body = (EXAMPLES / TEAM).read_bytes()
    first, second = read(court, "consultation", body, JSON).records
    assert [first.document["request_type"], second.document["request_type"]] == ["other", "joint_mediation"]
    assert first.case == second.case
    assert first.own == second.own == ()


def test_one_unreadable_row_leaves_the_other(court: Translator) -> None:
    rows = json.loads((EXAMPLES / TEAM).read_bytes())
    rows[0]["type"] = 9
    bad, good = read(court, "consultation", json.dumps(rows).encode(), JSON).records
    assert [(f.rule, f.native) for f in bad.fault.faults] == [("code", "/type")]
    assert bad.label == "item 1"
    assert good.document["question"] == "协助调解"
