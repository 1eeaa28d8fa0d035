"""Codecs of the 12348 registry: an address told three ways, and a mediator who is named like a committee."""

import re
from typing import Final

from adapters.justice.codecs_told import mapping, said, whole
from hub.port import Doc, Kept, Own, Unreadable

_DIVISION: Final = re.compile(r"[0-9]{6}")
_TWICE: Final = re.compile(r"((?:[^省市区县州盟旗]{1,12}[省市区县州盟旗]){1,4})\1(?=.)")
_POSITION: Final = re.compile(r"(-?[0-9]{1,3}(?:\.[0-9]{1,18})?)[,，] *(-?[0-9]{1,2}(?:\.[0-9]{1,18})?)")


def undoubled(text: str) -> str:
    """An address whose leading divisions were written twice, with them once."""
    return _TWICE.sub(r"\1", text, count=1) if _TWICE.match(text) else text


def _read_seat(value: object) -> object:
    told = mapping(value)
    text = undoubled(said(told.get("completeAddress"))) or said(told.get("address"))
    if not text:
        return Kept(None) if any(said(part) for part in told.values()) else None
    place: Doc = {"text": text[:200]}
    county = said(told.get("county")) or said(told.get("city")) or said(told.get("province"))
    if _DIVISION.fullmatch(county):
        place |= {"division": county, "division_system": "gbt2260"}
    found = _POSITION.fullmatch(said(told.get("axis")))
    if found and abs(float(found[1])) <= 180 and abs(float(found[2])) <= 90:
        place |= {"longitude": found[1], "latitude": found[2]}
    return whole(place, told, {})


def _write_nothing(_: object) -> object:
    raise Unreadable("not-written")


SEAT: Final = Own("seat: divisions, address, position", _read_seat, _write_nothing)


def _read_namesake(value: object) -> object:
    told = mapping(value)
    name = said(told.get("name"))
    return Kept(None, "identity") if name and name == said(told.get("orgName")) else None


NAMESAKE: Final = Own("a mediator who bears the committee's own name", _read_namesake, _write_nothing)
