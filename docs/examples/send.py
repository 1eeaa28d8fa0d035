"""An agency system in one file: make a key, send a file, receive what is addressed to it.

    python send.py key KEY.pem KID > public.json
    python send.py send    ISSUER CLIENT_ID KEY.pem KID  UNIT KIND PURPOSE CONTENT_TYPE FILE [TO]
    python send.py receive ISSUER CLIENT_ID KEY.pem KID

Needs PyJWT, cryptography and httpx, and nothing of the hub. `docs/integrators.md` explains each step.
"""

import json
import os
import sys
import time
import uuid
from pathlib import Path

import httpx
import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
POLL = "urn:ietf:rfc:8936"


class System:
    """One registered system: where the hub is, who we are, the key we sign with."""

    def __init__(self, issuer: str, client_id: str, key_file: str, kid: str) -> None:
        self.issuer, self.client_id, self.kid = issuer, client_id, kid
        self.key = serialization.load_pem_private_key(Path(key_file).read_bytes(), password=None)
        self.http = httpx.Client(base_url=issuer, timeout=70)
        self.http.headers["Authorization"] = f"Bearer {self.token()}"

    def token(self) -> str:
        """An access token, valid ten minutes, for a signed assertion that is used once."""
        now = int(time.time())
        claims = {"iss": self.client_id, "sub": self.client_id, "aud": self.issuer}
        claims |= {"iat": now, "exp": now + 120, "jti": str(uuid.uuid4())}
        assertion = jwt.encode(claims, self.key, "EdDSA", {"kid": self.kid})
        form = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION_TYPE}
        answer = self.http.post("/oauth/token", data={**form, "client_assertion": assertion})
        return str(answer.raise_for_status().json()["access_token"])

    def sign(self, body: bytes, envelope: dict[str, object]) -> str:
        """The header X-JWS-Signature: a detached JWS over the very bytes that are sent (RFC 7797)."""
        header = {
            "typ": "liantiao-message+jws",
            "kid": self.kid,
            "b64": False,
            "crit": ["b64"],
            "iss": self.client_id,
            "aud": self.issuer,
            "iat": int(time.time()),
            **envelope,
        }
        return jwt.PyJWS().encode(body, self.key, "EdDSA", header, is_payload_detached=True)

    def send(self, body: bytes, **envelope: object) -> dict[str, object]:
        """Send one message; the same `jti` and bytes may be sent again and again, with one effect."""
        headers = {"Content-Type": str(envelope["cty"]), "X-JWS-Signature": self.sign(body, envelope)}
        answer = self.http.post("/v1/messages", content=body, headers=headers)
        if answer.status_code != 202:
            raise SystemExit(json.dumps(answer.json(), ensure_ascii=False, indent=2))
        accepted: dict[str, object] = answer.json()
        receipt = self.verified(str(accepted["receipt"]), "liantiao-receipt+jwt")
        if receipt["msg"] != accepted["message"]:
            raise SystemExit("the receipt is for another message")
        # Keep the receipt: it is your proof.
        return accepted

    def receive(self) -> list[dict[str, object]]:
        """Fetch, verify and acknowledge what waits for us. A real system stores before it acknowledges."""
        if not self.http.get("/v1/streams").raise_for_status().json():
            self.http.post("/v1/streams", json={"delivery": {"method": POLL}}).raise_for_status()
        events: list[dict[str, object]] = []
        done: list[str] = []
        while True:
            asked = {"ack": done, "returnImmediately": True}
            sets = self.http.post("/v1/streams/poll", json=asked).raise_for_status().json()["sets"]
            if not sets:
                return events
            events += [self.verified(token, "secevent+jwt") for token in sets.values()]
            done = list(sets)

    def verified(self, token: str, typ: str) -> dict[str, object]:
        """The claims of a token of the hub: signed by a key it publishes, meant for us, of this type."""
        header = jwt.get_unverified_header(token)
        keys = jwt.PyJWKSet.from_dict(self.http.get("/.well-known/jwks.json").json())
        if header.get("typ") != typ:
            raise SystemExit(f"not a {typ}")
        claims: dict[str, object] = jwt.decode(
            token, keys[header["kid"]].key, ["EdDSA"], audience=self.client_id, issuer=self.issuer
        )
        return claims


def new_key(key_file: str, kid: str) -> dict[str, str]:
    """Write a private key (0600) and give the public JWK that is registered with the hub."""
    key = Ed25519PrivateKey.generate()
    pkcs8, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    handle = os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(key.private_bytes(serialization.Encoding.PEM, pkcs8, plain))
    public: dict[str, str] = OKPAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {**public, "kid": kid, "use": "sig", "alg": "EdDSA"}


def main(command: str, *words: str) -> object:
    """One command of the three above; its result is printed as JSON."""
    if command == "key":
        return new_key(*words)
    system = System(*words[:4])
    if command == "receive":
        return system.receive()
    unit, kind, purpose, content_type, file, *to = words[4:]
    envelope = {"unit": unit, "kind": kind, "purpose": purpose, "cty": content_type, "name": Path(file).name}
    envelope["jti"] = str(uuid.uuid4())  # yours: keep it with the file, repeat it when you send again
    return system.send(Path(file).read_bytes(), **envelope, **({"to": to[0]} if to else {}))


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:]), ensure_ascii=False, indent=2))
