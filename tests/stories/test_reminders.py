"""What the hub itself says in the stories, over HTTP: its clock is moved along them, start by start.

Each stop is an instant at which the hub begins anew, the messages of the stories that are sent then, each
dated by its own business time, and the reminders that must have come. Some clocks run from the arrival at
the hub: dates are compared where a message arrives on its own day.
"""

import time
from typing import Any

from hub.store.address import Address
from tests.conftest import _data_dir
from tests.contract.kit import Hub
from tests.stories.documents import instant
from tests.stories.stage import STORIES, Stage
from tests.stories.teller import Teller, as_sent

BETWEEN = "2026-10-08T22:51"
"""After the first answer in N02 was due, before the second is."""
STOPS = (
    ("2026-01-28T09:01", (("N06", 1), ("N06", 2), ("N06", 3), ("N06", 4))),
    ("2026-01-28T11:00", (("N06", 5),)),
    ("2026-01-30T10:01", (("N06", 6),)),
    ("2026-01-30T15:01", (("N06", 7),)),
    ("2026-02-02T10:01", (("N06", 8),)),
    ("2026-03-06T15:01", (("N03", 1), ("N03", 2), ("N03", 3), ("N03", 4), ("N03", 5))),
    ("2026-06-27T09:00", (("N03", 8),)),
    ("2026-07-01T00:01", (("N03", 9),)),
    ("2026-09-01T17:01", (("N07", 1),)),
    ("2026-09-21T10:06", (("S06", 1), ("S06", 2), ("S06", 3))),
    ("2026-09-21T12:06", (("S06", 4),)),
    ("2026-09-23T16:41", (("N02", 1),)),
    ("2026-09-26T09:00", (("N07", 2),)),
    ("2026-09-29T20:48", (("N02", 2),)),
    ("2026-09-30T09:06", (("N02", 4),)),
    (BETWEEN, (("N07", 3),)),
    ("2026-10-12T10:01", (("N02", 5), ("N07", 4), ("N07", 5))),
)


def test_the_hub_speaks_when_the_stories_say(server: Address, server_dir: Any, tmp_path: Any) -> None:
    with _data_dir(server, server_dir, tmp_path) as own:
        stage = Stage(Hub(own.data_dir, own.database_url))
        try:
            tellers = played(stage)
        finally:
            stage.hub.close()
        assert set(tellers) == {"N02", "N03", "N06", "N07", "S06"}


def played(stage: Stage) -> dict[str, Teller]:
    tellers: dict[str, Teller] = {}
    for at, acts in STOPS:
        stage.at(instant(at))
        for sid, n in acts:
            if sid not in tellers:
                tellers[sid] = Teller(STORIES[sid], stage, historical=False)
                tellers[sid].lead_up()
            teller = tellers[sid]
            message = as_sent(sid, next(m for m in STORIES[sid]["messages"] if m["n"] == n))
            if message["from"] == "hub":
                reminded(teller, message)
            else:
                teller.tell(message)
            teller.check(message, dates=message["at"][:10] == at[:10])
        if at == BETWEEN:
            # N02 3: the refusal came in time, so the clock had stopped and nobody was told that it ran out.
            told = {(d["rule"], d["phase"]) for d in notices(tellers["N02"])}
            assert ("ONLINE_ACCEPT", "expired") not in told
    return tellers


def reminded(teller: Teller, message: dict[str, Any]) -> None:
    """The notice of the story has come: this rule, this phase, this item, and not a second time."""
    wanted = message["fields"]
    item = {"item": str(wanted["item"])} if "item" in wanted else {}
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = [d for d in notices(teller) if d.items() >= {**wanted, **item}.items()]
        if found:
            assert len(found) == 1
            return
        time.sleep(0.1)
    raise AssertionError(wanted)


def notices(teller: Teller) -> list[dict[str, Any]]:
    """What the hub said in the story's dispute so far, each once."""
    told = {m["message"]: m for seen in teller.seen() for m in seen["messages"]}
    return [m["document"] for m in told.values() if m["kind"] == "deadline_notice"]
