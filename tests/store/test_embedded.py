"""The embedded server: started, shared, stopped; killed and back; closed to everybody else."""

import asyncio
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from hub.errors import Misconfigured
from hub.settings import Settings
from hub.store import binaries
from hub.store.account import SYSTEM_DIR, account_for
from hub.store.address import embedded_dsn, serving
from hub.store.binaries import bin_dir
from hub.store.embedded import Embedded, destroy, remove_data_dir, server_pid
from hub.store.secrets import Secrets, prepare

USER = """
import sys
from pathlib import Path
from hub.store.binaries import bin_dir
from hub.store.embedded import Embedded
from hub.store.secrets import prepare
data_dir = Path(sys.argv[1])
running = Embedded.join(data_dir, prepare(data_dir).passwords["admin"])
print("joined", flush=True)
sys.stdin.read()
running.leave()
"""


@pytest.fixture
def data_dir() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="liantiao-embedded-", dir="/tmp"))
    yield made
    for running in JOINED:
        running.leave()
    JOINED.clear()
    assert remove_data_dir(made)


JOINED: list[Embedded] = []


def join(data_dir: Path) -> Embedded:
    JOINED.append(Embedded.join(data_dir, prepare(data_dir).passwords["admin"]))
    return JOINED[-1]


def user_process(data_dir: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", USER, str(data_dir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "joined\n"
    return process


def mode(path: Path) -> int:
    """Permission bits; 0 for what is not there."""
    return stat.S_IMODE(path.stat().st_mode) if path.exists() else 0


async def connect(running: Embedded, secrets: Secrets) -> asyncpg.Connection:
    return await asyncpg.connect(embedded_dsn(running.host, secrets.passwords["admin"], "postgres"))


def test_the_last_one_to_leave_stops_it(data_dir: Path) -> None:
    first = join(data_dir)
    pid = server_pid(data_dir)
    second = join(data_dir)
    assert server_pid(data_dir) == pid is not None
    first.leave()
    first.leave()
    assert server_pid(data_dir) == pid
    second.leave()
    assert server_pid(data_dir) is None


def test_processes_share_it(data_dir: Path) -> None:
    running = join(data_dir)
    with user_process(data_dir) as other:
        running.leave()
        assert server_pid(data_dir) is not None
        assert not destroy(data_dir)
        other.communicate()
    assert server_pid(data_dir) is None


def test_a_killed_process_gives_its_share_back(data_dir: Path) -> None:
    with user_process(data_dir) as other:
        other.kill()
    assert server_pid(data_dir) is not None
    join(data_dir).leave()
    assert server_pid(data_dir) is None


async def test_a_killed_server_comes_back_with_what_was_committed(data_dir: Path) -> None:
    running, secrets = join(data_dir), prepare(data_dir)
    held = await connect(running, secrets)
    await held.execute("CREATE TABLE kept AS SELECT 7 AS n")
    pid = server_pid(data_dir)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    held.terminate()
    while server_pid(data_dir) in {None, pid}:  # its death takes a moment
        running.revive()
    again = await connect(running, secrets)
    assert await again.fetchval("SELECT n FROM kept") == 7
    await again.close()
    running.leave()


def test_a_note_with_a_number_used_again_is_no_obstacle(data_dir: Path) -> None:
    join(data_dir).leave()
    home = Path((data_dir / "pg-home").read_text()) if (data_dir / "pg-home").exists() else None
    note = (home or data_dir / "pg") / "data" / "postmaster.pid"
    note.write_text(f"{os.getpid()}\n{note.parent}\n0\n5432\n\n\n0 0\nready\n")
    running = join(data_dir)
    assert server_pid(data_dir) not in {None, os.getpid()}
    running.leave()


async def test_a_long_path_gets_a_short_socket(data_dir: Path) -> None:
    deep = data_dir / ("long-" * 20) / ("纠纷" * 12)
    deep.mkdir(parents=True)
    running = join(deep)
    held = await connect(running, prepare(deep))
    assert await held.fetchval("SELECT 1") == 1
    await held.close()
    socket_dir = Path(running.host)
    assert mode(socket_dir) == 0o700
    running.leave()
    running = join(deep)
    assert running.host == str(socket_dir)
    assert remove_data_dir(deep) is False
    running.leave()
    assert remove_data_dir(deep)
    assert not mode(socket_dir)


async def test_the_socket_asks_for_the_password(data_dir: Path) -> None:
    running, secrets = join(data_dir), prepare(data_dir)
    for wrong in ("", "guess"):
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(embedded_dsn(running.host, wrong or "x", "postgres"))
    held = await connect(running, secrets)
    assert await held.fetchval("SHOW listen_addresses") == ""
    rules = await held.fetch("SELECT DISTINCT auth_method FROM pg_hba_file_rules")
    assert [r["auth_method"] for r in rules] == ["scram-sha-256"]
    assert await held.fetchval("SHOW synchronous_commit") == "on"
    assert await held.fetchval("SHOW fsync") == "on"
    await held.close()
    assert mode(Path(running.host)) == 0o700
    running.leave()


async def test_the_log_never_shows_values(data_dir: Path) -> None:
    running, secrets = join(data_dir), prepare(data_dir)
    held = await connect(running, secrets)
    await held.execute("CREATE TABLE person (id text PRIMARY KEY)")
    await held.execute("INSERT INTO person VALUES ($1)", "500000199001010011")
    with pytest.raises(asyncpg.UniqueViolationError):
        await held.execute("INSERT INTO person VALUES ($1)", "500000199001010011")
    with pytest.raises(asyncpg.PostgresError):
        await held.execute("SELECT '500000199001010011x'::int")
    await held.close()
    home = Path(running.host).parent
    running.leave()
    logs = [f.read_text() for f in [home / "start.log", *(home / "log").iterdir()]]
    assert any(logs)
    assert not any("500000199001010011" in text for text in logs)


def test_two_beginners_at_once_make_one_cluster(data_dir: Path) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", USER, str(data_dir)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        for _ in range(3)
    ]
    assert [p.wait() for p in processes] == [0, 0, 0]
    assert server_pid(data_dir) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="the account of its own is for root")
