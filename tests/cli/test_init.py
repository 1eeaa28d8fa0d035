"""`init` loads the reference data of its release, once; a newer release keeps what it replaces."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from hub import reference
from hub.settings import Settings

ROOT = Path(__file__).parents[2]
HISTORY = """
SELECT zh, until IS NULL AS stands, version FROM reference_row
 WHERE list = 'courts' AND code = $1 ORDER BY since
"""
LOGGED = "SELECT count(*) FROM event_leaf l JOIN admin_action a ON a.id = l.message"
ACTIONS = "SELECT actor, action, object FROM admin_action ORDER BY at"


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The program with the reference data of a release before: a court less, another name, fewer lists."""
    folder = tmp_path_factory.mktemp("older")
    for package in ("hub", "adapters", "schemas"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    data = folder / "hub" / "reference"
    said = json.loads((data / "lists.json").read_text("utf-8"))
    said["version"] = "2026.9.30"
    said["lists"] = [each for each in said["lists"] if each["list"] != "subsidy-rules"]
    (data / "lists.json").write_text(json.dumps(said), "utf-8")
    courts = data / "data" / "chongqing_divisions_courts.csv"
    text = courts.read_text("utf-8").replace("重庆市万州区人民法院,", "重庆市万县区人民法院,")
    courts.write_text("\n".join(line for line in text.splitlines() if "500102" not in line), "utf-8")
    yield folder
    shutil.rmtree(folder)


def liantiao(settings: Settings, *words: str, program: Path = ROOT, status: int = 0) -> str:
    """What a command of that program printed."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
        "LANG": "C.UTF-8",
        "COLUMNS": "200",
        "LIANTIAO_DATA_DIR": str(settings.data_dir),
        "LIANTIAO_DATABASE_URL": settings.database_url or "",
    }
    done = subprocess.run(
        [sys.executable, "-m", "hub.cli", *words],
        env=environment, cwd=program, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == status, done.stderr
    return done.stdout


def init(settings: Settings, program: Path = ROOT) -> dict[str, dict[str, Any]]:
    told = json.loads(liantiao(settings, "--json", "init", program=program))
    return {each["list"]: each for each in told["reference"]}


def check(settings: Settings, status: int = 0) -> dict[str, str]:
    rows = json.loads(liantiao(settings, "--json", "doctor", status=status))
    return next(row for row in rows if row["检查 check"].startswith("参考数据"))


async def ask(settings: Settings, query: str, *args: object) -> list[tuple[object, ...]]:
    connection = await asyncpg.connect(settings.database_url)
    try:
        return [tuple(row) for row in await connection.fetch(query, *args)]
    finally:
        await connection.close()


async def test_what_is_loaded_is_said_and_loaded_once(settings: Settings):
    assert check(settings, status=1)["结果"] == "fail"  # migrated, nothing loaded
    first = init(settings)
    assert {each["verdict"] for each in first.values()} == {"new"}
    assert first["townships"]["rows"] == first["townships"]["added"] == 1031
    assert all(each["source"] and each["version"] and each["compiled_on"] for each in first.values())
    again = init(settings)
    assert {(each["verdict"], each["added"], each["ended"]) for each in again.values()} == {
        ("unchanged", 0, 0)
    }
    ((_, action, what),) = await ask(settings, ACTIONS)
    assert action == "reference-load"
    assert str(what).startswith(f"{reference.version()} divisions ")
    assert await ask(settings, LOGGED) == [(1,)]
    assert check(settings, status=1)["结果"] == "ok"
    shown = liantiao(settings, "init")
    assert "townships" in shown
    assert "统计局" in shown
    assert "2026-11-22" in shown


async def test_a_newer_release_keeps_what_it_replaces(settings: Settings, older: Path):
    init(settings, older)
    assert check(settings, status=1)["结果"] == "fail"  # a list is missing
    told = init(settings)
    assert (told["courts"]["verdict"], told["courts"]["added"], told["courts"]["ended"]) == ("updated", 2, 1)
    assert told["subsidy-rules"]["verdict"] == "new"
    assert told["townships"]["verdict"] == "unchanged"
    assert await ask(settings, HISTORY, "渝0101") == [
        ("重庆市万县区人民法院", False, "2026.9.30"),
        ("重庆市万州区人民法院", True, reference.version()),
    ]
    assert [row[1] for row in await ask(settings, HISTORY, "渝0102")] == [True]
    assert len(await ask(settings, ACTIONS)) == 2
    # The older program, started once more, turns nothing back.
    assert {each["verdict"] for each in init(settings, older).values()} == {"newer"}
    assert [row[1] for row in await ask(settings, HISTORY, "渝0101")] == [False, True]


async def test_data_older_than_the_program_are_noticed(settings: Settings):
    init(settings)
    await ask(settings, "UPDATE reference_list SET version = '2026.1.1' WHERE name = 'courts'")
    found = check(settings, status=1)
    assert found["结果"] == "warn"
    assert "courts" in found["所见 found"]
    assert init(settings)["courts"]["verdict"] == "unchanged"
    assert check(settings, status=1)["结果"] == "ok"


async def test_nobody_rewrites_the_history(settings: Settings):
    init(settings)
    rights = (
        "SELECT has_any_column_privilege($1, 'reference_row', 'UPDATE'), "
        "has_table_privilege($1, 'reference_row', 'DELETE')"
    )
    assert await ask(settings, rights, "liantiao_reader") == [(False, False)]
    assert await ask(settings, rights, "liantiao_hub") == [(True, False)]
    column = "SELECT has_column_privilege('liantiao_hub', 'reference_row', 'data', 'UPDATE')"
    assert await ask(settings, column) == [(False,)]
