"""A stock client in Python, authlib with joserfc: metadata, a token, and SETs while the hub's keys rotate."""

import time

import pytest
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata, get_well_known_url
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OKPKey

from tests.contract.kit import POLL, Key, System, b64
from tests.contract.words import POLICE_AS, TRIBUNAL, dispute
from tests.tokens.conftest import Workers

# The hub signs under the name that every library knows (contract 1); this one would like the newer `Ed25519`.
pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated:joserfc.errors.SecurityWarning")
CURVES = {"EdDSA": OKPKey, "ES256": ECKey}


def private(key: Key) -> OKPKey | ECKey:
    """The key as joserfc holds it."""
    if key.alg == "EdDSA":
        secret = key.private.private_bytes_raw()
    else:
        secret = key.private.private_numbers().private_value.to_bytes(32, "big")
    return CURVES[key.alg].import_key({**key.public(), "d": b64(secret)})


@pytest.fixture
def metadata(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> AuthorizationServerMetadata:
    """As discovered from the issuer; the library wants to be told that plain http is meant."""
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    path = get_well_known_url(workers.one.issuer)
    return AuthorizationServerMetadata(workers.one.get(path).json())


def session(system: System, metadata: AuthorizationServerMetadata) -> OAuth2Session:
    """A client of that system. Left to itself the library asserts for an hour: the hub takes five minutes."""
    life = {"exp": int(time.time()) + 60}
    method = PrivateKeyJWT(metadata["issuer"], life, {"kid": system.key.kid}, system.key.alg)
    made = OAuth2Session(system.id, private(system.key), token_endpoint_auth_method="private_key_jwt")
    made.trust_env = False
    made.register_client_auth_method(method)
    return made


def test_the_metadata_is_what_the_library_calls_valid(metadata: AuthorizationServerMetadata):
    # No response type is supported, which the RFC says as an empty list; the library wants one.
    for name in metadata.REGISTRY_KEYS:
        if name != "response_types_supported":
            getattr(metadata, f"validate_{name}")()
    assert metadata["response_types_supported"] == []


@pytest.mark.parametrize(("name", "alg"), [("police-sys", "EdDSA"), ("stock-sys", "ES256")])
def test_a_token_is_had_and_used(
    workers: Workers, metadata: AuthorizationServerMetadata, name: str, alg: str
):
    system = workers.system(name, alg=alg)
    with session(system, metadata) as client:
        token = client.fetch_token(metadata["token_endpoint"], grant_type="client_credentials")
        assert token["token_type"] == "Bearer"
        assert client.get(f"{workers.one.issuer}/v1/units").status_code == 200
    keys = KeySet.import_key_set(client.get(metadata["jwks_uri"], withhold_token=True).json())
    read = jwt.decode(token["access_token"], keys, algorithms=["EdDSA"])
    jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": workers.one.issuer},
        aud={"essential": True, "value": workers.one.issuer},
        client_id={"essential": True, "value": system.id},
    ).validate(read.claims)


def test_an_event_is_verified_before_during_and_after_a_rotation(
    workers: Workers, metadata: AuthorizationServerMetadata
):
    sender, court = workers.system("police-sys"), workers.court()
    assert court.call("POST", "/v1/streams", json={"delivery": {"method": POLL}}).status_code == 201

    def keys() -> KeySet:
        return KeySet.import_key_set(workers.one.get("/.well-known/jwks.json").json())

    def event() -> str:
        sender.accepted("dispute", dispute(), **POLICE_AS, to=TRIBUNAL)
        told = {"returnImmediately": False, "maxEvents": 1, "ack": list(taken)}
        ((jti, token),) = court.call("POST", "/v1/streams/poll", json=told).json()["sets"].items()
        taken.append(jti)
        return str(token)

    taken: list[str] = []
    earlier, before = keys(), event()
    workers.one.furnish("hub-key", "rotate")
    active = {key.kid for key in keys().keys}
    deadline = time.monotonic() + 30
    while active == {key.kid for key in earlier.keys} and time.monotonic() < deadline:
        active = {key.kid for key in keys().keys}
    after = event()
    registry = jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": metadata["issuer"]}, aud={"essential": True, "value": court.id}
    )
    kids: set[str] = set()
    for token in (before, after):  # the next key was published before it signed, the last one stays
        for known in (earlier, keys()):
            read = jwt.decode(token, known, algorithms=["EdDSA"])
            assert read.header["typ"] == "secevent+jwt"
            registry.validate(read.claims)
            kids.add(read.header["kid"])
    assert len(kids) == 2
