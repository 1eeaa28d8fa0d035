"""What the sender did not say stands in no file that the hub writes, and what it said oddly is not lost."""

import json

import pytest

import schemas
from hub.errors import Refused
from hub.translate.conformance import load_folder
from hub.translate.conformance_examples import SIGNED_AT
from hub.translate.records import Origin, Record
from hub.translate.registry import Translator
from tests.adapters import dirty
from tests.adapters.conftest import ADAPTERS, FOLDERS

JSON = "application/json"
CSV = "text/csv;charset=GB18030"
XML = "application/xml;charset=GBK"


@pytest.fixture(scope="module")
def everything() -> Translator:
    return Translator([load_folder(folder) for folder in FOLDERS])


def example(agency: str, name: str) -> bytes:
    return (ADAPTERS / agency / "examples" / name).read_bytes()


def read(everything: Translator, agency: str, media: str, kind: str, body: bytes, n: int = 0) -> Record:
    return everything.read(agency, media, body, Origin(kind, "500199", SIGNED_AT)).records[n]


def with_members(body: bytes, **members: object) -> bytes:
    return json.dumps(json.loads(body) | members, ensure_ascii=False).encode()


def document(record: Record) -> dict[str, object]:
    assert record.document is not None, record.fault and record.fault.faults
    return record.document


class TestNoDayIsInvented:
    def test_a_refused_receipt_has_no_time_of_signing(self, everything: Translator) -> None:
        body = example("justice", "10_service_receipt.json")
        refused = document(read(everything, "justice", JSON, "service_receipt", body, 2))
        assert refused["result"] == "refused"
        written = everything.write(
            "justice", "service_receipt", "service_receipt", refused, "service_receipt"
        )
        row = json.loads(written.body)["记录"][0]
        assert row["签收时间"] == ""

    @pytest.mark.parametrize("source", ["same", "police"])
    def test_a_dispute_without_a_day_of_filing_is_not_filed(
        self, everything: Translator, source: str
    ) -> None:
        if source == "same":
            text = example("court", "01_case_filed_2009data_gbk.xml").decode("gb18030")
            body = text.replace("<立案日期>2021-04-19</立案日期>", "<立案日期></立案日期>").encode("gb18030")
            sent = document(read(everything, "court", XML, "dispute", body))
        else:
            body = example("police", "04_dispute_register_FWQZ_gbk.csv")
            sent = document(read(everything, "police", CSV, "dispute", body))
        written = everything.write("court", "data2009_civil_case", "dispute", sent)
        assert "<立案日期></立案日期>" in written.body.decode("gb18030").replace(
            "<立案日期/>", "<立案日期></立案日期>"
        )
        assert "/business_time" in written.dropped

    def test_a_result_without_an_end_has_none(self, everything: Translator) -> None:
        body = with_members(example("court", "12_referral_result_sf.json"), mediateEndDate="")
        sent = document(read(everything, "court", JSON, "mediation_result", body))
        for agency, fmt, field in (
            ("court", "sf_edit_mediate_result", "mediateEndDate"),
            ("police", "medoffice", "closeDate"),
        ):
            written = json.loads(everything.write(agency, fmt, "mediation_result", sent).body)
            assert not written.get(field)

    def test_a_mere_day_gets_no_midnight(self, everything: Translator) -> None:
        body = with_members(example("police", "08_early_warning.json"), happenTimeStr="2021-04-19")
        sent = document(read(everything, "police", JSON, "early_warning", body))
        for came_from in ("ffcs_warning", None):
            written = everything.write("police", "ffcs_warning", "early_warning", sent, came_from)
            assert json.loads(written.body)["happenTimeStr"] == "2021-04-19"

    def test_nobody_decided_for_or_against_an_application(self, everything: Translator) -> None:
        sent: dict[str, object] = {"outcome": "agreed_written", "ended_on": "2026-11-20"}
        written = everything.write("court", "sf_edit_mediate_result", "mediation_result", sent)
        assert "judicialApplyFlag" not in json.loads(written.body)

    @pytest.mark.parametrize("flag", ["yes", ""])
    def test_nobody_approved_what_the_sender_did_not(self, everything: Translator, flag: str) -> None:
        whole = json.loads(example("justice", "04_agreement.json"))
        whole["query"]["act"]["flag"] = flag
        record = read(everything, "justice", JSON, "mediation_result", json.dumps(whole).encode())
        written = everything.write(
            "justice", "xlgl_agreement", "mediation_result", document(record), "xlgl_agreement"
        )
        assert json.loads(written.body)["query"]["act"]["flag"] == flag


