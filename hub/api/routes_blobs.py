"""`/v1/blobs/sha-256/{hex}` (contract 4): headers to calls and back; the bytes only pass through.

PUT    201 complete (again too); 202 partial, with `Range: bytes=0-<n-1>`; `Content-Range` continues
HEAD   a complete file: as GET would answer; the caller's own upload under way: 200 with the received
       length in `Content-Length`, `Range` and `Upload-Offset`, and `Upload-Complete: ?0`
GET    complete files, whole or one `Range`
"""

import asyncio
import re
from base64 import b64encode
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response, StreamingResponse

from hub.api.auth import Caller, hub_of, requires
from hub.errors import Fault, Refused
from hub.exchange.blob_read import Files, SeenFile
from hub.exchange.blob_upload import Interrupted, Part
from hub.exchange.blobs import digest_of

ADDRESS: Final = "/v1/blobs/sha-256/{hexadecimal}"
HEARD_OUT: Final = 8 * 1024 * 1024
"""Bytes of a refused upload that are still read, so that its sender gets to read the answer."""
HEARD_SECONDS: Final = 2
CLIENT_GONE: Final = 499
_CONTENT_RANGE = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15}|\*)")
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
router = APIRouter(tags=["files"])
MayWrite = Annotated[Caller, Depends(requires("blobs:write"))]
MayRead = Annotated[Caller, Depends(requires("blobs:read"))]


@router.put(ADDRESS, status_code=201, responses={202: {"description": "partial, see `Range`"}})
async def put_blob(request: Request, caller: MayWrite, hexadecimal: str) -> Response:
    """Upload a file, whole or in parts; checked against the digest in the address."""
    digest = digest_of(hexadecimal)
    uploads, body = hub_of(request).uploads, _received(request)
    try:
        part = _part(request, uploads.max_size)
        progress = await uploads.put(caller.client_id, digest, part, body)
    except Refused:
        if "expect" not in request.headers:
            await _hear_out(body)
        raise
    except Interrupted:
        return Response(status_code=CLIENT_GONE)
    finally:
        await body.aclose()
    shown = {"digest": digest, "received": progress.received, "complete": progress.complete}
    headers = _offset(progress.received, complete=progress.complete)
    if progress.complete:
        headers["Location"] = request.url.path
        return JSONResponse(shown, 201, headers)
    return JSONResponse(shown, 202, headers)


@router.head(ADDRESS)
async def head_blob(request: Request, caller: MayRead, hexadecimal: str) -> Response:
    """How much of a file the hub has: of one's own uploads and of what one was sent."""
    digest = digest_of(hexadecimal)
    file = await _files(request, caller).look(digest)
    headers = _offset(file.size, complete=file.complete) | {"Content-Length": str(file.size)}
    if file.complete:
        headers |= _about(digest)
    return Response(headers=headers, media_type="application/octet-stream")


@router.get(ADDRESS, response_class=Response)
async def get_blob(request: Request, caller: MayRead, hexadecimal: str) -> Response:
    """The content of a complete file, whole or one range of it (RFC 9110, 14)."""
    digest = digest_of(hexadecimal)
    files = _files(request, caller)
    file = await files.look(digest)
    if not file.complete:
        raise Refused("unknown")
    headers = _about(digest)
    asked = _range(request, file, headers["ETag"])
    if asked is None:
        asked, status = (0, file.size - 1), 200
    elif asked[0] > asked[1]:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{file.size}"})
    else:
        headers["Content-Range"] = f"bytes {asked[0]}-{asked[1]}/{file.size}"
        status = 206
    headers["Content-Length"] = str(asked[1] - asked[0] + 1)
    content = files.content(file, *asked)
    return StreamingResponse(content, status, headers, media_type="application/octet-stream")


def _files(request: Request, caller: Caller) -> Files:
    hub = hub_of(request)
    return Files(hub.database, hub.sealer, caller.client_id, caller.units)


async def _received(request: Request) -> AsyncGenerator[bytes, None]:
    try:
        async with aclosing(request.stream()) as stream:
            async for data in stream:
                yield data
    except ClientDisconnect as e:
        raise Interrupted from e


async def _hear_out(body: AsyncIterator[bytes]) -> None:
    """Closing on bytes that still arrive resets the connection, and the answer with it."""
    heard = 0
    try:
        async with asyncio.timeout(HEARD_SECONDS):
            async for data in body:
                heard += len(data)
                if heard > HEARD_OUT:
                    return
    except (Interrupted, TimeoutError):
        return


def _part(request: Request, most: int) -> Part | None:
    """The part a request brings; None for a whole file. Raises Refused `malformed` or `too-large`."""
    given, length = request.headers.get("content-range"), request.headers.get("content-length")
    if length is not None and int(length) > most:  # the server made sure that it is a number
        raise Refused("too-large", Fault("size", args=(str(most),)))
    if given is None:
        return None
    match = _CONTENT_RANGE.fullmatch(given)
    if match is None:
        raise Refused("malformed", Fault("content-range"))
    first, last = int(match[1]), int(match[2])
    total = None if match[3] == "*" else int(match[3])
    size = last + 1 - first
    if size < 1 or (total is not None and last >= total) or int(length or size) != size:
        raise Refused("malformed", Fault("content-range"))
    return Part(first, last, total)


def _range(request: Request, file: SeenFile, tag: str) -> tuple[int, int] | None:
    """First and last byte asked for; None for all; crossed when there are none such. One range only."""
    match = _RANGE.fullmatch(request.headers.get("range", ""))
    if match is None or match[0] == "bytes=-" or request.headers.get("if-range", tag) != tag:
        return None
    end = file.size - 1
    if not match[1]:
        return (max(0, file.size - int(match[2])), end) if int(match[2]) else (1, 0)
    first, last = int(match[1]), int(match[2] or end)
    if match[2] and last < first:
        return None  # not a range at all: ignored
    return (first, min(last, end)) if first <= end else (1, 0)


def _offset(received: int, *, complete: bool) -> dict[str, str]:
    headers = {"Upload-Offset": str(received), "Upload-Complete": "?1" if complete else "?0"}
    if received:
        headers["Range"] = f"bytes=0-{received - 1}"
    return headers


def _about(digest: str) -> dict[str, str]:
    coded = b64encode(bytes.fromhex(digest.removeprefix("sha-256:"))).decode()
    return {
        "ETag": f'"{digest}"',
        "Repr-Digest": f"sha-256=:{coded}:",
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-store",
        "Content-Disposition": "attachment",
        "X-Content-Type-Options": "nosniff",
    }
