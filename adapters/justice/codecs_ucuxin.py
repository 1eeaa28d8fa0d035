"""Codecs of the ucuxin conclusion: success and failure are two enumerations, and a file may fill both."""

import re
from typing import Final

from adapters.justice.codecs_told import mapping, said
from adapters.justice.codes_ucuxin import SUCCESS
from hub.port import Doc, Kept, Own, Unreadable

_WHOLE: Final = re.compile(r"[0-9]{1,6}", re.ASCII)
_TRUE: Final = frozenset({"true", "True"})
_LONGEST: Final = 2000


def _number(value: object) -> int:
    text = said(value)
    if text and _WHOLE.fullmatch(text) is None:
        raise Unreadable("integer")
    return int(text or 0)


def _success(number: int, described: str) -> str:
    """The outcome of a success. Only 1 was ever published; of the others the words must say it."""
    known = {code: shared for code, shared, _ in SUCCESS.codes}.get(str(number))
    labelled = next((shared for _, shared, label in SUCCESS.codes if described == label), None)
    if known and labelled not in (None, known):
        raise Unreadable("outcomes")
    found = known or labelled
    if found is None:
        raise SUCCESS.refusal()
    return found


def _read_conclusion(value: object) -> object:
    told = mapping(value)
    success, failure = _number(told.get("MS")), _number(told.get("MF"))
    reconciled = said(told.get("Reconciling")) in _TRUE
    ended = said(told.get("ReasonsTermination"))
    if bool(success) + bool(failure) + reconciled > 1 or (success and ended):
        raise Unreadable("outcomes")
    if success:
        return Kept({"outcome": _success(success, said(told.get("MSDesc")))})
    if reconciled:
        return Kept({"outcome": "settled_by_parties"})
    if not failure and not ended:
        raise Unreadable("undecided")
    made: Doc = {"outcome": "failed" if failure else "terminated"}
    reason = ended or said(told.get("MFDesc"))
    if reason:
        made["failure"] = {"reason": reason[:_LONGEST]}
    return Kept(made)


def _write_nothing(_: object) -> object:
    raise Unreadable("not-written")


def _read_form(value: object) -> object:
    told = mapping(value)
    success = _number(told.get("MS"))
    if not success:
        return None
    return "oral" if _success(success, said(told.get("MSDesc"))) == "agreed_oral" else "written"


FORM: Final = Own("whether the agreement is oral or written", _read_form, _write_nothing)
CONCLUSION: Final = Own("success or failure; both are a contradiction", _read_conclusion, _write_nothing)
