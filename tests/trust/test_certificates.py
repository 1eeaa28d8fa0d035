"""What a proxy hands over as a client's certificate, and the thumbprint that is made of it."""

import base64
from datetime import timedelta
from hashlib import sha256
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import Refused
from hub.trust.certificates import certificate_thumbprint
from tests.trust.senders import NOW, b64


@pytest.fixture(scope="module")
def certificate() -> x509.Certificate:
    """Self-signed and expired: neither matters here."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    dated = made.serial_number(1).not_valid_before(NOW - timedelta(days=9)).not_valid_after(NOW)
    return dated.sign(key, SHA256())


def test_every_form_has_the_thumbprint_of_the_der(certificate):
    pem, der = (certificate.public_bytes(encoding) for encoding in (Encoding.PEM, Encoding.DER))
    wanted = b64(certificate.fingerprint(SHA256()))
    for value in (pem.decode(), quote(pem.decode(), safe=""), f":{base64.b64encode(der).decode()}:"):
        assert certificate_thumbprint(value) == wanted


def test_nothing_in_it_is_read(certificate):
    der = certificate.public_bytes(Encoding.DER)
    version = b"\xa0\x03\x02\x01"
    strange = der.replace(version + b"\x02", version + b"\x63", 1)  # version 100: a parser would stumble
    assert certificate_thumbprint(f":{base64.b64encode(strange).decode()}:") == b64(sha256(strange).digest())


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda raw: f":{base64.b64encode(raw).decode()}:"))
def test_any_text_is_refused_without_a_fault_of_ours(value):
    with pytest.raises(Refused):
        certificate_thumbprint(value)


def test_anything_else_is_refused(certificate):
    der = base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()
    pem = certificate.public_bytes(Encoding.PEM).decode()
    spoiled = (
        der,
        f":{der}",
        f":{der[:-8]}:",
        f":{der[:-4]}!!!!:",
        "-----BEGIN CERTIFICATE-----",
        pem + pem,
        pem[9:],
    )
    for value in ("", "x", "::", ":", "%E6", "测", "x" * 40_000, *spoiled):
        with pytest.raises(Refused) as caught:
            certificate_thumbprint(value)
        assert caught.value.faults[0].rule == "certificate-form"
