"""Rooms, equipment, money and staff 设施与经费 of the organisations in the register, as units told them.

Reads the register as the caller may see it; the last line adds up. What nobody told is left blank.
"""

from typing import Any, Final, NamedTuple

import schemas
from hub.exchange.registers import Register
from hub.exchange.sheets.columns import Head
from hub.exchange.sheets.lines import MOST, Line, Period, too_long
from hub.exchange.written import written
from hub.law.model import Units
from hub.law.reading import at

_PAGE: Final = 500


class Paper(NamedTuple):
    """The sheet's title and columns."""

    zh: str
    en: str
    columns: tuple[Head, ...]


PAPER: Final = Paper("设施与经费表", "Rooms, equipment and money", (
    Head("编号", "Code", 14), Head("名称", "Name", 30), Head("类型", "Kind", 20),
    Head("派驻单位", "Host", 24), Head("指导单位", "Guided by", 24),
    Head("场所(平方米)", "Room, m²", 12), Head("视频终端", "Video terminals", 12),
    Head("专门经费(元)", "Budget, yuan", 14), Head("专职人员", "Staff", 10),
))  # fmt: skip
_COUNTED: Final = ("room_m2", "video_terminal", "budget_yuan", "staff")
_KIND: Final = "mediation_organisation"


async def read(register: Register, units: Units, period: Period) -> list[Line]:
    """One line an organisation in force on the last day, and the sums. Raises Refused `malformed`."""
    found: list[dict[str, Any]] = []
    after: str | None = None
    while len(found) <= MOST:
        page: Any = await register.on(period[1], after, _PAGE)
        found += [entry["document"] for entry in page["entries"]]
        after = page["next"]
        if after is None:
            return [*(_line(document, units) for document in found), _sums(found)] if found else []
    raise too_long()


def _line(document: dict[str, Any], units: Units) -> Line:
    schema = schemas.kind_schema(_KIND)
    kind = written(schema["$defs"], schema["properties"]["kind"], document.get("kind", ""))
    named = (_named(document.get(role), units) for role in ("host_unit", "parent_unit"))
    told = (_told(at(document, f"facilities.{name}")) for name in _COUNTED)
    return [str(document["code"]), str(document.get("name", "")), kind, *named, *told]


def _named(code: object, units: Units) -> str:
    unit = units.get(str(code)) if code else None
    return unit.name if unit else str(code or "")


def _told(value: object) -> str:
    if isinstance(value, bool):
        return "有 yes" if value else "无 no"
    return "" if value is None else str(value)


def _sums(found: list[dict[str, Any]]) -> Line:
    """A yes counts one."""
    sums = (sum(_number(at(d, f"facilities.{name}")) for d in found) for name in _COUNTED)
    return ["", f"合计 all ({len(found)})", "", "", "", *(f"{n:g}" for n in sums)]


def _number(value: object) -> float:
    try:
        return float(str(int(value) if isinstance(value, bool) else value or 0))
    except ValueError:
        return 0.0
