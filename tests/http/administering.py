"""The administrator of the tests: a system with the scope `admin` and calls of its own."""

import json
from typing import Any

from hub.client.agent import Agent
from hub.client.session import Call


class Admin:
    """Calls of an administrator."""

    def __init__(self, agent: Agent) -> None:
        self.agent = agent

    async def get(self, path: str, **params: str) -> dict[str, Any]:
        return await self.agent.json(Call("GET", f"/v1/admin/{path}", params=params))

    async def post(self, path: str, told: object = None, reason: str = "试验 test") -> dict[str, Any]:
        content = json.dumps(told).encode() if told is not None else b""
        call = Call("POST", f"/v1/admin/{path}", params={"reason": reason}, content=content)
        return (await self.agent.call(call)).json()
