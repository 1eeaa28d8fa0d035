"""A system that polls, a process of its own: takes what there is, notes it, acknowledges it with the next.

`python -m bench.drainer CONFIG FILE`: CONFIG is JSON with `issuer`, `system` and its private `key`; the
file is that of `bench.arrivals`.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import orjson

from bench.arrivals import Noting
from hub.client.jose import PrivateKey
from hub.client.session import Call, Identity, Session

_AT_ONCE = 100
_HELD = 90.0


def main() -> None:
    """Entry point of the process."""
    config = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    identity = Identity(config["issuer"], config["system"], PrivateKey.from_jwk(config["key"]))
    asyncio.run(drain(identity, Noting(Path(sys.argv[2]))))


async def drain(identity: Identity, noting: Noting) -> None:
    """For ever."""
    async with Session(identity) as session:
        acknowledged: list[str] = []
        while True:
            # Read by orjson and not by the client's strict reader: the hub is measured, not its client.
            answer = await session.call(_poll(acknowledged))
            sets: dict[str, Any] = orjson.loads(answer.content)["sets"]
            if sets:
                noting.note(*(token.encode() for token in sets.values()))
            acknowledged = list(sets)


def _poll(acknowledged: list[str]) -> Call:
    asked = {"ack": acknowledged, "maxEvents": _AT_ONCE, "returnImmediately": False}
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    return Call("POST", "/v1/streams/poll", headers=headers, content=orjson.dumps(asked), timeout=_HELD)


if __name__ == "__main__":
    main()
