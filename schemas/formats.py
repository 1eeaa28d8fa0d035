"""The one list of format checkers, used by both validators. Pure functions of the value.

The schemas use four formats and no other: date, date-time, uuid, uri. Neither validator checks any
format by itself; both call these, so that they cannot disagree.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME: Final = re.compile(r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]{1,9})?(?:Z|[+-]([0-9]{2}):([0-9]{2}))")
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}://[!#-;=?-Z\[\]_a-z~]+")
LONGEST: Final = 2048


def is_date(value: object) -> bool:
    """RFC 3339 full-date of a day there is. Values that are no strings are not its business."""
    if not isinstance(value, str):
        return True
    return len(value) <= LONGEST and _DATE.fullmatch(value) is not None and _exists(value)


def _exists(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True


def is_date_time(value: object) -> bool:
    """RFC 3339 date-time with an offset, `T` and `Z` in capitals, no leap second."""
    if not isinstance(value, str):
        return True
    if len(value) > LONGEST or value[10:11] != "T" or not is_date(value[:10]):
        return False
    found = _TIME.fullmatch(value, 11)
    if found is None:
        return False
    # Two digits each: their order as texts is that of the numbers.
    hour, minute, second, off_hour, off_minute = found.groups(default="00")
    within = hour < "24" and minute < "60" and second < "60"
    return within and off_hour < "24" and off_minute < "60"


def is_uuid(value: object) -> bool:
    """RFC 9562 text form, any version."""
    return not isinstance(value, str) or _UUID.fullmatch(value) is not None


def is_uri(value: object) -> bool:
    """An absolute URI with an authority, in the characters RFC 3986 allows."""
    if not isinstance(value, str):
        return True
    return len(value) <= LONGEST and _URI.fullmatch(value) is not None


CHECKERS: Final[Mapping[str, Callable[[object], bool]]] = {
    "date": is_date,
    "date-time": is_date_time,
    "uuid": is_uuid,
    "uri": is_uri,
}
