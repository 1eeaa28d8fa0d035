"""A list from an agency's SFTP server: the server's key is the configured one, login is by the hub's own key.

An agency writes the list first and `NAME.sha256` (as `sha256sum` does) last: a list without it, or with
another digest, is not yet whole and is not taken. Connects only where the gate lets; reads these two files.
"""

import re
import socket
import stat
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import paramiko

from hub.exchange.push_address import Forbidden, Gate

KEY_FILE: Final = "sftp_key"
"""Private key in OpenSSH's form, in the data directory; the agency is given its public half."""
_PORT: Final = 22
_PATIENCE: Final = 10.0
_WHOLE: Final = 300.0
_PART: Final = 1 << 15
_DIGEST_FILE: Final = 1024
_RSA: Final = ("rsa-sha2-512", "rsa-sha2-256")


class NotWhole(Exception):
    """The list is not there as a regular file of bearable size with the digest that is told of it."""


def read(address: str, host_key: str, key_file: Path, gate: Gate, most: int) -> bytes | None:
    """The file at `sftp://user@host[:port]/path`, at most `most` bytes. None: it cannot be had whole."""
    try:
        with _session(address, host_key, key_file, gate) as sftp:
            return _whole(sftp, unquote(urlsplit(address).path), most)
    except (OSError, EOFError, ValueError, NotWhole, paramiko.SSHException):
        return None


@contextmanager
def _session(address: str, host_key: str, key_file: Path, gate: Gate) -> Iterator[Any]:
    parts = urlsplit(address)
    name, told = host_key.split(" ")
    key = paramiko.PKey.from_path(key_file)
    with closing(paramiko.Transport(_connected(parts.hostname or "", parts.port or _PORT, gate))) as line:
        line.banner_timeout = line.auth_timeout = _PATIENCE
        line.get_security_options().key_types = _RSA if name == "ssh-rsa" else (name,)
        line.start_client(timeout=_PATIENCE)
        if line.get_remote_server_key().get_base64() != told:
            raise paramiko.SSHException("host key")
        line.auth_publickey(unquote(parts.username or ""), key)
        sftp = paramiko.SFTPClient.from_transport(line)
        if sftp is None:
            raise paramiko.SSHException("no sftp")
        sftp.get_channel().settimeout(_PATIENCE)
        yield sftp


def _connected(host: str, port: int, gate: Gate) -> socket.socket:
    """A connection to an address that the gate admits. Raises Forbidden, OSError."""
    for *_, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        if gate.names(host, port) or gate.admits(ip_address(place[0]), port):
            return socket.create_connection((str(place[0]), port), timeout=_PATIENCE)
    raise Forbidden("address not allowed")


def _whole(sftp: Any, path: str, most: int) -> bytes:  # noqa: ANN401  paramiko has no types
    ends = time.monotonic() + _WHOLE
    said = _content(sftp, f"{path}.sha256", _DIGEST_FILE, ends).decode("ascii")
    content = _content(sftp, path, most, ends)
    told = re.match(r"[0-9a-fA-F]{64}(?=\s|$)", said)
    if told is None or told[0].lower() != sha256(content).hexdigest():
        raise NotWhole
    return content


def _content(sftp: Any, path: str, most: int, ends: float) -> bytes:  # noqa: ANN401  paramiko has no types
    about = sftp.lstat(path)
    if about.st_mode is None or not stat.S_ISREG(about.st_mode) or (about.st_size or 0) > most:
        raise NotWhole
    content = bytearray()
    with sftp.open(path, "rb", _PART) as file:
        while part := file.read(_PART):
            content += part
            if len(content) > most or time.monotonic() > ends:
                raise NotWhole
    return bytes(content)
