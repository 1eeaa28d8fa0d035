"""The drill: a backup of a hub that serves, brought back elsewhere, and noticed when it is not the newest."""

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from hub.cli.backups.manifest import DUMP, NAME
from hub.cli.main import app
from hub.client.agent import Agent
from hub.client.errors import Problem
from hub.evidence.note import parse_checkpoint, split
from hub.settings import Settings
from hub.store.address import Address
from hub.store.migrate import create_database
from tests.http.saying import STATION, dispute, say
from tests.live import LiveHub, free_port

_NUMBERS = count(1)
WHY = ("--reason", "演练")


class Place:
    """An installation that has nothing yet but a database without tables."""

    def __init__(self, server: Address, server_dir: Path, folder: Path, issuer: str) -> None:
        name = f"restored_{os.getpid()}_{next(_NUMBERS)}"
        asyncio.run(create_database(server, name))
        folder.mkdir(mode=0o700)
        # Roles belong to the server, which here serves the hub that is thought lost, too.
        shutil.copy2(server_dir / "passwords", folder / "passwords")
        self.settings = Settings(data_dir=folder, database_url=server.url("admin", name))
        self.issuer = issuer

    def run(self, *words: str) -> Result:
        environment = {
            "LIANTIAO_DATA_DIR": str(self.settings.data_dir),
            "LIANTIAO_DATABASE_URL": self.settings.database_url or "",
            "LIANTIAO_ISSUER": self.issuer,
        }
        return CliRunner().invoke(app, ["--json", *words], env=environment)

    def kept(self) -> list[tuple[str, str]]:
        """What the doctor says of the checkpoints that were kept: verdict and finding."""
        told = json.loads(self.run("doctor", "--checkpoint", str(self.note)).stdout)
        return [(r["结果"], r["所见 found"]) for r in told if r["检查 check"].startswith("留存检查点")]

    @property
    def note(self) -> Path:
        """Where an agency's checkpoint lies."""
        return self.settings.data_dir / "agency-note"


def size_of(note: str) -> int:
    return parse_checkpoint(split(note)[0]).size


async def including(agent: Agent, leaf: str) -> str:
    """A checkpoint over this entry: the backup has it neither in its tree nor on the way there."""
    note = await grown(agent, 0)
    while True:
        try:
            await agent.inclusion(leaf, size_of(note))
        except Problem as problem:
            assert problem.status == 404  # noqa: PT017  not yet is an answer
            note = await grown(agent, size_of(note))
        else:
            return note


async def grown(agent: Agent, size: int) -> str:
    """A checkpoint of more than `size` entries, once the hub has signed one."""
    for _ in range(600):
        if size_of(note := await agent.checkpoint()) > size:
            return note
        await asyncio.sleep(0.1)
    raise AssertionError("the log does not grow")


