"""The awkward realities of the formats that a court's files meet, by their numbers in the evidence."""

import csv
import json

import pytest

import schemas
from hub.errors import Refused
from hub.translate.conformance import load_folder
from hub.translate.records import Noted, Record
from hub.translate.registry import Translator
from tests.adapters import dirty
from tests.adapters.court.case_files import EXAMPLES, HOME, JSON, UTF8, document, front_end, only, read, xml

CASE, RESULT = "11_referral_out_sf.json", "12_referral_result_sf.json"
FILED, CLOSED = "01_case_filed_2009data_gbk.xml", "04_case_closed_with_service_gbk.xml"
RESOURCE = (EXAMPLES / "17_case_resource_T_AJ.xml").read_text(encoding="utf-8")
PLATFORM = "19_platform_assist.json"
RECEIPT = "16_exchange_receipt.json"
COURT = Translator([load_folder(HOME)])


def person(key: str) -> dict[str, str]:
    with dirty.PEOPLE.open(encoding="utf-8") as file:
        return next(row for row in csv.DictReader(file) if row["key"] == key)


def litigant(**members: object) -> Record:
    whole = json.loads(front_end(CASE))
    whole["data"]["litigants"] = [{"partyType": 0, "litigationStatus": 1, "name": "郑测一", **members}]
    return only(COURT, "referral", json.dumps(whole).encode(), JSON)


def resource(**leaves: str) -> Record:
    """The example with texts put into the first element of a name."""
    text = RESOURCE
    for name, value in leaves.items():
        start, _, rest = text.partition(f"<{name}")
        rest = rest.partition("/>")[2] if rest.startswith("/>") else rest.partition(f"</{name}>")[2]
        text = f"{start}<{name}>{value}</{name}>{rest}"
    return only(COURT, "dispute", text.encode(), UTF8)


def refused(kind: str, body: bytes, media: str = JSON) -> tuple[str, str | None, str]:
    with pytest.raises(Refused) as found:
        read(COURT, kind, body, media)
    assert found.value.code == "untranslatable"
    (fault,) = found.value.faults
    return fault.rule, fault.native, "".join(fault.args)


class TestOneSex:
    @pytest.mark.parametrize(("sent", "read"), [(1, "1"), (0, "2"), ("男", "1"), ("女", "2"), (None, None)])
    def test_of_the_newer_front_end(self, sent: object, read: str | None) -> None:
        made = litigant(sex=sent).document["parties"][0]
        assert made.get("sex") == read

    def test_a_mix_up_with_the_older_front_end_is_noticed_by_the_id_number(self) -> None:
        man = person("A")
        right = litigant(sex=1, idCard=man["id_number"])
        wrong = litigant(sex=0, idCard=man["id_number"])
        noted = Noted("identity", "/parties/0/sex", detail="sex")
        assert (noted in right.findings, noted in wrong.findings) == (False, True)

    def test_fifteen_digits_tell_it_by_their_last(self) -> None:
        number = "500000490712905"
        assert Noted("identity", "/parties/0/sex", detail="sex") in litigant(sex=0, idCard=number).findings

    @pytest.mark.parametrize("sent", ["0", "1", "2", "9"])
    def test_a_number_of_no_published_list_is_nobody_s_sex(self, sent: str) -> None:
        record = resource(N_XB=sent)
        assert "sex" not in record.document["parties"][0]
        assert record.document["native_extras"]["/T_AJ_DSR_AJXQ/0/N_XB"] == sent

    def test_a_code_of_another_list_is_refused_with_the_candidates_and_without_the_value(self) -> None:
        whole = json.loads(front_end(CASE))
        whole["data"]["litigants"][0]["sex"] = 4711
        rule, native, candidates = refused("referral", json.dumps(whole).encode())
        assert (rule, native) == ("code", "/data/litigants/0/sex")
        assert "court sf REST (2021 front end)" in candidates
        assert "1 男, 0 女" in candidates


class TestTwoSuccess:
    @pytest.mark.parametrize(
        ("state", "outcome"), [(6, "agreed_written"), ("6", "agreed_written"), (7, "failed")]
    )
    def test_of_the_front_end(self, state: object, outcome: str) -> None:
        assert (
            document(COURT, "mediation_result", front_end(RESULT, resultState=state), JSON)["outcome"]
            == outcome
        )

    @pytest.mark.parametrize("state", [0, 1, 2, "成功"])
    def test_another_system_s_success_is_none_here(self, state: object) -> None:
        rule, native, _ = refused("mediation_result", front_end(RESULT, resultState=state))
        assert (rule, native) == ("code", "/resultState")

    @pytest.mark.parametrize(
        ("state", "words", "result"),
        [
            ("200", "接收成功", "ok"),
            ("502", "格式错误", "failed"),
            ("502", "任务号重复", "repeat"),
            ("502", "", "failed"),
            ("0", "成功", "unknown"),
            ("1", "", "unknown"),
            ("", "成功", "unknown"),
        ],
    )
    def test_of_a_receipt(self, state: str, words: str, result: str) -> None:
        rows = [
            json.loads((EXAMPLES / RECEIPT).read_text(encoding="utf-8"))[0] | {"jgzt": state, "ztms": words}
        ]
        made = only(COURT, "native_ack", json.dumps(rows).encode(), JSON)
        assert made.document["result"] == result
        assert bool(made.findings) is (state not in ("200", "502"))
        assert schemas.faults("native_ack", made.document) == ()


