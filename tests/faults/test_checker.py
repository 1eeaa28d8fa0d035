"""The checker finds what it is for: a run that held has no violation, and each planted bug has its own."""

import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256

import pytest

from hub.evidence.merkle import leaf_hash, root
from tests.faults.checker import Demands, check, not_counting
from tests.faults.ledger import (
    Answer,
    Arrival,
    Bundle,
    Calm,
    Checkpoint,
    Contest,
    Forbidden,
    Injected,
    Leaf,
    Ledger,
    Read,
    Resource,
    Sent,
    Taken,
)

DISPUTES, STEPS = 3, 3
UNIT, SYSTEM = "3105", "justice-sys"


def digest(*words: object) -> str:
    return sha256(json.dumps(words).encode()).hexdigest()


def entry(kind: str, *words: object) -> str:
    told = {"at": "2026-11-27T10:00:00+08:00", "digest": digest(*words), "type": kind, "v": 1}
    return json.dumps(told)


def leaf_of(text: str) -> str:
    return leaf_hash(text.encode()).hex()


def held() -> Ledger:
    """A run that held: three disputes of three messages, one repeated, one token whose answer was lost."""
    ledger = Ledger(calms=[Calm(0, 5), Calm(20, 100)])
    texts = []
    for n in range(DISPUTES * STEPS):
        key, message, dispute = f"jti-{n}", f"message-{n}", f"dispute-{n // STEPS}"
        text = entry("message", n)
        texts += [text, entry("delivery", n), entry("acknowledgement", n)]
        ledger.sent.append(Sent(key, digest("body", n), digest("input", n)))
        said = (digest("answer", n), message, dispute, leaf_of(text), digest("input", n), (UNIT,))
        ledger.answers.append(Answer(key, 10.0 + n, 202, *said))
        ledger.reads.append(Read(key, message, dispute, digest("body", n)))
        ledger.history.append(Taken(dispute, "case", "REF01", message))
        claims = (f"token-{n}", "referral", message, UNIT, dispute, n % STEPS + 1, digest("claims", n))
        ledger.arrivals.append(Arrival(SYSTEM, "push", *claims, at=21.0 + n, answered=21.1 + n))
    ledger.answers.append(replace(ledger.answers[0], at=40.0))
    lost = replace(ledger.arrivals[4])
    lost.at, lost.answered = 24.5, None
    ledger.arrivals.insert(4, lost)
    ledger.contests.append(Contest("dispute-0 withdrawal", ("jti-2", "jti-twin")))
    ledger.answers.append(Answer("jti-twin", 12.0, 409))
    ledger.forbidden.append(Forbidden("another body", 409))
    ledger.leaves += [Leaf(place, leaf_of(text), text) for place, text in enumerate(texts)]
    for size in (1, 5, len(texts)):
        hashes = [bytes.fromhex(leaf.leaf) for leaf in ledger.leaves[:size]]
        ledger.checkpoints.append(Checkpoint(size, root(hashes).hex()))
    ledger.bundles.append(Bundle("message-0"))
    ledger.resources.append(Resource("connections", 12, 48))
    ledger.faults.append(Injected("worker", 15.0, 240))
    return ledger


def lose_a_message(ledger: Ledger) -> None:
    del ledger.reads[4]


def lose_the_latest_and_its_leaf(ledger: Ledger) -> None:
    """A commit that was answered and did not last: what synchronous_commit=off does to a killed server."""
    gone = ledger.reads.pop()
    ledger.arrivals[:] = [a for a in ledger.arrivals if a.message != gone.message]
    leaf = next(a.leaf for a in ledger.answers if a.message == gone.message)
    kept = [found for found in ledger.leaves if found.leaf != leaf]
    ledger.leaves[:] = [replace(found, index=place) for place, found in enumerate(kept)]
    del ledger.checkpoints[-1]


def store_twice(ledger: Ledger) -> None:
    ledger.reads.append(replace(ledger.reads[3], message="message-again"))


def store_what_was_refused(ledger: Ledger) -> None:
    ledger.reads.append(Read("jti-twin", "message-twin", "dispute-0", digest("twin")))


def change_a_byte(ledger: Ledger) -> None:
    ledger.reads[1] = replace(ledger.reads[1], body=digest("other"))


