"""Messages of the kind `assessment_result` in a batch: appeals and decisions, claims for a subsidy, honours.

One door to the rooms that know them (`appeals`, `subsidies`, `honours`). Asks the database only where a batch
has such a message or an applied correction.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import asyncpg

from hub.exchange import appeals, honours, subsidies
from hub.exchange.prepare import Prepared, PreparedRecord

if TYPE_CHECKING:
    from hub.exchange.batch import Batch, Taken

KIND: Final = "assessment_result"


@dataclass(slots=True)
class Assessed:
    """What a batch knows and takes in."""

    words: appeals.Words = field(default_factory=appeals.Words)
    claims: subsidies.Claims = field(default_factory=subsidies.Claims)
    honoured: honours.Honours = field(default_factory=honours.Honours)


def asked(items: Iterable[Prepared]) -> bool:
    """Whether a batch speaks of assessments, or takes something back."""
    return any(item.envelope.kind in (KIND, "correction") for item in items)


async def look_up(conn: asyncpg.Connection, items: Iterable[Prepared]) -> Assessed:
    """What the database knows of what a batch says."""
    said = [item for item in items if item.envelope.kind == KIND and not item.native_less]
    if not said:
        return Assessed()
    return Assessed(await appeals.look_up(conn, said), await subsidies.look_up(conn, said))


def check(batch: "Batch", item: Prepared, record: PreparedRecord) -> None:
    """Take a record in. Raises Refused `rule`."""
    if item.envelope.kind == KIND and not item.native_less:
        appeals.check(batch, item, record)
        subsidies.check(batch, item, record)


def note(batch: "Batch", item: Prepared, taken: "Taken", wrapped: bytes) -> None:
    """Keep in the batch what an accepted record adds or takes back."""
    corrected, document = taken.place.corrects, taken.record.document or {}
    if corrected is not None and corrected.kind == KIND and document.get("action") == "apply":
        batch.assessing.claims.withdrawn.append(corrected.message)
        batch.assessing.honoured.withdrawn.append(corrected.message)
    again = taken.place.revises
    if item.envelope.kind != KIND or item.native_less or (again and again.content == taken.record.content):
        return
    if again is not None:
        batch.assessing.honoured.withdrawn.append(again.message)
    honours.note(batch, item, taken, wrapped)


async def follow(conn: asyncpg.Connection, batch: "Batch") -> None:
    """The rows of all of it."""
    await appeals.follow(conn, batch)
    await subsidies.follow(conn, batch)
    await honours.follow(conn, batch)
