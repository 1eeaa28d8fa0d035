"""The checker of a fault run: pure, over what was acknowledged, read and delivered. Answers violations.

P1 and P2 (stored once, one effect a key), P3 (delivered within 60 s of recovery, or a signed non-delivery),
P4 (a step once), P6 (the log complete and consistent), P7 (order) and P9 (resources back) of the promises.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from hub.evidence.merkle import Tree, leaf_hash
from tests.faults.ledger import Answer, Arrival, Ledger

NON_DELIVERY: Final = "non-delivery"
NOTICES: Final = frozenset({NON_DELIVERY, "delivered", "released"})


@dataclass(frozen=True, slots=True)
class Demands:
    """What a run must have been to count, and how long a delivery may take, in seconds."""

    accepted: int = 1000
    in_flight: int = 200
    seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Violation:
    """A promise that was broken: which rule, of what."""

    rule: str
    where: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.where}"


def check(ledger: Ledger, demands: Demands | None = None) -> list[Violation]:
    """Every violation of the promises; none: the run held."""
    demands = demands or Demands()
    rules: Sequence[Callable[[], Iterator[Violation]]] = (
        lambda: _stored(ledger),
        lambda: _one_effect(ledger),
        lambda: _steps(ledger),
        lambda: _delivered(ledger, demands.seconds),
        lambda: _tokens(ledger),
        lambda: _order(ledger),
        lambda: _log(ledger),
        lambda: _resources(ledger),
    )
    return [violation for rule in rules for violation in rule()]


def not_counting(ledger: Ledger, demands: Demands | None = None) -> list[str]:
    """Why a run does not count, whatever was found in it; nothing: it counts."""
    demands = demands or Demands()
    reasons = []
    if len(ledger.accepted) < demands.accepted:
        reasons.append(f"{len(ledger.accepted)} accepted, {demands.accepted} are needed")
    idle = [f for f in ledger.faults if f.in_flight is not None and f.in_flight < demands.in_flight]
    need = f"in flight, {demands.in_flight} are needed"
    return reasons + [f"{fault.name}: {fault.in_flight} {need}" for fault in idle]


def _stored(ledger: Ledger) -> Iterator[Violation]:
    """Each acknowledged message is there once, with the bytes that were sent; nothing else is there."""
    bodies, digests = defaultdict(set), defaultdict(set)
    for sent in ledger.sent:
        bodies[sent.key].add(sent.body)
        digests[sent.key].add(sent.digest)
    found = Counter(read.key for read in ledger.reads)
    accepted = {answer.key: answer for answer in ledger.accepted}
    for key, answer in accepted.items():
        if found[key] == 0:
            yield Violation("lost", key)
        if answer.digest not in digests[key]:
            yield Violation("receipt-of-other-bytes", key)
        if not answer.signed:
            yield Violation("receipt-unsigned", key)
    for key, count in found.items():
        if count > 1:
            yield Violation("stored-twice", key)
        if key not in accepted:
            yield Violation("stored-unacknowledged", key)
    for read in ledger.reads:
        if read.body not in bodies[read.key]:
            yield Violation("other-bytes", read.key)


def _one_effect(ledger: Ledger) -> Iterator[Violation]:
    """One key, one answer, one message; what must be refused was refused."""
    answers: dict[str, set[tuple[str, str]]] = defaultdict(set)
    keys: dict[str, set[str]] = defaultdict(set)
    for answer in ledger.answers:
        if answer.status == 202:
            answers[answer.key].add((answer.raw, answer.message))
            keys[answer.message].add(answer.key)
    for read in ledger.reads:
        answers[read.key] |= {(raw, read.message) for raw, _ in answers[read.key]}
    for key, said in answers.items():
        if len({message for _, message in said}) > 1:
            yield Violation("two-messages", key)
        if len({raw for raw, _ in said}) > 1:
            yield Violation("two-answers", key)
    for message, own in keys.items():
        if len(own) > 1:
            yield Violation("one-message-for-two", message)
    for forbidden in ledger.forbidden:
        if not 400 <= forbidden.status < 500:
            yield Violation("not-refused", f"{forbidden.what} {forbidden.status}")


def _steps(ledger: Ledger) -> Iterator[Violation]:
    """Of messages for one step exactly one took it; a message took each of its steps once."""
    taken = {answer.key for answer in ledger.accepted}
    for contest in ledger.contests:
        won = taken & set(contest.keys)
        if len(won) != 1:
            yield Violation("step-taken-twice" if won else "step-not-taken", contest.step)
    lines = Counter((line.dispute, line.case, line.step, line.message) for line in ledger.history)
    for line, count in lines.items():
        if count > 1:
            yield Violation("history-twice", " ".join(line))
    told = {line.message for line in ledger.history} - {answer.message for answer in ledger.accepted}
    for message in told:
        yield Violation("step-of-nothing", message)


def _delivered(ledger: Ledger, seconds: float) -> Iterator[Violation]:
    """Every addressee has it in time, or its sender has a signed non-delivery."""
    first: dict[tuple[str, str], float] = {}
    for arrival in ledger.arrivals:
        if arrival.answered is not None and arrival.kind not in NOTICES:
            place = (arrival.message, arrival.unit)
            first[place] = min(first.get(place, arrival.answered), arrival.answered)
    excused = {a.message for a in ledger.arrivals if a.kind == NON_DELIVERY and a.signed}
    for answer in ledger.accepted:
        due = _due(ledger, answer, seconds)
        for unit in answer.units:
            got = first.get((answer.message, unit))
            if answer.message in excused:
                continue
            if got is None:
                yield Violation("not-delivered", f"{answer.message} {unit}")
            elif due is not None and got > due:
                yield Violation("late", f"{answer.message} {unit} {got - due:.1f} s")


def _due(ledger: Ledger, answer: Answer, seconds: float) -> float | None:
    """The end of the first calm stretch of that length since the message was accepted."""
    for calm in ledger.calms:
        due = max(calm.start, answer.at) + seconds
        if due <= calm.end or (calm is ledger.calms[-1] and answer.at <= calm.end):
            return due
    return None


def _tokens(ledger: Ledger) -> Iterator[Violation]:
    """A token is signed, says the same each time, belongs to a message that was accepted for that unit."""
    addressed = {(answer.message, unit) for answer in ledger.accepted for unit in answer.units}
    messages = {answer.message for answer in ledger.accepted}
    payloads, named = defaultdict(set), defaultdict(set)
    for arrival in ledger.arrivals:
        payloads[arrival.jti].add(arrival.payload)
        if not arrival.signed:
            yield Violation("token-unsigned", arrival.jti)
        if arrival.kind in NOTICES:
            if arrival.message not in messages:
                yield Violation("token-of-nothing", arrival.jti)
            continue
        named[arrival.message, arrival.unit].add(arrival.jti)
        if (arrival.message, arrival.unit) not in addressed:
            yield Violation("token-of-nothing", arrival.jti)
    for jti, said in payloads.items():
        if len(said) > 1:
            yield Violation("token-changed", jti)
    for (message, unit), jtis in named.items():
        if len(jtis) > 1:
            yield Violation("two-tokens", f"{message} {unit}")
    if ledger.strayed:
        yield Violation("redirect-followed", str(ledger.strayed))


def _order(ledger: Ledger) -> Iterator[Violation]:
    """Numbers of a dispute and receiver begin at 1, have no gap, and come in order.

    By push the next may leave only once the one before is acknowledged; a poll hands out several at once.
    """
    lines: dict[tuple[str, str], list[Arrival]] = defaultdict(list)
    for arrival in ledger.arrivals:
        lines[arrival.system, arrival.subject].append(arrival)
    for (system, subject), line in lines.items():
        where = f"{system} {subject}"
        numbers: dict[int, set[str]] = defaultdict(set)
        for arrival in line:
            numbers[arrival.seq].add(arrival.jti)
        if sorted(numbers) != list(range(1, len(numbers) + 1)):
            yield Violation("order-gap", where)
        if any(len(jtis) > 1 for jtis in numbers.values()):
            yield Violation("order-shared", where)
        yield from _in_turn(line, where)


def _in_turn(line: Sequence[Arrival], where: str) -> Iterator[Violation]:
    seen, answered = 0, dict[int, float]()
    for arrival in line:
        if arrival.answered is not None:
            answered[arrival.seq] = min(answered.get(arrival.seq, arrival.answered), arrival.answered)
    for arrival in line:
        if arrival.seq > seen + 1:
            yield Violation("order-jump", f"{where} {arrival.seq}")
        before = answered.get(arrival.seq - 1)
        if arrival.method == "push" and arrival.seq > 1 and (before is None or before > arrival.at):
            yield Violation("order-ahead", f"{where} {arrival.seq}")
        seen = max(seen, arrival.seq)


def _log(ledger: Ledger) -> Iterator[Violation]:
    """The published tree is whole, fits every checkpoint anyone saw, and holds what happened once."""
    tree, roots = Tree(), dict[int, str]()
    kinds: dict[str, list[str]] = defaultdict(list)
    for place, leaf in enumerate(ledger.leaves):
        if leaf.index != place:
            yield Violation("log-gap", str(place))
        if leaf_hash(leaf.entry.encode()).hex() != leaf.leaf:
            yield Violation("log-leaf", str(place))
        tree.append(bytes.fromhex(leaf.leaf))
        roots[tree.size] = tree.root().hex()
        kinds[json.loads(leaf.entry)["type"]].append(leaf.leaf)
    for checkpoint in ledger.checkpoints:
        if not checkpoint.signed:
            yield Violation("checkpoint-unsigned", str(checkpoint.size))
        if roots.get(checkpoint.size) != checkpoint.root:
            yield Violation("log-two-faces", str(checkpoint.size))
    for leaf_, count in Counter(leaf.leaf for leaf in ledger.leaves).items():
        if count > 1:
            yield Violation("log-twice", leaf_)
    yield from _logged(ledger, kinds)
    for bundle in ledger.bundles:
        if bundle.failed:
            yield Violation("bundle", f"{bundle.message} {', '.join(bundle.failed)}")


def _logged(ledger: Ledger, kinds: dict[str, list[str]]) -> Iterator[Violation]:
    promised, published = {answer.leaf for answer in ledger.accepted}, set(kinds["message"])
    for leaf in promised - published:
        yield Violation("log-missing", leaf)
    for leaf in published - promised:
        yield Violation("log-extra", leaf)
    done = {arrival.jti for arrival in ledger.arrivals if arrival.answered is not None}
    late = {arrival.jti for arrival in ledger.arrivals if arrival.kind == NON_DELIVERY}
    for kind, count in (("delivery", len(done)), ("acknowledgement", len(done)), (NON_DELIVERY, len(late))):
        if len(kinds[kind]) != count:
            yield Violation("log-count", f"{kind}: {len(kinds[kind])} entries, {count} seen")


def _resources(ledger: Ledger) -> Iterator[Violation]:
    for resource in ledger.resources:
        if resource.after > resource.most:
            yield Violation("not-back", f"{resource.name}: {resource.after:g} of at most {resource.most:g}")
