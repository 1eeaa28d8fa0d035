"""Extracts the hub made for the caller's units (contract 5): listed, fetched, held to their manifest."""

import asyncio
import zipfile
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Final
from urllib.parse import quote

from hub.client.errors import BadToken
from hub.client.jose import split
from hub.client.session import Call, Session
from hub.errors import Refused
from hub.strictjson import Json, load_object

TYP: Final = "liantiao-share+jws"
MANIFEST: Final = "manifest.jws"
_LONGEST_MANIFEST: Final = 1024 * 1024


class Shares(Session):
    """The extracts' part of the client."""

    async def shares(self, after: str | None = None) -> dict[str, Json]:
        """A page of the extracts for the caller's units, oldest first, after a cursor."""
        params = {} if after is None else {"after": after}
        call = Call("GET", "/v1/shares", params=params, headers={"Accept": "application/json"})
        return await self.json(call)

    async def share(self, share: str, to: Path) -> dict[str, Json]:
        """Fetches a package, checks it, keeps it as a zip; answers its manifest.

        Raises Problem, or BadToken when the manifest is not the hub's or a file is not what it says.
        """
        content = (await self.call(Call("GET", f"/v1/shares/{quote(share, safe='')}"))).content
        told = await self._checked(content)
        await asyncio.to_thread(to.write_bytes, content)
        return told

    async def _checked(self, content: bytes) -> dict[str, Json]:
        try:
            with zipfile.ZipFile(BytesIO(content)) as zipped:
                files = {name: zipped.read(name) for name in zipped.namelist()}
            signed = split(files.pop(MANIFEST).decode("ascii"), _LONGEST_MANIFEST)
        except (zipfile.BadZipFile, KeyError, UnicodeDecodeError) as e:
            raise BadToken("invalid_request", "不是数据共享包 · not a package of the hub") from e
        kid = signed.header.get("kid")
        keys = await self.keys(kid if isinstance(kid, str) else None)
        try:
            told = load_object(signed.verified(keys, TYP), max_bytes=_LONGEST_MANIFEST)
        except Refused as e:
            raise BadToken("invalid_request", "清单无法读取 · the manifest cannot be read") from e
        if told.get("iss") != self.identity.issuer:
            raise BadToken("invalid_issuer", "清单的签发者不符 · the manifest is of another issuer")
        listed = told.get("files")
        named = {
            str(file.get("name")): file.get("digest")
            for file in (listed if isinstance(listed, list) else ())
            if isinstance(file, dict)
        }
        if named != {name: f"sha-256:{sha256(raw).hexdigest()}" for name, raw in files.items()}:
            raise BadToken("invalid_request", "文件与清单不符 · a file is not what the manifest says")
        return told
