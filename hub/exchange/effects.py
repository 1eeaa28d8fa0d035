"""What an approved action does, by its name. Who adds one that needs two administrators adds it here."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeAlias

import asyncpg

from hub.errors import Unavailable
from hub.exchange import discrepancy_decisions, erasing, merging
from hub.exchange.approvals import Approval, Done
from hub.exchange.desk import Desk
from hub.store.administration import Admin

Effect: TypeAlias = Callable[[asyncpg.Connection, Desk, Approval, Admin], Awaitable[Done]]
"""Runs in the transaction of the approval. Raises Refused."""

_EFFECTS: Final[Mapping[str, Effect]] = {
    merging.MERGE: merging.merge,
    merging.UNMERGE: merging.unmerge,
    erasing.ERASE: erasing.erase,
    discrepancy_decisions.DISCREPANCY: discrepancy_decisions.carry_out,
}


def effect(action: str) -> Effect:
    """What an action does. Raises Unavailable for one that only a newer process knows."""
    if action not in _EFFECTS:
        raise Unavailable("该事项须由新版本程序审批 · the action is of a newer version")
    return _EFFECTS[action]
