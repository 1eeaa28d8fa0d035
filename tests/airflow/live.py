"""One real Airflow: the runner as people start it, beside a served hub, and who logs in to it."""

import json
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.live import LIANTIAO, LiveHub


@dataclass
class LiveAirflow:
    """A running `liantiao airflow`. `told` is what it printed."""

    hub: LiveHub
    port: int
    process: subprocess.Popen[bytes]
    told: Path
    tokens: dict[str, str] = field(default_factory=dict)
    sessions: set[int] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def home(self) -> Path:
        return self.hub.settings.data_dir.resolve() / "airflow"

    @property
    def accounts(self) -> dict[str, str]:
        found: dict[str, str] = json.loads((self.home / "accounts").read_text())
        return found

    def token(self, account: str) -> str:
        """An access token of an account, logged in as people do."""
        if account not in self.tokens:
            said = {"username": account, "password": self.accounts[account]}
            answer = httpx.post(f"{self.url}/auth/token", json=said, timeout=30)
            assert answer.status_code == 201, answer.text
            self.tokens[account] = answer.json()["access_token"]
        return self.tokens[account]

    def get(self, path: str, account: str = "admin") -> httpx.Response:
        head = {"Authorization": f"Bearer {self.token(account)}"}
        return httpx.get(f"{self.url}{path}", headers=head, timeout=60)

    def post(self, path: str, account: str, origin: str | None = None, **told: Any) -> httpx.Response:
        head = {"Authorization": f"Bearer {self.token(account)}", "Origin": origin or self.url}
        return httpx.post(f"{self.url}{path}", headers=head, timeout=60, **told)

    def wait(self, what: str) -> None:
        """Until it printed this. A process that ended before has failed."""
        until = time.monotonic() + 240
        while what not in self.told.read_text():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < until, self.said()
            time.sleep(0.1)

    def said(self) -> str:
        """What it printed, and the end of what each part wrote."""
        logs = [f"== {log.name}\n{log.read_text()[-1500:]}" for log in sorted(self.home.glob("*.log"))]
        return "\n".join([self.told.read_text(), *logs])

    def mine(self) -> list[int]:
        """Processes of the sessions that the runner's own children lead, those seen earlier included."""
        running = _processes()
        self.sessions |= {pid for pid, (parent, _) in running.items() if parent == self.process.pid}
        return [pid for pid, (_, session) in running.items() if session in self.sessions]

    def stop(self) -> int:
        """As Ctrl-C would; the exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)


def _processes() -> dict[int, tuple[int, int]]:
    """All that run and are not merely waited for: their parents and sessions."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            state, parent, _, session = (entry / "stat").read_text().rpartition(")")[2].split()[:4]
        except OSError:  # it ended meanwhile
            continue
        if state != "Z":
            found[int(entry.name)] = (int(parent), int(session))
    return found


def start(hub: LiveHub, port: int, told: Path) -> LiveAirflow:
    """Run the command, not waiting for anything."""
    environment = {**hub.environment, "HOME": str(told.parent)}
    with told.open("wb") as out:
        process = subprocess.Popen(
            [*LIANTIAO, "airflow", "--port", str(port)], env=environment, stdout=out, stderr=out
        )
    return LiveAirflow(hub, port, process, told)


def listening(airflow: LiveAirflow) -> set[str]:
    """Local addresses (as the kernel writes them) at which this Airflow's processes listen."""
    sockets = set()
    for pid in airflow.mine():
        try:
            for handle in Path(f"/proc/{pid}/fd").iterdir():
                sockets.add(str(handle.readlink()))
        except OSError:
            continue
    found = set()
    for table in ("tcp", "tcp6"):
        for row in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            cells = row.split()
            if cells[3] == "0A" and f"socket:[{cells[9]}]" in sockets:
                found.add(cells[1])
    return found
