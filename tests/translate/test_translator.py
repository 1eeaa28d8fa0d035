"""The translator as the exchange uses it, on the police formats and the shared form."""

import csv
import io
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import orjson
import pytest

from adapters.police import AGENCY
from hub.errors import Broken, Refused
from hub.port import Agency, Format, Shape
from hub.translate.records import SHARED_TYPE, Number, Origin
from hub.translate.registry import Translator, named_once

EXAMPLES = Path(__file__).parents[2] / "adapters" / "police" / "examples"
AT = datetime(2026, 11, 25, 12, 0, tzinfo=timezone(timedelta(hours=8)))
CSV = "text/csv;charset=GB18030"


@pytest.fixture(scope="module")
def police() -> Translator:
    return Translator([AGENCY])


def origin(kind: str = "referral") -> Origin:
    return Origin(kind, "500199520000", AT)


def medoffice(**changes: object) -> bytes:
    body = json.loads((EXAMPLES / "07_medoffice.json").read_text(encoding="utf-8")) | changes
    return json.dumps(body, ensure_ascii=False).encode()


def register(*rows: dict[str, str]) -> bytes:
    columns = list(dict.fromkeys(["BH", "DSRYXM", *(name for row in rows for name in row)]))
    out = io.StringIO(newline="")
    table = csv.DictWriter(out, columns)
    table.writeheader()
    table.writerows(rows)
    return out.getvalue().encode("gb18030")


def people(*names: str, role: str = "side_b") -> list[dict[str, object]]:
    return [{"ref": f"p{i}", "kind": "person", "role": role, "name": name} for i, name in enumerate(names, 1)]


class TestChoice:
    @pytest.mark.parametrize(
        ("media", "body", "code", "rule"),
        [
            ("application/xml", b"<a/>", "untranslatable", "no-format"),
            ("nonsense", b"{}", "media-type", "media-type"),
            ("application/json", b"{}", "untranslatable", "no-format"),
            ("application/json", b"[]", "untranslatable", "no-format"),
            ("application/json", b'"acceptDate caseId"', "untranslatable", "no-format"),
            ("text/csv", b"a,b\n1,2\n", "untranslatable", "no-format"),
            ("text/csv", b"BH,DSRYXM\n", "untranslatable", "no-records"),
            ("application/json;charset=GBK", b"{}", "malformed", "encoding"),
            ("application/json", "测".encode("gbk"), "malformed", "encoding"),
            ("application/json", b'{"acceptDate":1,"acceptDate":2}', "malformed", "duplicate-key"),
            ("application/json", b" " * (1024 * 1024 + 1), "too-large", "size"),
        ],
    )
    def test_what_fits_nothing(
        self, police: Translator, media: str, body: bytes, code: str, rule: str
    ) -> None:
        kind = "dispute" if media == "text/csv" else "referral"
        with pytest.raises(Refused) as refused:
            police.read("police", media, body, origin(kind))
        assert (refused.value.code, refused.value.faults[0].rule) == (code, rule)

    def test_a_kind_the_format_does_not_carry(self, police: Translator) -> None:
        with pytest.raises(Refused) as refused:
            police.read("police", "application/json", medoffice(), origin("consultation"))
        assert refused.value.faults[0].rule == "kind-not-in-format"

    def test_names_known_from_before_are_no_pass_for_others(self, police: Translator) -> None:
        """A format is remembered by a body's names: one that lacks some fits nothing, before and after."""
        whole = orjson.loads(medoffice())
        carrier = next(fmt.carrier for fmt in AGENCY.formats if fmt.name == "medoffice")
        lacking = {name: value for name, value in whole.items() if name not in carrier.requires}
        for body, fits in ((whole, True), (lacking, False), (whole, True), (lacking, False)):
            if fits:
                assert (
                    police.read("police", "application/json", orjson.dumps(body), origin()).format
                    == "medoffice"
                )
                continue
            with pytest.raises(Refused) as refused:
                police.read("police", "application/json", orjson.dumps(body), origin())
            assert refused.value.faults[0].rule == "no-format"

    def test_two_formats_fit(self) -> None:
        json_formats = [fmt for fmt in AGENCY.formats if fmt.name == "medoffice"]
        twice = Agency(name="police", zh="", formats=(*json_formats, *json_formats), systems=frozenset())
        with pytest.raises(Refused) as refused:
            Translator([twice]).read("police", "application/json", medoffice(), origin())
        assert refused.value.faults[0].rule == "two-formats"

    def test_a_name_means_one_format(self) -> None:
        fmt = next(fmt for fmt in AGENCY.formats if fmt.name == "medoffice")
        other = Agency(name="procuratorate", zh="检察", formats=(fmt,), systems=frozenset())
        named_once([AGENCY])
        with pytest.raises(Broken, match=r"medoffice.*adapters/police, adapters/procuratorate"):
            named_once([AGENCY, other])

    def test_another_agency_has_no_such_format(self, police: Translator) -> None:
        with pytest.raises(Refused):
            police.read("court", "application/json", medoffice(), origin())

    def test_media_types_are_published(self, police: Translator) -> None:
        assert (SHARED_TYPE, "", "shared") in police.media_types()
        assert ("text/csv", "police", "bf_110") in police.media_types()

    def test_the_format_to_write(self, police: Translator) -> None:
        assert police.native_format_for("police", "referral") == "medoffice"
        assert police.native_format_for("police", "dispute", "bf_110") is None
        assert police.native_format_for("police", "dispute", "shared") == "shared"
        assert police.native_format_for("police", "task") is None


