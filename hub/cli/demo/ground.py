"""The ground of a demo: its directory, the units, three systems with their keys, the court's certificate.

Everything is registered through the command line, as an administrator would.
"""

import asyncio
import csv
import json
import os
import secrets
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Final

from hub.client.agent import Agent
from hub.client.jose import PrivateKey, new_key
from hub.client.session import Identity
from hub.errors import Misconfigured
from hub.sandbox.clock import MovedClock
from hub.sandbox.court_seal import make_seal
from hub.store.embedded import Embedded, remove_data_dir
from hub.store.secrets import prepare as prepare_secrets

MARK: Final = ".liantiao-demo"
COURT_NAME: Final = "重庆市示例区人民法院"


@dataclass(frozen=True, slots=True)
class SystemPlan:
    """One simulated system: who it is, and how it receives."""

    id: str
    agency: str
    units: tuple[str, ...]
    push: bool = False


SYSTEMS: Final = (
    SystemPlan("police-sys", "police", ("500199000000", "500199520000", "500199530000"), push=True),
    SystemPlan("justice-sys", "justice", ("5001990000", "5001990100", "5001990200", "3105", "3106")),
    SystemPlan("court-sys", "court", ("500199", "50019901")),
)


@dataclass(slots=True)
class Ground:
    """Where a demo lives. `folder` holds the hub's data directory, one folder for each system, the page."""

    folder: Path
    port: int
    clock: MovedClock
    push_port: int
    keys: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def issuer(self) -> str:
        """The hub's address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def data_dir(self) -> Path:
        """The hub's data directory."""
        return self.folder / "hub"

    def system(self, name: str) -> Path:
        """The folder of a system."""
        return self.folder / name

    def agent(self, name: str) -> Agent:
        """A client that reads as one of the systems."""
        identity = Identity(self.issuer, name, PrivateKey.from_jwk(self.keys[name]))
        return Agent(identity, clock=self.clock, patience=120.0)

    def environment(self) -> dict[str, str]:
        """The environment of the hub's processes: nothing of ours but what is set here."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        return {
            **kept,
            "LANG": "C.UTF-8",
            "LIANTIAO_DATA_DIR": str(self.data_dir),
            "LIANTIAO_ISSUER": self.issuer,
            "LIANTIAO_PUSH_ALLOW": "127.0.0.1",
            "LIANTIAO_CLOCK_OFFSET": str(self.clock.offset),
        }


def prepare(folder: Path, clock: MovedClock) -> Ground:
    """A fresh directory; one that an earlier demo left is removed first. Raises Misconfigured."""
    if folder.exists():
        if any(folder.iterdir()) and not (folder / MARK).exists():
            raise Misconfigured(
                f"{folder}: 不是演示目录,请用 --dir 另选 · not a demo's directory: choose another with --dir"
            )
        if not remove_data_dir(folder / "hub"):
            raise Misconfigured(f"{folder}: 另一演示正在使用 · another demo is using it")
        _remove(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()
    port, push_port = _free_ports(2)
    ground = Ground(folder.resolve(), port, clock, push_port)
    for plan in SYSTEMS:
        _set_up(ground, plan)
    seal = make_seal(COURT_NAME, datetime.now(UTC) - timedelta(days=90))
    seal.save(ground.system("court-sys") / "seal.pem")
    (ground.folder / "court-certificate.pem").write_text(seal.certificate_pem, "utf-8")
    (ground.folder / "units.csv").write_bytes(units_file())
    return ground


@asynccontextmanager
async def database(ground: Ground) -> AsyncIterator[None]:
    """The embedded database, running from before the first command until after the last."""
    ground.data_dir.mkdir(mode=0o700)
    password = prepare_secrets(ground.data_dir).passwords["admin"]
    running = await asyncio.to_thread(Embedded.join, ground.data_dir, password)
    try:
        yield
    finally:
        await asyncio.to_thread(running.leave)


def _set_up(ground: Ground, plan: SystemPlan) -> None:
    folder = ground.system(plan.id)
    folder.mkdir()
    private, public = new_key(f"{plan.id}-1")
    ground.keys[plan.id] = private
    key = folder / "key.json"
    key.touch(mode=0o600)
    key.write_text(json.dumps(private), "utf-8")
    (folder / "public.json").write_text(json.dumps(public), "utf-8")
    told = {
        "client_id": plan.id,
        "agency": plan.agency,
        "issuer": ground.issuer,
        "key": str(key),
        "folder": str(folder),
        "offset": ground.clock.offset,
        "port": ground.push_port if plan.push else 0,
        "secret": f"Bearer {secrets.token_urlsafe(24)}" if plan.push else "",
    }
    config = folder / "config.json"
    config.touch(mode=0o600)
    config.write_text(json.dumps(told), "utf-8")


def registration(ground: Ground, plan: SystemPlan) -> list[str]:
    """The words of `liantiao system add …`."""
    words = ["system", "add", "--id", plan.id, "--agency", plan.agency]
    words += [part for unit in plan.units for part in ("--unit", unit)]
    words += ["--jwk", str(ground.system(plan.id) / "public.json")]
    if plan.push:
        words += ["--push", f"http://127.0.0.1:{ground.push_port}/"]
    return words


async def register(ground: Ground, command: "Command") -> None:
    """Units, systems and the court's certificate."""
    await command("init")
    await command("unit", "import", str(ground.folder / "units.csv"))
    await asyncio.gather(
        *(command(*registration(ground, plan)) for plan in SYSTEMS),
        command("court", "certificate", "500199", str(ground.folder / "court-certificate.pem")),
    )


class Command:
    """Runs `liantiao …` on the ground, to its end."""

    def __init__(self, ground: Ground, program: tuple[str, ...]) -> None:
        self._ground = ground
        self._program = program

    async def __call__(self, *words: str) -> str:
        """What it printed. Raises Misconfigured with what it complained of."""
        process = await asyncio.create_subprocess_exec(
            *self._program,
            *words,
            env=self._ground.environment(),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        out, complaint = await process.communicate()
        if process.returncode:
            raise Misconfigured(
                f"liantiao {' '.join(words[:2])}: {complaint.decode(errors='replace').strip()}"
            )
        return out.decode()


def units_file() -> bytes:
    """The table of the fictitious district."""
    return resources.files("hub.sandbox").joinpath("units.csv").read_bytes()


def unit_rows() -> dict[str, Mapping[str, str]]:
    """The units by code."""
    rows = csv.DictReader(units_file().decode().splitlines())
    return {row["code"]: row for row in rows}


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def _remove(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), key=lambda p: len(p.parts), reverse=True):
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        else:
            path.unlink()
    folder.rmdir()
