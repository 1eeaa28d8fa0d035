"""A hostile adapter: each thing an adapter can do wrong is found by the suite, by name."""

import json
from pathlib import Path

import pytest

import schemas
from hub.errors import Broken, Misconfigured
from hub.port import (
    Agency,
    Const,
    Direction,
    Drop,
    Field,
    FieldList,
    Format,
    HeaderRow,
    JsonKeys,
    Map,
    Own,
    Text,
    XmlRoot,
)
from hub.translate import conformance, conformance_examples
from hub.translate.conformance import disjoint
from hub.translate.registry import Translator

FIELDS = "grade,object,native_name\nA,thing,no\nA,thing,text\nA,thing,forgotten\n"


def shouted(value: object) -> object:
    return str(value).upper()


SHOUT = Own("shouts", shouted, str)


def whispered(value: object) -> object:
    return str(value).lower()


LOSSY = Own("shouts and whispers", shouted, whispered)

PARTY = Const("parties", [{"name": "测甲", "role": "other"}])


def sound(*rows: object, codec: object = Text(), name: str = "thing", requires: str = "no") -> Format:
    return Format(
        name=name,
        zh="物",
        grade="A",
        media=("application/json",),
        carrier=JsonKeys(frozenset({requires})),
        maps=(
            Map(
                "dispute",
                Direction.BOTH,
                (
                    Field("no", "title", Text()),
                    Field("text", "facts", codec),
                    Const("action", "register"),
                    Const("origin", "other"),
                    PARTY,
                    *rows,
                ),
            ),
        ),
        fields=(FieldList("list.csv", ("thing",)),),
    )


KNOWN = Drop("forgotten", "nobody needs it")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "fields").mkdir()
    (tmp_path / "fields" / "list.csv").write_text(FIELDS, encoding="utf-8")
    (tmp_path / "examples" / "golden").mkdir(parents=True)
    return tmp_path


def give_example(home: Path, fmt: Format, body: dict[str, object], **wrong: object) -> Agency:
    agency = Agency(name="hostile", zh="坏", formats=(fmt,), systems=frozenset())
    (home / "examples" / "one.json").write_text(json.dumps(body), encoding="utf-8")
    (home / "examples" / "examples.csv").write_text(
        "file,media_type,kind,unit,direction\none.json,application/json,dispute,1,read\n", encoding="utf-8"
    )
    example = conformance_examples.examples(home)[0]
    reading = Translator([agency]).read(
        "hostile", example.media_type, example.path.read_bytes(), example.origin
    )
    golden = conformance_examples.as_golden(reading) | wrong
    example.golden.write_text(json.dumps(golden), encoding="utf-8")
    return agency


def declared(*formats: Format) -> Agency:
    return Agency(name="hostile", zh="坏", formats=formats, systems=frozenset())


def test_a_sound_adapter_has_no_fault(home: Path) -> None:
    agency = give_example(home, sound(KNOWN), {"no": "1", "text": "a"})
    assert conformance.faults(agency, home) == ()
    assert conformance_examples.faults(agency, home, schemas.faults) == ()


def test_a_listed_field_nobody_accounts_for(home: Path) -> None:
    assert any("forgotten" in fault for fault in conformance.faults(declared(sound()), home))


def test_a_field_dropped_without_reason(home: Path) -> None:
    found = conformance.faults(declared(sound(Drop("forgotten", " "))), home)
    assert any("without a reason" in fault for fault in found)


def test_a_field_mapped_and_dropped(home: Path) -> None:
    found = conformance.faults(declared(sound(KNOWN, Drop("text", "changed my mind"))), home)
    assert any("both mapped and dropped" in fault for fault in found)


def test_two_formats_that_one_file_fits(home: Path) -> None:
    found = conformance.faults(declared(sound(KNOWN), sound(KNOWN, name="other", requires="text")), home)
    assert any("may fit both" in fault for fault in found)


def test_two_formats_of_one_name(home: Path) -> None:
    assert any(
        "of this name" in fault for fault in conformance.faults(declared(sound(KNOWN), sound(KNOWN)), home)
    )


def test_a_codec_that_loses_in_silence(home: Path) -> None:
    agency = give_example(home, sound(KNOWN, codec=LOSSY), {"no": "1", "text": "a"})
    assert conformance_examples.faults(agency, home, schemas.faults) == ()  # reads what it wrote
    agency = give_example(
        home, sound(KNOWN, codec=Own("forgets", shouted, lambda _: "b")), {"no": "1", "text": "a"}
    )
    found = conformance_examples.faults(agency, home, schemas.faults)
    assert any("written back without /facts" in fault for fault in found)


def test_a_document_that_breaks_its_schema(home: Path) -> None:
    agency = give_example(home, sound(KNOWN, Const("unheard_of", "1")), {"no": "1", "text": "a"})
    found = conformance_examples.faults(agency, home, schemas.faults)
    assert any("breaks its schema" in fault for fault in found)


