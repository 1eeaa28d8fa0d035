"""Bodies beyond an ordinary message's size: how many of one system are in memory at one time.

A rate says how often a system may come, not how much it holds while it is here: a thousand packages on their
way would be sixteen gigabytes. Knows systems by id alone; touches nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from hub.errors import Fault, Refused


class Bulky:
    """The large bodies of one process."""

    def __init__(self, ordinary: int, most: int) -> None:
        """`ordinary`: bytes that count as nothing; `most`: bodies beyond them, of one system."""
        self._ordinary = ordinary
        self._most = most
        self._here: Counter[str] = Counter()

    @contextmanager
    def of(self, system: str) -> Iterator[Callable[[int], None]]:
        """To be told how many bytes of a body are here; it has its place until the end of the block.

        What is told raises Refused `busy` when the system has as many large ones here as it may.
        """
        counted = False

        def held(size: int) -> None:
            nonlocal counted
            if counted or size <= self._ordinary:
                return
            if self._here[system] >= self._most:
                raise Refused("busy", Fault("bodies-at-a-time", args=(str(self._most), str(self._ordinary))))
            self._here[system] += 1
            counted = True

        try:
            yield held
        finally:
            if counted:
                self._here[system] -= 1
                if not self._here[system]:
                    del self._here[system]
