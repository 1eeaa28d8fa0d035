"""The proxy of `deploy/` itself: a certificate reaches the hub through nginx, a claimed one does not."""

import shutil
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.contract.kit import JWT_BEARER, b64, free_port, problem
from tests.tokens.conftest import HEADER, PROXY, Workers
from tests.tokens.proving import confirmation

SITE = Path(__file__).parents[2] / "deploy/nginx/liantiao.conf"
NGINX = shutil.which("nginx")
pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")
Pair = tuple[Path, Path, str]
Client = Callable[[Pair | None], httpx.Client]


def pair(folder: Path, name: str) -> Pair:
    """A certificate and its key as files, and the thumbprint."""
    key, said, now = ec.generate_private_key(ec.SECP256R1()), x509.Name([]), datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(said).issuer_name(said).public_key(key.public_key())
    dated = made.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    signed = dated.sign(key, SHA256())
    chain, secret = folder / f"{name}.pem", folder / f"{name}.key"
    chain.write_bytes(signed.public_bytes(Encoding.PEM))
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return chain, secret, b64(signed.fingerprint(SHA256()))


@pytest.fixture
def through(workers: Workers, tmp_path: Path) -> Iterator[Client]:
    """Clients of the proxy, with a certificate or without."""
    chain, key, _ = pair(tmp_path, "server")
    plain, secure = free_port(), free_port()
    site = SITE.read_text("utf-8")
    for ours, here in (
        ("127.0.0.1:8040", f"127.0.0.1:{workers.one.port}"),
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl", f"listen 127.0.0.1:{secure} ssl"),
        ("/etc/liantiao/tls/fullchain.pem", str(chain)),
        ("/etc/liantiao/tls/key.pem", str(key)),
        ("/var/log/nginx/liantiao.log", str(tmp_path / "access.log")),
        ("/var/log/nginx/liantiao-error.log crit", "stderr warn"),
        ("# ssl_verify_client", "ssl_verify_client"),
        (f'{HEADER} ""', f"{HEADER} $ssl_client_escaped_cert"),
        ("location / {", f"proxy_bind {PROXY};\n    location / {{"),
    ):
        assert ours in site
        site = site.replace(ours, here)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    folders = "".join(f"{kind}_temp_path {tmp_path}/{kind};\n" for kind in kinds)
    whole = tmp_path / "nginx.conf"
    whole.write_text(
        f"daemon off;\nmaster_process off;\npid {tmp_path}/pid;\nerror_log stderr warn;\nevents {{}}\n"
        f"http {{\n{folders}{site}}}\n",
        "utf-8",
    )
    clients: list[httpx.Client] = []

    def client(shown: Pair | None) -> httpx.Client:
        context = ssl.create_default_context(cafile=chain)
        context.check_hostname = False
        if shown is not None:
            context.load_cert_chain(shown[0], shown[1])
        made = httpx.Client(base_url=f"https://127.0.0.1:{secure}", verify=context, trust_env=False)
        clients.append(made)
        return made

    with (tmp_path / "nginx.log").open("wb") as log:
        running = subprocess.Popen([str(NGINX), "-p", str(tmp_path), "-c", str(whole)], stderr=log)
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                client(None).get("/livez")
                break
            except httpx.TransportError:
                assert running.poll() is None, (tmp_path / "nginx.log").read_text()
                assert time.monotonic() < deadline
        yield client
    finally:
        for made in clients:
            made.close()
        running.terminate()
        running.wait(10)


def test_a_certificate_goes_through_the_proxy_and_a_claimed_one_does_not(
    workers: Workers, through: Client, tmp_path: Path
):
    system = workers.system("police-sys")
    mine, other = pair(tmp_path, "mine"), pair(tmp_path, "other")
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": JWT_BEARER,
        "client_assertion": system.assertion(),
    }
    holder = through(mine)
    token = holder.post("/oauth/token", data=form).json()["access_token"]
    assert confirmation(token) == {"x5t#S256": mine[2]}
    bearer = {"Authorization": f"Bearer {token}"}
    assert holder.get("/v1/units", headers=bearer).status_code == 200
    claimed = bearer | {HEADER: mine[0].read_text().replace("\n", "%0A")}
    for client, headers in ((through(None), bearer), (through(other), bearer), (through(None), claimed)):
        told = problem(client.get("/v1/units", headers=headers), 401, "token-invalid")
        assert told["errors"][0]["rule"] == "certificate-other"


def test_what_passes_the_proxy_is_written_to_no_file(workers: Workers, through: Client, tmp_path: Path):
    client = through(None)
    headers = {"Authorization": f"Bearer {workers.system('police-sys').token()}", "X-JWS-Signature": "none"}
    for size in (64 * 1024, 15 * 1024 * 1024):
        package = headers | {"Content-Type": "application/xml"}
        assert client.post("/v1/messages", content=b" " * size, headers=package).status_code == 400
    assert client.get("/openapi.json", params={"q": "QUERY"}).is_success
    assert "QUERY" not in (tmp_path / "access.log").read_text()
    assert "temporary file" not in (tmp_path / "nginx.log").read_text()
