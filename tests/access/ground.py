"""Two disputes of two neighbours who know nothing of each other, and everybody who might ask about them.

`mine` is the station's: referred to the committee, mediated, applied for at the tribunal. `other` is the next
district's station's alone. Each thing has its id under the same name in both.
"""

import hashlib
import uuid
from typing import Any

from tests.contract.kit import POLL, Hub, System
from tests.contract.words import (
    BUREAU,
    COMMITTEE,
    COMMITTEE_AS,
    HEAD,
    OFFICE,
    POLICE_AS,
    STATION,
    TRIBUNAL,
    UNITS,
    application,
    dispute,
    document,
    referral,
)
from tests.http.test_typical_publication import READY

ELSEWHERE = "500198520000"
NEIGHBOURS = f"""{HEAD}
500198000000,邻区公安分局,police,district,500198,,2010-01-01,
{ELSEWHERE},邻镇派出所,police,town,500198,500198000000,2010-01-01,
"""
AGENCIES = {
    "police": ("police", (STATION,)),
    "superior": ("police", (BUREAU,)),
    "justice": ("justice", (OFFICE, COMMITTEE)),
    "court": ("court", (TRIBUNAL,)),
    "stranger": ("police", (ELSEWHERE,)),
}
NOTHING = "01980000-0000-7000-8000-000000000000"


class Ground:
    """The hub, a system for each role, and what was planted: name → id."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        hub.furnish("init")
        hub.units(UNITS)
        hub.units(NEIGHBOURS)
        self.systems = {
            role: hub.add(f"{role}-sys", agency, units) for role, (agency, units) in AGENCIES.items()
        }
        self.systems["admin"] = hub.add(
            "admin-sys", "justice", (OFFICE,), "--scope", "admin", "--no-receiving"
        )
        self.mine: dict[str, str] = {}
        self.other: dict[str, str] = {}
        self.stock: dict[str, list[str]] = {}
        """Things of which each serves one request."""

    def __getitem__(self, role: str) -> System:
        return self.systems[role]

    def home(self, role: str) -> str:
        """The dispute that a role takes part in; for who has none, the station's."""
        return (self.other if role == "stranger" else self.mine)["dispute"]

    def restart(self, **environment: str) -> None:
        """Serve anew, in another environment."""
        self.hub.stop()
        self.hub.extra |= environment
        self.hub.start()

    def begin(self) -> None:
        """Serve, open a stream for everybody, plant."""
        self.hub.start()
        for role in AGENCIES:
            opened = self[role].call("POST", "/v1/streams", json={"delivery": {"method": POLL}})
            assert opened.status_code == 201, opened.text
            mine = {"stranger": self.other, "police": self.mine}.get(role)
            if mine is not None:
                mine["stream"] = opened.json()["stream_id"]
        self._mediate()
        self._neighbour()

    def _mediate(self) -> None:
        police, justice, ids = self["police"], self["justice"], self.mine
        ids["blob"] = uploaded(police)
        sent = police.accepted("dispute", dispute(), **POLICE_AS)
        ids["dispute"], ids["message"] = sent["dispute"], sent["message"]
        files = [named(ids["blob"])]
        told = referral(attachments=[{"ref": "f1", "catalogue": "evidence"}])
        to = {"to": COMMITTEE, "dispute": ids["dispute"]}
        sent = police.accepted("referral", told, **POLICE_AS, **to, files=files)
        ids["run"], ids["referral"] = sent["case"]["id"], sent["message"]
        self._answer(justice, ids["run"])
        told = document(
            about_case=ids["run"], action="scheduled", purpose="mediation", mode="video",
            starts_at="2027-03-02T09:30:00+08:00", ends_at="2027-03-02T11:00:00+08:00",
            participants=[{"ref": "p1", "name": "郑测一", "role": "当事人"}],
            consents=[{"about": "online", "answer": "yes", "by": p} for p in ("p1", "p2")],
        )  # fmt: skip
        ids["session"] = justice.accepted("video_session", told, **COMMITTEE_AS)["message"]
        to = {"to": TRIBUNAL, "dispute": ids["dispute"]}
        sent = justice.accepted("confirmation_application", application(), COMMITTEE, "confirmation", **to)
        ids["confirmation"], ids["application"] = sent["case"]["id"], sent["message"]
        sent = justice.accepted("typical_case", document(**READY), **COMMITTEE_AS, to=TRIBUNAL)
        ids["typical"] = sent["message"]
        owed = document(
            kind="supervision", title="逾期未办理清单", owner=TRIBUNAL, basis={"deadline": "REF_ACCEPT"}
        )
        ids["task"] = police.accepted("task", owed, STATION, "supervision")["message"]
        reply = document(action="accepted")
        self["court"].accepted("task_reply", reply, TRIBUNAL, "supervision", re=ids["task"])
        refused = police.say("dispute", document(), **POLICE_AS)
        assert refused.status_code == 422, refused.text
        ids["refusal"] = police.get("/v1/refusals").json()["refusals"][0]["jti"]
        (ids["token"], *_) = justice.poll()["sets"]

    @staticmethod
    def _answer(justice: System, run: str) -> None:
        told = document(about_case=run, answer="accepted", mediators=["M1"])
        justice.accepted("referral_answer", told, **COMMITTEE_AS)
        told = document(about_case=run, event="started")
        justice.accepted("mediation_progress", told, **COMMITTEE_AS)

    def _neighbour(self) -> None:
        stranger, ids = self["stranger"], self.other
        ids["blob"] = uploaded(stranger)
        sent = stranger.accepted("dispute", dispute(), ELSEWHERE, "police_handling")
        ids["dispute"], ids["message"] = sent["dispute"], sent["message"]


def uploaded(system: System, content: bytes | None = None) -> str:
    """A file of its own: the digest."""
    data = content or uuid.uuid4().bytes * 20
    digest = hashlib.sha256(data).hexdigest()
    assert system.call("PUT", f"/v1/blobs/sha-256/{digest}", content=data).status_code == 201
    return digest


def named(digest: str) -> dict[str, Any]:
    """A file as an envelope names it."""
    return {"ref": "f1", "digest": f"sha-256:{digest}", "name": "材料.pdf", "type": "application/pdf"}
