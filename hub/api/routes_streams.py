"""Streams and polling (contract 3; OpenID SSF 1.0, 8.1; RFC 8936). Routes to calls; nothing else."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response

from hub.api.auth import Caller, hub_of, requires
from hub.errors import Fault, Refused
from hub.exchange import stream_requests as asked

router = APIRouter(tags=["streams"])
Manages = Annotated[Caller, Depends(requires("streams:manage"))]
Polls = Annotated[Caller, Depends(requires("events:poll"))]

_FRESH = {"Cache-Control": "no-store"}


@router.post("/v1/streams", status_code=201)
async def create_stream(request: Request, caller: Manages) -> Response:
    """Make the caller's stream; there is one per system."""
    wanted = asked.stream_request(await _body(request), "create")
    made = await hub_of(request).way_out.streams.create(caller.client_id, wanted)
    return JSONResponse(made, 201, _FRESH)


@router.get("/v1/streams")
async def read_stream(request: Request, caller: Manages, stream_id: str | None = None) -> Response:
    """The stream of that id; without one, the list of the caller's streams, none or one."""
    streams = hub_of(request).way_out.streams
    if stream_id is not None:
        return JSONResponse(await streams.read(caller.client_id, stream_id), headers=_FRESH)
    return JSONResponse(await streams.listed(caller.client_id), headers=_FRESH)


@router.patch("/v1/streams")
async def change_stream(request: Request, caller: Manages, stream_id: str | None = None) -> Response:
    """Change what the body names."""
    return await _change(request, caller, stream_id, "change")


@router.put("/v1/streams")
async def replace_stream(request: Request, caller: Manages, stream_id: str | None = None) -> Response:
    """Replace everything a receiver supplies."""
    return await _change(request, caller, stream_id, "replace")


async def _change(request: Request, caller: Caller, stream_id: str | None, mode: asked.Mode) -> Response:
    wanted = asked.stream_request(await _body(request), mode).named(stream_id)
    changed = await hub_of(request).way_out.streams.change(caller.client_id, wanted)
    return JSONResponse(changed, headers=_FRESH)


@router.delete("/v1/streams", status_code=204)
async def delete_stream(request: Request, caller: Manages, stream_id: str | None = None) -> Response:
    """End the stream; what it has not delivered waits for the next one."""
    await hub_of(request).way_out.streams.delete(caller.client_id, stream_id)
    return Response(status_code=204)


@router.get("/v1/streams/status")
async def read_status(request: Request, caller: Manages, stream_id: str | None = None) -> Response:
    """Whether the stream is enabled or paused."""
    status = await hub_of(request).way_out.streams.status(caller.client_id, stream_id)
    return JSONResponse(status, headers=_FRESH)


@router.post("/v1/streams/status")
async def set_status(request: Request, caller: Manages) -> Response:
    """Pause the stream, or let it go on."""
    wanted = asked.status_request(await _body(request))
    status = await hub_of(request).way_out.streams.set_status(caller.client_id, wanted)
    return JSONResponse(status, headers=_FRESH)


@router.post("/v1/streams/verify", status_code=204)
async def verify_stream(request: Request, caller: Manages) -> Response:
    """Have a verification event sent over the stream."""
    wanted = asked.verify_request(await _body(request))
    await hub_of(request).way_out.streams.verify(caller.client_id, wanted)
    return Response(status_code=204)


@router.post("/v1/streams/poll")
async def poll(request: Request, caller: Polls) -> Response:
    """Acknowledge tokens and get those that are not acknowledged; held while there are none."""
    wanted = asked.poll_request(await _body(request))
    answer = await hub_of(request).way_out.poller.poll(caller.client_id, wanted)
    return JSONResponse(answer.json(), headers=_FRESH)


async def _body(request: Request) -> bytes:
    """The body, read no further than the limit. Raises Refused `too-large`."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > asked.MAX_BODY:
            raise Refused("too-large", Fault("size", args=(str(asked.MAX_BODY),)))
    return bytes(body)
