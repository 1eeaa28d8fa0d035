"""The page that holds the policy against the product: each clause has a row, and what a row names exists."""

import json
import re
from pathlib import Path
from typing import NamedTuple

import pytest

import schemas
from hub.api.app import create_app
from hub.settings import Settings

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/policy.md"
CLAUSES = 58
TEST = re.compile(r"`([\w/]+\.py)::(test_\w+)`")
STORY = re.compile(r"stories ([SN]\d\d)")
STATES = ("stands", "partly", "not yet")


class Row(NamedTuple):
    number: int
    clause: str
    carried: str
    state: str
    tests: str
    lacks: str


def _row(line: str) -> Row:
    number, *cells = (cell.strip() for cell in line.strip("|").split("|"))
    return Row(int(number), *cells)


ROWS = [_row(line) for line in PAGE.read_text("utf-8").splitlines() if re.match(r"\| \d", line)]


def test_every_clause_has_a_row() -> None:
    assert [row.number for row in ROWS] == list(range(1, CLAUSES + 1))
    assert len({row.clause for row in ROWS}) == CLAUSES


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row.number))
def test_what_a_row_names_exists(row: Row) -> None:
    assert row.state in STATES
    named, stories = TEST.findall(row.tests), STORY.findall(row.tests)
    assert bool(named or stories) == (row.state != "not yet")
    assert (row.state == "stands") == (row.lacks == "") or row.state == "not yet"
    for file, name in named:
        assert re.search(rf"^(async )?def {name}\(", (ROOT / "tests" / file).read_text(), re.MULTILINE), name
    told = json.loads((ROOT / "tests/law/data/scenarios.json").read_text())
    assert set(stories) <= {story["id"] for story in told["scenarios"]}
    left = TEST.sub("", STORY.sub("", row.tests))
    assert not left.strip(" ,"), "something that is no test"


def _words(told: str) -> set[str]:
    """Kinds and jobs that a text names, and members of documents."""
    plain = "dispute|referral|mediator|task|objection|guidance|consultation|withdrawal|performance"
    return set(re.findall(rf"`([a-z]+_[a-z_]+|{plain}|satisfaction|complaint|snapshot|correction)`", told))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row.number))
def test_a_row_names_a_kind_an_address_or_a_job(row: Row) -> None:
    jobs = {file.stem for file in (ROOT / "dags").glob("*.py")}
    named = _words(row.carried) & (set(schemas.kinds()) | jobs)
    assert named or re.search(r"`(GET|POST) /v1/", row.carried)


def test_kinds_addresses_and_jobs_exist() -> None:
    told = " ".join(row.carried for row in ROWS)
    paths = create_app(Settings(data_dir=Path("unused"))).openapi()["paths"]
    for method, path in re.findall(r"`(GET|POST) (/v1/[^`]+)`", told):
        assert method.lower() in paths[path]
    jobs = {file.stem for file in (ROOT / "dags").glob("*.py")}
    kinds = set(schemas.kinds())
    words = _words(told)
    assert words <= kinds | jobs | {"host_unit", "parent_unit", "brand_studio"}
    assert len(words & kinds) > 20
    assert len(words & jobs) > 5
