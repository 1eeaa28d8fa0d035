"""What an approved action does, by its name. Who adds one that needs two administrators adds it here."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeAlias

import asyncpg

from hub.exchange import merging
from hub.exchange.approvals import Approval
from hub.exchange.desk import Desk
from hub.store.administration import Admin

Effect: TypeAlias = Callable[[asyncpg.Connection, Desk, Approval, Admin], Awaitable[dict[str, object]]]
"""Runs in the transaction of the approval; answers what is shown of it. Raises Refused."""

EFFECTS: Final[Mapping[str, Effect]] = {merging.MERGE: merging.merge, merging.UNMERGE: merging.unmerge}