def test_a_golden_file_that_no_longer_holds(home: Path) -> None:
    agency = give_example(home, sound(KNOWN), {"no": "1", "text": "a"}, format="elsewhere")
    found = conformance_examples.faults(agency, home, schemas.faults)
    assert any("differs from its golden file" in fault for fault in found)


def test_a_format_without_example(home: Path) -> None:
    agency = give_example(home, sound(KNOWN), {"no": "1", "text": "a"})
    both = declared(*agency.formats, sound(KNOWN, name="unseen", requires="unseen"))
    found = conformance_examples.faults(both, home, schemas.faults)
    assert "unseen/dispute: no example" in found


def test_an_example_that_is_refused(home: Path) -> None:
    agency = give_example(home, sound(KNOWN), {"no": "1", "text": "a"})
    (home / "examples" / "one.json").write_text('{"no": "1", "surprise": "2"}', encoding="utf-8")
    found = conformance_examples.faults(agency, home, schemas.faults)
    assert any("refused as untranslatable: unknown-field /surprise" in fault for fault in found)


def test_a_folder_that_exposes_no_agency(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured):
        conformance.load_folder(tmp_path / "nothing")
    folder = tmp_path / "nameless"
    folder.mkdir()
    (folder / "__init__.py").write_text("AGENCY = None\n", encoding="utf-8")
    with pytest.raises(Misconfigured):
        conformance.load_folder(folder)


def test_a_fourth_agency_is_one_folder_and_no_edit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import adapters

    folder = tmp_path / "procuratorate"
    folder.mkdir()
    text = (
        "from hub.port import Agency\n"
        'AGENCY = Agency(name="procuratorate", zh="检察", formats=(), systems=frozenset())\n'
    )
    (folder / "__init__.py").write_text(text, encoding="utf-8")
    monkeypatch.setattr(adapters, "__path__", [*adapters.__path__, str(tmp_path)])
    assert "procuratorate" in Translator.load().agencies
    (folder / "__init__.py").write_text(text.replace("procuratorate", "another"), encoding="utf-8")
    monkeypatch.delitem(__import__("sys").modules, "adapters.procuratorate")
    with pytest.raises(Broken):
        Translator.load()


def looked_for(at: str, requires: str, *rows: object, forbids: frozenset[str] = frozenset()) -> Format:
    return Format(
        name=f"{at}-{requires}",
        zh="物",
        grade="A",
        media=("application/json",),
        carrier=JsonKeys(frozenset({requires}), at=at, forbids=forbids),
        maps=(Map("dispute", Direction.READ, rows),),
        fields=(),
    )


def test_formats_are_told_apart_at_the_place_where_each_is_looked_for() -> None:
    whole = looked_for("", "body", Drop("body/act", "x"), Drop("body/name", "x"))
    inner = looked_for("body", "act", Drop("body/act", "x"))
    assert not disjoint(whole, inner)  # a file of the one has all that the other is known by
    named = looked_for("body", "name", Drop("body/act", "x"), Drop("body/name", "x"))
    assert not disjoint(named, inner)
    unnamed = looked_for("body", "act", Drop("body/act", "x"), forbids=frozenset({"name"}))
    assert disjoint(named, unnamed)
    assert not disjoint(looked_for("", "name", Drop("name", "x"), Drop("body/act", "x")), unnamed)
    rows = looked_for("result/rows", "id", Drop("result/rows/id", "x"))
    alone = looked_for("", "id", Drop("id", "x"))
    assert disjoint(rows, alone)


def test_a_dropped_subtree_accounts_for_names_listed_with_dots(home: Path) -> None:
    (home / "fields" / "list.csv").write_text(
        "grade,object,native_name\nA,thing,no\nA,thing,people.name\nA,thing,people.age[]\n", encoding="utf-8"
    )
    fmt = sound(Drop("people/*", "nobody needs them"))
    assert conformance.faults(declared(fmt), home) == ()
    (account,) = conformance.accounts(declared(sound()), home)
    assert account.missing == ("people.age", "people.name")


def test_one_media_type_with_two_delimiters_is_not_disjoint() -> None:
    def table(name: str, delimiter: str) -> Format:
        carrier = HeaderRow(frozenset({name}), (name,), delimiter=delimiter)
        return Format(
            name=name, zh="x", grade="A", media=("text/plain",), carrier=carrier, maps=(), fields=()
        )

    assert not disjoint(table("a", ","), table("b", "|"))
    assert disjoint(table("a", "|"), table("b", "|"))


def test_one_media_type_with_two_carriers_is_not_disjoint() -> None:
    xml = Format(
        name="x", zh="x", grade="A", media=("application/json",), carrier=XmlRoot("x"), maps=(), fields=()
    )
    assert not disjoint(sound(KNOWN), xml)
