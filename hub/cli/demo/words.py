"""What the demo says, in Chinese and in English; names of kinds and states come from the hub's own tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import schemas
from hub.cli.demo.ground import unit_rows

Lang = Literal["zh", "en"]

ENGLISH_UNITS: Final[Mapping[str, str]] = {
    "500199": "District Court",
    "50019901": "Tribunal",
    "500199000000": "Police Bureau",
    "500199520000": "Town Police Station",
    "500199530000": "Street Police Station",
    "5001990000": "Justice Bureau",
    "5001990100": "Town Justice Office",
    "5001990200": "Street Justice Office",
    "3105": "Town Mediation Committee",
    "3106": "Street Mediation Committee",
    "hub": "Hub",
}


@dataclass(slots=True)
class Names:
    """Names in one language. `machines` is what `GET /v1/machines` answered, once the hub runs."""

    lang: Lang
    units: Mapping[str, Mapping[str, str]] = field(default_factory=unit_rows)
    states: dict[tuple[str, str], str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    rules: dict[str, str] = field(default_factory=dict)

    def learn(self, machines: Sequence[Mapping[str, Any]]) -> None:
        """Take in the names of machines, states and deadlines."""
        for machine in machines:
            self.titles[machine["machine"]] = machine["zh"]
            for state in machine["states"]:
                self.states[(machine["machine"], state["id"])] = state["zh"]
            for rule in machine["deadlines"]:
                self.rules[rule["id"]] = rule["name"]

    def say(self, zh: str, en: str) -> str:
        """One of two texts."""
        return zh if self.lang == "zh" else en

    def unit(self, code: str | None) -> str:
        """A unit's short name; None is the hub."""
        code = code or "hub"
        return self.unit_zh(code) if self.lang == "zh" else ENGLISH_UNITS.get(code, code)

    def unit_zh(self, code: str) -> str:
        """A unit's short name in Chinese."""
        if code == "hub":
            return "中枢"
        name = self.units.get(code, {}).get("name", code)
        return name.replace("人民调解委员会", "调委会").replace("重庆市示例区人民法院", "区人民法院")

    def agency(self, code: str | None) -> str:
        """The agency of a unit, `hub` for the hub."""
        return self.units.get(code or "", {}).get("agency", "hub")

    def kind(self, kind: str) -> str:
        """A message kind."""
        return self.kind_zh(kind) if self.lang == "zh" else kind.replace("_", " ")

    def kind_zh(self, kind: str) -> str:
        """A message kind in Chinese."""
        row = schemas.kinds().get(kind)
        return row.zh if row else kind

    def machine(self, machine: str) -> str:
        """A machine's short name."""
        short = {
            "dispute": "纠纷", "referral": "委托", "confirmation": "司法确认", "consultation": "咨询",
            "warning": "预警",
        }  # fmt: skip
        return short.get(machine, machine) if self.lang == "zh" else machine

    def state(self, machine: str, state: str) -> str:
        """A state of a machine."""
        return self.states.get((machine, state), state) if self.lang == "zh" else state.replace("_", " ")

    def rule(self, rule: str) -> str:
        """A deadline."""
        return f"{self.rules.get(rule, rule)} {rule}" if self.lang == "zh" else rule
