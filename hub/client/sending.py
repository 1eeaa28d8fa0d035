"""Sending: messages, dry runs, receipts, and the list of what was refused (contract 2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import httpx

from hub.client.answers import read_object
from hub.client.envelope import Envelope, Signed, sign
from hub.client.errors import Problem, Unreachable
from hub.client.jose import split
from hub.client.session import Call, Session
from hub.strictjson import Json, load_object

RECEIPT_TYP: Final = "liantiao-receipt+jwt"


@dataclass(frozen=True, slots=True)
class Accepted:
    """What `202` says. `raw` is the answer byte for byte: a repeat must give the same."""

    message: str
    dispute: str | None
    case: dict[str, Json] | None
    deliveries: tuple[dict[str, Json], ...]
    findings: tuple[dict[str, Json], ...]
    records: tuple[dict[str, Json], ...]
    revision: int | None
    receipt: str
    raw: bytes

    @classmethod
    def read(cls, response: httpx.Response) -> Self:
        """Reads the answer. Raises Unreachable if it is not of this shape."""
        answer = read_object(response)
        message, receipt = answer.get("message"), answer.get("receipt")
        if not isinstance(message, str) or not isinstance(receipt, str):
            raise Unreachable("受理回答无法读取 · the acceptance cannot be read")
        dispute, case, revision = answer.get("dispute"), answer.get("case"), answer.get("revision")
        return cls(
            message=message,
            dispute=dispute if isinstance(dispute, str) else None,
            case=case if isinstance(case, dict) else None,
            deliveries=_objects(answer.get("deliveries")),
            findings=_objects(answer.get("findings")),
            records=_objects(answer.get("records")),
            revision=revision if isinstance(revision, int) else None,
            receipt=receipt,
            raw=response.content,
        )


class Sending(Session):
    """The sender's half of the client."""

    def sign(self, envelope: Envelope, body: bytes) -> Signed:
        """A message ready to be sent."""
        return sign(envelope, body, self.identity, self.clock)

    async def send(self, message: Signed) -> Accepted:
        """Sends until the hub has said yes or no; the `jti` makes repeats harmless.

        Raises Problem (refused) or Unreachable (send the same message again later).
        """
        try:
            response = await self.call(_message(message, {}))
        except Problem as e:
            if e.code != "stale":
                raise
            response = await self.call(_message(message.again(self.identity, self.clock()), {}))
        return Accepted.read(response)

    async def dry_run(self, message: Signed) -> dict[str, Json]:
        """What would be read, refused (`problem`) and routed; nothing happens (`Prefer: handling=validate`).

        Raises Problem when the hub does not believe who sends.
        """
        return await self.json(_message(message, {"Prefer": "handling=validate"}))

    async def receipt_claims(self, receipt: str) -> dict[str, Json]:
        """The claims of a receipt, its signature checked against the hub's keys. Raises BadToken."""
        token = split(receipt, 16 * 1024)
        kid = token.header.get("kid")
        keys = await self.keys(kid if isinstance(kid, str) else None)
        return load_object(token.verified(keys, RECEIPT_TYP))

    async def refusals(self, after: str | None = None) -> dict[str, Json]:
        """The system's messages in intake quarantine."""
        params = {} if after is None else {"after": after}
        return await self.json(Call("GET", "/v1/refusals", params=params))


def _message(message: Signed, extra: dict[str, str]) -> Call:
    headers = {**message.headers(), **extra}
    return Call("POST", "/v1/messages", headers=headers, content=message.body)


def _objects(value: Json | Sequence[Json]) -> tuple[dict[str, Json], ...]:
    return tuple(v for v in value if isinstance(v, dict)) if isinstance(value, list) else ()
