"""What the commands share: settings of this call, output for people or programs, running a coroutine."""

import asyncio
import getpass
import sys
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NoReturn, TypeVar

import orjson
import typer

from hub import settings as settings_of
from hub.errors import Fault, Refused
from hub.logs import to_stderr
from hub.settings import Settings

if TYPE_CHECKING:
    from rich.console import Console

T = TypeVar("T")
UNSTATED: Final = "未说明理由 no reason given"
"""What stands in the log where a program acted and said no reason."""
Reason = Annotated[str, typer.Option("--reason", help="理由,写入存证 goes into the evidence log")]
OwnReason = Annotated[
    str | None, typer.Option("--reason", help="理由,写入存证;不给则询问 goes into the log, else asked for")
]
"""A reason that `reason_of` completes."""


@dataclass(frozen=True, slots=True)
class State:
    """Global options of one call."""

    data_dir: Path | None
    as_json: bool

    def settings(self, **overrides: object) -> Settings:
        """The settings of this call. Raises Misconfigured."""
        return settings_of.load({"data_dir": self.data_dir, **overrides})


def state_of(context: typer.Context) -> State:
    """The global options."""
    found: State = context.obj
    return found


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end."""
    return asyncio.run(work)


def operator() -> str:
    """Whose command it is, as the log records it."""
    return f"cli:{getpass.getuser()}"


def reasoned(reason: str) -> str:
    """The reason of an act, before its work begins. Raises Refused without one."""
    if not reason.strip():
        raise Refused("rule", Fault("reason-missing", pointer="/reason"))
    return reason.strip()


def reason_of(state: State, given: str | None) -> str:
    """The reason of an act that the contract's command line names without one.

    A person at a terminal is asked. A program that gives none is on record as having given none, which
    `doctor` counts. Raises Refused for an empty one.
    """
    if given is not None:
        return reasoned(given)
    if state.as_json or not sys.stdin.isatty():
        return UNSTATED
    return reasoned(typer.prompt("理由,写入存证 reason, goes into the evidence log", err=True))


def console(*, stderr: bool = False) -> "Console":
    """Where text for people goes. Rich is imported when something is to be shown."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False)


def log_to_stderr(settings: Settings) -> None:
    """Logs of a long-running process: ids, codes and places, never a value."""
    to_stderr(settings.log_level, settings.log_format)


def say(text: str) -> None:
    """A line for a person, on standard error: standard output is the command's result."""
    console(stderr=True).print(text)


def refusal_text(refused: Refused) -> str:
    """A refusal for a person: what, then each place with its rule, in both languages."""
    from hub.api.rules import rule_text  # knows every rule of every room: imported when one was broken
    from hub.api.texts import TITLES

    lines = [" · ".join(TITLES[refused.code])]
    for fault in refused.faults:
        place = " ".join(p for p in (fault.record, fault.pointer, fault.native) if p)
        lines.append(f"  {place}: {rule_text(fault, 'zh')} · {rule_text(fault, 'en')}")
    return "\n".join(lines)


def fail(text: str) -> NoReturn:
    """A sentence and exit status 1."""
    console(stderr=True).print(f"[red]错误 error[/red] {text}", soft_wrap=True)
    sys.exit(1)


def show(
    state: State,
    rows: Sequence[Mapping[str, object]],
    title: str,
    columns: Sequence[str] | None = None,
    width: int = 0,
) -> None:
    """Rows as a table, `width` characters wide if the terminal is narrower, or as JSON."""
    if state.as_json:
        sys.stdout.write(orjson.dumps(list(rows), default=str).decode() + "\n")
        return
    names = columns or (list(rows[0]) if rows else [])
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for name in names:
        table.add_column(name)
    for row in rows:
        table.add_row(*(_cell(row.get(name)) for name in names))
    shown = console()
    shown.width = max(shown.width, width)
    shown.print(table)


def result(state: State, value: Mapping[str, object], text: str) -> None:
    """One result: a sentence, or JSON."""
    sys.stdout.write((orjson.dumps(dict(value), default=str).decode() if state.as_json else text) + "\n")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, (list, tuple, set, frozenset)):
        return " ".join(str(v) for v in value)
    return str(value)
