"""`resolve_discrepancies`: what waits for a person, and what one decided, checked again in our own code."""

from uuid import UUID

from hub.errors import Refused
from hub.exchange import discrepancies, discrepancy_decisions
from hub.exchange.discrepancies import Choice, Ruling
from hub.nightly.night import Night, Summary

JOB = "resolve_discrepancies"


async def batches(night: Night) -> list[dict[str, object]]:
    """The open batches of the night's day: id, agency, group, dataset, counts by kind."""
    async with night.hub.database.connection() as conn:
        return await discrepancies.batches(conn, night.interval.day)


async def propose(night: Night, batch: str, choice: Choice, reason: str, actor: str) -> Summary:
    """Write down what the first of two persons chose, before a second is asked. Raises Refused."""
    await discrepancy_decisions.note(night.hub, _id(batch), Ruling(choice, reason, actor))
    return {"proposed": 1}


async def decide(
    night: Night, batch: str, choice: Choice, reason: str, actor: str, approver: str | None
) -> Summary:
    """Let a decision take effect; counts of findings decided and messages told. Raises Refused."""
    found = _id(batch)
    async with night.work(JOB, batch) as work:
        done = await discrepancy_decisions.decide(night.hub, found, Ruling(choice, reason, actor, approver))
        work.counts.update(done)
        return work.counts


def _id(batch: str) -> UUID:
    try:
        return UUID(batch)
    except ValueError as e:
        raise Refused("unknown") from e
