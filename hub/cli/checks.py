"""What a check of `doctor` is, and those about the evidence log: checkpoints that were kept, reasons."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Literal

import asyncpg

from hub.cli.common import UNSTATED
from hub.errors import Broken, HubError
from hub.evidence import kept
from hub.exchange import kept_checkpoint
from hub.exchange.hub import log_signer
from hub.settings import Settings
from hub.store.database import Database
from hub.store.hub_keys import load_keys
from hub.store.reasons import opened
from hub.trust.seal import Sealer

Verdict = Literal["ok", "warn", "fail"]
_LATEST: Final = "SELECT id, reason, sealed_reason FROM admin_action WHERE at >= $1"
_MONTH: Final = timedelta(days=30)
_WHAT: Final = "留存检查点 kept checkpoint"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at."""

    what: str
    verdict: Verdict
    found: str
    way_out: str = ""


async def reasons_of(conn: asyncpg.Connection, sealer: Sealer, now: datetime) -> Check:
    """How many acts of the last month stand in the log without a reason."""
    what = "未说明理由 acts without a reason"
    rows = await conn.fetch(_LATEST, now - _MONTH)
    try:
        n = sum(opened(sealer, "admin_action", row) == UNSTATED for row in rows)
    except Broken as e:
        return Check(what, "warn", str(e), "见签名密钥一项 · see the check of the signing keys")
    way_out = "命令加 --reason · give --reason" if n else ""
    return Check(what, "warn" if n else "ok", str(n), way_out)


async def checkpoints_of(
    settings: Settings, database: Database, brought: Sequence[Path]
) -> AsyncIterator[Check]:
    """Whether the log continues the checkpoint of this machine, and each that somebody else kept."""
    own = settings.data_dir / kept_checkpoint.NAME
    async with database.connection() as conn:
        try:
            key = log_signer(await load_keys(conn, database.sealer), settings).verifier
        except HubError:
            return  # the keys have a check of their own
        for file in (own, *brought) if own.exists() else brought:
            try:
                held = await kept.hold_against(conn, key, kept_checkpoint.read_note(file))
            except Broken as e:
                yield Check(f"{_WHAT} {file}", "fail", str(e), "liantiao log verify")
                continue
            holds = held.verdict == "continues"
            way_out = "" if holds else kept_checkpoint.WAY_OUT
            yield Check(f"{_WHAT} {file}", "ok" if holds else "fail", held.text(), way_out)
