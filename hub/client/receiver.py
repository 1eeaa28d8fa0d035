"""A push receiver (RFC 8935): a small HTTP server that takes signed event tokens and answers for them.

For agency systems that are programs of their own, the sandbox and the tests. Listens where it is told;
verifies every token with the agent's view of the hub's keys before anybody sees it.
"""

import asyncio
import hmac
from typing import Final

from aiohttp import web

from hub.client.agent import Agent
from hub.client.errors import BadToken, ClientError, SetError
from hub.client.events import MAX_TOKEN
from hub.client.receiving import Handler, Held

_MEDIA_TYPE: Final = "application/secevent+jwt"


class PushReceiver:
    """Takes tokens at `path` and gives each event to `handle`, one at a time.

    202 once `handle` has returned; 400 with an RFC 8935 error when the token is not acceptable or
    `handle` raised `Held`; 503 while the hub's keys cannot be had. Any other error of `handle` is a 500:
    the hub tries again. `handle` may see a token twice: go by `jti`.
    """

    def __init__(
        self, agent: Agent, handle: Handler, *, path: str = "/events", authorization: str | None = None
    ) -> None:
        self._agent = agent
        self._handle = handle
        self._path = path
        self._authorization = authorization
        self._turn = asyncio.Lock()
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listens; answers the address to give to the hub. `port` 0: any free one."""
        app = web.Application(client_max_size=MAX_TOKEN)
        app.router.add_post(self._path, self._receive)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        bound = self._runner.addresses[0][1]
        self.url = f"http://{host}:{bound}{self._path}"
        return self.url

    async def stop(self) -> None:
        """Stops listening; requests under way are finished."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _receive(self, request: web.Request) -> web.Response:
        if not self._may(request):
            return _refused("authentication_failed", "凭证不符 · the Authorization header does not fit")
        if request.content_type != _MEDIA_TYPE:
            return _refused("invalid_request", f"应为 {_MEDIA_TYPE} · must be {_MEDIA_TYPE}")
        token = (await request.read()).decode("ascii", "replace")
        try:
            event = await self._agent.read_token(token)
            async with self._turn:
                await self._handle(event)
        except (BadToken, Held) as e:
            return _refused(e.err, str(e))
        except ClientError:
            return web.Response(status=503, headers={"Retry-After": "5"})
        return web.Response(status=202)

    def _may(self, request: web.Request) -> bool:
        if self._authorization is None:
            return True
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), self._authorization.encode())


def _refused(err: SetError, text: str) -> web.Response:
    return web.json_response({"err": err, "description": text}, status=400)
