"""What every administrator's change has in common: who and why, its row, its evidence, texts of refusals.

Each change runs in one transaction with its row in `admin_action` and with what `record` writes: the
entry of the evidence log. The store cannot make that entry itself (it knows no evidence).
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias
from uuid import UUID

import asyncpg

from hub.errors import Fault, Refused
from hub.store import reasons
from hub.store.ids import new_id
from hub.trust.seal import Sealer


@dataclass(frozen=True, slots=True)
class AdminAction:
    """One row of `admin_action`. `jwk`, `system`: the key that was registered, for its own entry."""

    id: UUID
    at: datetime
    actor: str
    action: str
    reason: str
    object: str
    jwk: Mapping[str, str] | None = None
    system: str | None = None


Record: TypeAlias = Callable[[asyncpg.Connection, AdminAction], Awaitable[None]]
"""Writes the evidence of an action, within the caller's transaction."""


@dataclass(frozen=True, slots=True)
class Admin:
    """Who changes something, why, when, what makes it evident, and what seals the reason."""

    actor: str
    reason: str
    now: datetime
    record: Record
    sealer: Sealer

    @asynccontextmanager
    async def changing(self, conn: asyncpg.Connection, action: str, what: str) -> AsyncIterator[None]:
        """The transaction of one change: its rows, the action's row, its evidence. Raises Refused."""
        if not self.reason.strip():
            raise Refused("rule", Fault("reason-missing", pointer="/reason"))
        async with conn.transaction():
            yield
            await self.tell(conn, action, what)

    async def tell(
        self,
        conn: asyncpg.Connection,
        action: str,
        what: str,
        jwk: Mapping[str, str] | None = None,
        system: str | None = None,
    ) -> None:
        """Write one action and its evidence, within the caller's transaction."""
        done = AdminAction(new_id(self.now), self.now, self.actor, action, self.reason, what, jwk, system)
        await conn.execute(
            "INSERT INTO admin_action (id, at, actor, action, reason, object, sealed_reason) "
            "VALUES ($1, $2, $3, $4, '', $5, $6)",
            done.id,
            done.at,
            done.actor,
            done.action,
            done.object,
            self.sealed("admin_action", done.id),
        )
        await self.record(conn, done)

    def sealed(self, place: reasons.Place, row: UUID) -> bytes:
        """The reason as a row of its own keeps it."""
        return reasons.sealed(self.sealer, place, row, self.reason)


RULES: Final[Mapping[str, tuple[str, str]]] = {
    "reason-missing": ("须说明理由", "a reason is needed"),
    "encoding": ("须为 UTF-8 或 GB18030 编码", "must be UTF-8 or GB18030"),
    "table": ("不是有效的 CSV 表", "not a valid CSV table"),
    "header-missing": ("缺少列 {0}", "the column {0} is missing"),
    "header-unknown": ("第 {0} 列的列名未知或重复", "column {0} has an unknown or repeated name"),
    "cells": ("单元格数与表头不符", "the number of cells differs from the header's"),
    "required": ("必填", "must not be empty"),
    "code": ("须为 1–64 个字母、数字或 _ . -", "must be 1-64 letters, digits or _ . -"),
    "length": ("过长,至多 {0} 字", "too long, at most {0} characters"),
    "one-of": ("须为 {0} 之一", "must be one of {0}"),
    "division": ("须为区划代码(至多 12 位数字)", "must be a division code (up to 12 digits)"),
    "date": ("须为 YYYY-MM-DD 日期", "must be a date YYYY-MM-DD"),
    "period": ("终止日早于起始日", "the last day is before the first"),
    "repeated": ("与 {0} 重复", "is the same as {0}"),
    "unit-unknown": ("无此单位", "no such unit"),
    "parent-cycle": ("上级关系成环", "a unit is above itself"),
    "unit-agency": ("该单位属于其他部门", "the unit belongs to another agency"),
    "unit-type": ("须为法院", "must be a court"),
    "scope-unknown": ("无此权限范围", "no such scope"),
    "kind-unknown": ("无此消息类型", "no such message kind"),
    "push-address": (
        "须为 http(s) 地址,不含用户名、查询或片段",
        "must be an http(s) address without user, query or fragment",
    ),
    "system-exists": ("该接入系统已登记", "the system is registered already"),
    "system-unknown": ("无此接入系统", "no such system"),
    "receiving-taken": (
        "该单位已由接入系统 {0} 接收;请登记为不接收(--no-receiving),或先改 {0}",
        "{0} receives for the unit: register without receiving (--no-receiving), or change {0} first",
    ),
    "key-known": ("该密钥或其 kid 已登记过", "the key or its kid was registered before"),
    "key-unknown": ("无此密钥", "no such key"),
    "key-state": ("密钥当前状态不允许此操作", "not possible in the key's present state"),
    "key-last": (
        "这是最后一把可用密钥;请先登记新密钥,或撤销",
        "the last usable key: register a new one first, or revoke it",
    ),
    "certificate": ("不是 X.509 证书(PEM 或 DER)", "not an X.509 certificate (PEM or DER)"),
    "certificate-known": ("该证书已登记", "the certificate is registered already"),
    "certificate-unknown": ("无此证书或已撤销", "no such certificate, or revoked already"),
    "mediator-numbers": (
        "须为 2–{0} 个不同的 {{system, mediator}} 编号",
        "must be 2-{0} different numbers {{system, mediator}}",
    ),
    "mediator-unknown": ("名册中无此编号", "the number is not in the register"),
    "mediator-joined": (
        "该编号已并入某人;请先撤销该次合并",
        "the number is joined to a person already: undo that join first",
    ),
    "person-unknown": ("无此合并或已撤销", "no such join, or undone already"),
    "approval-pending": ("同一事项已有待审批的提议", "the same is proposed already and waits"),
    "approver-kin": (
        "审批人与提议人之一由另一方登记,或两者由同一系统登记;请由命令行登记第二位管理员",
        "one of the two let the other in, or one system both: register the second by the command line",
    ),
    "approval-over": ("该提议已审批、撤回或过期", "the proposal is decided, withdrawn or expired"),
    "merge-disputes": (
        "须为 {{survivor, absorbed}}:一件保留的纠纷、1–{0} 件不同的并入纠纷",
        "must be {{survivor, absorbed}}: one dispute that stays, 1-{0} others that go into it",
    ),
    "merge-state": (
        "纠纷当前状态不允许并案或撤销并案",
        "the state of a dispute allows no merge, or no undo",
    ),
    "candidate-state": ("该关联候选已有决定", "the candidate is decided already"),
    "config-form": (
        "须为 {{name, valid_from, valid_to, value}} 的列表",
        "must be a list of {{name, valid_from, valid_to, value}}",
    ),
}
"""Rule of a fault → its text in Chinese and English; `{0}` is the fault's first argument."""
