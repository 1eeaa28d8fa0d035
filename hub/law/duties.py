"""Duties of mediation that hang on no row of a table: what is told, that nothing is charged, what goes back.

They are findings, with one exception: a fee said by a unit that mediates is forbidden outright. Pure.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from hub.errors import Fault, Refused
from hub.law import sessions
from hub.law.clocks import TRACK_PERIOD
from hub.law.matching import AGREED
from hub.law.reading import at, listed
from hub.law.roles import COURT, POLICE, type_of
from hub.law.run import HUB, Run

FREE: Final = "人民调解法4"
"""People's mediation charges nothing."""
_TOLD: Final = "最高人民法院关于人民法院特邀调解的规定 法释〔2016〕14号14; 人民调解法18"
_AT_ONCE: Final = "人民法院在线调解规则 法释〔2021〕23号15"

# What who points the way to mediation tells of it: cost, time, effect; and that filing goes on beside it.
_POINTS: Final = ("duration", "effect")
_ENDED_AT_ONCE: Final = frozenset({"refused_by_party", "unreachable"})


def check(run: Run) -> None:
    """Look at what the act's kind owes. Raises Refused `rule` for a fee."""
    look = _BY_KIND.get(run.act.kind)
    if look is not None and run.act.sender != HUB:
        look(run)


def _guidance(run: Run) -> None:
    content = set(listed(run.document, "content"))
    if not content:
        return  # that nothing is said of it is a matter of completeness
    if "people_mediation" in listed(run.document, "options") and "free" not in content:
        run.find("fee-free", FREE, "/content")
    for point in _missing(run, content):
        run.find("options-told", _TOLD, "/content", point)


def _missing(run: Run, content: set[object]) -> Iterator[str]:
    for point in _POINTS:
        if point not in content:
            yield point
    if run.document.get("filing_requested") is True and "not_stop_filing" not in content:
        yield "not_stop_filing"


def _case_status(run: Run) -> None:
    """Court fees are a court's; police and mediators have none to tell of."""
    if run.document.get("fee") is None or type_of(run.units, run.act.sender) in COURT | POLICE:
        return
    case = run.situation.cases.get(run.act.case or "")
    if case is not None and case.machine == "referral" and case.facts.get("mediation_type") == "people":
        raise Refused("rule", Fault("fee-free", "/fee"))


def _result(run: Run) -> None:
    """Whom nobody reaches, or who will not: a court's materials go back at once (在线 15)."""
    case = run.situation.cases.get(run.act.case or "")
    outcome = run.document.get("outcome")
    if case is None or outcome in AGREED or outcome not in _ENDED_AT_ONCE:
        return
    if str(case.facts.get("track")) in TRACK_PERIOD and at(run.document, "materials_returned") is not True:
        run.find("returned-at-once", _AT_ONCE, "/materials_returned")


_BY_KIND: Final[Mapping[str, Callable[[Run], None]]] = {
    "guidance": _guidance,
    "case_status": _case_status,
    "mediation_result": _result,
    "video_session": sessions.check,
}
