"""Codec of the exchange's receipts: a state of which only the error is published, and its description."""

from typing import Final

from adapters.court.codecs import coded, not_written, said
from adapters.court.codes_exchange import EXCHANGE_STATE
from hub.port import Kept, Own

STATE_FIELDS: Final = ("jgzt", "ztms")
_STATES: Final = {code: shared for code, shared, _ in EXCHANGE_STATE.codes}
_REPEAT: Final = "重复"
"""The receiver has the task already: an error to the platform, none to who wants it to have arrived."""


def _read_state(value: object) -> object:
    told = said(value)
    code = coded(told.get("jgzt", ""))
    if not code:
        return Kept("unknown", "completeness")
    result = _STATES.get(code)
    if result is None:
        return Kept("unknown", "lossy")
    return Kept("repeat") if result == "failed" and _REPEAT in told.get("ztms", "") else Kept(result)


STATE: Final = Own("state of the task; 任务号重复 is a repeat", _read_state, not_written)
