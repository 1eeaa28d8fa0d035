"""The awkward realities of native files, each with the tests that show it: every test named exists.

A reality whose test is still to come has an empty place in `realities.csv`.
"""

import ast
import csv
from pathlib import Path

import pytest

HOME = Path(__file__).parent
ROOT = HOME.parents[1]
LAST = 16

with (HOME / "realities.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))
NAMED = sorted({row["test"] for row in ROWS} - {""})


def test_every_reality_is_in_the_table():
    assert {int(row["number"]) for row in ROWS} == set(range(1, LAST + 1))
    assert all(row["reality"].strip() for row in ROWS)


@pytest.mark.parametrize("node", NAMED)
def test_every_test_named_is_there(node: str):
    path, *names = node.split("::")
    here: list[ast.stmt] = ast.parse((ROOT / path).read_text("utf-8")).body
    for name in names:
        found = [n for n in here if isinstance(n, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)]
        (only,) = [n for n in found if n.name == name]
        here = only.body
    assert names
    assert names[-1].startswith("test_")
