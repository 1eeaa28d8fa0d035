"""The awkward realities of justice's files, as the evidence numbers them: each is read or told of."""

import pytest

import schemas
from hub.errors import Refused
from tests.adapters.justice.justice_files import Json, document, example, read, rule, written

APPLICATION = example("02_application_decoded")
REGISTER = example("03_register_response")
FORM = example("06_confirmation_application")
DOSSIER = example("05_archive_harbin")
CASE = example("13_hefei_case")


def applicants(**changes: object) -> Json:
    """The application for confirmation with the first applicant changed."""
    people = FORM["申请人"]
    assert isinstance(people, list)
    return FORM | {"申请人": [people[0] | changes, *people[1:]]}


def litigants(**changes: object) -> Json:
    people = DOSSIER["archive.litigants"]
    assert isinstance(people, list)
    return DOSSIER | {"archive.litigants": [people[0] | changes, *people[1:]]}


def first(kind: str, told: Json, where: str = "parties") -> Json:
    people = document(kind, told)[where]
    assert isinstance(people, list)
    one = people[0]
    assert isinstance(one, dict)
    return one


class TestOneSex:
    """Numbers, words and GUIDs; 0 is unknown here, a woman or a man in a system of the court."""

    def test_each_by_the_list_of_its_own_system(self) -> None:
        assert first("dispute", APPLICATION | {"accuserSex": "1"})["sex"] == "1"
        assert first("dispute", APPLICATION | {"accuserSex": "0"})["sex"] == "0"
        assert first("dispute", litigants(sex="2"))["sex"] == "2"
        assert first("confirmation_application", applicants(性别="女"), "applicants")["sex"] == "2"

    def test_a_number_says_nothing_where_words_are_the_codes(self) -> None:
        assert rule("confirmation_application", applicants(性别="1")) == [("code", "/申请人/0/性别")]

    def test_a_guid_is_kept(self) -> None:
        told = read("mediator", example("07_mediator"))
        assert all("sex" not in (record.document or {}) for record in told.records)


class TestTwoSuccess:
    """0, 1 and yes say that it went well, each in a field of its own."""

    def test_four_ways_to_agree(self) -> None:
        agreement = example("04_agreement")
        told = [
            document("mediation_result", DOSSIER),
            document("mediation_result", agreement),
            document("mediation_result", example("13_hefei_ended") | {"result": "1"}),
        ]
        assert {one["outcome"] for one in told} == {"agreed_written"}
        spoken = document("mediation_result", example("14_conclusion_ucuxin_agreed"))
        assert spoken["outcome"] == "agreed_oral"

    def test_the_answer_of_a_call_is_no_outcome(self) -> None:
        for status in ("0", 0, "1"):
            told = document("dispute", REGISTER | {"status": status})
            assert told["native_extras"]["/status"] == str(status)


class TestThreeTypes:
    """2 is 邻里 in one list and 房屋宅基地 in the next."""

    def test_two_is_read_where_the_list_is_known(self) -> None:
        assert document("dispute", CASE | {"case_type": "2"})["dispute_type"] == "2"
        assert "dispute_type" not in document("dispute", DOSSIER | {"archive.type.id": "2"})
        assert "dispute_type" not in document("dispute", APPLICATION | {"caseTypeDesc": ""})

    def test_the_word_decides_where_both_are_sent(self) -> None:
        told = document("dispute", APPLICATION | {"caseType": "2", "caseTypeDesc": "房屋宅基地纠纷"})
        assert told["dispute_type"] == "3"
        assert told["native_extras"]["/caseType"] == "2"


class TestSixPersons:
    @pytest.mark.parametrize(
        ("name", "status"),
        [
            ("郑*一", "masked"),
            ("郑某一", "partial"),
            ("郑××", "masked"),
            ("阿依·测六", "full"),
            ("郑某(身份不详)", "unknown"),
        ],
    )
    def test_a_name_is_as_much_as_is_known_of_it(self, name: str, status: str) -> None:
        for kind, told in (
            ("dispute", litigants(name=name)),
            ("dispute", APPLICATION | {"accuserName": name}),
        ):
            person = first(kind, told)
            assert person["name_status"] == status
            assert schemas.faults(kind, document(kind, told)) == ()

    @pytest.mark.parametrize(
        ("number", "status"),
        [
            ("", "missing"),
            ("500000490712905", "fifteen"),
            ("5000**********9010", "masked"),
            ("500000196803059011", "bad_checksum"),
            ("500000196803059000", "truncated"),
        ],
    )
    def test_a_number_is_never_refused_for_being_wrong(self, number: str, status: str) -> None:
        assert first("dispute", litigants(card=number))["id_status"] == status

    def test_an_age_makes_a_minor_where_no_birthday_is_told(self) -> None:
        assert first("dispute", litigants(card="", age=11))["flags"] == {"minor": True}
        assert "flags" not in first("dispute", litigants(card="", age="53岁"))

    def test_two_people_in_a_slot_are_two(self) -> None:
        told = document("dispute", APPLICATION | {"defendantName": "冯测二、余测三(翁媳)"})
        assert [party["name"] for party in told["parties"]] == ["郑测一", "冯测二", "余测三"]

    def test_a_masked_telephone_is_one(self) -> None:
        assert first("dispute", litigants(contact="100****0005"))["phones"] == ["100****0005"]


