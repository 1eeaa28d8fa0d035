"""The check of rulings, through its worker processes: what must pass passes, every attack is refused."""

import asyncio
import os
import signal
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

import tests.trust.ruling_content_corpus  # noqa: F401  adds its attacks to the tables
from hub.errors import Refused, Unavailable
from hub.trust.rulings import NOT_VERIFIED, RULES, CourtCertificate, RulingChecker
from tests.trust.ruling_corpus import (
    AT,
    ATTACKS,
    DAY,
    GOOD,
    PDF,
    REGISTERED,
    court,
    der,
    good,
    long_lived,
    other,
    signed_digest,
    zipped,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")
good()  # signed once, before any test has a running loop
SPAN = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def checker() -> AsyncIterator[RulingChecker]:
    made = RulingChecker(workers=1)
    yield made
    await made.close()


@pytest.fixture(scope="module")
def registry() -> list[CourtCertificate]:
    """What is registered for the court: good certificates and those the registry has to catch."""
    known = [CourtCertificate(der(seal), *SPAN) for seal in (court(), long_lived())]
    for kind in REGISTERED:
        revoked = AT - timedelta(hours=1) if kind == "revoked" else None
        span = (SPAN[0], AT - DAY) if kind == "lapsed" else SPAN
        known.append(CourtCertificate(der(other(kind)), *span, revoked))
    return known


@pytest.fixture
def document(request: pytest.FixtureRequest) -> bytes:
    """Built outside the event loop."""
    built: bytes = request.param()
    return built


def moment(name: str) -> datetime:
    """Signing through the library's usual door reads the clock of the machine."""
    return datetime.now(UTC) + timedelta(minutes=1) if name in BY_CLOCK else AT


BY_CLOCK = {
    "visible signature field, adbe.pkcs7.detached",
    "certified: no changes allowed",
    "a time stamp of an authority nobody here knows",
}


@pytest.mark.parametrize(("name", "document"), GOOD.items(), indirect=["document"], ids=GOOD)
async def test_good_rulings_pass(
    name: str, document: bytes, checker: RulingChecker, registry: list[CourtCertificate]
) -> None:
    verdict = await checker.check_ruling(document, registry, moment(name))
    assert verdict.form == "pdf"
    assert verdict.verified
    assert verdict.label is None
    assert verdict.signed_at is not None


@pytest.mark.parametrize(
    ("rule", "document"),
    [(rule, build) for rule, build in ATTACKS.values()],
    indirect=["document"],
    ids=ATTACKS,
)
async def test_attacks_are_refused(
    rule: str, document: bytes, checker: RulingChecker, registry: list[CourtCertificate]
) -> None:
    with pytest.raises(Refused) as refused:
        await checker.check_ruling(document, registry, AT)
    (fault,) = refused.value.faults
    assert fault.rule == rule
    assert fault.pointer == "/document"
    assert refused.value.code == ("ruling-unsigned" if rule == "unsigned" else "ruling-invalid")
    assert rule in RULES


async def test_an_ofd_passes_with_its_label_and_is_never_called_verified(
    checker: RulingChecker, registry: list[CourtCertificate]
) -> None:
    verdict = await checker.check_ruling(zipped(OFD_xml=b"<ofd/>"), registry, AT)
    assert (verdict.form, verdict.verified, verdict.label) == ("ofd", False, NOT_VERIFIED)
    assert verdict.digest.startswith("sha-256:")


async def test_a_court_without_certificates_cannot_have_a_ruling_verified(
    checker: RulingChecker,
) -> None:
    ruling = good()
    with pytest.raises(Refused) as refused:
        await checker.check_ruling(ruling, [], AT)
    assert refused.value.faults[0].rule == "certificate-not-of-this-court"


async def test_the_digest_survives_a_change_of_what_is_not_signed(
    checker: RulingChecker, registry: list[CourtCertificate]
) -> None:
    # The hexadecimal digits may be written in either case without touching a signed byte: the file is
    # another, the ruling is not, and must not pass for a new one.
    start, end = good().index(b"/Contents <") + 11, good().index(b">\n/ByteRange")
    varied = good()[:start] + good()[start:end].swapcase() + good()[end:]
    assert varied != good()
    first = await checker.check_ruling(good(), registry, AT)
    second = await checker.check_ruling(varied, registry, AT)
    assert first.digest == second.digest == "sha-256:" + signed_digest(good()).hex()


async def test_what_takes_too_long_is_refused_and_the_next_ruling_passes(
    registry: list[CourtCertificate],
) -> None:
    checker = RulingChecker(workers=1, seconds=1)
    await checker.check_ruling(good(), registry, AT)
    slow = PDF.replace(b"/Root 1 0 R", b"/Root 1 0 R/X[" + b"0 " * 4_000_000 + b"]")
    with pytest.raises(Refused) as refused:
        await checker.check_ruling(slow, registry, AT)
    assert refused.value.faults[0].rule == "limits"
    assert (await checker.check_ruling(good(), registry, AT)).verified
    await checker.close()


async def _started(checker: RulingChecker, registry: list[CourtCertificate]) -> Process:
    """The one worker of a checker, started; it stays the checker's."""
    await checker.check_ruling(good(), registry, AT)
    worker = checker._idle.get_nowait()
    assert worker is not None
    checker._idle.put_nowait(worker)
    return worker


async def test_a_busy_machine_says_nothing_of_the_document(registry: list[CourtCertificate]) -> None:
    checker = RulingChecker(workers=1)
    worker = await _started(checker, registry)
    checker._patience = 1
    os.kill(worker.pid, signal.SIGSTOP)
    with pytest.raises(Unavailable):
        await checker.check_ruling(good(), registry, AT)
    assert (await worker.wait()) == -signal.SIGKILL
    await checker.close()


async def test_a_worker_that_was_killed_is_replaced(registry: list[CourtCertificate]) -> None:
    checker = RulingChecker(workers=1)
    worker = await _started(checker, registry)
    os.kill(worker.pid, signal.SIGKILL)
    assert (await checker.check_ruling(good(), registry, AT)).verified
    await checker.close()


async def test_a_caller_that_gives_up_spoils_nothing(registry: list[CourtCertificate]) -> None:
    checker = RulingChecker(workers=1)
    asked = asyncio.create_task(checker.check_ruling(good(), registry, AT))
    await asyncio.sleep(0)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert (await checker.check_ruling(good(), registry, AT)).verified
    await checker.close()
