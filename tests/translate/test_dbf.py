"""DBF tables: what is read from them, and headers that lie."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.errors import Refused
from hub.port import DbfTable
from hub.translate.readers_dbf import DbfRead, read_dbf
from tests.adapters.sheets import dbf

LIMIT = 1024 * 1024
NAMES = ("BH", "DSRYXM")
REGISTER = DbfTable(frozenset({"BH", "DSRYGZDWJZY"}), ("BH", "DSRYGZDWJZY", "ZYSS"))


def read(body: bytes, charset: str | None = None) -> DbfRead:
    return read_dbf(body, charset, LIMIT)


def values(body: bytes) -> list[object]:
    return [row.values for row in read(body).rows]


def refusal(body: bytes, charset: str | None = None) -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        read(body, charset)
    return refused.value.code, refused.value.faults[0].rule


def patched(body: bytes, at: int, form: str, value: int) -> bytes:
    raw = struct.pack(form, value)
    return body[:at] + raw + body[at + len(raw) :]


GOOD = dbf([NAMES, ("JF1", "郑测一"), ("JF2", "冯测二"), ("JF3", "余测三")])


class TestRead:
    @settings(deadline=None)
    @given(
        st.lists(
            st.lists(st.text("测试一二AZ09(、)", max_size=12), min_size=2, max_size=2), min_size=1, max_size=6
        ),
        st.sampled_from(["gb18030", "utf-8"]),
    )
    def test_what_was_written_is_read(self, rows: list[list[str]], charset: str) -> None:
        found = read(dbf([NAMES, *rows], charset=charset))
        assert [row.values for row in found.rows] == [dict(zip(NAMES, row, strict=True)) for row in rows]
        assert [row.number for row in found.rows] == list(range(1, len(rows) + 1))

    def test_deleted_rows_are_no_records_and_still_count(self) -> None:
        rows = read(dbf([NAMES, ("1", "a"), ("2", "b"), ("3", "c")], deleted=[2])).rows
        assert [(row.number, row.values["BH"]) for row in rows if isinstance(row.values, dict)] == [
            (1, "1"),
            (3, "3"),
        ]

    @pytest.mark.parametrize(
        ("kind", "raw", "text"),
        [
            (("N", 6), b"    53", "53"),
            (("N", 8), b"    1.50", "1.50"),
            (("F", 6), b"      ", ""),
            (("D", 8), b"20210419", "20210419"),
            (("D", 8), b"        ", ""),
            (("L", 1), b"T", "true"),
            (("L", 1), b"n", "false"),
            (("L", 1), b"?", ""),
            (("M", 10), b"          ", ""),
            (("I", 4), struct.pack("<i", -7), "-7"),
            (("B", 8), struct.pack("<d", 1.5), "1.5"),
            (("Y", 8), struct.pack("<q", 123400), "12.34"),
            (("T", 8), struct.pack("<ii", 2459324, 30307000), "2021-04-19 08:25:07"),
            (("T", 8), bytes(8), ""),
        ],
    )
    def test_types(self, kind: tuple[str, int], raw: bytes, text: str) -> None:
        assert values(dbf([("X",), (raw,)], version=0x30, kinds=[kind])) == [{"X": text}]

    @pytest.mark.parametrize(
        ("kind", "raw", "rule"),
        [
            (("N", 4), b"****", "digits-lost"),
            (("M", 10), b"        12", "dbf-memo"),
            (("C", 4), b"\xff\xff\xff ", "encoding"),
        ],
    )
    def test_a_value_that_cannot_be_read_is_refused_by_row_and_column(
        self, kind: tuple[str, int], raw: bytes, rule: str
    ) -> None:
        bad, good = read(dbf([("X", "Y"), (raw, "测"), (b"", "试")], kinds=[kind])).rows
        assert isinstance(bad.values, Refused)
        assert [(f.rule, f.native) for f in bad.values.faults] == [(rule, "X")]
        assert good.values == {"X": "", "Y": "试"}

    def test_cut_names_and_texts_are_told_under_the_full_name(self) -> None:
        long = "堵塞" * 80
        found = read(dbf([("BH", "DSRYGZDWJZ", "ZYSS"), ("1", "务农", long.encode("gb18030")[:254])]))
        assert found.fits(REGISTER)
        ((row, noted),) = found.records(REGISTER)
        assert row.values == {"BH": "1", "DSRYGZDWJZY": "务农", "ZYSS": long[:127]}
        assert [(n.code, n.native, n.detail) for n in noted] == [
            ("truncated", "/DSRYGZDWJZY", "name"),
            ("truncated", "/ZYSS", "text"),
        ]

    @pytest.mark.parametrize("charset", ["gb18030", "utf-8"])
    def test_half_a_character_at_the_end_is_left_out(self, charset: str) -> None:
        raw = "a测试测试".encode(charset)[:8]
        (row,) = read(dbf([("X",), (raw,)], kinds=[("C", 8)])).rows
        assert isinstance(row.values, dict)
        assert "a测试测试".startswith(str(row.values["X"]))
        assert row.cut == (("X",) if raw.decode(charset, "ignore").encode(charset) != raw else ())

    @pytest.mark.parametrize(
        ("charset", "label", "language", "lied"),
        [
            ("gb18030", None, 0, False),
            ("gb18030", "gbk", 0x4D, False),
            ("gb18030", "utf-8", 0, True),
            ("utf-8", None, 0x4D, True),
            ("utf-8", "utf-8", 0x03, False),
        ],
    )
    def test_bytes_decide_and_labels_are_judged(
        self, charset: str, label: str | None, language: int, lied: bool
    ) -> None:
        found = read(dbf([NAMES, ("1", "郑测一")], charset=charset, language=language), label)
        assert (found.rows[0].values, found.label_lied) == ({"BH": "1", "DSRYXM": "郑测一"}, lied)


class TestRefused:
    @pytest.mark.parametrize("body", [b"", b"\x03", b"PK\x03\x04" + bytes(60), b"BH,DSRYXM\n1,2\n" * 5])
    def test_what_is_no_table(self, body: bytes) -> None:
        assert refusal(body) == ("malformed", "dbf-header")

    @pytest.mark.parametrize(
        ("at", "form", "value", "rule"),
        [
            (4, "<I", 4, "dbf-length"),
            (4, "<I", 2, "dbf-length"),
            (4, "<I", 2**32 - 1, "dbf-length"),
            (8, "<H", 0, "dbf-header"),
            (8, "<H", 40, "dbf-header"),
            (8, "<H", 65535, "dbf-length"),
            (10, "<H", 0, "dbf-header"),
            (10, "<H", 65535, "dbf-header"),
            (15, "<B", 1, "dbf-encrypted"),
            (29, "<B", 0x78, "encoding"),
            (32 + 16, "<B", 255, "dbf-header"),
            (32 + 11, "<B", ord("W"), "dbf-type"),
            (32 + 11, "<B", ord("D"), "dbf-type"),
        ],
    )
    def test_a_header_that_lies(self, at: int, form: str, value: int, rule: str) -> None:
        assert refusal(patched(GOOD, at, form, value)) == ("malformed", rule)

    def test_what_is_cut_short_or_goes_on(self) -> None:
        assert refusal(GOOD[:-4]) == ("malformed", "dbf-length")
        assert refusal(GOOD + b"more") == ("malformed", "dbf-length")
        assert len(read(GOOD[:-1] + b"\x1a\x00\x00").rows) == 3

    def test_columns_of_one_name(self) -> None:
        assert refusal(dbf([("DSRYGZDWJZY", "DSRYGZDWJZZ"), ("1", "2")])) == ("malformed", "heading")

    def test_too_much(self) -> None:
        assert refusal(dbf([NAMES, *[("1", "a")] * 2001])) == ("too-large", "records")
        assert refusal(bytes(LIMIT + 1)) == ("too-large", "size")

    def test_another_label(self) -> None:
        assert refusal(GOOD, "big5") == ("malformed", "encoding")

    @settings(deadline=None)
    @given(st.data())
    def test_any_changed_bytes_are_read_or_refused(self, data: st.DataObject) -> None:
        body = bytearray(GOOD)
        for _ in range(data.draw(st.integers(1, 4))):
            body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
        try:
            found = read(bytes(body))
        except Refused as refused:
            code = refused.code
        else:
            code = "read" if len(found.rows) <= 3 else "too many"
        assert code in {"read", "malformed", "too-large"}
