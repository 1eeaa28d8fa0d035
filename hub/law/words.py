"""What the tables say in Chinese, for pictures and pages: kinds, deciding values, roles, deadlines. Pure."""

from collections.abc import Mapping
from functools import cache
from typing import Final

import schemas
from hub.law.shapes import Machine, Row, Tables

_FLAGS: Final[Mapping[tuple[str, str | bool], str]] = {
    ("all_consented", True): "全部同意",
    ("all_consented", False): "未全部同意",
    ("replaces", "this case"): "替代本次",
    ("this_dispute", "survivor"): "保留方",
    ("this_dispute", "absorbed"): "并入方",
    ("result", "all_served"): "全部送达(中枢推定)",
}


@cache
def value(kind: str, name: str, code: str | bool) -> str:
    """A deciding value as the code list of its field says it."""
    known = _FLAGS.get((name, code))
    if known is not None:
        return known
    if code == "*":
        return "任何"
    field = schemas.kind_schema(kind)["properties"].get(name, {})
    listed = schemas.codes(str(field.get("$ref", "")).rpartition("/")[2]) if "$ref" in field else {}
    return listed.get(str(code), str(code))


def kind(name: str) -> str:
    """A message kind."""
    return schemas.kinds()[name].zh


def act(tables: Tables, row: Row) -> str:
    """What a row waits for: kind and values, in words."""
    when = dict(row.source["when"])
    rule = when.pop("rule", None)
    parts = [tables.rules[rule].zh] if rule else [kind(row.kind)]
    for name, values in when.items():
        codes = [values] if isinstance(values, bool) else values.split("|")
        parts.append("/".join(value(row.kind, name, code) for code in codes))
    return "·".join(parts)


def roles(machine: Machine, names: object) -> str:
    """Roles of a machine."""
    listed = sorted(names) if isinstance(names, frozenset) else list(names)  # type: ignore[call-overload]
    order = list(machine.source["roles"])
    found: list[str] = sorted(listed, key=order.index)
    return "、".join(machine.source["roles"][name]["zh"] for name in found)


def state(machine: Machine, name: str) -> str:
    """A state of a machine."""
    found: dict[str, str] = {s["id"]: s["zh"] for s in machine.source["states"]}
    return found[name]
