"""Codecs of the police formats alone: what their fields say that no general codec can."""

import re
from collections.abc import Callable
from typing import Final

from hub.port import Doc, Kept, Own, Unreadable

NOTHING: Final = frozenset({"", "无", "/", "-"})
"""What fills a field that says nothing."""


def _read_party_no(value: object) -> object:
    text = str(value).strip()
    if not text.isdecimal() or not 0 < int(text) < 100:
        raise Unreadable("integer")
    ref = f"p{int(text)}"
    return ref if text == ref[1:] else Kept(ref)


def _write_party_no(value: object) -> object:
    digits = str(value).removeprefix("p")
    if not digits.isdecimal():
        raise Unreadable("integer")
    return int(digits)


PARTY_NO: Final = Own("party number ↔ ref", _read_party_no, _write_party_no, empty=None)


def _read_party_count(_: object) -> object:
    return Kept(None)


def _write_party_count(value: object) -> object:
    return len(value) if isinstance(value, list) else None


PARTY_COUNT: Final = Own(
    "number of parties", _read_party_count, _write_party_count, empty=None, loses="counted anew when written"
)


_GUARDIAN: Final = re.compile(r"^(.*?)[(（]\s*(?:监护人|法定代理人|家长)\s*[:：]\s*([^)）]{1,40})[)）]$")


def _read_work(value: object) -> object:
    text = str(value).strip()
    noted = _GUARDIAN.match(text)
    if noted is None:
        return {"occupation": text} if text not in NOTHING else None
    person: Doc = {"guardians": [{"name": noted[2].strip(), "relation": "other"}]}
    if noted[1].strip():
        person["occupation"] = noted[1].strip()
    plain = f"{noted[1].strip()}(监护人:{noted[2].strip()})"
    return person if plain == text else Kept(person)


def _write_work(value: object) -> object:
    person = value if isinstance(value, dict) else {}
    guardians = person.get("guardians")
    names = [g["name"] for g in guardians if isinstance(g, dict) and "name" in g] if guardians else []
    text = str(person.get("occupation") or "") + (f"(监护人:{names[0]})" if names else "")
    if len(text) > 120:
        raise Unreadable("limit")
    return text or None


WORK: Final = Own(
    "work, with a guardian noted", _read_work, _write_work, loses="all of a guardian but the name"
)


_COORDINATE: Final = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,18})?")


def _coordinates(told: Doc, *pairs: tuple[str, str]) -> Doc:
    """The first pair (longitude, latitude) of native fields that is a position; (0, 0) is none."""
    for x, y in pairs:
        pair = [str(told.get(name) or "").strip() for name in (x, y)]
        if all(_COORDINATE.fullmatch(part) and float(part) for part in pair):
            return {"longitude": pair[0], "latitude": pair[1]}
    return {}


def _place(told: Doc, text: str, more: Doc, write: Callable[[object], object]) -> object:
    """A place is its address; what else a file says of it is kept if there is no address."""
    address = str(told.get(text) or "").strip()
    if address in NOTHING:
        return Kept(None)
    place: Doc = {"text": address[:200]} | more
    return place if write(place) == _filled(told) else Kept(place)


def _filled(told: Doc) -> Doc:
    return {name: value for name, value in told.items() if value not in (None, "")}


def _unplaced(value: object, names: dict[str, str]) -> object:
    place = value if isinstance(value, dict) else {}
    return {native: str(place[shared]) for shared, native in names.items() if place.get(shared)}


def _read_scene(value: object) -> object:
    told = value if isinstance(value, dict) else {}
    more = _coordinates(told, ("SDDWXZB", "SDDWYZB"), ("ZDDWXZB", "ZDDWYZB"))
    division = str(told.get("XZQHBH") or "").strip()
    if len(division) == 6 and division.isdecimal():
        more |= {"division": division, "division_system": "gbt2260"}
    return _place(told, "SFDZ", more, _write_scene)


def _write_scene(value: object) -> object:
    names = {"text": "SFDZ", "division": "XZQHBH", "longitude": "SDDWXZB", "latitude": "SDDWYZB"}
    return _unplaced(value, names)


SCENE: Final = Own("scene of a call: address, division, position", _read_scene, _write_scene)


def _read_push_scene(value: object) -> object:
    told = value if isinstance(value, dict) else {}
    return _place(told, "AFDD", _coordinates(told, ("BJDZJD", "BJDZWD")), _write_push_scene)


def _write_push_scene(value: object) -> object:
    return _unplaced(value, {"text": "AFDD", "longitude": "BJDZJD", "latitude": "BJDZWD"})


PUSH_SCENE: Final = Own("scene of a pushed call: address, position", _read_push_scene, _write_push_scene)


def _read_event_place(value: object) -> object:
    told = value if isinstance(value, dict) else {}
    grid = str(told.get("gridPath") or "").strip()
    return _place(told, "happenAddr", {"grid": grid} if 0 < len(grid) <= 60 else {}, _write_event_place)


def _write_event_place(value: object) -> object:
    return _unplaced(value, {"text": "happenAddr", "grid": "gridPath"})


def _read_platform_scene(value: object) -> object:
    told = value if isinstance(value, dict) else {}
    pairs = [(f"lngof{source}", f"latof{source}") for source in ("criterion", "locate", "call")]
    return _place(told, "occuraddress", _coordinates(told, *pairs), _write_platform_scene)


def _write_platform_scene(value: object) -> object:
    names = {"text": "occuraddress", "longitude": "lngofcriterion", "latitude": "latofcriterion"}
    return _unplaced(value, names)


PLATFORM_SCENE: Final = Own(
    "scene of a call: address, the best position there is", _read_platform_scene, _write_platform_scene
)

LONGEST_REPLIES: Final = 10_000


def _read_replies(value: object) -> object:
    """The whole text as it is; of what is longer the beginning, and the rest stays in the native bytes."""
    if not isinstance(value, str):
        raise Unreadable("type")
    text = value.strip()
    if text in NOTHING:
        return None
    return text if len(text) <= LONGEST_REPLIES else Kept(text[:LONGEST_REPLIES], "lossy")


REPLIES: Final = Own("free text, not mined", _read_replies, str)


EVENT_PLACE: Final = Own("place of an event: address, grid", _read_event_place, _write_event_place)
