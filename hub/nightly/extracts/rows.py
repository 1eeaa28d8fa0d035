"""What a unit said and was told in an interval, cut by the views and masked, as tables.

Documents are opened in memory, one at a time, cut to the unit's view (its own too: an extract leaves the
system it was made for), and only columns of the allow-list leave here. Names are hidden by the rules of
publication; numbers, addresses, birth dates and texts of persons are left out altogether.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg
import orjson

from hub.exchange.answers import shown
from hub.law.run import HUB
from hub.nightly.extracts.columns import Column, Value, columns, value
from hub.nightly.extracts.tables import Row, Table
from hub.nightly.night import Night
from hub.trust.publication import hidden
from schemas import kinds

_MARGIN: Final = timedelta(hours=1)
"""An id is made a moment before or after the message is received; ids only narrow where to look."""
_MESSAGES: Final = """
SELECT m.id, m.received_at, m.sender, m.kind, m.purpose, m.addressee, m.dispute, m.case_id, m.re, m.parent,
       m.record, m.revision, m.replaces, m.historical, m.findings::text AS findings, m.dek, m.document,
       r.role, d.code, d.key
  FROM message_reader r JOIN message m ON m.id = r.message LEFT JOIN dispute d ON d.id = m.dispute
 WHERE r.unit = $1 AND r.message >= uuid7_floor($4) AND r.message < uuid7_floor($5)
   AND m.id >= uuid7_floor($4) AND m.id < uuid7_floor($5)
   AND m.received_at >= $2 AND m.received_at < $3 AND NOT (m.sender = $6 AND m.kind = 'snapshot')
 ORDER BY m.received_at, m.id
"""
# Of the disputes it had a message in. A unit reads the steps of a case from its own first message in the
# dispute on, and of a dispute's own machine those made by messages that it reads (`exchange.reading`).
_STEPS: Final = """
SELECT h.dispute, h.case_id, coalesce(c.machine, 'dispute') AS machine, h.n, h.step, h.from_state, h.to_state,
       h.message, h.at
  FROM case_history h LEFT JOIN case_run c ON c.id = h.case_id
 WHERE h.dispute = ANY ($1::uuid[]) AND h.at >= $3 AND h.at < $4
   AND (c.id IS NULL OR c.participants @> ARRAY[$2])
   AND h.at >= (SELECT min(m.received_at) FROM message_reader r JOIN message m ON m.id = r.message
                 WHERE m.dispute = h.dispute AND r.unit = $2)
   AND (c.id IS NOT NULL
        OR EXISTS (SELECT 1 FROM message_reader r WHERE r.message = h.message AND r.unit = $2))
 ORDER BY h.at, h.dispute, h.case_id, h.n
