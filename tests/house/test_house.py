"""What the house promises: documented settings, codes and words; links that lead somewhere; locks."""

import ast
import json
import re
from pathlib import Path
from typing import get_args

import pytest

import schemas
from hub.errors import STATUS
from hub.nightly.not_had import WORDS, Why
from hub.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
MODULES = [
    p
    for folder in ("hub", "adapters", "schemas", "bench")
    for p in sorted((ROOT / folder).rglob("*.py"))
    if "types" not in p.parts
]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "adapters").rglob("*.md")])


def text(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


@pytest.mark.parametrize("name", sorted(Settings.__dataclass_fields__))
def test_every_setting_has_its_line(name: str):
    assert f"`{PREFIX}{name.upper()}`" in text("docs/operations.md")
    assert f"`{name.upper()}`" in text("README.md")


@pytest.mark.parametrize("code", sorted(STATUS))
def test_every_code_has_its_line(code: str):
    assert f"`{code}`" in text("docs/integrators.md")


def test_every_reason_why_a_list_was_not_had_has_its_words():
    assert set(WORDS) == set(get_args(Why))
    assert {why for why in WORDS if f"`{why}`" not in text("docs/operations.md")} == set()


def test_every_kind_state_and_role_is_in_the_glossary():
    glossary = text("docs/glossary.md")
    words = set(schemas.kinds())
    for file in (ROOT / "hub/law/machines").glob("*.json"):
        machine = json.loads(file.read_text("utf-8"))
        words |= {machine["machine"], *machine["roles"], *(s["id"] for s in machine["states"])}
    assert {w for w in words if f"`{w}`" not in glossary} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path):
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8"))
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("module", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_module_says_what_lives_there(module: Path):
    assert ast.get_docstring(ast.parse(module.read_text("utf-8")))


@pytest.mark.parametrize("name", ["hub", "airflow", "dev"])
def test_requirements_are_locked_with_hashes_and_name_no_index(name: str):
    lock = text(f"requirements/{name}.txt")
    assert "://" not in lock
    pinned = re.findall(r"^[a-z0-9][^\n]*==", lock, re.MULTILINE)
    assert len(pinned) <= lock.count("--hash=sha256:")
    assert pinned


def test_the_hub_decides_by_role_and_never_by_agency():
    """Tables name roles; an agency's name in the deciding rooms would be a rule outside the tables."""
    rooms = [p for room in ("law", "exchange", "store", "trust") for p in (ROOT / "hub" / room).glob("*.py")]
    compared = re.compile(r"agency\s*(==|!=|in)\s*[\"'{(\[]")
    assert [p.name for p in rooms if compared.search(p.read_text("utf-8"))] == []
