"""What the clerks of all agencies can do: send a message again, wait for one."""

from collections.abc import Mapping
from typing import Any

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


def result(accepted: Accepted) -> Told:
    """What came of a message, for whoever gave the order."""
    return {"message": accepted.message, "case": accepted.case}
