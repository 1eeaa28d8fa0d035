"""A real hub for tests: `liantiao serve` as a process of its own, with registered systems that talk to it.

Everything goes through the door people use: the command line and HTTP.
"""

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from hub.client.jose import PrivateKey, new_key
from hub.client.session import Identity
from hub.settings import Settings
from tests.forked import Served, started
from tests.furnish import command

DATA = Path(__file__).parent / "data"
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""On loopback there is none, and reading the authorities anew for each client costs 40 ms."""
LIANTIAO = (sys.executable, "-m", "hub.cli")
SYSTEMS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "police-sys": ("police", ("500199000000", "500199520000")),
    "court-sys": ("court", ("500199", "50019901")),
    "justice-sys": ("justice", ("5001990000", "5001990100", "3105")),
}


@dataclass
class LiveHub:
    """A running hub. `keys` are the systems' private JWKs."""

    settings: Settings
    port: int
    keys: dict[str, dict[str, str]] = field(default_factory=dict)
    process: Served | None = None

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
            "LANG": "C.UTF-8",
            "LIANTIAO_DATA_DIR": str(self.settings.data_dir),
            "LIANTIAO_DATABASE_URL": self.settings.database_url or "",
            "LIANTIAO_ISSUER": self.issuer,
            "LIANTIAO_PUSH_ALLOW": "127.0.0.1",
            "LIANTIAO_LOG_FORMAT": "json",
        }

    def command(self, *arguments: str) -> str:
        """Run `liantiao …` to its end; answers what it printed."""
        done = subprocess.run(
            [*LIANTIAO, *arguments], env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def furnish(self, *arguments: str) -> str:
        """The same before a test begins, without a process of its own."""
        return command(arguments, self.environment)

    def identity(self, system: str, *scopes: str) -> Identity:
        """Who a client speaks as."""
        return Identity(self.issuer, system, PrivateKey.from_jwk(self.keys[system]), scopes)

    def register(self, system: str, agency: str, units: tuple[str, ...], *options: str) -> None:
        """`system add` with a new key."""
        private, public = new_key(f"{system}-1")
        self.keys[system] = private
        file = self.settings.data_dir / f"{system}.json"
        file.write_text(json.dumps(public))
        named = [part for unit in units for part in ("--unit", unit)]
        arguments = ("system", "add", "--id", system, "--agency", agency, *named, "--jwk", str(file))
        self.furnish(*arguments, *options)

    def start(self, *options: str) -> None:
        """Serve, and wait until it is ready."""
        with (self.settings.data_dir / "serve.log").open("ab") as log:
            words = ("serve", "--port", str(self.port), *options)
            self.process = started(words, self.environment, log.fileno())
        deadline = time.monotonic() + 60
        with httpx.Client(trust_env=False, verify=NO_TLS, timeout=2) as asking:
            while time.monotonic() < deadline:
                assert self.process.poll() is None, self.log()
                try:
                    if asking.get(f"{self.issuer}/readyz").status_code == 200:
                        return
                except httpx.TransportError:
                    time.sleep(0.05)
        raise AssertionError(self.log())

    def log(self) -> str:
        """What the server wrote."""
        return (self.settings.data_dir / "serve.log").read_text("utf-8")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the process, gently or not. What its metrics were is left beside its log (`tests/leaks.py`)."""
        if self.process is not None:
            with suppress(httpx.TransportError), (self.settings.data_dir / "metrics.log").open("ab") as kept:
                kept.write(httpx.get(f"http://127.0.0.1:{self.port + 1}/metrics", timeout=5).content)
            self.process.send_signal(how)
            self.process.wait(30)
            self.process = None


def free_port() -> int:
    """A loopback port that nobody has at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def live_hub(settings: Settings, push: str | None = None) -> Iterator[LiveHub]:
    """A hub with the units and systems of the fixtures, serving."""
    hub = LiveHub(settings, free_port())
    hub.furnish("init")
    hub.furnish("unit", "import", str(DATA / "units.csv"))
    for system, (agency, units) in SYSTEMS.items():
        hub.register(system, agency, units, *(() if push is None else ("--push", push)))
    hub.start()
    try:
        yield hub
    finally:
        hub.stop()
