"""Receiving: streams, polling and acknowledging (contract 3; OpenID SSF 1.0, RFC 8936)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, cast

import orjson

from hub.client.errors import BadToken, SetError, Unreachable
from hub.client.events import Event, kid_of, verify
from hub.client.session import Call, Session
from hub.strictjson import Json, loads

PUSH: Final = "urn:ietf:rfc:8935"
POLL: Final = "urn:ietf:rfc:8936"
_STREAMS: Final = "/v1/streams"
_POLL_PATH: Final = "/v1/streams/poll"
_LONG: Final = 90.0

Handler = Callable[[Event], Awaitable[None]]


class Held(Exception):
    """Raised by a handler that cannot take a token: the hub holds it and goes on (`setErrs`, 400)."""

    def __init__(self, text: str, err: SetError = "invalid_request") -> None:
        super().__init__(text)
        self.err: SetError = err


@dataclass(frozen=True, slots=True)
class SetErr:
    """Why a token was not taken (RFC 8935 §2.3)."""

    err: SetError
    description: str

    def json(self) -> dict[str, str]:
        """As it is sent."""
        return {"err": self.err, "description": self.description}


@dataclass(frozen=True, slots=True)
class Polled:
    """What a poll gave, in order of `seq` within each dispute; `bad` are tokens that do not verify."""

    events: tuple[Event, ...]
    bad: Mapping[str, BadToken]
    more: bool


@dataclass(slots=True)
class Answers:
    """Acknowledgements and errors that go with the next poll."""

    ack: list[str] = field(default_factory=list)
    errors: dict[str, SetErr] = field(default_factory=dict)


class Receiving(Session):
    """The receiver's half of the client."""

    async def create_stream(
        self,
        method: str,
        endpoint_url: str | None = None,
        authorization_header: str | None = None,
        events_requested: Sequence[str] | None = None,
        description: str | None = None,
    ) -> dict[str, Json]:
        """Makes the system's stream (`PUSH` or `POLL`); Problem 409 if it has one."""
        delivery = _given(method=method, endpoint_url=endpoint_url, authorization_header=authorization_header)
        wanted = _given(
            delivery=delivery,
            events_requested=None if events_requested is None else list(events_requested),
            description=description,
        )
        return await self.json(_json_call("POST", _STREAMS, wanted, repeat=False))

    async def stream(self) -> dict[str, Json] | None:
        """The system's stream, if it has one."""
        found = loads((await self.call(Call("GET", _STREAMS))).content)
        listed = found if isinstance(found, list) else [found]
        return listed[0] if listed and isinstance(listed[0], dict) else None

    async def change_stream(self, changes: Mapping[str, Json]) -> dict[str, Json]:
        """Changes what `changes` names (PATCH)."""
        return await self.json(_json_call("PATCH", _STREAMS, changes))

    async def replace_stream(self, wanted: Mapping[str, Json]) -> dict[str, Json]:
        """Replaces everything a receiver supplies (PUT)."""
        return await self.json(_json_call("PUT", _STREAMS, wanted))

    async def delete_stream(self) -> None:
        """Ends the stream; what is undelivered waits for the next one."""
        await self.call(Call("DELETE", _STREAMS, repeat=False))

    async def set_status(self, stream_id: str, status: str, reason: str | None = None) -> dict[str, Json]:
        """`enabled` or `paused`; nothing is lost while paused."""
        wanted = _given(stream_id=stream_id, status=status, reason=reason)
        return await self.json(_json_call("POST", f"{_STREAMS}/status", wanted))

    async def verify_stream(self, stream_id: str, state: str | None = None) -> None:
        """Has a verification event sent over the stream."""
        wanted = _given(stream_id=stream_id, state=state)
        await self.call(_json_call("POST", f"{_STREAMS}/verify", wanted))

    async def read_token(self, token: str) -> Event:
        """The event in a token of the hub. Raises BadToken; asks for new keys when it knows the kid not."""
        keys = await self.keys(kid_of(token))
        return verify(token, keys, self.identity.issuer, self.identity.client_id)

    async def poll(
        self,
        answers: Answers | None = None,
        *,
        max_events: int | None = None,
        wait: bool = False,
        endpoint: str = _POLL_PATH,
    ) -> Polled:
        """One poll: sends `answers` to earlier tokens and fetches what is not acknowledged.

        `wait`: the hub holds the answer until there is something. `max_events=0` only acknowledges.
        """
        asked = _given(
            ack=answers.ack if answers else None,
            setErrs={jti: e.json() for jti, e in answers.errors.items()} if answers else None,
            maxEvents=max_events,
        )
        asked["returnImmediately"] = not wait
        answer = await self.json(_json_call("POST", endpoint, asked, timeout=_LONG if wait else None))
        tokens = answer.get("sets")
        if not isinstance(tokens, dict):
            raise Unreachable("轮询回答无法读取 · the answer to the poll cannot be read")
        events, bad = await self._read_all(tokens)
        return Polled(events, bad, answer.get("moreAvailable") is True)

    async def drain(self, handle: Handler, *, wait: bool = False, endpoint: str = _POLL_PATH) -> int:
        """Polls and hands over tokens until nothing new comes; answers how many were acknowledged.

        A token is acknowledged after `handle` returned, held if it raised `Held`; any other error ends
        the call, and the token comes again. `handle` may see a token twice: go by `jti`.
        """
        answers, seen, done = Answers(), set[str](), 0
        while True:
            polled = await self.poll(answers, wait=wait, endpoint=endpoint)
            bad = {jti: SetErr(e.err, str(e)) for jti, e in polled.bad.items() if jti not in seen}
            answers = Answers(errors=bad)
            for event in polled.events:
                if event.jti not in seen:
                    await _hand_over(event, handle, answers)
            seen.update(answers.ack, answers.errors)
            done += len(answers.ack)
            if not answers.ack and not answers.errors:
                return done
            wait = False

    async def _read_all(self, tokens: Mapping[str, Json]) -> tuple[tuple[Event, ...], dict[str, BadToken]]:
        events: list[Event] = []
        bad: dict[str, BadToken] = {}
        for jti, token in tokens.items():
            try:
                events.append(await self._named(jti, token))
            except BadToken as e:
                bad[jti] = e
        return _in_order(events), bad

    async def _named(self, jti: str, token: Json) -> Event:
        event = await self.read_token(token if isinstance(token, str) else "")
        if event.jti != jti:
            raise BadToken("invalid_request", "jti 与名称不符 · jti is not the token's name")
        return event


def _in_order(events: Sequence[Event]) -> tuple[Event, ...]:
    """The same events, those of one subject by `seq`; the hub's own order is kept between subjects."""
    by_subject: dict[str | None, list[Event]] = {}
    for event in events:
        by_subject.setdefault(event.subject, []).append(event)
    queues = {s: iter(sorted(own, key=lambda e: e.seq)) for s, own in by_subject.items()}
    return tuple(next(queues[event.subject]) for event in events)


async def _hand_over(event: Event, handle: Handler, answers: Answers) -> None:
    try:
        await handle(event)
    except Held as e:
        answers.errors[event.jti] = SetErr(e.err, str(e))
    else:
        answers.ack.append(event.jti)


def _given(**members: object) -> dict[str, Json]:
    """The members that were given; their values are JSON by the signatures above."""
    return cast("dict[str, Json]", {n: v for n, v in members.items() if v is not None})


def _json_call(
    method: str, path: str, value: Mapping[str, Json], *, repeat: bool = True, timeout: float | None = None
) -> Call:
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    return Call(method, path, headers=headers, content=orjson.dumps(value), repeat=repeat, timeout=timeout)
