"""The table of a run, with each bar beside what was reached, and its place in README.md."""

import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from bench.rounds import Series

README = Path(__file__).with_name("README.md")
FROZEN = (0.012, 0.03)
Word = Literal["at least", "at most"]


@dataclass(frozen=True, slots=True)
class Bar:
    """One line: what, what it came to, which way it must go, and how far now and in the end."""

    what: str
    reached: float
    word: Word
    now: float | None
    aim: float

    @property
    def verdict(self) -> str:
        """`reached`, `enough for now`, `missed`."""
        if self._holds(self.aim):
            return "reached"
        return "enough for now" if self.now is not None and self._holds(self.now) else "missed"

    def _holds(self, bar: float) -> bool:
        return self.reached >= bar if self.word == "at least" else self.reached <= bar


def bars(found: Mapping[str, Series], inserts: float) -> list[Bar]:
    """The bars of the way in."""
    hub, nothing, plain = (found[name] for name in ("hub", "nothing", "straightforward"))
    xml = found["hub, GBK XML"]
    rate, floor = hub.of("rate"), nothing.of("rate")
    return [
        Bar("rate / straightforward", rate / plain.of("rate"), "at least", 5, 12),
        Bar("rate / do-nothing", rate / floor, "at least", None, 0.20),
        Bar("rate / pgbench inserts", rate / inserts, "at least", None, 0.20),
        Bar("server CPU / do-nothing CPU", hub.of("server") / nothing.of("server"), "at most", None, 5),
        Bar("server + PostgreSQL CPU / do-nothing CPU", hub.cpu / nothing.of("server"), "at most", None, 6.5),
        Bar("GBK XML / JSON, server CPU", xml.of("server") / hub.of("server"), "at most", None, 1.6),
        Bar("p99 / p50", hub.of("p99") / hub.of("p50"), "at most", None, 2.5),
    ]


def sound(found: Mapping[str, Series]) -> float | None:
    """The straightforward build's share of do-nothing if it lies where it must, None if the table is void."""
    share = found["straightforward"].of("rate") / found["nothing"].of("rate")
    return share if FROZEN[0] <= share <= FROZEN[1] else None


def builds_table(found: Mapping[str, Series]) -> list[str]:
    """Lines of one row a build; CPU and rate as multiples of the do-nothing POST of the same run."""
    floor, cpu = found["nothing"].of("rate"), found["nothing"].of("server")
    lines = [
        "| build | rate / do-nothing | server CPU / do-nothing | + PostgreSQL | p50 ms | p99 ms |",
        "|---|---|---|---|---|---|",
    ]
    for name, series in found.items():
        numbers = (series.of("server") / cpu, series.cpu / cpu, series.of("p50"), series.of("p99"))
        texts = " | ".join(f"{number:.1f}" for number in numbers)
        lines.append(f"| {name} | {series.of('rate') / floor:.3f} | {texts} |")
    return lines


def bars_table(found: Sequence[Bar]) -> list[str]:
    """Lines of one row a bar."""
    lines = ["| bar | measured | now | aim | |", "|---|---|---|---|---|"]
    for bar in found:
        sign = "≥" if bar.word == "at least" else "≤"
        now = "" if bar.now is None else f"{sign} {bar.now:g}"
        lines.append(f"| {bar.what} | {bar.reached:.3g} | {now} | {sign} {bar.aim:g} | {bar.verdict} |")
    return lines


def over(part: float, whole: float) -> float:
    """A ratio; not a number where a run was too short to measure what it is of."""
    return part / whole if whole else math.nan


def say(text: str) -> None:
    """A line of progress."""
    print(text, file=sys.stderr, flush=True)


def write(lines: Sequence[str], on: date, name: str) -> None:
    """Put the table between the markers of that name in README.md."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    text = README.read_text("utf-8")
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    told = "\n".join([begin, "", f"Measured on {on.isoformat()}.", "", *lines, "", end])
    README.write_text(f"{before}{told}{after}", "utf-8")
