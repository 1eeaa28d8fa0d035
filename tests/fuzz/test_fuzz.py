"""The short form of `make fuzz`: generated requests, no 5xx, nothing against the OpenAPI document."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.store.address import Address
from tests.access.ground import Ground
from tests.conftest import _data_dir
from tests.contract.kit import Hub, problem
from tests.contract.words import COMMITTEE, agreement, document
from tests.fuzz.running import Run, begun


@pytest.fixture(scope="module")
def ground(server: Address, server_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with _data_dir(server, server_dir, tmp_path_factory.mktemp("fuzz")) as own:
        hub = Hub(own.data_dir, own.database_url)
        yield begun(hub)
        hub.close()


def test_generated_requests_are_answered_as_described(ground: Ground):
    run = Run(ground)
    run.round(seed=2, often=1)
    assert run.tally.requests > 150
    assert run.tally.wrong == {}
    reached = sum(n for counts in run.tally.answered.values() for status, n in counts.items() if status < 300)
    assert reached / run.tally.requests > 0.2


def _cursor(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("role", "path", "params"),
    [
        ("police", "messages", {"after": _cursor(f"{10**30}.1")}),
        ("police", "messages", {"after": _cursor("-1.1")}),
        ("police", "messages", {"after": _cursor(f"1.{10**30}")}),
        (
            "police",
            "todo",
            {"after": _cursor("0001-01-01T00:00:00+14:00|01980000-0000-7000-8000-000000000000")},
        ),
        ("police", "codes/courts", {"known": "0001-01-01T00:00:00+14:00"}),
        ("admin", "admin/quarantine", {"state": "\0"}),
        ("admin", "admin/discrepancies", {"agency": "a\0"}),
    ],
)
def test_values_that_the_database_has_not(ground: Ground, role: str, path: str, params: dict[str, str]):
    """Found by fuzzing: each was answered 500."""
    problem(ground[role].get(f"/v1/{path}", params=params), 400, "malformed")


def test_no_day_is_beyond_the_calendar(ground: Ground):
    told = document(outcome="agreed_written", agreements=[agreement()])
    params = {"unit": COMMITTEE, "on": "9999-12-31"}
    headers = {"Content-Type": "application/vnd.liantiao+json"}
    answer = ground["justice"].call("POST", "/v1/precheck", params=params, json=told, headers=headers)
    problem(answer, 400, "malformed")


def test_a_checkpoint_of_no_log_is_refused(ground: Ground):
    note = f"origin\n{'9' * 19}\n{'A' * 43}=\n\n— a AAAAAAAA\n"
    answer = ground["police"].call("POST", "/v1/log/checkpoint/cosignatures", content=note.encode())
    problem(answer, 400, "malformed")
