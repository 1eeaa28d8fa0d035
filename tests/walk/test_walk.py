"""A random walk over HTTP of legal and illegal steps of all five machines: no answer but the tables' own.

A few hundred steps here, always the same ones; `python -m tests.walk` walks 10,000 with progress.
"""

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.contract.conftest import Cast
from tests.walk.ground import Ground
from tests.walk.walker import Walk

MODEST = settings(
    max_examples=6,
    stateful_step_count=25,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def test_every_answer_is_the_one_the_published_tables_give(cast: Cast):
    Walk.ground = Ground(cast)
    run_state_machine_as_test(Walk, settings=MODEST)
    assert Walk.ground.sent > 200
    assert len({machine for machine, _ in Walk.ground.taken}) >= 4
    refused = {answer for answer in Walk.ground.answered if not answer.startswith("202")}
    assert {"404 unknown", "409 illegal-step"} <= refused
