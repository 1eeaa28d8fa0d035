"""What whoever steals the database finds: nothing of 200 persons in a dump, in the files or in the WAL."""

import asyncio
import base64
import json
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from hub.client.agent import Agent
from hub.client.envelope import FileRef
from hub.client.errors import Problem
from hub.store.binaries import bin_dir
from hub.store.cluster import cluster_of
from hub.translate.check_digits import check_digit, is_id_number
from tests.conftest import _data_dir
from tests.http import saying
from tests.live import live_hub

PERSONS, TOGETHER = 200, 10
SURNAMES = "赵钱孙李周吴郑王冯陈"
NAME, NUMBER, PHONE, PLACE = "测珵珵珵", "50000019370713", "1001937070", "测试镇珵珵村珵珵组"
"""What every canary's name, ID number, telephone and address have in common, and nobody else's."""


def person(n: int) -> dict[str, object]:
    seventeen = f"{NUMBER}{n:03}"
    number = seventeen + check_digit(seventeen)
    assert is_id_number(number)
    name = f"{SURNAMES[n % 10]}{NAME}{SURNAMES[n // 10 % 10]}"
    return {
        "kind": "person",
        "name": name,
        "id_number": number,
        "phones": [f"{PHONE}{n % 10}"],
        "addresses": [{"text": PLACE}],
    }


def forms(text: str) -> Iterator[bytes]:
    """A text as it may lie in a file: UTF-8, GBK, UTF-16, JSON-escaped; each in hex and base64 too."""
    plain = {text.encode(), text.encode("gb18030"), text.encode("utf-16-le")}
    plain.add(json.dumps(text)[1:-1].encode())
    for raw in plain:
        yield raw
        yield raw.hex().encode()
        yield raw.hex().upper().encode()
        for before in range(3):  # where it stands in its group of three; the edges mix with neighbours
            head = base64.b64encode(b"\0" * before + raw)
            yield head[4 if before else 0 : len(head) - (4 if (before + len(raw)) % 3 else 0)]


NEEDLES = {form for text in (NAME, NUMBER, PHONE, PLACE) for form in forms(text)}
assert min(map(len, NEEDLES)) >= 8, "less would be found by chance in what is sealed"


def found_in(content: bytes) -> set[bytes]:
    return {needle for needle in NEEDLES if needle in content}


def read_all(folder: Path) -> Iterable[tuple[Path, bytes]]:
    for file in folder.rglob("*"):
        with suppress(FileNotFoundError):  # the server recycles its files meanwhile
            if file.is_file():
                yield file, file.read_bytes()


@pytest.fixture(scope="module")
def planted(server, server_dir, tmp_path_factory):
    folder = tmp_path_factory.mktemp("at-rest")
    with _data_dir(server, server_dir, folder) as settings, live_hub(settings) as hub:
        yield hub


async def plant(hub, folder: Path) -> str:
    last = ""
    async with Agent(hub.identity("police-sys")) as police:
        for first in range(0, PERSONS, TOGETHER):
            parties = [
                {**person(n), "ref": f"p{n - first + 1}", "role": "side_a" if n % 2 else "side_b"}
                for n in range(first, first + TOGETHER)
            ]
            told = saying.dispute(parties=parties, place={"text": PLACE}, facts=f"{parties[0]['name']}来电")
            last = (await saying.say(police, saying.STATION, "dispute", told)).message
        read = await police.message(last)
        await plant_elsewhere(police, folder)
    assert NAME in json.dumps(read, ensure_ascii=False)
    return last


async def plant_elsewhere(police: Agent, folder: Path) -> None:
    """The same people in a refused message, a file, and a delivery that waits for its receiver."""
    parties = [{**person(n), "ref": f"p{n + 1}", "role": "side_a" if n else "side_b"} for n in range(2)]
    with pytest.raises(Problem) as refused:
        await saying.say(police, saying.STATION, "dispute", saying.dispute(parties=parties, dispute_type="x"))
    assert refused.value.status == 422
    file = folder / "材料.txt"
    file.write_text(json.dumps(parties, ensure_ascii=False) * 100, "utf-8")
    ref = FileRef("f1", await police.upload(file), "材料.txt", "text/plain")
    file.unlink()
    opened = await saying.say(police, saying.STATION, "dispute", saying.dispute(parties=parties))
    told = saying.referral(parties=parties, attachments=[{"ref": "f1", "catalogue": "evidence"}])
    sent = await saying.say(
        police, saying.STATION, "referral", told, to=saying.COMMITTEE, dispute=opened.dispute, files=[ref]
    )
    assert sent.deliveries == ({"unit": saying.COMMITTEE, "state": "queued"},)


