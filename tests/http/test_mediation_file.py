"""The papers of a people's-mediation file over HTTP: which are bound in, and what stands for the others."""

import asyncio
import hashlib
import io
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from pypdf import PdfReader

from hub.store.address import Address
from tests.conftest import _data_dir
from tests.contract.kit import Hub, System
from tests.contract.seal import page
from tests.contract.words import COMMITTEE_AS, STATION, agreement
from tests.exchange.test_bound import CATALOGUE, pdf, stream
from tests.http.clockwork import Clockwork, referred, registered, said
from tests.paper_text import needs_font, pages

UNBOUND = "附件未能装订"


@pytest.fixture(scope="module")
def works(server: Address, server_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clockwork]:
    with _data_dir(server, server_dir, tmp_path_factory.mktemp("papers")) as own:
        made = Clockwork(Hub(own.data_dir, own.database_url))
        made.begin()
        yield made
        made.hub.close()


def digest(content: bytes) -> str:
    return f"sha-256:{hashlib.sha256(content).hexdigest()}"


def uploaded(system: System, content: bytes) -> str:
    named = digest(content)
    assert system.call("PUT", f"/v1/blobs/{named.replace(':', '/')}", content=content).status_code == 201
    return named


def papers_in(content: bytes) -> dict[int, Any]:
    """Sheet → the paper that is drawn on it."""
    drawn = (page["/Resources"].get("/XObject", {}) for page in PdfReader(io.BytesIO(content)).pages)
    return {n: marks["/Bound"] for n, marks in enumerate(drawn) if "/Bound" in marks}


PHOTOGRAPH = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    b"\xff\xc0\x00\x0b\x08\x00\x10\x00\x20\x01\x01\x11\x00\xff\xd9"
)
"""The head of a grey JPEG, 32 × 16."""


def mediated(works: Clockwork, bodies: Mapping[str, bytes], catalogue: Mapping[str, str]) -> str:
    """A run that ended in an agreement, with these papers: its file's address."""
    home = registered(works.police, STATION, "police_handling")
    opened = referred(works.police, STATION, "police_handling", dispute=home, track="police_people")
    run = {"about_case": str(opened["case"]["id"])}
    for kind, told in (
        ("referral_answer", {"answer": "signed"}),
        ("referral_answer", {"answer": "accepted", "mediators": ["M1"]}),
        ("mediation_progress", {"event": "started"}),
    ):
        works.justice.accepted(kind, said(works.justice, **run, **told), **COMMITTEE_AS)
    files = [
        {"catalogue": catalogue.get(name, name), "name": name, "digest": uploaded(works.justice, body)}
        for name, body in bodies.items()
    ]
    told = {"outcome": "agreed_written", "agreements": [agreement()], "attachments": files}
    works.justice.accepted("mediation_result", said(works.justice, **run, **told), **COMMITTEE_AS)
    return f"/v1/cases/{run['about_case']}/mediation-file"


@needs_font
def test_the_papers_themselves_are_bound_in_behind_their_part(works: Clockwork):
    """A page of a PDF and a photograph; what is damaged or no such file is named only."""
    bodies = {
        "agreement": page("signed by both"),
        "identity": PHOTOGRAPH,
        "proxy": b"%PDF-1.7 damaged",
        "record": page("what was said"),
    }
    address = mediated(works, bodies, {})
    answer = works.justice.get(address)
    assert answer.status_code == 200, answer.text
    sheets = pages(answer.content)
    drawn = papers_in(answer.content)
    bound = sorted(drawn)
    behind = (("3当事人身份证明", "identity"), ("7调解记录", "record"), ("8调解协议书", "agreement"))
    for n, (part, name) in zip(bound, behind, strict=True):
        assert f"附件：{name}1/1" in sheets[n]
        assert sheets[n - 1].startswith(part)
    assert drawn[bound[0]]["/Resources"]["/XObject"]["/I"]["/Width"] == 32
    assert "whatwassaid" in sheets[bound[1]]
    assert "signedbyboth" in sheets[bound[2]]
    named = next(text for text in sheets if text.startswith("4授权委托书"))
    assert digest(bodies["proxy"]) in named
    assert f"8调解协议书必须有{bound[2]}" in sheets[0]  # its page in the contents
    assert not any(UNBOUND in text for text in sheets)
    alone = works.justice.token("messages:read")
    unopened = works.justice.call("GET", address, token=alone).content
    without = pages(unopened)
    assert papers_in(unopened) == {}
    assert len(without) == len(sheets) - 3
    assert any(digest(bodies["agreement"]) in text for text in without)


