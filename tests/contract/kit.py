"""An outsider's own tools: JOSE by PyJWT and cryptography, HTTP by httpx, the hub by its command line only.

Nothing of `hub` is known here but its command line: what these tests know is the contract.
"""

import base64
import hashlib
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from tests.forked import Served, started
from tests.furnish import command

LIANTIAO = (sys.executable, "-m", "hub.cli")
SHARED = "application/vnd.liantiao+json"
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""On loopback there is none, and reading the authorities anew for each client costs 40 ms."""
SHANGHAI = timezone(timedelta(hours=8))
EVENT = "urn:liantiao:event:"
PUSH, POLL = "urn:ietf:rfc:8935", "urn:ietf:rfc:8936"


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def packed(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass
class Key:
    """A key pair of an agency system: `EdDSA` (Ed25519) or `ES256`."""

    kid: str
    alg: str = "EdDSA"
    private: Any = None

    def __post_init__(self) -> None:
        if self.private is None:
            edwards = self.alg in {"EdDSA", "Ed25519"}
            curve = ec.SECP256R1()
            self.private = Ed25519PrivateKey.generate() if edwards else ec.generate_private_key(curve)

    def public(self) -> dict[str, str]:
        if isinstance(self.private, Ed25519PrivateKey):
            point = {"kty": "OKP", "crv": "Ed25519", "x": b64(self.private.public_key().public_bytes_raw())}
        else:
            numbers = self.private.public_key().public_numbers()
            x, y = (b64(n.to_bytes(32, "big")) for n in (numbers.x, numbers.y))
            point = {"kty": "EC", "crv": "P-256", "x": x, "y": y}
        return {"kid": self.kid, "alg": self.alg, "use": "sig", **point}

    def sign(self, data: bytes) -> bytes:
        if isinstance(self.private, Ed25519PrivateKey):
            return self.private.sign(data)
        r, s = decode_dss_signature(self.private.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def compact(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        signed = f"{b64(packed({'alg': self.alg, 'kid': self.kid, **header}))}.{b64(packed(claims))}"
        return f"{signed}.{b64(self.sign(signed.encode()))}"

    def detached(self, header: dict[str, Any], body: bytes) -> str:
        protected = b64(packed(header))
        return f"{protected}..{b64(self.sign(protected.encode() + b'.' + body))}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Hub:
    """A hub that is run by its command line. `extra` are variables of the environment."""

    data_dir: Path
    database_url: str | None = None
    port: int = field(default_factory=free_port)
    extra: dict[str, str] = field(default_factory=dict)
    process: Served | None = None
    systems: list["System"] = field(default_factory=list)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        told = {n: os.environ[n] for n in ("PATH", "HOME", "PYTHONPATH") if n in os.environ}
        told |= {"LANG": "C.UTF-8", "LIANTIAO_DATA_DIR": str(self.data_dir)}
        told["LIANTIAO_PUSH_ALLOW"] = "127.0.0.1"
        if self.database_url:
            told["LIANTIAO_DATABASE_URL"] = self.database_url
        return told | self.extra

    def run(self, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        """`liantiao …` to its end."""
        return subprocess.run(
            [*LIANTIAO, *arguments],
            env=self.environment | variables,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def ok(self, *arguments: str) -> str:
        done = self.run(*arguments)
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)
        return done.stdout

    def furnish(self, *arguments: str) -> None:
        """A command before the test begins: the same program, without a process of its own."""
        command(arguments, self.environment)

    def start(self, *options: str) -> None:
        with (self.data_dir / "serve.log").open("ab") as log:
            words = ("serve", "--port", str(self.port), *options)
            self.process = started(words, self.environment, log.fileno())
        deadline = time.monotonic() + 60
        with httpx.Client(trust_env=False, verify=NO_TLS, timeout=2) as asking:
            while time.monotonic() < deadline:
                assert self.process.poll() is None, self.log()
                try:
                    if asking.get(f"{self.issuer}/readyz").status_code == 200:
                        return
                except httpx.TransportError:
                    time.sleep(0.02)
        raise AssertionError(self.log())

    def log(self) -> str:
        return (self.data_dir / "serve.log").read_text("utf-8")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int | None:
        if self.process is None:
            return None
        self.process.send_signal(how)
        code = self.process.wait(30)
        self.process = None
        return code

    def units(self, text: str) -> None:
        file = self.data_dir / f"units-{uuid.uuid4().hex}.csv"
        file.write_text(text, "utf-8")
        self.furnish("unit", "import", str(file))

    def add(
        self, client: str, agency: str, units: tuple[str, ...], *options: str, alg: str = "EdDSA"
    ) -> "System":
        """`system add` with a fresh key."""
        key = Key(f"{client}-1", alg)
        file = self.data_dir / f"{client}.jwk"
        file.write_text(json.dumps(key.public()))
        named = [part for unit in units for part in ("--unit", unit)]
        self.furnish(
            "system", "add", "--id", client, "--agency", agency, *named, "--jwk", str(file), *options
        )
        return System(self, client, key, units)

    def close(self) -> None:
        """Stop, and leave no connection open."""
        self.stop()
        for system in self.systems:
            system.http.close()

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Without a token."""
        return httpx.get(f"{self.issuer}{path}", headers=headers, trust_env=False, verify=NO_TLS)

    def jwks(self) -> dict[str, Any]:
        """The hub's public keys by kid, as PyJWT uses them."""
        listed = self.get("/.well-known/jwks.json").json()["keys"]
        return {k["kid"]: (k, jwt.PyJWK(k).key) for k in listed}

    def read(self, token: str, typ: str, audience: str) -> dict[str, Any]:
        """The claims of a token the hub signed, verified by PyJWT against the published keys."""
        header = jwt.get_unverified_header(token)
        assert (header["typ"], header["alg"]) == (typ, "EdDSA")
        _, key = self.jwks()[header["kid"]]
        return jwt.decode(
            token,
            key,
            algorithms=["EdDSA"],
            audience=audience,
            issuer=self.issuer,
            options={"verify_iat": False, "verify_exp": False},
        )


