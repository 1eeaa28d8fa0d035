"""The front end for mediation before a suit: referrals, results, applications and their answers as JSON."""

import json

import pytest

import schemas
from hub.errors import Refused
from hub.translate.conformance import load_folder
from hub.translate.records import FileRef, Noted, Number
from hub.translate.registry import Translator
from tests.adapters.court.case_files import EXAMPLES, HOME, JSON, document, front_end, only, read

CASE, RESULT = "11_referral_out_sf.json", "12_referral_result_sf.json"
ANSWER = "15_confirmation_answer_getMoveInfo.json"
TAKEN = "20_accept_case_sf.json"
NOW = "2026-11-25T12:00:00+08:00"


@pytest.fixture(scope="module")
def court() -> Translator:
    return Translator([load_folder(HOME)])


def refused(court: Translator, kind: str, body: bytes) -> list[tuple[str, str | None]]:
    with pytest.raises(Refused) as found:
        read(court, kind, body, JSON)
    assert found.value.code == "untranslatable"
    return [(fault.rule, fault.native) for fault in found.value.faults]


class TestReferral:
    @pytest.mark.parametrize(
        ("changes", "track", "at"),
        [
            ({}, "prefiling_delegated", "2021-04-16T00:00:00+08:00"),
            ({"preFilingDate": None}, "prefiling_delegated", "2021-04-15T00:00:00+08:00"),
            ({"preFilingDate": "2021/4/16"}, "prefiling_delegated", "2021-04-16T00:00:00+08:00"),
            ({"preFilingDate": 1618502400000}, "prefiling_delegated", "2021-04-16T00:00:00+08:00"),
            ({"preFilingDate": "20210416"}, "prefiling_delegated", "2021-04-16T00:00:00+08:00"),
            ({"preFilingDate": "2021年4月16日"}, "prefiling_delegated", "2021-04-16T00:00:00+08:00"),
            ({"preFilingDate": "2021-02-30"}, "prefiling_delegated", None),
            ({"acceptType": "80"}, "prefiling_delegated", "2021-04-16T00:00:00+08:00"),
            ({"acceptType": None}, "prefiling_delegated", "2021-04-16T00:00:00+08:00"),
            ({"applicableProcedures": "简易程序"}, "prefiling_delegated", "2021-04-16T00:00:00+08:00"),
            ({"caseNo": "(2021)渝0199诉前调88号"}, "prefiling_delegated", "2021-04-16T00:00:00+08:00"),
            ({"filingDate": "2026-11-02", "applicableProcedures": "普通程序"}, "entrusted_ordinary", NOW),
            ({"filingDate": "2026-11-02", "applicableProcedures": "简易程序"}, "entrusted_summary", NOW),
            (
                {"caseNo": "（2026）渝0199民初9号", "applicableProcedures": "小额案件"},
                "entrusted_summary",
                NOW,
            ),
            ({"filingDate": "2026-11-02"}, "entrusted_ordinary", NOW),
        ],
    )
    def test_track_and_time(
        self, court: Translator, changes: dict[str, object], track: str, at: str | None
    ) -> None:
        record = only(court, "referral", front_end(CASE, **changes), JSON)
        assert record.document["track"] == track
        assert record.document["business_time"] == (at or NOW)
        guessed = (track == "entrusted_ordinary" and "applicableProcedures" not in changes) or (
            "acceptType" in changes and changes["acceptType"] is None
        )
        assert any(f.code == "completeness" for f in record.findings) is guessed
        assert schemas.faults("referral", record.document) == ()

    def test_a_case_of_the_court_is_there_only_after_filing(self, court: Translator) -> None:
        assert "own_case" not in document(court, "referral", front_end(CASE), JSON)
        changes = {"filingDate": "2026-11-02", "caseNo": "（2026）渝0199民初0009号"}
        own_case = document(court, "referral", front_end(CASE, **changes), JSON)["own_case"]
        assert own_case["identifier"]["normal_form"] == "(2026)渝0199民初9号"
        assert (own_case["accepted_on"], own_case["kind"]) == ("2026-11-02", "civil_first")

    def test_numbers(self, court: Translator) -> None:
        record = only(court, "referral", front_end(CASE), JSON)
        assert record.own == (Number("sf_case", "20871", "20871"),)
        assert [n.normal for n in record.case] == ["(2021)渝0199诉前调88号"]
        as_text = only(court, "referral", front_end(CASE, sfLawCaseId=" 20871 "), JSON)
        assert as_text.own == record.own

    @pytest.mark.parametrize(
        ("field", "value", "place", "expected"),
        [
            ("sex", 1, "sex", "1"), ("sex", 0, "sex", "2"), ("sex", "0", "sex", "2"),
            ("sex", "女", "sex", "2"), ("sex", "", "sex", None), ("sex", False, "sex", None),
            ("partyType", 0, "kind", "person"), ("partyType", "2", "kind", "organisation"),
            ("litigationStatus", 1, "role", "plaintiff"), ("litigationStatus", "3", "role", "third"),
            ("litigationStatus", "", "role", "other"),
            ("idCardType", 7, "id_type", "passport"), ("idCardType", 255, "id_type", "resident_id"),
            ("idCard", "500000490712905", "id_status", "fifteen"),
            ("idCard", "500000********9037", "id_status", "masked"),
            ("idCard", "", "id_status", "missing"),
            ("phone", "100****0005", "phones", ["100****0005"]),
            ("phone", "10000000004；10000000007", "phones", ["10000000004", "10000000007"]),
            ("birthday", "1990年", "birth_date", {"value": "1990", "precision": "year", "raw": "1990年"}),
            ("address", "", "addresses", None),
        ],
    )  # fmt: skip
    def test_litigants(
        self, court: Translator, field: str, value: object, place: str, expected: object
    ) -> None:
        body = json.loads(front_end(CASE))
        body["data"]["litigants"][0][field] = value
        if field == "sex" and value is False:
            assert refused(court, "referral", json.dumps(body).encode()) == [
                ("code", "/data/litigants/0/sex")
            ]
            return
        person = document(court, "referral", json.dumps(body).encode(), JSON)["parties"][0]
        assert person.get(place) == expected

    @pytest.mark.parametrize("field", ["sex", "partyType", "litigationStatus", "idCardType", "addResstype"])
    def test_a_code_of_no_list_is_refused_by_its_place(self, court: Translator, field: str) -> None:
        body = json.loads(front_end(CASE))
        body["data"]["litigants"][1][field] = 77
        assert refused(court, "referral", json.dumps(body).encode()) == [
            ("code", f"/data/litigants/1/{field}")
        ]

    @pytest.mark.parametrize("accept", [1, 4, 98, "982", "x"])
    def test_other_entries_of_the_log_are_no_referral(self, court: Translator, accept: object) -> None:
        assert refused(court, "referral", front_end(CASE, acceptType=accept)) == [
            ("code", "/data/acceptType")
        ]

    def test_what_a_case_involves(self, court: Translator) -> None:
        for label, expected in (("涉农民工工资", "10.1"), ("无该项", None), ("涉其他", None)):
            made = document(court, "referral", front_end(CASE, caseInvolve=label), JSON)
            assert made.get("dispute_type") == expected

    def test_an_empty_litigant_is_nobody(self, court: Translator) -> None:
        body = json.loads(front_end(CASE))
        body["data"]["litigants"].append({"name": "", "phone": None})
        assert len(document(court, "referral", json.dumps(body).encode(), JSON)["parties"]) == 3


