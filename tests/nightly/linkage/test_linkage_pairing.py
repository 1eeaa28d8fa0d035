"""The certain pass, the weighing and one to one, over records of invented disputes."""

import contextlib
import json
import sys
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path

import duckdb
import pytest

from bench.linkage_data import generated
from hub.errors import Misconfigured
from hub.nightly.linkage import engine, keys, model, on_spark, training
from hub.nightly.linkage.certain import NEAR_DAYS, certain
from hub.nightly.linkage.comparisons import BY_NAME, COMPARISONS
from hub.nightly.linkage.engine import Scored
from hub.nightly.linkage.keys import meeting
from hub.nightly.linkage.matching import CROWD, match
from hub.nightly.linkage.pairing import LINKED, paired
from hub.nightly.linkage.records import Compared
from hub.trust.blind import Blinder

BLIND = Blinder(b"k" * 32).blind
DAY = date(2026, 11, 25)
NONE: tuple[str, ...] = ()


def record(key: str, source: str = "police", **members: object) -> Compared:
    empty = dict.fromkeys(
        ("names", "pinyins", "skeletons", "ids", "phones", "doors", "roads", "buildings", "communities"), NONE
    )
    base = Compared(
        key,
        source,
        fresh=True,
        **empty,
        district=None,
        amount=None,
        type=None,
        day=DAY,
        numbers=NONE,
        refers=NONE,
    )
    return replace(base, **members)


def told(left: str, right: str, weight: float, probability: float = 0.9) -> Scored:
    return Scored(left, right, "police", "justice", weight, probability, {})


def sure(*records: Compared) -> list[tuple[str, str, str]]:
    return [tuple(c) for c in certain(records)]


def test_a_number_named_and_gone_by_is_certain_in_either_order():
    named, named_by = record("b", numbers=("n1",)), record("a", "justice", refers=("n1", "n2"))
    assert sure(named, named_by) == sure(named_by, named) == [("a", "b", "reference")]
    assert sure(replace(named, fresh=False), replace(named_by, fresh=False)) == []


@pytest.mark.parametrize(("apart", "found"), [(0, True), (NEAR_DAYS, True), (NEAR_DAYS + 1, False)])
def test_the_same_two_numbers_are_certain_near_in_time(apart: int, found: bool):
    both = record("a", ids=("i1", "i2"), pinyins=("x", "y"))
    later = replace(both, id="b", source="justice", day=DAY + timedelta(days=apart))
    assert bool(sure(both, later)) is found


def test_one_shared_number_needs_a_second_person_or_nobody_else():
    one = record("a", ids=("i1",), pinyins=("zheng ce yi", "feng ce er"))
    assert sure(one, record("b", ids=("i1",), pinyins=("zheng ce yi", "yu ce san"))) == []
    assert sure(one, record("b", ids=("i1",), pinyins=("zheng ce yi",))) == [("a", "b", "id")]
    assert sure(one, replace(one, id="b")) == [("a", "b", "id")]


def test_one_to_one_the_heavier_wins_and_ties_go_by_id():
    records = [record(k) for k in ("a", "b")] + [record(k, "justice") for k in ("x", "y")]
    scored = [told("a", "x", 5), told("a", "y", 7), told("b", "y", 6), told("b", "x", 1)]
    assert [(p.left, p.right) for p in paired(records, [], scored)] == [("a", "y")]
    tied = [told("a", "x", 5), told("a", "y", 5), told("b", "x", 5), told("b", "y", 5)]
    expected = [("a", "x"), ("b", "y")]
    for order in (tied, tied[::-1]):
        assert [(p.left, p.right) for p in paired(records, [], order)][:1] == expected[:1]


def test_a_dispute_may_have_a_partner_in_each_agency():
    records = [record("a"), record("x", "justice"), record("c", "court")]
    scored = [told("a", "x", 5), told("a", "c", 9), told("c", "x", 1, 0.2)]
    assert [(p.left, p.right) for p in paired(records, [], scored)] == [("a", "c"), ("a", "x")]


def test_levels_are_named_from_the_strongest():
    assert BY_NAME["day"].level(-1) == "未登记"
    assert BY_NAME["day"].level(0) == "不一致"
    assert BY_NAME["day"].level(6) == "同一日"
    assert BY_NAME["persons"].level(8).startswith("两名以上当事人姓名")


