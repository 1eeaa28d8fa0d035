"""Bytes to records: encodings, labels, limits, and everything XML can do to a reader."""

import csv
import io
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import Refused
from hub.translate.charset import decode
from hub.translate.readers_csv import guarded, read_csv
from hub.translate.readers_json import read_form, record_of
from hub.translate.readers_xml import LONG_TEXT, read_xml

LIMIT = 1024 * 1024
XML = "<民事案件><案号>(2021)渝0199民特12号</案号><当事人><R><名称>郑测一</名称></R></当事人></民事案件>"


def rule(refused: pytest.ExceptionInfo[Refused]) -> tuple[str, str]:
    return refused.value.code, refused.value.faults[0].rule


class TestCharset:
    @pytest.mark.parametrize(
        ("encoding", "label", "lied"),
        [
            ("utf-8", "UTF-8", False),
            ("utf-8", None, False),
            ("utf-8", "GBK", True),
            ("gb18030", "GBK", False),
            ("gb18030", "GB2312", False),
            ("gb18030", None, False),
            ("gb18030", "utf-8", True),
            ("utf-8-sig", "utf-8", False),
        ],
    )
    def test_bytes_decide_and_the_label_is_judged(self, encoding: str, label: str | None, lied: bool) -> None:
        found = decode("测试".encode(encoding), label)
        assert (found.text, found.label_lied) == ("测试", lied)

    def test_a_label_cannot_lie_about_ascii(self) -> None:
        assert not decode(b"abc", "GBK", "utf-8").label_lied

    def test_characters_outside_gbk(self) -> None:
        assert decode("䶮𠮷".encode("gb18030"), "gbk").text == "䶮𠮷"

    @pytest.mark.parametrize(
        ("body", "label"),
        [(b"\xff\xff\xff", None), (b"a\x00b", None), ("测".encode("utf-16"), None), (b"a", "big5")],
    )
    def test_other_bytes_and_labels_are_malformed(self, body: bytes, label: str | None) -> None:
        with pytest.raises(Refused) as refused:
            decode(body, label)
        assert refused.value.code == "malformed"