class TestAnswer:
    @pytest.mark.parametrize(
        ("given", "decision"),
        [(1, "accepted"), ("2", "supplement"), (3.0, "not_accepted"), ("审批通过", "accepted")],
    )
    def test_decisions(self, court: Translator, given: object, decision: str) -> None:
        record = only(court, "confirmation_answer", front_end(ANSWER, moveResult=given), JSON)
        assert record.document["decision"] == decision
        assert record.case == (Number("sf_case", "20871", "20871"),)
        assert record.own == ()
        assert schemas.faults("confirmation_answer", record.document) == ()

    @pytest.mark.parametrize(("given", "rule"), [(0, "undecided"), ("暂未处理", "undecided"), (9, "code")])
    def test_what_is_no_decision(self, court: Translator, given: object, rule: str) -> None:
        body = front_end(ANSWER, moveResult=given)
        assert refused(court, "confirmation_answer", body) == [(rule, "/data/moveResult")]

    def test_it_may_repeat_the_application(self, court: Translator) -> None:
        body = front_end(ANSWER, moveTime="2021-04-19 9:5:7", mediateFileIds=[504], newClaim="请求确认")
        record = only(court, "confirmation_answer", body, JSON)
        assert record.document["native_extras"]["/data/mediateFileIds"] == "[504]"

    def test_a_file_of_an_unknown_catalogue_is_kept(self, court: Translator) -> None:
        files = [
            {"catalogName": "补充材料", "fileName": "说明.pdf", "fileId": 9},
            {"catalogName": "", "fileId": ""},
        ]
        made = document(court, "confirmation_answer", front_end(ANSWER, fileInfo=files), JSON)
        assert made["attachments"] == [{"ref": "9", "name": "说明.pdf", "catalogue": "other"}]
        assert made["native_extras"]["/data/fileInfo/0/catalogName"] == "补充材料"


