"""Reading under row-level security against reading without: one message, and a page of them.

`python -m bench --part reading`. The hub, and the same application on the same database twice more: with
readers that bypass the policies (`unpoliced`), and with readers that need no transaction either (`plain`).
Half of the messages are another unit's. The bar is against `plain`: everything that row-level security
costs is in it.
"""

import argparse
import asyncio
import json
import random
import secrets
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit, urlunsplit

from bench import messages, part, plain_reading, rounds, table
from bench.ground import SYSTEMS, UNHURRIED, Ground, answering, committee, free_port, prepared
from bench.plain_reading import Config
from bench.rounds import Build, Series
from bench.table import Bar, over
from hub.client.agent import Agent

READER: Final = "justice-sys"
OTHER: Final = "other-sys"
HUB: Final = "row-level security"
PAGE: Final = 100
_OWN_UNIT, _OTHER_UNIT = "3105", "3221"
_ROLE: Final = "liantiao_plain"
_FIRST: Final = {"one message": 400, f"a page of {PAGE}": 40}
_BAR: Final = 0.65
_DRAWN: Final = 1
"""Where drawing begins, for every build."""


class Case(NamedTuple):
    """One kind of reading by one build."""

    what: str
    who: str


class Paths(NamedTuple):
    """What is read."""

    messages: list[str]
    pages: list[str]


@dataclass(frozen=True, slots=True)
class Scene:
    """What takes turns."""

    ground: Ground
    builds: Mapping[Case, Build]


def main(words: Sequence[str]) -> None:
    """Entry point of this part."""
    parser = part.options("reading", __doc__)
    parser.add_argument("--seconds", type=float, default=3.0, help="length of a build's part of a round")
    parser.add_argument("--messages", type=int, default=4000, help="stored; half of them the reader's")
    given = parser.parse_args(words)
    part.told(_lines(asyncio.run(_run(given))), given, "reading")


async def _run(given: argparse.Namespace) -> dict[Case, Series]:
    async with _scene(given.messages) as scene:
        found = {case: Series() for case in scene.builds}
        amounts = {
            case: await rounds.amount_for(scene.ground, build, _FIRST[case.what], given.seconds)
            for case, build in scene.builds.items()
        }
        for n in range(1, given.rounds + 1):
            for case, build in scene.builds.items():
                one = await rounds.play(scene.ground, build, amounts[case])
                found[case].rounds.append(one)
                table.say(f"{n}/{given.rounds} {case.what}, {case.who}: {one.rate:.0f}/s")
    return found


@asynccontextmanager
async def _scene(amount: int) -> AsyncIterator[Scene]:
    table.say("正在准备 · preparing: database, hub, messages, readers without policies")
    async with prepared(UNHURRIED) as ground, AsyncExitStack() as stack:
        await asyncio.to_thread(_register, ground)
        hub = stack.enter_context(ground.hub("--no-delivery"))
        config = ground.folder / "plain.json"
        config.write_text(json.dumps(asdict(await _bypassing(ground))), "utf-8")
        servers = {HUB: (ground.port, hub)}
        for mode in plain_reading.MODES:
            port = free_port()
            words = ("-m", "bench.plain_reading", mode, str(port), str(config))
            ready = answering(f"http://127.0.0.1:{port}/readyz")
            servers[mode] = (port, stack.enter_context(ground.process(mode, *words, ready=ready)))
        paths = await _sent(ground, hub, amount)
        yield Scene(ground, _builds(paths, servers))


def _register(ground: Ground) -> None:
    ground.units(committee(_OTHER_UNIT))
    ground.add(OTHER, "justice", (_OTHER_UNIT,))


async def _bypassing(ground: Ground) -> Config:
    """A role that may read what the hub's reader may, and that no policy holds back."""
    password = secrets.token_urlsafe(24)
    admin = await ground.address.connect("admin")
    try:
        await admin.execute(
            f"CREATE ROLE {_ROLE} LOGIN BYPASSRLS PASSWORD '{password}' IN ROLE liantiao_reader"
        )
    finally:
        await admin.close()
    parts = urlsplit(ground.address.dsn)
    dsn = urlunsplit(parts._replace(netloc=f"{_ROLE}:{password}@"))
    return Config(dsn, ",".join(SYSTEMS[READER][1]), READER)


async def _sent(ground: Ground, hub: int, amount: int) -> Paths:
    """Send the messages, those for both units mixed; answers what the reader can ask for."""
    police = ground.identity("police-sys")
    own, other = (messages.addressed(police, unit) for unit in (_OWN_UNIT, _OTHER_UNIT))

    def mixed(token: str, count: int) -> Iterator[bytes]:
        for pair in zip(own(token, count // 2), other(token, count // 2), strict=True):
            yield from pair

    await rounds.play(ground, Build("sending", ground.port, hub, mixed), amount)
    async with Agent(ground.identity(READER)) as agent:
        return await _paths(agent)


async def _paths(agent: Agent) -> Paths:
    """Every message of a reader, and every page that is full; at least the first."""
    found = Paths([], [])
    cursor, address = None, f"/v1/messages?limit={PAGE}"
    while True:
        page: dict[str, Any] = await agent.messages(cursor, PAGE)
        found.messages.extend(f"/v1/messages/{one['message']}" for one in page["messages"])
        if len(page["messages"]) == PAGE or not found.pages:
            found.pages.append(address)
        if not page["more"]:
            return found
        cursor = page["next"]
        address = f"/v1/messages?limit={PAGE}&after={cursor}"


def _builds(paths: Paths, servers: Mapping[str, tuple[int, int]]) -> dict[Case, Build]:
    asked = dict(zip(_FIRST, paths, strict=True))
    return {
        Case(what, who): Build(f"{what}, {who}", port, pid, partial(_gets, found), READER, settle=0.0)
        for what, found in asked.items()
        for who, (port, pid) in servers.items()
    }


def _gets(paths: Sequence[str], token: str, amount: int) -> Iterator[bytes]:
    """So many GETs of these paths, drawn at random; the same ones for every build, however many it has."""
    drawn = random.Random(_DRAWN)
    for _ in range(amount):
        head = (
            f"GET {drawn.choice(paths)} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n"
        )
        yield head.encode()


def _lines(found: Mapping[Case, Series]) -> list[str]:
    lines = [
        "| read | readers | rate / plain | hub CPU / plain | PostgreSQL CPU / plain | p50 ms | p99 ms |",
        "|---|---|---|---|---|---|---|",
    ]
    bars = []
    for case, series in found.items():
        plain = found[Case(case.what, "plain")]
        numbers = (over(series.of(name), plain.of(name)) for name in ("rate", "server", "database"))
        texts = " | ".join(f"{number:.2f}" for number in numbers)
        times = f"{series.of('p50'):.1f} | {series.of('p99'):.1f}"
        lines.append(f"| {case.what} | {case.who} | {texts} | {times} |")
        if case.who == HUB:
            ratio = series.of("rate") / plain.of("rate")
            bars.append(Bar(f"{case.what}: rate / plain", ratio, "at least", None, _BAR))
    return [*lines, "", *table.bars_table(bars)]
