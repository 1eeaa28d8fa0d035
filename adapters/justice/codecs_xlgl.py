"""Codecs of the 锡盟 forms: places told in three fields, the proxy, facts told twice, performance."""

import re
from datetime import date
from functools import partial
from typing import Final

from adapters.justice.codecs_told import entry, label_of, mapping, read_of, said, whole
from adapters.justice.codes_xlgl import AGENT_KIND, APPROVED, AUTHORITY, PERFORM_MODE
from hub.port import Doc, Kept, Own

_DIVISION: Final = re.compile(r"[0-9]{6}")
_TOWNSHIP: Final = re.compile(r"[0-9]{9}")
_NO_DISTRICT: Final[Doc] = {"id": "", "name": ""}
_NO_COUNTY: Final[Doc] = {"id": "", "name": "", "parentId": ""}


def _district(value: object) -> tuple[str, str]:
    """(code, name) of `{id, name}`; a bare text is a name."""
    if isinstance(value, dict):
        return said(value.get("id")), said(value.get("name"))
    return "", said(value)


def _place(text: str, county: object, town: object) -> Doc | None:
    """A Place; where no address is told the names of county and town are its text."""
    (division, district), (township, called) = _district(county), _district(town)
    text = text or district + called
    if not text:
        return None
    place: Doc = {"text": text[:200]}
    if _DIVISION.fullmatch(division):
        place |= {"division": division, "division_system": "gbt2260"}
    if _TOWNSHIP.fullmatch(township):
        place["township"] = township
    return place


def _county_of(place: Doc) -> Doc:
    division = str(place.get("division") or "")
    known = _DIVISION.fullmatch(division) and place.get("division_system", "gbt2260") == "gbt2260"
    return {"id": division if known else "", "name": ""}


def _town_of(place: Doc, name: str = "") -> Doc:
    return {"id": place.get("township") or "", "name": name}


def _read_scene(value: object) -> object:
    told = mapping(value)
    place = _place(said(told.get("caseArea")), told.get("caseCounty"), told.get("caseTown"))
    return None if place is None else whole(place, told, _write_scene(place))


def _write_scene(value: object) -> Doc:
    place = mapping(value)
    return {"caseArea": place.get("text"), "caseCounty": _county_of(place), "caseTown": _town_of(place)}


SCENE: Final = Own(
    "scene: place, county, town",
    _read_scene,
    _write_scene,
    empty={"caseCounty": _NO_DISTRICT, "caseTown": _NO_DISTRICT},
    loses="position, community and grid",
)


def _read_town(value: object) -> object:
    told = mapping(value)
    place = _place("", told.get("caseCounty"), told.get("caseTown"))
    return None if place is None else whole(place, told, _write_town(place))


def _write_town(value: object) -> Doc:
    place = mapping(value)
    return {"caseCounty": _county_of(place), "caseTown": _town_of(place, str(place.get("text") or ""))}


TOWN: Final = Own(
    "county and town",
    _read_town,
    _write_town,
    empty={"caseCounty": _NO_DISTRICT, "caseTown": _NO_DISTRICT},
    loses="position, community and grid; an address stands where the town's name does",
)


def _read_addresses(who: str, value: object) -> object:
    told = mapping(value)
    home = said(told.get(f"{who}Domicile"))
    living = _place(said(told.get(f"{who}Address")), told.get(f"{who}County"), told.get(f"{who}Town"))
    found: list[Doc] = [] if living is None else [{"kind": "residence", **living}]
    if home:
        found.append({"kind": "household", "text": home[:200]})
    return whole(found, told, _write_addresses(who, found)) if found else None


def _write_addresses(who: str, value: object) -> Doc:
    places = [mapping(place) for place in value] if isinstance(value, list) else []
    home = next((place for place in places if place.get("kind") == "household"), {})
    living = next((place for place in places if place.get("kind") != "household"), {})
    return {
        f"{who}Address": living.get("text"),
        f"{who}County": _county_of(living) | {"parentId": ""},
        f"{who}Town": _town_of(living),
        f"{who}Domicile": home.get("text"),
    }


def addresses(who: str) -> Own:
    """Address with county and town, and domicile, ↔ addresses of kind residence and household."""
    return Own(
        "address, county, town, domicile",
        partial(_read_addresses, who),
        partial(_write_addresses, who),
        empty={f"{who}County": _NO_COUNTY, f"{who}Town": _NO_DISTRICT},
        loses="a second address of a kind, position, community and grid",
    )


_KINDS, _AUTHORITIES = read_of(AGENT_KIND), read_of(AUTHORITY)
_KIND_LABELS, _AUTHORITY_LABELS = label_of(AGENT_KIND), label_of(AUTHORITY)
_GUARDIAN: Final = "法定代理人"
_GUARDIAN_WORDS: Final = ("法定代理", "监护")


def _read_proxy(value: object) -> object:
    told = mapping(value)
    name, kind, number = (said(told.get(field)) for field in ("proxyName", "proxyType", "proxyIdCard"))
    if not name:
        return whole(None, told, {})
    proxy: Doc = {"name": name}
    if number:
        proxy["id_number"] = number
    if any(word in kind for word in _GUARDIAN_WORDS):
        person: Doc = {"guardians": [proxy | {"relation": "other"}]}
    else:
        known = {"kind": _KINDS.get(kind), "authority": _AUTHORITIES.get(kind)}
        person = {"agents": [proxy | {field: code for field, code in known.items() if code}]}
    return whole(person, told, _write_proxy(person))


