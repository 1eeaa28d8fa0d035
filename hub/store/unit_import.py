"""Units and their aliases from a table (contract 8): checked whole, then written whole. SQL and CSV.

`code,name,agency,tier,division,parent,valid_from,valid_to` and optionally `type,host,serves,contact`; a
missing `type` follows from name, agency and tier by `unit_types.csv`. A row replaces the unit of its
code; units that are not in the table stay as they are. `serves` lists division codes between `;`.
"""

import csv
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from importlib import resources
from typing import Final

import asyncpg

from hub.errors import Refused
from hub.store.administration import Admin
from hub.store.tables import Row

UNIT_COLUMNS: Final = (
    "code", "name", "agency", "tier", "division", "parent", "valid_from", "valid_to",
)  # fmt: skip
UNIT_OPTIONAL: Final = ("type", "host", "serves", "contact")
ALIAS_COLUMNS: Final = ("system", "native_code", "unit", "valid_from", "valid_to")
TYPES: Final = (
    "court", "tribunal", "police_bureau", "station", "justice_bureau", "judicial_office",
    "committee", "room", "other",
)  # fmt: skip
TIERS: Final = ("city", "district", "town")
# `hub` and `hub_admin` are the hub itself as a sender: what they may do no unit may.
CODE: Final = re.compile(r"(?!(?:hub|hub_admin)$)[\w.-]{1,64}")
_DIVISION = re.compile(r"[0-9]{0,12}")
_WRITE_UNITS = """
INSERT INTO unit (code, name, agency, type, tier, division, parent, host, serves, contact,
                  valid_from, valid_to)
SELECT code, name, agency, type, tier, division, parent, host, string_to_array(serves, ';'), contact,
       valid_from, valid_to
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
            $8::text[], $9::text[], $10::text[], $11::date[], $12::date[])
     AS t (code, name, agency, type, tier, division, parent, host, serves, contact,
           valid_from, valid_to)
ON CONFLICT (code) DO UPDATE SET
    name = excluded.name, agency = excluded.agency, type = excluded.type, tier = excluded.tier,
    division = excluded.division, parent = excluded.parent, host = excluded.host,
    serves = excluded.serves, contact = excluded.contact, valid_from = excluded.valid_from,
    valid_to = excluded.valid_to
"""
_WRITE_ALIASES = """
INSERT INTO unit_alias (system, native_code, unit, valid_from, valid_to)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::date[], $5::date[])
ON CONFLICT (system, native_code, valid_from) DO UPDATE SET
    unit = excluded.unit, valid_to = excluded.valid_to
"""


async def import_units(
    conn: asyncpg.Connection,
    rows: Sequence[Row],
    admin: Admin,
    agencies: Collection[str] | None = None,
) -> int:
    """Write the units of a table; answers how many. `agencies`: the folders under `adapters/`.

    Raises Refused `schema` with a fault for each wrong cell; then nothing is written.
    """
    types, seen = _Types(), _Seen()
    values = [_unit(row, types, seen, agencies) for row in rows]
    async with admin.changing(conn, "unit-import", f"{len(rows)} units"):
        await conn.execute("LOCK TABLE unit IN SHARE ROW EXCLUSIVE MODE")
        known = await conn.fetch("SELECT code, parent FROM unit")
        _check_tree(rows, {r["code"]: r["parent"] for r in known})
        _refuse(rows)
        await conn.execute(_WRITE_UNITS, *_columns(values, 12))
    return len(rows)


async def import_aliases(conn: asyncpg.Connection, rows: Sequence[Row], admin: Admin) -> int:
    """Write what systems call units by codes of their own; answers how many. Raises Refused `schema`."""
    seen = _Seen()
    values = [_alias(row, seen) for row in rows]
    async with admin.changing(conn, "alias-import", f"{len(rows)} aliases"):
        known = {r["code"] for r in await conn.fetch("SELECT code FROM unit")}
        for row in rows:
            if row.text("unit") and row.text("unit") not in known:
                row.fault("unit-unknown", "unit")
        _refuse(rows)
        await conn.execute(_WRITE_ALIASES, *_columns(values, 5))
    return len(rows)


def _unit(row: Row, types: "_Types", seen: "_Seen", agencies: Collection[str] | None) -> tuple[object, ...]:
    code = row.matching("code", CODE)
    seen.once(row, "code", code)
    name, agency, tier = row.required("name"), row.required("agency"), row.one_of("tier", TIERS)
    if agencies is not None and agency not in agencies:
        row.fault("one-of", "agency", " ".join(sorted(agencies)))
    serves = [s for s in re.split(r"[;;、,\s]+", row.text("serves")) if s]
    if not all(_DIVISION.fullmatch(s) for s in serves):
        row.fault("division", "serves")
    division = row.text("division")
    if not _DIVISION.fullmatch(division):
        row.fault("division", "division")
    return (
        code,
        name,
        agency,
        row.one_of("type", TYPES) if row.text("type") else types.of(name, agency, tier),
        tier,
        division,
        row.text("parent") or None,
        row.text("host") or None,
        ";".join(serves),
        row.text("contact"),
        *row.period(),
    )


def _alias(row: Row, seen: "_Seen") -> tuple[object, ...]:
    system, native = row.matching("system", CODE), row.required("native_code")
    first, last = row.period()
    seen.once(row, "native_code", system, native, first)
    return system, native, row.required("unit"), first, last


def _check_tree(rows: Sequence[Row], parents: dict[str, str | None]) -> None:
    for row in rows:
        parents[row.text("code")] = row.text("parent") or None
    for row in rows:
        for column in ("parent", "host"):
            if row.text(column) and row.text(column) not in parents:
                row.fault("unit-unknown", column)
        if _is_above_itself(row.text("code"), parents):
            row.fault("parent-cycle", "parent")


def _is_above_itself(code: str, parents: Mapping[str, str | None]) -> bool:
    above, met = parents.get(code), set[str]()
    while above is not None and above not in met:
        if above == code:
            return True
        met.add(above)
        above = parents.get(above)
    return False


def _refuse(rows: Sequence[Row]) -> None:
    faults = [fault for row in rows for fault in row.faults]
    if faults:
        raise Refused("schema", *faults)


def _columns(rows: Sequence[tuple[object, ...]], count: int) -> Iterator[list[object]]:
    for n in range(count):
        yield [row[n] for row in rows]


class _Seen:
    """Notes a row that says the same thing as one before it."""

    def __init__(self) -> None:
        self._labels: dict[tuple[object, ...], str] = {}

    def once(self, row: Row, column: str, *key: object) -> None:
        first = self._labels.setdefault(key, row.label)
        if first != row.label:
            row.fault("repeated", column, first)


class _Types:
    """The type a unit has when its table does not say: first line of the list that fits."""

    def __init__(self) -> None:
        text = resources.files(__package__).joinpath("unit_types.csv").read_text("utf-8")
        self._lines = list(csv.DictReader(text.splitlines()))

    def of(self, name: str, agency: str, tier: str) -> str:
        for line in self._lines:
            if line["name_holds"] in name and line["agency"] in {"", agency} and line["tier"] in {"", tier}:
                return line["type"]
        return TYPES[-1]
