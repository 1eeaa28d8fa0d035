"""The district of a day, from configuration and the unit table."""

from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from hub.exchange.districts import Districts, strangers
from hub.law.calendar import SHANGHAI
from hub.law.tables import load_tables
from hub.store.registry import Dated, Registry, UnitRow

TABLES = load_tables()


def unit(code: str, type_: str, division: str = "500199", *serves: str, **dates: Any) -> UnitRow:
    return UnitRow(code, code, "police", type_, "town", None, division=division, serves=serves, **dates)


def districts(*units: UnitRow, **configs: tuple[Dated, ...]) -> Districts:
    named = {name.replace("_", "-"): dated for name, dated in configs.items()}
    empty: Any = MappingProxyType({})
    held = {u.code: u for u in units}
    return Districts(Registry(1, held, empty, {"on": "system"}, empty, named, empty), TABLES)


def on(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=SHANGHAI)


def dated(value: object, first: str = "2026-01-01", last: str | None = None) -> Dated:
    return Dated(date.fromisoformat(first), date.fromisoformat(last) if last else None, value)


def test_nothing_configured_is_the_reference() -> None:
    tables = districts().of(on("2026-07-01"))
    assert tables.rules == TABLES.rules
    assert tables.district.levels == TABLES.district.levels
    assert tables.district.trigger is None


def test_what_holds_is_what_began_last_on_the_day() -> None:
    level = {"code": "red", "name": "红", "superior": True, "periods": {"WARN_ACK": 1}}
    first = dated({"scheme": "s", "version": "1", "levels": [level]}, "2026-01-01", "2026-06-30")
    later = {**level, "periods": {"WARN_ACK": 3}}
    second = dated({"scheme": "s", "version": "2", "levels": [later]}, "2026-04-01", "2026-05-31")
    made = districts(warning_levels=(first, second), periods=(dated({"CONSULT_ACK": 2}),))
    hours = {
        day: made.of(on(day)).rules["WARN_ACK"].by_level for day in ("2026-03-31", "2026-04-01", "2026-06-01")
    }
    assert [h["red"] for h in hours.values()] == [1, 3, 1]
    assert made.of(on("2026-07-01")).rules["WARN_ACK"] == TABLES.rules["WARN_ACK"]
    assert made.of(on("2026-07-01")).rules["CONSULT_ACK"].n == 2
    assert made.of(on("2026-05-01")) is made.of(on("2026-05-31"))


def test_the_police_of_a_place_by_the_unit_table() -> None:
    made = districts(
        unit("bureau", "police_bureau"),
        unit("one", "station", "500199", "500199001"),
        unit("two", "station", "500199", "500199002", "500199003"),
        unit("only", "station", "500198"),
        unit("gone", "station", "500197", valid_to=date(2026, 5, 31)),
    )
    district = made.of(on("2026-07-01")).district
    assert district.police_of(("500199003",)) == "two"
    assert district.police_of(("500199",)) == "bureau"  # which of two stations it is, is not guessed
    assert district.police_of(("500198",)) == "only"
    assert district.police_of(("500197",)) is None
    assert made.of(on("2026-05-31")).district.police_of(("500197",)) == "gone"
    assert district.homes["one"] == ("500199001", "500199")
    assert district.homes["two"] == ("500199",)


def test_a_proxy_ends_when_a_system_receives_for_the_unit() -> None:
    proxies = (dated({"off": "centre", "on": "centre", "other": "nobody"}),)
    made = districts(unit("off", "other"), unit("on", "other"), unit("centre", "other"), proxies=proxies)
    assert made.of(on("2026-07-01")).district.proxies == {"off": "centre"}


def test_a_unit_that_does_not_exist_dispatches_nothing() -> None:
    said = {"dispatchers": [{"unit": "centre", "division": "500199"}, {"unit": "nobody"}], "police": []}
    made = districts(unit("centre", "other"), warning_units=(dated(said),))
    district = made.of(on("2026-07-01")).district
    assert district.dispatcher(("500199001",)) == "centre"
    assert district.dispatcher(("110101",)) is None
    assert strangers(made._registry, on("2026-07-01")) == ["nobody"]
