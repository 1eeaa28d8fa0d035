"""The push receivers of the moment: where to, with which header, how they are doing. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from hub.trust.seal import Sealer

PUSH: Final = "urn:ietf:rfc:8935"
POLL: Final = "urn:ietf:rfc:8936"

_RECEIVERS: Final = """
SELECT s.id, s.system, s.endpoint, s.authorization_header, s.dek, s.failures, s.blocked_until, y.push
  FROM stream s JOIN system y ON y.id = s.system
 WHERE s.method = $1 AND s.status = 'enabled' AND y.disabled_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Receiver:
    """A system whose stream is pushed. `prefixes`: addresses an administrator registered for it."""

    stream: UUID
    system: str
    endpoint: str
    prefixes: Sequence[str]
    failures: int
    blocked_until: datetime | None
    sealed_header: bytes | None
    dek: bytes

    def authorization(self, sealer: Sealer) -> str | None:
        """The Authorization header the receiver asked for. Raises Broken."""
        if self.sealed_header is None:
            return None
        dek = sealer.unwrap(self.dek, None, f"stream|{self.stream}|dek")
        cell = f"stream|{self.stream}|authorization_header"
        return sealer.open(dek, cell, self.sealed_header).decode()


async def push_receivers(conn: asyncpg.Connection) -> list[Receiver]:
    """Every enabled push stream of a system that is not disabled."""
    return [
        Receiver(
            row["id"],
            row["system"],
            row["endpoint"] or "",
            row["push"],
            row["failures"],
            row["blocked_until"],
            row["authorization_header"],
            row["dek"],
        )
        for row in await conn.fetch(_RECEIVERS, PUSH)
    ]
