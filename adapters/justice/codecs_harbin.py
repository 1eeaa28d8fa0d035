"""Codecs of the Harbin dossier: one outcome told by two code lists, and how it is to be performed."""

from functools import partial
from typing import Final

from adapters.justice.codecs_told import entry, label_of, mapping, read_of, said
from adapters.justice.codes_harbin import ARCHIVE_STATE, PROTOCOL_RESULT
from adapters.justice.codes_xlgl import PERFORM_MODE
from hub.port import CodeList, Doc, Kept, Own, Unreadable

_AGREED: Final = frozenset({"agreed_written", "agreed_oral", "partly_agreed", "settled_by_parties"})


def _outcome(codes: CodeList, value: object) -> str | None:
    """The outcome of a code or label; None if nothing is told. Raises `code`, or `undecided`."""
    text = said(value)
    if not text:
        return None
    for code, shared, label in codes.codes:
        if text in (code, label):
            if not shared:
                raise Unreadable("undecided")
            return shared
    raise codes.refusal()


def _read_outcome(codes: CodeList, value: object) -> object:
    outcome = _outcome(codes, value)
    labelled = any(said(value) == label for _, _, label in codes.codes)
    return Kept(outcome) if outcome and labelled else outcome


def _write_outcome(codes: CodeList, value: object) -> object:
    code = codes.codes[0][0] if value in _AGREED else codes.codes[1][0]
    return int(code)


def _outcome_by(codes: CodeList) -> Own:
    return Own(
        f"outcome by {codes.name}",
        partial(_read_outcome, codes),
        partial(_write_outcome, codes),
        empty=None,
        loses="how it succeeded or failed",
    )


STATE: Final = _outcome_by(ARCHIVE_STATE)
RESULT: Final = _outcome_by(PROTOCOL_RESULT)


def _read_both(value: object) -> object:
    """Nothing of its own: raises `outcomes` if one list says agreed and the other failed."""
    told = mapping(value)
    state = _outcome(ARCHIVE_STATE, told.get("archive.state"))
    result = _outcome(PROTOCOL_RESULT, mapping(told.get("protocol")).get("result"))
    if state and result and state != result:
        raise Unreadable("outcomes")
    return None


def _write_none(_: object) -> Doc:
    return {}


BOTH_AGREE: Final = Own(
    "state 1 and result 0 say the same; what contradicts is refused", _read_both, _write_none
)

_MODES, _MODE_LABELS = read_of(PERFORM_MODE), label_of(PERFORM_MODE)
_LONGEST: Final = 100


def _read_remark(value: object) -> object:
    text = said(value)
    if not text:
        return None
    item: Doc = {"no": 1, "kind": "other"}
    item |= {"manner": _MODES[text]} if text in _MODES else {"due_text": text[:_LONGEST]}
    return [item] if _write_remark([item]) == text else Kept([item])


def _write_remark(value: object) -> object:
    item = entry(value) if isinstance(value, list) and len(value) == 1 else {}
    return item.get("due_text") or _MODE_LABELS.get(str(item.get("manner")))


REMARK: Final = Own(
    "how and until when, in one text",
    _read_remark,
    _write_remark,
    loses="items of an agreement that has several; what is owed by whom",
)


def _read_count(value: object) -> object:
    people = [one for one in value if isinstance(one, dict)] if isinstance(value, list) else [value]
    return None if len(people) > 1 else Kept(None, "completeness")


def _write_count(_: object) -> object:
    return None


AT_LEAST_TWO: Final = Own("the platform's form asks for two litigants or more", _read_count, _write_count)