class TestSevenSlots:
    def test_what_the_slots_cannot_hold_is_named_and_what_came_from_them_comes_back(self) -> None:
        three = document("dispute", DOSSIER)
        _, dropped = written("xlgl_application", "dispute", three)
        assert any(pointer.startswith("/parties/2/") for pointer in dropped)
        own, dropped = written("harbin_archive", "dispute", three, "harbin_archive")
        assert dropped == []
        assert len(own["archive.litigants"]) == 3


class TestEightDates:
    @pytest.mark.parametrize(
        ("told", "value", "precision"),
        [
            ("1968-03-05", "1968-03-05", "day"),
            ("1968-3-5", "1968-03-05", "day"),
            ("1968年3月5日", "1968-03-05", "day"),
            ("19680305", "1968-03-05", "day"),
            ("1968.3.5", "1968-03-05", "day"),
            ("1968年3月", "1968-03", "month"),
            ("一九六八年三月五日", "1968-03-05", "day"),
            ("3.5", None, "unknown"),
        ],
    )
    def test_value_precision_and_what_was_written(self, told: str, value: str | None, precision: str) -> None:
        sent = APPLICATION | {"accuserBirthday": told}
        birth = first("dispute", sent)["birth_date"]
        assert isinstance(birth, dict)
        assert (birth.get("value"), birth["precision"]) == (value, precision)
        made, _ = written("xlgl_application", "dispute", document("dispute", sent), "xlgl_application")
        assert made["accuserBirthday"] == told

    def test_milliseconds_beside_days(self) -> None:
        for at in (
            1618732800000,
            "2021-04-18 16:00:00",
            "2021-04-18T08:00:00Z",
            "2021-04-18T16:00:00.0000000+08:00",
        ):
            told = document("dispute", DOSSIER | {"archive.createTime": at})
            assert told["business_time"] == "2021-04-18T16:00:00+08:00"


@pytest.mark.parametrize(
    ("told", "count"),
    [
        ("30余人", {"value": 30, "precision": "at_least", "raw": "30余人"}),
        ("二人", {"value": 2, "precision": "exact", "raw": "二人"}),
        ("3", {"value": 3, "precision": "exact"}),
        ("若干", None),
    ],
)
def test_ten_people_are_counted_as_they_are_told(told: str, count: Json | None) -> None:
    body = REGISTER["body"]
    assert isinstance(body, dict)
    sent = REGISTER | {"body": body | {"caseInvolveCount": told}}
    assert document("dispute", sent).get("people_count") == count
    made, _ = written("xlgl_register", "dispute", document("dispute", sent), "xlgl_register")
    assert made["body"]["caseInvolveCount"] == told


class TestElevenSeveralInOne:
    def test_joined_with_a_sign_at_the_end(self) -> None:
        told = document("dispute", APPLICATION | {"caseFile": "/upload/a.pdf;/upload/b.pdf;"})
        assert [file["ref"] for file in told["attachments"]] == ["/upload/a.pdf", "/upload/b.pdf"]
        made, _ = written("xlgl_application", "dispute", told, "xlgl_application")
        assert made["caseFile"] == "/upload/a.pdf;/upload/b.pdf;"

    def test_numbers_of_two_people_joined_by_a_stroke(self) -> None:
        sent = APPLICATION | {
            "defendantName": "冯测二/余测三",
            "defendantIdcard": "500000197511209026/500000490712905",
        }
        people = document("dispute", sent)["parties"][1:]
        assert [person["id_number"] for person in people] == ["500000197511209026", "500000490712905"]


@pytest.mark.parametrize("empty", ["", None, "无", "/", "--", {}])
def test_twelve_empty_is_said_in_many_ways(empty: object) -> None:
    bare = {name: value for name, value in APPLICATION.items() if name != "accuserOccupation"}
    missing = document("dispute", bare)
    if isinstance(empty, dict):
        assert rule("dispute", APPLICATION | {"mediator": empty}) == []
        return
    assert document("dispute", APPLICATION | {"accuserOccupation": empty}) == missing


def test_thirteen_the_same_entry_twice_is_two_records_of_one_number() -> None:
    page = example("07_mediator")
    result = page["result"]
    assert isinstance(result, dict)
    row = result["resultData"][0]
    twice = read("mediator", page | {"result": result | {"resultData": [row, row]}})
    assert len(twice.records) == 2
    assert twice.records[0].own == twice.records[1].own


def test_fifteen_contradictions_are_refused_by_place_and_never_by_value() -> None:
    for told, place in (
        (DOSSIER | {"archive.state": -1}, "/archive.state"),
        (example("14_conclusion_ucuxin") | {"MS": 1, "MSDesc": "达成口头协议"}, "/MS"),
    ):
        with pytest.raises(Refused) as refused:
            read("mediation_result", told)
        assert ("outcomes", place) in [(fault.rule, fault.native) for fault in refused.value.faults]
        assert "郑测一" not in repr(refused.value.faults)
