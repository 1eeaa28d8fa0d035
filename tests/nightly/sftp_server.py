"""An agency's SFTP server on loopback: paramiko's own server over a folder."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import paramiko


@dataclass
class Server:
    """Where it listens, as whom it is known, who may log in; `opened` are the files that were read."""

    port: int
    key: paramiko.PKey
    folder: Path
    welcome: paramiko.PKey
    opened: list[str] = field(default_factory=list)

    @property
    def host_key(self) -> str:
        return f"{self.key.get_name()} {self.key.get_base64()}"


class _Door(paramiko.ServerInterface):
    def __init__(self, server: Server) -> None:
        self.server = server

    def get_allowed_auths(self, username: str) -> str:  # noqa: ARG002  paramiko's signature
        return "publickey"

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        known = username == "hub" and key.get_base64() == self.server.welcome.get_base64()
        return int(paramiko.AUTH_SUCCESSFUL if known else paramiko.AUTH_FAILED)

    def check_channel_request(self, kind: str, chanid: int) -> int:  # noqa: ARG002  paramiko's signature
        return int(paramiko.OPEN_SUCCEEDED)


class _Folder(paramiko.SFTPServerInterface):
    def __init__(self, door: _Door) -> None:
        super().__init__(door)
        self._server = door.server

    def _path(self, path: str) -> Path:
        return self._server.folder / path.lstrip("/")

    def lstat(self, path: str) -> paramiko.SFTPAttributes | int:
        try:
            return paramiko.SFTPAttributes.from_stat(os.lstat(self._path(path)))
        except OSError as e:
            return int(paramiko.SFTPServer.convert_errno(e.errno or 0))

    stat = lstat

    def open(self, path: str, flags: int, attr: object) -> paramiko.SFTPHandle | int:  # noqa: ARG002  paramiko's signature
        self._server.opened.append(path)
        handle = paramiko.SFTPHandle(flags)
        handle.readfile = self._path(path).open("rb")
        return handle


@contextmanager
def sftp_server(folder: Path, welcome: paramiko.PKey) -> Iterator[Server]:
    """Serves the folder until the end of the block."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = Server(listening.getsockname()[1], paramiko.ECDSAKey.generate(), folder, welcome)
    lines: list[paramiko.Transport] = []

    def work() -> None:
        while True:
            try:
                caller, _ = listening.accept()
            except OSError:
                return
            line = paramiko.Transport(caller)
            lines.append(line)
            line.add_server_key(server.key)
            line.set_subsystem_handler("sftp", paramiko.SFTPServer, _Folder)
            line.start_server(event=threading.Event(), server=_Door(server))

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()
        for line in lines:
            line.close()
