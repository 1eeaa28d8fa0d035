"""Codecs of the court's pre-litigation front end: tracks, results, decisions, files."""

from typing import Final

from adapters.court.codecs import digits_of, instant_of, not_written, said, text_of
from adapters.court.codes import SF_ACCEPT, SF_ADDRESS_KIND, SF_CATALOGUE, SF_CLOSED, SF_DECISION, SF_RESULT
from hub.port import Doc, Kept, Own, Unreadable

_DECISIONS: Final = {key: shared for code, shared, label in SF_DECISION.codes for key in (code, label)}


def _read_decision(value: object) -> object:
    text = text_of(value)
    code = digits_of(text) or text
    if code not in _DECISIONS:
        raise SF_DECISION.refusal()
    if not _DECISIONS[code]:
        raise Unreadable("undecided")
    return _DECISIONS[code]


MOVE_RESULT: Final = Own("decision; 暂未处理 is none", _read_decision, not_written)

FILE_FIELDS: Final = ("catalogName", "fileName", "fileId")
_CATALOGUES: Final = {label: shared for _, shared, label in SF_CATALOGUE.codes}


def _read_file(value: object) -> object:
    told = said(value)
    made: Doc = {}
    if "fileId" in told:
        made["ref"] = told["fileId"]
    if "fileName" in told:
        made["name"] = told["fileName"]
    if not made:
        return Kept(None)
    catalogue = told.get("catalogName", "")
    made["catalogue"] = _CATALOGUES.get(catalogue, "other")
    return made if catalogue in _CATALOGUES else Kept(made)


FILE_INFO: Final = Own("file of a catalogue", _read_file, not_written)

TRACK_FIELDS: Final = ("data/acceptType", "data/caseNo", "data/filingDate", "data/applicableProcedures")
_HANDED_OVER: Final = {key for code, _, label in SF_ACCEPT.codes for key in (code, label)}
_SUMMARY: Final = ("简易", "小额")


def _filed(told: dict[str, str]) -> bool:
    """A date of filing, or a number that is not one of 诉前 or 诉非."""
    number = told.get("caseNo", "")
    return "filingDate" in told or (bool(number) and "诉前" not in number and "诉非" not in number)


def _read_track(value: object) -> object:
    told = said(value)
    accept = told.get("acceptType", "80")
    if (digits_of(accept) or accept) not in _HANDED_OVER:
        raise SF_ACCEPT.refusal()
    if not _filed(told):
        return Kept("prefiling_delegated")
    procedure = told.get("applicableProcedures", "")
    if any(word in procedure for word in _SUMMARY):
        return Kept("entrusted_summary")
    return Kept("entrusted_ordinary", None if "普通" in procedure else "completeness")


TRACK: Final = Own("delegated before filing, entrusted after it by procedure", _read_track, not_written)

DELEGATED_FIELDS: Final = ("data/preFilingDate", "data/plaintDate", "data/filingDate", "data/caseNo")


def _read_delegated(value: object) -> object:
    told = said(value)
    day = told.get("preFilingDate") or told.get("plaintDate")
    return Kept(instant_of(day) if day and not _filed(told) else None)


DELEGATED_AT: Final = Own("day of delegation before filing", _read_delegated, not_written)

CATEGORY_FIELDS: Final = ("data/caseCategory", "data/caseNo", "data/filingDate")
_CATEGORIES: Final = {"民事一审": "civil_first", "行政一审": "administrative"}


def _read_category(value: object) -> object:
    told = said(value)
    category = told.get("caseCategory")
    if category is None or not _filed(told):
        return Kept(None)
    return _CATEGORIES.get(category) or Kept("other")


CATEGORY: Final = Own("kind of a filed case", _read_category, not_written)

ADDRESS_FIELDS: Final = ("address", "addResstype")
_ADDRESSES: Final = {key: shared for code, shared, label in SF_ADDRESS_KIND.codes for key in (code, label)}


def _read_addresses(value: object) -> object:
    told = said(value)
    kind = told.get("addResstype")
    code = digits_of(kind) or kind if kind else None
    if code is not None and code not in _ADDRESSES:
        raise SF_ADDRESS_KIND.refusal(field="addResstype")
    if "address" not in told:
        return Kept(None)
    place: Doc = {"text": told["address"]}
    return [place | {"kind": _ADDRESSES[code]}] if code else [place]


ADDRESSES: Final = Own("address of a kind", _read_addresses, not_written)

RESULT_FIELDS: Final = ("resultState", "judicialApplyFlag", "closeCaseState")
_AGREED: Final = frozenset({"agreed_written", "agreed_oral", "partly_agreed", "settled_by_parties"})
_YES: Final = frozenset({"1", "true", "True", "是"})
_NO: Final = frozenset({"0", "false", "False", "否"})
_BOOLEANS: Final = frozenset({"True", "False", "true", "false", None})
"""The flag as JSON has it, or none."""


_SUCCESS: Final = {key: shared for code, shared, label in SF_RESULT.codes for key in (code, label)}
_CLOSED: Final = {key: shared for code, shared, label in SF_CLOSED.codes for key in (code, label)}
_COUNTED_AS_SUCCESS: Final = frozenset({"agreed_written", "withdrawn_by_party"})
"""The front end's own list of successes has a withdrawal in it, with a quotation mark before its name."""


def _read_result(value: object) -> object:
    told = said(value)
    state, closed = told.get("resultState", ""), told.get("closeCaseState", "").lstrip('"')
    told_outcome = _SUCCESS.get(digits_of(state) or state)
    how = _CLOSED.get(digits_of(closed) or closed)
    if told_outcome is None:
        raise SF_RESULT.refusal()
    if closed and how is None:
        raise SF_CLOSED.refusal(field="closeCaseState")
    success = told_outcome == "agreed_written"
    if how is not None and success != (how in _COUNTED_AS_SUCCESS):
        raise Unreadable("contradictory")
    if how == "withdrawn_by_party":
        return Kept({"outcome": how}, "lossy" if told.get("judicialApplyFlag") in _YES else None)
    read = _with_wish(told, how or told_outcome, agreed=success)
    return Kept(read.value if isinstance(read, Kept) else read) if how else read


def _with_wish(told: dict[str, str], outcome: str, *, agreed: bool) -> object:
    """The flag asks for confirmation after success and for filing after failure."""
    made: Doc = {"outcome": outcome}
    flag = told.get("judicialApplyFlag")
    if flag in _YES:
        made["wish"] = "confirm" if agreed else "file"
    elif flag is not None and flag not in _NO:
        raise Unreadable("code")
    elif flag is not None:
        made["wish"] = "none"
    return made if flag in _BOOLEANS else Kept(made)


def _write_result(value: object) -> object:
    told = value if isinstance(value, dict) else {}
    agreed = told.get("outcome") in _AGREED
    wish = told.get("wish")
    wanted = None if wish is None else wish == ("confirm" if agreed else "file")
    return {"resultState": 6 if agreed else 7, "judicialApplyFlag": wanted}


RESULT: Final = Own(
    "result; the flag asks for confirmation after success, for filing after failure",
    _read_result,
    _write_result,
    empty={"resultState": 0, "judicialApplyFlag": False, "closeCaseState": 0},
    loses="how it succeeded or failed",
)

WHOM_FIELDS: Final = ("judgeId", "mediatorId")


def _read_whom(value: object) -> object:
    told = said(value)
    return Kept(told.get("judgeId") or told.get("mediatorId"))


WHOM: Final = Own("the judge, else the mediator, by number", _read_whom, not_written)
