"""A fourth agency is one new folder: made in a scratch copy, where every check runs in its real form."""

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from hub.client.agent import Agent
from hub.client.envelope import Envelope
from hub.client.sending import Accepted
from hub.settings import Settings
from tests.house.petition import MEDIA, NAME, OFFICE, PARTIES, modules, party_file, write_folder
from tests.http.saying import COMMITTEE, referral, say
from tests.live import DATA, SYSTEMS, LiveHub, free_port

ROOT = Path(__file__).parents[2]
NOT_COPIED = shutil.ignore_patterns(".*", "__pycache__", "build", "*.egg-info", "node_modules")
BIN = Path(sys.executable).parent
PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
CHECKS = {
    "format": (BIN / "ruff", "format", "--check", "--no-cache", "."),
    "lint": (BIN / "ruff", "check", "--no-cache", "."),
    "types": (BIN / "mypy", f"adapters/{NAME}"),
    "imports": (BIN / "lint-imports", "--no-cache"),
    "generated": (sys.executable, "-m", "schemas.generate", "--check"),
    "pages": (sys.executable, "-m", "hub.cli.formats_page", "--check"),
    "suite": (*PYTEST, "tests/adapters", "-k", NAME),
    "house": (*PYTEST, "tests/house/test_house.py"),
}
SOME = "adapters/petition"


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project, copied, with one more adapter folder."""
    copy = tmp_path_factory.mktemp("fourth") / "project"
    shutil.copytree(ROOT, copy, ignore=NOT_COPIED)
    write_folder(copy)
    return copy


@pytest.fixture(scope="module")
def running(scratch: Path) -> Iterator[dict[str, subprocess.Popen[str]]]:
    """Every check of the project, begun at once."""
    begun = {
        name: subprocess.Popen(
            list(map(str, words)), cwd=scratch, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        for name, words in CHECKS.items()
    }
    yield begun
    for process in begun.values():
        process.kill()
        process.wait()


@pytest.mark.parametrize("name", CHECKS)
def test_every_check_is_green(running: dict[str, subprocess.Popen[str]], name: str):
    output, _ = running[name].communicate(timeout=120)
    assert running[name].returncode == 0, output
    if name == "suite":
        assert " passed" in output or "[100%]" in output


def test_nothing_else_changed(scratch: Path):
    assert {path for path in files(scratch) if not path.startswith(SOME)} == files(ROOT).keys()
    ours, theirs = files(ROOT), files(scratch)
    assert [path for path in ours if ours[path] != theirs[path]] == []


def files(root: Path) -> dict[str, str]:
    """Every file that is copied, with its digest; byte code and pages of adapters apart are not looked at."""
    found = {}
    for top in root.iterdir():
        if top.name in NOT_COPIED(str(root), [p.name for p in root.iterdir()]):
            continue
        for path in [top] if top.is_file() else top.rglob("*"):
            name = str(path.relative_to(root))
            made = any(part in name for part in ("__pycache__", "/.", "/node_modules/"))
            if path.is_file() and not made:
                found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def test_the_guide_shows_this_adapter():
    guide = (ROOT / "docs/adding-an-agency.md").read_text("utf-8")
    for name in ("register.py", "__init__.py"):
        assert modules()[name] in guide, name


def test_the_checks_see_the_new_folder(scratch: Path, running: dict[str, subprocess.Popen[str]]):
    for process in running.values():
        process.wait(120)
    sneaks = scratch / SOME / "sneaks.py"
    sneaks.write_text(
        '"""Reaches into the hub."""\n\nfrom hub.law.words import WORDS as WORDS\n', encoding="utf-8"
    )
    try:
        words = list(map(str, CHECKS["imports"]))
        found = subprocess.run(words, cwd=scratch, capture_output=True, text=True, check=False)
    finally:
        sneaks.unlink()
    assert found.returncode != 0
    assert "adapters.petition.sneaks -> hub.law.words" in found.stdout


@pytest.fixture
def hub(scratch: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveHub]:
    """A hub served from the scratch copy, with a unit and a system of the new agency."""
    monkeypatch.chdir(scratch)
    served = LiveHub(settings, free_port())
    units = settings.data_dir / "units.csv"
    office = f"{OFFICE},示例区信访局,{NAME},district,500199,,2010-01-01,,other,\n"
    units.write_text((DATA / "units.csv").read_text("utf-8") + office, encoding="utf-8")
    served.command("init")
    served.command("unit", "import", str(units))
    served.register("petition-sys", NAME, (OFFICE,))
    agency, codes = SYSTEMS["justice-sys"]
    served.register("justice-sys", agency, codes)
    served.start()
    try:
        yield served
    finally:
        served.stop()


@pytest.fixture
async def petition(hub: LiveHub) -> AsyncIterator[Agent]:
    async with Agent(hub.identity("petition-sys")) as agent:
        yield agent


async def test_a_message_goes_through_a_hub_that_serves_it(hub: LiveHub, petition: Agent):
    report = json.loads(hub.command("--json", "conformance", SOME))
    assert (report["agency"], report["faults"]) == (NAME, [])
    assert report["totals"]["known"] == report["totals"]["listed"]

    first, second = [party_file(columns) for columns in PARTIES.values()]
    one, two = await send(petition, first), await send(petition, second)
    assert [one.records[0]["dispute"]] == [two.records[0]["dispute"]]
    assert "revision" not in two.records[0]
    again = await send(petition, first.replace(b"10000000001", b"10000000009"))
    assert (again.records[0]["revision"], again.records[0]["dispute"]) == (2, one.records[0]["dispute"])

    read = await petition.message(two.records[0]["message"])
    (party,) = read["document"]["parties"]
    assert (party["name"], party["sex"], party["role"]) == ("冯测二", "2", "respondent")
    assert read["document"]["reported_at"] == "2021-04-18T09:30:11+08:00"
    assert (await petition.native(two.message)).body == second

    told = referral(track="guided", platform="hub")
    case = await say(
        petition, OFFICE, "referral", told, "mediation", to=COMMITTEE, dispute=one.records[0]["dispute"]
    )
    assert case.case is not None
    assert case.case["machine"] == "referral"
    async with Agent(hub.identity("justice-sys")) as justice:
        assert (await justice.message(case.message))["kind"] == "referral"


async def send(agent: Agent, body: bytes) -> Accepted:
    return await agent.send(agent.sign(Envelope(OFFICE, "dispute", "mediation", MEDIA), body))
