"""What a map cannot say, told from its declarations alone: codes that fall together, slots, mere days.

A loss is of the shared value or of the written file; the sender's own bytes and `native_extras` keep the
rest. Each is one sentence in Chinese and English.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from hub.port import (
    Code,
    CodeList,
    Direction,
    Each,
    EmbeddedFile,
    Field,
    FileIds,
    Label,
    Map,
    Moment,
    Own,
    Row,
    Slots,
    Unlisted,
    When,
)
from hub.translate.codecs_told import WITHOUT_TIME
from schemas import code_lists

_MINUTES: Final = frozenset({When.MINUTE, When.MINUTE_CHINESE})
_SHOWN: Final = 12
"""Codes named in a sentence; of more only the first are."""


class Loss(NamedTuple):
    """A native path, and what is lost there."""

    path: str
    reason: str


def losses(mapped: Map) -> tuple[Loss, ...]:
    """Everything a kind loses in a format, in the order of its rows."""
    written = mapped.direction is not Direction.READ
    return tuple(dict.fromkeys(_of_rows(mapped.rows, "", written=written)))


def _of_rows(rows: tuple[Row, ...], at: str, *, written: bool) -> Iterator[Loss]:
    for row in rows:
        match row:
            case Each():
                yield from _of_rows(row.rows, f"{at}{row.native}/", written=written)
            case Slots():
                yield from _of_slots(row, f"{at}{row.under}/" if row.under else at, written=written)
            case Field():
                names = (row.native,) if isinstance(row.native, str) else row.native
                out = written and row.direction is not Direction.READ
                for reason in _of_codec(row, written=out):
                    yield Loss(at + names[0], reason)
            case _:
                pass


def _of_slots(row: Slots, at: str, *, written: bool) -> Iterator[Loss]:
    if written:
        places = len(row.slots)
        joined = f" ({row.split.name})" if row.split else ""
        said = f"只有 {places} 个位置,余者不写出 · places: {places}{joined}; others are not written"
        yield Loss(f"{at}{' '.join(row.slots)}", said)
    for inner in row.slots.values():
        yield from _of_rows(inner, at, written=written)


def _of_codec(row: Field, *, written: bool) -> Iterator[str]:
    match row.codec:
        case Code(codes=codes) | Label(codes=codes):
            yield from _of_codes(codes, written=written)
        case FileIds(labels=CodeList() as codes):
            yield from _of_codes(codes, written=written)
        case Own(loses=str(told)):
            yield told
        case EmbeddedFile() if written:
            yield "内容另存为文件,不写回 · its content becomes a file and is not written back"
        case Moment(when=when) if written and when in WITHOUT_TIME:
            yield "只写到日 · written to the day"
        case Moment(when=when) if written and when in _MINUTES:
            yield "只写到分 · written to the minute"
        case _:
            pass


def _of_codes(codes: CodeList, *, written: bool) -> Iterator[str]:
    read = dict[str, str]()
    for native, shared, _ in codes.codes:
        read.setdefault(native, shared)
    silent = [native for native, shared in read.items() if not shared]
    if silent:
        yield f"{_some(silent)} 在此不表示任何内容 · say nothing here"
    meant = {shared for shared in read.values() if shared}
    if len(read) - len(silent) > len(meant):
        ways = len(read) - len(silent)
        yield f"{ways} 种写法读作 {len(meant)} 个代码 · {ways} native codes are read as {len(meant)}"
    if codes.unlisted is Unlisted.KEEP:
        yield _of_unlisted(codes)
    if written:
        yield from _unwritten(codes, read)


def _of_unlisted(codes: CodeList) -> str:
    if codes.otherwise is None:
        return "表外代码只留原文 · a code that is not in the list is kept as it is and read as nothing"
    return (
        f"表外代码留原文,读作 {codes.otherwise} · a code that is not in the list is read as {codes.otherwise}"
    )


def _unwritten(codes: CodeList, read: dict[str, str]) -> Iterator[str]:
    """Codes of the shared list that are written as another, or not at all."""
    writes = dict[str, str]()
    for native, shared, _ in codes.codes:
        if shared:
            writes.setdefault(shared, native)
    merged = [shared for shared, native in writes.items() if read.get(native) != shared]
    if merged:
        yield f"{_some(merged)} 写出后读回为别的代码 · read back as another code"
    listed = code_lists().get(codes.shared, {})
    absent = [shared for shared in listed if shared not in writes]
    if absent:
        yield f"{_some(absent)} 无法写出 · cannot be written"


def _some(codes: list[str]) -> str:
    return "、".join(codes[:_SHOWN]) + ("…" if len(codes) > _SHOWN else "")
