"""`mediator`: which numbers are one person's, as a person says it; each change with its reason."""

from typing import Annotated
from uuid import UUID

import typer

from hub.cli.changing import changing
from hub.cli.common import Reason, result, run, show, state_of
from hub.errors import Fault, Refused
from hub.store import mediators
from hub.store.mediators import Number

_COLUMNS = ("system", "mediator", "unit", "action", "valid_from", "person")

mediator = typer.Typer(help="调解员编号的合并 several numbers of one mediator", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.add_typer(mediator, name="mediator")


@mediator.command("list")
def mediator_list(
    context: typer.Context, limit: Annotated[int, typer.Option(min=1, max=10000)] = 1000
) -> None:
    """列出编号及其合并(不含姓名) List the numbers and whose are joined; no names."""
    state = state_of(context)
    rows = run(changing(state.settings(), "", lambda c, _: mediators.listed(c, limit)))
    show(state, rows, "调解员编号 mediators' numbers", _COLUMNS)


@mediator.command("merge")
def mediator_merge(
    context: typer.Context,
    ids: Annotated[list[str], typer.Option("--id", help="接入系统:编号 SYSTEM:NUMBER, twice or more")],
    reason: Reason,
) -> None:
    """将数个编号合并为同一人 Join numbers as one person's."""
    state = state_of(context)
    numbers = [_number(text, n) for n, text in enumerate(ids)]
    person = run(changing(state.settings(), reason, lambda c, a: mediators.merge(c, numbers, a)))
    result(state, {"person": str(person)}, f"已合并 joined: {person}")


@mediator.command("undo")
def mediator_undo(context: typer.Context, person: UUID, reason: Reason) -> None:
    """撤销合并 Take a join apart."""
    state = state_of(context)
    run(changing(state.settings(), reason, lambda c, a: mediators.undo(c, person, a)))
    result(state, {"person": str(person), "state": "undone"}, f"已撤销合并 undone: {person}")


def _number(text: str, n: int) -> Number:
    system, separator, ref = text.partition(":")
    if not (system and separator and ref):
        raise Refused("schema", Fault("mediator-numbers", f"/ids/{n}", args=(str(mediators.MOST),)))
    return Number(system, ref)