class TestRecords:
    def test_numbers_by_what_they_do(self, police: Translator) -> None:
        reading = police.read(
            "police", CSV, (EXAMPLES / "03_alarm_daily_BF110_gbk.csv").read_bytes(), origin("dispute")
        )
        assert reading.shape is Shape.MANY
        assert [record.label for record in reading.records] == ["row 1", "row 2", "row 3"]
        first, second, _ = reading.records
        assert second.links == first.own == (Number("jjdbh", "20210418093011001", "20210418093011001"),)

    def test_a_row_that_cannot_be_read_leaves_the_others(self, police: Translator) -> None:
        body = register(
            {"BH": "1", "DSRYXM": "测甲", "DSRYXB": "1"},
            {"BH": "2", "DSRYXM": "测乙", "DSRYXB": "7", "DSRYNL": "三"},
            {"BH": "3", "DSRYXM": "测丙", "DSRYXB": "2"},
        )
        records = police.read("police", CSV, body, origin("dispute")).records
        assert [record.fault is None for record in records] == [True, False, True]
        fault = records[1].fault
        assert fault is not None
        places = [(f.record, f.native, f.rule) for f in fault.faults]
        assert places == [("row 2", "/DSRYXB", "code"), ("row 2", "/DSRYNL", "integer")]

    def test_all_places_of_a_single_record_are_named_and_no_value(self, police: Translator) -> None:
        bad = [{"partyKind": "测甲", "gender": 3, "name": "测乙"}]
        body = medoffice(parties=bad, 测丙="x", extra="y")
        with pytest.raises(Refused) as refused:
            police.read("police", "application/json", body, origin())
        assert [(f.native, f.rule) for f in refused.value.faults] == [
            ("/parties/0/partyKind", "code"),
            ("/parties/0/gender", "code"),
            ("/#22", "unknown-field"),
            ("/extra", "unknown-field"),
        ]

    @pytest.mark.parametrize("day", ["2021-04-18", "2021年4月18日", "2021/4/18", "2021-04-18 00:00:00.0"])
    def test_a_composite_number_is_one_however_its_day_is_written(self, police: Translator, day: str) -> None:
        record = police.read("police", "application/json", medoffice(acceptDate=day), origin()).records[0]
        assert [(n.value, n.normal) for n in record.own] == [(f"{day}/12", "2021-04-18/12")]
        assert record.document is not None
        written = police.write("police", "medoffice", "referral", record.document, "medoffice")
        assert json.loads(written.body)["caseId"] == 12
        assert json.loads(written.body)["acceptDate"] == day

    def test_a_mislabelled_table_is_read_and_noted(self, police: Translator) -> None:
        body = register({"BH": "1", "DSRYXM": "测甲"})
        record = police.read("police", "text/csv;charset=UTF-8", body, origin("dispute")).records[0]
        assert [finding.code for finding in record.findings] == ["encoding", "identity"]

    def test_without_a_time_of_its_own_a_record_has_that_of_its_signing(self, police: Translator) -> None:
        body = register({"BH": "1", "DSRYXM": "测甲"})
        record = police.read("police", CSV, body, origin("dispute")).records[0]
        assert record.undated
        assert record.document is not None
        assert record.document["business_time"] == "2026-11-25T12:00:00+08:00"

    def test_persons_of_an_unnamed_call(self, police: Translator) -> None:
        body = b"JJDBH,BJSJ\n1,2021-04-18 09:00:00\n"
        document = police.read("police", "text/csv", body, origin("dispute")).records[0].document
        assert document is not None
        assert document["parties"] == [
            {
                "ref": "p1",
                "kind": "person",
                "role": "other",
                "name": "身份不详",
                "name_status": "unknown",
                "id_status": "missing",
                "position_in_native": "BJR",
            }
        ]