def test_the_frozen_parameters_fit_and_what_does_not_is_refused(tmp_path: Path):
    frozen = model.frozen()
    assert frozen.weight("day", 6) > frozen.weight("day", 1)
    assert frozen.weight("day", -1) == 0
    file = tmp_path / "parameters.json"
    for spoilt in (
        "{}",
        "[]",
        "no",
        json.dumps({"version": "x", "prior": 0.5, "levels": {"day": [[0.5, 0.5]]}}),
    ):
        file.write_text(spoilt)
        with pytest.raises(Misconfigured):
            model.load(file)


@pytest.fixture(scope="module")
def world() -> tuple[list[Compared], dict[str, str]]:
    return training.read((json.dumps(vars(one)) for one in generated(600, 41)), BLIND)


def test_what_was_planted_is_found_and_little_else(world, tmp_path: Path):
    records, entities = world
    found = [(p.left, p.right) for p in match(records, model.frozen(), tmp_path) if p.probability >= LINKED]
    right = sum(entities[left] == entities[other] for left, other in found)
    planted = len(entities) - len(set(entities.values()))
    assert right / len(found) > 0.97
    assert right / planted > 0.92


def test_the_order_of_the_records_changes_nothing(world, tmp_path: Path):
    records, _ = world
    assert match(records, model.frozen(), tmp_path) == match(records[::-1], model.frozen(), tmp_path)


def test_only_pairs_with_a_fresh_side_are_looked_at(world, tmp_path: Path):
    records, _ = world
    old = [replace(r, fresh=False) for r in records]
    assert match(old, model.frozen(), tmp_path) == []
    one = match(records, model.frozen(), tmp_path)[0]
    mixed = [replace(r, fresh=r.id == one.left) for r in records]
    assert all(one.left in (p.left, p.right) for p in match(mixed, model.frozen(), tmp_path))


def test_splink_weighs_as_the_waterfall_says(world, tmp_path: Path):
    records, _ = world
    with engine.workshop(tmp_path) as connection:
        scored = engine.score(connection, records, model.frozen(), 0.1)
    assert len(scored) > 100
    assert all(abs(s.weight - model.frozen().weigh(s.levels)) < 1e-4 for s in scored)


def test_the_telephone_of_an_office_brings_nobody_together(tmp_path: Path):
    crowd = [record(f"a{n:03}", phones=("office",), ids=("filler",)) for n in range(CROWD + 1)]
    assert match(crowd, model.frozen(), tmp_path) == []
    assert len(match(crowd[:2], model.frozen(), tmp_path)) == 1


def namesakes(n: int, **members: object) -> list[Compared]:
    """Disputes of one name, each in a district of its own unless `members` says otherwise."""
    return [record(f"n{i:02}", pinyins=("li na",), **{"district": f"{i}", **members}) for i in range(n)]


def met(records: list[Compared]) -> set[tuple[str, str]]:
    """Who shares a key, in pairs."""
    with duckdb.connect() as connection:
        own = [set(keys) for keys in meeting(connection, records).to_pylist()]
    pairs = combinations(range(len(records)), 2)
    return {(records[a].id, records[b].id) for a, b in pairs if own[a] & own[b]}


def test_a_key_brings_together_a_few_and_a_crowd_by_what_more_it_shares():
    few, many = namesakes(keys.CROWD), namesakes(keys.CROWD + 1)
    assert len(met(few)) == len(few) * (len(few) - 1) // 2
    assert met(many) == set(), "a month that all share narrows nothing"
    late = replace(many[0], day=DAY - timedelta(days=90))
    assert met([late, replace(many[1], day=late.day), *many[2:]]) == {
        ("n00", "n01"),
        *combinations([r.id for r in many[2:]], 2),
    }
    near = [*many[:-1], replace(many[-1], district="0")]
    assert met(near) == {("n00", many[-1].id)}
    other = [replace(r, pinyins=("li na", "wu fang")) for r in many[:2]]
    assert met([*other, *many[2:]]) == {("n00", "n01")}


