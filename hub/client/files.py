"""Files: uploads that go on where they stopped, downloads that are checked (contract 4)."""

import asyncio
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Final
from urllib.parse import quote

import httpx

from hub.client.errors import BadToken, Problem
from hub.client.session import Call, Session

_CHUNK: Final = 4 * 1024 * 1024
_COMPLETE: Final = (200, 201)


class Files(Session):
    """The files' part of the client. Digests are `sha-256:<hex>`."""

    async def upload(self, file: Path, chunk: int = _CHUNK) -> str:
        """Uploads a file in parts of `chunk` bytes; answers its digest. Raises Problem, Unreachable.

        Asks first what the hub has, so that a second call after a failure sends only the rest.
        """
        digest, size = await asyncio.to_thread(_measure, file)
        address = _address(digest)
        offset = await self._received(address)
        done = size > 0 and offset == size
        while not done:
            part = await asyncio.to_thread(_part, file, offset, chunk)
            reached, done = await self._send_part(address, part, offset, size)
            if not done and reached == offset:
                raise Problem(409, {"title": "上传没有进展 · the upload makes no progress"})
            offset = reached
        return digest

    async def download(self, digest: str, to: Path) -> None:
        """Fetches a file and checks it. Raises Problem, or BadToken if it is not the file of that digest."""
        response = await self.call(Call("GET", _address(digest)))
        if f"sha-256:{sha256(response.content).hexdigest()}" != digest:
            raise BadToken("invalid_request", "内容与摘要不符 · the content does not have the digest")
        await asyncio.to_thread(to.write_bytes, response.content)

    async def _send_part(self, address: str, part: bytes, offset: int, size: int) -> tuple[int, bool]:
        """Sends one part; answers how much the hub has now and whether that is all."""
        headers = {"Content-Type": "application/octet-stream"}
        if size:
            headers["Content-Range"] = f"bytes {offset}-{offset + len(part) - 1}/{size}"
        try:
            response = await self.call(Call("PUT", address, headers=headers, content=part))
        except Problem as e:
            if e.status != 409:
                raise
            return await self._received(address), False  # an earlier try got further than we knew
        reached = _range_end(response)
        done = response.status_code in _COMPLETE
        return offset + len(part) if reached is None else reached, done

    async def _received(self, address: str) -> int:
        """Bytes of an upload that the hub has; 0 if it knows nothing of it."""
        try:
            response = await self.call(Call("HEAD", address))
        except Problem as e:
            if e.status == 404:
                return 0
            raise
        reached = _range_end(response)
        return int(response.headers.get("Content-Length", 0)) if reached is None else reached


def _measure(file: Path) -> tuple[str, int]:
    with file.open("rb") as f:
        return f"sha-256:{file_digest(f, 'sha256').hexdigest()}", file.stat().st_size


def _part(file: Path, offset: int, size: int) -> bytes:
    with file.open("rb") as f:
        f.seek(offset)
        return f.read(size)


def _address(digest: str) -> str:
    return f"/v1/blobs/sha-256/{quote(digest.removeprefix('sha-256:'), safe='')}"


def _range_end(response: httpx.Response) -> int | None:
    """How many bytes `Range: bytes=0-N` speaks of: N + 1."""
    value: str = response.headers.get("Range", "")
    last = value.removeprefix("bytes=0-")
    return int(last) + 1 if last != value and last.isdigit() else None
