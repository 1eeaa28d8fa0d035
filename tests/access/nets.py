"""Row-level security alone: rows in every table that has a policy, looked at without any other condition."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Any

import asyncpg

from hub.settings import Settings
from hub.store.database import Database, set_codecs
from hub.store.ids import new_id
from tests.access.ground import Ground
from tests.contract.words import STATION, TRIBUNAL

POLICIES = "SELECT DISTINCT tablename FROM pg_policies WHERE 'liantiao_reader' = ANY (roles) ORDER BY 1"
GRANTED = """
SELECT table_name FROM information_schema.role_table_grants
 WHERE grantee = 'liantiao_reader' AND privilege_type = 'SELECT' ORDER BY 1
"""
OPEN = {
    "knowledge", "log_checkpoint", "log_cosignature", "log_leaf", "log_node", "mediator_person",
    "reference_list", "reference_row", "register_entry", "typical_published", "typical_withdrawn", "unit",
}  # fmt: skip
"""What every agency may read whole, and holds nothing of a dispute: the log, registers, what is published."""


def looked_at(settings: Settings, look: Callable[[asyncpg.Connection], Awaitable[Any]]) -> Any:
    """What the administrator of the database answers, past every policy."""

    async def run() -> Any:
        connection = await asyncpg.connect(settings.database_url)
        try:
            await set_codecs(connection)
            return await look(connection)
        finally:
            await connection.close()

    return asyncio.run(run())


async def plant(connection: asyncpg.Connection, ground: Ground) -> None:
    """Rows that only a night writes, of the things in `mine`."""
    now, today, empty = datetime.now(UTC), date(2026, 11, 26), b""
    case, dispute, message = (ground.mine[name] for name in ("confirmation", "dispute", "referral"))
    assessment = new_id(now)
    rows: dict[str, dict[str, Any]] = {
        "false_litigation_flag": {
            "id": new_id(now), "case_id": case, "dispute": dispute, "sign": "F3", "rests": empty,
            "dek": empty, "content": empty, "starts": now, "ends": now, "found_at": now, "changed_at": now,
        },
        "assessment": {
            "id": assessment, "system": "police-sys", "ref": "M1", "numbers": ["police-sys:M1"],
            "first_day": today, "last_day": today, "revision": 1, "version": "1", "scheme": "-",
            "figures": [], "conditions": [], "content": empty, "units": [STATION], "messages": [],
            "readers": [STATION, TRIBUNAL], "made_at": now, "cut_off": now,
        },
        "assessment_word": {
            "message": message, "assessment": assessment, "said": "appeal", "unit": STATION, "at": now,
            "figures": [],
        },
        "subsidy_claim": {
            "message": message, "dispute": dispute, "unit": STATION, "at": now, "changed_at": now,
        },
        "subsidy_finding": {"message": message, "dispute": dispute, "rule": "merged", "found_at": now},
    }  # fmt: skip
    for table, row in rows.items():
        places = ", ".join(f"${n}" for n in range(1, len(row) + 1))
        await connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", *row.values())


def seen(settings: Settings, tables: list[str], eyes: dict[str, tuple[tuple[str, ...], str]]) -> Any:
    """The rows of each table that each pair of eyes sees, as digests: table → eyes → rows."""

    async def run() -> dict[str, dict[str, set[str]]]:
        rows: dict[str, dict[str, set[str]]] = {table: {} for table in tables}
        async with Database.open(settings, lambda: datetime.now(UTC)) as database:
            for name, (units, system) in eyes.items():
                async with database.reading(units, system) as connection:
                    for table in tables:
                        found = await connection.fetch(f"SELECT md5(t::text) FROM {table} t")
                        rows[table][name] = {row[0] for row in found}
        return rows

    return asyncio.run(run())
