"""The faults: what each does to the ground, and whether it can be done here. Chance comes by seed."""

import asyncio
import random
import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from tests.faults.checker import NON_DELIVERY
from tests.faults.ground import Ground
from tests.faults.load import SENDER, Load
from tests.faults.next_version import build, kill_in_migration
from tests.faults.processes import end
from tests.faults.recipients import Recipient
from tests.faults.waiting import until

CUT: Final = 10.0
FILLED: Final = 6.0
MINUTES: Final = 600.0
THREE_DAYS: Final = 3 * 86400.0 + 60


class NotHereError(Exception):
    """This fault cannot be done on this machine; the text says why."""


@dataclass(frozen=True)
class Stage:
    """What a fault works on."""

    ground: Ground
    load: Load
    chance: random.Random
    recipient: Recipient

    def not_delivered(self) -> int:
        """How many senders have been told of a non-delivery."""
        return len({a.jti for a in self.recipient.arrivals if a.kind == NON_DELIVERY})

    async def while_away(self) -> None:
        """A moment in which everybody notices."""
        await asyncio.sleep(self.chance.uniform(0.3, 1.5))


Fault = Callable[[Stage], Awaitable[str | None]]
"""Does it, and puts the ground right again as far as nobody else does; may say something for the table."""


async def kill_worker(stage: Stage) -> None:
    end([stage.chance.choice(stage.ground.workers())], signal.SIGKILL)
    await stage.while_away()


async def kill_api(stage: Stage) -> None:
    """Both workers and what starts them."""
    stage.ground.programs["api"].kill()
    await stage.while_away()


async def kill_delivery(stage: Stage) -> None:
    stage.ground.programs["delivery"].kill()
    await stage.while_away()


async def kill_backend(stage: Stage) -> str:
    backends = stage.ground.backends()
    end([stage.chance.choice(backends)], signal.SIGKILL)
    await stage.while_away()
    return f"one of {len(backends)}"


async def kill_postmaster(stage: Stage) -> None:
    postmaster = stage.ground.postmaster()
    assert postmaster is not None
    end([postmaster], signal.SIGKILL)
    await stage.while_away()


async def kill_everything(stage: Stage) -> None:
    """The hub's processes and the database at one moment."""
    ground = stage.ground
    postmaster = ground.postmaster()
    for name in ("api", "delivery"):
        end(ground.programs[name].tree(), signal.SIGKILL)
    end([postmaster] if postmaster else [], signal.SIGKILL)
    await stage.while_away()


async def cut_off(stage: Stage) -> str:
    """The database is there, but no byte passes: the relay is stopped, or refuses."""
    if not stage.ground.relayed:
        return await _frozen(stage)
    relay = stage.ground.programs["relay"]
    if stage.chance.randrange(2):
        relay.wanted = False
        relay.kill()
        await asyncio.sleep(CUT)
        relay.start()
        relay.wanted = True
        return "refused"
    end(relay.tree(), signal.SIGSTOP)
    await asyncio.sleep(CUT)
    end(relay.tree(), signal.SIGCONT)
    return "silent"


async def _frozen(stage: Stage) -> str:
    """Without a relay: every process of the database stands still."""
    backends = stage.ground.backends()
    end(backends, signal.SIGSTOP)
    await asyncio.sleep(CUT)
    end(backends, signal.SIGCONT)
    return f"{len(backends)} backends frozen"


async def fill_disk(stage: Stage) -> str:
    """The database's disk is full, then is not."""
    ground = stage.ground
    if not ground.on_tmpfs:
        raise NotHereError("the database lies on no tmpfs: needs root and an embedded database")
    ballast = ground.data / "ballast"
    written = await asyncio.to_thread(_fill, ballast)
    await asyncio.sleep(FILLED)
    ballast.unlink()
    return f"{written // 2**20} MB"


def _fill(ballast: Path) -> int:
    written = 0
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                written += file.write(bytes(2**16))
        except OSError:
            return written


async def rotate_hub_key(stage: Stage) -> None:
    await stage.ground.run("hub-key", "rotate")


async def rotate_agency_key(stage: Stage) -> None:
    """A new key speaks; the old one is let go of."""
    old = stage.ground.keys[SENDER]["kid"]
    await _speak_anew(stage)
    await stage.ground.run("system", "key", "retire", SENDER, old)


