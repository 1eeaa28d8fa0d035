"""和合码 and ucuxin: a number says another thing in the next list, and contradictions are not guessed at."""

import csv

import pytest

import schemas
from adapters.justice.codes_hefei import HEFEI_TYPE
from adapters.justice.codes_xlgl import CASE_TYPE
from hub.errors import Refused
from tests.adapters.justice.justice_files import EXAMPLES, Json, document, example, only, read, rule, written

CASE = example("13_hefei_case")
FAILED = example("14_conclusion_ucuxin")


def persons() -> list[Json]:
    found = CASE["person"]
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize(
    ("code", "shared"),
    [
        ("03", "3"),
        ("3", "3"),
        (3, "3"),
        ("３", "3"),
        ("房产宅基地", "3"),
        ("10", "10"),
        ("17", "99"),
        ("99", "99"),
    ],
)
def test_a_type_is_one_with_and_without_its_nought(code: object, shared: str) -> None:
    told = document("dispute", CASE | {"case_type": code})
    assert told["dispute_type"] == shared
    made, dropped = written("hefei_case", "dispute", told, "hefei_case")
    assert dropped == ["/business_time"]  # that of the signature: no column tells it
    assert str(made["case_type"]) == str(code)


def test_a_type_of_another_list_is_refused_with_what_this_one_holds() -> None:
    """0 is 婚姻家庭 in a zero-based list; here it is nothing."""
    with pytest.raises(Refused) as refused:
        read("dispute", CASE | {"case_type": "0"})
    [fault] = refused.value.faults
    assert (fault.rule, fault.native) == ("code", "/case_type")
    [held] = fault.args
    assert HEFEI_TYPE.system in held
    assert "01 婚姻家庭" in held


def test_no_list_is_read_by_the_codes_of_another() -> None:
    told = document("dispute", example("02_application_decoded") | {"caseType": "03", "caseTypeDesc": ""})
    assert "dispute_type" not in told  # 03 is 房产宅基地 in 合肥; in 锡盟 nobody knows
    assert {code for code, _, _ in CASE_TYPE.codes}.isdisjoint(code for code, _, _ in HEFEI_TYPE.codes)


@pytest.mark.parametrize(
    ("source", "origin"),
    [("1", "police_referral"), (4, "court_referral"), ("省信访", "petition"), ("2", "other"), ("0", "other")],
)
def test_the_neighbours_are_where_it_came_from(source: object, origin: str) -> None:
    told = document("dispute", CASE | {"case_source": source})
    assert told["origin"] == origin
    made, _ = written("hefei_case", "dispute", told, "hefei_case")
    assert str(made["case_source"]) == str(source)


def test_people_and_companies_come_back() -> None:
    told = document("dispute", CASE)
    kinds = [(party["kind"], party["role"]) for party in told["parties"]]
    assert kinds == [("person", "applicant"), ("person", "respondent"), ("legal_person", "respondent")]
    made, dropped = written("hefei_case", "dispute", told, "hefei_case")
    assert dropped == ["/business_time"]  # that of the signature: no column tells it
    back = made["person"]
    assert isinstance(back, list)
    assert back[:2] == persons()[:2]
    assert (back[2]["credit_code"], back[2]["name"]) == (persons()[2]["credit_code"], persons()[2]["name"])


@pytest.mark.parametrize("code", ["9150", "无", ""])
def test_what_is_no_credit_code_is_kept(code: str) -> None:
    told = document("dispute", CASE | {"person": [*persons()[:2], persons()[2] | {"credit_code": code}]})
    assert "credit_code" not in told["parties"][2]
    assert schemas.faults("dispute", told) == ()


def test_a_passport_is_no_identity_card() -> None:
    one = persons()[1] | {"identity_type": "2", "identity_num": "E12345678"}
    party = document("dispute", CASE | {"person": [persons()[0], one]})["parties"][1]
    assert (party["id_type"], party["id_number"], party["id_status"]) == (
        "passport",
        "E12345678",
        "not_checked",
    )


