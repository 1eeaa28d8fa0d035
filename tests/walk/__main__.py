"""`python -m tests.walk [STEPS] [SEED]`: the long walk, on a hub and a database of its own, with progress."""

import random
import sys
import tempfile
import time
from itertools import count
from pathlib import Path

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.contract.conftest import Cast
from tests.contract.kit import Hub
from tests.walk.ground import Ground
from tests.walk.walker import Walk, _sayable

STEPS = 10_000
A_PART = 20
"""Walks in one run of hypothesis; after each the progress is told."""


def main(steps: int, first: int) -> None:
    with tempfile.TemporaryDirectory(prefix="liantiao-walk-") as folder:
        data = Path(folder) / "data"
        data.mkdir(mode=0o700)
        cast = Cast(Hub(data))
        cast.hub.start()
        try:
            Walk.ground = Ground(cast)
            walk(Walk.ground, steps, first)
        finally:
            cast.hub.close()


def walk(ground: Ground, steps: int, first: int) -> None:
    """Walk until so many messages were sent; raises at the first that was not as the tables say."""
    began = time.monotonic()
    part = settings(
        max_examples=A_PART,
        stateful_step_count=40,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    for turn in count(first):
        Walk.TestCase.settings = part
        run_state_machine_as_test(seed(turn)(Walk), settings=part)
        spent = time.monotonic() - began
        rows = len(ground.taken)
        print(f"{ground.sent:>6} 步 steps  {rows:>3} 行 rows  {spent:>5.0f} s", flush=True)
        if ground.sent >= steps:
            break
    report(ground)


def report(ground: Ground) -> None:
    for answer, n in sorted(ground.answered.items()):
        print(f"  {answer:<24} {n:>6}")
    for name, machine in ground.machines.items():
        rows = [row.id for row in machine.rows if _sayable(row) and row.roles - {"hub", "hub_admin"}]
        never = [row for row in rows if (name, row) not in ground.taken]
        print(f"  {machine.told['zh']} {name}: {len(rows) - len(never)}/{len(rows)}", *never)


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:3]]
    main(given[0] if given else STEPS, given[1] if len(given) > 1 else random.randrange(10**6))