async def revoke_agency_key(stage: Stage) -> None:
    """A key is revoked; what it signs from then on is not taken."""
    ground, load = stage.ground, stage.load
    old = ground.keys[SENDER]["kid"]
    stolen = ground.identity(SENDER)
    await _speak_anew(stage)
    await ground.run("system", "key", "revoke", SENDER, old)
    await asyncio.sleep(1.5)
    await load.refused("revoked key", load.by(stolen, 4))


async def _speak_anew(stage: Stage) -> None:
    ground = stage.ground
    number = int(ground.keys[SENDER]["kid"].rpartition("-")[2]) + 1
    await ground.new_key(SENDER, f"{SENDER}-{number}")
    await asyncio.sleep(1.0)
    stage.load.agent.identity = ground.identity(SENDER)


async def rotate_kek(stage: Stage) -> None:
    """A new key-encryption key, and everything is wrapped under it."""
    await stage.ground.run("key", "rotate-kek", "--reason", "演练")


async def clock_restarts(stage: Stage) -> str:
    """The hub is killed and comes back with a clock ten minutes off; the second time with the right one."""
    ground = stage.ground
    ground.set_offset = 0.0 if ground.set_offset else stage.chance.choice((MINUTES, -MINUTES))
    ground.renew()
    for name in ("api", "delivery", "next"):
        if name in ground.programs:
            ground.programs[name].kill()
    await stage.while_away()
    return f"{ground.set_offset:+.0f} s"


async def clock_jumps(stage: Stage) -> str:
    """The machine's clock is set ten minutes off under processes that run; the second time back."""
    ground = stage.ground
    if ground.clock is None:
        raise NotHereError("no C compiler for the clock that can be set")
    ground.jumped = 0.0 if ground.jumped else stage.chance.choice((MINUTES, -MINUTES))
    ground.clock.move(ground.jumped)
    await _stale(stage)
    return f"{ground.jumped:+.0f} s"


async def three_days(stage: Stage) -> str:
    """A receiver takes nothing while the clock goes on by three days and back: senders are told so."""
    ground = stage.ground
    if ground.clock is None:
        raise NotHereError("no C compiler for the clock that can be set")
    stage.recipient.dead = True
    await stage.while_away()
    stage.load.open.clear()
    await stage.load.until_quiet()
    before, was = stage.not_delivered(), ground.jumped
    ground.jumped = was + THREE_DAYS
    ground.clock.move(ground.jumped)

    async def told() -> bool:
        return stage.not_delivered() > before

    assert await until(told, 60), "no non-delivery after three days"
    await asyncio.sleep(3)
    ground.jumped = was
    ground.clock.move(was)
    stage.recipient.dead = False
    return f"{stage.not_delivered() - before} senders told"


async def _stale(stage: Stage) -> None:
    """A sender that goes by another clock is told so."""
    at = stage.ground.now() + stage.chance.choice((-1, 1)) * timedelta(seconds=MINUTES)
    await stage.load.refused("stale", [stage.load.a_message(at)])


async def next_version(stage: Stage) -> str:
    """The database is brought to the next version, killed on the way, and both versions work on it."""
    ground = stage.ground
    copy = await asyncio.to_thread(build, ground.folder)
    said = await kill_in_migration(ground, copy)
    await ground.run("migrate", cwd=copy)
    ground.serve_next(copy)
    await ground.well()
    await asyncio.sleep(2.0)
    end([stage.chance.choice(ground.workers())], signal.SIGKILL)
    return said


TWICE: Final = ("clock-restarts", "clock-jumps", "hub-key")
"""There and back."""

FAULTS: Final[Mapping[str, Fault]] = {
    "worker": kill_worker,
    "backend": kill_backend,
    "delivery": kill_delivery,
    "postmaster": kill_postmaster,
    "api": kill_api,
    "everything": kill_everything,
    "cut-off": cut_off,
    "disk-full": fill_disk,
    "hub-key": rotate_hub_key,
    "agency-key": rotate_agency_key,
    "revoked-key": revoke_agency_key,
    "kek": rotate_kek,
    "clock-restarts": clock_restarts,
    "clock-jumps": clock_jumps,
    "three-days": three_days,
    "next-version": next_version,
}
