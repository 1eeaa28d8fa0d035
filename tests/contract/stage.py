"""A case of the test's own on the shared hub, and what can be read of it: nothing refused may change that."""

import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

import httpx

from tests.contract.conftest import Cast
from tests.contract.kit import SHARED, Hub, Key, System, packed
from tests.contract.words import COMMITTEE, PARTIES, POLICE_AS, STATION, dispute, referral

_numbers = count(1)


def own_number() -> str:
    """A case number that no other test uses."""
    return f"50019920261126{next(_numbers):06}"


@dataclass
class Sent:
    """A request to `POST /v1/messages`. `secrets` are what its answer may not say."""

    system: System
    body: bytes
    headers: Mapping[str, str]
    secrets: tuple[str, ...] = ()
    chunks: bool = False
    token: str | None = None

    def post(self, language: str | None = None, **headers: str) -> httpx.Response:
        told = {"Authorization": f"Bearer {self.token or self.system.token()}", **self.headers, **headers}
        if language is not None:
            told["Accept-Language"] = language
        content = _pieces(self.body) if self.chunks else self.body
        return self.system.http.post("/v1/messages", content=content, headers=told)

    def under(self, signature: str) -> "Sent":
        """The same under another signature header."""
        return replace(self, headers={**self.headers, "X-JWS-Signature": signature})

    def without(self, *names: str) -> "Sent":
        return replace(self, headers={n: v for n, v in self.headers.items() if n not in names})


def _pieces(body: bytes) -> Iterable[bytes]:
    return (body[i : i + 65536] for i in range(0, len(body), 65536))


def signed(system: System, body: bytes, header: Mapping[str, Any], key: Key | None = None) -> Sent:
    """A body under an envelope, as it should be sent."""
    told = {name: value for name, value in header.items() if value is not None}
    signature = (key or system.key).detached(told, body)
    headers = {"Content-Type": str(told.get("cty", SHARED)), "X-JWS-Signature": signature}
    return Sent(system, body, headers)


@dataclass
class Stage:
    """A dispute that the station registered and referred to the committee; the committee has not answered."""

    cast: Cast
    number: str = field(default_factory=own_number)
    home: str = ""
    opened: dict[str, Any] = field(default_factory=dict)
    opened_as: dict[str, Any] = field(default_factory=dict)
    opened_body: bytes = b""
    referred: dict[str, Any] = field(default_factory=dict)
    bureau: System | None = None

    def __post_init__(self) -> None:
        numbers = [{"system": "jjdbh", "value": self.number}]
        self.opened_as = self.police.header("dispute", STATION, "police_handling")
        self.opened_body = packed(dispute(identifiers=numbers))
        first = self.police.post(self.opened_as, self.opened_body)
        assert first.status_code == 202, first.text
        self.opened = first.json()
        self.home = str(self.opened["dispute"])
        to = {"to": COMMITTEE, "dispute": self.home}
        self.referred = self.police.accepted("referral", referral(), **POLICE_AS, **to)

    @property
    def hub(self) -> Hub:
        return self.cast.hub

    @property
    def police(self) -> System:
        return self.cast.police

    @property
    def court(self) -> System:
        return self.cast.court

    @property
    def justice(self) -> System:
        return self.cast.justice

    @property
    def systems(self) -> tuple[System, System, System]:
        return self.police, self.court, self.justice

    def dispute(self, body: bytes | None = None, cty: str = SHARED, **members: Any) -> Sent:
        """What the station registers: complete unless told otherwise."""
        key = members.pop("key", None)
        header = {**self.police.header("dispute", STATION, "police_handling", cty), **members}
        return signed(self.police, packed(dispute()) if body is None else body, header, key)

    def say(
        self, system: System, kind: str, told: Mapping[str, Any], who: Mapping[str, str], **members: Any
    ) -> Sent:
        """A document of the shared form."""
        header = {**system.header(kind, who["unit"], who["purpose"]), **members}
        return signed(system, packed(told), header)

    def seen(self) -> dict[str, Any]:
        """The case as its two parties read it: state, timeline, messages, deliveries. Strangers: nothing."""
        told: dict[str, Any] = {}
        messages = (self.opened["message"], self.referred["message"])
        paths = [f"/v1/disputes/{self.home}", f"/v1/cases/{self.referred['case']['id']}"]
        for system in self.systems:
            for path in (*paths, *(f"/v1/messages/{m}" for m in messages)):
                answer = system.get(path)
                told[f"{system.id} {path}"] = (answer.status_code, _lasting(answer.json()))
        return told

    def lists(self) -> dict[str, list[str]]:
        """The ids of every message that each system can list."""
        return {s.id: [m["message"] for m in listed(s)] for s in self.systems}


def _lasting(told: Any) -> Any:
    return {n: v for n, v in told.items() if n != "instance"} if isinstance(told, dict) else told


def listed(system: System) -> list[dict[str, Any]]:
    """All messages a system can list."""
    found: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    while True:
        page = system.get("/v1/messages", params={"limit": 500, **after}).json()
        found += page["messages"]
        if not page["more"]:
            return found
        after = {"after": page["next"]}


def refusals(system: System) -> list[dict[str, Any]]:
    """What was refused to a system, newest first."""
    told: list[dict[str, Any]] = system.get("/v1/refusals", params={"limit": 500}).json()["refusals"]
    return told


def log_size(system: System) -> int:
    """How many entries the evidence log has."""
    return int(system.get("/v1/log/checkpoint").text.split("\n")[1])


def logged(system: System, receipt: str) -> int:
    """The log's size when what was receipted is in it: within 60 seconds."""
    leaf = system.hub.read(receipt, "liantiao-receipt+jwt", system.id)["leaf"]
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        size = log_size(system)
        found = system.get("/v1/log/inclusion", params={"leaf": leaf, "size": size})
        if found.status_code == 200:
            return size
        assert found.status_code == 404
    raise AssertionError(leaf)


PERSONAL = tuple(str(p[name]) for p in PARTIES for name in ("name", "id_number"))
_HAN = re.compile("[一-鿿]")


def chinese(text: str) -> bool:
    return bool(_HAN.search(text))
