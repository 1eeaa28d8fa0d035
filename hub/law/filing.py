"""The court's 7 days to register a case (民诉法 126) beside mediation: they end only by the party's own word.

Consent to mediation is another answer and ends nothing (严格依法规范民事案件立案与调解工作的意见 二). Pure.
"""

from typing import Final

from hub.law.clocks import put, simple
from hub.law.roles import COURT, type_of
from hub.law.run import Run

_RULE: Final = "FILE_CASE"


def without_others(run: Run, rules: list[str]) -> list[str]:
    """What a guidance or an update ends: the 7 days only if the court hears that the suit is dropped."""
    others = [rule for rule in rules if rule != _RULE]
    dropped = run.document.get("filing_requested") is False
    return [*others, _RULE] if dropped and _court(run) else others


def after_all(run: Run) -> None:
    """A party who wanted no suit wants one now: the 7 days run from the court's hearing of it."""
    before, now = run.situation.facts.get("filing_requested"), run.document.get("filing_requested")
    if now is True and before is not True and _court(run):
        put(run, simple(run, run.tables.rules[_RULE], None, run.act.acted_at))


def _court(run: Run) -> bool:
    return type_of(run.units, run.act.sender) in COURT
