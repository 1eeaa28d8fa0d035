"""Codecs of the confirmation application and the service receipt: organisations, promises, who signed."""

import re
from typing import Final

from adapters.justice.codecs_told import entry, label_of, mapping, read_of, said, whole
from adapters.justice.codes_forms import PROMISE, SIGNED
from hub.port import Doc, Kept, Own


def _is_organised(party: Doc) -> bool:
    return party.get("kind", "person") not in ("person", "unknown")


def _read_organisation(value: object) -> object:
    told = mapping(value)
    name, head = said(told.get("名称")), said(told.get("法定代表人"))
    if not name:
        return {"legal_representative": head} if head else None
    legal = head or name.endswith("公司")
    made: Doc = {"kind": "legal_person" if legal else "organisation", "name": name, "name_status": "full"}
    return made | ({"legal_representative": head} if head else {})


def _write_organisation(value: object) -> Doc:
    party = mapping(value)
    return {
        "名称": party.get("name") if _is_organised(party) else None,
        "法定代表人": party.get("legal_representative"),
    }


ORGANISATION: Final = Own(
    "organisation and who represents it",
    _read_organisation,
    _write_organisation,
    loses="which kind of organisation, beyond legal person or not",
)


def _read_seat(value: object) -> object:
    told = mapping(value)
    for field, kind in (("住", "residence"), ("住所地", "registered")):
        text = said(told.get(field))
        if text:
            made: Doc = {"addresses": [{"kind": kind, "text": text[:200]}]}
            return whole(made, told, {field: text[:200]})
    return None


def _write_seat(value: object) -> Doc:
    party = mapping(value)
    address = entry(party.get("addresses"))
    text, kind = address.get("text"), address.get("kind")
    seat = kind == "registered" or (_is_organised(party) and kind != "residence")
    return {"住所地": text} if seat else {"住": text}


SEAT: Final = Own(
    "address of a person, seat of an organisation", _read_seat, _write_seat, loses="all but its text"
)


_BETWEEN: Final = re.compile(r"[;；\n]")
_PROMISE_LABELS: Final = label_of(PROMISE)


def _read_promises(value: object) -> object:
    told = value if isinstance(value, list) else _BETWEEN.split(said(value))
    sentences = [text for item in told if (text := said(item))]
    if not sentences:
        return None
    found = [[shared for word, shared, _ in PROMISE.codes if word in text] for text in sentences]
    promises = list(dict.fromkeys(code for codes in found for code in codes))
    made: Doc = {"promises": promises} if promises else {}
    if "no_other_application" in promises:
        made["other_applications"] = False
    if not all(found):
        return Kept(made or None, "lossy")
    return made if _write_promises(made) == told else Kept(made)


def _write_promises(value: object) -> object:
    document = mapping(value)
    promises = document.get("promises")
    codes = [str(code) for code in promises] if isinstance(promises, list) else []
    return [_PROMISE_LABELS[code] for code in codes if code in _PROMISE_LABELS] or None


PROMISES: Final = Own(
    "promises, and that no other court was asked", _read_promises, _write_promises, empty=[]
)


_RESULTS, _RESULT_LABELS = read_of(SIGNED), label_of(SIGNED)
_SELF: Final = "本人"
_BY_OTHER: Final = "代收"
_NAMED: Final = re.compile(r"^(.{2,12}?)[(（:：]\s*([^()（）:：]{1,40}?)\s*[)）]?$")


def _read_signed(value: object) -> object:
    told = mapping(value)
    party, signed = said(told.get("受送达人")), said(told.get("签收"))
    made: Doc = {"party_name": party} if party else {}
    if signed:
        made |= _result(party, signed)
    return whole(made or None, told, _write_signed(made))


def _result(party: str, signed: str) -> Doc:
    """Result and, of a signature, whose it is. Raises Unreadable `code` for a word nobody listed."""
    named = _NAMED.match(signed) if signed not in _RESULTS else None
    word, other = (named[1], named[2]) if named else (signed, "")
    if word not in _RESULTS:
        raise SIGNED.refusal()
    made: Doc = {"result": _RESULTS[word]}
    receiver = other or (party if word.startswith(_SELF) else "")
    if receiver and made["result"] == "served":
        made["receiver"] = {"name": receiver}
    return made


def _write_signed(value: object) -> Doc:
    document = mapping(value)
    party, result = document.get("party_name"), str(document.get("result"))
    receiver = mapping(document.get("receiver")).get("name")
    signed = _RESULT_LABELS.get(result)
    if result == "served" and receiver != party:
        signed = f"{_BY_OTHER}({receiver})" if receiver else "签收"
    return {"受送达人": party, "签收": signed}


SIGNATURE: Final = Own(
    "whom it was for, what came of it, who signed",
    _read_signed,
    _write_signed,
    loses="how the receiver is related to the party",
)
