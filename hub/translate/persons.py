"""What is known of persons in any format: names, ID numbers, who is a minor, keys for exact look-up.

Nothing here refuses: a masked, short, wrong or missing number is a status and a finding.
"""

import re
from collections.abc import Iterator
from typing import Final

from hub.port import Doc
from hub.translate.check_digits import born, eighteen, is_credit_code, is_id_number
from hub.translate.records import Noted, Run

_ID18: Final = re.compile(r"[1-9]\d{16}[\dXx]", re.ASCII)
_ID15: Final = re.compile(r"[1-9]\d{14}", re.ASCII)
_MASK: Final = re.compile(r"[*×xX＊]{3,}|[*×＊]")
_NOTE: Final = re.compile(r"^(.*?)\s*[(（](身份不详|姓名不详|不详|化名|绰号|外号|自称|自报)[)）]$")
_UNKNOWN: Final = frozenset({"不详", "身份不详", "姓名不详", "无名氏", "未知", "某人"})
_UNKNOWN_NOTES: Final = frozenset({"身份不详", "姓名不详", "不详"})
_COMPANY: Final = re.compile(r"公司(?:[(（].{1,30}[)）])?$")

PERSONS: Final[dict[str, tuple[str, ...]]] = {
    "dispute": ("parties",),
    "referral": ("parties",),
    "early_warning": ("key_persons",),
    "confirmation_application": ("applicants",),
}
"""Arrays of Party by kind; single parties (an objector, a complainant) are in `PERSON`."""

PERSON: Final[dict[str, str]] = {"objection": "objector", "complaint": "complainant"}


def name(text: str) -> Doc:
    """`name`, `name_status`, and `kind` of what calls itself a company (公司法: only companies may)."""
    if text.isalpha() and "某" not in text and text not in _UNKNOWN:
        return {"name": text, "name_status": "full", "kind": "legal_person"} if (
            text.endswith("公司")
        ) else {"name": text, "name_status": "full"}  # fmt: skip
    noted = _NOTE.match(text)
    if noted:
        status = "unknown" if noted[2] in _UNKNOWN_NOTES else "alias"
        return {"name": noted[1] or "身份不详", "name_status": status}
    if text in _UNKNOWN:
        return {"name": text, "name_status": "unknown"}
    if "*" in text or "×" in text or "＊" in text:
        return {"name": text, "name_status": "masked"}
    if _COMPANY.search(text):
        return {"name": text, "name_status": "full", "kind": "legal_person"}
    return {"name": text, "name_status": "partial" if "某" in text[1:] else "full"}


def write_name(person: Doc) -> str | None:
    """The name as a field without a status column shows it."""
    text, status = person.get("name"), person.get("name_status")
    if not isinstance(text, str):
        return None
    note = {"unknown": "(身份不详)", "alias": "(化名)"}.get(str(status), "")
    return text + note if note and name(text).get("name_status") != status else text


def id_number(text: str) -> Doc:
    """`id_type id_number id_status`, or `kind credit_code` of an organisation's code."""
    if _ID18.fullmatch(text):
        return {"id_type": "resident_id", "id_number": text, "id_status": _id18_status(text)}
    if _ID15.fullmatch(text):
        status = "fifteen" if born(text) else "bad_checksum"
        return {"id_type": "resident_id", "id_number": text, "id_status": status}
    if len(text) == 18 and is_credit_code(text.upper()):
        return {"kind": "legal_person", "credit_code": text.upper()}
    if _MASK.search(text):
        return {"id_type": "resident_id", "id_number": text, "id_status": "masked"}
    if text.isdigit() and len(text) in (16, 17):
        return {"id_type": "resident_id", "id_number": text, "id_status": "truncated"}
    return {"id_type": "other", "id_number": text, "id_status": "not_checked"}


def _id18_status(text: str) -> str:
    if is_id_number(text):
        return "valid"
    return "truncated" if text.endswith("000") else "bad_checksum"


def of(kind: str, document: Doc) -> list[tuple[str, Doc]]:
    """Every person of a document with its pointer."""
    found: list[tuple[str, Doc]] = []
    for place in PERSONS.get(kind, ()):
        people = document.get(place)
        if isinstance(people, list):
            found += [(f"/{place}/{i}", p) for i, p in enumerate(people) if isinstance(p, dict)]
    single = document.get(PERSON[kind]) if kind in PERSON else None
    if isinstance(single, dict):
        found.append((f"/{PERSON[kind]}", single))
    return found


