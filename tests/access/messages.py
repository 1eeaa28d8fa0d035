"""Signed messages that name something by its id: in the envelope or in their document."""

from collections.abc import Callable
from typing import Any

from tests.access.ground import Ground, named
from tests.access.rows import SEND, Asked, Named, speaker
from tests.contract.kit import packed
from tests.contract.words import COMMITTEE, dispute, document, referral

Told = Callable[[str], dict[str, Any]]
POLICE, MEDIATION, SUPERVISION = "police_handling", "mediation", "supervision"
HOME = "the dispute of the sender itself"
TO = {"to": COMMITTEE}
ACCEPTED = {"decision": "accepted"}
BACK = {"target": "referral", "reason": "撤回"}


def message(kind: str, purpose: str, told: Told, **envelope: Any) -> Callable[[Ground, str, str], Asked]:
    """A message of the shared form; members of the envelope may be functions of the id."""

    def ask(ground: Ground, role: str, asked: str) -> Asked:
        system = ground[speaker(role)]
        members = {name: v(asked) if callable(v) else v for name, v in envelope.items()}
        if members.get("dispute") == HOME:
            members["dispute"] = ground.home(role)
        header = system.header(kind, system.units[-1], purpose, **members)
        body = packed(told(asked))
        signature = system.key.detached(header, body)
        return {"content": body, "headers": {"Content-Type": header["cty"], "X-JWS-Signature": signature}}

    return ask


def naming(member: str, **more: Any) -> Told:
    """A document that names the id in one member."""
    return lambda asked: document(**{**more, member: asked})


def _same(asked: str) -> str:
    return asked


def _row(thing: str, sees: str, ask: Callable[[Ground, str, str], Asked], **more: Any) -> Named:
    return Named(thing, SEND, frozenset(sees.split()), ask, nonsense=None, **more)


def _related(asked: str) -> dict[str, Any]:
    return document(action="relate", related=[{"dispute": asked, "relation": "repeat"}])


def _files(asked: str) -> list[dict[str, Any]]:
    return [named(asked)]


def _with_file(_asked: str) -> dict[str, Any]:
    return dispute(attachments=[{"ref": "f1", "catalogue": "evidence"}])


MESSAGES = (
    _row(
        "dispute",
        "police justice court",
        message("referral", POLICE, lambda _: referral(), **TO, dispute=_same),
    ),
    _row(
        "dispute", "police justice court", message("referral", POLICE, naming("dispute", **referral()), **TO)
    ),
    _row(
        "run",
        "police justice",
        message("referral", POLICE, naming("replaces", **referral()), **TO, dispute=HOME),
    ),
    _row(
        "run",
        "police justice",
        message("mediation_progress", MEDIATION, naming("about_case", event="started")),
    ),
    _row(
        "confirmation",
        "court",
        message("confirmation_answer", "confirmation", naming("about_case", **ACCEPTED)),
    ),
    _row("referral", "police justice", message("withdrawal", POLICE, lambda _: document(**BACK), re=_same)),
    _row(
        "message", "police", message("correction", POLICE, naming("message", action="request", reason="有误"))
    ),
    _row("dispute", "", message("dispute_link", POLICE, _related, dispute=HOME)),
    _row("referral", "justice", message("native_ack", MEDIATION, naming("message", result="ok"))),
    _row("referral", "justice", message("native_ack", MEDIATION, lambda _: document(result="ok"), re=_same)),
    _row(
        "task",
        "police court",
        message("task_reply", SUPERVISION, lambda _: document(action="progress"), re=_same),
    ),
    _row(
        "dispute",
        "police justice court",
        message("performance", MEDIATION, lambda _: document(event="visit"), dispute=_same),
    ),
    _row("blob", "police justice", message("dispute", POLICE, _with_file, files=_files), unknown="0" * 64),
)
