"""The builds of a run, served beside each other: the hub, the straightforward one, the do-nothing one."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import httpx

from bench import messages
from bench.ground import DATABASE, Ground, answering, free_port
from bench.messages import Requests
from bench.rounds import Build
from hub.client.jose import new_key


@contextmanager
def served(ground: Ground) -> Iterator[dict[str, Build]]:
    """All builds on the ground, ready."""
    requests = partial(messages.requests, ground.identity("police-sys"))
    config = ground.folder / "straightforward.json"
    with ExitStack() as running:
        hub = running.enter_context(ground.hub())
        config.write_text(json.dumps(_config(ground)), "utf-8")
        builds = {"hub": Build("hub", ground.port, hub, requests)}
        court = partial(messages.gbk_requests, ground.identity("court-sys"))
        builds["hub, GBK XML"] = Build("hub, GBK XML", ground.port, hub, court, "court-sys")
        straightforward = _reference(ground, "straightforward", requests, config)
        builds["straightforward"] = running.enter_context(straightforward)
        builds["nothing"] = running.enter_context(nothing(ground, requests))
        yield builds


@contextmanager
def nothing(ground: Ground, requests: Requests, connections: int = 32) -> Iterator[Build]:
    """The do-nothing build, which takes the same requests."""
    with _reference(ground, "nothing", requests, connections=connections) as build:
        yield build


@contextmanager
def _reference(
    ground: Ground, name: str, requests: Requests, *configs: Path, connections: int = 32
) -> Iterator[Build]:
    port = free_port()
    words = ("-m", "bench.server", name, str(port), *map(str, configs))
    with ground.process(name, *words, ready=answering(f"http://127.0.0.1:{port}/docs")) as pid:
        yield Build(name, port, pid, requests, connections=connections)


def _config(ground: Ground) -> dict[str, object]:
    """What the straightforward build must know: the database beside the hub's, issuer and keys."""
    jwks = httpx.get(f"{ground.issuer}/.well-known/jwks.json", trust_env=False).json()
    database = ground.address.url("admin", DATABASE)
    return {
        "database": database.replace("postgresql://", "postgresql+asyncpg://"),
        "issuer": ground.issuer,
        "jwks": jwks,
        "systems": ground.public,
        "receipt_key": new_key("bench-receipt")[0],
    }