class TestAsRoot:
    def test_the_server_runs_under_its_own_account(self, data_dir: Path) -> None:
        running = join(data_dir)
        pid = server_pid(data_dir)
        assert Path(f"/proc/{pid}").stat().st_uid != 0
        assert mode(data_dir) == 0o710
        assert mode(data_dir / "kek") == 0o600
        assert (data_dir / "kek").stat().st_uid == 0
        running.leave()

    def test_closed_parents_stay_closed(self, data_dir: Path) -> None:
        closed = data_dir / "closed"
        closed.mkdir(mode=0o700)
        inner = closed / "data"
        running = join(inner)
        assert mode(closed) == 0o700
        home = Path((inner / "pg-home").read_text())
        assert home.parent == SYSTEM_DIR
        assert mode(home) == 0o700
        running.leave()
        shutil.move(home, data_dir / "away")
        with pytest.raises(Misconfigured, match="pg-home"):
            join(inner)
        shutil.move(data_dir / "away", home)
        join(inner).leave()
        assert remove_data_dir(inner)
        assert not home.exists()

    def test_programs_in_a_closed_folder_are_copied(
        self, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        found = bin_dir()
        closed = tmp_path / "closed"  # pytest's own folder is 0700
        package = closed / found.parents[1].name
        shutil.copytree(found.parent, package / found.parent.name, symlinks=True)
        libraries = found.parents[2] / f"{package.name}.libs"
        shutil.copytree(libraries, closed / libraries.name)
        moved = package / found.parent.name / "bin"
        os.utime(moved / "postgres", (1, 1))  # a stamp no other copy has
        monkeypatch.setattr(binaries, "bin_dir", lambda: moved)
        account = account_for(data_dir)
        used = binaries.server_bin_dir(account)
        try:
            assert used.is_relative_to(SYSTEM_DIR)
            assert account.barrier(used) is None
            assert binaries.server_bin_dir(account) == used
            join(data_dir).leave()
        finally:
            shutil.rmtree(used.parents[2])


async def test_a_start_that_is_called_off_leaves_no_server(data_dir: Path) -> None:
    async def serve() -> None:
        async with serving(Settings(data_dir=data_dir)):
            raise AssertionError("it was called off")

    starting = asyncio.create_task(serve())
    await asyncio.sleep(0)  # it has begun to wait
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert server_pid(data_dir) is None