class TestThreeDisputeTypes:
    def test_the_label_decides_and_a_bare_number_means_nothing(self) -> None:
        named = only(COURT, "referral", front_end(CASE, caseInvolve="涉农民工工资"), JSON)
        bare = only(COURT, "referral", front_end(CASE, caseInvolve="2"), JSON)
        assert named.document["dispute_type"] == "10.1"
        assert "dispute_type" not in bare.document
        assert Noted("lossy", native="/data/caseInvolve") in bare.findings

    def test_a_code_of_a_cause_without_its_list_is_kept(self) -> None:
        made = resource(N_LAAY="9143").document
        assert "cause" not in made
        assert made["native_extras"]["/T_AJ_AJXQ/N_LAAY"] == "9143"


class TestFourIdentifiers:
    def test_every_number_has_its_system(self) -> None:
        record = resource()
        assert [(n.system, n.value) for n in record.own] == [("ajbs", "500199202100089")]
        assert {n.system for n in record.case} == {"case_no"}
        assert record.document["native_extras"]["/T_AJ_AJXQ/C_BH"] == "0F1E2D3C4B5A69788796A5B4C3D2E1F0"

    def test_a_task_s_number_names_what_the_receipt_is_about_and_no_record(self) -> None:
        for record in read(COURT, "native_ack", (EXAMPLES / RECEIPT).read_bytes(), JSON).records:
            assert (record.own, record.case, record.links) == ((), (), ())
            assert record.document["about"]["system"] == "rwh"


class TestFiveCaseNumbers:
    @pytest.mark.parametrize(
        "written",
        [
            "(2021)渝0199民初字第89号",
            "（2021）渝0199民初89号",
            "〔2021〕渝0199民初89号",
            "[2021]渝0199民初第089号",
            "2021渝0199民初89",
            " ( 2021 ) 渝0199民初89号 ",
        ],
    )
    def test_are_one_however_they_are_written(self, written: str) -> None:
        record = resource(C_AH=written)
        assert {n.normal for n in record.case} == {"(2021)渝0199民初89号"}

    def test_two_that_differ_are_two(self) -> None:
        assert len(resource(C_AH="(2021)渝0199民初88号").case) == 2


class TestEightDates:
    @pytest.mark.parametrize(
        "written",
        [
            "2021-04-20 00:00:00.0",
            "2021-04-20",
            "20210420",
            "2021-04-20T00:00:00",
            "2021年4月20日",
            "1618848000000",
        ],
    )
    def test_a_day_of_filing(self, written: str) -> None:
        made = resource(DT_LASJ=written).document
        assert (made["own_case"]["accepted_on"], made["business_time"]) == (
            "2021-04-20",
            "2021-04-20T00:00:00+08:00",
        )

    def test_two_forms_in_one_field_of_receipts(self) -> None:
        records = read(COURT, "native_ack", (EXAMPLES / RECEIPT).read_bytes(), JSON).records
        assert [record.document["at"] for record in records] == [
            "2021-04-20T15:42:00+08:00",
            "2021-04-20T15:42:09+08:00",
        ]

    def test_milliseconds_since_1970(self) -> None:
        made = document(COURT, "dispute", front_end(PLATFORM), JSON)
        assert made["business_time"] == "2025-03-25T08:00:00+08:00"

    @pytest.mark.parametrize("written", ["2021-02-30 00:00:00.0", "2021-13-01", "去年"])
    def test_a_day_that_is_none_is_kept_and_noted(self, written: str) -> None:
        record = resource(DT_LASJ=written)
        assert "accepted_on" not in record.document["own_case"]
        assert record.document["native_extras"]["/T_AJ_AJXQ/DT_LASJ"] == written
        assert Noted("lossy", native="/T_AJ_AJXQ/DT_LASJ") in record.findings


class TestNineEncodings:
    @pytest.mark.parametrize("label", ["UTF-8", "GBK"])
    @pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
    def test_bytes_count_and_a_label_that_lies_is_noted(self, encoding: str, label: str) -> None:
        body = RESOURCE.replace("UTF-8", label).encode(encoding)
        record = only(COURT, "dispute", body, f"application/xml;charset={label}")
        assert record.document["parties"][0]["name"] == "郑测一"
        honest = (encoding, label) in (("utf-8", "UTF-8"), ("gb18030", "GBK"))
        assert (Noted("encoding") in record.findings) is not honest

    def test_a_character_that_gbk_has_not(self) -> None:
        body = RESOURCE.replace("郑测一", "𠮷测一").encode("gb18030")
        assert document(COURT, "dispute", body)["parties"][0]["name"] == "𠮷测一"


