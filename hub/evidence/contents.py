"""What lies in a bundle, read into types: every member present, of its type and shape. Nothing believed yet.

Pure. `Contents.read` collects what is wrong instead of stopping at the first fault, so that a report
names every file that was touched.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, TypeVar, get_args

from hub.errors import Refused
from hub.evidence.bundle import FORMAT, Consistency, Event, Key, Opened
from hub.evidence.entries import EventType
from hub.evidence.log import Logged
from hub.evidence.report import Report
from hub.strictjson import Json, loads

_HEX: Final = re.compile(r"[0-9a-f]{64}")
_MAX_JSON: Final = 16 * 1024 * 1024
_ALWAYS: Final = (
    "manifest.json",
    "checkpoint.txt",
    "log-key.txt",
    "message.json",
    "keys.json",
    "events.json",
    "consistency.json",
    "readme.txt",
)
_SENDERS: Final = ("message/protected.txt", "message/signature.txt", "message/body", "receipt.jws")
T = TypeVar("T")


class BadContent(ValueError):
    """A file of the bundle does not have the shape it must have; the text says where in it."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the bundle says of itself."""

    issuer: str
    message: str
    role: str
    unit: str
    part_of: str | None
    records: tuple[str, ...]
    files: dict[str, tuple[int, str]]

    @property
    def origin(self) -> str:
        """The log's name: the issuer without its scheme."""
        return self.issuer.partition("://")[2]


@dataclass(frozen=True, slots=True)
class Contents:
    """The bundle by its parts; None where a part could not be read (the report says why)."""

    files: Mapping[str, bytes]
    manifest: Manifest
    digest: bytes | None
    entry: Opened | None
    keys: tuple[Key, ...]
    events: tuple[Event, ...]
    consistency: tuple[Consistency, ...]

    def text(self, name: str) -> str | None:
        """A file as ASCII or UTF-8 text; None if it is missing or neither."""
        try:
            return self.files[name].decode()
        except (KeyError, UnicodeDecodeError):
            return None


def read(files: Mapping[str, bytes], report: Report) -> Contents | None:
    """The parts of the bundle; None when there is no manifest to go by."""
    manifest = _part(files, "manifest.json", _manifest, report)
    if manifest is None:
        return None
    _compare(files, manifest, report)
    message = _part(files, "message.json", _message, report)
    return Contents(
        files=files,
        manifest=manifest,
        digest=message[0] if message else None,
        entry=message[1] if message else None,
        keys=_part(files, "keys.json", lambda v: tuple(map(_key, _list(v, "keys"))), report) or (),
        events=_part(files, "events.json", lambda v: tuple(map(_event, _list(v, "events"))), report) or (),
        consistency=_part(
            files, "consistency.json", lambda v: tuple(map(_consistency, _list(v, "proofs"))), report
        )
        or (),
    )


def _part(files: Mapping[str, bytes], name: str, make: Callable[[Json], T], report: Report) -> T | None:
    if name not in files:
        report.failed("file", name, "文件缺失 · the file is missing")
        return None
    try:
        return make(loads(files[name], max_bytes=_MAX_JSON))
    except Refused as e:
        rule = e.faults[0].rule if e.faults else e.code
        report.failed("file", name, f"不是合规 JSON({rule})· not strict JSON: {rule}")
    except BadContent as e:
        report.failed("file", name, f"内容不合规 · not of the right shape: {e}")
    return None


