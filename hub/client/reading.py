"""Looking things up: messages, cases, disputes, evidence, the log, units, codes (contract 3, 6, 7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from hub.client.session import Call, Session
from hub.strictjson import Json

_OBJECT: Final = {"Accept": "application/json"}


@dataclass(frozen=True, slots=True)
class Native:
    """A message in the caller's own format; `dropped` are the pointers it could not carry."""

    content_type: str
    body: bytes
    dropped: tuple[str, ...]


class Reading(Session):
    """The reading part of the client. What is not the caller's is a Problem `unknown` (404)."""

    async def messages(self, after: str | None = None, limit: int = 100) -> dict[str, Json]:
        """Messages the system's units sent or were addressed in, in commit order, after a cursor."""
        params = {"limit": str(limit)} | ({} if after is None else {"after": after})
        return await self._get("/v1/messages", params)

    async def message(self, message: str) -> dict[str, Json]:
        """One message: the shared form, cut to what the caller may see, and its deliveries."""
        return await self._get(_under("/v1/messages", message))

    async def native(self, message: str) -> Native:
        """The message in the caller's own format (Problem `no-native-form` if there is none)."""
        response = await self.call(Call("GET", _under("/v1/messages", message) + "/native"))
        dropped: str = response.headers.get("Liantiao-Dropped", "")
        pointers = tuple(p.strip() for p in dropped.split(",") if p.strip())
        return Native(response.headers.get("Content-Type", ""), response.content, pointers)

    async def receipt(self, message: str) -> str:
        """The receipt, a JWS."""
        response = await self.call(Call("GET", _under("/v1/messages", message) + "/receipt"))
        return response.text.strip()

    async def calendar(self, message: str) -> bytes:
        """The calendar file of a video session (RFC 5545), cut to what the caller may see; it names nobody.

        Problem `unknown` for any other message.
        """
        call = Call("GET", _under("/v1/messages", message) + "/calendar")
        return (await self.call(call)).content

    async def evidence(self, message: str, since: int | None = None) -> bytes:
        """The evidence bundle, a zip for `liantiao evidence verify`.

        `since`: the size of a checkpoint that will be trusted; the bundle then proves that it is continued.
        """
        params = {} if since is None else {"since": str(since)}
        call = Call("GET", _under("/v1/messages", message) + "/evidence", params=params)
        return (await self.call(call)).content

    async def case(self, case: str) -> dict[str, Json]:
        """A case: machine, state, deadlines."""
        return await self._get(_under("/v1/cases", case))

    async def flagged(self, after: str | None = None) -> dict[str, Json]:
        """Applications under the caller's review on which signs of false litigation wait to be seen."""
        return await self._get("/v1/flags", {} if after is None else {"after": after})

    async def flags(self, case: str) -> dict[str, Json]:
        """Signs of false litigation on an application; only for the court that reviews it."""
        return await self._get(f"/v1/cases/{case}/flags")

    async def dispute(self, dispute: str) -> dict[str, Json]:
        """A dispute with its timeline."""
        return await self._get(_under("/v1/disputes", dispute))

    async def units(self) -> dict[str, Json]:
        """The unit table."""
        return await self._get("/v1/units")

    async def codes(self, name: str) -> dict[str, Json]:
        """A code list."""
        return await self._get(_under("/v1/codes", name))

    async def schema(self, kind: str) -> dict[str, Json]:
        """The JSON Schema of a kind."""
        return await self._get(_under("/v1/schemas", kind))

    async def machines(self) -> dict[str, Json]:
        """Every state machine as a table."""
        return await self._get("/v1/machines")

    async def checkpoint(self) -> str:
        """The log's latest signed note."""
        return (await self.call(Call("GET", "/v1/log/checkpoint"))).text

    async def entries(self, start: int, end: int) -> dict[str, Json]:
        """Entries `start` to `end` of the log, both included."""
        return await self._get("/v1/log/entries", {"start": str(start), "end": str(end)})

    async def inclusion(self, leaf: str, size: int) -> dict[str, Json]:
        """Proof that a leaf (hex) is in the tree of `size`."""
        return await self._get("/v1/log/inclusion", {"leaf": leaf, "size": str(size)})

    async def consistency(self, first: int, second: int) -> dict[str, Json]:
        """Proof that one tree continues another."""
        return await self._get("/v1/log/consistency", {"first": str(first), "second": str(second)})

    async def _get(self, path: str, params: Mapping[str, str] | None = None) -> dict[str, Json]:
        return await self.json(Call("GET", path, params=params or {}, headers=_OBJECT))


def _under(path: str, name: str) -> str:
    return f"{path}/{quote(name, safe='')}"