@pytest.mark.parametrize(
    ("result", "outcome"),
    [("1", "agreed_written"), (2, "failed"), ("3", "terminated"), ("终止", "terminated")],
)
def test_a_result_is_read_and_a_status_is_not(result: object, outcome: str) -> None:
    told = document("mediation_result", example("13_hefei_ended") | {"result": result, "status": "3"})
    assert told["outcome"] == outcome
    assert told["native_extras"]["/status"] == "3"  # 案件结束 on one screen, 成功 on the other


@pytest.mark.parametrize("empty", ["", None, "无"])
def test_nothing_ended_is_no_outcome(empty: object) -> None:
    told = document("mediation_result", example("13_hefei_ended") | {"result": empty})
    assert ("", "required") in schemas.faults("mediation_result", told)


class TestConclusion:
    def test_a_failure_has_its_words(self) -> None:
        told = document("mediation_result", FAILED)
        assert (told["outcome"], told["failure"]) == ("failed", {"reason": "行政手段"})

    def test_an_oral_agreement_is_oral(self) -> None:
        told = document("mediation_result", example("14_conclusion_ucuxin_agreed"))
        assert told["outcome"] == "agreed_oral"
        assert told["agreements"][0]["form"] == "oral"

    @pytest.mark.parametrize(
        "changes",
        [
            {"MS": 1, "MSDesc": "达成口头协议"},
            {"MS": "1", "MF": "1"},
            {"Reconciling": True},
            {"MS": 1, "MF": 0, "ReasonsTermination": "一方不到场"},
            {"MS": 1, "MF": 0, "MSDesc": "达成书面协议"},
        ],
    )
    def test_success_and_failure_together_are_refused(self, changes: Json) -> None:
        assert rule("mediation_result", FAILED | changes)[0] == ("outcomes", "/MS")

    def test_neither_is_undecided(self) -> None:
        assert rule("mediation_result", FAILED | {"MF": 0, "MFDesc": ""}) == [("undecided", "/MS")]

    @pytest.mark.parametrize(
        ("changes", "outcome"),
        [
            ({"MF": 0, "Reconciling": True}, "settled_by_parties"),
            ({"MF": 0, "ReasonsTermination": "一方不到场"}, "terminated"),
            ({"MF": 0, "MS": 2, "MSDesc": "达成书面协议"}, "agreed_written"),
            ({"MF": "3"}, "failed"),
        ],
    )
    def test_what_is_told_is_read(self, changes: Json, outcome: str) -> None:
        assert document("mediation_result", FAILED | changes)["outcome"] == outcome

    def test_a_success_that_no_page_shows_is_refused(self) -> None:
        assert ("code", "/MS") in rule("mediation_result", FAILED | {"MF": 0, "MS": 2, "MSDesc": "其他"})

    @pytest.mark.parametrize("number", ["一", -1, "1.5", True])
    def test_what_is_no_number_is_none(self, number: object) -> None:
        assert ("integer", "/MS") in rule("mediation_result", FAILED | {"MS": number})

    def test_the_id_is_one_as_a_number_and_as_a_text(self) -> None:
        numbers = {only(read("mediation_result", FAILED | {"Id": n})).case for n in (7, "7", " 7 ")}
        assert len(numbers) == 1


class TestStatistics:
    """Sample 11 is no message: the suite holds it against the published list, the door does not take it."""

    SAMPLE = example("11_statistics")

    def test_every_field_is_listed(self) -> None:
        with (EXAMPLES.parent / "fields" / "justice_ucuxin.csv").open(encoding="utf-8") as file:
            listed = {row["native_name"] for row in csv.DictReader(file)}
        [row] = self.rows()
        assert set(row) <= listed
        assert set(self.SAMPLE) - listed == {"InfoMsg"}

    def test_a_whole_number_is_sent_as_a_text_and_a_share_may_exceed_all(self) -> None:
        [row] = self.rows()
        assert row["DisputeTypeId"] == "2"
        assert float(str(row["OverPercentage"]).rstrip("%")) == 133.33
        assert row["OverCnt"] > row["DisputeCnt"]

    @pytest.mark.parametrize("kind", ["snapshot", "mediation_result", "dispute"])
    def test_no_kind_takes_it(self, kind: str) -> None:
        assert rule(kind, self.SAMPLE) == [("kind-not-in-format", None)]

    def rows(self) -> list[Json]:
        found = self.SAMPLE["Data"]
        assert isinstance(found, list)
        return found
