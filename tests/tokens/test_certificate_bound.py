"""RFC 8705 through the door: the proxy says which certificate was shown, and only the proxy is believed."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from tests.contract.kit import JWT_BEARER, System, b64, problem
from tests.tokens.conftest import HEADER, Workers
from tests.tokens.proving import confirmation

PATH = "/v1/units"


def certificate() -> tuple[str, str]:
    """A new one as the proxy's header says it, and its thumbprint."""
    key, name, now = ec.generate_private_key(ec.SECP256R1()), x509.Name([]), datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    dated = made.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    signed = dated.sign(key, SHA256())
    return quote(signed.public_bytes(Encoding.PEM).decode(), safe=""), b64(signed.fingerprint(SHA256()))


def ask(client: httpx.Client, system: System, header: str | None) -> httpx.Response:
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": JWT_BEARER,
        "client_assertion": system.assertion(),
    }
    return client.post("/oauth/token", data=form, headers={} if header is None else {HEADER: header})


def get(client: httpx.Client, token: str, *headers: str) -> httpx.Response:
    said = [("Authorization", f"Bearer {token}"), *((HEADER, header) for header in headers)]
    return client.get(PATH, headers=said)


@pytest.fixture
def system(workers: Workers) -> System:
    return workers.system("police-sys")


def test_the_metadata_offers_it(workers: Workers):
    for name in ("oauth-authorization-server", "oauth-protected-resource"):
        told = workers.one.get(f"/.well-known/{name}").json()
        assert told["tls_client_certificate_bound_access_tokens"] is True


def test_a_token_is_bound_to_the_certificate_the_proxy_saw(workers: Workers, system: System):
    (mine, thumbprint), (other, _) = certificate(), certificate()
    answer = ask(workers.proxied, system, mine).json()
    assert answer["token_type"] == "Bearer"
    token = answer["access_token"]
    assert confirmation(token) == {"x5t#S256": thumbprint}
    assert get(workers.proxied, token, mine).status_code == 200
    for headers in ((), (other,), ("",)):
        told = problem(get(workers.proxied, token, *headers), 401, "token-invalid")
        assert told["errors"][0]["rule"] == "certificate-other"
    for headers in ((mine, mine), ("x",)):
        told = problem(get(workers.proxied, token, *headers), 401, "token-invalid")
        assert told["errors"][0]["rule"] == "certificate-form"
    told = problem(get(system.http, token, mine), 401, "token-invalid")
    assert told["errors"][0]["rule"] == "certificate-other"


def test_what_anybody_else_says_of_a_certificate_is_nothing(system: System):
    mine, _ = certificate()
    token = ask(system.http, system, mine).json()["access_token"]
    assert confirmation(token) == {}
    assert get(system.http, token, "x").status_code == 200


def test_a_system_may_have_to(workers: Workers):
    system = workers.system("tls-sys", "--bound", "mtls")
    mine, _ = certificate()
    for client, header in ((workers.proxied, None), (system.http, mine)):
        answer = ask(client, system, header)
        assert answer.status_code == 400
        assert answer.json() == {"error": "invalid_request", "error_description": "bound-mtls"}
    token = ask(workers.proxied, system, mine).json()["access_token"]
    assert get(workers.proxied, token, mine).status_code == 200


def test_a_certificate_that_cannot_be_read(workers: Workers, system: System):
    answer = ask(workers.proxied, system, "x")
    assert answer.status_code == 400
    assert answer.json() == {"error": "invalid_request", "error_description": "certificate-form"}
