"""A witness cosigns the log's checkpoint over HTTP; what it did not sign is not shown as its own."""

import json
import time
from base64 import b64encode

import asyncpg
import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.client.agent import Agent
from hub.client.errors import Problem
from hub.client.session import Call
from hub.evidence.cosign import Witness
from hub.evidence.note import Verifier, split
from hub.nightly.pages.evidence import look
from tests.http.saying import STATION, dispute, say
from tests.live import LiveHub
from tests.support import sealer_of

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
WITNESS = Witness("witness.example/1", KEY.public_key().public_bytes_raw())


@pytest.fixture(scope="module", autouse=True)
def _configured(hub: LiveHub) -> None:
    file = hub.settings.data_dir / "witnesses.json"
    file.write_text(
        json.dumps([{"name": "witnesses", "valid_from": "2026-01-01", "value": [WITNESS.vkey()]}])
    )
    hub.command("config", "import", str(file), "--reason", "试验")


def cosigned(note: str, text: str | None = None, later: int = 0, key: Ed25519PrivateKey = KEY) -> str:
    """The note with a line of the witness; `text` is what it signs, if not that of the note."""
    at = int(time.time()) + later
    signature = key.sign(f"cosignature/v1\ntime {at}\n{text or split(note)[0]}".encode())
    line = b64encode(WITNESS.key_id + at.to_bytes(8) + signature).decode()
    return f"{note}— {WITNESS.name} {line}\n"


async def post(agent: Agent, note: str) -> httpx.Response:
    return await agent.call(Call("POST", "/v1/log/checkpoint/cosignatures", content=note.encode()))


async def test_a_checkpoint_is_shown_with_its_witness(
    hub: LiveHub, police: Agent, court: Agent, sql: asyncpg.Connection
):
    assert (await look(sql, sealer_of(hub.settings.data_dir))).cosigned is None
    with pytest.raises(Problem) as none:
        await court.call(Call("GET", "/v1/log/checkpoint/cosignatures"))
    assert none.value.status == 404
    await say(police, STATION, "dispute", dispute())
    note = await court.checkpoint()
    for _ in range(2):
        assert (await post(court, cosigned(note))).json() == {"witnesses": [WITNESS.name]}
    shown = (await police.call(Call("GET", "/v1/log/checkpoint/cosignatures"))).text
    text, signatures = split(shown)
    assert [name for name, _, _ in signatures].count(WITNESS.name) == 1
    cosigned_at = (await look(sql, sealer_of(hub.settings.data_dir))).cosigned
    assert cosigned_at is not None
    assert (cosigned_at.size, cosigned_at.witnesses) == (int(note.splitlines()[1]), 1)
    vkey = (await police.call(Call("GET", "/.well-known/liantiao-log"))).json()["vkey"]
    assert Verifier.from_vkey(vkey).open(shown) == text == split(note)[0]
    (said,) = [raw for name, _, raw in signatures if name == WITNESS.name]
    WITNESS.verify(text, said)


async def test_what_is_no_cosignature_is_refused(court: Agent):
    note = await court.checkpoint()
    text = split(note)[0]
    other = Ed25519PrivateKey.generate()
    wrong = {
        note: 401,
        cosigned(note, text.replace("\n", "x\n", 1)): 401,
        cosigned(note, key=other): 401,
        cosigned(note, later=3600): 401,
        cosigned(note.replace(text.split("\n")[1], "999999")): 400,
        "nothing": 400,
    }
    for sent, status in wrong.items():
        with pytest.raises(Problem) as refused:
            await post(court, sent)
        assert refused.value.status == status, sent
