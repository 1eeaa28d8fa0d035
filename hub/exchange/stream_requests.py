"""Bodies of the stream endpoints, read by hand into plain objects (OpenID SSF 1.0, 8.1; RFC 8936, 2.2).

Pure. What a body gets wrong is `malformed` with pointer and rule, as those documents say 400. Members
nobody knows are passed over; members the hub supplies may be sent back, but must be what they are.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal
from uuid import UUID

from hub.errors import Fault, Refused
from hub.exchange.poll import MOST, PollRequest
from hub.exchange.receivers import POLL, PUSH
from hub.exchange.tokens_out import VERSIONS
from hub.strictjson import Json, load_object

MAX_BODY: Final = 256 * 1024
MAX_IDS: Final = 1000
MAX_EVENTS: Final = 200
MAX_TEXT: Final = 1000
MAX_HEADER: Final = 4096

Status = Literal["enabled", "paused"]
Mode = Literal["create", "change", "replace"]

_HEADER: Final = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")
_SUPPLIED: Final = ("iss", "aud", "events_supported", "events_delivered", "min_verification_interval")


class Kept:
    """Stands for a member that a change does not mention."""


KEPT: Final = Kept()


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a receiver wants its tokens. A push has an endpoint, a poll gets one."""

    method: str
    endpoint: str | None
    authorization_header: str | None


@dataclass(frozen=True, slots=True)
class StreamRequest:
    """What a receiver says of its stream; KEPT where it says nothing. `supplied`: the hub's own members."""

    stream_id: str | None
    delivery: Delivery | Kept
    events: Sequence[str] | Kept | None
    description: str | Kept | None
    pinned: str | Kept | None
    supplied: Mapping[str, Json]

    def named(self, stream_id: str | None) -> "StreamRequest":
        """With the id of the address. Raises Refused if the body names another one."""
        if stream_id is None or stream_id == self.stream_id:
            return self
        if self.stream_id is not None:
            raise _bad("supplied", "/stream_id")
        return replace(self, stream_id=stream_id)


def stream_request(body: bytes, mode: Mode) -> StreamRequest:
    """A stream configuration. A change keeps what it does not name, a replacement deletes it.

    Who asks for no delivery polls (OpenID SSF 1.0, 8.1.1.1).
    """
    members = load_object(body, max_bytes=MAX_BODY)
    absent = KEPT if mode == "change" else None
    unnamed: Delivery | Kept = KEPT if mode == "change" else Delivery(POLL, None, None)
    delivery = _delivery(members["delivery"]) if "delivery" in members else unnamed
    pinned = _optional(members, "liantiao_schema", absent)
    if isinstance(pinned, str) and pinned not in VERSIONS:
        raise _bad("version", "/liantiao_schema", *VERSIONS)
    return StreamRequest(
        stream_id=_stream_id(members),
        delivery=delivery,
        events=_events(members["events_requested"]) if "events_requested" in members else absent,
        description=_optional(members, "description", absent),
        pinned=pinned,
        supplied={name: members[name] for name in _SUPPLIED if name in members},
    )


@dataclass(frozen=True, slots=True)
class StatusRequest:
    """A wish to pause or go on."""

    stream_id: str | None
    status: Status


def status_request(body: bytes) -> StatusRequest:
    """A new status. Raises Refused `scope` for `disabled`: what waits for a unit is not given up."""
    members = load_object(body, max_bytes=MAX_BODY)
    stream_id = _stream_id(members)
    match members.get("status"):
        case "enabled":
            return StatusRequest(stream_id, "enabled")
        case "paused":
            return StatusRequest(stream_id, "paused")
        case "disabled":
            raise Refused("scope", Fault("stream-disabled", pointer="/status"))
        case None:
            raise _bad("required", "/status")
        case _:
            raise _bad("enum", "/status", "enabled", "paused")


