"""Whether the configuration `snapshots` is sound: which lists a district expects, where they lie. Pure.

`[{"system", "unit", "dataset", "format", "from"?, "coverage"?, "complete"?, "host_key"?}]`. Without `from`
the agency sends its list itself, and its absence is told. `from` is an address with `{day}` for the
business day (YYYY-MM-DD) or `{yyyymmdd}`: a file (`file:///…`), a page (`https://…`) or a file of an SFTP
server (`sftp://user@host/…`), whose public key is `host_key` as `known_hosts` writes it, without the host.
"""

import re
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

import schemas
from hub.errors import Fault, Refused
from hub.exchange.push_address import is_plain
from hub.strictjson import Json

NAME: Final = "snapshots"
PLACES: Final = ("{day}", "{yyyymmdd}")
_MUST: Final = frozenset({"system", "unit", "dataset", "format"})
_MAY: Final = frozenset({"from", "coverage", "complete", "host_key"})
_MOST: Final = 1000
_HOST_KEY: Final = re.compile(
    r"(ssh-ed25519|ecdsa-sha2-nistp(256|384|521)|ssh-rsa) [A-Za-z0-9+/]{40,2000}={0,2}", re.ASCII
)


def snapshots(value: Json) -> None:
    """Raises Refused 'schema' naming the place that is wrong."""
    if not isinstance(value, list) or len(value) > _MOST:
        raise Refused("schema", Fault("type", "/value"))
    for n, entry in enumerate(value):
        at = f"/value/{n}"
        if not isinstance(entry, dict) or not entry.keys() >= _MUST or entry.keys() - _MUST - _MAY:
            raise Refused("schema", Fault("required", at))
        _entry(entry, at)


def _entry(entry: dict[str, Json], at: str) -> None:
    for name in ("system", "unit"):
        if not isinstance(entry[name], str) or not entry[name]:
            raise Refused("schema", Fault("type", f"{at}/{name}"))
    for name, codes in (("dataset", "dataset"), ("format", "native_format")):
        if entry[name] not in schemas.codes(codes):
            raise Refused("schema", Fault("enum", f"{at}/{name}"))
    if not isinstance(entry.get("complete", False), bool):
        raise Refused("schema", Fault("type", f"{at}/complete"))
    covered = entry.get("coverage", [])
    if not isinstance(covered, list) or not all(isinstance(code, str) for code in covered):
        raise Refused("schema", Fault("type", f"{at}/coverage"))
    if "from" in entry and not _is_source(entry["from"]):
        raise Refused("schema", Fault("snapshot-source", f"{at}/from"))
    _key(entry, at)


def _key(entry: dict[str, Json], at: str) -> None:
    """An SFTP server is known by its key, and by nothing else."""
    by_key, key = str(entry.get("from", "")).startswith("sftp:"), entry.get("host_key")
    if by_key != (key is not None) or not (
        key is None or (isinstance(key, str) and _HOST_KEY.fullmatch(key))
    ):
        raise Refused("schema", Fault("host-key", f"{at}/host_key"))


def _is_source(address: Json) -> bool:
    if not isinstance(address, str) or not any(place in address for place in PLACES):
        return False
    plain = address
    for place in PLACES:
        plain = plain.replace(place, "20260101")
    parts = urlsplit(plain)
    if parts.scheme == "file":
        return not parts.netloc and _is_path(parts.path)
    if parts.scheme == "sftp":
        return _is_server(parts) and _is_path(parts.path)
    return parts.scheme in ("https", "http") and is_plain(plain)


def _is_path(path: str) -> bool:
    return path.startswith("/") and ".." not in unquote(path).split("/")


def _is_server(parts: SplitResult) -> bool:
    """`user@host[:port]`: no password, nothing after the path."""
    try:
        port = parts.port
    except ValueError:
        return False
    plain = not parts.query and not parts.fragment and parts.password is None and port != 0
    return plain and bool(parts.username) and bool(parts.hostname)
