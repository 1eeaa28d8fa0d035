"""Commands that furnish a hub before a test begins, without a process for each.

The same command line as `liantiao …`, run to its end in a thread of this process: a Python of its own takes
a second to begin, and a hub takes half a dozen commands. Tests of the command line itself start processes.
"""

import threading
from collections.abc import Mapping

from typer.testing import CliRunner, Result

from hub.cli.main import app


def command(arguments: tuple[str, ...], environment: Mapping[str, str]) -> str:
    """What a command printed. It must succeed."""
    done: list[Result] = []

    def work() -> None:
        done.append(CliRunner().invoke(app, list(arguments), env=dict(environment)))

    thread = threading.Thread(target=work)  # its own event loop: the test may be in one
    thread.start()
    thread.join()
    (result,) = done
    assert result.exit_code == 0, (arguments, result.output, result.exception)
    return result.stdout
