"""The hub a walk goes over: its systems, its tables as published, what each system can read."""

import hashlib
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.contract.conftest import Cast
from tests.contract.kit import System
from tests.contract.seal import Seal, page
from tests.contract.words import BUREAU, COMMITTEE, COURT, JUSTICE_BUREAU, OFFICE, STATION, TRIBUNAL
from tests.walk.published import Machine, read

TYPES = {
    STATION: "station",
    BUREAU: "police_bureau",
    COURT: "court",
    TRIBUNAL: "tribunal",
    COMMITTEE: "committee",
    OFFICE: "judicial_office",
    JUSTICE_BUREAU: "justice_bureau",
}
GUIDES = {COMMITTEE: OFFICE, OFFICE: JUSTICE_BUREAU}
UNITS = tuple(TYPES)
TOKEN_FOR = 300.0
PURPOSE = "adjudication"  # every kind that steps a machine goes with it (/v1/codes)


@dataclass
class Ground:
    """One served hub. `taken` counts the rows that were taken, `answered` the answers."""

    cast: Cast
    machines: Mapping[str, Machine] = field(default_factory=dict)
    taken: Counter[tuple[str, str]] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)
    accepted: set[str] = field(default_factory=set)
    sent: int = 0
    _cursors: dict[str, str] = field(default_factory=dict)
    _fresh: float = field(default_factory=time.monotonic)
    _ruling: str = ""

    def __post_init__(self) -> None:
        self.machines = read(self.cast.justice.get("/v1/machines").json())
        self._seal = Seal("重庆市示例区人民法院")
        file = self.cast.hub.data_dir / "walk.pem"
        file.write_bytes(self._seal.pem())
        self.cast.hub.furnish("court", "certificate", COURT, str(file))
        for system in self.systems:
            self._news(system)

    @property
    def systems(self) -> tuple[System, ...]:
        return self.cast.police, self.cast.court, self.cast.justice

    def system(self, unit: str) -> System:
        return next(system for system in self.systems if unit in system.units)

    def rest(self) -> None:
        """Ask for new tokens before the old ones end."""
        if time.monotonic() - self._fresh > TOKEN_FOR:
            self._fresh = time.monotonic()
            for system in self.systems:
                system.forget()

    def send(
        self, system: System, unit: str, kind: str, document: Mapping[str, Any], **members: Any
    ) -> httpx.Response:
        if kind == "confirmation_ruling" and system is self.cast.court:
            document, members["files"] = self._sealed(document)
        answer = system.say(kind, dict(document), unit, members.pop("purpose", PURPOSE), **members)
        self.sent += 1
        self.answered[f"{answer.status_code} {code(answer)}".strip()] += 1
        if kind == "confirmation_ruling" and answer.status_code == 202:
            self._ruling = ""  # a document serves one ruling only
        return answer

    def _sealed(self, document: Mapping[str, Any]) -> tuple[dict[str, Any], list[dict[str, str]]]:
        """The ruling with its sealed page, uploaded; a page that no ruling used yet is used again."""
        if not self._ruling:
            pdf = self._seal.sign(page(f"ruling {self.sent}"))
            self._ruling = hashlib.sha256(pdf).hexdigest()
            put = self.cast.court.call("PUT", f"/v1/blobs/sha-256/{self._ruling}", content=pdf)
            assert put.status_code == 201, put.text
        named = {"digest": f"sha-256:{self._ruling}", "name": "a.pdf", "type": "application/pdf"}
        told = {**document, "document": {"catalogue": "ruling", "ref": "c1"}}
        return told, [{"ref": "c1", **named}]

    def news(self) -> dict[str, str]:
        """The messages that some system can read and could not at the last look: id → kind."""
        return {message: kind for system in self.systems for message, kind in self._news(system)}

    def _news(self, system: System) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        while True:
            after = self._cursors.get(system.id)
            page_ = system.get("/v1/messages", params={"limit": 500, **({"after": after} if after else {})})
            told = page_.json()
            found += [(m["message"], m["kind"]) for m in told["messages"]]
            if told["next"]:
                self._cursors[system.id] = told["next"]
            if not told["more"]:
                return found

    def seen(self, dispute: str) -> dict[str, Any]:
        """A dispute as each system reads it: states, roles, history, deadlines, messages, deliveries."""
        told: dict[str, Any] = {}
        for system in self.systems:
            body = system.get(f"/v1/disputes/{dispute}").json()
            told[system.id] = {n: v for n, v in body.items() if n != "instance"}
        return told


def code(answer: httpx.Response) -> str:
    """A refusal's code; empty for what is accepted."""
    if answer.status_code == 202:
        return ""
    return str(answer.json()["type"]).rpartition(":")[2]
