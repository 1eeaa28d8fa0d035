"""Papers bound into a file that was set before, in a confined process: a hostile one costs little here.

The process is `hub.exchange.bound_worker`, one for each file. It says how many pages each paper has, so that
the file can leave room for them, and then draws them there.
"""

import contextlib
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import IO, Any, Final, Self

import orjson

from hub.confined import command

SECONDS: Final = 30
"""Of the processor, for one file: 1200 scanned pages take 4, 3000 pages of text 17."""
PATIENCE: Final = 120
"""Seconds after which a process that has not answered, its start included, is taken for dead."""
MOST_PAGES: Final = 200
"""Of one paper: a longer one is named and not bound."""
_WORKER: Final = "hub.exchange.bound_worker"
_LONGEST: Final = 1024 * 1024
_LARGEST: Final = 96 * 1024 * 1024
"""Of the file: papers are copied as they are, so one twice as large as they may be is no honest one."""


class Unbound(Exception):
    """The papers could not be bound: no process, none in time, or it died of them."""


class Binder:
    """Binds papers; `pages` has the pages of each, 0 for one that cannot be bound."""

    def __init__(self, papers: Sequence[bytes], seconds: int = SECONDS) -> None:
        self._papers = papers
        self._seconds = seconds
        self.pages: list[int] = []

    def __enter__(self) -> Self:
        """Start the process and have it count. Raises Unbound."""
        try:
            self._worker = subprocess.Popen(  # noqa: S603  our own interpreter and module
                command(_WORKER, str(self._seconds)),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={},
                cwd="/",
            )
        except OSError as e:
            raise Unbound from e
        self._watch = threading.Timer(PATIENCE, self._worker.kill)
        self._watch.start()
        try:
            sizes = [len(paper) for paper in self._papers]
            told = self._ask({"sizes": sizes, "most": MOST_PAGES}, self._papers)
            self.pages = [int(n) for n in told["pages"]]
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process."""
        self._end()

    def bind(self, base: bytes, places: Sequence[Mapping[str, object]]) -> bytes:
        """The file with each place filled. Raises Unbound.

        A place: `paper`, its `page`, `at` (the file's page), from 0; `area`: left, bottom, width, height.
        """
        size = int(self._ask({"size": len(base), "places": list(places)}, [base])["size"])
        content = self._pipes()[1].read(size) if size <= _LARGEST else b""
        if len(content) != size:
            raise Unbound
        return content

    def _ask(self, told: Mapping[str, object], bodies: Sequence[bytes]) -> dict[str, Any]:
        sink, source = self._pipes()
        with _gone():
            sink.write(orjson.dumps(told) + b"\n")
            for body in bodies:
                sink.write(body)
            sink.flush()
            answer: dict[str, Any] = orjson.loads(source.readline(_LONGEST))
        return answer

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        """To the process, and from it."""
        if self._worker.stdin is None or self._worker.stdout is None:
            raise Unbound
        return self._worker.stdin, self._worker.stdout

    def _end(self) -> None:
        self._watch.cancel()
        self._worker.kill()
        with contextlib.suppress(BrokenPipeError), self._worker:
            pass


@contextlib.contextmanager
def _gone() -> Iterator[None]:
    """A process that died answers nothing."""
    try:
        yield
    except (OSError, orjson.JSONDecodeError) as e:
        raise Unbound from e
