"""The hub without row-level security, a process of its own: what reading costs when nobody is held back.

`python -m bench.plain_reading MODE PORT CONFIG`: the hub's own application on the hub's own database; only
its readers log in as a role that bypasses the policies. Of `unpoliced` nothing else differs. `plain` reads
without a transaction too: nobody's eyes are set before a query, and no snapshot is held over several. For
measuring.
"""

import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

import asyncpg
import uvicorn
from fastapi import FastAPI

from hub.api.app import Beside, create_app
from hub.cli.serve import UVICORN
from hub.exchange.hub import Hub
from hub.settings import load
from hub.store.database import READER, Database, open_pool

Mode = Literal["unpoliced", "plain"]
MODES: Final[tuple[Mode, ...]] = ("unpoliced", "plain")


@dataclass(frozen=True, slots=True)
class Config:
    """The address of the role that bypasses; whose eyes `plain` always has."""

    dsn: str
    units: str
    system: str


class Plain(Database):
    """A database whose readers need no transaction."""

    @asynccontextmanager
    async def reading(
        self, units: Sequence[str], system: str | None = None
    ) -> AsyncIterator[asyncpg.Connection]:
        """A connection as it is; its eyes were set when it was opened."""
        del units, system
        async with self._held(self.reader) as held:
            yield held


@asynccontextmanager
async def bypassing(hub: Hub, mode: Mode, config: Config) -> AsyncIterator[Database]:
    """The hub's database with readers that no policy holds back."""
    kept = hub.database
    eyes = {"liantiao.units": config.units, "liantiao.system": config.system} if mode == "plain" else {}
    address = replace(kept.address, dsn=config.dsn, server=None)
    async with open_pool(address, "admin", {**READER, **eyes}) as readers:
        kind = Plain if mode == "plain" else Database
        yield kind(kept.address, kept.clock, kept.keys, kept.hub, readers)


def main() -> None:
    """Entry point of the process."""
    mode = next(mode for mode in MODES if mode == sys.argv[1])
    config = Config(**json.loads(Path(sys.argv[3]).read_text("utf-8")))
    app = create_app(load(), Beside("elsewhere"))
    served = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[Any]:
        async with served(app) as state:
            hub: Hub = app.state.hub
            async with bypassing(hub, mode, config) as hub.database:
                yield state

    app.router.lifespan_context = lifespan
    uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=int(sys.argv[2]), **UVICORN)).run()


if __name__ == "__main__":
    main()
