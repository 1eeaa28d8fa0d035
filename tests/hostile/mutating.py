"""Examples of every agency, damaged: bytes cut, doubled, swapped, replaced by what readers stumble over."""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import strategies as st

from hub.errors import Refused
from hub.translate.records import Origin
from hub.translate.registry import Translator

ADAPTERS = Path(__file__).parents[2] / "adapters"
AT = datetime(2026, 11, 26, tzinfo=UTC)
TOKENS = (
    b"\x00", b"\xff", b"\xef\xbb\xbf", b"\\u0000", b"\\ud800", b'"', b"'", b"[", b"{", b"]}", b",", b"\t",
    b"\r\n", b"null", b"true", b"-1", b"1e999", b"9" * 40, b"0.0000001", b"<a>", b"</a>", b"<!--",
    b"<![CDATA[", b"&amp;", b"&#0;", b"&#x110000;", b"9999-99-99", b"0000-00-00 24:61:61", b"2026-02-29",
    "测".encode(), "测".encode("gbk"), "㐀𠀀".encode(), b"=cmd|' /C calc'!A0", b"PK\x03\x04", b"\x1a", b"%00",
    b"+", b"A" * 300,
)  # fmt: skip


class Sample(NamedTuple):
    """A file as an agency sends it, which can be read as this kind."""

    agency: str
    media: str
    kind: str
    body: bytes


def samples(translator: Translator) -> Iterator[Sample]:
    """Every example that says how it is sent, but workbooks: those are read in a process for each."""
    for agency in sorted(path.parent.name for path in ADAPTERS.glob("*/__init__.py")):
        folder = ADAPTERS / agency / "examples"
        with (folder / "examples.csv").open(encoding="utf-8", newline="") as table:
            for row in csv.DictReader(table):
                body = (folder / row["file"]).read_bytes()
                made = Sample(agency, row["media_type"], row["kind"], body)
                if "spreadsheet" not in made.media and _is_read(translator, made):
                    yield made


def _is_read(translator: Translator, sample: Sample) -> bool:
    try:
        read(translator, sample, sample.body)
    except Refused:
        return False
    return True


def read(translator: Translator, sample: Sample, body: bytes) -> None:
    """As a message of that body would be read."""
    translator.read(sample.agency, sample.media, body, Origin(sample.kind, "1", AT))


@st.composite
def damaged(draw: st.DrawFn, body: bytes) -> bytes:
    """The body with one to five damages."""
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(body)))
        end = draw(st.integers(start, min(len(body), start + draw(st.sampled_from((0, 1, 4, 40, 4000))))))
        inside = draw(
            st.one_of(
                st.sampled_from(TOKENS), st.binary(max_size=4), st.just(b""), st.just(body[start:end] * 2)
            )
        )
        body = body[:start] + inside + body[end:]
    return body


ODD: st.SearchStrategy[object] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12),
    st.sampled_from(("0", "", " ", "-", "1,2", "2026-13-45", "9" * 400, "null", "一", "A;B;;C", "\u202e")),
    st.sampled_from(("[]", "{}", "[[]]", "[{}]", "[null]", '{"": null}', '{"a": {"b": []}}')).map(json.loads),
)
"""Values where another type is expected."""


@st.composite
def retyped(draw: st.DrawFn, body: bytes) -> bytes:
    """A JSON body with one to four values replaced by others of any type, or left out, or doubled."""
    told = json.loads(body)
    for _ in range(draw(st.integers(1, 4))):
        places = [*_places(told)]
        if not places:
            break
        holder, key = places[draw(st.integers(0, len(places) - 1))]
        match draw(st.sampled_from(("odd", "odd", "odd", "gone", "list"))):
            case "odd":
                holder[key] = draw(ODD)
            case "gone":
                del holder[key]
            case _:
                holder[key] = [holder[key], holder[key]]
    return json.dumps(told, ensure_ascii=False).encode()


def _places(told: Any) -> Iterator[tuple[Any, Any]]:
    """Every member and item, with what holds it."""
    if isinstance(told, dict):
        for key in told:
            yield told, key
            yield from _places(told[key])
    elif isinstance(told, list):
        for n, item in enumerate(told):
            yield told, n
            yield from _places(item)
