"""The comparison itself, once, as Ibis expressions: every engine that Ibis speaks gives the same findings.

Three steps, each over less: keys and digests of all records are joined once (the sieve); what they leave
open is told in full; fields are unnested only of records that differ.
Pure expressions over tables of these columns:

    hub        scope, key, message, format, sender, received_at, at, digest
    marked hub scope, key, message, format, received_at, at, digest, in_time, expected
    agency     scope, key, snapshot, n, format, at, digest
    links      scope, key, snapshot, n, link
    hub_fields message, field, digest           agency_fields  snapshot, n, field, digest

`scope` is a system's records of one kind. `in_time`: the hub had it by the cut-off; `expected`: a complete
list covers its sender. A key is a keyed digest of the record's number; no value is here.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import ibis
import ibis.expr.datatypes as dt
from ibis import _

RECORD: Final = ("scope", "key")
LISTED: Final = (*RECORD, "snapshot")
"""A record, and a record in one list: each list is held against the hub by itself."""
STATES: Final = (
    "/phase", "/closed_how", "/outcome", "/answer", "/decision", "/event", "/action", "/level",
)  # fmt: skip
"""Fields that say where a matter stands in law; a difference there is told whatever else differs."""
_OF: Final = ("scope", "key", "message", "snapshot", "n", "same_format", "side")
COLUMNS: Final = ("kind", "scope", "key", "field", "message", "snapshot", "n", "side")
"""Columns of the findings. `side`: whose version is the older one, for a stale version."""

Table = Any  # ibis.Table; the library is not typed
Kept = Callable[[str, Table], Table]
Marked = Callable[[Table], Table]


class Differing(NamedTuple):
    """What the first phase found: findings that need no fields, and the records whose fields must be seen."""

    findings: Table
    records: Table


@ibis.udf.scalar.builtin(name="hash", signature=((dt.binary, dt.string), dt.int64))
def _hash(key, scope):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  the engine's own
    """The engine's hash of a record, under the name that DuckDB and Spark both have for it."""


@ibis.udf.scalar.builtin(name="hash", signature=((dt.binary, dt.string, dt.string), dt.int64))
def _hash_of_listed(key, scope, snapshot):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  as above
    """The same of a record in one list."""


def first_phase(hub: Table, agency: Table, links: Table, marked: Marked, kept: Kept) -> Differing:
    """Joins of keys and digests. `marked` tells of the hub's records what a cut-off says of them.

    `kept` holds a table that several expressions read, to be made once.
    """
    links = kept("links", links)
    there = agency.semi_join(links, [("key", "link")]).select(link="key")  # few, where links are few
    hub, agency = (side.mutate(spot=_hash(side.key, side.scope)) for side in (hub, agency))
    left = kept("left_open", _sieve(hub, agency))
    hub = kept("marked", marked(hub.semi_join(left, "spot").drop("spot")))
    agency = kept("open_listed", agency.semi_join(left, "spot").drop("spot"))
    again = agency.group_by(LISTED).agg(copies=_.count()).filter(_.copies > 1)
    latest = _first(hub.filter(_.in_time), RECORD, (ibis.desc("received_at"), ibis.desc("message")))
    latest = kept("latest", latest)
    last = kept("last_listed", _first(agency, LISTED, (ibis.desc("n"),)))
    found = ibis.union(
        _told(latest.filter(_.expected).anti_join(agency, RECORD), "missing_at_agency"),
        _told(last.anti_join(hub, RECORD), "missing_at_hub"),
        _told(last.semi_join(again, LISTED), "duplicate"),
        _told(links.anti_join(there, "link").drop("link").distinct(), "orphan_reference", "/explicit_links"),
    )
    return Differing(found, _differing(hub, latest, agency, last))