class TestFourteenMessagesOfACourt:
    def test_no_agents_and_no_service_rows_are_counted_on(self) -> None:
        made = document(COURT, "case_status", xml(CLOSED, {"送达信息": None, "代理人": None}))
        assert "services" not in made
        assert schemas.faults("case_status", made) == ()

    def test_a_time_in_the_place_of_a_name(self) -> None:
        with_time = xml(CLOSED, {"送达信息/R:0/送达方式名称": "2021-04-20T15:41:10"})
        service = document(COURT, "case_status", with_time)["services"][0]
        assert "method" not in service
        (sms,) = read(COURT, "", (EXAMPLES / "08_sms_notice_2009data.xml").read_bytes(), UTF8).records
        assert sms.document["native_extras"]["/短信通知记录/R/接收人类型名称"] == "2021-04-20T15:41:10"

    def test_a_stray_digit_after_an_element(self) -> None:
        body = RESOURCE.replace("</N_LX>", "</N_LX>1", 1).encode()
        record = only(COURT, "dispute", body, UTF8)
        assert Noted("dropped", native="/T_AJ_DSR_AJXQ/N_LX") in record.findings
        assert len(record.document["parties"]) == 2

    def test_an_element_that_is_there_twice(self) -> None:
        kept = resource().document["native_extras"]["/T_AJ_DSR_AJXQ/0/C_TSSF"]
        assert json.loads(kept) == ["残疾人", "低保户"]
        with pytest.raises(Refused) as found:
            read(COURT, "dispute", RESOURCE.replace("<N_LX>1<", "<N_LX>1</N_LX><N_LX>1<").encode(), UTF8)
        assert found.value.faults[0].rule == "duplicate-element"


class TestFifteenContradictions:
    @pytest.mark.parametrize("closed", [2, "2", "撤回请求", '"撤回请求'])
    def test_a_withdrawal_among_the_successes_is_no_agreement(self, closed: object) -> None:
        body = front_end(RESULT, resultState=6, judicialApplyFlag=True, closeCaseState=closed)
        record = only(COURT, "mediation_result", body, JSON)
        assert record.document["outcome"] == "withdrawn_by_party"
        assert "wish" not in record.document
        assert Noted("lossy", native="/resultState") in record.findings

    @pytest.mark.parametrize(
        ("state", "closed", "outcome"),
        [
            (6, 1, "agreed_written"),
            (7, 3, "unreachable"),
            (7, 4, "refused_by_party"),
            (7, 5, "failed"),
            (7, "其他", "terminated"),
        ],
    )
    def test_how_it_ended(self, state: int, closed: object, outcome: str) -> None:
        body = front_end(RESULT, resultState=state, closeCaseState=closed)
        made = document(COURT, "mediation_result", body, JSON)
        assert made["outcome"] == outcome
        written = COURT.write(
            "court", "sf_edit_mediate_result", "mediation_result", made, "sf_edit_mediate_result"
        )
        assert json.loads(written.body)["closeCaseState"] == closed
        assert written.dropped == ()

    @pytest.mark.parametrize(("state", "closed"), [(6, 3), (6, 4), (6, 5), (6, 99), (7, 1), (7, 2)])
    def test_what_excludes_itself_is_refused(self, state: int, closed: int) -> None:
        body = front_end(RESULT, resultState=state, closeCaseState=closed)
        assert refused("mediation_result", body)[:2] == ("contradictory", "/resultState")

    def test_an_unlisted_way_is_refused_with_the_list(self) -> None:
        rule, _, candidates = refused("mediation_result", front_end(RESULT, resultState=7, closeCaseState=8))
        assert rule == "code"
        assert "closeCaseState" in candidates


class TestThePlatform:
    @pytest.mark.parametrize("sent", [[{"name": "郑测一"}], {"name": "郑测一"}, ["郑测一", {"a": 1}]])
    def test_a_defendant_that_is_no_name_is_refused_by_its_place(self, sent: object) -> None:
        assert refused("dispute", front_end(PLATFORM, defendant=sent))[:2] == ("type", "/defendant")

    def test_a_name_alone_and_several(self) -> None:
        made = document(
            COURT, "dispute", front_end(PLATFORM, defendant=["郑测一", person("ORG")["name"]]), JSON
        )
        assert [party["role"] for party in made["parties"]] == ["defendant", "defendant"]
        single = document(COURT, "dispute", front_end(PLATFORM, defendant="郑测一"), JSON)
        assert [party["name"] for party in single["parties"]] == ["郑测一"]
