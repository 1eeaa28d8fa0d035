"""The short form of `make faults`: one seed, a worker and a database process killed, fewer messages.

It does not count as a run (a thousand accepted, 200 in flight at each kill): it keeps driver and hub honest.
"""

from tests.faults.checker import Demands, check, not_counting
from tests.faults.driver import Plan, run
from tests.faults.faults import FAULTS

SHORT = Plan(seed=2, faults=("worker", "backend"), lanes=40, in_flight=30, answers=30)


async def test_a_killed_worker_and_a_killed_backend_break_no_promise() -> None:
    told: list[str] = []
    ledger = await run(SHORT, relayed=False, tell=told.append)
    assert check(ledger) == [], told
    assert not_counting(ledger, Demands(accepted=60, in_flight=30)) == []
    assert not_counting(ledger)
    assert {fault.name for fault in ledger.faults} == {"worker", "backend"} < FAULTS.keys()
