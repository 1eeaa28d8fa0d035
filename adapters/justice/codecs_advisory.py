"""Codecs of the 锡盟 AdvisoryBean: a question or a complaint, and whether it follows an earlier one."""

from functools import partial
from typing import Final

from adapters.justice.codecs_told import said
from hub.port import CodeList, Kept, Own, Unreadable

ADVISORY_TYPE: Final = CodeList("type", "锡盟 AdvisoryBean.type", "", (("1", "", "咨询"), ("2", "", "投诉")))
_ASKED, _COMPLAINED = (code for code, _, _ in ADVISORY_TYPE.codes)


def _read_type(wanted: str, value: object) -> object:
    """Nothing: the kind of the message says it. Raises `other-kind` for the other of the two."""
    text = said(value)
    codes = {word: code for code, _, label in ADVISORY_TYPE.codes for word in (code, label)}
    if text and text not in codes:
        raise ADVISORY_TYPE.refusal()
    if text and codes[text] != wanted:
        raise Unreadable("other-kind")
    return {} if text in ("", wanted) else Kept({})


def _write_type(wanted: str, _: object) -> object:
    return wanted


ASKED: Final = Own("type 1: a question", partial(_read_type, _ASKED), partial(_write_type, _ASKED))
COMPLAINED: Final = Own(
    "type 2: a complaint", partial(_read_type, _COMPLAINED), partial(_write_type, _COMPLAINED)
)

_AGAIN: Final = {"是": "follow_up", "true": "follow_up", "否": "ask", "false": "ask"}


def _read_again(value: object) -> object:
    text = said(value)
    if not text:
        return None
    return Kept(_AGAIN.get(text), None if text in _AGAIN else "lossy")


def _write_again(value: object) -> object:
    return "是" if value == "follow_up" else None


AGAIN: Final = Own(
    "whether it follows an earlier question, by the words alone",
    _read_again,
    _write_again,
    loses="every other step of a consultation",
)