class TestXml:
    @pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig"])
    @pytest.mark.parametrize(
        "declared", ["", '<?xml version="1.0"?>', "<?xml version='1.0' encoding='GBK'?>\n"]
    )
    def test_the_same_tree_from_any_bytes(self, encoding: str, declared: str) -> None:
        read = read_xml((declared + XML).encode(encoding), None, LIMIT)
        assert read.root == ("", "民事案件")
        assert read.tree(frozenset({"当事人/R"})) == {
            "案号": "(2021)渝0199民特12号",
            "当事人": {"R": [{"名称": "郑测一"}]},
        }

    def test_a_mislabelled_file_says_so(self) -> None:
        text = '<?xml version="1.0" encoding="UTF-8"?>' + XML
        assert read_xml(text.encode("gb18030"), "utf-8", LIMIT).label_lied

    def test_text_outside_a_leaf_is_noted(self) -> None:
        read = read_xml(b"<a><b>x</b>1<c/></a>", None, LIMIT)
        assert read.tree(frozenset()) == {"b": "x", "c": ""}
        assert read.stray == ["/b"]

    def test_a_comment_before_such_text_hides_nothing(self) -> None:
        read = read_xml(b"<a><b><!-- hidden -->x<c/></b></a>", None, LIMIT)
        assert read.tree(frozenset()) == {"b": {"c": ""}}
        assert read.stray == ["/b"]

    def test_attributes_are_noted_and_nil_is_empty(self) -> None:
        body = b'<a xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><b i:nil="true"/><c id="7">x</c></a>'
        read = read_xml(body, None, LIMIT)
        assert read.tree(frozenset()) == {"b": "", "c": "x"}
        assert read.stray == ["/c/@"]

    def test_cdata_and_entities_of_xml_itself(self) -> None:
        assert read_xml(b"<a><b><![CDATA[<x>]]>&amp;&#65;</b></a>", None, LIMIT).tree(frozenset()) == {
            "b": "<x>&A"
        }

    def test_a_dropped_section_may_repeat_what_it_likes(self) -> None:
        body = b"<a><s><r><x>1</x></r><r><x>2</x><x>3</x></r><n>4</n></s><b>5</b></a>"
        assert read_xml(body, None, LIMIT).tree(frozenset({"s/*"})) == {
            "s": {"r": [{"x": "1"}, {"x": ["2", "3"]}], "n": "4"},
            "b": "5",
        }

    def test_an_element_of_another_namespace_is_another_element(self) -> None:
        read = read_xml(b'<a xmlns="urn:1" xmlns:o="urn:2"><b>1</b><o:b>2</o:b></a>', None, LIMIT)
        assert read.tree(frozenset()) == {"b": "1", "{urn:2}b": "2"}

    def test_a_dropped_section_may_repeat(self) -> None:
        read = read_xml(b"<a><s><r>1</r><r>2</r><t><u/><u/></t></s></a>", None, LIMIT)
        assert read.tree(frozenset({"s/*"})) == {"s": {"r": ["1", "2"], "t": {"u": ["", ""]}}}

    def test_a_comment_between_elements_is_nothing(self) -> None:
        assert read_xml(b"<a><!-- c --><b>x</b></a>", None, LIMIT).tree(frozenset()) == {"b": "x"}

    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            (b"<!DOCTYPE a><a/>", "xml-forbidden"),
            (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "xml-forbidden"),
            (b'<?xml-stylesheet href="x"?><a/>', "xml-forbidden"),
            (b"<a><?php x?></a>", "xml-forbidden"),
            (b'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="x"/></a>', "xml-forbidden"),
            (b'<a xsi:schemaLocation="x y"/>', "xml-forbidden"),
            (b"<a>&lol;</a>", "syntax"),
            (b"<a><b></a></b>", "syntax"),
            (b"<a/><b/>", "syntax"),
            (b"", "syntax"),
            (b"<a>" * 40 + b"</a>" * 40, "depth"),
            (b"<a " + b" ".join(b'x%d="1"' % i for i in range(33)) + b"/>", "attributes"),
            (b"<a><b>1</b><b>2</b></a>", "duplicate-element"),
            (b"<a><b>x<!-- hidden --></b></a>", "comment-in-text"),
            (b"<a><b>x<!-- hidden -->y</b></a>", "comment-in-text"),
            (b"<a><b/><!ELEMENT c></a>", "xml-forbidden"),
            (b"\xff\xfe<a/>", "encoding"),
        ],
    )
    def test_what_is_refused(self, body: bytes, expected: str) -> None:
        with pytest.raises(Refused) as refused:
            read_xml(body, None, LIMIT).tree(frozenset())
        assert rule(refused) == ("malformed", expected)

    def test_size(self) -> None:
        with pytest.raises(Refused) as refused:
            read_xml(b"<a>" + b"x" * LIMIT + b"</a>", None, LIMIT)
        assert rule(refused) == ("too-large", "size")

    def test_a_large_embedded_file_is_read(self) -> None:
        text = "Q" * 12_000_000
        tree = read_xml(f"<a><c>测😀</c><b>{text}</b></a>".encode(), None, 16 * LIMIT).tree(frozenset())
        assert tree == {"c": "测😀", "b": text}

    def test_the_size_that_the_parser_is_told_is_in_bytes(self) -> None:
        text = "测" * (LONG_TEXT - 1)
        body = f"<a>{f'<b>{text}</b>' * 4}</a>".encode()
        assert len(read_xml(body, None, 16 * LIMIT).tree(frozenset({"b"}))["b"]) == 4

    @pytest.mark.parametrize(
        "inside",
        [
            f"<b>{'测' * (LONG_TEXT + 1)}</b>",
            f"<b>{'x' * LONG_TEXT}&#128512;</b>",
            f"<b><![CDATA[< 1{'x' * LONG_TEXT}]]><![CDATA[😀]]></b>",
            f"{'x' * LONG_TEXT}😀<b/>",
            f"<b>{'x' * (LONG_TEXT - 9)}😀</b>" * 5,
        ],
    )
    def test_a_text_that_is_no_field_and_no_document_is_refused(self, inside: str) -> None:
        with pytest.raises(Refused) as refused:
            read_xml(f"<a>{inside}</a>".encode(), None, 16 * LIMIT).tree(frozenset({"b"}))
        assert rule(refused) == ("malformed", "long-text")

    @given(st.binary(max_size=200))
    def test_any_bytes_are_read_or_refused(self, body: bytes) -> None:
        try:
            read_xml(body, None, LIMIT).tree(frozenset())
        except Refused:
            return


