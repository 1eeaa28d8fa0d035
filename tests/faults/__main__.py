"""`python -m tests.faults [--seeds 1,2,3] [--faults a,b]`: the long form, with progress and a table."""

import argparse
import asyncio
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass

from tests.faults.checker import Violation, check, not_counting
from tests.faults.driver import SKIPPED, Plan, run
from tests.faults.faults import FAULTS, TWICE
from tests.faults.ledger import Ledger

SEEDS = tuple(range(1, 11))


@dataclass
class Outcome:
    """One seed: what was seen, what was found."""

    ledger: Ledger
    seconds: float
    found: list[Violation]
    reasons: list[str]

    @property
    def held(self) -> bool:
        return not self.found and not self.reasons


def main() -> int:
    """Run every seed; 1 if one did not hold or did not count."""
    # Whoever ends it leaves no hub behind: asyncio cancels in order for SIGINT alone, unless ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    asked = argparse.ArgumentParser(prog="make faults")
    asked.add_argument("--seeds", default=",".join(map(str, SEEDS)), help="1,2,3 or 1..10")
    asked.add_argument("--faults", default=",".join((*FAULTS, *TWICE)), help="by name, with commas")
    given = asked.parse_args()
    asked_for = [one(seed, given.faults.split(",")) for seed in numbers(given.seeds)]
    outcomes = [outcome for outcome in asked_for if outcome is not None]
    table(outcomes)
    return 0 if len(outcomes) == len(asked_for) and all(outcome.held for outcome in outcomes) else 1


def numbers(text: str) -> list[int]:
    first, dots, last = text.partition("..")
    return list(range(int(first), int(last) + 1)) if dots else [int(n) for n in text.split(",")]


def one(seed: int, faults: list[str]) -> Outcome | None:
    """A seed: the even ones on an embedded database, the odd ones on a server behind a relay.

    None when the run itself did not get on: no load within a minute, nothing well after a fault.
    """
    relayed = seed % 2 == 1
    say(f"── seed {seed}: {'server behind a relay' if relayed else 'embedded database'}")
    began = time.monotonic()
    try:
        ledger = asyncio.run(run(Plan(seed, faults), relayed, say))
    except AssertionError as stuck:
        say(f"   ✗ stuck after {time.monotonic() - began:.0f} s: {stuck}")
        return None
    outcome = Outcome(ledger, time.monotonic() - began, check(ledger), not_counting(ledger))
    for violation, count in Counter(v.rule for v in outcome.found).items():
        say(f"   ✗ {violation} × {count}: {next(str(v) for v in outcome.found if v.rule == violation)}")
    for reason in outcome.reasons:
        say(f"   does not count: {reason}")
    return outcome


def table(outcomes: list[Outcome]) -> None:
    """A line for each seed."""
    say(
        "\n seed  faults  accepted  repeats  refused  tokens  again  entries  503s  longest  seconds  verdict"
    )
    for outcome in outcomes:
        ledger = outcome.ledger
        accepted = len(ledger.accepted)
        repeats = sum(answer.status == 202 for answer in ledger.answers) - accepted
        tokens = len({arrival.jti for arrival in ledger.arrivals})
        done = [fault for fault in ledger.faults if SKIPPED not in fault.name]
        longest = max((calm.end - calm.start for calm in ledger.calms), default=0)
        say(
            f"{ledger.seed:>5}  {len(done):>6}  {accepted:>8}  {repeats:>7}"
            f"  {sum(a.status >= 400 for a in ledger.answers) + len(ledger.forbidden):>7}"
            f"  {tokens:>6}  {len(ledger.arrivals) - tokens:>5}  {len(ledger.leaves):>7}"
            f"  {ledger.failed[503]:>4}  {longest:>6.1f}s  {outcome.seconds:>6.0f}s"
            f"  {'held' if outcome.held else 'NOT HELD'}"
        )


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
