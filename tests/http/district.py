"""A district of its own hub: a coordinating centre, an office without a system, levels, units, proxies.

Its clock is moved by a restart (`LIANTIAO_CLOCK_OFFSET`), as the contract allows on loopback.
"""

import json
from datetime import date, datetime, timedelta
from typing import Any

from tests.contract.conftest import Cast
from tests.contract.kit import EVENT, POLL, SHANGHAI, Hub, System
from tests.contract.words import COMMITTEE, HEAD, OFFICE

DISTRICT, CENTRE, LABOUR = "ZZ500199", "ZZ50019901", "RS500199"
UNITS = f"""{HEAD},type
{DISTRICT},示例区综治中心,justice,district,500199,,2010-01-01,,other
{CENTRE},测试镇综治中心,justice,town,500199,{DISTRICT},2010-01-01,,other
{LABOUR},示例区人社局,justice,district,500199,{DISTRICT},2010-01-01,,other
"""
PURPOSE = "warning"
LEVELS = {
    "scheme": "示例区预警等级",
    "version": "2026-1",
    "levels": [
        {
            "code": "01",
            "name": "一级",
            "superior": True,
            "periods": {"WARN_ACK": 0.25, "WARN_CLASSIFY": 1, "WARN_JOINT": 6},
        },
        {"code": "02", "name": "二级", "periods": {"WARN_ACK": 2, "WARN_CLASSIFY": 4}},
    ],
}


class District(Cast):
    """The hub, its three agencies, and the centre."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub)
        hub.units(UNITS)
        self.centre = hub.add("centre-sys", "justice", (CENTRE,))
        self.above = hub.add("district-sys", "justice", (DISTRICT,))
        self.moved = 0.0
        self.polled: set[str] = set()

    def configure(self, *entries: dict[str, Any]) -> None:
        """`liantiao config import`."""
        file = self.hub.data_dir / "config.json"
        file.write_text(json.dumps([{"valid_from": "2020-01-01", **entry} for entry in entries]), "utf-8")
        self.hub.furnish("config", "import", str(file), "--reason", "试验 test")

    def move(self, **time: float) -> None:
        """Go on so much later."""
        self.moved += timedelta(**time).total_seconds()
        self.hub.stop()
        self.hub.extra["LIANTIAO_CLOCK_OFFSET"] = str(self.moved)
        for system in self.hub.systems:
            system.offset = self.moved
            system.forget()
        self.hub.start()

    def join(self, client: str, agency: str, units: tuple[str, ...], *options: str) -> System:
        """One more system, whose clock goes with the district's."""
        system = self.hub.add(client, agency, units, *options)
        system.offset = self.moved
        return system

    def poll(self, *systems: System) -> None:
        """Open poll streams, for who has none yet."""
        for system in systems:
            if system.id in self.polled:
                continue
            opened = system.call("POST", "/v1/streams", json={"delivery": {"method": POLL}})
            assert opened.status_code == 201, opened.text
            self.polled.add(system.id)


def stamp(system: System) -> str:
    """The present of the hub's clock."""
    return datetime.fromtimestamp(system.now(), SHANGHAI).isoformat(timespec="seconds")


def said(system: System, **members: Any) -> dict[str, Any]:
    """A document of the shared form at the hub's present."""
    return {"schema": "liantiao/1", "business_time": stamp(system), **members}


def raised(district: District, **members: Any) -> dict[str, Any]:
    """What the committee raises."""
    told = {"action": "raise", "origin": "mediator", "situation": "三十余人聚集讨薪", "level_proposed": "02"}
    document = said(district.justice, **{**told, **members})
    to = {"to": members.pop("to", None)} if "to" in members else {}
    document.pop("to", None)
    return district.justice.accepted("early_warning", document, COMMITTEE, "warning", **to)


def feedback(system: System, unit: str, case: str, action: str, **members: Any) -> dict[str, Any]:
    """A feedback on a warning that is accepted."""
    told = said(system, action=action, about_case=case, **members)
    return system.accepted("warning_feedback", told, unit, PURPOSE)


def told_of(system: System, case: str, kind: str, **document: Any) -> dict[str, Any]:
    """The next event of a case and kind whose document says so; what came before is acknowledged.

    Other tests' events are no reason to give up, polls that waited for nothing are.
    """
    ack: list[str] = []
    patience = 4
    while patience:
        found = system.poll(returnImmediately=False, ack=ack, maxEvents=1)
        ack = list(found["sets"])
        patience -= not ack
        for claims in found["claims"].values():
            ((uri, event),) = claims["events"].items()
            about = (event.get("case") or {}).get("id")
            if (uri, about) == (EVENT + kind, case) and document.items() <= event["document"].items():
                system.poll(ack=ack, maxEvents=0)
                return dict(event)
    raise AssertionError((kind, document))


def until_due(system: System, case: str, rule: str) -> int:
    """Days from the present of the hub's clock to the last one of a running deadline."""
    running = system.get(f"/v1/cases/{case}").json()["deadlines"]
    (due,) = [d["due"] for d in running if (d["rule"], d["state"]) == (rule, "running")]
    return (date.fromisoformat(due[:10]) - date.fromisoformat(stamp(system)[:10])).days


__all__ = [
    "CENTRE", "DISTRICT", "LABOUR", "LEVELS", "OFFICE", "District", "feedback", "raised", "said", "stamp",
    "told_of", "until_due",
]  # fmt: skip
