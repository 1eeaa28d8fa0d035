"""A process that serves the file routes of the API and nothing else, on a listening socket it is handed.

    python blob_server.py FD        with LIANTIAO_DATA_DIR and LIANTIAO_DATABASE_URL as for a hub

Tokens here are plain words, `system;unit,unit;scope,scope`: who calls is tested elsewhere.
"""

import contextlib
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace

import uvicorn
from fastapi import FastAPI

from hub import settings as hub_settings
from hub.api import problems, routes_blobs
from hub.errors import Fault, Refused
from hub.exchange.blob_upload import Uploads
from hub.exchange.limits import Limits
from hub.store.clock import system_clock
from hub.store.database import Database

MAX = 256 * 1024 * 1024


@dataclass(frozen=True)
class Access:
    client_id: str
    scopes: frozenset[str]
    bound: None = None
    key: None = None


class Tokens:
    """Remembers the units of whom it verified, as the registry would know them."""

    def __init__(self) -> None:
        self.systems: dict[str, SimpleNamespace] = {}
        self.version = 1

    def verify(self, token: str, _now: datetime) -> Access:
        parts = token.split(";")
        if len(parts) != 3:
            raise Refused("token-invalid", Fault("token"))
        system, units, scopes = parts
        known = SimpleNamespace(disabled=False, bound=None, units=tuple(units.split(",")), agency="court")
        self.systems[system] = known
        return Access(system, frozenset(scopes.split(",")))


def app() -> FastAPI:
    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        settings = hub_settings.load()
        clock = system_clock(0)
        async with Database.open(settings, clock) as database:
            tokens = Tokens()
            app.state.hub = SimpleNamespace(
                limits=Limits(0),
                database=database,
                sealer=database.sealer,
                clock=clock,
                settings=settings,
                tokens=tokens,
                registry=tokens,
                uploads=Uploads(database, database.sealer, clock, MAX, 4),
            )
            yield

    made = FastAPI(lifespan=lifespan)
    made.include_router(routes_blobs.router)
    problems.install(made)
    return made


if __name__ == "__main__":
    uvicorn.run(app(), fd=int(sys.argv[1]), log_level="warning")