def complete(kind: str, document: Doc, run: Run) -> None:
    """Fills what follows from a person's own data: `ref`, `kind`, `id_status`, `flags.minor`; notes the rest.

    Who has no name is 身份不详, who has no role `other`: a person is never refused for what is not known.

    A minor is told by birth date, ID number or reported age on the day of the act.
    """
    of_age = _of_age(document, run)
    taken: set[object] = set()
    for n, (pointer, person) in enumerate(of(kind, document), start=1):
        if person.get("ref") in taken or "ref" not in person:
            if "ref" in person:
                run.findings.append(Noted("lossy", f"{pointer}/ref", detail="duplicate"))
            person["ref"] = next(r for m in range(n, n + 100) if (r := f"p{m}") not in taken)
        taken.add(person["ref"])
        position = person.get("position_in_native")
        if isinstance(position, str) and position.endswith("/split"):
            run.findings.append(Noted("identity", pointer, detail="split"))
        person.setdefault("role", "other")
        if "name" not in person:
            person |= {"name": "身份不详", "name_status": "unknown"}
            run.findings.append(Noted("identity", f"{pointer}/name", detail="missing"))
        if person.setdefault("kind", "person") != "person":
            continue
        if "id_number" not in person:
            person.setdefault("id_status", "missing")
        run.findings += _doubts(pointer, person)
        if of_age is not None and _is_minor(person, of_age):
            person.setdefault("flags", {"minor": True})


def _doubts(pointer: str, person: Doc) -> Iterator[Noted]:
    """What is to be noted of a person's ID number, and of a sex that it contradicts."""
    status = person.get("id_status")
    if status != "valid":
        yield Noted("identity", f"{pointer}/id_number", detail=str(status))
    if _other_sex(person):
        yield Noted("identity", f"{pointer}/sex", detail="sex")


def _other_sex(person: Doc) -> bool:
    """Whether a good ID number says another sex (odd: a man): perhaps a code was read by the wrong list."""
    number, sex = person.get("id_number"), person.get("sex")
    if person.get("id_status") not in ("valid", "fifteen") or not isinstance(number, str):
        return False
    return sex in ("1", "2") and sex != ("1" if int(number[16 if len(number) == 18 else 14]) % 2 else "2")


def _of_age(document: Doc, run: Run) -> str | None:
    """The day of birth of who comes of age on the day of the act, as the shared form writes a day."""
    when: object = document.get("business_time")
    if not isinstance(when, str):
        today = run.today()
        when = today.isoformat() if today else ""
    return f"{int(when[:4]) - 18:04}{when[4:10]}" if when else None


def _is_minor(person: Doc, of_age: str) -> bool:
    known = person.get("birth_date")
    value = known.get("value") if isinstance(known, dict) else None
    if isinstance(value, str) and len(value) >= 10:
        return value[:10] > of_age
    number = person.get("id_number")
    birth = born(number) if isinstance(number, str) else None
    if birth is None:
        age = person.get("age_reported")
        return isinstance(age, int) and age < 18
    return birth.isoformat() > of_age


def keys(kind: str, document: Doc) -> tuple[tuple[str, ...], ...]:
    """Tuples for blind indexes: (`id`, number), (`phone`, number), (`name`, name, birth date)."""
    found: list[tuple[str, ...]] = []
    for _, person in of(kind, document):
        number, called, birth = person.get("id_number"), person.get("name"), person.get("birth_date")
        if isinstance(number, str) and person.get("id_status") in _TELLING:
            fifteen = person.get("id_status") == "fifteen"
            found.append(("id", eighteen(number) if fifteen else number.upper()))
        code, phones = person.get("credit_code"), person.get("phones")
        if isinstance(code, str):
            found.append(("id", code))
        if isinstance(phones, list):
            found += [
                ("phone", p) for p in phones if isinstance(p, str) and (p.isdigit() or not _MASK.search(p))
            ]
        value = birth.get("value") if isinstance(birth, dict) else None
        if isinstance(called, str) and isinstance(value, str):
            found.append(("name", called, value[:10]))
    return tuple(dict.fromkeys(found))


_TELLING: Final = frozenset({"valid", "fifteen", "not_checked", None})