def _write_proxy(value: object) -> Doc:
    person = mapping(value)
    agent, guardian = entry(person.get("agents")), entry(person.get("guardians"))
    kind = _KIND_LABELS.get(str(agent.get("kind"))) or _AUTHORITY_LABELS.get(str(agent.get("authority")))
    proxy = agent or guardian
    return {
        "proxyName": proxy.get("name"),
        "proxyType": kind if agent else _GUARDIAN if guardian else None,
        "proxyIdCard": proxy.get("id_number"),
    }


PROXY: Final = Own(
    "proxy: agent, or guardian",
    _read_proxy,
    _write_proxy,
    loses="all but the first agent or guardian, and of it all but name, number and one of kind and authority",
)


_SEE: Final = frozenset({"见申请", "见申请书", "详见申请", "详见申请书", "同申请", "同上", "略"})
_LONGEST: Final = 10_000


def _read_facts(value: object) -> object:
    told = mapping(value)
    applied, registered = said(told.get("caseSituation")), said(told.get("disputeSituation"))
    if registered in _SEE or registered in applied:
        registered = ""
    facts = "\n".join(text for text in (applied, registered) if text)
    if len(facts) > _LONGEST:
        facts = applied or registered
    return whole(facts or None, told, _write_facts(facts))


def _write_facts(value: object) -> Doc:
    return {"caseSituation": value or None}


FACTS: Final = Own("facts: of the application, of the register", _read_facts, _write_facts)


_TRACKS: Final = {
    "当事人申请": "self_accepted",
    "依申请调解": "self_accepted",
    "调委会主动调解": "self_accepted",
    "调委会主动": "self_accepted",
    "主动调解": "self_accepted",
    "公安机关移交": "police_people",
    "公安机关委托移送": "police_people",
}
_TRACK_LABELS: Final = {
    "police_people": "公安机关移交",
    "entrusted_ordinary": "审判机关委托",
    "entrusted_summary": "审判机关委托",
    "prefiling_delegated": "审判机关委托",
    "party_online": "当事人申请",
}


def _read_track(value: object) -> object:
    """The track of a source. 审判机关委托 says neither whether a suit was filed nor by which procedure."""
    text = said(value)
    track = _TRACKS.get(text)
    if not text:
        return None
    return track if _TRACK_LABELS.get(str(track)) == text else Kept(track, None if track else "lossy")


def _write_track(value: object) -> object:
    return _TRACK_LABELS.get(str(value))


TRACK: Final = Own("track by the source", _read_track, _write_track, loses="which way a court handed it over")


_MODES, _MODE_LABELS = read_of(PERFORM_MODE), label_of(PERFORM_MODE)
_BY: Final = re.compile(r"([0-9]{4})[-年./]([0-9]{1,2})[-月./]([0-9]{1,2})日?")


def _read_performance(value: object) -> object:
    told = mapping(value)
    mode, limit = said(told.get("performMode")), said(told.get("timeLimit"))
    if not mode and not limit:
        return None
    item: Doc = {"no": 1, "kind": "other"}
    if mode:
        item["manner"] = _MODES.get(mode, "other")
    if limit:
        item |= {"due_text": limit[:100]} | _due(limit)
    return whole([item], told, _write_performance([item]))


def _due(text: str) -> Doc:
    """The day of a limit that is a whole date and no other word: whether 前 means that day is not decided."""
    match = _BY.fullmatch(text)
    try:
        day = date(*map(int, match.groups())).isoformat() if match else ""
    except ValueError:
        day = ""
    if not day:
        return {}
    return {"due": {"value": day, "precision": "day"} | ({"raw": text[:40]} if text != day else {})}


def _write_performance(value: object) -> Doc:
    item = entry(value) if isinstance(value, list) and len(value) == 1 else {}
    due = mapping(item.get("due"))
    return {
        "performMode": _MODE_LABELS.get(str(item.get("manner"))),
        "timeLimit": item.get("due_text") or due.get("raw") or due.get("value"),
    }


PERFORMANCE: Final = Own(
    "mode and limit of the whole agreement",
    _read_performance,
    _write_performance,
    loses="items of an agreement that has several; what is owed by whom",
)


def _read_agreed(value: object) -> object:
    return "agreed_written" if said(value) else None


def _write_nothing(_: object) -> object:
    return None


AGREED: Final = Own("an agreement in words is agreed in writing", _read_agreed, _write_nothing)


_APPROVALS: Final = {word: shared for code, shared, label in APPROVED.codes for word in (code, label)}


def _read_approval(value: object) -> object:
    text = said(value)
    if text and text not in _APPROVALS:
        raise APPROVED.refusal()
    return Kept(_APPROVALS[text]) if text else None


APPROVAL: Final = Own(
    "approval in the sender's own workflow; the hub gives back theirs and none of its own",
    _read_approval,
    _write_nothing,
)
