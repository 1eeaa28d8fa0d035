"""Who is told of a record: the envelope's `to`, the table's roles, the routing rules. Pure.

`to` wins over the routing rules; superiors are told of nothing but the hub's own deadline notices
(contract 3), unless a warning of a grave level has made one a party of its case; the sender never hears
its own message. A unit without a receiving system stays an addressee that can read: its delivery is
shown as `unconnected`.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from hub.errors import Fault, Refused
from hub.exchange.cases import OPENS
from hub.exchange.desk import Desk
from hub.exchange.dossier import SILENT_ROLES
from hub.exchange.prepare import Prepared, PreparedRecord
from hub.exchange.routing import Held, Route, Routed
from hub.law.model import CaseState, Finding, Told


class Addressee(NamedTuple):
    """A unit told of a record, the role that decides its view, and the system that receives for it."""

    unit: str
    role: str
    system: str | None
    silent: bool = False


def addressees(
    desk: Desk,
    item: Prepared,
    record: PreparedRecord,
    focus: CaseState | None,
    told: Iterable[Told],
    earlier: Mapping[str, str],
) -> tuple[Addressee, ...]:
    """The addressees of one record, by unit code. `earlier`: who was told of what it corrects."""
    envelope = item.envelope
    roles: dict[str, str] = dict(earlier)
    for t in told:
        if envelope.kind == "deadline_notice" or t.role not in SILENT_ROLES or _party(t, focus):
            roles.setdefault(t.unit, t.role)
    if envelope.to is not None:
        if desk.units.get(envelope.to) is None:
            raise Refused("rule", Fault("unit-unknown", pointer="/to"))
        roles.setdefault(envelope.to, _role(envelope.to, focus))
    elif not roles:
        found = desk.directory.route(envelope, record.document or {}, item.received_at)
        if isinstance(found, Route):
            roles[found.to] = _role(found.to, focus)
    roles.pop(envelope.unit, None)
    return tuple(Addressee(u, r, desk.receiver(u)) for u, r in sorted(roles.items()))


def _party(told: Told, focus: CaseState | None) -> bool:
    """Whether a unit above is told as a party: its role is bound in the warning itself."""
    return focus is not None and focus.machine == "warning" and told.unit in focus.roles.get(told.role, ())


def routed(desk: Desk, item: Prepared, document: Mapping[str, object]) -> Routed:
    """What the routing rules say of an opening message whose envelope names nobody."""
    if item.envelope.kind not in OPENS or item.envelope.to is not None:
        return None
    return desk.directory.route(item.envelope, document, item.received_at)


def held(way: Routed) -> tuple[Finding, ...]:
    """That a person must say where it goes: accepted, its time counts, nobody is told yet."""
    if not isinstance(way, Held):
        return ()
    return (Finding("held", f"区划变更 {way.changed}", "/to", " ".join(way.districts)),)


def _role(unit: str, focus: CaseState | None) -> str:
    if focus is not None:
        for role, units in focus.roles.items():
            if unit in units and role not in SILENT_ROLES:
                return role
    return "addressee"
