"""The hub under fire: two API workers, a delivery worker, its database; how they start, and what they are.

On an embedded database (on a small tmpfs where that is possible), or on a server behind a relay. Programs
that end are started again, as systemd does by the units in `deploy/`.
"""

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import httpx

from hub.client.jose import PrivateKey, new_key
from hub.client.session import Identity
from hub.store.address import DATABASE, Address, embedded_dsn
from hub.store.cluster import SOCKET, cluster_of
from hub.store.embedded import Embedded, server_pid
from hub.store.migrate import create_database
from hub.store.secrets import prepare
from tests.faults.clock import MovedClock
from tests.faults.processes import Program, children, command_line, keep
from tests.faults.waiting import until
from tests.furnish import command
from tests.live import DATA, SYSTEMS, free_port

ROOT = Path(__file__).parents[2]
WELL = 120.0


@dataclass
class Ground:
    """`relayed`: the database is a server behind a relay. The clock is off by `set_offset`, as the hub is
    told by its setting, and by `jumped`, as the machine's is; in seconds.
    """

    folder: Path
    relayed: bool
    clock: MovedClock | None = None
    port: int = field(default_factory=free_port)
    other_port: int = field(default_factory=free_port)
    metrics: int = field(default_factory=free_port)
    relay_port: int = field(default_factory=free_port)
    set_offset: float = 0.0
    jumped: float = 0.0
    on_tmpfs: bool = False
    push: str = "http://127.0.0.1:9/"
    keys: dict[str, dict[str, str]] = field(default_factory=dict)
    programs: dict[str, Program] = field(default_factory=dict)
    bases: list[str] = field(default_factory=list)
    _server: Embedded | None = None
    _stop: asyncio.Event = field(default_factory=asyncio.Event)
    _keeper: asyncio.Task[None] | None = None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def now(self) -> datetime:
        """What the hub's clock says."""
        return datetime.now(UTC) + timedelta(seconds=self.set_offset + self.jumped)

    def environment(self) -> dict[str, str]:
        told = {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
            "LANG": "C.UTF-8",
            "LIANTIAO_DATA_DIR": str(self.data),
            "LIANTIAO_ISSUER": self.issuer,
            "LIANTIAO_PUSH_ALLOW": "127.0.0.1",
            "LIANTIAO_LOG_FORMAT": "json",
        }
        if self.relayed:
            password = prepare(self.data).passwords["admin"]
            told["LIANTIAO_DATABASE_URL"] = (
                f"postgresql://liantiao_admin:{password}@127.0.0.1:{self.relay_port}/{DATABASE}"
            )
        if self.set_offset:
            told["LIANTIAO_CLOCK_OFFSET"] = str(self.set_offset)
        return told | (self.clock.environment() if self.clock else {})

    # ── the way up ─────────────────────────────────────────────────────────────────────────────────────

    async def start(self) -> None:
        """Database, units, systems, and the programs, ready."""
        if self.relayed:
            await asyncio.to_thread(self._own_server)
            words = (str(self.relay_port), str(self.socket_dir / SOCKET))
            self._wanted("relay", "-m", "tests.faults.relay", *words)
            self.programs["relay"].start()
            await asyncio.to_thread(_until_open, self.relay_port)
        await self._furnish("init")
        await self._furnish("unit", "import", str(DATA / "units.csv"))
        for system, (agency, units) in SYSTEMS.items():
            private, public = new_key(f"{system}-1")
            self.keys[system] = private
            named = [part for unit in units for part in ("--unit", unit)]
            options = ("--agency", agency, *named, "--push", self.push, "--jwk", str(self._file(public)))
            await self._furnish("system", "add", "--id", system, *options)
        self._serve()
        self.bases.append(self.issuer)
        self._keeper = asyncio.create_task(self._keep())
        await self.well()

    async def _furnish(self, *words: str) -> None:
        await asyncio.to_thread(command, words, self.environment())

    def _serve(self) -> None:
        serve = ("serve", "--port", str(self.port), "--workers", "2", "--no-delivery")
        self._wanted("api", "-m", "hub.cli", *serve, "--metrics-port", str(self.metrics))
        self._wanted("delivery", "-m", "hub.cli", "deliver")

    def serve_next(self, copy: Path) -> None:
        """One more API of another version, on a port of its own, under the same issuer."""
        words = ("serve", "--port", str(self.other_port), "--metrics-port", "0", "--no-delivery")
        self._wanted("next", "-m", "hub.cli", *words, cwd=copy)
        self.bases.append(f"http://127.0.0.1:{self.other_port}")

    def _wanted(self, name: str, *words: str, cwd: Path = ROOT) -> None:
        log = self.folder / f"{name}.log"
        self.programs[name] = Program((sys.executable, *words), self.environment(), log, cwd)

    def renew(self) -> None:
        """From their next start on, the programs have the settings of now."""
        for program in self.programs.values():
            program.env = self.environment()

    def _own_server(self) -> None:
        self._server = Embedded.join(self.data, prepare(self.data).passwords["admin"])
        asyncio.run(create_database(self.address(), DATABASE))

    @property
    def socket_dir(self) -> Path:
        """Where the database's server listens."""
        return cluster_of(self.data).socket_dir()

    async def _revived(self) -> None:
        """A server behind a relay is started again; the embedded one is the hub's own to start."""
        while not self._stop.is_set():
            if self._server is not None and self.postmaster() is None:
                await asyncio.to_thread(self._server.revive)
            await asyncio.sleep(0.5)

    async def _keep(self) -> None:
        await asyncio.gather(keep(self.programs, self._stop), self._revived())

    def _file(self, public: dict[str, str]) -> Path:
        file = self.folder / f"{public['kid']}.json"
        file.write_text(json.dumps(public))
        return file

    # ── what one asks of it ────────────────────────────────────────────────────────────────────────────

    def identity(self, system: str) -> Identity:
        return Identity(self.issuer, system, PrivateKey.from_jwk(self.keys[system]))

    async def run(
        self, *words: str, cwd: Path = ROOT, check: bool = True
    ) -> "subprocess.CompletedProcess[str]":
        """`liantiao …` to its end."""
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "hub.cli", *words],
            env=self.environment(),
            cwd=cwd,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0 or not check, (words, done.stderr[-2000:])
        return done

    async def new_key(self, system: str, kid: str) -> None:
        """Register another key of a system and speak by it."""
        private, public = new_key(kid)
        await self.run("system", "key", "add", system, str(self._file(public)))
        self.keys[system] = private

    def workers(self) -> list[int]:
        """The API's worker processes."""
        process = self.programs["api"].process
        found = children(process.pid) if process else []
        return [pid for pid in found if "spawn_main" in command_line(pid)]

    def postmaster(self) -> int | None:
        return server_pid(self.data)

    def backends(self) -> list[int]:
        """The database's processes that serve the hub."""
        postmaster = self.postmaster()
        found = children(postmaster) if postmaster else []
        return [pid for pid in found if "liantiao_" in command_line(pid)]

    def address(self) -> Address:
        """The database, not by way of the relay."""
        secrets = prepare(self.data)
        return Address(embedded_dsn(str(self.socket_dir), secrets.passwords["admin"]), secrets)

    async def rows(self, query: str) -> list[asyncpg.Record]:
        conn = await self.address().connect("admin")
        try:
            return list(await conn.fetch(query))
        finally:
            await conn.close()

    async def well(self) -> None:
        """Wait until every program is up and each API says that it is ready, three times running."""
        async with httpx.AsyncClient(timeout=3, trust_env=False) as http:

            async def well() -> bool:
                return all([await self._ready(http) for _ in range(3)])

            assert await until(well, WELL), self.logs()

    async def _ready(self, http: httpx.AsyncClient) -> bool:
        if not all(program.up for program in self.programs.values() if program.wanted):
            return False
        try:
            answers = [await http.get(f"{base}/readyz") for base in self.bases]
        except httpx.TransportError:
            return False
        return all(answer.status_code == 200 for answer in answers) and len(self.workers()) == 2

    def logs(self) -> str:
        files = sorted(self.folder.glob("*.log"))
        return "\n".join(f"── {file.name}\n{file.read_text('utf-8', 'replace')[-1500:]}" for file in files)

    def said(self) -> Counter[str]:
        """What the hub's programs noted of what should not happen: event, error and place."""
        found: Counter[str] = Counter()
        for file in self.folder.glob("*.log"):
            for line in file.read_text("utf-8", "replace").splitlines():
                if not line.startswith("{"):
                    found["traceback"] += line.startswith("Traceback")
                    continue
                told = json.loads(line)
                if told.get("event") in {"internal-error", "delivery-bug", "data-unreadable"}:
                    found[" ".join(str(told.get(n, "")) for n in ("event", "error", "place"))] += 1
        return +found

    async def close(self) -> None:
        self._stop.set()
        if self._keeper is not None:
            await self._keeper
        for name in ("next", "api", "delivery", "relay"):
            if name in self.programs:
                await asyncio.to_thread(self.programs[name].stop)
        if self._server is not None:
            await asyncio.to_thread(self._server.leave)


def _until_open(port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError("the relay does not listen")
