"""One simulated agency system: sends, receives, keeps its book, remembers what it read.

Knows the contract through `hub.client` and nothing else of the hub. What to send is the business of the
agencies' own modules (`police`, `justice`, `court`); this is what they have in common.
"""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hub.client.agent import Agent
from hub.client.envelope import SHARED_FORM, Envelope, FileRef, Signed
from hub.client.errors import Problem
from hub.client.events import Event
from hub.client.sending import Accepted
from hub.sandbox.book import Book
from hub.sandbox.clock import MovedClock, local
from hub.sandbox.inbox import Inbox, Missed
from hub.strictjson import Json

PURPOSES: Final = {"police": "police_handling", "justice": "mediation", "court": "adjudication"}
Tell = Callable[[Mapping[str, object]], None]
Document = Mapping[str, object]
_DECIDES: Final = ("action", "answer", "event", "outcome", "decision", "phase", "result")


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to be sent: the body as the agency's own file, and what the envelope says of it.

    `called` is the native format's everyday name, `says` the word that decides the step where we wrote the
    document ourselves: for the page and the console.
    """

    unit: str
    kind: str
    body: bytes
    content_type: str = SHARED_FORM
    called: str = "shared"
    purpose: str | None = None
    to: str | None = None
    dispute: str | None = None
    re: str | None = None
    name: str | None = None
    files: Sequence[FileRef] = ()
    says: str = ""

    def envelope(self, purpose: str, jti: str | None = None) -> Envelope:
        """The envelope, under a new `jti` unless one is given."""
        return Envelope(
            unit=self.unit,
            kind=self.kind,
            purpose=self.purpose or purpose,
            content_type=self.content_type,
            to=self.to,
            dispute=self.dispute,
            re=self.re,
            name=self.name,
            files=self.files,
            **({"jti": jti} if jti else {}),
        )


def shared(document: Document) -> bytes:
    """A document of the shared form as bytes."""
    return json.dumps(document, ensure_ascii=False).encode()


def deciding(document: Document) -> str:
    """The word of a document that decides its step, such as accepted or held."""
    if document.get("method") == "left":
        return "left"
    if document.get("purpose") == "court_verification":
        return "court_verification"
    return next((str(document[name]) for name in _DECIDES if name in document), "")


class Desk:
    """The system at work. `tell` hears of everything that happens, for whoever watches."""

    def __init__(
        self, agent: Agent, clock: MovedClock, book: Book, agency: str, folder: Path, tell: Tell
    ) -> None:
        self.agent = agent
        self.clock = clock
        self.book = book
        self.agency = agency
        self.folder = folder
        self.tell = tell
        self.inbox = Inbox(book, clock)
        self.own: dict[tuple[str, str], Accepted] = {}
        self._signed: dict[str, tuple[Signed, Accepted]] = {}

    def now(self) -> str:
        """The instant as it is written into documents."""
        return local(self.clock())

    def document(self, **members: object) -> dict[str, object]:
        """A document of the shared form, dated now; members that are None are left out."""
        given = {name: value for name, value in members.items() if value is not None}
        return {"schema": "liantiao/1", "business_time": self.now(), **given}

    async def say(self, unit: str, kind: str, document: Document, **members: object) -> Accepted:
        """Send a document of the shared form."""
        return await self.send(Draft(unit, kind, shared(document), says=deciding(document), **members))  # type: ignore[arg-type]  # Draft's own

    async def send(self, draft: Draft, jti: str | None = None) -> Accepted:
        """Send until the hub has answered; books the try, then the answer. Raises Problem."""
        signed = self.agent.sign(draft.envelope(PURPOSES[self.agency], jti), draft.body)
        line = {"jti": signed.jti, "unit": draft.unit, "kind": draft.kind, "format": draft.called}
        self.book.sent(**line, state="trying", digest=signed.digest)
        began = self.clock()
        try:
            accepted = await self.agent.send(signed)
        except Problem as refused:
            self.book.sent(**line, state="refused", status=refused.status, code=refused.code)
            self.tell({"event": "refused", "at": self.now(), **line, **_places(refused)})
            raise
        seconds = (self.clock() - began).total_seconds()
        self._accepted(draft, line, signed, accepted, seconds)
        return accepted

    async def again(self, message: str) -> bool:
        """Send a message once more, under its `jti`; whether the answer was the same to the byte."""
        if message not in self._signed:
            raise Missed("not a message of this system")
        signed, first = self._signed[message]
        answer = await self.agent.send(signed.again(self.agent.identity, self.clock()))
        same = answer.raw == first.raw
        envelope = signed.envelope
        self.book.sent(jti=signed.jti, unit=envelope.unit, kind=envelope.kind, state="repeated", same=same)
        self.tell(
            {
                "event": "repeated",
                "at": self.now(),
                "unit": envelope.unit,
                "kind": envelope.kind,
                "same": same,
            }
        )
        return same

    def _accepted(
        self, draft: Draft, line: dict[str, str], signed: Signed, accepted: Accepted, seconds: float
    ) -> None:
        self._signed[accepted.message] = (signed, accepted)
        if accepted.dispute:
            self.own[(accepted.dispute, draft.kind)] = accepted
        told = {
            "message": accepted.message,
            "dispute": accepted.dispute,
            "records": list(accepted.records),
            "deliveries": list(accepted.deliveries),
        }
        kept = {
            "state": "accepted",
            "at": self.clock().timestamp(),
            "digest": signed.digest,
            "receipt": accepted.receipt,
            "seconds": seconds,
        }
        self.book.sent(**line, **kept, **told)
        findings = sorted({str(f.get("code")) for f in accepted.findings})
        self.tell(
            {
                "event": "sent",
                "at": self.now(),
                **line,
                **told,
                "to": draft.to,
                "says": draft.says,
                "case": accepted.case,
                "findings": findings,
                "revision": accepted.revision,
                "seconds": seconds,
            }
        )

    async def receive(self, event: Event) -> None:
        """Take a verified token in."""
        if not await self.inbox.take(event):
            return
        self.tell(
            {
                "event": "received",
                "at": self.now(),
                "unit": event.unit,
                "kind": event.kind,
                "from": event.said.get("from"),
                "dispute": event.subject,
                "message": event.message,
                "seq": event.seq,
            }
        )

    async def upload(self, name: str, content: bytes) -> str:
        """Put a file to the hub; its digest."""
        path = self.folder / name
        await asyncio.to_thread(path.write_bytes, content)
        return await self.agent.upload(path)


def _places(refused: Problem) -> dict[str, Json]:
    return {
        "status": refused.status,
        "code": refused.code,
        "title": refused.title,
        "errors": [{k: e.get(k) for k in ("record", "pointer", "native", "rule")} for e in refused.errors],
    }