class TestSlots:
    @pytest.mark.parametrize(
        ("slot", "names", "numbers"),
        [
            ("冯测二、余测三(翁媳)", ["冯测二", "余测三"], ["500000197511209026", "500000490712905"]),
            ("冯测二,余测三", ["冯测二", "余测三"], ["500000197511209026", "500000490712905"]),
            ("冯测二/余测三/彭测四", ["冯测二", "余测三", "彭测四"], [None, None, None]),
            ("阿依·测六", ["阿依·测六"], [None]),
            ("重庆测试八、九有限公司", ["重庆测试八、九有限公司"], [None]),
        ],
    )
    def test_people_in_one_slot(
        self, police: Translator, slot: str, names: list[str], numbers: list[str | None]
    ) -> None:
        """A number goes to a name only if there are as many of them; what is left over is kept."""
        body = register(
            {"BH": "1", "DSREXM": slot, "DSRESFHM": "500000197511209026/500000490712905", "DSREXB": "2"}
        )
        document = police.read("police", CSV, body, origin("dispute")).records[0].document
        assert document is not None
        parties = document["parties"]
        assert isinstance(parties, list)
        assert [party["name"] for party in parties] == names
        assert [party.get("id_number") for party in parties] == numbers
        assert [party.get("sex") for party in parties] == ["2", *[None] * (len(names) - 1)]

    def written(
        self, police: Translator, parties: list[dict[str, object]]
    ) -> tuple[dict[str, str], tuple[str, ...]]:
        document: dict[str, object] = {"schema": "liantiao/1", "action": "register", "parties": parties}
        made = police.write("police", "fwqz_jftjdj", "dispute", document)
        assert made.media_type == CSV
        return next(csv.DictReader(io.StringIO(made.body.decode("gb18030")))), made.dropped

    def test_three_parties_on_two_sides_fit(self, police: Translator) -> None:
        row, dropped = self.written(police, [*people("测甲", role="side_a"), *people("测乙", "测丙")])
        assert (row["DSRYXM"], row["DSREXM"]) == ("测甲", "测乙、测丙")
        assert not [pointer for pointer in dropped if pointer.endswith("/name")]

    def test_a_third_party_is_reported(self, police: Translator) -> None:
        parties = [*people("测甲", role="side_a"), *people("测乙"), *people("测丙", role="third")]
        row, dropped = self.written(police, parties)
        assert row["DSREXM"] == "测乙"
        assert "/parties/2/name" in dropped

    def test_what_the_slot_does_not_hold_is_reported(self, police: Translator) -> None:
        row, dropped = self.written(police, people(*[f"测{'长' * 10}{i}" for i in range(4)]))
        assert row["DSREXM"].count("、") == 1
        assert "/parties/3/name" in dropped

    def test_the_untouched_row_comes_back_until_someone_changes_it(self, police: Translator) -> None:
        body = (EXAMPLES / "04_dispute_register_FWQZ_gbk.csv").read_bytes()
        document = police.read("police", CSV, body, origin("dispute")).records[0].document
        assert document is not None
        made = police.write("police", "fwqz_jftjdj", "dispute", document, "fwqz_jftjdj")
        assert "冯测二、余测三(翁媳)" in made.body.decode("gb18030")
        assert made.dropped == ()
        foreign = police.write("police", "fwqz_jftjdj", "dispute", document)
        assert "(翁媳)" not in foreign.body.decode("gb18030")
        document["parties"][1]["name"] = "测丁"  # type: ignore[index]
        changed = police.write("police", "fwqz_jftjdj", "dispute", document, "fwqz_jftjdj")
        assert "测丁、余测三" in changed.body.decode("gb18030")
        assert "冯测二、余测三(翁媳)" not in changed.body.decode("gb18030")

    def test_no_cell_is_a_formula(self, police: Translator) -> None:
        row, dropped = self.written(police, people("=cmd()", role="side_a"))
        assert row["DSRYXM"] == "'=cmd()"
        assert "/parties/0/name" not in dropped


