"""A hub as small as the contract allows, over real HTTP: what the client's tests talk to.

Checks what the client signs with PyJWT and the hub's own reader of envelopes, and can be told to fail.
"""

import json
import re
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count

import jwt
from aiohttp import web
from jwt.algorithms import OKPAlgorithm

from hub.client.jose import PrivateKey, b64u, new_key, sign_compact
from hub.trust.jose import parse_detached, verify
from hub.trust.jwk import read_jwk

CLIENT = "police-3101"
JWS = jwt.PyJWS()
JWS.register_algorithm("Ed25519", OKPAlgorithm())  # RFC 9864's name for what PyJWT calls EdDSA


class ContractHub:
    """Routes of contract 1 to 6; `fail` lists what the next answers are to be instead."""

    def __init__(self, system_jwk):
        self.system_jwk = system_jwk
        self.issuer = ""
        self.hub_private, self.hub_jwk = new_key("hub-1")
        self.key = PrivateKey.from_jwk(self.hub_private)
        self.jwks = [{"kty": "oct", "k": "AA"}, self.hub_jwk]
        self.fail = []
        self.calls = []
        self.messages = {}
        self.tokens_issued = 0
        self.token_life = 600
        self.scopes = []
        self.outbox = {}
        self.acknowledged = []
        self.held = {}
        self.blobs = {}
        self.part_limit = None
        self.stream = None
        self.now = None
        self._numbers = count(1)
        self._runner = None

    async def start(self):
        app = web.Application(client_max_size=2**26, middlewares=[self._gate])
        app.router.add_get("/.well-known/oauth-authorization-server", self._metadata)
        app.router.add_get("/.well-known/jwks.json", self._keys)
        app.router.add_post("/oauth/token", self._token)
        app.router.add_post("/v1/messages", self._message)
        app.router.add_route("*", "/v1/streams", self._streams)
        app.router.add_post("/v1/streams/poll", self._poll)
        app.router.add_route("*", "/v1/streams/{rest}", self._echo)
        app.router.add_route("*", "/v1/blobs/sha-256/{hex}", self._blob)
        app.router.add_get("/v1/{rest:.*}", self._echo)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.issuer = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def stop(self):
        await self._runner.cleanup()

    def set(self, jti, event, *, claims=None, key=None, typ="secevent+jwt"):
        """A signed event token, as contract 3 has it."""
        told = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": int(datetime.now(UTC).timestamp()),
            "jti": jti,
            "txn": event.get("message", "m"),
            "sub_id": {"format": "opaque", "id": event.get("subject", "d")},
            "events": {"urn:liantiao:event:referral": event},
        }
        return sign_compact(key or self.key, typ, told | (claims or {}))

    @web.middleware
    async def _gate(self, request, handler):
        self.calls.append((request.method, request.path))
        if self.fail and not request.path.startswith(("/.well-known", "/oauth")):
            planned = self.fail.pop(0)
            if planned == "drop":
                request.transport.abort()
                return web.Response()
            if planned == "drop after":
                await handler(request)
                request.transport.abort()
                return web.Response()
            status, code, headers = planned
            return problem(status, code, headers)
        if request.path.startswith("/v1"):
            try:
                self._check_token(request)
            except jwt.PyJWTError:
                return problem(401, "token-invalid")
        return await handler(request)

    def _check_token(self, request):
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer":
            raise jwt.InvalidTokenError
        key = jwt.PyJWK(self.hub_jwk).key
        jwt.decode(token, key, ["EdDSA"], audience=self.issuer, options={"require": ["exp", "jti"]})

    async def _metadata(self, _request):
        told = {"issuer": self.issuer, "token_endpoint": f"{self.issuer}/oauth/token"}
        return web.json_response(told | {"jwks_uri": f"{self.issuer}/.well-known/jwks.json"})

    async def _keys(self, _request):
        return web.json_response({"keys": self.jwks})

    async def _token(self, request):
        form = await request.post()
        assert form["grant_type"] == "client_credentials"
        assert form["client_assertion_type"].endswith(":jwt-bearer")
        alg = self.system_jwk["alg"]
        key = jwt.PyJWK(self.system_jwk, algorithm="EdDSA" if alg == "Ed25519" else alg).key
        try:
            claims = json.loads(JWS.decode(form["client_assertion"], key, [alg]))
        except jwt.PyJWTError:
            return web.json_response({"error": "invalid_client"}, status=401)
        assert claims["aud"] == self.issuer
        assert claims["jti"]
        assert claims["iss"] == claims["sub"] == CLIENT
        assert claims["exp"] - claims["iat"] <= 300
        self.scopes.append(form.get("scope"))
        self.tokens_issued += 1
        now = int(datetime.now(UTC).timestamp())
        told = {"iss": self.issuer, "sub": CLIENT, "client_id": CLIENT, "aud": self.issuer, "iat": now}
        told |= {"exp": now + self.token_life, "jti": str(next(self._numbers))}
        token = sign_compact(self.key, "at+jwt", told)
        return web.json_response({"access_token": token, "token_type": "Bearer", "expires_in": 600})

    async def _message(self, request):
        body = await request.read()
        unverified = parse_detached(request.headers["X-JWS-Signature"])
        key, now = read_jwk(self.system_jwk), self.now or datetime.now(UTC)
        verified = verify(unverified, body, key, self.issuer, request.headers["Content-Type"], now)
        envelope = verified.envelope
        if request.headers.get("Prefer") == "handling=validate":
            return web.json_response({"would": "route", "to": envelope.to})
        if envelope.jti not in self.messages:
            number = f"m{next(self._numbers)}"
            claims = {"iss": self.issuer, "aud": envelope.iss, "msg": number, "digest": verified.digest}
            told = {
                "message": number,
                "dispute": "d1",
                "case": {"id": "c1", "machine": "referral", "state": "sent"},
                "deliveries": [{"unit": "3105", "state": "queued"}],
                "findings": [],
                "receipt": sign_compact(self.key, "liantiao-receipt+jwt", claims),
            }
            self.messages[envelope.jti] = (envelope, verified, json.dumps(told).encode())
        raw = self.messages[envelope.jti][2]
        return web.Response(body=raw, status=202, content_type="application/json")

    async def _streams(self, request):
        if request.method == "GET":
            return web.json_response([self.stream] if self.stream else [])
        if request.method == "DELETE":
            self.stream = None
            return web.Response(status=204)
        wanted = await request.json()
        if request.method == "POST" and self.stream:
            return problem(409, "conflict")
        self.stream = {"stream_id": "s1"} | wanted
        return web.json_response(self.stream, status=201 if request.method == "POST" else 200)

    async def _poll(self, request):
        asked = await request.json()
        for jti in asked.get("ack", []):
            self.acknowledged.append(jti)
            self.outbox.pop(jti, None)
        for jti, error in asked.get("setErrs", {}).items():
            self.held[jti] = error
            if error["err"] == "invalid_request":
                self.outbox.pop(jti, None)
        most = asked.get("maxEvents", 3)
        shown = dict(list(self.outbox.items())[:most])
        return web.json_response({"sets": shown, "moreAvailable": len(self.outbox) > len(shown)})

    async def _blob(self, request):
        name = request.match_info["hex"]
        have = self.blobs.get(name)
        if request.method == "GET":
            return web.Response(body=have) if have is not None else problem(404, "unknown")
        if request.method == "HEAD":
            if have is None:
                return web.Response(status=404)
            span = {"Range": f"bytes=0-{len(have) - 1}"} if have else {}
            return web.Response(headers=span)
        return await self._put(request, name, have or b"")

    async def _put(self, request, name, have):
        body = await request.read()
        span = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", request.headers.get("Content-Range", ""))
        start, size = (int(span[1]), int(span[3])) if span else (0, len(body))
        if start != len(have):
            return problem(409, "wrong-offset")
        have += body[: self.part_limit]
        self.blobs[name] = have
        if len(have) < size:
            return web.Response(status=202, headers={"Range": f"bytes=0-{len(have) - 1}"})
        if sha256(have).hexdigest() != name:
            return problem(422, "digest-mismatch")
        return web.Response(status=201)

    async def _echo(self, request):
        """Answers with what was asked; native and evidence with bytes."""
        if request.path.endswith("/native"):
            headers = {"Liantiao-Dropped": "/a, /b/c"}
            return web.Response(body="原文".encode("gbk"), headers=headers, content_type="application/xml")
        if request.path.endswith(("/evidence", "/calendar", "/receipt", "/checkpoint")):
            return web.Response(text=f"{request.path}\n")
        body = await request.text()
        told = {"path": request.raw_path, "body": json.loads(body) if body else None}
        return web.json_response(told)


def problem(status, code, headers=None):
    told = {
        "type": f"urn:liantiao:problem:{code}",
        "title": code,
        "detail": "说明",
        "instance": "urn:uuid:0",
        "errors": [{"pointer": "/x", "rule": "type"}],
    }
    return web.json_response(told, status=status, headers=headers, content_type="application/problem+json")


def tampered(token):
    """The same token with another payload."""
    head, _, signature = token.split(".")
    return f"{head}.{b64u(b'{}')}.{signature}"
