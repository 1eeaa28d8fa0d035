"""Who is what: roles as relations to a case, resolved by the unit table. No agency is named here.

A role is bound when a case opens; a few are taken by the act itself (a court that reports on its own
proceedings is their unit). Pure.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from hub.law.model import CaseState, UnitInfo, Units
from hub.law.run import ADMIN, HUB, Run

COURT: Final = frozenset({"court", "tribunal"})
POLICE: Final = frozenset({"police_bureau", "station"})
GUIDES: Final = frozenset({"judicial_office", "justice_bureau"})

_UP: Final = 8  # a unit table nests less deeply; a loop in it must not hang a decision


def type_of(units: Units, code: str) -> str:
    """Type of a unit, empty for one the table does not know."""
    unit = units.get(code)
    return unit.type if unit else ""


def roles_of(run: Run, case: CaseState | None) -> set[str]:
    """Every role in which the sender may act: in a case, or without one in the dispute."""
    sender = run.act.sender
    if sender in (HUB, ADMIN):
        return {sender}
    bound = run.roles if case is None else case.roles
    found = {role for role, units in bound.items() if _holds(run, case, units)}
    found.update(_taken(run, case))
    if case is not None and sender in superiors(run.units, case.roles.get("unit_in_charge", ())):
        found.add("superior")
    return found


def _taken(run: Run, case: CaseState | None) -> Iterable[str]:
    """Roles that the act itself gives its sender."""
    kind = run.act.kind
    if kind == "case_status":
        unit_type = type_of(run.units, run.act.sender)
        if case is None and unit_type in COURT | POLICE:
            yield "case_unit"
        if case is not None and case.machine == "confirmation" and unit_type in COURT:
            yield "enforcing_court"
    elif kind == "dispute" and run.document.get("action") == "join":
        yield "registrar" if run.act.sender in run.roles.get("registrar", ()) else "joined_unit"


def is_party(run: Run, case: CaseState | None) -> bool:
    """Whether the sender has any role in the case or the dispute: only then it is told their state."""
    held: list[Mapping[str, tuple[str, ...]]] = [run.roles]
    if case is not None:
        held.append(case.roles)
    if run.act.sender in (HUB, ADMIN):
        return True
    return any(_holds(run, case, units) for h in held for units in h.values())


def _holds(run: Run, case: CaseState | None, units: Iterable[str]) -> bool:
    """Whether the sender is one of the units, or of a warning or question the proxy of one."""
    sender = run.act.sender
    return sender in units or (proxied(case) and run.district.stands_in(sender, units))


def proxied(case: CaseState | None) -> bool:
    """Whether a unit without a system may be stood in for: in its warnings and questions."""
    return case is not None and case.machine in ("warning", "consultation")


def bind(roles: Mapping[str, tuple[str, ...]], role: str, *units: str | None) -> dict[str, tuple[str, ...]]:
    """The roles with units added to one of them; what is None is left out."""
    held = roles.get(role, ())
    new = tuple(u for u in units if u is not None and u not in held)
    return {**roles, role: (*held, *new)} if new else dict(roles)


def supervisor(units: Units, code: str | None) -> str | None:
    """The unit that guides a mediation unit: the nearest above it that is a judicial office or bureau."""
    unit = units.get(code) if code else None
    for _ in range(_UP):
        if unit is None or unit.parent is None:
            return None
        unit = units.get(unit.parent)
        if unit is not None and unit.type in GUIDES:
            return unit.code
    return None


def justice_bureau(units: Units, code: str | None) -> str | None:
    """The justice bureau of a mediation unit: itself, or the nearest above it."""
    unit = units.get(code) if code else None
    for _ in range(_UP):
        if unit is None or unit.type == "justice_bureau":
            break
        unit = units.get(unit.parent) if unit.parent else None
    return unit.code if unit is not None and unit.type == "justice_bureau" else None


def superiors(units: Units, codes: Iterable[str]) -> tuple[str, ...]:
    """The units directly above."""
    found: dict[str, None] = {}
    for code in codes:
        unit: UnitInfo | None = units.get(code)
        if unit is not None and unit.parent is not None:
            found[unit.parent] = None
    return tuple(found)


def tell(run: Run, roles: Iterable[str], case: CaseState | None) -> None:
    """Tell the units of the roles, each in the role of the table."""
    first: tuple[str, ...] | None = None
    for role in roles:
        units = resolve(run, role, case, first)
        if first is None:
            first = units
        for unit in units:
            run.tell(unit, role)
            proxy = run.district.proxies.get(unit)
            if proxy is not None and proxied(case):
                run.tell(proxy, role)


def resolve(
    run: Run, role: str, case: CaseState | None, acting: tuple[str, ...] | None = None
) -> tuple[str, ...]:
    """Units of a role. `superior` is the one above the acting unit: the sender, or whom the hub reminds."""
    if case is not None and case.roles.get(role):
        return case.roles[role]
    if role == "superior":
        sender = run.act.sender
        return superiors(run.units, (acting or ()) if sender in (HUB, ADMIN) else (sender,))
    return run.roles.get(role, ())
