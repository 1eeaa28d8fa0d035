"""What a proxy hands over as a client's certificate, and the thumbprint that is made of it."""

import base64
from datetime import timedelta
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

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


def test_anything_else_is_refused(certificate):
    der = base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()
    spoiled = (der, f":{der}", f":{der[:-8]}:", f":{der[:-4]}!!!!:", "-----BEGIN CERTIFICATE-----")
    for value in ("", "x", "::", ":", "%E6", "测", "x" * 40_000, *spoiled):
        with pytest.raises(Refused) as caught:
            certificate_thumbprint(value)
        assert caught.value.faults[0].rule == "certificate-form"
