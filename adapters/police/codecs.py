"""Codecs of the police formats alone: what their fields say that no general codec can."""

import re
from typing import Final

from adapters.police.codes import CALL_CLASS
from hub.port import Doc, Kept, Own, Unreadable

NOTHING: Final = frozenset({"", "无", "/", "-"})
"""What fills a field that says nothing."""


def _read_party_no(value: object) -> object:
    text = str(value).strip()
    if not text.isdecimal() or not 0 < int(text) < 100:
        raise Unreadable("integer")
    return f"p{int(text)}"


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


def _read_call_class(value: object) -> object:
    levels = value if isinstance(value, dict) else {}
    texts = [str(levels.get(name) or "").strip() for name in ("BJXL", "BJLX", "BJLB")]
    codes = [text for text in texts if text.isascii() and text.isalnum()]
    if not codes:
        return Kept(None) if any(text not in NOTHING for text in texts) else None
    made: Doc = {"native": codes[0][:40], "system": CALL_CLASS.system}
    shared = next((s for code in codes for native, s, _ in CALL_CLASS.codes if native == code), None)
    if shared:
        made["code"] = shared
    return Kept(made)


def _write_call_class(value: object) -> object:
    told = value if isinstance(value, dict) else {}
    if told.get("system") != CALL_CLASS.system:
        known = [native for native, shared, _ in CALL_CLASS.codes if shared == told.get("code")]
        return {"BJLX": known[0]} if known else {}
    return {"BJLX": told.get("native")}


CALL_CLASSES: Final = Own("class on three levels", _read_call_class, _write_call_class)


def _read_scene(value: object) -> object:
    told = value if isinstance(value, dict) else {}
    text = str(told.get("SFDZ") or "").strip()
    if text in NOTHING:
        return Kept(None)
    place: Doc = {"text": text[:200]}
    division = str(told.get("XZQHBH") or "").strip()
    if len(division) == 6 and division.isdecimal():
        place |= {"division": division, "division_system": "gbt2260"}
    for x, y in (("SDDWXZB", "SDDWYZB"), ("ZDDWXZB", "ZDDWYZB")):
        pair = [str(told.get(name) or "").strip() for name in (x, y)]
        if all(_COORDINATE.fullmatch(part) and float(part) for part in pair):
            place |= {"longitude": pair[0], "latitude": pair[1]}
            break
    return place if _write_scene(place) == _filled(told) else Kept(place)


def _write_scene(value: object) -> object:
    place = value if isinstance(value, dict) else {}
    names = {"text": "SFDZ", "division": "XZQHBH", "longitude": "SDDWXZB", "latitude": "SDDWYZB"}
    return {native: str(place[shared]) for shared, native in names.items() if place.get(shared)}


def _filled(told: Doc) -> Doc:
    return {name: value for name, value in told.items() if value not in (None, "")}


_COORDINATE: Final = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,18})?")

SCENE: Final = Own("scene of a call: address, division, position", _read_scene, _write_scene)
