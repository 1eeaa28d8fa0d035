"""Sending: messages, dry runs, files, and the list of what was refused (contract 2 and 4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Final, Self
from urllib.parse import quote

import httpx

from hub.client.answers import read_object
from hub.client.envelope import Envelope, Signed, sign
from hub.client.errors import Problem, Unreachable
from hub.client.jose import split
from hub.client.session import Call, Session
from hub.strictjson import Json, load_object

RECEIPT_TYP: Final = "liantiao-receipt+jwt"
_CHUNK: Final = 4 * 1024 * 1024


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
        """What would be read, refused and routed; nothing happens (`Prefer: handling=validate`)."""
        return await self.json(_message(message, {"Prefer": "handling=validate"}))

    async def receipt_claims(self, receipt: str) -> dict[str, Json]:
        """The claims of a receipt, its signature checked against the hub's keys. Raises BadToken."""
        token = split(receipt, 16 * 1024)
        kid = token.header.get("kid")
        keys = await self.keys(kid if isinstance(kid, str) else None)
        return load_object(token.verified(keys, RECEIPT_TYP))

    async def refusals(self, after: str | None = None) -> dict[str, Json]:
        """This system's messages in intake quarantine."""
        params = {} if after is None else {"after": after}
        return await self.json(Call("GET", "/v1/refusals", params=params))

    async def upload(self, file: Path, chunk: int = _CHUNK) -> str:
        """Uploads a file, going on where an earlier try stopped; answers `sha-256:<hex>`."""
        with file.open("rb") as f:
            digest = file_digest(f, "sha256").hexdigest()
        address, size = f"/v1/blobs/sha-256/{digest}", file.stat().st_size
        offset = await self._received(address)
        done = offset is not None and offset >= size > 0
        while not done:
            offset, done = await self._part(address, _read(file, offset or 0, chunk), offset or 0, size)
        return f"sha-256:{digest}"

    async def _part(self, address: str, part: bytes, offset: int, size: int) -> tuple[int, bool]:
        """Sends one part; answers how much the hub has now and whether that is all."""
        end = offset + len(part)
        headers = {"Content-Type": "application/octet-stream"}
        if size:
            headers["Content-Range"] = f"bytes {offset}-{end - 1}/{size}"
        try:
            response = await self.call(Call("PUT", address, headers=headers, content=part))
        except Problem as e:
            if e.status != 409:
                raise
            return await self._received(address) or 0, False
        return _range_end(response) or end, response.status_code in {200, 201}

    async def _received(self, address: str) -> int | None:
        """Bytes of an upload that the hub has; None if it knows nothing of it."""
        try:
            response = await self.call(Call("HEAD", address))
        except Problem as e:
            if e.status == 404:
                return None
            raise
        received = _range_end(response)
        return int(response.headers.get("Content-Length", 0)) if received is None else received


def blob_address(digest: str) -> str:
    """Path of a file by its `sha-256:<hex>`."""
    return f"/v1/blobs/sha-256/{quote(digest.removeprefix('sha-256:'), safe='')}"


def _message(message: Signed, extra: dict[str, str]) -> Call:
    headers = {**message.headers(), **extra}
    return Call("POST", "/v1/messages", headers=headers, content=message.body)


def _read(file: Path, offset: int, size: int) -> bytes:
    with file.open("rb") as f:
        f.seek(offset)
        return f.read(size)


def _range_end(response: httpx.Response) -> int | None:
    """How many bytes `Range: bytes=0-N` speaks of: N + 1."""
    value: str = response.headers.get("Range", "")
    last = value.removeprefix("bytes=0-")
    return int(last) + 1 if last != value and last.isdigit() else None


def _objects(value: Json | Sequence[Json]) -> tuple[dict[str, Json], ...]:
    return tuple(v for v in value if isinstance(v, dict)) if isinstance(value, list) else ()