@needs_font
def test_what_can_never_be_bound_takes_no_room(works: Clockwork):
    """More of them than a file has papers, and more bytes than it has room for, before the one that can."""
    many = {f"note {n}": b"a word %d" % n for n in range(70)}
    large = {f"film {n}": os.urandom(25_000_000) for n in range(2)}
    bodies = {**many, **large, "record": page("what was said")}
    address = mediated(works, bodies, dict.fromkeys([*many, *large], "application"))
    drawn = papers_in(works.justice.get(address).content)
    assert len(drawn) == 1
    sheets = pages(works.justice.get(address).content)
    assert "whatwassaid" in sheets[min(drawn)]
    assert any(digest(large["film 1"]) in text for text in sheets)


@needs_font
def test_a_damaged_paper_is_named_and_the_operator_told(works: Clockwork):
    bodies = {"record": page("what was said"), "visit": page("what was damaged")}
    address = mediated(works, bodies, {})
    asyncio.run(damaged(works.hub, bodies["visit"]))
    answer = works.justice.get(address)
    assert answer.status_code == 200, answer.text
    sheets = pages(answer.content)
    assert len(papers_in(answer.content)) == 1
    assert any("whatwassaid" in text for text in sheets)
    assert any(digest(bodies["visit"]) in text for text in sheets)
    assert "data-unreadable" in works.hub.log()


async def damaged(hub: Hub, body: bytes) -> None:
    connection = await asyncpg.connect(hub.database_url)
    try:
        done = await connection.execute(
            "UPDATE blob_chunk SET sealed = set_byte(sealed, 40, get_byte(sealed, 40) # 1) WHERE blob ="
            " (SELECT id FROM blob WHERE digest = $1)",
            digest(body),
        )
        assert done == "UPDATE 1"
    finally:
        await connection.close()


@needs_font
def test_a_file_that_cannot_be_bound_says_so_and_holds_up_no_other_of_its_system(works: Clockwork):
    """What all pages draw is small in the paper and beyond measure in the file: drawn for each page."""
    leaf = b"<</Type/Page/Parent 2 0 R/Contents 3 0 R/Resources<<>>>>"
    node = b"<</Type/Pages/Count 200/Kids[%s]/MediaBox[0 0 600 800]>>" % b" ".join(
        b"%d 0 R" % n for n in range(4, 204)
    )
    noise = b"%" + os.urandom(540_000).replace(b"\n", b"x")
    bodies = {"record": pdf(CATALOGUE, node, stream(noise), *[leaf] * 200)}
    address = mediated(works, bodies, {})
    with ThreadPoolExecutor(3) as callers:
        answers = list(callers.map(works.justice.get, [address] * 3))
    told = sorted(answers, key=lambda answer: answer.status_code)
    assert [answer.status_code for answer in told] == [200, 503, 503]
    assert {answer.headers.get("retry-after") for answer in told[1:]} == {"5"}
    sheets = pages(told[0].content)
    (said_so,) = [text for text in sheets if UNBOUND in text]
    assert said_so.startswith("7调解记录")
    assert digest(bodies["record"]) in said_so
    assert papers_in(told[0].content) == {}
    assert "papers-unbound papers=1" in works.hub.log()
