"""Lists that the hub fetches: from a folder, a page or an SFTP server that the configuration names.

What was fetched is kept sealed as if its system had uploaded it, so that a second run of the day finds it
even when it is gone from its place. Folders only below those that the settings allow; pages and servers only
where the gate for push addresses lets, without redirects or a proxy of the environment. What cannot be
fetched is silence with its reason; the night goes on.
"""

import asyncio
import os
import stat
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import unquote, urlsplit
from uuid import UUID, uuid5

import aiohttp

from hub.exchange import blobs
from hub.exchange.hub import Hub
from hub.exchange.push_address import Gate, GuardedResolver
from hub.exchange.snapshot_config import NAME
from hub.law.calendar import end_of_day
from hub.nightly.cells import Cell
from hub.nightly.manifest import Manifest, Source, Told, read
from hub.nightly.night import Night
from hub.nightly.not_had import NotHad, of_system
from hub.translate.registry import MAX_LIST

_SPACE: Final = UUID("0198f3a2-7c00-7000-8000-736e61707368")
_SOURCES: Final[Mapping[str, Source]] = {"file": "folder", "sftp": "sftp"}
_TIMEOUT: Final = aiohttp.ClientTimeout(total=300, sock_connect=10)
_BEFORE: Final = """
SELECT files, collected_at FROM snapshot
 WHERE day = $1 AND system = $2 AND dataset = $3 AND source = $4 AND state <> 'replaced' AND files <> '{}'
 ORDER BY collected_at DESC LIMIT 1
"""


class Fetched(NamedTuple):
    """The manifests of what could be fetched, its content kept; those of what could not, which say why."""

    had: list[Manifest]
    not_had: list[Manifest]


async def fetched(night: Night, where: Cell) -> Fetched:
    """What the configuration tells the hub to fetch for a cell."""
    said = night.hub.registry.config(NAME, night.interval.starts)
    entries = said if isinstance(said, list) else []
    found = Fetched([], [])
    for entry in entries:
        if "from" in entry and entry["system"] in where.systems and entry["unit"] in where.units:
            made = await _fetched(night, entry)
            (found.had if made.files else found.not_had).append(made)
    return found


async def _fetched(night: Night, entry: Mapping[str, Any]) -> Manifest:
    hub, day = night.hub, night.interval.day
    address = _address(entry["from"], day)
    source = _SOURCES.get(urlsplit(address).scheme, "https")
    try:
        content = await _content(hub, address, entry.get("host_key", ""))
    except NotHad as lost:
        return await _earlier(night, entry, source) or _not_had(hub, entry, day, source, lost)
    now = hub.clock()
    async with hub.database.writing() as conn:
        digest = (await blobs.keep(conn, hub.sealer, entry["system"], content, now)).digest
    return _manifest(hub, entry, day, (source, digest), now)


async def _earlier(night: Night, entry: Mapping[str, Any], source: Source) -> Manifest | None:
    """What an earlier run of the day fetched."""
    hub, day = night.hub, night.interval.day
    async with hub.database.connection() as conn:
        row = await conn.fetchrow(_BEFORE, day, entry["system"], entry["dataset"], source)
    return row and _manifest(hub, entry, day, (source, row["files"][0]), row["collected_at"])


def _not_had(hub: Hub, entry: Mapping[str, Any], day: date, source: Source, lost: NotHad) -> Manifest:
    now = hub.clock()
    return Manifest(
        id=uuid5(_SPACE, f"{day}|{entry['system']}|{entry['dataset']}|{source}|not-had"),
        day=day,
        system=entry["system"],
        unit=entry["unit"],
        dataset=entry["dataset"],
        files=(),
        told=None,
        coverage=(),
        complete=False,
        cut_off=min(end_of_day(day), now),
        format=entry["format"],
        received_at=now,
        source=source,
        problems=({"field": "", "code": "no-list", "why": lost.why, **lost.told},),
    )


def _manifest(
    hub: Hub, entry: Mapping[str, Any], day: date, what: tuple[Source, str], now: datetime
) -> Manifest:
    """As if the system had said it; a fetched list ends with its day."""
    source, digest = what
    system = hub.registry.systems[entry["system"]]
    sid = uuid5(_SPACE, f"{day}|{system.id}|{entry['dataset']}|{digest}")
    told = Told(sid, system.id, entry["unit"], now, source, frozenset(system.units))
    document = {
        "dataset": entry["dataset"],
        "business_date": day.isoformat(),
        "blob": digest,
        "format": entry["format"],
        "complete": entry.get("complete", False),
        "coverage": entry.get("coverage") or [entry["unit"]],
        "cut_off": end_of_day(day).isoformat(),
    }
    return read(told, document)


def _address(template: str, day: date) -> str:
    return template.replace("{day}", day.isoformat()).replace("{yyyymmdd}", f"{day:%Y%m%d}")


async def _content(hub: Hub, address: str, host_key: str) -> bytes:
    """What lies at an address. Raises NotHad."""
    parts, gate = urlsplit(address), Gate(hub.settings.push_allow)
    match parts.scheme:
        case "file":
            return await asyncio.to_thread(_of_file, Path(unquote(parts.path)), hub.settings.snapshot_folders)
        case "sftp":
            from hub.nightly import sftp  # slow to import

            key = hub.settings.data_dir / sftp.KEY_FILE
            return await asyncio.to_thread(sftp.read, address, host_key, key, gate, MAX_LIST)
        case _:
            return await _of_page(gate, address)


async def _of_page(gate: Gate, address: str) -> bytes:
    try:
        gate.check_literal(address)
        async with (
            aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(resolver=GuardedResolver(gate)),
                timeout=_TIMEOUT,
                trust_env=False,
            ) as session,
            session.get(address, allow_redirects=False) as answer,
        ):
            if answer.status != 200:
                raise NotHad("http-status", status=answer.status)
            content = bytearray()
            async for part in answer.content.iter_chunked(1 << 16):
                content += part
                if len(content) > MAX_LIST:
                    raise NotHad("too-large")
            return bytes(content)
    except aiohttp.ClientConnectorCertificateError as e:
        raise NotHad("certificate") from e
    except aiohttp.ClientSSLError as e:
        raise NotHad("no-common-protocol") from e
    except aiohttp.ClientConnectorError as e:
        raise of_system(e.os_error, "no-connection") from e
    except OSError as e:
        raise of_system(e, "no-connection") from e
    except aiohttp.ClientError as e:
        raise NotHad("no-connection") from e


def _of_file(path: Path, folders: Sequence[str]) -> bytes:
    """A regular file of bearable size, no link, in or below an allowed folder once links are followed."""
    try:
        lies = path.parent.resolve(strict=True)
        if not any(lies.is_relative_to(Path(folder).resolve()) for folder in folders):
            raise NotHad("place-not-allowed")
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as e:
        raise of_system(e, "no-access") from e
    with os.fdopen(handle, "rb") as file:
        told = os.fstat(file.fileno())
        if not stat.S_ISREG(told.st_mode):
            raise NotHad("not-a-file")
        if told.st_size > MAX_LIST:
            raise NotHad("too-large")
        return file.read(MAX_LIST)
