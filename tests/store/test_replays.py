"""What may be used once: one row each, kept longer than it could be used."""

from datetime import timedelta

from hub.store.database import Database
from hub.store.replays import KEPT_ON, first_assertion, first_proof, forget
from hub.trust.compact import LEEWAY
from hub.trust.dpop import Proof
from hub.trust.tokens import ClientAssertion
from tests.support import SetClock


async def test_a_row_outlives_what_it_stands_for(database: Database, clock: SetClock) -> None:
    until = clock() + timedelta(seconds=LEEWAY)
    assertion, proof = ClientAssertion("police-1", "k-1", "a-1", until), Proof("jkt", b"p-1", until)
    async with database.connection() as conn:
        for first in (True, False):
            assert await first_assertion(conn, assertion) is first
            assert await first_proof(conn, proof) is first
        assert await first_assertion(conn, ClientAssertion("court-1", "k-1", "a-1", until))
        clock.now = until + KEPT_ON
        assert await forget(conn, clock()) == 0
        assert not await first_proof(conn, proof)
        clock.advance(microseconds=1)
        assert await forget(conn, clock()) == 3
        assert await forget(conn, clock()) == 0
        assert await first_proof(conn, proof)