class System:
    """A registered agency system."""

    def __init__(self, hub: Hub, client: str, key: Key, units: tuple[str, ...]) -> None:
        self.hub, self.id, self.key, self.units = hub, client, key, units
        self.http = httpx.Client(base_url=hub.issuer, trust_env=False, timeout=40, verify=NO_TLS)
        self._token: str | None = None
        self._ends = 0
        self.offset = 0.0
        hub.systems.append(self)

    def now(self) -> int:
        return int(time.time() + self.offset)

    def assertion(self, key: Key | None = None, typ: str | None = "JWT", **claims: Any) -> str:
        at = self.now()
        told = {
            "iss": self.id,
            "sub": self.id,
            "aud": self.hub.issuer,
            "iat": at,
            "exp": at + 60,
            "jti": uuid.uuid4().hex,
            **claims,
        }
        told = {name: value for name, value in told.items() if value is not None}
        return (key or self.key).compact({} if typ is None else {"typ": typ}, told)

    def ask_token(self, assertion: str | None = None, **form: str | None) -> httpx.Response:
        told = {
            "grant_type": "client_credentials",
            "client_assertion_type": JWT_BEARER,
            "client_assertion": assertion or self.assertion(),
            **form,
        }
        sent = {name: value for name, value in told.items() if value is not None}
        return self.http.post("/oauth/token", data=sent)

    def token(self, scope: str | None = None) -> str:
        if scope is not None:
            return str(self.ask_token(scope=scope).json()["access_token"])
        if self._token is None or self.now() >= self._ends:
            answer = self.ask_token()
            assert answer.status_code == 200, answer.text
            told = answer.json()
            self._token, self._ends = told["access_token"], self.now() + told["expires_in"] // 2
        return str(self._token)

    def forget(self) -> None:
        """Get a new token next time."""
        self._token = None

    def call(self, method: str, path: str, token: str | None = None, **options: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token or self.token()}", **options.pop("headers", {})}
        return self.http.request(method, path, headers=headers, **options)

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.call("GET", path, **options)

    def header(self, kind: str, unit: str, purpose: str, cty: str = SHARED, **members: Any) -> dict[str, Any]:
        told = {
            "alg": self.key.alg,
            "kid": self.key.kid,
            "b64": False,
            "crit": ["b64"],
            "typ": "liantiao-message+jws",
            "cty": cty,
            "iss": self.id,
            "aud": self.hub.issuer,
            "iat": self.now(),
            "jti": str(uuid.uuid4()),
            "unit": unit,
            "kind": kind,
            "purpose": purpose,
            **members,
        }
        return {name: value for name, value in told.items() if value is not None}

    def post(self, header: dict[str, Any], body: bytes, **options: Any) -> httpx.Response:
        """A message: `header` is signed over the body and sent with it; `key` signs."""
        key = options.pop("key", self.key)
        headers = {
            "Content-Type": options.pop("content_type", header.get("cty", SHARED)),
            "X-JWS-Signature": options.pop("signature", None) or key.detached(header, body),
            **options.pop("headers", {}),
        }
        return self.call("POST", "/v1/messages", content=body, headers=headers, **options)

    def say(
        self, kind: str, document: dict[str, Any], unit: str, purpose: str, **members: Any
    ) -> httpx.Response:
        """A document of the shared form."""
        return self.post(self.header(kind, unit, purpose, **members), packed(document))

    def accepted(
        self, kind: str, document: dict[str, Any], unit: str, purpose: str, **members: Any
    ) -> dict[str, Any]:
        answer = self.say(kind, document, unit, purpose, **members)
        assert answer.status_code == 202, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def poll(self, **members: Any) -> dict[str, Any]:
        """A poll that does not wait; the tokens' claims by jti, verified."""
        told = {"returnImmediately": True, **members}
        answer = self.call("POST", "/v1/streams/poll", json=told)
        assert answer.status_code == 200, answer.text
        found = answer.json()
        sets = found["sets"].items()
        found["claims"] = {jti: self.hub.read(token, "secevent+jwt", self.id) for jti, token in sets}
        return found

    def drain(self) -> list[dict[str, Any]]:
        """Everything that waits, acknowledged."""
        taken: list[dict[str, Any]] = []
        ack: list[str] = []
        while True:
            found = self.poll(ack=ack)
            taken += found["claims"].values()
            ack = list(found["sets"])
            if not ack:
                return taken


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """A problem document of that status and code."""
    told: dict[str, Any] = answer.json()
    assert (answer.status_code, told.get("type")) == (status, f"urn:liantiao:problem:{code}"), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"title", "detail", "instance"} <= set(told)
    return told


def now(**ago: float) -> str:
    return (datetime.now(UTC) - timedelta(**ago)).astimezone(SHANGHAI).isoformat(timespec="seconds")


def today() -> str:
    return now()[:10]
