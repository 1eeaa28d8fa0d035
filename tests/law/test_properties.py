"""Whatever valid documents say, in whatever order: decisions are pure and keep nothing personal."""

import copy
import json
import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import schemas
from hub.errors import Refused
from hub.law import decide
from hub.law.calendar import Calendar
from hub.law.model import Act, Decision, Finding
from hub.law.shapes import Tables
from schemas.generator import document
from tests.law.lawbook import UNITS, Book

KINDS = tuple(schemas.kinds())
SENDERS = ("court", "tribunal", "station", "room", "committee", "office", "hub_admin", "hub", "nobody")
START = datetime.fromisoformat("2026-06-01T09:00:00+08:00")
CODES = {
    "late", "historical", "completeness", "paper", "provisional", "window", "venue",
    "track-line", "resident-room", "trial-clock", "fee-free", "options-told", "returned-at-once",
    "session", "session-identity", "session-notice", "session-consent", "session-record",
    "crime-lead",
}  # fmt: skip
PERSONAL = ("name", "id_number", "phones", "text", "facts", "terms", "reason")
SHORT = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def stories(draw: st.DrawFn) -> list[tuple[str, str, str | None, int, int, bool]]:
    """Kind, sender, addressee, seed of the document, hours since the last, whether a case is named."""
    one = st.tuples(
        st.sampled_from(KINDS),
        st.sampled_from(SENDERS),
        st.sampled_from((*SENDERS, None)),
        st.integers(0, 400),
        st.integers(0, 2000),
        st.booleans(),
    )
    return draw(st.lists(one, min_size=1, max_size=14))


def act_of(book: Book, step: tuple[str, str, str | None, int, int, bool], at: datetime) -> Act:
    kind, sender, to, seed, hours, named = step
    case = None
    if named and book.cases:
        case = sorted(book.cases)[seed % len(book.cases)]
    made = document(kind, random.Random(seed))
    return Act(f"m{seed}", kind, made, sender, to, book.dispute, case, at, at + timedelta(hours=hours))


def attempts(
    tables: Tables, calendar: Calendar, story: list
) -> Iterator[tuple[Act, Book, Decision | Refused]]:
    """Each message of a story with what came of it."""
    book, at = Book(tables, calendar), START
    book.send("dispute", {"action": "register", "parties": [{"ref": "p1"}]}, "station", at)
    book.send("referral", {"track": "self_accepted", "parties": [{"ref": "p1"}]}, "room", at)
    for n, step in enumerate(story):
        at += timedelta(hours=step[4] % 240)
        act = act_of(book, step, at)
        situation = book.situation()
        before = copy.deepcopy((act, situation))
        try:
            result: Decision | Refused = decide(tables, act, situation, UNITS, f"c{n}", calendar)
        except Refused as refusal:
            result = refusal
        assert (act, situation) == before
        yield act, book, result
        if isinstance(result, Decision):
            book._take(result, act)


@SHORT
@given(stories())
def test_a_decision_changes_nothing_it_was_given_and_refuses_or_decides(
    tables: Tables, calendar: Calendar, story: list
) -> None:
    for act, book, result in attempts(tables, calendar, story):
        if isinstance(result, Refused):
            assert result.code in ("rule", "illegal-step", "case-unknown", "unknown")
            continue
        again = decide(tables, act, book.situation(), UNITS, result.focus or "none", calendar)
        assert again.steps == result.steps
        assert again.started == result.started
        assert act.sender not in {t.unit for t in result.told}


@SHORT
@given(stories())
def test_nothing_personal_is_kept(tables: Tables, calendar: Calendar, story: list) -> None:
    for act, _, result in attempts(tables, calendar, story):
        if isinstance(result, Refused):
            said = json.dumps(
                [result.extra, [[f.pointer, f.args] for f in result.faults]], ensure_ascii=False
            )
        else:
            kept = [result.dispute_facts, *([c.facts, c.parties] for c in result.cases)]
            said = json.dumps(kept, ensure_ascii=False) + str(result.findings)
        for secret in secrets(act.document):
            assert secret not in said


def secrets(node: object, name: str = "") -> Iterator[str]:
    """Names, texts, numbers of persons: every string that no code list or pattern of ids confines."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from secrets(value, key)
    elif isinstance(node, list):
        for value in node:
            yield from secrets(value, name)
    elif isinstance(node, str) and name in PERSONAL and len(node) > 3:
        yield node


@SHORT
@given(stories())
def test_findings_name_a_rule_and_an_article(tables: Tables, calendar: Calendar, story: list) -> None:
    guards = {g for m in tables.machines.values() for g in m.guards}
    for _, _, result in attempts(tables, calendar, story):
        if isinstance(result, Decision):
            for finding in result.findings:
                assert isinstance(finding, Finding)
                assert finding.code in guards | CODES
                assert finding.basis


@SHORT
@given(st.integers(0, 5000), st.sampled_from(KINDS))
def test_the_first_message_of_all(tables: Tables, calendar: Calendar, seed: int, kind: str) -> None:
    """No dispute yet: it opens one, is refused, or has no machine."""
    book = Book(tables, calendar)
    made = document(kind, random.Random(seed))
    act = Act("m", kind, made, "room", "tribunal", book.dispute, None, START, START)
    try:
        decision = decide(tables, act, book.situation(), UNITS, "c", calendar)
    except Refused as refusal:
        decision = None
        code = refusal.code
    if decision is None:
        assert code in ("rule", "case-unknown")
        return
    opened = kind in ("dispute", "referral", "consultation", "early_warning", "confirmation_application")
    assert (decision.dispute_state is not None) == opened
