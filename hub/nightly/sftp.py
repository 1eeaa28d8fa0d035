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
from hub.nightly.not_had import NotHad, of_system

KEY_FILE: Final = "sftp_key"
"""Private key in OpenSSH's form, in the data directory; the agency is given its public half."""
_PORT: Final = 22
_PATIENCE: Final = 10.0
_WHOLE: Final = 300.0
_PART: Final = 1 << 15
_DIGEST_FILE: Final = 1024
_RSA: Final = ("rsa-sha2-512", "rsa-sha2-256")


def read(address: str, host_key: str, key_file: Path, gate: Gate, most: int) -> bytes:
    """The file at `sftp://user@host[:port]/path`, at most `most` bytes. Raises NotHad."""
    key = _own_key(key_file)
    try:
        with _session(address, host_key, key, gate) as sftp:
            return _whole(sftp, unquote(urlsplit(address).path), most)
    except OSError as e:
        raise of_system(e, "no-connection") from e
    except paramiko.IncompatiblePeer as e:
        raise NotHad("no-common-protocol") from e
    except paramiko.AuthenticationException as e:
        raise NotHad("login") from e
    except (EOFError, ValueError, paramiko.SSHException) as e:
        raise NotHad("no-connection") from e


def _own_key(file: Path) -> paramiko.PKey:
    try:
        return paramiko.PKey.from_path(file)
    except (OSError, ValueError, paramiko.SSHException) as e:
        raise NotHad("own-key") from e


@contextmanager
def _session(address: str, host_key: str, own: paramiko.PKey, gate: Gate) -> Iterator[Any]:
    parts = urlsplit(address)
    name, told = host_key.split(" ")
    with closing(paramiko.Transport(_connected(parts.hostname or "", parts.port or _PORT, gate))) as line:
        line.banner_timeout = line.auth_timeout = _PATIENCE
        line.get_security_options().key_types = _RSA if name == "ssh-rsa" else (name,)
        line.start_client(timeout=_PATIENCE)
        if line.get_remote_server_key().get_base64() != told:
            raise NotHad("host-key")
        line.auth_publickey(unquote(parts.username or ""), own)
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
    _look(sftp, path, most)  # what is not there at all has no digest either
    told = _told(sftp, path, ends)
    content = _content(sftp, path, most, ends)
    if told != sha256(content).hexdigest():
        raise NotHad("digest")
    return content


def _told(sftp: Any, path: str, ends: float) -> str:  # noqa: ANN401  paramiko has no types
    """The digest that the agency tells of its file."""
    beside = f"{path}.sha256"
    try:
        said = _content(sftp, beside, _DIGEST_FILE, ends)
    except NotHad as e:
        raise NotHad("too-slow" if e.why == "too-slow" else "no-digest") from e
    except FileNotFoundError as e:
        raise NotHad("no-digest") from e
    told = re.match(rb"[0-9a-fA-F]{64}(?=\s|$)", said)
    if told is None:
        raise NotHad("no-digest")
    return told[0].decode("ascii").lower()


def _content(sftp: Any, path: str, most: int, ends: float) -> bytes:  # noqa: ANN401  paramiko has no types
    _look(sftp, path, most)
    content = bytearray()
    with sftp.open(path, "rb", _PART) as file:
        while part := file.read(_PART):
            content += part
            if len(content) > most:
                raise NotHad("too-large")
            if time.monotonic() > ends:
                raise NotHad("too-slow")
    return bytes(content)


def _look(sftp: Any, path: str, most: int) -> None:  # noqa: ANN401  paramiko has no types
    """Raises FileNotFoundError, NotHad: nothing, or no regular file of bearable size."""
    about = sftp.lstat(path)
    if about.st_mode is None or not stat.S_ISREG(about.st_mode):
        raise NotHad("not-a-file")
    if (about.st_size or 0) > most:
        raise NotHad("too-large")
