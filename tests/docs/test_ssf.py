"""The page of the transmitter plan: each module has a row with a state, and the tests it names exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/ssf.md").read_text("utf-8")
MODULES = 30
NAMED = re.compile(r"`(test_\w+\.py)::(test_\w+)`")
LINES = re.findall(r"^\| OIDSSF.*$", PAGE, re.MULTILINE)
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in LINES]


def test_every_module_has_one_row() -> None:
    assert len({row[0] for row in ROWS}) == len(ROWS) == MODULES


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_row_is_shown_by_tests_or_says_why_not(row: list[str]) -> None:
    _, state, shown, why = row
    assert state in {"passed", "not applicable"}
    assert bool(NAMED.findall(shown)) == (state == "passed")
    assert why or state == "passed"
    assert not NAMED.sub("", shown).strip(" ,"), "something that is no test"


def test_what_the_page_names_exists() -> None:
    for file, name in NAMED.findall(PAGE):
        text = (ROOT / "tests/contract" / file).read_text("utf-8")
        assert re.search(rf"^def {name}\(", text, re.MULTILINE), name
    for place in re.findall(r"\]\(([^)]+)\)", PAGE):
        assert (ROOT / "docs" / place).exists(), place
