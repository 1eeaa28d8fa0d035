"""Every way in which native systems write a time, read to value and precision, and written back.

A native time without an offset is China standard time. What has no year (`4.19`) is not guessed.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final, Literal

from hub.port import Unreadable, When

CHINA: Final = timezone(timedelta(hours=8), "+08:00")
Precision = Literal["year", "month", "day", "time", "approximate"]

_PARTS: Final = re.compile(
    r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年)?"
    r"(?:[ T]*(上午|下午|凌晨|早上|中午|晚上|晚)?[ ]*(\d{1,2})[:时]"
    r"(?:(\d{1,2})[:分]?)?(?:(\d{1,2})(?:\.(\d{1,9}))?秒?)?)?"
    r" ?(Z|[+-]\d{2}:?\d{2})?"
)
_COMPACT: Final = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?(?:\.0)?")
_EPOCH_MS: Final = re.compile(r"-?\d{11,13}")
_EPOCH_SECONDS: Final = re.compile(r"-[1-9]\d{0,10}|[1-9]\d{8,10}", re.ASCII)
_SERIAL: Final = re.compile(r"[2-5]\d{4}(?:\.\d+)?")
_ABOUT: Final = re.compile(r"^约|左右$|许$|前后$")
_HALF_DAY: Final = re.compile(r"(?:上午|下午|凌晨|早上|中午|晚上|晚)$")
_DIGITS: Final = {ord(c): str(i) for i, c in enumerate("〇一二三四五六七八九")} | {
    ord("零"): "0", ord("○"): "0", ord("Ｏ"): "0", ord("元"): "1",
}  # fmt: skip
_TENS: Final = re.compile(r"([1-9]?)十([1-9]?)")
_EXCEL_EPOCH: Final = datetime(1899, 12, 30, tzinfo=CHINA)


@dataclass(frozen=True, slots=True)
class Moment:
    """A point or span of time: its first instant at +08:00 and how exactly it was told.

    `iso` is that instant in RFC 3339 with seconds; `day` the value at its precision: `2021`, `2021-04`,
    `2021-04-09`, or the instant.
    """

    at: datetime
    precision: Precision
    iso: str
    day: str


def moment(at: datetime, precision: Precision) -> Moment:
    """A Moment with its texts made."""
    iso = at.isoformat(timespec="seconds")
    length = {"year": 4, "month": 7, "time": None}.get(precision, 10)
    return Moment(at, precision, iso, iso[:length])


@lru_cache(maxsize=8192)
def read(text: str) -> Moment:
    """Any of the ways. Raises Unreadable `date`. Cached: a day is no personal datum by itself."""
    about = _ABOUT.search(text)
    bare = _HALF_DAY.sub("", _ABOUT.sub("", text)).strip() if not text.isascii() else text
    found = _read_parts(bare) or _read_compact(bare) or _read_serial(bare)
    if found is None and not bare.isascii():
        found = _read_parts(_chinese_digits(bare))
    if found is None:
        raise Unreadable("date")
    return moment(found.at, "approximate") if about and found.precision == "day" else found


def read_as(text: str, when: When) -> Moment:
    """Any of the ways, and seconds of the epoch where the format writes them: else ten digits are no time."""
    if when is not When.EPOCH_SECONDS or _EPOCH_SECONDS.fullmatch(text) is None:
        return read(text)
    try:
        return moment(datetime.fromtimestamp(int(text), tz=CHINA), "time")
    except (ValueError, OverflowError) as e:
        raise Unreadable("date") from e


def _read_parts(text: str) -> Moment | None:
    match = _PARTS.fullmatch(text)
    if match is None:
        return None
    year, month, day, half, hour, minute, second, fraction, offset = match.groups()
    if hour is None:
        precision: Precision = "day" if day else "month" if month else "year"
        return _made((year, month, day), ("0", "0", "0"), precision)
    if day is None:
        return None
    if half in ("下午", "晚上", "晚") and int(hour) < 12:
        hour = str(int(hour) + 12)
    made = _made((year, month, day), (hour, minute, second), "time", fraction)
    if made is None or offset is None:
        return made
    return moment(_shifted(made.at, offset), "time")


def _read_compact(text: str) -> Moment | None:
    match = _COMPACT.fullmatch(text)
    if match:
        year, month, day, hour, minute, second = match.groups()
        made = _made((year, month, day), (hour, minute, second), "time" if hour else "day")
        if made:
            return made
    if _EPOCH_MS.fullmatch(text):
        return moment(datetime.fromtimestamp(int(text) / 1000, tz=CHINA), "time")
    return None


def _read_serial(text: str) -> Moment | None:
    """A day number of a spreadsheet (1900 system): 44305 is 2021-04-19."""
    if _SERIAL.fullmatch(text) is None:
        return None
    days = float(text)
    at = _EXCEL_EPOCH + timedelta(seconds=round(days * 86400))
    return moment(at, "day" if days.is_integer() else "time")


def _made(
    day: tuple[str | None, ...],
    time: tuple[str | None, ...],
    precision: Precision,
    fraction: str | None = None,
) -> Moment | None:
    try:
        year, month, of_month, hour, minute, second = (
            int(part) if part else (1 if i in (1, 2) else 0) for i, part in enumerate((*day, *time))
        )
        extra = timedelta(days=1) if hour == 24 and not minute and not second else timedelta()
        at = datetime(
            year, month, of_month, 0 if extra else hour, minute, second,
            int((fraction or "0")[:6].ljust(6, "0")), tzinfo=CHINA,
        )  # fmt: skip
        return moment(at + extra, precision)
    except (ValueError, OverflowError):
        return None


def _shifted(at: datetime, offset: str) -> datetime:
    if offset == "Z":
        return at.replace(tzinfo=UTC).astimezone(CHINA)
    sign = -1 if offset[0] == "-" else 1
    zone = timezone(sign * timedelta(hours=int(offset[1:3]), minutes=int(offset[-2:])))
    return at.replace(tzinfo=zone).astimezone(CHINA)


def _chinese_digits(text: str) -> str:
    """`二〇二一年四月十八日` → `2021年4月18日`; 十 counts by place."""
    digits = text.translate(_DIGITS)
    return _TENS.sub(lambda m: f"{m[1] or '1'}{m[2] or '0'}", digits)


def write(at: datetime, when: When) -> str | int:
    """The time in one native way, at +08:00."""
    t = at.astimezone(CHINA)
    match when:
        case When.EPOCH_MS:
            return int(t.timestamp() * 1000)
        case When.EPOCH_SECONDS:
            return int(t.timestamp())
        case When.DAY_UNPADDED:
            return f"{t.year}-{t.month}-{t.day}"
        case When.DAY_CHINESE:
            return f"{t.year}年{t.month}月{t.day}日"
        case When.MINUTE_CHINESE:
            return f"{t.year}年{t.month}月{t.day}日{t.hour}时{t.minute:02}分"
        case When.SECOND_UNPADDED:
            return f"{t:%Y-%m-%d} {t.hour}:{t.minute}:{t.second}"
        case _:
            return t.strftime(_PATTERN[when])


_PATTERN: Final = {
    When.DAY: "%Y-%m-%d",
    When.DAY_COMPACT: "%Y%m%d",
    When.MINUTE: "%Y-%m-%d %H:%M",
    When.SECOND: "%Y-%m-%d %H:%M:%S",
    When.SECOND_COMPACT: "%Y%m%d%H%M%S",
    When.SECOND_T: "%Y-%m-%dT%H:%M:%S",
    When.SECOND_DOT_ZERO: "%Y-%m-%d %H:%M:%S.0",
    When.OFFSET_SEVEN: "%Y-%m-%dT%H:%M:%S.0000000+08:00",
}


def is_written(text: str, when: When, told: Moment) -> bool:
    """Whether `text`, read as `told`, is exactly what `write` makes of the instant with seconds."""
    if when is When.EPOCH_MS:
        return not told.at.microsecond and _EPOCH_MS.fullmatch(text) is not None
    if when is When.EPOCH_SECONDS:
        return _EPOCH_SECONDS.fullmatch(text) is not None
    return _SHAPES[when].fullmatch(text) is not None


_SHAPES: Final = {
    when: re.compile(pattern, re.ASCII)
    for when, pattern in {
        When.DAY: r"\d{4}-\d\d-\d\d",
        When.DAY_UNPADDED: r"\d{4}-[1-9]\d?-[1-9]\d?",
        When.DAY_COMPACT: r"\d{8}",
        When.DAY_CHINESE: r"\d{4}年[1-9]\d?月[1-9]\d?日",
        When.MINUTE: r"\d{4}-\d\d-\d\d \d\d:\d\d",
        When.MINUTE_CHINESE: r"\d{4}年[1-9]\d?月[1-9]\d?日(?:0|[1-9]\d?)时\d\d分",
        When.SECOND: r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d",
        When.SECOND_UNPADDED: r"\d{4}-\d\d-\d\d (?:0|[1-9]\d?):(?:0|[1-9]\d?):(?:0|[1-9]\d?)",
        When.SECOND_COMPACT: r"\d{14}",
        When.SECOND_T: r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d",
        When.SECOND_DOT_ZERO: r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.0",
        When.OFFSET_SEVEN: r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.0{7}\+08:00",
    }.items()
}