def give_a_receipt_of_other_bytes(ledger: Ledger) -> None:
    ledger.answers[1] = replace(ledger.answers[1], digest=digest("other"))


def answer_a_repeat_anew(ledger: Ledger) -> None:
    again = next(a for a in ledger.answers if a.at == 40.0)
    ledger.answers[ledger.answers.index(again)] = replace(again, raw=digest("anew"))


def make_a_second_message_of_a_repeat(ledger: Ledger) -> None:
    again = next(a for a in ledger.answers if a.at == 40.0)
    ledger.answers[ledger.answers.index(again)] = replace(again, message="message-again")


def take_a_step_twice(ledger: Ledger) -> None:
    ledger.answers.append(replace(ledger.answers[2], key="jti-twin", message="message-twin"))


def write_history_twice(ledger: Ledger) -> None:
    ledger.history.append(ledger.history[0])


def take_another_body_under_a_used_key(ledger: Ledger) -> None:
    ledger.forbidden.append(Forbidden("another body", 202))


def fail_where_it_should_refuse(ledger: Ledger) -> None:
    ledger.forbidden.append(Forbidden("revoked key", 500))


def forget_a_delivery(ledger: Ledger) -> None:
    ledger.arrivals[:] = [a for a in ledger.arrivals if a.message != "message-8"]


def deliver_late(ledger: Ledger) -> None:
    ledger.arrivals[-1].at, ledger.arrivals[-1].answered = 99.0, 99.5


def take_a_lost_answer_for_an_acknowledgement(ledger: Ledger) -> None:
    ledger.arrivals[:] = [a for a in ledger.arrivals if a.message != "message-4" or a.answered is None]


def make_two_tokens_of_one_delivery(ledger: Ledger) -> None:
    ledger.arrivals.append(replace(ledger.arrivals[-1], jti="token-again"))


def change_claims_between_tries(ledger: Ledger) -> None:
    ledger.arrivals[4].payload = digest("changed")


def sign_with_an_unknown_key(ledger: Ledger) -> None:
    ledger.arrivals[2].signed = False


def deliver_what_nobody_sent(ledger: Ledger) -> None:
    extra = replace(ledger.arrivals[0], jti="token-x", message="message-x", seq=4)
    ledger.arrivals.append(extra)


def deliver_to_another_unit(ledger: Ledger) -> None:
    ledger.arrivals.append(replace(ledger.arrivals[0], jti="token-x", unit="500199"))


def pass_one_by(ledger: Ledger) -> None:
    """Number 3 of the last dispute comes before number 2."""
    ledger.arrivals[-1].at, ledger.arrivals[-2].at = ledger.arrivals[-2].at, ledger.arrivals[-1].at
    ledger.arrivals[-1], ledger.arrivals[-2] = ledger.arrivals[-2], ledger.arrivals[-1]


def leave_before_the_one_before_is_acknowledged(ledger: Ledger) -> None:
    ledger.arrivals[-1].at = ledger.arrivals[-2].at + 0.01


def skip_a_number(ledger: Ledger) -> None:
    ledger.arrivals[-1].seq = 4


def give_a_number_twice(ledger: Ledger) -> None:
    ledger.arrivals[-1].seq = 2


def leave_a_message_out_of_the_log(ledger: Ledger) -> None:
    del ledger.leaves[-3]
    ledger.leaves[:] = [replace(found, index=place) for place, found in enumerate(ledger.leaves)]
    del ledger.checkpoints[-1]


def log_a_message_nobody_was_told_of(ledger: Ledger) -> None:
    text = entry("message", "nobody")
    ledger.leaves.append(Leaf(len(ledger.leaves), leaf_of(text), text))


def log_an_acknowledgement_twice(ledger: Ledger) -> None:
    text = entry("acknowledgement", "again")
    ledger.leaves.append(Leaf(len(ledger.leaves), leaf_of(text), text))


def rewrite_an_entry(ledger: Ledger) -> None:
    ledger.leaves[0] = replace(ledger.leaves[0], entry=entry("message", "rewritten"))


def rewrite_an_entry_with_its_leaf(ledger: Ledger) -> None:
    text = entry("delivery", "rewritten")
    ledger.leaves[1] = Leaf(1, leaf_of(text), text)


