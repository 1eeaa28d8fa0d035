"""Typical cases: a candidate signed for one's own unit, and a published one as everybody reads it."""

import json
from urllib.parse import quote

from hub.client.session import Call, Session
from hub.strictjson import Json


class Typical(Session):
    """The typical cases' part of the client."""

    async def sign_typical(self, case: str, unit: str, person: str) -> dict[str, Json]:
        """Sign a candidate; the second signature publishes it. Raises Problem (403 for the same signer)."""
        body = json.dumps({"unit": unit, "person": person}, ensure_ascii=False).encode()
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        path = f"/v1/typical-cases/{quote(case, safe='')}/signoffs"
        return await self.json(Call("POST", path, headers=headers, content=body, repeat=False))

    async def typical(self, case: str) -> dict[str, Json]:
        """A published case. Raises Problem while it is not."""
        path = f"/v1/typical-cases/{quote(case, safe='')}"
        return await self.json(Call("GET", path, headers={"Accept": "application/json"}))