class TestOddWaysToSayIt:
    def test_padded_names_of_composite_fields_are_read(self, everything: Translator) -> None:
        whole = json.loads(example("police", "07_medoffice.json"))
        body = json.dumps({f" {name}\t": value for name, value in whole.items()}).encode()
        record = read(everything, "police", JSON, "referral", body)
        assert [number.normal for number in record.own] == ["2021-04-18/12"]

    def test_half_of_a_composite_number_comes_back(self, everything: Translator) -> None:
        body = with_members(example("police", "07_medoffice.json"), acceptDate=None)
        record = read(everything, "police", JSON, "referral", body)
        assert record.own == ()
        assert "/caseId" in record.kept
        written = everything.write("police", "medoffice", "referral", document(record), "medoffice")
        assert json.loads(written.body)["caseId"] == 12

    @pytest.mark.parametrize("number", ["1234567890123456789", "0020871", "20871"])
    def test_long_and_padded_ids_are_texts(self, everything: Translator, number: str) -> None:
        body = with_members(example("court", "12_referral_result_sf.json"), sfLawCaseId=number)
        record = read(everything, "court", JSON, "mediation_result", body)
        written = everything.write("court", "sf_edit_mediate_result", "mediation_result", document(record))
        assert str(json.loads(written.body)["sfLawCaseId"]) == number

    def test_two_numbers_of_one_person_are_kept_and_reported(self, everything: Translator) -> None:
        both = "500000197511209026/500000490712905"
        whole = json.loads(example("police", "07_medoffice.json"))
        whole["parties"][1]["idCardNum"] = both
        record = read(everything, "police", JSON, "referral", json.dumps(whole).encode())
        assert schemas.faults("referral", document(record)) == ()
        assert ("identity", "/parties/1/idCardNum") in [(f.code, f.native) for f in record.findings]
        written = everything.write("police", "medoffice", "referral", document(record), "medoffice")
        assert json.loads(written.body)["parties"][1]["idCardNum"] == both

    @pytest.mark.parametrize(
        ("kind", "shared"), [("5", "other"), ("4", "other"), ("居民身份证", "resident_id")]
    )
    def test_papers_of_one_shared_kind_stay_apart(
        self, everything: Translator, kind: str, shared: str
    ) -> None:
        whole = json.loads(example("court", "11_referral_out_sf.json"))
        whole["data"]["litigants"][0] |= {"idCardType": kind, "idCard": "测0001"}
        record = read(everything, "court", JSON, "referral", json.dumps(whole).encode())
        parties = document(record)["parties"]
        assert isinstance(parties, list)
        assert parties[0]["id_type"] == shared
        assert ("/data/litigants/0/idCardType" in record.kept) == (kind != "4")

    def test_a_time_in_the_place_of_a_label_leaves_the_code(self, everything: Translator) -> None:
        text = example("court", "01_case_filed_2009data_gbk.xml").decode("gb18030")
        text = text.replace("<诉讼地位名称>申请人<", "<诉讼地位名称>2021-04-19T10:02:33<", 1)
        record = read(everything, "court", XML, "dispute", text.encode("gb18030"))
        parties = document(record)["parties"]
        assert isinstance(parties, list)
        assert parties[0]["role"] == "applicant"
        assert document(record)["native_extras"]["/当事人/R/0/诉讼地位名称"] == "2021-04-19T10:02:33"  # type: ignore[index] # an object of texts

    @pytest.mark.parametrize("end", [",\r\n", ",,\r\n", "\r\n\x1a"])
    def test_ends_of_lines_and_files_of_spreadsheets(self, everything: Translator, end: str) -> None:
        body = example("police", "04_dispute_register_FWQZ_gbk.csv")
        rows = dirty.changed(body, CSV, lambda rows: rows).decode("gb18030")
        text = rows.replace("\r\n", end) if "," in end else rows + "\x1a"
        reading = everything.read("police", CSV, text.encode("gb18030"), Origin("dispute", "5", SIGNED_AT))
        plain = everything.read("police", CSV, body, Origin("dispute", "5", SIGNED_AT))
        assert reading == plain

    def test_two_parties_of_one_number_are_told_apart_and_reported(self, everything: Translator) -> None:
        text = example("court", "01_case_filed_2009data_gbk.xml").decode("gb18030")
        record = read(
            everything, "court", XML, "dispute", text.replace("<序号>2<", "<序号>1<", 1).encode("gb18030")
        )
        parties = document(record)["parties"]
        assert isinstance(parties, list)
        assert [party["ref"] for party in parties] == ["p1", "p2", "p3"]
        assert ("lossy", "/parties/1/ref") in [(f.code, f.pointer) for f in record.findings]

    def test_what_is_said_twice_is_kept_whole(self, everything: Translator) -> None:
        body = with_members(
            example("justice", "02_application_decoded.json"),
            accuserName="郑测一、彭测四", accuserSex="男、女", accuserBirthday="1968-3-5、不详",
        )  # fmt: skip
        record = read(everything, "justice", JSON, "dispute", body)
        written = everything.write(
            "justice", "xlgl_application", "dispute", document(record), "xlgl_application"
        )
        again = json.loads(written.body)
        assert [again[name] for name in ("accuserName", "accuserSex", "accuserBirthday")] == [
            "郑测一、彭测四", "男、女", "1968-3-5、不详",
        ]  # fmt: skip

    def test_a_company_of_an_application_stands_in_its_own_field(self, everything: Translator) -> None:
        body = example("justice", "06_confirmation_company.json")
        record = read(everything, "justice", JSON, "confirmation_application", body)
        written = everything.write(
            "justice", "confirmation_form", "confirmation_application", document(record), "confirmation_form"
        )
        companies = [row for row in json.loads(written.body)["申请人"] if row["名称"]]
        assert companies
        assert all(not row["姓名"] for row in companies)

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
    @pytest.mark.parametrize(
        ("media", "name", "kind"),
        [
            (XML, "court/01_case_filed_2009data_gbk.xml", "dispute"),
            (CSV, "police/04_dispute_register_FWQZ_gbk.csv", "dispute"),
            (JSON, "police/07_medoffice.json", "referral"),
        ],
    )
    def test_other_encodings_are_refused(
        self, everything: Translator, encoding: str, media: str, name: str, kind: str
    ) -> None:
        agency, _, file = name.partition("/")
        body = dirty.decoded(example(agency, file)).encode(encoding)
        with pytest.raises(Refused) as refused:
            read(everything, agency, media, kind, body)
        assert refused.value.code == "malformed"