HOLDING = """
SELECT (SELECT count(*) FROM quarantine) AS quarantine, (SELECT count(*) FROM delivery) AS delivery,
       (SELECT count(*) FROM blob_chunk) AS blob_chunk
"""
# Two columns: PostgreSQL 18 does not count the bytes of what it sorts as bare values.
SPILL = """
DECLARE spilled CURSOR FOR SELECT m.document || b.sealed AS spilt, m.id
  FROM message m, blob_chunk b, generate_series(1, 50) ORDER BY spilt DESC
"""


async def test_no_dump_no_file_and_no_log_holds_a_canary(planted, server_dir, tmp_path):
    message = await plant(planted, tmp_path)
    url = planted.settings.database_url
    words = [bin_dir() / "pg_dump", "--dbname", url]
    done = await asyncio.to_thread(subprocess.run, words, check=True, capture_output=True)
    dump = done.stdout
    assert message.encode() in dump
    assert found_in(dump) == set()
    conn = await asyncpg.connect(url)
    try:
        assert all((await conn.fetchrow(HOLDING)).values()), "refused, delivered and stored files are there"
        await conn.execute("CHECKPOINT")
        async with conn.transaction():
            await conn.execute("SET LOCAL work_mem = '64kB'")
            await conn.execute(SPILL)
            assert await conn.fetch("FETCH 1 FROM spilled")
            # What a base backup copies, and what a sort has written beside it.
            files, held = set(), {}
            for file, content in read_all(cluster_of(server_dir).data):
                if UUID(message).bytes in content:
                    files.add(file.parent.name)
                if file.parent.name == "pgsql_tmp":
                    files.add("pgsql_tmp")
                if found := found_in(content):
                    held[str(file)] = found
    finally:
        await conn.close()
    assert held == {}
    assert "pgsql_tmp" in files, "a temporary file was read"
    assert "pg_wal" in files, "the log of writes was read"
    assert len(files) > 1, "the tables were read"
    assert found_in(planted.log().encode()) == set()
    assert {str(p) for p, content in read_all(planted.settings.data_dir) if found_in(content)} == set()


MOVE = "UPDATE message a SET dek = b.dek, document = b.document FROM message b WHERE a.id = $1 AND b.id = $2"
FLIP = "UPDATE message SET document = set_byte(document, 40, get_byte(document, 40) # 1) WHERE id = $1"


@pytest.mark.parametrize("tampering", [MOVE, FLIP], ids=["moved", "flipped"])
async def test_a_cell_that_was_tampered_with_is_not_read(planted, tampering):
    async with Agent(planted.identity("police-sys")) as police:
        told = [saying.dispute(parties=[{**person(n), "ref": "p1", "role": "side_a"}]) for n in range(2)]
        sent = [(await saying.say(police, saying.STATION, "dispute", one)).message for one in told]
        assert (await police.message(sent[0]))["document"]
        conn = await asyncpg.connect(planted.settings.database_url)
        try:
            given = [UUID(m) for m in sent] if tampering is MOVE else [UUID(sent[0])]
            assert await conn.execute(tampering, *given) == "UPDATE 1"
        finally:
            await conn.close()
        with pytest.raises(Problem) as refused:
            await police.message(sent[0])
        assert refused.value.status == 500
        assert (await police.message(sent[1]))["document"]
    assert found_in(planted.log().encode()) == set()


@pytest.mark.parametrize("spelled", ["utf-8", "gb18030", "utf-16-le"])
@pytest.mark.parametrize("before", ["", "x", "xy"])
def test_a_canary_would_be_found(spelled, before):
    one = f"{before}{person(7)['name']}，{PLACE}".encode(spelled)
    assert found_in(one)
    assert found_in(one.hex().encode())
    assert found_in(base64.b64encode(one))
    assert found_in(json.dumps(person(7)).encode())
