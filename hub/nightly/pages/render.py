"""Pages as HTML: the templates beside this module, names in the asked language, pictures by `draw`.

The language is Chinese unless English is asked for; every link and form carries it on. Nothing comes from
another address, no script runs: the pages live in Airflow's sandboxed frame.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import jinja2

import schemas
from hub.law.calendar import SHANGHAI
from hub.law.tables import load_tables
from hub.nightly.agencies import AGENCIES
from hub.nightly.pages import draw, draw_flows, draw_lanes, draw_quiet
from hub.nightly.pages.dispute import Timeline
from hub.nightly.pages.overview import DAYS, REACH, UNITS, Overview

Language = Literal["zh", "en"]
Explain = Callable[[str, Language], str]

HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
        "frame-ancestors 'self'; base-uri 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
"""What every page is sent with."""


@dataclass(frozen=True, slots=True)
class Words:
    """Names in one language. `explain` says what a refusal's code means."""

    lang: Language
    explain: Explain

    def say(self, zh: str, en: str) -> str:
        """One of two texts."""
        return zh if self.lang == "zh" else en

    def agency(self, code: str) -> str:
        """An agency."""
        return self.say(*AGENCIES.get(code, (code, code)))

    def kind(self, code: str) -> str:
        """A message kind."""
        row = schemas.kinds().get(code)
        return row.zh if row and self.lang == "zh" else code.replace("_", " ")

    def machine(self, code: str) -> str:
        """A machine."""
        return _machines().get(code, code) if self.lang == "zh" else code

    def state(self, machine: str, code: str | None) -> str:
        """A state of a machine."""
        return (
            _states().get((machine, code or ""), code or "")
            if self.lang == "zh"
            else (code or "").replace("_", " ")
        )

    def rule(self, code: str) -> str:
        """A deadline."""
        return f"{_rules()[code]} {code}" if self.lang == "zh" and code in _rules() else code


def page(name: str, words: Words, root: str, **shown: Any) -> str:  # noqa: ANN401  what a template needs
    """A page. `root` is the path the pages are mounted at."""
    return (
        _templates()
        .get_template(f"{name}.html")
        .render(w=words, say=words.say, root=root, draw=draw, **shown)
    )


def overview_pictures(found: Overview, words: Words) -> dict[str, object]:
    """The overview's pictures."""
    names = {code: words.agency(code) for pair in found.flows for code in pair}
    names |= {agency: words.agency(agency) for _, agency in found.days}
    shown = [found.day - timedelta(days=n) for n in reversed(range(DAYS))]
    names |= {agency: words.agency(agency) for _, *pair in found.over_time for agency in pair}
    refusals = [
        draw.Bar(words.explain(code, words.lang), ((held, "open"), (n - held, "closed")))
        for code, n, held in found.refusals
    ]
    due = [
        draw.Bar(d.name, ((d.overdue, "over"), (d.soon, "soon"), (d.later, "later")))
        for d in found.due[:UNITS]
    ]
    queues = [draw.Bar(q.system, ((q.held, "open"), (q.queued, "closed"))) for q in found.queues]
    calm = [
        draw_quiet.Calm(
            s.system,
            s.agency,
            None if s.last is None else found.now - s.last,
            s.silent,
            words.say(f"{REACH.days} 天以上", f"over {REACH.days} d")
            if s.last is None
            else _ago(s.last, found.now),
        )
        for s in found.quiet
    ]
    return {
        "flows": draw_flows.flows(found.flows, names, words.say("部门之间的流量", "flow between agencies")),
        "over_time": draw_flows.over_time(
            found.over_time, shown, names, words.say("部门之间十四日", "between agencies, fourteen days")
        ),
        "queues": draw.bars(queues, words.say("投递队列", "queues")),
        "quiet": draw_quiet.quiet(calm, found.silence, words.say("各系统最近动静", "last sign of life")),
        "days": draw_flows.days(found.days, shown, names, words.say("每日受理", "accepted day by day")),
        "refusals": draw.bars(refusals, words.say("拒收原因", "refusals by reason")),
        "due": draw.bars(due, words.say("各单位期限", "deadlines by unit")),
    }


def units_of(found: Timeline, words: Words) -> dict[str, tuple[str, str]]:
    """Names and agencies of all who appear in a dispute, the hub itself included."""
    return {**found.units, "hub": (words.say("中枢", "the hub"), "hub")}


def dispute_picture(found: Timeline, words: Words) -> object:
    """The lanes of a dispute."""
    marks = [
        draw_lanes.Mark(m.at, m.sender, m.receivers, words.kind(m.kind), waiting=bool(m.waiting))
        for m in found.messages
    ]
    return draw_lanes.lanes(marks, units_of(found, words), words.say("往来", "messages between units"))


@cache
def _templates() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(local=_local, ago=_ago)
    return made


def _local(at: datetime | date | None, form: str = "%Y-%m-%d %H:%M") -> str:
    if at is None:
        return "—"
    return f"{at.astimezone(SHANGHAI):{form}}" if isinstance(at, datetime) else at.isoformat()


def _ago(at: datetime | None, now: datetime) -> str:
    """How long since, in the largest unit that says enough; the same in both languages."""
    if at is None:
        return "—"
    minutes = int((now - at).total_seconds() // 60)
    if minutes < 120:
        return f"{max(minutes, 0)} min"
    return f"{minutes // 60} h" if minutes < 72 * 60 else f"{minutes // 1440} d"


@cache
def _sources() -> list[Any]:
    return [machine.source for machine in load_tables().machines.values()]


@cache
def _states() -> dict[tuple[str, str], str]:
    return {(m["machine"], state["id"]): state["zh"] for m in _sources() for state in m["states"]}


@cache
def _machines() -> dict[str, str]:
    return {m["machine"]: m["zh"] for m in _sources()}


@cache
def _rules() -> dict[str, str]:
    return {code: rule.zh for code, rule in load_tables().rules.items()}