"""

_HEAD: Final = (
    Column("message", "string", "消息"),
    Column("dispute", "string", "纠纷"),
    Column("case", "string", "办理"),
)
_LIST: Final = (
    Column("message", "string", "消息"),
    Column("received_at", "datetime", "收到时间"),
    Column("kind", "string", "种类"),
    Column("purpose", "string", "用途"),
    Column("from", "string", "发送单位"),
    Column("to", "string", "指明的接收单位"),
    Column("role", "string", "本单位角色"),
    Column("dispute", "string", "纠纷"),
    Column("code", "string", "纠纷短码"),
    Column("case", "string", "办理"),
    Column("re", "string", "所答消息"),
    Column("file", "string", "所在文件"),
    Column("record", "string", "文件中的记录"),
    Column("revision", "integer", "版次"),
    Column("replaces", "string", "所替代的消息"),
    Column("historical", "boolean", "补录"),
    Column("findings", "integer", "提示数"),
)
_COURSE: Final = (
    Column("dispute", "string", "纠纷"),
    Column("case", "string", "办理"),
    Column("machine", "string", "流程"),
    Column("n", "integer", "序号"),
    Column("step", "string", "步骤"),
    Column("from_state", "string", "原状态"),
    Column("to_state", "string", "新状态"),
    Column("message", "string", "消息"),
    Column("at", "datetime", "时间"),
)
_PARTIES: Final = (
    Column("message", "string", "消息"),
    Column("dispute", "string", "纠纷"),
    Column("member", "string", "所在字段"),
    Column("ref", "string", "当事人序号"),
    Column("kind", "string", "类型", "party_kind"),
    Column("role", "string", "地位", "party_role"),
    Column("name", "string", "姓名(隐名)"),
    Column("sex", "string", "性别", "sex"),
    Column("capacity", "string", "民事行为能力", "capacity"),
    Column("minor", "boolean", "未成年人"),
    Column("domestic_violence", "string", "涉家庭暴力", "dv_role"),
)
_NUMBERS: Final = (
    Column("message", "string", "消息"),
    Column("dispute", "string", "纠纷"),
    Column("system", "string", "编号所属系统", "identifier_system"),
    Column("value", "string", "原值"),
    Column("normal_form", "string", "规范形"),
    Column("issued_by", "string", "编号单位"),
)
_PARTY_MEMBERS: Final = ("parties", "applicants", "key_persons")


async def tables(night: Night, conn: asyncpg.Connection, unit: str) -> list[Table]:
    """The tables of a unit's extract, those without rows left out but for the list of messages."""
    span = night.interval
    found = await conn.fetch(
        _MESSAGES, unit, span.starts, span.ends, span.starts - _MARGIN, span.ends + _MARGIN, HUB
    )
    listed: list[Row] = []
    told: dict[str, list[Row]] = {}
    parties: list[Row] = []
    numbers: list[Row] = []
    for row in found:
        listed.append(_listed(row))
        document = _document(night, row)
        if not document:
            continue
        head = (str(row["id"]), _text(row["dispute"]), _text(row["case_id"]))
        said = [value(document, column) for column in columns(row["kind"])]
        told.setdefault(row["kind"], []).append((*head, *said))
        parties += ((*head[:2], *party) for party in _parties(document))
        numbers += ((*head[:2], *number) for number in _numbers(document))
    made = [Table("messages", "消息清单", _LIST, tuple(listed), ("message",))]
    disputes = {row["dispute"] for row in found if row["dispute"]}
    steps = await conn.fetch(_STEPS, list(disputes), unit, span.starts, span.ends)
    course = tuple(tuple(_cell(each) for each in row.values()) for row in steps)
    made.append(Table("steps", "办理过程", _COURSE, course, ("dispute", "case", "n")))
    for kind in kinds():
        if kind in told:
            head_and_all = (*_HEAD, *columns(kind))
            made.append(Table(_file(kind), kinds()[kind].zh, head_and_all, tuple(told[kind]), ("message",)))
    made.append(Table("parties", "当事人(隐名)", _PARTIES, tuple(parties), ("message", "member", "ref")))
    made.append(Table("numbers", "各系统编号", _NUMBERS, tuple(numbers)))
    return [table for table in made if table.rows or table.name == "messages"]


def opened(night: Night, row: Mapping[str, Any]) -> dict[str, Any]:
    """The shared document of a row with `id dispute dek document key`, whole. Raises Broken."""
    sealer, aad = night.hub.sealer, f"message|{row['id']}"
    under = sealer.dispute_key(row["dispute"], row["key"]) if row["dispute"] else None
    dek = sealer.unwrap(row["dek"], under, aad + "|dek")
    document: dict[str, Any] = orjson.loads(sealer.open(dek, aad + "|document", row["document"]))
    return document


def _document(night: Night, row: asyncpg.Record) -> dict[str, Any]:
    return night.hub.views.cut(row["kind"], row["role"], opened(night, row))


def _listed(row: asyncpg.Record) -> Row:
    names = ("id", "received_at", "kind", "purpose", "sender", "addressee", "role", "dispute", "code")
    rest = ("case_id", "re", "parent", "record", "revision", "replaces", "historical")
    cells = [_cell(row[name]) for name in (*names, *rest)]
    return (*cells, len(orjson.loads(row["findings"])))


def _parties(document: Mapping[str, Any]) -> Iterator[Row]:
    found = [(member, each) for member in _PARTY_MEMBERS for each in _objects(document, member)]
    told = hidden(str(party["name"]) for _, party in found if isinstance(party.get("name"), str))
    for member, party in found:
        flags = party.get("flags")
        said: Mapping[str, Any] = flags if isinstance(flags, dict) else {}
        codes = (_word(party, name) for name in ("ref", "kind", "role"))
        name = told.get(party.get("name") or "", None)
        known = (_word(party, "sex"), _word(party, "capacity"))
        yield (member, *codes, name, *known, said.get("minor"), _word(said, "domestic_violence"))


def _numbers(document: Mapping[str, Any]) -> Iterator[Row]:
    for number in _objects(document, "identifiers"):
        yield tuple(_word(number, name) for name in ("system", "value", "normal_form", "issued_by"))


def _objects(document: Mapping[str, Any], member: str) -> Sequence[Mapping[str, Any]]:
    found = document.get(member)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _word(said: Mapping[str, Any], name: str) -> str | None:
    found = said.get(name)
    return found if isinstance(found, str) else None


def _cell(found: object) -> Value:
    if found is None or isinstance(found, str | int):
        return found
    return shown(found) if isinstance(found, datetime) else str(found)


def _text(found: UUID | None) -> str | None:
    return None if found is None else str(found)


def _file(kind: str) -> str:
    return f"kind-{kind.replace('_', '-')}"
