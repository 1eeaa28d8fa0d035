"""Contract 4 on a whole hub: files go up in parts and belong to who uploaded or was sent them."""

import hashlib
import os
from typing import Any

import httpx
import pytest

from tests.contract.conftest import Guest
from tests.contract.kit import System, problem
from tests.contract.words import POLICE_AS, dispute, referral, told_of

MIB = 1024 * 1024


def content(size: int = 2000) -> bytes:
    """Bytes nobody uploaded before."""
    return os.urandom(size)


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def address(data: bytes) -> str:
    return f"/v1/blobs/sha-256/{digest(data)}"


def put(system: System, data: bytes, part: slice | None = None, of: bytes | None = None) -> httpx.Response:
    """Upload all of it, or a part of `of`."""
    if part is None:
        return system.call("PUT", address(data), content=data)
    whole = of or data
    span = f"bytes {part.start}-{part.stop - 1}/{len(whole)}"
    return system.call("PUT", address(whole), content=whole[part], headers={"Content-Range": span})


def said(police: System, unit: str, home: str, *files: bytes, **members: Any) -> httpx.Response:
    """A referral that names files."""
    named = [
        {
            "ref": f"f{n}",
            "digest": f"sha-256:{digest(data)}",
            "name": f"材料{n}.pdf",
            "type": "application/pdf",
        }
        for n, data in enumerate(files)
    ]
    listed = [{"ref": f["ref"], "catalogue": "evidence"} for f in named]
    told = referral(attachments=listed, **members)
    return police.say("referral", told, **POLICE_AS, to=unit, dispute=home, files=named)


def missing(system: System, path: str) -> None:
    """Answers as what does not exist."""
    found, absent = system.get(path), system.get(address(b"never stored"))
    told = [{k: v for k, v in problem(a, 404, "unknown").items() if k != "instance"} for a in (found, absent)]
    assert told[0] == told[1]
    assert system.call("HEAD", path).status_code == 404


def test_a_file_goes_up_in_parts(police: System):
    data = content(3 * MIB)
    assert police.call("HEAD", address(data)).status_code == 404
    first = put(police, data, slice(0, MIB))
    assert first.status_code == 202
    assert first.headers["range"] == f"bytes=0-{MIB - 1}"
    head = police.call("HEAD", address(data))
    assert head.headers["upload-offset"] == str(MIB)
    assert put(police, data, slice(2 * MIB, 3 * MIB)).status_code == 409
    assert put(police, data, slice(0, MIB)).status_code == 409
    assert police.get(address(data)).status_code == 404
    last = put(police, data, slice(MIB, 3 * MIB))
    assert last.status_code == 201
    assert police.get(address(data)).content == data
    assert put(police, data).status_code == 201  # again, without harm


def test_what_does_not_match_its_address_is_not_kept(police: System):
    data = content()
    wrong = police.call("PUT", address(data), content=data[:-1] + b"?")
    assert wrong.status_code == 422
    assert wrong.headers["content-type"] == "application/problem+json"
    missing(police, address(data))
    assert put(police, data).status_code == 201


def test_a_part_of_a_file_is_read(police: System):
    data = content(MIB + 100)
    put(police, data)
    part = police.get(address(data), headers={"Range": "bytes=1048570-1048580"})
    assert (part.status_code, part.content) == (206, data[1048570:1048581])
    assert part.headers["content-range"] == f"bytes 1048570-1048580/{len(data)}"
    assert police.get(address(data), headers={"Range": f"bytes={len(data)}-"}).status_code == 416


@pytest.mark.parametrize("path", ["sha-256/xyz", "sha-512/" + "0" * 64, "sha-256/" + "A" * 64, "x"])
def test_addresses_that_are_none(police: System, path: str):
    assert police.get(f"/v1/blobs/{path}").status_code == 404
    assert police.call("PUT", f"/v1/blobs/{path}", content=b"x").status_code in {400, 404, 405}


def test_a_file_reaches_who_was_sent_it_and_nobody_else(police: System, court: System, guest: Guest):
    system = guest()
    data = content()
    assert put(police, data).status_code == 201
    missing(system, address(data))
    home, _ = told_of(police, system.units[0])
    sent = said(police, system.units[0], home, data)
    assert sent.status_code == 202, sent.text
    assert system.get(address(data)).content == data
    missing(court, address(data))
    told = system.get(f"/v1/messages/{sent.json()['message']}").json()
    (named,) = told["document"]["attachments"]
    assert named["digest"].removeprefix("sha-256:") == digest(data)
    assert named["name"] == "材料0.pdf"


def test_what_somebody_else_stored_is_stored_anew(police: System, justice: System):
    data = content()
    assert put(police, data).status_code == 201
    half = put(justice, data[1000:2000], slice(1000, 2000), of=data)
    assert half.status_code == 409  # from the start: nothing shows that the bytes are there
    assert put(justice, data).status_code == 201
    assert justice.get(address(data)).content == data


def test_a_digest_is_no_password(police: System, justice: System, guest: Guest):
    system = guest()
    home, before = told_of(police, system.units[0])
    never, others, half = content(), content(), content()
    assert put(justice, others).status_code == 201
    assert put(police, half, slice(0, 1000)).status_code == 202
    for data in (never, others, half):
        problem(said(police, system.units[0], home, data), 422, "blob-missing")
        inside = [{"catalogue": "evidence", "digest": digest(data)}]
        told = referral(attachments=inside)
        answer = police.say("referral", told, **POLICE_AS, to=system.units[0], dispute=home)
        problem(answer, 422, "blob-missing")
        missing(system, address(data))
    listed = [m["message"] for m in system.get("/v1/messages").json()["messages"]]
    assert listed == [before]  # nothing refused has an effect


def test_what_one_was_sent_may_be_sent_on(police: System, guest: Guest):
    first, second = guest(), guest()
    data = content()
    put(police, data)
    home, _ = told_of(police, first.units[0])
    assert said(police, first.units[0], home, data).status_code == 202
    told = first.accepted("dispute", dispute(), first.units[0], "mediation", to=second.units[0])
    answer = first.say(
        "referral",
        referral(track="self_accepted"),
        first.units[0],
        "mediation",
        dispute=told["dispute"],
        to=second.units[0],
        files=[{"ref": "f", "digest": f"sha-256:{digest(data)}", "name": "a.pdf", "type": "application/pdf"}],
    )
    assert answer.status_code == 202, answer.text
    assert second.get(address(data)).content == data


@pytest.mark.parametrize(
    "files",
    [
        [{"ref": f"f{n}", "digest": "sha-256:" + "0" * 64} for n in range(33)],
        [{"ref": "f", "digest": "0" * 64}],
        [{"ref": "f", "digest": "md5:" + "0" * 32}],
        [{"digest": "sha-256:" + "0" * 64}],
        [{"ref": "f", "digest": "sha-256:" + "0" * 64}] * 2,
        {"ref": "f"},
        "f",
    ],
)
def test_files_that_are_none(police: System, files: Any):
    answer = police.say("dispute", {}, **POLICE_AS, files=files)
    assert answer.status_code in {400, 422}, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
