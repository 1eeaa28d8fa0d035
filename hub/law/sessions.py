"""What a mediation by video owes (在线调解规则 16, 17, 22): identity, rights told, consents, record.

A session that was held is a fact and travels with findings; only planning a video that a party refused is
no session of its kind. Pure.
"""

from collections.abc import Iterator
from typing import Final

from hub.errors import Fault, Refused
from hub.law.matching import REFUSING, answers
from hub.law.reading import Document, instant, objects, text
from hub.law.run import Run

_RULES: Final = "人民法院在线调解规则 法释〔2021〕23号"
_ONLINE: Final = f"{_RULES}4"
_ORDER: Final = f"{_RULES}17"
_RECORDING: Final = f"{_RULES}22"
_SIGNED: Final = "人民法院在线诉讼规则33; 人民法院在线诉讼规则34"
_PLANNED: Final = frozenset({"scheduled", "changed"})
_MOVING: Final = ("video/", "audio/")
_AFAR: Final = frozenset({"video", "mixed"})


def check(run: Run) -> None:
    """Note what a session lacks. Raises Refused `rule` for a video planned against a party's refusal."""
    document = run.document
    if document.get("action") in _PLANNED:
        _planned(run)
    elif document.get("action") == "held":
        _held(run)
    begun, ended = instant(document.get("starts_at")), instant(document.get("ends_at"))
    if begun is not None and ended is not None and ended <= begun:
        run.find("session", _ORDER, "/ends_at", "before-start")


def _planned(run: Run) -> None:
    """Who refuses to come online is not mediated online: on site, or mixed, is open."""
    known = run.facts.get("online_consents")
    said = {**(known if isinstance(known, dict) else {}), **answers(run.document, "online")}
    if run.document.get("mode") == "video" and any(answer in REFUSING for answer in said.values()):
        raise Refused("rule", Fault("online-refused", "/mode"))


def _held(run: Run) -> None:
    document = run.document
    for pointer in _unchecked(document):
        run.find("session-identity", _ORDER, pointer)
    if document.get("notice_given") is False:
        run.find("session-notice", _ORDER, "/notice_given")
    if document.get("mode") in _AFAR:
        _consented(run, "online", _ONLINE)
    if _recorded(document):
        _consented(run, "recording", _RECORDING)
    state = document.get("record_state")
    if state in ("draft", "refused"):
        run.find("session-record", _SIGNED, "/record_state", str(state))


def _unchecked(document: Document) -> Iterator[str]:
    """Places of participants whose identity nobody checked, or of whom it is not said how."""
    for i, participant in enumerate(objects(document, "participants")):
        if participant.get("identity_checked") is not True:
            yield f"/participants/{i}/identity_checked"
        elif text(participant, "how") is None:
            yield f"/participants/{i}/how"


def _consented(run: Run, about: str, basis: str) -> None:
    """Each party that took part said yes: to the means, to the recording."""
    given = answers(run.document, about)
    if about == "online":
        known = run.facts.get("online_consents")
        given = {**(known if isinstance(known, dict) else {}), **given}
    there = {ref for p in objects(run.document, "participants") if (ref := text(p, "ref")) is not None}
    if any(answer in REFUSING for answer in given.values()):
        run.find("session-consent", basis, "/consents", f"{about}-refused")
    elif not given or not there <= {ref for ref, answer in given.items() if answer == "yes"}:
        run.find("session-consent", basis, "/consents", about)


def _recorded(document: Document) -> bool:
    """Whether a recording takes the place of written minutes, or lies beside them."""
    for file in objects(document, "record"):
        if file.get("catalogue") == "video" or (text(file, "media_type") or "").startswith(_MOVING):
            return True
    return False
