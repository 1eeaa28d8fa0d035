"""Senders: many lanes, each telling one dispute after another, each message until it is answered.

Twins of a message go out together, old ones come again byte for byte, other bodies under used ids, two
messages for one step at once. What is sent and answered goes into the ledger.
"""

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import aiohttp
import orjson

from hub.client.agent import Agent
from hub.client.envelope import SHARED_FORM, Envelope, Signed
from hub.client.errors import ClientError
from hub.client.jose import unb64u
from hub.client.session import Identity
from tests.faults.ground import Ground
from tests.faults.keys import RECEIPT, Keys
from tests.faults.ledger import Answer, Contest, Forbidden, Ledger, Sent
from tests.faults.waiting import until
from tests.http import saying

SENDER = "police-sys"
LANES = 300
TIMEOUT = aiohttp.ClientTimeout(total=25, sock_connect=3)
REMEMBERED = 400
PLENTY = 300
"""Answers under a fault; after them the load goes on slowly, so that a long fault makes no endless run."""


class Sender(Agent):
    """An agent whose access token can be thrown away, and whose key changes."""

    def forget(self) -> None:
        self._token = None


@dataclass
class Load:
    """`open`: lanes take up new messages while it is set. `in_flight`: requests without an answer yet."""

    ground: Ground
    agent: Sender
    keys: Keys
    ledger: Ledger
    chance: random.Random
    lanes: int = LANES
    open: asyncio.Event = field(default_factory=asyncio.Event)
    in_flight: int = 0
    busy: int = 0
    answered: int = 0
    _enough: int = 0
    _old: list[Signed] = field(default_factory=list)
    _http: aiohttp.ClientSession | None = None
    _ended: bool = False

    async def run(self) -> None:
        """Every lane, until `end`."""
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=10)
        session = aiohttp.ClientSession(connector=connector, timeout=TIMEOUT, trust_env=False)
        async with session as self._http, asyncio.TaskGroup() as group:
            for _ in range(self.lanes):
                group.create_task(self._lane())

    def end(self) -> None:
        self._ended = True
        self.open.set()

    async def begin(self, in_flight: int, answers: int) -> None:
        """Let the lanes tell, until so many are in flight and so many more answered."""
        before, self._enough = self.answered, 0
        self.open.set()

        async def busy() -> bool:
            return self.in_flight >= in_flight and self.answered - before >= answers

        assert await until(busy, 60, 0.002), (self.in_flight, self.answered - before)
        self._enough = self.answered + PLENTY

    async def until_quiet(self) -> None:
        """Until every message that was begun has its answer; `open` must be cleared."""

        async def quiet() -> bool:
            return not self.busy

        assert await until(quiet, 180), self.busy

    # ── what a lane tells ──────────────────────────────────────────────────────────────────────────────

    async def _lane(self) -> None:
        while True:
            await self.open.wait()
            if self._ended:
                return
            if 0 < self._enough < self.answered:
                await asyncio.sleep(self.chance.uniform(1.0, 2.0))
                if self.chance.randrange(100) < 97 or not self.open.is_set():
                    continue
            self.busy += 1
            try:
                await self._story()
            finally:
                self.busy -= 1

    async def _story(self) -> None:
        """A dispute told to a court that polls, or referred to a committee to which the hub pushes."""
        if self.chance.randrange(100) < 25:
            await self._say("dispute", self._dated(saying.dispute()), to=saying.COURT)
            return
        told = await self._say("dispute", self._dated(saying.dispute()), to=saying.COMMITTEE)
        if told is None or not self.open.is_set():
            return
        place = {"to": saying.COMMITTEE, "dispute": told.dispute}
        referred = await self._say("referral", self._dated(saying.referral()), **place)
        if referred is None or not self.open.is_set() or self.chance.randrange(100) < 30:
            return
        await self._contest(referred)

    async def _contest(self, referred: Answer) -> None:
        """Two withdrawals of one referral at once: one of them takes the step."""
        envelopes = [self._envelope("withdrawal", re=referred.message) for _ in range(2)]
        body = saying.body(self._dated({"schema": "liantiao/1", "target": "referral", "reason": "撤回"}))
        said = [self.agent.sign(envelope, body) for envelope in envelopes]
        self.ledger.contests.append(Contest(f"withdrawal {referred.message}", tuple(_key(s) for s in said)))
        await asyncio.gather(*(self._until_answered(s) for s in said))

    def _dated(self, document: dict[str, Any]) -> dict[str, Any]:
        """Acts of an hour ago, whatever the clock will say."""
        at = (
            (self.ground.now() - timedelta(hours=1)).astimezone(saying.SHANGHAI).isoformat(timespec="seconds")
        )
        dated = {name: at for name in ("business_time", "reported_at") if name in document}
        return {**document, "business_time": at, **dated}

    def _envelope(self, kind: str, **members: Any) -> Envelope:
        purpose = saying.PURPOSE[saying.STATION]
        return Envelope(saying.STATION, kind, purpose, SHARED_FORM, **members)

    async def _say(self, kind: str, document: dict[str, Any], **members: Any) -> Answer | None:
        """Send a message until it is answered, alone or as twins; None: it was refused."""
        said = self.agent.sign(self._envelope(kind, **members), saying.body(document))
        twins = 2 if self.chance.randrange(100) < 12 else 1
        answers = await asyncio.gather(*(self._until_answered(said) for _ in range(twins)))
        if answers[0].status == 202:
            await self._afterwards(said)
            return answers[0]
        return None

    async def _afterwards(self, said: Signed) -> None:
        """An old message again, and now and then another body under a used id."""
        if len(self._old) < REMEMBERED:
            self._old.append(said)
        else:
            self._old[self.chance.randrange(REMEMBERED)] = said
        die = self.chance.randrange(100)
        if die < 8:
            await self._until_answered(self.chance.choice(self._old))
        elif die < 11:
            document = self._dated(saying.dispute(facts="另一内容"))
            other = self.agent.sign(said.envelope, saying.body(document))
            answer = await self._until_answered(other, keep=False)
            self.ledger.forbidden.append(Forbidden("another body", answer.status))

    # ── how a message is sent ──────────────────────────────────────────────────────────────────────────

    async def _until_answered(self, said: Signed, *, keep: bool = True) -> Answer:
        """Again and again, until the hub says yes or no."""
        key, pause = _key(said), 0.1
        while True:
            if keep:
                self.ledger.sent.append(Sent(key, sha256(said.body).hexdigest(), said.digest))
            answer, code = await self._once(said)
            if answer is not None and code not in {"stale", "token-invalid", "signature-invalid"}:
                self.answered += 1
                if keep:
                    self.ledger.answers.append(answer)
                return answer
            if code in {"stale", "signature-invalid"}:
                said = self.agent.sign(said.envelope, said.body)
            if code == "token-invalid":
                self.agent.forget()
            await asyncio.sleep(self.chance.uniform(pause / 2, pause))
            pause = min(pause * 2, 1.0)

    async def _once(self, said: Signed) -> tuple[Answer | None, str]:
        """The answer to one try and the code of a refusal; None: there was none that says yes or no."""
        assert self._http is not None
        try:
            token = await self.agent.token()
        except ClientError:
            return None, ""
        headers = {**said.headers(), "Authorization": f"Bearer {token}"}
        self.in_flight += 1
        try:
            url = f"{self.chance.choice(self.ground.bases)}/v1/messages"
            async with self._http.post(url, data=said.body, headers=headers) as response:
                raw = await response.read()
        except (aiohttp.ClientError, OSError, TimeoutError):
            return None, ""
        finally:
            self.in_flight -= 1
        if response.status == 429 or response.status >= 500:
            self.ledger.failed[response.status] += 1
            return None, str(response.status)
        return self._answer(_key(said), response.status, raw)

    def _answer(self, key: str, status: int, raw: bytes) -> tuple[Answer | None, str]:
        told = orjson.loads(raw)
        if status != 202:
            return Answer(key, time.monotonic(), status), str(told.get("type")).rpartition(":")[2]
        receipt = orjson.loads(unb64u(told["receipt"].split(".")[1]))
        units = tuple(d["unit"] for d in told["deliveries"] if d["state"] == "queued")
        answer = Answer(
            key,
            time.monotonic(),
            status,
            sha256(raw).hexdigest(),
            told["message"],
            told["dispute"] or "",
            receipt["leaf"],
            receipt["digest"],
            units,
        )
        self.keys.judge(told["receipt"], RECEIPT, answer)
        return answer, ""

    # ── what must be refused ───────────────────────────────────────────────────────────────────────────

    async def refused(self, what: str, said: Sequence[Signed]) -> None:
        """Send what must not be taken; the ledger has what came of it."""
        for one in said:
            while True:
                answer, _ = await self._once(one)
                if answer is not None:
                    break
                await asyncio.sleep(0.2)
            self.ledger.forbidden.append(Forbidden(what, answer.status))

    def by(self, identity: Identity, count: int) -> list[Signed]:
        """Messages signed by another key than the agent's."""
        agent, own = self.agent, self.agent.identity
        agent.identity = identity
        try:
            return [self.a_message() for _ in range(count)]
        finally:
            agent.identity = own

    def a_message(self, at: datetime | None = None) -> Signed:
        """A message that nobody sent yet, as of now or another time."""
        agent = self.agent
        envelope = self._envelope("dispute", to=saying.COMMITTEE)
        body = saying.body(self._dated(saying.dispute()))
        if at is None:
            return agent.sign(envelope, body)
        clock, agent.clock = agent.clock, lambda: at
        try:
            return agent.sign(envelope, body)
        finally:
            agent.clock = clock


def _key(said: Signed) -> str:
    return f"{SENDER} {said.jti}"