def _compare(files: Mapping[str, bytes], manifest: Manifest, report: Report) -> None:
    """Names every file that is missing, foreign, or not the one the manifest lists."""
    wanted = {*_ALWAYS, *(_SENDERS if manifest.role == "sender" else ())}
    listed = set(manifest.files) | {"manifest.json"}
    for name in sorted((listed | wanted) - set(files)):
        report.failed("file", name, "文件缺失 · the file is missing")
    for name in sorted(set(files) - listed):
        report.failed("file", name, "清单未列此文件 · the manifest does not list the file")
    for name in sorted(set(files) - wanted):
        if not name.startswith("tokens/"):
            report.failed("file", name, "不属于此类存证 · a bundle of this role has no such file")
    for name, (size, digest) in manifest.files.items():
        content = files.get(name)
        if content is not None and (len(content), sha256(content).hexdigest()) != (size, digest):
            report.failed("file", name, "与清单的摘要不符 · differs from its digest in the manifest")
    if not report.failures:
        report.passed("file", "manifest.json", "文件齐全且与清单相符 · all files are there, as listed")


def _manifest(value: Json) -> Manifest:
    told = _object(value, "manifest")
    if told.get("format") != FORMAT:
        raise BadContent(f"format must be {FORMAT}")
    role = _string(told, "role")
    if role not in {"sender", "receiver"}:
        raise BadContent("role must be sender or receiver")
    files: dict[str, tuple[int, str]] = {}
    for item in _list(told.get("files"), "files"):
        file = _object(item, "files")
        files[_string(file, "name")] = (_integer(file, "size"), _string(file, "sha256"))
    return Manifest(
        issuer=_string(told, "issuer"),
        message=_string(told, "message"),
        role=role,
        unit=_string(told, "unit"),
        part_of=_string(told, "part_of") if "part_of" in told else None,
        records=tuple(r for r in _list(told.get("records"), "records") if isinstance(r, str)),
        files=files,
    )


def _message(value: Json) -> tuple[bytes, Opened]:
    told = _object(value, "message")
    return _hex(told, "digest"), _opened(told)


def _key(value: Json) -> Key:
    told = _object(value, "key")
    system = _string(told, "system") if "system" in told else None
    return Key(_object(told.get("jwk"), "jwk"), _opened(told) if "entry" in told else None, system)


def _event(value: Json) -> Event:
    told = _object(value, "event")
    kind = told.get("type")
    for known in get_args(EventType):
        if kind == known:
            return Event(
                type=known,
                message=_string(told, "message"),
                delivery=_string(told, "delivery"),
                unit=_string(told, "unit"),
                opened=_opened(told),
                claims=_hex(told, "claims") if "claims" in told else None,
                token=_string(told, "token") if "token" in told else None,
            )
    raise BadContent("type of an event is not known")


def _consistency(value: Json) -> Consistency:
    told = _object(value, "proof")
    return Consistency(_integer(told, "first"), _hashes(told))


def _opened(told: Mapping[str, Json]) -> Opened:
    logged = Logged(_integer(told, "index"), _string(told, "entry"), _hashes(told))
    return Opened(_hex(told, "salt"), logged)


def _hashes(told: Mapping[str, Json]) -> tuple[bytes, ...]:
    return tuple(_base64(item) for item in _list(told.get("hashes"), "hashes"))


def _base64(value: Json) -> bytes:
    try:
        raw = b64decode(value, validate=True) if isinstance(value, str) else b""
    except ValueError as e:
        raise BadContent("hashes must be base64") from e
    if len(raw) != 32 or b64encode(raw).decode() != value:
        raise BadContent("hashes must be base64 of 32 bytes")
    return raw


def _object(value: Json, name: str) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise BadContent(f"{name} must be an object")
    return value


def _list(value: Json, name: str) -> list[Json]:
    if not isinstance(value, list):
        raise BadContent(f"{name} must be a list")
    return value


def _string(told: Mapping[str, Json], name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str):
        raise BadContent(f"{name} must be text")
    return value


def _integer(told: Mapping[str, Json], name: str) -> int:
    value = told.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise BadContent(f"{name} must be a whole number")
    return value


def _hex(told: Mapping[str, Json], name: str) -> bytes:
    value = told.get(name)
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        raise BadContent(f"{name} must be 64 lower-case hex digits")
    return bytes.fromhex(value)
