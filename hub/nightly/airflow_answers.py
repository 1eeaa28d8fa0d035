"""What a person answered in Airflow, read strictly: choice, reason, who, and who seconded it. Pure.

Airflow checks neither the form's fields nor that two answers come from two persons; we do, before anything is
changed. Which choices take two is the hub's rule. A reason is kept in the evidence log with the decision and
nowhere in Airflow's own logs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from hub.errors import Refused
from hub.exchange.discrepancies import NEEDS_SECOND, Choice
from hub.nightly import finding_words

CHOICES: Final[Mapping[str, Choice]] = {
    f"{zh} {en}": code for code, (zh, en) in finding_words.CHOICES.items()
}
"""What the form offers → what the hub understands."""
AGREE: Final = "同意 agree"
OBJECT: Final = "不同意 object"
_SHORTEST: Final = 2
_LONGEST: Final = 500
_HEADLINE: Final = 200
_UNSHOWN: Final = frozenset({"id", "batch", "digest"})
_MEMBERS: Final = {
    "id": "批次 batch",
    "day": "业务日 day",
    "agency": "部门 agency",
    "group": "区划组 group",
    "dataset": "清单 list",
    "kinds": "差异 findings",
}
_KINDS: Final[Mapping[str, finding_words.Pair]] = {code: pair for code, pair in finding_words.KINDS.items()}  # noqa: C416  its keys as plain texts


class UnfitAnswer(Refused):
    """An answer that decides nothing; its text says what is missing, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__("rule")
        self.args = (f"{zh} · {en}",)


@dataclass(frozen=True, slots=True)
class Answer:
    """A decision ready to be carried out. `actor` and `approver` as the log names them."""

    choice: Choice
    reason: str
    actor: str
    approver: str | None

    @property
    def takes_two(self) -> bool:
        """Whether the hub takes the choice from two persons only."""
        return self.choice in NEEDS_SECOND


def _choice(told: Mapping[str, Any]) -> Choice:
    """The one choice of an answer. Raises UnfitAnswer."""
    chosen = told.get("chosen_options")
    if not isinstance(chosen, list) or len(chosen) != 1 or chosen[0] not in CHOICES:
        raise UnfitAnswer("须选一项", "one choice is needed")
    return CHOICES[chosen[0]]


def first_of(told: Mapping[str, Any]) -> Answer:
    """What the person who was asked first says. Raises UnfitAnswer naming what is missing."""
    choice, actor = _choice(told), _person(told)
    reason = (told.get("params_input") or {}).get("reason")
    if not isinstance(reason, str) or not _SHORTEST <= len(reason.strip()) <= _LONGEST:
        raise UnfitAnswer("须说明理由,2–500 字", "a reason of 2-500 characters is needed")
    return Answer(choice, reason.strip(), actor, None)


def answer_of(told: Mapping[str, Any], seconded: Mapping[str, Any] | None) -> Answer:
    """The whole answer. Raises UnfitAnswer naming what is missing: choice, reason, person, second person."""
    first = first_of(told)
    if not first.takes_two:
        return first
    if seconded is None or seconded.get("chosen_options") != [AGREE]:
        raise UnfitAnswer("须由第二人同意", "a second person must agree")
    approver = _person(seconded)
    if approver == first.actor:
        raise UnfitAnswer("第二人须为他人", "the second person must be another")
    return replace(first, approver=approver)


def _shown(value: object) -> str:
    """A code, a number, or counts by code."""
    if isinstance(value, Mapping):
        counts = {code: n for code, n in value.items() if isinstance(n, int)}
        return ", ".join(f"{' '.join(_KINDS.get(code, (code,)))} {n}" for code, n in counts.items())
    return str(value) if isinstance(value, (str, int)) else ""


def actor_named(name: str) -> str:
    """A user of Airflow as the evidence log names who acted."""
    return f"airflow:{name}"


def _person(told: Mapping[str, Any]) -> str:
    user = told.get("responded_by_user")
    name = user.get("name") if isinstance(user, Mapping) else None
    if not isinstance(name, str) or not name:
        raise UnfitAnswer("须由登录的用户答复", "must be answered by a person who is logged in")
    return actor_named(name)


def question(batch: Mapping[str, Any]) -> dict[str, str]:
    """How a batch is put to people: headline and facts. Codes and counts only."""
    rows = "\n".join(f"| {_MEMBERS.get(name, name)} | {value} |" for name, value in _facts(batch).items())
    return {
        "subject": f"差异如何处理 which side is right: {_head(batch)}"[:_HEADLINE],
        "body": f"明细见本运行的“联调差异”页 details on this run's page.\n\n| | |\n|---|---|\n{rows}\n",
    }


def seconding(batch: Mapping[str, Any], first: Answer) -> str:
    """The headline for the second person: what the first one chose; why is on the hub's page."""
    chosen = next(shown for shown, code in CHOICES.items() if code == first.choice)
    return f"是否同意“{chosen}” agree with it? {_head(batch)}"[:_HEADLINE]


def _head(batch: Mapping[str, Any]) -> str:
    return " · ".join(value for name, value in _facts(batch).items() if value and name not in _UNSHOWN)


def _facts(batch: Mapping[str, Any]) -> dict[str, str]:
    """In the order of the members that are known, whatever order the way through Airflow gave them."""
    names = [*(name for name in _MEMBERS if name in batch), *(name for name in batch if name not in _MEMBERS)]
    return {name: _shown(batch[name]) for name in names}
