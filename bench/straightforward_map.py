"""The map of the straightforward build, FROZEN with it: police `07` to the shared form, by hand."""

from typing import Any

from fastapi import HTTPException

MEDIATION = {1: "people", 2: "administrative", 3: "judicial"}
PROCEDURE = {1: "simple", 2: "ordinary"}
SIDE = {1: "side_a", 2: "side_b"}
EXTRAS = (
    "officeFullName", "committeeName", "caseName", "disputeKind", "partyNum", "moneyInvolved", "acceptor",
    "medDate", "mediator", "executionKind", "revisit", "court", "docNum",
)  # fmt: skip
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def to_shared(native: dict[str, Any]) -> dict[str, Any]:
    """The shared form of a referral."""
    try:
        number = f"{native['acceptDate']}/{native['caseId']}"
        document: dict[str, Any] = {
            "schema": "liantiao/1",
            "business_time": f"{native['acceptDate']}T00:00:00+08:00",
            "mediation_type": MEDIATION[native["caseKind"]],
            "procedure": PROCEDURE[native["procedureKind"]],
            "facts_found": native["synopsis"].strip(),
            "track": "police_people",
            "platform": "police",
            "contact": {"name": native["transferor"].strip()},
            "parties": [party(one) for one in native["parties"]],
            "identifiers": [{"system": "medoffice", "value": number, "normal_form": number}],
        }
    except (KeyError, TypeError, AttributeError) as e:
        raise HTTPException(422, "untranslatable") from e
    kept = {f"/{name}": str(native[name]) for name in EXTRAS if native.get(name)}
    if kept:
        document["native_extras"] = kept
    return document


def party(native: dict[str, Any]) -> dict[str, Any]:
    """One party."""
    number = native["idCardNum"].strip().upper()
    told: dict[str, Any] = {
        "ref": f"p{native['partyId']}",
        "kind": "person",
        "name": native["name"].strip(),
        "name_status": "full",
        "role": SIDE[native["partyKind"]],
        "sex": str(native["gender"]),
        "id_type": "resident_id",
        "id_number": number,
        "id_status": id_status(number),
        "birth_date": {"value": native["birthday"], "precision": "day"},
        "addresses": [{"text": native["workLocOrAddr"].strip()}],
    }
    if native.get("phoneNum"):
        told["phones"] = [native["phoneNum"]]
    return told


def id_status(number: str) -> str:
    """GB 11643."""
    if len(number) == 15:
        return "fifteen"
    if len(number) != 18 or not number[:17].isdigit():
        return "not_checked"
    total = sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False))
    return "valid" if "10X98765432"[total % 11] == number[17] else "bad_checksum"
