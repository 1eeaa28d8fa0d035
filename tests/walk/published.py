"""The machines as `GET /v1/machines` publishes them, read by somebody who knows nothing else.

A row is found by state, kind and deciding fields; words of a row (`a|b`, `*`, `=`) mean what
docs/machines/README.md says.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Fields = Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    """One published step."""

    id: str
    told: Fields

    @property
    def kind(self) -> str:
        return str(self.told["kind"])

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(self.told["by"])

    @property
    def guards(self) -> tuple[str, ...]:
        return tuple(self.told["guards"])

    @property
    def echo(self) -> bool:
        return "echo_of" in self.told

    @property
    def derived(self) -> bool:
        return "derived" in self.told

    @property
    def condition(self) -> str | None:
        return self.told.get("applies_if")

    def leaves(self, state: str) -> bool:
        return state in self.told["from"]

    def fits(self, fields: Fields) -> bool:
        return all(_fits(wanted, fields.get(name)) for name, wanted in self.told["when"].items())

    def after(self, state: str) -> str:
        return state if self.told["to"] == "=" else str(self.told["to"])

    def choices(self) -> Iterator[dict[str, Any]]:
        """Every way in which its deciding fields can be said."""
        found: list[dict[str, Any]] = [{}]
        for name, wanted in self.told["when"].items():
            if wanted == "*":
                values: Iterable[Any] = ("visit",)
            else:
                values = wanted.split("|") if isinstance(wanted, str) else (wanted,)
            found = [{**said, name: value} for said in found for value in values]
        yield from found


def _fits(wanted: Any, value: Any) -> bool:
    if isinstance(wanted, bool):
        return value is wanted
    return value is not None and (wanted == "*" or value in wanted.split("|"))


class Machine:
    """One machine as published."""

    def __init__(self, told: Fields) -> None:
        self.name: str = told["machine"]
        self.told = told
        self.rows = tuple(Row(f"{s['id']}", s) for s in told["steps"])
        self.states = tuple(s["id"] for s in told["states"])
        self.ends = frozenset(s["id"] for s in told["states"] if s.get("terminal"))
        self.kinds = frozenset(row.kind for row in self.rows)

    @property
    def opened_by(self) -> Fields:
        opened: Fields = self.told["opened_by"]
        return opened

    def knows(self, kind: str, fields: Fields) -> bool:
        """Whether the message is one of this machine in any of its states."""
        return any(r.kind == kind and r.fits(fields) and not r.derived for r in self.rows)

    def rows_for(self, state: str, kind: str, fields: Fields, *, echoes: bool = False) -> Iterator[Row]:
        for row in self.rows:
            hidden = row.derived or (row.echo and not echoes)
            if not hidden and row.kind == kind and row.leaves(state) and row.fits(fields):
                yield row

    def allowed(self, state: str, roles: frozenset[str]) -> list[Fields]:
        """What a refusal tells a party: the steps it may take from here."""
        return [
            {"kind": row.kind, "when": row.told["when"]}
            for row in self.rows
            if row.leaves(state) and row.roles & roles and not row.derived and not row.echo
        ]

    def reachable(self) -> frozenset[str]:
        """Every state that some sequence of rows leads to."""
        opened = self.opened_by
        todo = [opened["to_state"], *(v for n, v in opened.items() if n.endswith("_to_state"))]
        if "hub_suggestion" in opened:
            todo.append(opened["hub_suggestion"]["to_state"])
        found: set[str] = set()
        while todo:
            state = todo.pop()
            if state not in found:
                found.add(state)
                todo += [row.after(state) for row in self.rows if row.leaves(state)]
        return frozenset(found)


def read(answer: Fields) -> dict[str, Machine]:
    """The machines of an answer to `GET /v1/machines`, by name."""
    return {told["machine"]: Machine(told) for told in answer["machines"]}
