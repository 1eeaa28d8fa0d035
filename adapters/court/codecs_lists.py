"""Codecs of lists of cases (TDH answers, EAJ tables): where a case stands, by dates, words and a stage."""

from typing import Final

from adapters.court.codecs import coded, digits_of, instant_of, not_written, said, text_of
from adapters.court.codecs_case import state_of
from hub.port import Doc, Kept, Own, Unreadable

_OK: Final = "0"


def _read_ok(value: object) -> None:
    if coded(text_of(value)) not in ("", _OK):
        raise Unreadable("answer-not-ok")


TDH_OK: Final = Own("0: the query went well", _read_ok, not_written)


def _read_state(value: object) -> object:
    """Closed by its day, stage or word, else what they say; with no more than a day of filing it is filed."""
    told = said(value)
    label, filed, closed = (told.get(name, "") for name in ("AJZTMS", "LARQ", "JARQ"))
    stage = digits_of(told.get("AJJZJD", ""))
    state = state_of(stage, label, "", ended=bool(closed))
    if state is None and (label or stage or not filed):
        raise Unreadable("code")
    made: Doc = dict(state or {"phase": "filed"})
    moment = instant_of(filed if made["phase"] == "filed" else closed)
    if moment:
        made |= {"on": moment[:10], "business_time": moment}
    return Kept(made, None if state else "completeness")


LISTED_STATE: Final = Own("where a case stands, and since when", _read_state, not_written)
