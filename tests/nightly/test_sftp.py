"""Lists from an agency's SFTP server: a known server, a whole file, bearable, and nothing else."""

import dataclasses
import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import paramiko
import pytest

from hub.exchange.push_address import Gate
from hub.law.calendar import legal_day
from hub.nightly.collect import collect
from hub.nightly.night import Interval, open_night
from hub.nightly.not_had import NotHad
from hub.nightly.reconcile import find, reconcile
from hub.nightly.sftp import KEY_FILE, read
from tests.live import LiveHub
from tests.nightly.lists import BUREAU, call, table
from tests.nightly.sftp_server import Server, sftp_server

OWN = Gate(["127.0.0.1"])


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / KEY_FILE
    paramiko.ECDSAKey.generate().write_private_key_file(str(path))
    return path


@pytest.fixture
def agency(tmp_path: Path, key_file: Path) -> Iterator[Server]:
    folder = tmp_path / "out"
    folder.mkdir()
    with sftp_server(folder, paramiko.PKey.from_path(key_file)) as served:
        yield served


def lay(agency: Server, name: str, content: bytes, told: str | None = None) -> None:
    (agency.folder / name).write_bytes(content)
    (agency.folder / f"{name}.sha256").write_text(f"{told or sha256(content).hexdigest()}  {name}\n")


def address(agency: Server, name: str, user: str = "hub") -> str:
    return f"sftp://{user}@127.0.0.1:{agency.port}/{name}"


def test_only_a_whole_file_of_the_known_server_is_read(agency: Server, key_file: Path, tmp_path: Path):
    content = bytes(range(256)) * 500
    lay(agency, "a.csv", content)

    def got(
        name: str, key: str = agency.host_key, own: Path = key_file, gate: Gate = OWN, user: str = "hub"
    ) -> bytes | str:
        try:
            return read(address(agency, name, user), key, own, gate, len(content))
        except NotHad as lost:
            return lost.why

    assert got("a.csv") == content
    assert set(agency.opened) == {"/a.csv", "/a.csv.sha256"}
    # Still being written, changed on the way, too large, a link, nothing.
    (agency.folder / "b.csv").write_bytes(content)
    lay(agency, "c.csv", content[:-1], told=sha256(content).hexdigest())
    lay(agency, "d.csv", content + b"x")
    lay(agency, "e.csv", content)
    (agency.folder / "e.csv").unlink()
    (agency.folder / "e.csv").symlink_to(agency.folder / "a.csv")
    (agency.folder / "f.csv").write_bytes(content)
    (agency.folder / "f.csv.sha256").write_bytes(b"\xff" * 2000)
    lay(agency, "h.csv", content, told="0" * 63)
    whys = ["no-digest", "digest", "too-large", "not-a-file", "no-digest", "no-file", "no-digest"]
    assert [got(f"{name}.csv") for name in "bcdefgh"] == whys
    # Another server's key, another person's key, no key, another name, a place the hub may not call.
    opened = len(agency.opened)
    other, none = tmp_path / "other", tmp_path / "none"
    paramiko.ECDSAKey.generate().write_private_key_file(str(other))
    stranger = paramiko.ECDSAKey.generate()
    assert got("a.csv", key=f"{stranger.get_name()} {stranger.get_base64()}") == "host-key"
    assert got("a.csv", key=f"ssh-ed25519 {agency.key.get_base64()}") == "no-common-protocol"
    assert got("a.csv", own=other) == got("a.csv", user="root") == "login"
    assert got("a.csv", own=none) == "own-key"
    assert got("a.csv", gate=Gate([])) == "place-not-allowed"
    assert len(agency.opened) == opened
    assert got("a.csv") == content


async def test_the_night_fetches_from_a_server(own_hub: LiveHub, agency: Server, key_file: Path):
    day = legal_day(datetime.now(UTC))
    entry = {"system": "police-sys", "unit": BUREAU, "format": "csv", "complete": True, "dataset": "calls"}
    place = {"from": address(agency, "calls-{day}.csv"), "host_key": agency.host_key}
    said = [{"name": "snapshots", "valid_from": "2020-01-01", "value": [{**entry, **place}]}]
    file = key_file.with_name("config.json")
    file.write_text(json.dumps(said))
    own_hub.command("config", "import", str(file), "--reason", "试验 test")
    shutil.copy(key_file, own_hub.settings.data_dir / KEY_FILE)
    settings = dataclasses.replace(own_hub.settings, push_allow=("127.0.0.1",))
    async with open_night(settings, Interval.of_day(day)) as night:
        # Not there yet, then half of it: a finding says which, and nothing about the server.
        for why in ("no-file", "no-digest"):
            assert (await collect(night, "police", "500199"))["not_had"] == 1
            (found,) = await find(night, "police", "500199")
            assert (found.kind, found.dataset, found.detail) == (
                "silence",
                "calls",
                {"code": "no-list", "why": why},
            )
            await reconcile(night, "police", "500199")
            async with night.hub.database.connection() as conn:
                assert [r["detail"] for r in await conn.fetch("SELECT detail FROM finding")] == [found.detail]
                rows = repr([dict(row) for row in await conn.fetch("SELECT * FROM snapshot")])
            assert "sftp:" not in rows
            assert agency.key.get_base64() not in rows
            (agency.folder / f"calls-{day}.csv").write_bytes(b"half")
        lay(agency, f"calls-{day}.csv", table([call(1), call(2)]))
        told = {"lists": 1, "replaced": 0, "rows": 2, "broken": 0, "problems": 0}
        assert await collect(night, "police", "500199") == told
        (agency.folder / f"calls-{day}.csv").unlink()
        assert await collect(night, "police", "500199") == told
        async with night.hub.database.connection() as conn:
            assert await conn.fetchval("SELECT source FROM snapshot") == "sftp"
