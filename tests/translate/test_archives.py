"""ZIP archives: what is opened, and everything that is refused before or while it is unpacked."""

import io
import struct
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.errors import Refused
from hub.translate.archives import Limits, open_archive

DEFLATED = zipfile.ZIP_DEFLATED


def packed(*files: tuple[str, bytes], method: int = DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return out.getvalue()


def directory(body: bytes) -> int:
    return body.index(b"PK\x01\x02")


def changed(body: bytes, at: int, value: bytes) -> bytes:
    return body[:at] + value + body[at + len(value) :]


def gbk_name(body: bytes, name: str, instead: str) -> bytes:
    """The same archive with a name in GBK and no flag that says in what charset it is."""
    raw = name.encode("gb18030")
    assert len(raw) == len(instead)
    return body.replace(instead.encode(), raw)


def unpacked(body: bytes, limits: Limits) -> list[bytes]:
    archive = open_archive(body, limits)
    return [archive.read(name) for name in archive.names]


def refusal(body: bytes, limits: Limits = Limits()) -> tuple[str, str, str | None]:  # noqa: B008
    with pytest.raises(Refused) as refused:
        unpacked(body, limits)
    fault = refused.value.faults[0]
    return refused.value.code, fault.rule, fault.native


class TestOpened:
    @settings(deadline=None)
    @given(
        st.dictionaries(
            st.from_regex(r"[a-z测试]{1,8}\.xml", fullmatch=True), st.binary(max_size=200), max_size=5
        )
    )
    def test_what_was_packed_comes_out(self, files: dict[str, bytes]) -> None:
        files = {"first.xml": b"x", **{n: c for n, c in files.items() if not c.startswith(b"PK\x03\x04")}}
        archive = open_archive(packed(*files.items()), Limits())
        assert {name: archive.read(name) for name in archive.names} == files
        assert [archive.size(name) for name in archive.names] == [len(content) for content in files.values()]

    def test_folders_are_no_files_and_count_as_places(self) -> None:
        archive = open_archive(packed(("data/", b""), ("data/a.xml", b"a")), Limits())
        assert archive.names == ("data/a.xml",)
        assert archive.place("data/a.xml") == "entry 2"

    def test_a_name_in_gbk_that_no_flag_tells_of(self) -> None:
        body = gbk_name(packed(("abcd.xml", b"a")), "档案.xml", "abcd.xml")
        assert open_archive(body, Limits()).names == ("档案.xml",)

    def test_files_that_are_archives_themselves_stay_shut_where_they_are_expected(self) -> None:
        inner = packed(("OFD.xml", b"<ofd/>"))
        body = packed(("裁定书.ofd", inner))
        assert open_archive(body, Limits(nested=frozenset({".ofd"}))).read("裁定书.ofd") == inner
        assert refusal(body) == ("malformed", "archive-nested", "entry 1")


BAD_NAMES = ["../a", "/a", "a/../b", "a//b", "C:a", "a\\b", "a\nb", "./a", "a/.."]


class TestRefused:
    @pytest.mark.parametrize("body", [b"", b"PK", b"PK\x03\x04" + b"\0" * 50, b"\xd0\xcf\x11\xe0" * 200])
    def test_what_is_no_archive(self, body: bytes) -> None:
        assert refusal(body) == ("malformed", "archive-syntax", None)

    def test_something_before_or_after_it(self) -> None:
        body = packed(("a", b"a"))
        assert refusal(b"MZ" + body)[1] == "archive-syntax"
        assert refusal(body + b"x")[1] == "archive-syntax"

    @pytest.mark.parametrize("name", BAD_NAMES)
    def test_a_name_that_leaves_the_archive(self, name: str) -> None:
        assert refusal(packed(("fine", b""), (name, b""))) == ("malformed", "archive-name", "entry 2")

    @pytest.mark.filterwarnings("ignore:Duplicate name")
    @pytest.mark.parametrize("names", [("a.xml", "a.xml"), ("a.xml", "A.XML"), ("e\u0301", "\u00e9")])
    def test_two_names_that_are_one(self, names: tuple[str, str]) -> None:
        assert refusal(packed(*((name, b"") for name in names)))[1:] == ("archive-name", "entry 2")

    def test_a_link(self) -> None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            entry = zipfile.ZipInfo("a")
            entry.external_attr = 0o120777 << 16
            archive.writestr(entry, "/etc/passwd")
        assert refusal(out.getvalue())[1] == "archive-name"

    def test_encryption_and_other_ways_of_packing(self) -> None:
        body = packed(("a", b"a"))
        assert refusal(changed(body, directory(body) + 8, b"\x01"))[1] == "archive-encrypted"
        assert refusal(packed(("a", b"a"), method=zipfile.ZIP_LZMA))[1] == "archive-method"

    def test_too_many_files_even_if_they_are_counted_wrong(self) -> None:
        body = packed(*((f"{n}.xml", b"") for n in range(40)))
        assert refusal(body, Limits(entries=39)) == ("too-large", "archive-entries", None)
        lied = changed(body, len(body) - 14, struct.pack("<HH", 2, 2))
        assert refusal(lied, Limits(entries=39))[0] in {"too-large", "malformed"}
        assert refusal(lied, Limits(entries=2))[1] == "archive-entries"

    def test_a_bomb_by_ratio_and_by_size(self) -> None:
        assert refusal(packed(("a", bytes(5_000_000)))) == ("too-large", "archive-ratio", None)
        assert refusal(packed(("a", bytes(3000)), method=0), Limits(unpacked=2999))[1] == "archive-unpacked"

    def test_a_bomb_that_understates_its_size(self) -> None:
        body = packed(("a", bytes(5_000_000)))
        lied = changed(body, directory(body) + 24, struct.pack("<L", 1000))
        assert refusal(lied) == ("malformed", "archive-syntax", "entry 1")

    def test_entries_that_share_their_bytes(self) -> None:
        body = packed(("a", b"a" * 1000), ("b", b"b" * 1000), method=0)
        second = body.index(b"PK\x01\x02", directory(body) + 4)
        assert refusal(changed(body, second + 42, struct.pack("<L", 40)))[1] == "archive-syntax"

    @pytest.mark.parametrize(
        "damage", [lambda b: changed(b, 40, b"\xff"), lambda b: b.replace(b"PK\x03\x04", b"PK\x03\x05")]
    )
    def test_damage(self, damage: Callable[[bytes], bytes]) -> None:
        assert refusal(damage(packed(("name.xml", b"content " * 20), method=0)))[1] == "archive-syntax"

    @settings(deadline=None)
    @given(st.data())
    def test_any_flipped_byte_is_read_the_same_or_refused(self, data: st.DataObject) -> None:
        body = packed(("a.xml", b"<a/>" * 50), ("b.xml", b"<b/>"))
        at, byte = data.draw(st.integers(0, len(body) - 1)), data.draw(st.binary(min_size=1, max_size=1))
        try:
            read = unpacked(changed(body, at, byte), Limits())
        except Refused:
            return
        assert set(read) <= {b"<a/>" * 50, b"<b/>"}
