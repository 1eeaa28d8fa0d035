"""Generated records of both sides, the engine over them, and an oracle in pandas that finds the same."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from hub.nightly import engine
from hub.nightly.compare import COLUMNS, STATES

CUT = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
FIELDS = ("/facts", "/phase", "/place/text", "/amount/amount")
AT = pa.timestamp("us", "UTC")
SEEDS = range(12)
Row = dict[str, Any]


def _row_digest(fields: dict[str, bytes]) -> bytes:
    return b"|".join(name.encode() + b"=" + said for name, said in sorted(fields.items()))


def _drawn(chance: random.Random) -> dict[str, bytes]:
    return {name: b"%d" % chance.randrange(2) for name in FIELDS if chance.random() < 0.8}


def generated(seed: int) -> tuple[list[Row], list[Row], list[engine.Covered]]:
    """Records of both sides with everything that can happen to them; few values, so that all of it does."""
    chance = random.Random(seed)
    scopes = ("a|dispute", "b|dispute", "a|case_status")
    held: list[Row] = []
    listed: list[Row] = []
    for n in range(chance.randrange(1, 150)):
        scope, key = chance.choice(scopes), b"%03d" % chance.randrange(60)
        fields = _drawn(chance)
        row = {
            "scope": scope,
            "key": key,
            "format": chance.choice(("one", "two")),
            "at": chance.choice((None, CUT, CUT - timedelta(days=1))),
            "digest": _row_digest(fields),
            "fields": fields,
        }
        if chance.random() < 0.5:
            received = CUT + timedelta(hours=chance.randrange(-40, 4), seconds=n)
            sender = chance.choice(("u1", "u2"))
            held.append({**row, "message": f"m{n:04}", "sender": sender, "received_at": received})
        else:
            links = [b"%03d" % chance.randrange(90)] if chance.random() < 0.2 else []
            listed.append({**row, "snapshot": f"s{chance.randrange(2)}", "n": n, "links": links})
    covered = [engine.Covered(s, u, CUT, chance.random() < 0.7) for s in scopes for u in ("u1", "u2")]
    return held, listed, covered


def all_generated() -> tuple[list[Row], list[Row], list[engine.Covered]]:
    """The records of all seeds side by side, each in scopes of its own."""
    held: list[Row] = []
    listed: list[Row] = []
    covered: list[engine.Covered] = []
    for seed in SEEDS:
        ours, theirs, units = generated(seed)
        held += [_of_seed(seed, row) for row in ours]
        listed += [_of_seed(seed, row) for row in theirs]
        covered += [unit._replace(scope=f"{seed}{unit.scope}") for unit in units]
    return held, listed, covered


def _of_seed(seed: int, row: Row) -> Row:
    told = {name: f"{seed}{row[name]}" for name in ("scope", "message", "snapshot") if name in row}
    links = [b"%d-%s" % (seed, link) for link in row.get("links", ())]
    return {
        **row,
        **told,
        "key": b"%d-%s" % (seed, row["key"]),
        **({"links": links} if "links" in row else {}),
    }


def by_engine(
    held: list[Row], listed: list[Row], covered: list[engine.Covered], folder: Path, where: str = "duckdb"
) -> set[Any]:
    with engine.engine(folder, where=where) as running:
        running.load("covered", engine.covered_table(covered))
        running.load("held", _arrow(held, engine.HELD))
        running.load("listed", _arrow(listed, engine.LISTED))
        running.first()
        rows = running.rows(engine.FINDINGS)
        ours = {row["message"]: row for row in held}
        theirs = {(row["snapshot"], row["n"]): row for row in listed}
        differing = running.rows(engine.DIFFERING)
        if differing:
            running.load("hub_wide", engine.wide([_wide(ours[d["message"]], "message") for d in differing]))
            wide = [_wide(theirs[d["snapshot"], d["n"]], "snapshot", "n") for d in differing]
            running.load("agency_wide", engine.wide(wide))
        rows += running.second()
    told = [tuple(row[name] for name in COLUMNS) for row in rows]
    assert len(told) == len(set(told))
    return set(told)


def _wide(row: Row, *names: str) -> Row:
    fields = row["fields"]
    return {**{name: row[name] for name in names}, "fields": list(fields), "digests": list(fields.values())}


def _arrow(rows: list[Row], table: Any) -> pa.Table:
    kinds = {"key": pa.binary(), "digest": pa.binary(), "n": pa.int32(), "links": pa.list_(pa.binary())}
    times = {"received_at": AT, "at": AT}
    schema = pa.schema([(name, {**kinds, **times}.get(name, pa.string())) for name in table.columns])
    return pa.Table.from_pylist([{name: row[name] for name in table.columns} for row in rows], schema=schema)


def by_pandas(held: list[Row], listed: list[Row], covered: list[engine.Covered]) -> set[Any]:
    """The same in plain steps."""
    hub = pd.DataFrame(held, columns=[*engine.HELD.columns, "fields"])
    agency = pd.DataFrame(listed, columns=[*engine.LISTED.columns, "fields"])
    cut = {c.scope: c.cut_off for c in covered}
    complete = {(c.scope, c.sender) for c in covered if c.complete}
    in_time = hub[[at <= cut[scope] for scope, at in zip(hub.scope, hub.received_at, strict=True)]]
    latest = {
        record: group.sort_values(["received_at", "message"]).iloc[-1]
        for record, group in in_time.groupby(["scope", "key"])
    }
    groups = {
        record: group.sort_values("n") for record, group in agency.groupby(["scope", "key", "snapshot"])
    }
    anywhere = {record[:2] for record in groups}
    ever = set(zip(hub.scope, hub.key, strict=True))
    found: set[Any] = set()
    for record, ours in latest.items():
        if record not in anywhere and (record[0], ours.sender) in complete:
            found.add(("missing_at_agency", *record, "", ours.message, None, None, None))
    for listed_record, group in groups.items():
        record = listed_record[:2]
        last = group.iloc[-1]
        place = (None, last.snapshot, last.n, None)
        if record not in ever:
            found.add(("missing_at_hub", *record, "", *place))
        if len(group) > 1:
            found.add(("duplicate", *record, "", *place))
        if record in latest and latest[record].digest not in set(group.digest):
            versions = set(in_time[(in_time.scope == record[0]) & (in_time.key == record[1])].digest)
            found |= _fields(record, latest[record], last, versions)
    for row in listed:
        if any(link not in set(agency.key) for link in row["links"]):
            place = (None, row["snapshot"], row["n"], None)
            found.add(("orphan_reference", row["scope"], row["key"], "/explicit_links", *place))
    return found


def _fields(record: tuple[str, bytes], ours: Any, theirs: Any, versions: set[bytes]) -> set[Any]:
    both = ours.fields.keys() & theirs.fields.keys()
    names = ours.fields.keys() | theirs.fields.keys() if ours.format == theirs.format else both
    differ = [name for name in names if ours.fields.get(name) != theirs.fields.get(name)]
    timed = not (pd.isna(ours["at"]) or pd.isna(theirs["at"]))
    side = None
    if theirs.digest in versions or (timed and theirs["at"] < ours["at"]):
        side = "agency"
    elif timed and theirs["at"] > ours["at"]:
        side = "hub"
    at = (ours.message, theirs.snapshot, theirs.n)
    found: set[Any] = set()
    for name in differ:
        if name in STATES:
            found.add(("status_contradiction", *record, name, *at, None))
        elif side is None:
            found.add(("field_mismatch", *record, name, *at, None))
    if differ and side is not None:
        found.add(("stale_version", *record, "", *at, side))
    return found
