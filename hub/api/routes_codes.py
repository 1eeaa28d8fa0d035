"""`/v1/codes`: code lists of the shared form, media types, and the reference data of the database.

Each with where it comes from and from when to when it holds. Nothing in them is about persons or cases.
"""

from datetime import UTC, date, datetime
from typing import Annotated, Any

import asyncpg
from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import JSONResponse

import schemas
from hub.api.auth import Caller, hub_of, requires
from hub.errors import Fault, Refused
from hub.exchange.answers import shown
from hub.exchange.media import MEDIA_TYPES
from hub.store.reference import StoredList, rows_of, stored_lists

router = APIRouter(tags=["look-up"])
MayRead = Annotated[Caller, Depends(requires("messages:read"))]
_SHARED = "1.0"  # of the schemas that use them
_CONTRACT = "接口约定 wire contract 2"


@router.get("/v1/codes")
async def list_codes(request: Request, _: MayRead) -> JSONResponse:
    """Every list with its source and version."""
    async with hub_of(request).database.connection() as conn:
        stored = await stored_lists(conn)
    listed: list[dict[str, Any]] = [{"list": "media-types", "source": _CONTRACT}]
    listed += [{"list": name, "version": _SHARED} for name in schemas.code_lists()]
    listed += [_head(found) for found in stored.values()]
    return JSONResponse({"lists": sorted(listed, key=lambda each: str(each["list"]))})


@router.get("/v1/codes/{name}")
async def get_codes(
    request: Request,
    name: str,
    _: MayRead,
    on: Annotated[date | None, Query(description="rows that hold on this legal day")] = None,
    known: Annotated[datetime | None, Query(description="as the hub knew the list at this instant")] = None,
) -> JSONResponse:
    """A list: its rows, where they come from, from when to when they hold."""
    if name == "media-types":
        listed = [{"code": m, "zh": m} for m in MEDIA_TYPES]
        return JSONResponse({"list": name, "source": _CONTRACT, "codes": listed})
    if name in schemas.code_lists():
        return JSONResponse({"list": name, "version": _SHARED, "codes": _shared(name)})
    if known is not None:
        known = _instant(known)
    async with hub_of(request).database.connection() as conn:
        found = (await stored_lists(conn)).get(name)
        rows = await rows_of(conn, name, on, known) if found else []
    if found is None:
        raise Refused("unknown")
    return JSONResponse({**_head(found), "codes": [_row(row) for row in rows]})


def _instant(known: datetime) -> datetime:
    """The instant in UTC. Raises Refused `malformed` for a local time, and for one beyond all years."""
    try:
        if known.tzinfo is not None:
            return known.astimezone(UTC)
    except OverflowError as e:
        raise Refused("malformed", Fault("format", "/known")) from e
    raise Refused("malformed", Fault("format", "/known"))


def _shared(name: str) -> list[dict[str, str]]:
    sources = schemas.code_sources(name)
    return [
        {"code": code, "zh": zh, **({"source": sources[code]} if code in sources else {})}
        for code, zh in schemas.codes(name).items()
    ]


def _head(found: StoredList) -> dict[str, Any]:
    return {
        "list": found.name,
        "zh": found.zh,
        "source": found.source,
        "compiled_on": found.compiled_on.isoformat(),
        "version": found.version,
        "loaded_at": shown(found.loaded_at),
    }


def _row(row: asyncpg.Record) -> dict[str, Any]:
    told = {"code": row["code"], "zh": row["zh"]}
    for name in ("valid_from", "valid_to"):
        told[name] = row[name].isoformat() if row[name] else None
    return {**told, **({"mark": row["mark"]} if row["mark"] else {}), "row": row["data"]}
