"""The ground of a run: a data directory of its own under `/tmp`, registered systems, server processes.

Everything is registered through the command line, as an administrator would; the reference builds get a
database beside the hub's on the same server.
"""

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from hub.client.jose import PrivateKey, new_key
from hub.client.session import Identity, Session
from hub.settings import Settings
from hub.store.address import Address, serving
from hub.store.embedded import remove_data_dir, server_pid
from hub.store.migrate import create_database

LIANTIAO = (sys.executable, "-m", "hub.cli")
SYSTEMS = {
    "police-sys": ("police", ("500199000000", "500199520000")),
    "court-sys": ("court", ("500199", "50019901")),
    "justice-sys": ("justice", ("5001990000", "5001990100", "3105")),
}
HEAD = "code,name,agency,tier,division,parent,valid_from,valid_to,type,host\n"
UNITS = """500199,重庆市示例区人民法院,court,district,500199,,,,court,
50019901,示例区人民法院测试镇人民法庭,court,town,500199102,500199,,,tribunal,
500199000000,重庆市公安局示例区分局,police,district,500199,,,,police_bureau,
500199520000,测试镇派出所,police,town,500199102,500199000000,,,station,
5001990000,示例区司法局,justice,district,500199,,,,justice_bureau,
5001990100,测试镇司法所,justice,town,500199102,5001990000,,,judicial_office,
3105,测试镇派出所驻所人民调解工作室,justice,town,500199102,5001990100,,,room,500199520000
"""
DATABASE = "bench"
UNHURRIED: Final = {"LIANTIAO_RATE": "1000000"}
"""Settings of a hub whose systems have a rate that is counted, as always, and never reached."""
_READY = 60.0
_PATIENCE = 30.0
"""Seconds for a process to end when it is asked to."""
_LOOK = 0.02


@dataclass(slots=True)
class Ground:
    """Where a run lives."""

    folder: Path
    port: int
    address: Address
    keys: dict[str, dict[str, str]] = field(default_factory=dict)
    public: dict[str, dict[str, str]] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def data_dir(self) -> Path:
        """The hub's data directory."""
        return self.folder / "hub"

    @property
    def issuer(self) -> str:
        """The hub's name and address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment of every process of the run: nothing of ours but what is set here."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        ours = {"LIANTIAO_DATA_DIR": str(self.data_dir), "LIANTIAO_ISSUER": self.issuer}
        return {**kept, "LANG": "C.UTF-8", **ours, **self.settings}

    @property
    def database_pid(self) -> int:
        """The PostgreSQL server."""
        return server_pid(self.data_dir) or 0

    def identity(self, system: str) -> Identity:
        """Who a client speaks as."""
        return Identity(self.issuer, system, PrivateKey.from_jwk(self.keys[system]))

    async def token(self, system: str) -> str:
        """A fresh access token of a system."""
        async with Session(self.identity(system)) as session:
            return await session.token()

    def command(self, *words: str) -> None:
        """Run `liantiao …` to its end."""
        subprocess.run([*LIANTIAO, *words], env=self.environment, check=True, stdout=subprocess.DEVNULL)

    def register(self) -> None:
        """Units and systems, each with a new key."""
        self.command("init")
        self.units(UNITS)
        for system, (agency, codes) in SYSTEMS.items():
            self.add(system, agency, codes)

    def units(self, rows: str) -> None:
        """Import these units beside those there are."""
        file = self.folder / "units.csv"
        file.write_text(HEAD + rows, "utf-8")
        self.command("unit", "import", str(file))

    def add(self, system: str, agency: str, codes: tuple[str, ...], *options: str) -> None:
        """Register a system with a new key."""
        self.keys[system], self.public[system] = new_key(f"{system}-1")
        file = self.folder / f"{system}.json"
        file.write_text(json.dumps(self.public[system]), "utf-8")
        acts_for = [word for code in codes for word in ("--unit", code)]
        words = ("--id", system, "--agency", agency, *acts_for, "--jwk", str(file))
        self.command("system", "add", *words, *options)

    @contextmanager
    def process(self, name: str, *words: str, ready: Callable[[], bool]) -> Iterator[int]:
        """A process from its readiness to its end; answers its id. What it says is in `NAME.log`."""
        log = self.folder / f"{name}.log"
        with log.open("ab") as sink:
            running = subprocess.Popen(
                [sys.executable, *words],
                env=self.environment,
                stdout=sink,
                stderr=sink,
                start_new_session=True,  # so that it ends with its own workers
            )
        try:
            _wait(running, ready, log)
            yield running.pid
        finally:
            _end(running)

    @contextmanager
    def hub(self, *options: str) -> Iterator[int]:
        """`liantiao serve`, as anyone would start it."""
        words = ("-m", "hub.cli", "serve", "--port", str(self.port), *options)
        with self.process("hub", *words, ready=answering(f"{self.issuer}/readyz")) as pid:
            yield pid

    @contextmanager
    def delivery(self) -> Iterator[int]:
        """`liantiao deliver`: a delivery worker alone."""
        ready = _saying(self.folder / "deliver.log", "delivering")
        with self.process("deliver", "-m", "hub.cli", "deliver", ready=ready) as pid:
            yield pid


@asynccontextmanager
async def prepared(settings: Mapping[str, str] | None = None) -> AsyncIterator[Ground]:
    """A registered ground with a running server; removed when left. `settings` of every process on it."""
    with place() as folder:
        async with registered(folder, settings) as ground:
            await create_database(ground.address, DATABASE)
            yield ground


@contextmanager
def place() -> Iterator[Path]:
    """The folder of a ground; removed when left, with the database in it."""
    folder = Path(tempfile.mkdtemp(prefix="liantiao-bench-", dir="/tmp"))
    try:
        folder.chmod(0o711)  # the server's own account must reach its files
        (folder / "hub").mkdir(mode=0o700)
        yield folder
    finally:
        remove_data_dir(folder / "hub")
        shutil.rmtree(folder)


@asynccontextmanager
async def registered(folder: Path, settings: Mapping[str, str] | None = None) -> AsyncIterator[Ground]:
    """A ground in this folder; its server runs while this is open."""
    async with serving(Settings(data_dir=folder / "hub")) as address:
        ground = Ground(folder, free_port(), address, settings=dict(settings or {}))
        await asyncio.to_thread(ground.register)
        yield ground


def committee(code: str) -> str:
    """A mediation committee's row for `Ground.units`."""
    return f"{code},测试{code}人民调解委员会,justice,town,500199102,5001990100,,,committee,\n"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answering(url: str) -> Callable[[], bool]:
    """Whether what serves this address is ready."""
    where = urlsplit(url)

    def asked() -> bool:
        line = HTTPConnection(where.hostname or "", where.port, timeout=2)
        try:
            line.request("GET", where.path)
            return line.getresponse().status < 500
        except (OSError, HTTPException):
            return False
        finally:
            line.close()

    return asked


def _saying(log: Path, word: str) -> Callable[[], bool]:
    """Whether a process has said so from now on."""
    begin = log.stat().st_size if log.exists() else 0
    return lambda: word.encode() in log.read_bytes()[begin:]


def _end(running: subprocess.Popen[bytes]) -> None:
    """In order, or else at once with all that it started."""
    running.terminate()
    try:
        running.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()


def _wait(running: subprocess.Popen[bytes], ready: Callable[[], bool], log: Path) -> None:
    until = time.monotonic() + _READY
    while time.monotonic() < until and running.poll() is None:
        if ready():
            return
        time.sleep(_LOOK)
    raise RuntimeError(log.read_text("utf-8")[-2000:])
