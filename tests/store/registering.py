"""Helpers of the registry's tests: an administrator, a table, keys."""

from dataclasses import dataclass, field

import asyncpg
from nacl.signing import SigningKey

from hub.store.administration import Admin, AdminAction
from hub.store.clock import Clock
from hub.store.tables import Row, read_table
from hub.store.unit_import import ALIAS_COLUMNS, UNIT_COLUMNS, UNIT_OPTIONAL
from hub.trust.jwk import ed25519_jwk
from tests.support import SEALER

UNITS = """\
code,name,agency,tier,division,parent,valid_from,valid_to
渝0101,测试区人民法院,court,district,500101,,,
渝0101-1,测试人民法庭,court,town,500101001,渝0101,,
5001,测试区公安局,police,district,500101,,,
500101,测试镇派出所,police,town,500101001,5001,,
3105,测试区司法局,justice,district,500101,,,
3105-1,测试镇司法所,justice,town,500101001,3105,,
3105-2,测试镇人民调解委员会,justice,town,500101001,3105-1,2026-01-01,2026-12-31
"""


@dataclass
class Evidence:
    """What the evidence room is told; fails when it is asked to."""

    told: list[AdminAction] = field(default_factory=list)
    failing: bool = False

    async def record(self, conn: asyncpg.Connection, action: AdminAction) -> None:
        assert conn.is_in_transaction()
        self.told.append(action)
        if self.failing:
            raise RuntimeError("no evidence")


def administrator(clock: Clock, evidence: Evidence | None = None, reason: str = "测试") -> Admin:
    return Admin("ops", reason, clock(), (evidence or Evidence()).record, SEALER)


def units(text: str = UNITS) -> list[Row]:
    return read_table(text.encode(), UNIT_COLUMNS, UNIT_OPTIONAL)


def aliases(text: str) -> list[Row]:
    return read_table(text.encode(), ALIAS_COLUMNS)


def jwk(kid: str) -> dict[str, str]:
    return ed25519_jwk(kid, bytes(SigningKey.generate().verify_key))
