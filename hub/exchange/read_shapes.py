"""JSON shapes of what is read back, made of rows; and the cursors of pages. Pure."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg
import orjson

from hub.errors import Fault, Refused
from hub.exchange.answers import shown, told_to_others
from hub.trust.access import SENDER

_LAST_XID: Final = 2**64 - 1
_LAST_ORDER: Final = 2**31 - 1


def text(value: UUID | None) -> str | None:
    """An id as text."""
    return None if value is None else str(value)


def at(value: datetime | None) -> str | None:
    """An instant as the hub shows it."""
    return None if value is None else shown(value)


def delivery(row: asyncpg.Record) -> dict[str, object]:
    """A delivery of a message."""
    return {
        "unit": row["unit"],
        "state": row["state"],
        "queued_at": at(row["created_at"]),
        "first_sent_at": at(row["first_sent_at"]),
        "done_at": at(row["done_at"]),
        "tries": row["tries"],
    }


def roles(
    dispute: asyncpg.Record, cases: Iterable[asyncpg.Record], own: Iterable[str]
) -> dict[str, list[str]]:
    """Who has which role in a dispute, but for units that are in it only by cases the reader is not in."""
    known = set(own)
    for row in cases:
        for units in orjson.loads(row["roles"]).values():
            known.update(units)
    found: dict[str, list[str]] = {}
    for role, units in orjson.loads(dispute["roles"]).items():
        shown_units = [unit for unit in units if role == "registrar" or unit in known]
        if shown_units:
            found[role] = shown_units
    return found


def case(row: asyncpg.Record) -> dict[str, object]:
    """A case: machine, state, roles, parties."""
    return {
        "id": str(row["id"]),
        "dispute": str(row["dispute"]),
        "machine": row["machine"],
        "state": row["state"],
        "opened_at": at(row["opened_at"]),
        "changed_at": at(row["changed_at"]),
        "closed_at": at(row["closed_at"]),
        "roles": orjson.loads(row["roles"]),
        "parties": orjson.loads(row["parties"]),
    }


def step(row: asyncpg.Record, did: UUID) -> dict[str, object]:
    """A step of the history; of the dispute itself where it names no case."""
    return {
        "case": None if row["case_id"] == did else str(row["case_id"]),
        "step": row["step"],
        "from": row["from_state"],
        "to": row["to_state"],
        "message": str(row["message"]),
        "at": at(row["at"]),
    }


def deadline(row: asyncpg.Record) -> dict[str, object]:
    """A deadline with its article."""
    return {
        "rule": row["rule"],
        "object": row["object"],
        "case": text(row["case_id"]),
        "since": at(row["started_at"]),
        "due": row["due_on"].isoformat() if row["due_on"] else None,
        "due_at": at(row["due"]),
        "state": row["state"],
        "provisional": row["provisional"],
        "historical": row["historical"],
        "basis": row["basis"],
    }


def message(
    row: asyncpg.Record, document: Mapping[str, object] | None, deliveries: list[dict[str, object]]
) -> dict[str, object]:
    """A message as its reader sees it; without a document where there are too many to show."""
    found = row["findings"]
    out: dict[str, object] = {
        "message": str(row["id"]),
        "received_at": shown(row["received_at"]),
        "from": row["sender"],
        "to": row["addressee"],
        "kind": row["kind"],
        "purpose": row["purpose"],
        "schema": f"{row['kind']}/1.0",
        "dispute": text(row["dispute"]),
        "case": text(row["case_id"]),
        "re": text(row["re"]),
        "revision": row["revision"],
        "replaces": text(row["replaces"]),
        "historical": row["historical"],
        "role": row["role"],
        "document": document or {},
        "findings": orjson.loads(found if row["role"] == SENDER else told_to_others(found.encode())),
        "native": f"/v1/messages/{row['id']}/native",
        "origin_digest": f"sha-256:{bytes(row['digest']).hex()}",
        "deliveries": deliveries,
    }
    if document is None:
        out["document_omitted"] = True
    if row["parent"] is not None:
        out["file"] = {"message": str(row["parent"]), "record": row["record"]}
    if row["role"] == "sender":
        out["jti"] = row["jti"]
    return out


def cursor(xid: str, order: int) -> str:
    """Where a page ends, as a reader hands it back."""
    return urlsafe_b64encode(f"{xid}.{order}".encode()).decode().rstrip("=")


def read_cursor(cursor: str | None) -> tuple[str, int]:
    """A cursor's transaction and place. Raises Refused `malformed`."""
    if not cursor:
        return "0", 0
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        xid, order = text.split(".")
        place = int(xid), int(order)
    except (ValueError, UnicodeDecodeError) as e:
        raise Refused("malformed", Fault("cursor", pointer="after")) from e
    if not (0 <= place[0] <= _LAST_XID and 0 <= place[1] <= _LAST_ORDER):  # numbers the database has not
        raise Refused("malformed", Fault("cursor", pointer="after"))
    return str(place[0]), place[1]
