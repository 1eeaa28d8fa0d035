"""Every public key the hub published during a run, and which of the tokens and receipts they sign.

A key may go from the list when all it signed is acknowledged, so the list is looked at all the time.
"""

import asyncio
import contextlib
from dataclasses import dataclass, field

import httpx
import orjson

from hub.client.errors import BadKey, BadToken
from hub.client.jose import PublicKey, split
from tests.faults.ledger import Answer, Arrival

SET, RECEIPT = "secevent+jwt", "liantiao-receipt+jwt"
LARGEST = 2**22


@dataclass
class Keys:
    """`known`: by kid, of all looks so far."""

    bases: list[str]
    known: dict[str, PublicKey] = field(default_factory=dict)
    _later: list[tuple[str, str, Answer | Arrival]] = field(default_factory=list)

    async def watch(self, stop: asyncio.Event) -> None:
        """Look again and again, until told to stop."""
        async with httpx.AsyncClient(timeout=5, trust_env=False) as http:
            while not stop.is_set():
                with contextlib.suppress(httpx.TransportError, orjson.JSONDecodeError, KeyError, BadKey):
                    found = orjson.loads((await http.get(f"{self.bases[0]}/.well-known/jwks.json")).content)
                    self.known |= {jwk["kid"]: PublicKey.from_jwk(jwk) for jwk in found["keys"]}
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), 0.3)

    def judge(self, token: str, typ: str, thing: Answer | Arrival) -> None:
        """Note whether a token is signed; by a key not seen yet it is judged at the end."""
        if not self.signs(token, typ):
            self._later.append((token, typ, thing))

    def judge_late(self) -> None:
        for token, typ, thing in self._later:
            thing.signed = self.signs(token, typ)

    def signs(self, token: str, typ: str) -> bool:
        try:
            split(token, LARGEST).verified(self.known, typ)
        except BadToken:
            return False
        return True
