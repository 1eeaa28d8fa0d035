"""One agency system's connection to the hub: where things are, a fresh token, and patience.

Every call of the client goes through `Session.call`: it adds the token, waits out 429, 502, 503, 504 and
broken connections where the call may be repeated, and turns refusals into `Problem`. Touches the network
through one httpx client; reads no environment and no proxy settings.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from ssl import PROTOCOL_TLS_CLIENT, SSLContext, create_default_context
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit
from uuid import uuid4

import httpx

from hub.client.answers import accepted, is_token_trouble, problem, read_object, retry_after
from hub.client.errors import BadKey, BadToken, ClientError, Unreachable
from hub.client.jose import PrivateKey, PublicKey, sign_compact
from hub.client.proving import prove
from hub.strictjson import Json

_AGAIN: Final = frozenset({429, 502, 503, 504})
_ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_MARGIN: Final = 30.0
_JWKS_PAUSE: Final = 1.0


def system_clock() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who speaks, and to whom: the hub's issuer, the client id, its private key, what it asks for.

    `proving`: the key that its access tokens are to be bound to (DPoP, RFC 9449); None: bearer tokens.
    """

    issuer: str
    client_id: str
    key: PrivateKey
    scopes: tuple[str, ...] = ()
    proving: PrivateKey | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `repeat`: it may be sent again when no answer came; `path` may be a full address."""

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
    repeat: bool = True
    timeout: float | None = None


class Session:
    """See the module. `patience` (seconds) bounds waiting for a hub that does not answer.

    `authorities`: a PEM file of certificates to trust in place of the system's.
    """

    def __init__(
        self,
        identity: Identity,
        *,
        clock: Callable[[], datetime] = system_clock,
        patience: float = 30.0,
        language: str = "zh-CN",
        authorities: Path | None = None,
    ) -> None:
        self.identity = identity
        self.clock = clock
        self._patience = patience
        https = urlsplit(identity.issuer).scheme == "https"
        # On loopback there is no TLS, and reading the authorities costs 50 ms: a context that trusts none.
        tls = create_default_context(cafile=authorities) if https else SSLContext(PROTOCOL_TLS_CLIENT)
        self._http = httpx.AsyncClient(
            timeout=httpx.Timeout(30.0, connect=5.0),
            headers={"Accept-Language": language, "User-Agent": "liantiao-client"},
            verify=tls,
            trust_env=False,
        )
        self._metadata: dict[str, Json] | None = None
        self._token: tuple[str, float] | None = None
        self._jwks: dict[str, PublicKey] = {}
        self._jwks_at = float("-inf")
        self._lock = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.aclose()

    async def metadata(self) -> dict[str, Json]:
        """The authorization server's metadata (RFC 8414), read once. Raises BadToken if not the issuer's."""
        if self._metadata is None:
            parts = urlsplit(self.identity.issuer)
            base = f"{parts.scheme}://{parts.netloc}"
            path = f"/.well-known/oauth-authorization-server{parts.path}"
            found = await self._open_json(base + path)
            if found.get("issuer") != self.identity.issuer:
                raise BadToken("invalid_issuer", "元数据的签发者不符 · the metadata is of another issuer")
            self._metadata = found
        return self._metadata

    async def token(self) -> str:
        """An access token that is good for a while yet (RFC 7523 assertion, client credentials)."""
        async with self._lock:
            if self._token is None or time.monotonic() >= self._token[1]:
                self._token = await self._fetch_token()
            return self._token[0]

    async def keys(self, kid: str | None = None) -> Mapping[str, PublicKey]:
        """The hub's public keys; read again when `kid` is not among them, at most once a second."""
        missing = kid is not None and kid not in self._jwks
        if not self._jwks or (missing and time.monotonic() - self._jwks_at > _JWKS_PAUSE):
            uri = (await self.metadata()).get("jwks_uri")
            self._jwks = _public_keys((await self._open_json(str(uri))).get("keys"))
            self._jwks_at = time.monotonic()
        return self._jwks

    async def call(self, call: Call) -> httpx.Response:
        """The hub's answer (status below 400). Raises Problem or Unreachable."""
        response = await self._with_patience(call, self._authorised)
        if response.status_code == 401 and is_token_trouble(response):
            self._token = None  # expired early, or the key behind it was rotated
            response = await self._with_patience(call, self._authorised)
        return accepted(response)

    async def json(self, call: Call) -> dict[str, Json]:
        """The object the hub answers with."""
        return read_object(await self.call(call))

    async def _open_json(self, url: str) -> dict[str, Json]:
        call = Call("GET", url, headers={"Accept": "application/json"})
        return read_object(accepted(await self._with_patience(call, self._send)))

    async def _fetch_token(self) -> tuple[str, float]:
        endpoint = str((await self.metadata()).get("token_endpoint"))
        who = self.identity

        async def ask(call: Call) -> httpx.Response:
            now = int(self.clock().timestamp())
            claims: dict[str, str | int] = {"iss": who.client_id, "sub": who.client_id}
            claims |= {"aud": who.issuer, "jti": str(uuid4()), "iat": now, "exp": now + 60}
            form = {
                "grant_type": "client_credentials",
                "client_assertion_type": _ASSERTION,
                "client_assertion": sign_compact(who.key, "JWT", claims),
            }
            if who.scopes:
                form["scope"] = " ".join(who.scopes)
            return await self._http.post(call.path, data=form, headers=self._proof(call))

        asked = time.monotonic()
        answer = read_object(accepted(await self._with_patience(Call("POST", endpoint), ask)))
        token, life = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not isinstance(life, int):
            raise Unreachable("令牌端点的回答无法读取 · the token endpoint's answer cannot be read")
        return token, asked + max(life - _MARGIN, life / 2)

    async def _authorised(self, call: Call) -> httpx.Response:
        token = await self.token()
        proof = self._proof(call, token)
        scheme = "DPoP" if proof else "Bearer"
        headers = {"Authorization": f"{scheme} {token}", **proof, **call.headers}
        return await self._send(replace(call, headers=headers))

    def _proof(self, call: Call, token: str | None = None) -> dict[str, str]:
        key = self.identity.proving
        if key is None:
            return {}
        url = httpx.URL(self._url(call)).copy_with(query=None, fragment=None)
        return {"DPoP": prove(key, call.method, str(url), token, self.clock())}

    async def _send(self, call: Call) -> httpx.Response:
        return await self._http.request(
            call.method,
            self._url(call),
            params=call.params or None,
            headers=call.headers,
            content=call.content,
            timeout=self._http.timeout if call.timeout is None else call.timeout,
        )

    def _url(self, call: Call) -> str:
        absolute = call.path.startswith(("http://", "https://"))
        return call.path if absolute else self.identity.issuer + call.path

    async def _with_patience(
        self, call: Call, send: Callable[[Call], Awaitable[httpx.Response]]
    ) -> httpx.Response:
        """Sends until there is an answer that is not "later", or patience is at its end."""
        end = time.monotonic() + self._patience
        wait = 0.2
        while True:
            try:
                response = await send(call)
            except httpx.ConnectError as e:
                failure: ClientError = Unreachable("连接不上联调平台 · the hub cannot be reached")
                failure.__cause__ = e
                pause = wait
            except httpx.TransportError as e:
                failure = Unreachable("没有收到回答 · no answer came")
                failure.__cause__ = e
                if not call.repeat:
                    raise failure from e
                pause = wait
            else:
                if response.status_code not in _AGAIN:
                    return response
                failure = problem(response)
                pause = retry_after(response, self.clock()) or wait
            pause += random.uniform(0, wait / 2)  # noqa: S311  jitter
            if time.monotonic() + pause > end:
                raise failure
            await asyncio.sleep(pause)
            wait = min(wait * 2, 5.0)


def _public_keys(listed: Json) -> dict[str, PublicKey]:
    """The keys of a JWKS that can be used; others are passed over (RFC 7517 §5)."""
    keys: dict[str, PublicKey] = {}
    for jwk in listed if isinstance(listed, list) else ():
        if isinstance(jwk, dict):
            with suppress(BadKey):
                key = PublicKey.from_jwk(jwk)
                keys[key.kid] = key
    return keys
