"""Who may refer to whom: the line of a track, the host of a resident room, the 24 hours of a transfer.

Nothing here refuses: a message on the wrong line is a referral still, and a person must see it. Pure.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Final, NamedTuple

from hub.law.model import Units
from hub.law.reading import text
from hub.law.roles import COURT, POLICE, type_of
from hub.law.run import Run

_OTHER: Final = frozenset({"other", ""})
_UP: Final = 8  # a unit table nests less deeply; a loop in it must not hang a decision
_ROOMS: Final = "一庭两所联调机制意见重点任务1"


class _Line(NamedTuple):
    """The types of unit that refer on a track, and where that is said."""

    senders: frozenset[str]
    basis: str


_COURT_AFTER: Final = _Line(COURT, "关于严格依法规范民事案件立案与调解工作的意见二")
_LINES: Final[Mapping[str, _Line]] = {
    "entrusted_ordinary": _COURT_AFTER,
    "entrusted_summary": _COURT_AFTER,
    "prefiling_delegated": _Line(COURT, "最高人民法院关于人民法院特邀调解的规定 法释〔2016〕14号11"),
    "police_people": _Line(POLICE, "公安机关办理行政案件程序规定178; 人民调解法18"),
    "guided": _Line(COURT | POLICE, "人民调解法18"),
}
"""Tracks that are one line's own; on the others any unit may send."""


def check(run: Run) -> None:
    """Note a track that is not the sender's, an addressee that mediates nothing, a room of another host."""
    track, to = text(run.document, "track"), run.act.to
    line = _LINES.get(track or "")
    sender = type_of(run.units, run.act.sender)
    if line is not None and sender not in line.senders | _OTHER:
        run.find("track-line", line.basis, "/track")
    if track == "jurisdiction_transfer":
        _in_time(run)
    elif to is not None and to != run.act.sender:
        if type_of(run.units, to) in COURT | POLICE:
            run.find("track-line", _ROOMS, "/to")
        elif not _hosted(run, to):
            run.find("resident-room", _ROOMS, "/to")


def _hosted(run: Run, to: str) -> bool:
    """Whether a resident room serves the sender: its host, or a unit above or below the host."""
    room = run.units.get(to)
    if room is None or room.type != "room" or room.host is None:
        return True
    sender = run.act.sender
    if type_of(run.units, sender) not in COURT | POLICE:
        return True
    return sender in _upward(run.units, room.host) or room.host in _upward(run.units, sender)


def _upward(units: Units, code: str) -> Iterator[str]:
    """A unit and those above it."""
    at: str | None = code
    for _ in range(_UP):
        if at is None:
            return
        yield at
        unit = units.get(at)
        at = unit.parent if unit else None


def _in_time(run: Run) -> None:
    """A report that came to the wrong police unit is passed on within 24 hours of it (程序规定 61)."""
    if type_of(run.units, run.act.sender) not in POLICE:
        return
    if text(run.document, "jurisdiction_basis") not in (None, "wrong_unit"):
        return
    rule = run.tables.rules["POLICE_TRANSFER"]
    reported = min((d.started_at for d in run.running("LIMITATION")), default=None)
    if reported is not None and run.act.acted_at > reported + timedelta(hours=float(rule.n or 24)):
        run.find("late", rule.basis, "/track", rule.id)
