"""The server's own HTTP protocol, with an end to what may come beside a body: head, trailers, chunk sizes.

Uvicorn keeps as much of a head as comes, before anybody is asked who he is. A proxy has its own limit; who
reaches the hub itself meets this one.
"""

from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST: Final = 64 * 1024
"""Bytes beside bodies: a head with a signature of 6 KiB and a certificate of 32."""
_REFUSED: Final = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
)


class Bounded(HttpToolsProtocol):
    """One connection."""

    _beside = 0

    def data_received(self, data: bytes) -> None:
        """Bytes of the connection; too many that are no body end it."""
        self._beside += len(data)
        super().data_received(data)
        if self._beside > MOST and not self.transport.is_closing():
            self.transport.write(_REFUSED)
            self.transport.close()

    def on_message_begin(self) -> None:
        """A request begins."""
        self._beside = 0
        super().on_message_begin()

    def on_body(self, body: bytes) -> None:
        """Some of a body; it is worth as much again in chunk sizes."""
        self._beside = max(0, self._beside - 2 * len(body))
        super().on_body(body)