class TestForm:
    def test_percent_encoded_json(self) -> None:
        body = b"query=" + quote('{"a": "测 试+"}').encode()
        assert read_form(body, "query", LIMIT) == {"a": "测 试+"}

    def test_plus_is_a_space(self) -> None:
        assert read_form(b"query=%7B%22a%22:+%22b+c%22%7D", "query", LIMIT) == {"a": "b c"}

    @pytest.mark.parametrize("body", [b"", b"query", b"other=%7B%7D", b"query=1&query=1", b"query=1&x=1"])
    def test_another_form_is_malformed(self, body: bytes) -> None:
        with pytest.raises(Refused) as refused:
            read_form(body, "query", LIMIT)
        assert rule(refused) == ("malformed", "form")

    def test_the_json_inside_is_read_strictly(self) -> None:
        with pytest.raises(Refused) as refused:
            read_form(b"query=" + quote('{"a":1,"a":2}').encode(), "query", LIMIT)
        assert rule(refused) == ("malformed", "duplicate-key")

    def test_size(self) -> None:
        with pytest.raises(Refused) as refused:
            read_form(b"query=" + b"x" * LIMIT, "query", LIMIT)
        assert refused.value.code == "too-large"


def test_a_record_is_the_file_with_one_item_of_its_array() -> None:
    whole = {"no": 1, "data": {"rows": [{"a": 1}, {"a": 2}], "total": 2}}
    assert record_of(whole, "data/rows", {"a": 2}) == {"no": 1, "data": {"rows": {"a": 2}, "total": 2}}
    assert record_of([1, 2], "", {"a": 1}) == {"a": 1}


class TestTable:
    def test_quoted_line_breaks_and_blank_rows(self) -> None:
        table = read_csv(b'a,b\r\n1,"x\ny"\r\n,\r\n\r\n2,z\r\n', None, LIMIT)
        assert table.rows == ({"a": "1", "b": "x\ny"}, {"a": "2", "b": "z"})

    def test_headings_are_trimmed(self) -> None:
        assert read_csv(b" a\t,b \n1,2\n", None, LIMIT).columns == ("a", "b")

    def test_another_sign_between_the_cells(self) -> None:
        table = read_csv('a|b\r\n1,5|"x|y"\r\n'.encode("gb18030"), None, LIMIT, delimiter="|")
        assert table.rows == ({"a": "1,5", "b": "x|y"},)

    def test_a_row_that_does_not_fit_is_that_rows_fault(self) -> None:
        rows = read_csv(b"a,b\n1\n1,2\n1,2,3\n1,2,,\n", None, LIMIT).rows
        assert [isinstance(row, Refused) for row in rows] == [True, False, True, False]

    @pytest.mark.parametrize(
        "body", [b"", b"\n", b"a,a\n1,2\n", b"a,,b\n1,2,3", b'a,b\n"1,2', b'a,b\n"1"x,2']
    )
    def test_what_is_no_table(self, body: bytes) -> None:
        with pytest.raises(Refused) as refused:
            read_csv(body, None, LIMIT)
        assert refused.value.code == "malformed"

    def test_limits(self) -> None:
        with pytest.raises(Refused) as refused:
            read_csv(b"a\n" + b"1\n" * 2001, None, LIMIT)
        assert rule(refused) == ("too-large", "records")
        assert len(read_csv(b"a\n" + b"1\n" * 2000, None, LIMIT).rows) == 2000
        assert isinstance(read_csv(b"a\n" + b"x" * 40_000 + b"\n", None, LIMIT).rows[0], Refused)
        with pytest.raises(Refused):
            read_csv(b"a\n" + b"x" * LIMIT, None, LIMIT)
        with pytest.raises(Refused):
            read_csv(b",".join(b"c%d" % i for i in range(301)), None, LIMIT)

    @given(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1))
    def test_no_written_cell_is_a_formula_and_every_cell_comes_back(self, cell: str) -> None:
        assert guarded(cell)[:1] not in ("=", "+", "-", "@", "\t", "\r")
        out = io.StringIO(newline="")
        csv.writer(out).writerows([["a", "b"], [guarded(cell), "kept"]])
        row = read_csv(out.getvalue().encode(), None, LIMIT).rows[0]
        assert isinstance(row, dict)
        assert row["a"] == cell