@pytest.fixture(scope="module")
def yesterday(hub: LiveHub, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A backup, a message from before it, a checkpoint an agency kept from after it."""
    folder = tmp_path_factory.mktemp("backups") / "yesterday"

    async def work() -> dict[str, Any]:
        async with Agent(hub.identity("police-sys")) as police:
            before = (await say(police, STATION, "dispute", dispute())).message
            await grown(police, 0)
            hub.furnish("backup", str(folder), *WHY)
            after = await say(police, STATION, "dispute", dispute())
            leaf = str((await police.receipt_claims(after.receipt))["leaf"])
            return {"before": before, "note": await including(police, leaf)}

    return {"folder": folder, **asyncio.run(work())}


@pytest.fixture
def place(
    server: Address, server_dir: Path, hub: LiveHub, tmp_path: Path, yesterday: dict[str, Any]
) -> Place:
    """An empty installation; the key file has come from its own backup."""
    made = Place(server, server_dir, tmp_path / "restored", hub.issuer)
    shutil.copy2(hub.settings.data_dir / "kek", made.settings.data_dir / "kek")
    made.note.write_text(yesterday["note"], "utf-8")
    return made


@pytest.fixture
async def reader(hub: LiveHub, place: Place) -> AsyncIterator[LiveHub]:
    """A hub on what was restored, for the systems of the one that was lost."""
    served = LiveHub(place.settings, free_port(), hub.keys)
    yield served
    served.stop()


async def test_yesterdays_backup_comes_back_whole_and_is_known_for_what_it_is(
    hub: LiveHub, yesterday: dict[str, Any], place: Place, reader: LiveHub
):
    folder, note = yesterday["folder"], yesterday["note"]
    assert folder.stat().st_mode & 0o777 == 0o700
    assert not (folder / "keys").exists()
    kek = json.loads((hub.settings.data_dir / "kek").read_text("ascii"))
    held = (folder / DUMP).read_bytes() + (folder / NAME).read_bytes()
    assert all(key.encode() not in held for key in (*kek["keys"].values(), kek["index"]))

    done = await asyncio.to_thread(place.run, "restore", str(folder), *WHY, "--checkpoint", str(place.note))
    assert done.exit_code == 1, done.output
    told = json.loads(done.stdout)
    ((behind,),) = (told["behind"],)
    assert (behind["verdict"], behind["kept"]) == ("behind", size_of(note))
    assert "liantiao log accept" in done.stderr
    assert (await asyncio.to_thread(place.run, "log", "verify")).exit_code == 0
    verdicts = await asyncio.to_thread(place.kept)
    assert [verdict for verdict, _ in verdicts] == ["ok", "fail"], "its own from the backup, the agency's"

    again = await asyncio.to_thread(place.run, "restore", str(folder), *WHY)
    assert again.exit_code == 1
    assert "空库" in str(again.exception)

    # Where the data directory outlived the database, nothing grows until a person has said so.
    (place.settings.data_dir / "checkpoint").write_text(note, "utf-8")
    with pytest.raises(AssertionError, match="checkpoint"):
        await asyncio.to_thread(reader.start)
    assert (await asyncio.to_thread(place.run, "log", "accept", "--reason", " ")).exit_code == 1
    assert (await asyncio.to_thread(place.run, "log", "accept", *WHY)).exit_code == 0
    await asyncio.to_thread(reader.start)
    async with Agent(reader.identity("police-sys")) as police:
        assert (await police.message(yesterday["before"]))["document"]["facts"] == dispute()["facts"]
        while (size := size_of(await police.checkpoint())) < size_of(note):
            await say(police, STATION, "dispute", dispute())
            await grown(police, size)
    await asyncio.to_thread(reader.stop)
    last = (place.settings.data_dir / "checkpoint").read_text("utf-8")
    assert size_of(last) >= size_of(note), "what was signed last is kept when the hub ends"
    verdicts = await asyncio.to_thread(place.kept)
    assert [verdict for verdict, _ in verdicts] == ["ok", "fail"]
    assert "不一致" in verdicts[1][1], "two logs under one key: the agency's checkpoint shows it"


def test_what_does_not_hold_is_not_restored(yesterday: dict[str, Any], place: Place, tmp_path: Path):
    folder = tmp_path / "spoiled"
    shutil.copytree(yesterday["folder"], folder)
    (place.settings.data_dir / "kek").rename(tmp_path / "kek")
    assert "密钥另行备份" in str(place.run("restore", str(folder), *WHY).exception)
    (tmp_path / "kek").rename(place.settings.data_dir / "kek")

    dump = (folder / DUMP).read_bytes()
    (folder / DUMP).write_bytes(dump[:-1] + bytes([dump[-1] ^ 1]))
    assert "摘要不符" in str(place.run("restore", str(folder), *WHY).exception)
    (folder / DUMP).write_bytes(dump)

    told = json.loads((folder / NAME).read_text("utf-8"))
    (folder / NAME).write_text(json.dumps({**told, "checkpoint": yesterday["note"]}), "utf-8")
    assert "日志不成立" in str(place.run("restore", str(folder), *WHY).exception)

    (folder / NAME).unlink()
    assert "不是完整的备份" in str(place.run("restore", str(folder), *WHY).exception)
    done = place.run("restore", str(yesterday["folder"]), *WHY)
    assert done.exit_code == 0, "what did not hold left nothing behind"
    assert json.loads(done.stdout)["behind"] == []


def test_keys_come_along_only_where_nobody_else_looks(
    hub: LiveHub, server: Address, server_dir: Path, tmp_path: Path
):
    open_to_all = tmp_path / "open"
    open_to_all.mkdir(mode=0o755)
    place = Place(server, server_dir, tmp_path / "new", hub.issuer)
    old = Place.__new__(Place)
    old.settings, old.issuer = hub.settings, hub.issuer
    refused = old.run("backup", str(open_to_all), "--with-keys", *WHY)
    assert "chmod 700" in str(refused.exception)
    assert old.run("backup", str(tmp_path / "none"), "--reason", "").exit_code == 1
    assert not (tmp_path / "none").exists()

    closed = tmp_path / "closed"
    assert old.run("backup", str(closed), "--with-keys", *WHY).exit_code == 0
    assert (closed / "keys" / "kek").stat().st_mode & 0o077 == 0
    assert "非空" in str(old.run("backup", str(closed), *WHY).exception)
    done = place.run("restore", str(closed), *WHY)
    assert done.exit_code == 0, "a new machine needs nothing else"
