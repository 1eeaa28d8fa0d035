"""What a client does to prove its key (RFC 9449), with the tools of an outsider."""

import base64
import hashlib
import json
import uuid
from typing import Any

import httpx

from tests.contract.kit import Key, System, b64

BARE = ("kty", "crv", "x", "y")


def bare(key: Key) -> dict[str, str]:
    """The public key and nothing else."""
    return {name: value for name, value in key.public().items() if name in BARE}


def jkt(key: Key) -> str:
    """RFC 7638."""
    members = json.dumps(bare(key), sort_keys=True, separators=(",", ":"))
    return b64(hashlib.sha256(members.encode()).digest())


def proof(
    key: Key, method: str, url: str, at: int, token: str | None = None, header: Any = (), **claims: Any
) -> str:
    """One proof; what is None is left out."""
    said = {"jti": uuid.uuid4().hex, "htm": method, "htu": url, "iat": at}
    if token is not None:
        said["ath"] = b64(hashlib.sha256(token.encode()).digest())
    said = {name: value for name, value in (said | claims).items() if value is not None}
    return key.compact({"typ": "dpop+jwt", "jwk": bare(key), **dict(header)}, said)


class Prover:
    """A system with a key that its tokens are bound to."""

    def __init__(self, system: System, alg: str = "EdDSA") -> None:
        self.system, self.key = system, Key("proof", alg)

    def proof(self, method: str, path: str, token: str | None = None, **changes: Any) -> str:
        system = self.system
        return proof(
            changes.pop("key", self.key), method, system.hub.issuer + path, system.now(), token, **changes
        )

    def ask(self, shown: str | None = None, **changes: Any) -> httpx.Response:
        """A token, with the proof `shown` or a fresh one."""
        given = self.proof("POST", "/oauth/token", **changes) if shown is None else shown
        return self.post({"DPoP": given})

    def post(self, headers: Any) -> httpx.Response:
        """The token request under exactly these headers."""
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": self.system.assertion(),
        }
        return self.system.http.post("/oauth/token", data=form, headers=headers)

    def token(self) -> str:
        answer = self.ask()
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])

    def headers(self, method: str, path: str, token: str, **changes: Any) -> dict[str, str]:
        return {"Authorization": f"DPoP {token}", "DPoP": self.proof(method, path, token, **changes)}

    def get(self, path: str, token: str, **changes: Any) -> httpx.Response:
        bare_path = path.partition("?")[0]
        return self.system.http.get(path, headers=self.headers("GET", bare_path, token, **changes))


def confirmation(token: str) -> dict[str, str]:
    """`cnf` of an access token."""
    part = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    found: dict[str, str] = claims.get("cnf", {})
    return found
