"""Tables that administrators hand in."""

import pytest

from hub.errors import Refused
from hub.store.tables import read_table


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_is_read_in_the_encodings_it_comes_in(encoding: str) -> None:
    raw = '编码,名称\r\n1," 测试镇 "\r\n\r\n2,"两\n行"\r\n3,x\r\n'.encode(encoding)
    rows = read_table(raw, ["编码", "名称"], ["备注"])
    assert [r.text("名称") for r in rows] == ["测试镇", "两\n行", "x"]
    assert [r.label for r in rows] == ["row 2", "row 5", "row 6"]
    assert rows[0].text("备注") == ""


@pytest.mark.parametrize(
    ("raw", "code", "rules"),
    [
        (b"\xff\xff", "malformed", ["encoding"]),
        (b'a,b\n"1,2\n', "malformed", ["table"]),
        (b"", "schema", ["header-missing", "header-missing"]),
        (b"a\n1\n", "schema", ["header-missing"]),
        (b"a,b,c\n", "schema", ["header-unknown"]),
        (b"a,b,a\n", "schema", ["header-unknown"]),
        (b"a,b\n1\n1,2,3\n", "schema", ["cells", "cells"]),
        (b"a,b\n" + b"x" * 16 * 1024 * 1024, "too-large", []),
    ],
    ids=range(8),
)
def test_what_is_no_such_table_is_refused(raw: bytes, code: str, rules: list[str]) -> None:
    with pytest.raises(Refused) as caught:
        read_table(raw, ["a", "b"])
    assert caught.value.code == code
    assert [f.rule for f in caught.value.faults] == rules