def test_where_one_thing_more_is_a_crowds_too_two_bring_together_and_then_nothing_does():
    many = namesakes(2 * keys.CROWD)
    now = [replace(r, district="here") for r in many[:2]] + many[2 : keys.CROWD + 1]
    here = [
        replace(r, district="here", day=date(2000 + n, 5, 15)) for n, r in enumerate(many[keys.CROWD + 1 :])
    ]
    assert met([*now, *here]) == {("n00", "n01")}
    assert met(namesakes(keys.CROWD + 1, district="here")) == set()


def test_whatever_the_number_of_disputes_a_key_stays_with_few(world):
    records, _ = world
    crowd = [replace(r, pinyins=(*r.pinyins, "li na")) for r in records]
    with duckdb.connect() as connection:
        times = Counter(key for own in meeting(connection, crowd).to_pylist() for key in own)
    assert max(times.values()) == keys.CROWD


def test_pairs_held_in_parts_are_the_same_pairs(world, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    records, _ = world
    at_once = match(records, model.frozen(), tmp_path)
    monkeypatch.setattr(engine, "_SIDE", len(records) // 3)
    monkeypatch.setattr(engine, "_AT_ONCE", len(records) // 5)
    assert match(records, model.frozen(), tmp_path) == at_once


def test_the_weighing_keeps_to_the_memory_that_is_set(world, tmp_path: Path):
    records, _ = world
    assert match(records, model.frozen(), tmp_path, "64MB") == match(records, model.frozen(), tmp_path)
    with pytest.raises(duckdb.OutOfMemoryException):
        match(records, model.frozen(), tmp_path, "1MB")
    assert list(tmp_path.iterdir()) == []


def test_another_engine_is_handed_no_word_of_a_dispute(world, tmp_path: Path):
    """In digests of one run the same meet and compare as before: what Spark is told (`on_spark`)."""
    records, _ = world
    veiled, again = on_spark.veiled(records), on_spark.veiled(records)
    with engine.workshop(tmp_path) as connection:
        handed = repr(engine.table(connection, veiled).drop_columns(["id", "source"]).to_pylist())
    words = {word for r in records for name in engine.WORDS for word in getattr(r, name)}
    assert len(words) > 1000
    assert [word for word in words if word in handed and not word.isdecimal()] == []
    assert veiled != again
    assert met(veiled) == met(again) == met(records)
    assert [len(p.split(" ")) for r in records for p in r.pinyins] == [
        len(p.split(" ")) for r in veiled for p in r.pinyins
    ]


def test_the_engine_is_the_one_that_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)  # as if it were not installed
    one = record("a", ids=("i1",))
    with pytest.raises(Misconfigured, match="NIGHT_ENGINE"):
        match([one, replace(one, id="b")], model.frozen(), tmp_path, where="spark")


def test_training_counts_levels_and_floors_the_rest(world, tmp_path: Path):
    records, entities = world
    made = training.train(records, entities, "t", tmp_path)
    assert {name: len(pairs) for name, pairs in made["levels"].items()} == {
        c.name: len(c.labels) for c in COMPARISONS
    }
    assert all(model.FLOOR <= p < 1 for pairs in made["levels"].values() for pair in pairs for p in pair)
    file = tmp_path / "made.json"
    file.write_text(json.dumps(made))
    assert model.load(file).version == "t"
    with pytest.raises(ValueError, match="both kinds"):
        training.train(records, dict.fromkeys(entities, "one"), "t", tmp_path)


def test_what_memory_cannot_hold_is_never_written_in_clear(tmp_path: Path):
    left = tmp_path / "linkage-tmp" / "left-by-a-killed-run"
    left.mkdir(parents=True)
    with engine.workshop(tmp_path, memory="60MB") as connection:
        home = tmp_path / "linkage-tmp"
        assert not left.exists()
        assert home.stat().st_mode & 0o777 == 0o700
        said = "select '郑测一' || (i * 7919 % 1000003) || repeat('冯测二', 8) as n from range(1200000) t(i)"
        with contextlib.suppress(
            duckdb.OutOfMemoryException
        ):  # where DuckDB cannot encrypt it writes nothing
            connection.execute(f"create table spilt as {said}")
            assert [f for f in home.rglob("*") if f.is_file()]
        spilt = [f.read_bytes() for f in home.rglob("*") if f.is_file()]
        assert all("郑测一".encode() not in content for content in spilt)
    assert not home.exists()