class TestSharedForm:
    def read(self, police: Translator, kind: str, **members: object) -> tuple[tuple[Number, ...], ...]:
        body = json.dumps({"schema": "liantiao/1"} | members).encode()
        record = police.read("police", SHARED_TYPE, body, origin(kind)).records[0]
        return record.own, record.case, record.links

    def test_whose_number_it_is_decides_what_it_does(self, police: Translator) -> None:
        own = {"system": "jjdbh", "value": "20210418093011001"}
        other = {"system": "case_no", "value": "（2021）渝0199民特12号"}
        own_number = Number("jjdbh", "20210418093011001", "20210418093011001")
        other_number = Number("case_no", "（2021）渝0199民特12号", "(2021)渝0199民特12号")
        assert self.read(police, "dispute", identifiers=[own, other]) == ((own_number,), (), (other_number,))
        assert self.read(police, "case_status", identifiers=[own]) == ((), (own_number,), ())
        assert self.read(police, "dispute", explicit_links=[other]) == ((), (), (other_number,))

    def test_the_document_is_as_it_was_sent(self, police: Translator) -> None:
        sent = {"schema": "liantiao/1", "unheard_of": [1], "identifiers": "none"}
        reading = police.read("police", SHARED_TYPE, json.dumps(sent).encode(), origin())
        assert reading.format == "shared"
        assert reading.records[0].document == sent

    def test_it_must_be_an_object(self, police: Translator) -> None:
        with pytest.raises(Refused) as refused:
            police.read("police", SHARED_TYPE, b"[]", origin())
        assert refused.value.code == "malformed"


def test_writing_what_there_is_no_form_for(police: Translator) -> None:
    for name, kind in (("bf_110", "dispute"), ("medoffice", "task"), ("nothing", "dispute")):
        with pytest.raises(Refused) as refused:
            police.write("police", name, kind, {})
        assert refused.value.code == "no-native-form"


def test_formats_are_found_with_their_field_lists() -> None:
    assert all(isinstance(fmt, Format) and fmt.fields for fmt in AGENCY.formats)


@pytest.mark.parametrize(
    ("name", "kind", "pointer", "native"),
    [
        ("medoffice", "referral", "/parties/1/birth_date/value", "/parties/1/birthday"),
        ("medoffice", "referral", "/parties/0/name", "/parties/0/name"),
        ("medoffice", "referral", "/parties/2/addresses/0/text", "/parties/2/workLocOrAddr"),
        ("medoffice", "referral", "/facts_found", "/synopsis"),
        ("medoffice", "referral", "/parties", "/parties"),
        ("medoffice", "referral", "/platform", None),
        ("medoffice", "referral", "/identifiers/0/value", None),
        ("fwqz_jftjdj", "dispute", "/parties/1/id_number", "/DSRESFHM"),
        ("fwqz_jftjdj", "dispute", "/parties/9/id_number", None),
        ("bf_110", "dispute", "/place/text", "/SFDZ"),
        ("shared", "dispute", "/place/text", None),
    ],
)
def test_a_place_of_the_shared_form_is_found_in_the_native_file(
    police: Translator, name: str, kind: str, pointer: str, native: str | None
) -> None:
    people: list[dict[str, object]] = [{"position_in_native": "DSRY"}, {"position_in_native": "DSRE/split"}]
    assert police.native_of("police", name, kind, pointer, {"parties": people}) == native