class TestResult:
    @pytest.mark.parametrize(
        ("state", "flag", "outcome", "wish"),
        [
            (6, True, "agreed_written", "confirm"), (6, False, "agreed_written", "none"),
            (7, True, "failed", "file"), ("7", "0", "failed", "none"), ("调解失败", None, "failed", None),
        ],
    )  # fmt: skip
    def test_the_flag_means_two_things(
        self, court: Translator, state: object, flag: object, outcome: str, wish: str | None
    ) -> None:
        body = front_end(RESULT, resultState=state, judicialApplyFlag=flag)
        made = document(court, "mediation_result", body, JSON)
        assert (made["outcome"], made.get("wish")) == (outcome, wish)
        written = court.write("court", "sf_edit_mediate_result", "mediation_result", made)
        assert json.loads(written.body)["resultState"] == (6 if outcome == "agreed_written" else 7)
        told = None if wish is None else wish in ("confirm", "file")
        assert json.loads(written.body).get("judicialApplyFlag") is told

    @pytest.mark.parametrize(
        ("outcome", "wish", "state", "flag"),
        [
            ("agreed_oral", "confirm", 6, True), ("partly_agreed", None, 6, None),
            ("settled_by_parties", "file", 6, False), ("unreachable", "file", 7, True),
            ("refused_by_party", "confirm", 7, False), ("period_expired", "none", 7, False),
        ],
    )  # fmt: skip
    def test_written(
        self, court: Translator, outcome: str, wish: str | None, state: int, flag: bool | None
    ) -> None:
        sent: dict[str, object] = {"outcome": outcome, "ended_on": "2026-11-20"} | (
            {"wish": wish} if wish else {}
        )
        body = json.loads(court.write("court", "sf_edit_mediate_result", "mediation_result", sent).body)
        told = {} if flag is None else {"judicialApplyFlag": flag}
        assert body == {"resultState": state, "mediateEndDate": "2026-11-20"} | told

    @pytest.mark.parametrize(("field", "value"), [("resultState", 5), ("judicialApplyFlag", "x")])
    def test_refused(self, court: Translator, field: str, value: object) -> None:
        body = front_end(RESULT, **{field: value})
        assert refused(court, "mediation_result", body) == [("code", "/resultState")]

    def test_paths_are_what_the_envelope_says(self, court: Translator) -> None:
        named = {"/upload/a.pdf": FileRef("a" * 64, "笔录.pdf", "application/pdf")}
        (record,) = read(court, "mediation_result", front_end(RESULT), JSON, named).records
        first, second = record.document["sessions"][0]["files"]
        assert (first["digest"], first["name"]) == ("a" * 64, "笔录.pdf")
        assert second == {"ref": "/upload/b.pdf", "catalogue": "record"}
        assert Noted("paper", detail="file") in record.findings
        again = court.write("court", "sf_edit_mediate_result", "mediation_result", record.document)
        assert json.loads(again.body)["records"][0]["mediateTime"] == "2021-04-17 9:5:0"


