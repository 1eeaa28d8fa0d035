"""A process that runs the sequencer and nothing else, for the test that kills it."""

import asyncio
import sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub import settings
from hub.evidence.note import Signer
from hub.evidence.sequencer import Sequencer
from hub.store.clock import system_clock
from hub.store.database import Database


async def main() -> None:
    """Runs until it is killed."""
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(sys.argv[1]))
    configured = settings.load()
    clock = system_clock()
    async with Database.open(configured, clock) as database:
        worker = Sequencer(database.writing, Signer("127.0.0.1:8040", key), clock, batch=17, interval=0.02)
        await worker.run(asyncio.Event())


asyncio.run(main())
