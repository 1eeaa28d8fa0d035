"""`todo`: what an agency system's units must do, as a page with its forms beside it. Knows no database."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

import typer

from hub.cli.agent import Client, Issuer, Key, with_agent
from hub.cli.common import State, result, state_of
from hub.client.agent import Agent
from hub.client.session import Call

PAGE: Final = "todo.html"
_AS: Final = {
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
"""A form to print, and the same to write in."""


def register(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command()(todo)


def todo(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="存放网页和表单的目录 where the page and its forms go")],
    key: Key,
    client: Client,
    issuer: Issuer = None,
    most: Annotated[int, typer.Option("--max", min=1, max=500, help="至多几件 at most")] = 100,
) -> None:
    """待办事项及填好的表单 What is to be done, with the forms filled in."""
    state = state_of(context)
    with_agent(state, key, client, issuer, lambda a: _fetch(state, a, folder, most))


async def _fetch(state: State, agent: Agent, folder: Path, most: int) -> None:
    """The page first, then each form it names; the page's links are led to the files beside it."""
    wanted = {"limit": str(most)}
    listed = await agent.json(Call("GET", "/v1/todo", wanted, {"Accept": "application/json"}))
    page = (await agent.call(Call("GET", "/v1/todo", wanted, {"Accept": "text/html"}))).content.decode()
    files: dict[str, bytes] = {}
    addresses = _addresses(listed["todo"])
    for address in addresses:
        for media, ending in _AS.items():
            asked = Call("GET", address, headers={"Accept": media})
            files[f"{_name(address)}{ending}"] = (await agent.call(asked)).content
        page = page.replace(f'href="{address}"', f'href="{_name(address)}.pdf"')
    await asyncio.to_thread(_keep, folder, {**files, PAGE: page.encode()})
    tasks = listed["tasks"] if isinstance(listed["tasks"], list) else []
    told = {"page": str(folder / PAGE), "todo": listed["todo"], "tasks": tasks, "more": listed["more"]}
    said = f"表单 forms: {len(addresses)} · 任务 tasks: {len(tasks)}"
    result(state, told, f"待办网页 page: {folder / PAGE} · {said}")


def _keep(folder: Path, files: Mapping[str, bytes]) -> None:
    """For the caller's own eyes: the forms name persons."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


def _addresses(items: object) -> list[str]:
    found = (
        str(form["href"]) for item in (items if isinstance(items, list) else ()) for form in item["forms"]
    )
    return list(dict.fromkeys(found))


def _name(address: str) -> str:
    """`/v1/cases/{case}/forms/{form}`, or of a dispute, as the name of a file."""
    _, _, _, owner, _, form = address.split("/")
    return f"{owner}-{form}"
