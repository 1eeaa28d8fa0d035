"""The tables "Who may do what" of docs/operations.md, walked through the doors: HTTP, database, source."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, cast

import asyncpg
import httpx
import pytest

from hub.client.agent import Agent
from hub.exchange.effects import _EFFECTS
from hub.store.address import Address
from hub.store.secrets import Role
from tests.http.administering import Admin
from tests.live import LiveHub

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = (ROOT / "docs/operations.md").read_text("utf-8")
PART: Final = PAGE.split("## Who may do what")[1].split("\n## ")[0]
CODE: Final = re.compile(r"`([^`]+)`")
QUESTIONS: Final = {"/v1/admin/routing"}
"""Asked by POST, change nothing."""


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


ROWS: Final = [_cells(line) for line in PART.splitlines() if line.startswith("|")]
REFUSED: Final = [
    (CODE.findall(row[0])[0], statement)
    for row in ROWS
    if row[0].startswith("`liantiao_")
    for statement in CODE.findall(row[2])
]
ACTS: Final = {
    act: row[2] for row in ROWS if len(row) == 4 and row[0].startswith("`") for act in CODE.findall(row[0])
}


def _operations(hub: LiveHub) -> Iterator[tuple[str, str]]:
    paths = httpx.get(f"{hub.issuer}/openapi.json").json()["paths"]
    for path, found in paths.items():
        if path.startswith("/v1/admin/"):
            yield from ((method.upper(), path) for method in found)


async def test_every_administrators_call_asks_who_and_why(hub: LiveHub, police: Agent, admin: Admin):
    operations = list(_operations(hub))
    assert len(operations) > 30
    tokens = {"police": await police.token(), "admin": await admin.agent.token()}
    async with httpx.AsyncClient(base_url=hub.issuer, trust_env=False) as http:

        async def status(method: str, path: str, who: str | None, reason: str | None = None) -> int:
            address = re.sub(r"\{\w+\}", "01a21a00-0000-7000-8000-000000000000", path)
            headers = {"Authorization": f"Bearer {tokens[who]}"} if who else {}
            params = {} if reason is None else {"reason": reason}
            return (await http.request(method, address, headers=headers, params=params)).status_code

        for method, path in operations:
            assert await status(method, path, None, "试验 test") == 401, path
            assert await status(method, path, "police", "试验 test") == 403, path
            if method != "GET" and path not in QUESTIONS:
                assert await status(method, path, "admin") == 400, path
                assert await status(method, path, "admin", "   ") == 400, path


@pytest.mark.parametrize(("role", "statement"), REFUSED)
async def test_the_database_refuses(server: Address, hub: LiveHub, role: str, statement: str):
    address = Address(hub.settings.database_url or "", server.secrets)
    connection = await address.connect(cast("Role", role.removeprefix("liantiao_")))
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    finally:
        await connection.close()


def test_the_page_names_roles_and_refusals():
    assert {role for role, _ in REFUSED} == {"liantiao_owner", "liantiao_hub", "liantiao_reader"}
    assert len(REFUSED) > 15


def test_the_page_names_every_act_and_who_of_them_are_two():
    written = set(_written())
    assert len(written) > 30
    assert written <= set(ACTS)
    composed = {"log-accept", "backup", "backup-with-keys", "discrepancy", "merge", "unmerge", "erasure"}
    assert set(ACTS) <= written | composed
    assert {act for act, persons in ACTS.items() if persons == "2"} == set(_EFFECTS)


def _written() -> Iterator[str]:
    """Names of acts as the source writes them where they are constants."""
    for file in (ROOT / "hub").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _is_act(node.func):
                yield from _names(node.args[1])


def _is_act(called: ast.expr) -> bool:
    named = isinstance(called, ast.Attribute) and called.attr in {"changing", "tell"}
    return named and "dmin" in ast.unparse(called)


def _names(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(name)):
            yield name
        case ast.IfExp(body=body, orelse=other):
            yield from _names(body)
            yield from _names(other)