@dataclass(frozen=True, slots=True)
class VerifyRequest:
    """A wish to see a verification event, with a text to be given back."""

    stream_id: str | None
    state: str | None


def verify_request(body: bytes) -> VerifyRequest:
    """A verification request."""
    members = load_object(body, max_bytes=MAX_BODY)
    state = members.get("state")
    if state is not None and (not isinstance(state, str) or len(state) > MAX_TEXT):
        raise _bad("text", "/state", str(MAX_TEXT))
    return VerifyRequest(_stream_id(members), state)


def poll_request(body: bytes) -> PollRequest:
    """A poll; an empty body asks for everything with the defaults."""
    members = load_object(body, max_bytes=MAX_BODY) if body.strip() else {}
    most = members.get("maxEvents", MOST)
    if type(most) is not int or most < 0:
        raise _bad("type", "/maxEvents", "integer")
    at_once = members.get("returnImmediately", False)
    if not isinstance(at_once, bool):
        raise _bad("type", "/returnImmediately", "boolean")
    return PollRequest(
        max_events=most,
        return_immediately=at_once,
        acknowledged=tuple(_ids(members.get("ack", []))),
        errors=_errors(members.get("setErrs", {})),
    )


def _ids(value: Json) -> list[UUID]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _bad("type", "/ack", "array")
    if len(value) > MAX_IDS:
        raise _bad("maxItems", "/ack", str(MAX_IDS))
    return [jti for one in value if (jti := _jti(str(one))) is not None]


def _errors(value: Json) -> dict[UUID, str]:
    if not isinstance(value, dict):
        raise _bad("type", "/setErrs", "object")
    if len(value) > MAX_IDS:
        raise _bad("maxItems", "/setErrs", str(MAX_IDS))
    errors: dict[UUID, str] = {}
    for name, said in value.items():
        if not isinstance(said, dict) or not isinstance(said.get("err"), str):
            raise _bad("required", "/setErrs", "err")
        jti = _jti(name)
        if jti is not None:
            errors[jti] = str(said["err"])
    return errors


def _jti(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _delivery(value: Json) -> Delivery:
    if not isinstance(value, dict):
        raise _bad("type", "/delivery", "object")
    endpoint, header = value.get("endpoint_url"), value.get("authorization_header")
    match value.get("method"):
        case method if method == PUSH:
            if not isinstance(endpoint, str):
                raise _bad("required", "/delivery/endpoint_url")
            return Delivery(PUSH, endpoint, _header(header))
        case method if method == POLL:
            # The hub gives the address; one sent back from an earlier answer does no harm.
            return Delivery(POLL, None, None)
        case _:
            raise _bad("enum", "/delivery/method", PUSH, POLL)


def _header(value: Json) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > MAX_HEADER or not _HEADER.fullmatch(value):
        raise _bad("text", "/delivery/authorization_header", str(MAX_HEADER))
    return value


def _events(value: Json) -> Sequence[str] | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) > MAX_EVENTS:
        raise _bad("maxItems", "/events_requested", str(MAX_EVENTS))
    events = [one for one in value if isinstance(one, str) and len(one) <= MAX_TEXT]
    if len(events) != len(value):
        raise _bad("type", "/events_requested", "string")
    return list(dict.fromkeys(events))


def _optional(members: Mapping[str, Json], name: str, absent: Kept | None) -> str | Kept | None:
    if name not in members:
        return absent
    value = members[name]
    if value is not None and (not isinstance(value, str) or len(value) > MAX_TEXT):
        raise _bad("text", f"/{name}", str(MAX_TEXT))
    return value


def _stream_id(members: Mapping[str, Json]) -> str | None:
    value = members.get("stream_id")
    if value is not None and not isinstance(value, str):
        raise _bad("type", "/stream_id", "string")
    return value


def _bad(rule: str, pointer: str, *args: str) -> Refused:
    return Refused("malformed", Fault(rule, pointer=pointer, args=args))
