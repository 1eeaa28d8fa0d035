"""The page of rules on tokens: every rule has a test, and what a row names exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEST = re.compile(r"`([\w/]+\.py)::(test_\w+)`")
LINES = (ROOT / "docs/tokens.md").read_text("utf-8").splitlines()
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in LINES if line.startswith("| ")][1:]


def test_no_rule_is_there_twice() -> None:
    assert len({row[0] for row in ROWS}) == len(ROWS) > 20


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:40])
def test_what_a_row_names_exists(row: list[str]) -> None:
    _, where, tests = row
    for path in re.findall(r"`([^`]+)`", where):
        assert (ROOT / path).exists(), path
    named = TEST.findall(tests)
    assert named
    for file, name in named:
        assert re.search(rf"^(async )?def {name}\(", (ROOT / "tests" / file).read_text(), re.MULTILINE), name
    assert not TEST.sub("", tests).strip(" ,"), "something that is no test"