class TestApplication:
    def test_papers_go_to_their_catalogues(self, court: Translator) -> None:
        papers = [
            {"ref": "9", "catalogue": "record"},
            {"digest": "b" * 64, "name": "授权.pdf", "catalogue": "proxy"},
            {"name": "身份证明.pdf", "catalogue": "identity"},
            {"ref": "007", "catalogue": "appraisal"},
            {"ref": "/p/1", "catalogue": "preservation"},
        ]
        sent = {
            "business_time": "2026-01-05T01:02:03Z",
            "papers": papers,
            "agreement": {"form": "written", "document": {"digest": "c" * 64, "catalogue": "agreement"}},
            "organisation_proof": {"ref": "3", "catalogue": "organisation_proof"},
            "oral": {"digest": "b" * 64, "catalogue": "proxy"},
            "attachments": [{"ref": "4", "catalogue": "other"}],
        }
        written = court.write("court", "sf_move_court", "confirmation_application", sent)
        body = json.loads(written.body)
        assert body["moveTime"] == "2026-01-05 9:2:3"
        assert body["noteIds"] == [9]
        assert body["plaintiffIds"] == ["身份证明.pdf"]
        assert body["mediateFileIds"] == ["c" * 64]
        assert body["otherIds"] == ["b" * 64, 3, 4]
        assert (body["identifyIds"], body["preservationIds"]) == (["007"], ["/p/1"])
        assert (body["sfLawCaseId"], body["complaintIds"]) == (None, [])
        assert "/papers/1/name" in written.dropped

    def test_it_is_written_and_never_read(self, court: Translator) -> None:
        body = (EXAMPLES / "14_confirmation_apply_moveCourt.json").read_bytes()
        assert refused(court, "confirmation_application", body) == [("kind-not-in-format", None)]

    def test_the_court_gets_its_own_forms(self, court: Translator) -> None:
        wanted = {
            "dispute": "data2009_civil_case",
            "mediation_result": "sf_edit_mediate_result",
            "confirmation_application": "sf_move_court",
            "confirmation_ruling": None,
            "referral": None,
        }
        assert {kind: court.native_format_for("court", kind) for kind in wanted} == wanted


class TestTakenOrNot:
    @pytest.mark.parametrize(
        ("sent", "answer"),
        [
            (1, "accepted"),
            ("接收", "accepted"),
            (2, "supplement_requested"),
            (3, "declined"),
            (4, "returned"),
            ("退回", "returned"),
        ],
    )
    def test_what_is_answered(self, court: Translator, sent: object, answer: str) -> None:
        made = document(court, "referral_answer", front_end(TAKEN, doType=sent), JSON)
        assert made["answer"] == answer
        assert made["case_no"]["system"] == "sf_no"
        written = court.write("court", "sf_accept", "referral_answer", made, "sf_accept")
        assert json.loads(written.body)["doType"] == sent

    def test_an_unlisted_answer_is_refused(self, court: Translator) -> None:
        assert refused(court, "referral_answer", front_end(TAKEN, doType=5)) == [("code", "/doType")]

    def test_for_signing_the_front_end_has_no_word(self, court: Translator) -> None:
        told = {"answer": "signed", "identifiers": [{"system": "sf_case", "value": "80213"}]}
        written = court.write("court", "sf_accept", "referral_answer", told)
        assert written.dropped == ("/answer",)
        assert json.loads(written.body)["sfLawCaseId"] == 80213
