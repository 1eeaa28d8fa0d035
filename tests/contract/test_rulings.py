"""Contract 2 and 4: a ruling comes with its sealed document, checked against the very court's certificate."""

import hashlib
import uuid
from typing import Any

import httpx
import pytest

from tests.contract.conftest import Cast, Guest
from tests.contract.kit import POLL, System, problem, today
from tests.contract.seal import Seal, page
from tests.contract.words import COURT, TRIBUNAL, TRIBUNAL_AS, agreement, application, dispute, document


@pytest.fixture(scope="module")
def seal(cast: Cast) -> Seal:
    """The court's seal; its tribunal's documents carry it."""
    made = Seal("重庆市示例区人民法院")
    file = cast.hub.data_dir / "court.pem"
    file.write_bytes(made.pem())
    cast.hub.furnish("court", "certificate", COURT, str(file))
    return made


class Story:
    """An application that the tribunal accepted."""

    def __init__(self, court: System, applicant: System) -> None:
        self.court, self.applicant = court, applicant
        self.number = f"（2026）渝0199民特{uuid.uuid4().int % 10**6}号"
        unit = applicant.units[0]
        applicant.call("POST", "/v1/streams", json={"delivery": {"method": POLL}})
        home = applicant.accepted("dispute", dispute(), unit, "mediation")["dispute"]
        asked = application(agreement=agreement(organisation=unit))
        sent = applicant.accepted(
            "confirmation_application", asked, unit, "confirmation", to=TRIBUNAL, dispute=home
        )
        assert sent["case"]["machine"] == "confirmation"
        self.message = str(sent["message"])
        answer = document(decision="accepted", accepted_on=today(), case_number=self.named)
        court.accepted("confirmation_answer", answer, **TRIBUNAL_AS, re=self.message)
        applicant.drain()

    @property
    def named(self) -> dict[str, str]:
        return {"system": "court_case", "value": self.number}

    def ruling(self, pdf: bytes | None, **members: Any) -> httpx.Response:
        """The tribunal's ruling with that file, uploaded."""
        files, named = None, {}
        if pdf is not None:
            digest = hashlib.sha256(pdf).hexdigest()
            uploaded = self.court.call("PUT", f"/v1/blobs/sha-256/{digest}", content=pdf)
            assert uploaded.status_code == 201, uploaded.text
            files = [{"ref": "c1", "digest": f"sha-256:{digest}", "name": "a.pdf", "type": "application/pdf"}]
            named = {"document": {"catalogue": "ruling", "ref": "c1"}}
        told = document(
            outcome="confirmed",
            case_number=self.named,
            ruled_on=today(),
            effective_rule="on_service",
            **{"seal_kind": "pdf_cms", **named, **members},
        )
        return self.court.say("confirmation_ruling", told, **TRIBUNAL_AS, re=self.message, files=files)

    def state(self) -> str:
        case = self.applicant.get(f"/v1/messages/{self.message}").json()["case"]
        return str(self.applicant.get(f"/v1/cases/{case}").json()["state"])


@pytest.fixture
def story(court: System, guest: Guest) -> Story:
    return Story(court, guest())


def test_a_sealed_ruling_reaches_the_applicant(story: Story, seal: Seal):
    pdf = seal.sign(page(f"ruling {uuid.uuid4()}"))
    answer = story.ruling(pdf)
    assert answer.status_code == 202, answer.text
    (claims,) = story.applicant.drain()
    assert list(claims["events"]) == ["urn:liantiao:event:confirmation_ruling"]
    digest = hashlib.sha256(pdf).hexdigest()
    assert digest in str(claims["events"])
    assert story.applicant.get(f"/v1/blobs/sha-256/{digest}").content == pdf
    assert "ruling-not-verified" not in str(answer.json()["findings"])


def test_a_ruling_without_a_sealed_document_is_none(story: Story, seal: Seal):
    before = story.state()
    problem(story.ruling(None), 422, "ruling-unsigned")
    problem(story.ruling(page(f"ruling {uuid.uuid4()}")), 422, "ruling-unsigned")
    assert story.state() == before
    assert story.applicant.drain() == []
    answer = story.ruling(seal.sign(page(f"ruling {uuid.uuid4()}")))
    assert answer.status_code == 202, answer.text


def test_rulings_that_are_not_what_they_say(story: Story, seal: Seal):
    before = story.state()
    good = seal.sign(page(f"ruling {uuid.uuid4()}"))
    changed = bytearray(good)
    changed[good.index(b"ruling ") + 8] ^= 1
    stranger = Seal("重庆市示例区人民法院").sign(page(f"ruling {uuid.uuid4()}"))
    twice = seal.sign(page("x")) + b"\n%%EOF\n"
    for pdf in (bytes(changed), stranger, good + b"\n% more", twice, good[:-200]):
        answer = story.ruling(pdf)
        assert answer.status_code == 422, answer.text
        code = answer.json()["type"].rpartition(":")[2]
        assert code in {"ruling-invalid", "ruling-unsigned"}
    problem(story.ruling(stranger), 422, "ruling-invalid")
    assert story.state() == before


def test_a_document_serves_one_ruling_only(court: System, guest: Guest, story: Story, seal: Seal):
    pdf = seal.sign(page(f"ruling {uuid.uuid4()}"))
    assert story.ruling(pdf).status_code == 202
    other = Story(court, guest())
    problem(other.ruling(pdf), 422, "ruling-invalid")


def test_what_cannot_be_checked_here_is_delivered_and_labelled(story: Story, seal: Seal):
    assert seal
    ofd = b"PK\x03\x04" + uuid.uuid4().bytes * 8
    answer = story.ruling(ofd, seal_kind="ofd")
    if answer.status_code == 202:
        assert "签章未在本平台校验" in answer.text
    else:
        problem(answer, 422, "ruling-invalid")


def test_a_file_that_is_not_there(story: Story):
    named = {"document": {"catalogue": "ruling", "digest": "sha-256:" + "0" * 64}}
    problem(story.ruling(None, **named), 422, "blob-missing")


def test_only_a_court_rules(story: Story):
    unit = story.applicant.units[0]
    told = document(outcome="confirmed", ruled_on=today())
    answer = story.applicant.say("confirmation_ruling", told, unit, "confirmation", re=story.message)
    problem(answer, 403, "kind-not-allowed")