def show_another_checkpoint(ledger: Ledger) -> None:
    ledger.checkpoints[1] = replace(ledger.checkpoints[1], root=digest("other"))


def show_a_checkpoint_beyond_the_log(ledger: Ledger) -> None:
    """A log that shrank: what somebody was shown is no longer there."""
    ledger.checkpoints.append(Checkpoint(len(ledger.leaves) + 1, digest("gone")))


def give_evidence_that_does_not_hold(ledger: Ledger) -> None:
    ledger.bundles.append(Bundle("message-1", ("inclusion",)))


def keep_connections(ledger: Ledger) -> None:
    ledger.resources.append(Resource("connections", 70, 48))


def follow_a_redirect(ledger: Ledger) -> None:
    ledger.strayed = 1


PLANTED: dict[Callable[[Ledger], None], str] = {
    lose_a_message: "lost",
    lose_the_latest_and_its_leaf: "log-missing",
    store_twice: "stored-twice",
    store_what_was_refused: "stored-unacknowledged",
    change_a_byte: "other-bytes",
    give_a_receipt_of_other_bytes: "receipt-of-other-bytes",
    answer_a_repeat_anew: "two-answers",
    make_a_second_message_of_a_repeat: "two-messages",
    take_a_step_twice: "step-taken-twice",
    write_history_twice: "history-twice",
    take_another_body_under_a_used_key: "not-refused",
    fail_where_it_should_refuse: "not-refused",
    forget_a_delivery: "not-delivered",
    deliver_late: "late",
    take_a_lost_answer_for_an_acknowledgement: "not-delivered",
    make_two_tokens_of_one_delivery: "two-tokens",
    change_claims_between_tries: "token-changed",
    sign_with_an_unknown_key: "token-unsigned",
    deliver_what_nobody_sent: "token-of-nothing",
    deliver_to_another_unit: "token-of-nothing",
    pass_one_by: "order-jump",
    leave_before_the_one_before_is_acknowledged: "order-ahead",
    skip_a_number: "order-gap",
    give_a_number_twice: "order-shared",
    leave_a_message_out_of_the_log: "log-missing",
    log_a_message_nobody_was_told_of: "log-extra",
    log_an_acknowledgement_twice: "log-count",
    rewrite_an_entry: "log-leaf",
    rewrite_an_entry_with_its_leaf: "log-two-faces",
    show_another_checkpoint: "log-two-faces",
    show_a_checkpoint_beyond_the_log: "log-two-faces",
    give_evidence_that_does_not_hold: "bundle",
    keep_connections: "not-back",
    follow_a_redirect: "redirect-followed",
}


def test_a_run_that_held_has_no_violation() -> None:
    assert check(held()) == []


@pytest.mark.parametrize(("plant", "rule"), PLANTED.items(), ids=lambda given: getattr(given, "__name__", ""))
def test_a_planted_bug_is_found(plant: Callable[[Ledger], None], rule: str) -> None:
    ledger = held()
    plant(ledger)
    assert rule in {violation.rule for violation in check(ledger)}


def test_a_signed_non_delivery_stands_for_a_delivery() -> None:
    ledger = held()
    forget_a_delivery(ledger)
    ledger.leaves[:] = [found for found in ledger.leaves if found.index < len(ledger.leaves) - 2]
    text = entry("non-delivery", 8)
    ledger.leaves.append(Leaf(len(ledger.leaves), leaf_of(text), text))
    del ledger.checkpoints[-1]
    told = ("token-n", "non-delivery", "message-8", "500199520000", "dispute-2", 1, digest("n"))
    ledger.arrivals.append(Arrival("police-sys", "poll", *told, at=90.0))
    assert check(ledger) == []
    ledger.arrivals[-1].signed = False
    assert "not-delivered" in {violation.rule for violation in check(ledger)}


def test_a_small_run_or_an_idle_kill_does_not_count() -> None:
    small = not_counting(held())
    assert len(small) == 1
    assert "9 accepted" in small[0]
    assert not_counting(held(), Demands(accepted=9)) == []
    assert len(not_counting(held(), Demands(accepted=9, in_flight=250))) == 1
