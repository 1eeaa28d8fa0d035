"""The command line's root: global options, command families, and errors as a sentence with a way out."""

import sys
from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer

from hub.cli.common import State, fail, refusal_text
from hub.cli.families import LazyGroup
from hub.errors import HubError, Refused

app = typer.Typer(
    cls=LazyGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="联调 · 一庭两所数据交换中枢  the exchange hub of tribunals, police stations, judicial offices",
)


@app.callback()
def root(
    context: typer.Context,
    data_dir: Annotated[Path | None, typer.Option("--data-dir", help="数据目录 data directory")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="供程序读取 for programs")] = False,
) -> None:
    """Options of every command."""
    context.obj = State(data_dir, as_json)


@app.command()
def version() -> None:
    """版本 the program's version."""
    typer.echo(metadata.version("liantiao"))


def main() -> None:
    """Entry point: a mistake of the user's is a sentence and exit status 1, never a traceback."""
    try:
        status = app(
            _arguments(sys.argv[1:]), standalone_mode=False
        )  # what `typer.Exit` says comes back as a value
    except typer.Abort:
        sys.exit(130)
    except Refused as e:
        fail(refusal_text(e))
    except HubError as e:
        fail(str(e))
    except Exception as e:  # noqa: BLE001  click's own usage errors share no other base we may import
        _usage(e)
    else:
        sys.exit(status if isinstance(status, int) else 0)


def _arguments(given: list[str]) -> list[str]:
    """`--json` may stand anywhere: a program adds it at the end of whatever it calls."""
    words = given[: given.index("--")] if "--" in given else given
    return (
        ["--json", *(w for w in words if w != "--json"), *given[len(words) :]] if "--json" in words else given
    )


def _usage(error: Exception) -> None:
    show = getattr(error, "show", None)
    if show is None:
        raise error
    show()
    sys.exit(getattr(error, "exit_code", 2))
