"""Codecs of the court's pre-litigation front end: tracks, results, decisions, files."""

from typing import Final

from adapters.court.codecs import digits_of, not_written, said, text_of
from adapters.court.codes import SF_CATALOGUE
from hub.port import Doc, Kept, Own, Unreadable

_DECISIONS: Final = {
    "1": "accepted",
    "审批通过": "accepted",
    "2": "supplement",
    "补正材料": "supplement",
    "3": "not_accepted",
    "不予受理": "not_accepted",
}
_UNDECIDED: Final = frozenset({"0", "暂未处理"})


def _read_decision(value: object) -> object:
    text = text_of(value)
    code = digits_of(text) or text
    if code in _UNDECIDED:
        raise Unreadable("undecided")
    if code not in _DECISIONS:
        raise Unreadable("code")
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