def _sieve(hub: Table, agency: Table) -> Table:
    """Spots of records that may have a finding: not those of which every version and copy says the same.

    A spot is the engine's own hash of a record: it only has to bring together what belongs together, so that
    the one join over all records stays narrow. Digests are compared whole, and records that merely share a
    spot are told apart by what comes after.
    """
    both = hub.select("spot", "digest").outer_join(
        agency.select("spot", "digest"), "spot", rname="{name}_theirs"
    )
    apart = both.filter(
        both.digest.isnull() | both.digest_theirs.isnull() | (both.digest != both.digest_theirs)
    )
    copies = agency.select("spot", copy=_hash_of_listed(agency.key, agency.scope, agency.snapshot))
    twice = copies.semi_join(copies.group_by("copy").agg(n=_.count()).filter(_.n > 1), "copy")
    spots = apart.select(spot=ibis.coalesce(apart.spot, apart.spot_theirs))
    return ibis.union(spots, twice.select("spot"), distinct=True)


def second_phase(records: Table, hub_fields: Table, agency_fields: Table) -> Table:
    """The fields in which records differ, and what follows for each record."""
    theirs = records.inner_join(agency_fields, ["snapshot", "n"]).select(*_OF, "field", agency="digest")
    ours = records.inner_join(hub_fields, ["message"]).select(*_OF, "field", hub="digest")
    both = ours.outer_join(theirs, ["message", "snapshot", "n", "field"])
    merged = both.select(
        **{name: ibis.coalesce(both[name], both[f"{name}_right"]) for name in (*_OF, "field")},
        hub=both.hub,
        agency=both.agency,
    )
    # A format that does not carry a field says nothing of it.
    told = merged.filter(
        (_.hub.notnull() & _.agency.notnull() & (_.hub != _.agency))
        | (_.same_format & (_.hub.isnull() | _.agency.isnull()))
    )
    state = told.field.isin(STATES)
    by_field = told.filter(state | told.side.isnull()).mutate(
        kind=ibis.cases((_.field.isin(STATES), "status_contradiction"), else_="field_mismatch"),
        side=ibis.null("string"),
    )
    stale = told.filter(_.side.notnull()).mutate(kind=ibis.literal("stale_version"), field=ibis.literal(""))
    return ibis.union(by_field.select(*COLUMNS), stale.select(*COLUMNS).distinct())


def _first(table: Table, of: tuple[str, ...], order: tuple[Any, ...]) -> Table:
    """One row of each, by an order."""
    place = ibis.row_number().over(ibis.window(group_by=of, order_by=order))
    return table.mutate(place=place).filter(_.place == 0).drop("place")


def _told(records: Table, kind: str, field: str = "") -> Table:
    """Findings of whole records."""
    known = set(records.columns)
    absent = {"message": "string", "snapshot": "string", "n": "int32"}
    places = {name: ibis.null(of) for name, of in absent.items() if name not in known}
    fixed = {"kind": ibis.literal(kind), "field": ibis.literal(field), "side": ibis.null("string")}
    return records.mutate(**fixed, **places).select(*COLUMNS)


def _differing(hub: Table, latest: Table, agency: Table, last: Table) -> Table:
    """Records of both sides of which no row of the list says what the hub's last version says."""
    same = agency.semi_join(latest, [*RECORD, "digest"]).select(*LISTED).distinct()
    theirs = last.anti_join(same, LISTED)
    earlier = hub.filter(_.in_time).select(*RECORD, "digest").distinct()
    older = theirs.semi_join(earlier, [*RECORD, "digest"]).select(*LISTED).mutate(older=True)
    joined = latest.inner_join(theirs, RECORD, rname="{name}_theirs")
    pairs = joined.left_join(older, LISTED, rname="{name}_older")
    agency_older = pairs.older.fill_null(False) | (pairs.at_theirs < pairs.at).fill_null(False)
    hub_older = (pairs.at_theirs > pairs.at).fill_null(False)
    return pairs.select(
        *RECORD,
        "message",
        "snapshot",
        "n",
        same_format=pairs.format == pairs.format_theirs,
        side=ibis.cases((agency_older, "agency"), (hub_older, "hub"), else_=ibis.null("string")),
    )
