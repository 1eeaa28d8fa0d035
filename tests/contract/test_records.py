"""Contract 2, files of several records: one message, one receipt, an answer for each record in file order."""

import io
from typing import Any

import httpx
import pytest

from tests.contract.conftest import Cast
from tests.contract.kit import System, problem
from tests.contract.samples import CSV, GB, JSON, alarms, register
from tests.contract.stage import listed, log_size, logged, own_number, refusals
from tests.contract.words import BUREAU, COMMITTEE, STATION

BAD_SEX = ("彭测四,1,31", "彭测四,7,31")
LIMIT = 2000


def send(police: System, body: bytes, **members: Any) -> httpx.Response:
    return police.post(police.header("dispute", STATION, "police_handling", CSV, **members), body)


def broken(body: bytes) -> bytes:
    """The second of the three rows with a code of no list."""
    old, new = (text.encode(GB) for text in BAD_SEX)
    assert old in body
    return body.replace(old, new)


def rows(count: int) -> bytes:
    """A register of as many rows."""
    heading, first = register().decode(GB).split("\r\n" if b"\r\n" in register() else "\n", 2)[:2]
    stem = own_number()[-12:]
    number = first.partition(",")[0]
    out = io.StringIO()
    out.write(f"{heading}\r\n")
    for n in range(count):
        out.write(first.replace(number, f"JF{stem}{n:05}") + "\r\n")
    return out.getvalue().encode(GB)


def test_each_record_has_its_answer_in_file_order(police: System):
    told = send(police, register()).json()
    assert [r["record"] for r in told["records"]] == ["row 1", "row 2", "row 3"]
    for record in told["records"]:
        assert {"record", "message", "dispute", "case", "deliveries"} <= set(record)
    assert len({r["dispute"] for r in told["records"]}) == 3
    assert len({r["message"] for r in told["records"]}) == 3
    for record in told["records"]:
        read = police.get(f"/v1/messages/{record['message']}").json()
        assert read["dispute"] == record["dispute"]


def test_it_is_one_message_with_one_receipt_and_one_leaf(own_cast: Cast):
    own_cast.hub.start()
    police, hub = own_cast.police, own_cast.hub

    before = log_size(police)
    header = police.header("dispute", STATION, "police_handling", CSV)
    told = police.post(header, register()).json()
    claims = hub.read(told["receipt"], "liantiao-receipt+jwt", police.id)
    assert (claims["msg"], claims["msg_jti"]) == (told["message"], header["jti"])
    assert logged(police, told["receipt"]) == before + 1


def test_one_accepted_record_carries_the_file_and_the_refused_one_has_its_problem(police: System):
    answer = send(police, broken(register()))
    assert answer.status_code == 202, answer.text
    first, second, third = answer.json()["records"]
    assert "problem" not in first
    assert "problem" not in third
    assert set(second) == {"record", "problem"}
    assert second["record"] == "row 2"
    assert second["problem"]["type"] == "urn:liantiao:problem:untranslatable"
    (fault,) = second["problem"]["errors"]
    assert (fault["record"], fault["native"]) == ("row 2", "/DSRYXB")
    assert "彭测四" not in answer.text


def test_a_file_without_any_good_record_is_refused_with_every_place(police: System):
    def spoil(text: str) -> str:
        return (
            text.replace("郑测一,1,", "郑测一,7,")
            .replace("彭测四,1,", "彭测四,7,")
            .replace("阿依·测六,2,", "阿依·测六,7,")
        )

    before = listed(police)
    header = police.header("dispute", STATION, "police_handling", CSV)
    answer = police.post(header, register(spoil))
    told = problem(answer, 422, "untranslatable")
    assert [e["record"] for e in told["errors"]] == ["row 1", "row 2", "row 3"]
    assert listed(police) == before
    (held,) = [r for r in refusals(police) if r["jti"] == header["jti"]]
    assert [e["record"] for e in held["errors"]] == ["row 1", "row 2", "row 3"]
    assert police.post(header, register()).status_code == 202


def test_a_repeat_of_a_file_gets_the_same_ids(police: System):
    header, body = police.header("dispute", STATION, "police_handling", CSV), broken(register())
    first = police.post(header, body)
    before = listed(police)
    again = police.post({**header, "iat": police.now() + 60}, body)
    assert (again.status_code, again.content) == (202, first.content)
    assert listed(police) == before


def test_the_file_again_revises_its_records_and_brings_the_one_that_failed(police: System):
    good = register()
    first = send(police, broken(good)).json()["records"]
    second = send(police, good).json()["records"]
    assert [r.get("revision") for r in second] == [2, None, 2]
    for before, after in zip(first[::2], second[::2], strict=True):
        assert after["dispute"] == before["dispute"]
        assert after["message"] != before["message"]


def test_a_repeated_call_is_the_same_dispute(police: System):
    header = police.header("dispute", BUREAU, "police_handling", CSV)
    told = police.post(header, alarms()).json()["records"]
    assert told[0]["dispute"] == told[1]["dispute"] != told[2]["dispute"]


def test_the_sender_reads_its_own_file_and_each_record_of_it(police: System, justice: System):
    body = register()
    told = send(police, body, to=COMMITTEE).json()
    assert police.get(f"/v1/messages/{told['message']}/native").content == body
    for record in told["records"]:
        assert record["deliveries"] == [{"unit": COMMITTEE, "state": "queued"}]
        read = justice.get(f"/v1/messages/{record['message']}").json()
        assert read["from"] == STATION
    others = justice.get(f"/v1/messages/{told['message']}")
    problem(others, 404, "unknown")


def test_two_thousand_records_are_taken_and_one_more_is_not(police: System):
    header = police.header("dispute", STATION, "police_handling", CSV)
    answer = police.post(header, rows(LIMIT + 1))
    assert answer.status_code in {413, 422}, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    answer = police.post(header, rows(LIMIT))
    assert answer.status_code == 202, answer.text
    told = answer.json()["records"]
    assert [r["record"] for r in told] == [f"row {n}" for n in range(1, LIMIT + 1)]
    assert len({r["message"] for r in told}) == LIMIT


@pytest.mark.parametrize("cty", [CSV, JSON])
def test_a_file_without_records_is_refused(police: System, cty: str):
    heading = register().split(b"\n", 1)[0]
    body = heading + b"\n" if cty == CSV else b"[]"
    answer = police.post(police.header("dispute", STATION, "police_handling", cty), body)
    problem(answer, 422, "untranslatable")
