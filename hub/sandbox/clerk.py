"""What the clerks of all agencies can do: send a message again, wait for one."""

from collections.abc import Mapping
from typing import Any

from hub.client.errors import Problem
from hub.client.sending import Accepted
from hub.sandbox.desk import Desk

Told = Mapping[str, Any]


class AnyClerk:
    """Does what it is told and answers with what came of it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def again(self, message: str) -> Told:
        """Send a message once more."""
        return {"same": await self._desk.again(message)}

    async def expect(self, dispute: str, kind: str, after: int = 0) -> Told:
        """Wait until something came."""
        event = await self._desk.inbox.wait(dispute, kind, after)
        return {"message": event.message, "members": sorted(event.document)}

    async def flags(self, dispute: str) -> Told:
        """Signs of false litigation on the application of a dispute: none for whom they are not meant."""
        agent = self._desk.agent
        home: Any = await agent.dispute(dispute)
        case = next(c for c in home["cases"] if c["machine"] == "confirmation")
        try:
            found: Any = await agent.flags(case["id"])
        except Problem as problem:
            if problem.code != "unknown":
                raise
            return {"signs": []}
        signs = [{"sign": f["sign"], **f["reason"]} for f in found["flags"]]
        unit = case["roles"]["reviewing_court"][0]
        said = {"at": self._desk.now(), "unit": unit, "dispute": dispute, "signs": signs}
        self._desk.tell({"event": "flagged", **said})
        return {"signs": [f["sign"] for f in signs]}


def result(accepted: Accepted) -> Told:
    """What came of a message, for whoever gave the order."""
    return {"message": accepted.message, "case": accepted.case}
