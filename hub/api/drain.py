"""Learns that the process is told to stop before its server has let the last request end.

Uvicorn closes the application only after every request is answered; a held poll would keep it waiting for
its full time. Touches the process's signal handlers, in the main thread, as long as the block lasts.
"""

import asyncio
import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Final

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


@contextlib.contextmanager
def draining(release: Callable[[], None]) -> Iterator[None]:
    """Call `release` on the running loop when a stop signal comes; the server's own handler goes on."""
    if threading.current_thread() is not threading.main_thread():
        yield  # a test's server in a thread gets no signals
        return
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in _SIGNALS}

    def on_signal(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(release)
        handler = before[signal.Signals(number)]
        if callable(handler):
            handler(number, frame)

    for number, handler in before.items():
        if callable(handler):
            signal.signal(number, on_signal)
    try:
        yield
    finally:
        for number, handler in before.items():
            if signal.getsignal(number) is on_signal:
                signal.signal(number, handler)
