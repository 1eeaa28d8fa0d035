"""Workbooks as cells: what spreadsheet programs write, and everything that is refused before it is opened."""

import io
import zipfile

import pytest

from hub.errors import Refused, Unavailable
from hub.translate.books import Book, read_book
from tests.adapters.sheets import MAIN, Xml, book, day, sheet

LIMIT = 1024 * 1024
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHARED = Xml('<c r="{r}" t="s"><v>0</v></c>')


def read(body: bytes) -> Book:
    return read_book(body, LIMIT)


def refusal(body: bytes, seconds: int = 10, limit: int = LIMIT) -> tuple[str, str, str | None]:
    with pytest.raises(Refused) as refused:
        read_book(body, limit, seconds)
    fault = refused.value.faults[0]
    return refused.value.code, fault.rule, fault.native


def parts(body: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def typed(kind: str) -> bytes:
    """A workbook whose list of types names one more."""
    name = "[Content_Types].xml"
    types = parts(book(sheet([("x",)])))[name].decode()
    more = f'<Override PartName="/xl/x" ContentType="application/vnd.ms-excel.{kind}"/></Types>'
    return book(sheet([("x",)]), more={name: types.replace("</Types>", more)})


def with_texts() -> dict[str, bytes | str]:
    """The part that tells a workbook where its shared texts are."""
    name = "xl/_rels/workbook.xml.rels"
    link = f'<Relationship Id="t" Type="{LINKS}/sharedStrings" Target="sharedStrings.xml"/>'
    links = parts(book(sheet([])))[name].decode()
    return {name: links.replace("</Relationships>", f"{link}</Relationships>")}


def stored(data: str) -> bytes:
    """A workbook of one large sheet, not packed, so that no ratio tells of it."""
    return book(f'<worksheet xmlns="{MAIN}">{data}</worksheet>', method=zipfile.ZIP_STORED)


class TestCells:
    def test_texts_numbers_and_days(self) -> None:
        row = ("文字", 3, 4.19, 10000000012, True, day(44304), day(44304.5), day(12000), "二", None, "end")
        (only,) = read(book(sheet([row]))).sheets
        assert only.rows == (
            ("文字", "3", "4.19", "10000000012", "true", "44304", "44304.5", "1932-11-07", "二", "", "end"),
        )
        assert (only.number, only.unread, only.merges) == (1, {}, ())

    def test_shared_rich_and_phonetic_texts(self) -> None:
        rich = '<r><t>排水</t></r><r><t xml:space="preserve">沟 </t></r><rPh><t>gou</t></rPh>'
        texts = f'<sst xmlns="{MAIN}"><si>{rich}</si><si><t>共用</t></si></sst>'
        body = book(sheet([(SHARED, "x")]), more={**with_texts(), "xl/sharedStrings.xml": texts})
        assert read(body).sheets[0].rows == (("排水沟 ", "x"),)

    def test_a_calendar_from_1904(self) -> None:
        found = read(book(sheet([(day(42842), 42842, "x")]), late_start=True))
        assert found.late_start
        assert found.sheets[0].rows == (("2021-04-18", "42842", "x"),)
        assert found.sheets[0].bare == {(0, 1)}

    def test_formulas_say_what_was_computed_and_errors_nothing(self) -> None:
        row = [
            Xml('<c r="{r}"><f>1+2</f><v>3</v></c>'),
            Xml('<c r="{r}" t="str"><f>"a"</f><v>a</v></c>'),
            Xml('<c r="{r}"><f>1+2</f></c>'),
            Xml('<c r="{r}" t="e"><v>#N/A</v></c>'),
        ]
        (only,) = read(book(sheet([row]))).sheets
        assert only.rows == (("3", "a"),)
        assert only.unread == {(0, 2): "cell-formula", (0, 3): "cell-error"}

    @pytest.mark.parametrize("ruined", [500000199001019037, 5.0e17, "5.00000199001019E+17", " 5e17", 10**15])
    def test_numbers_that_lost_digits(self, ruined: object) -> None:
        (only,) = read(book(sheet([("x", ruined, 500000490712905)]))).sheets
        assert only.rows == (("x", "", "500000490712905"),)
        assert only.unread == {(0, 1): "digits-lost"}

    @pytest.mark.parametrize("style", [0, 1])
    @pytest.mark.parametrize(
        ("number", "text", "rule"),
        [
            ("nan", "", "cell-error"),
            ("1e400", "", "cell-error"),
            ("1e300", "", "digits-lost"),
            ("-5", "-5", None),
            ("many", "many", None),
            ("4430５", "4430５", None),
        ],
    )
    def test_numbers_that_are_no_days(self, number: str, text: str, rule: str | None, style: int) -> None:
        odd = Xml(f'<c r="{{r}}" s="{style}"><v>{number}</v></c>')
        (only,) = read(book(sheet([(odd, "x")]))).sheets
        assert only.rows == ((text, "x"),)
        assert only.unread == ({(0, 0): rule} if rule else {})

    def test_hidden_sheets_are_not_read_and_places_are_kept(self) -> None:
        found = read(book(sheet([("secret",)]), sheet([(), (), (None, None, "x")], ["C3:C4"]), hidden=[1]))
        assert (found.hidden, [s.number for s in found.sheets]) == ((1,), [2])
        assert found.sheets[0].rows == ((), (), ("", "", "x"))
        assert found.sheets[0].merges == ((2, 2, 3, 2),)

    def test_rows_and_cells_that_do_not_say_where_they_are(self) -> None:
        loose = stored("<sheetData><row><c><v>1</v></c><c><v>2</v></c></row></sheetData>")
        assert read(loose).sheets[0].rows == (("1", "2"),)

    def test_a_size_that_a_sheet_only_claims_is_not_believed(self) -> None:
        assert read(book(sheet([("x",)], dimension="A1:XFD1048576"))).sheets[0].rows == (("x",),)

    def test_pictures_and_notes_are_left_behind(self) -> None:
        more = {
            "xl/media/image1.png": b"\x89PNG",
            "docProps/app.xml": "<Properties/>",
            "xl/printer.bin": b"\0",
        }
        assert read(book(sheet([("x",)]), more=more)).sheets[0].rows == (("x",),)


class TestRefused:
    @pytest.mark.parametrize("body", [b"", b"PK\x03\x04", b"<html/>", b"%PDF-1.7" * 10])
    def test_what_is_no_archive(self, body: bytes) -> None:
        assert refusal(body) == ("malformed", "archive-syntax", None)

    def test_an_archive_that_is_no_workbook(self) -> None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("content.xml", "<office/>")
        assert refusal(out.getvalue())[1] == "book-form"
        assert read(book(more={"xl/workbook.xml": "<workbook/>"})).sheets == ()

    @pytest.mark.parametrize("name", ["xl/workbook.xml", "_rels/.rels", "xl/_rels/workbook.xml.rels"])
    def test_a_workbook_that_is_broken(self, name: str) -> None:
        assert refusal(book(sheet([("x",)]), more={name: "<a"}))[1] == "book-form"

    def test_an_encrypted_or_old_one(self) -> None:
        assert refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)) == (
            "malformed",
            "book-encrypted",
            None,
        )

    @pytest.mark.parametrize("kind", ["vbaProject", "sheet.macroEnabled.main+xml", "macrosheet+xml"])
    def test_macros(self, kind: str) -> None:
        assert refusal(typed(kind))[:2] == ("malformed", "book-macros")

    @pytest.mark.parametrize("kind", ["externalLink+xml", "connections+xml", "oleObject", "activeX+xml"])
    def test_content_of_other_files(self, kind: str) -> None:
        assert refusal(typed(kind))[:2] == ("malformed", "book-outside")

    @pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml"])
    def test_a_dtd_in_any_part(self, part: str) -> None:
        laughs = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><a>&b;</a>'
        assert refusal(book(sheet([("x",)]), more={part: laughs}))[:2] == ("malformed", "xml-forbidden")
        assert refusal(book(sheet([("x",)]), more={part: laughs.encode("utf-16")}))[1] == "xml-forbidden"

    def test_a_bomb(self) -> None:
        assert refusal(book(sheet([("x",)]), more={"xl/a.xml": " " * 20_000_000}))[:2] == (
            "too-large",
            "archive-ratio",
        )

    def test_a_cell_at_the_far_end(self) -> None:
        for at in ("XFD1", "A1048576", "A10001", "GS1"):
            far = sheet([(Xml(f'<c r="{at}"><v>1</v></c>'),)])
            assert refusal(book(far)) == ("too-large", "book-size", "sheet 1")

    def test_a_million_rows(self) -> None:
        body = stored(f"<sheetData>{'<row><c><v>1</v></c></row>' * 1_000_000}</sheetData>")
        assert refusal(body)[1] == "size"
        assert refusal(body, limit=len(body)) == ("too-large", "book-size", "sheet 1")

    def test_more_merged_cells_than_anybody_makes(self) -> None:
        merges = [f"A{n}:B{n}" for n in range(1, 10_003)]
        assert refusal(book(sheet([("x",)], merges)))[:2] == ("too-large", "book-merges")

    @pytest.mark.parametrize("at", ["", "A0", "1A", "AAAA1", "A1:B2", "a1"])
    def test_cells_that_are_nowhere(self, at: str) -> None:
        assert refusal(book(sheet([(Xml(f'<c r="{at}"><v>1</v></c>'),)])))[1] == "book-cells"

    def test_a_cell_that_is_there_twice(self) -> None:
        twice = [(Xml('<c r="A1"><v>1</v></c>'), Xml('<c r="A1"><v>2</v></c>'))]
        assert refusal(book(sheet(twice)))[1] == "book-cells"

    def test_endless_shared_texts_end_with_the_process(self) -> None:
        """Within the limits of an archive, beyond those of memory: the process dies of it, nobody else."""
        texts = {"xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{"<si/>" * 9_000_000}</sst>'}
        body = book(sheet([(SHARED,)]), more={**with_texts(), **texts}, method=zipfile.ZIP_STORED)
        assert refusal(body, limit=len(body)) == ("too-large", "book-limits", None)

    def test_what_takes_too_long_is_ended(self) -> None:
        rows = '<row><c s="1"/></row>' * 2_000_000
        body = stored(f"<sheetData>{rows}</sheetData>")
        assert refusal(body, seconds=1, limit=len(body)) == ("too-large", "book-limits", None)


def test_a_busy_machine_says_nothing_of_a_workbook() -> None:
    with pytest.raises(Unavailable):
        read_book(book(sheet([("x",)])), LIMIT, patience=0)
