"""Certificates of clients as a TLS-terminating proxy hands them over (RFC 8705, RFC 9440).

Pure. Whether the proxy may be believed is the caller's question; here a header's value becomes the
thumbprint a token is bound to. The certificate's names, issuer and dates say nothing: the token is bound
to the key behind it, and the client is who its assertion proves.
"""

from functools import lru_cache
from hashlib import sha256
from typing import Final
from urllib.parse import unquote

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from hub.errors import Fault, Refused
from hub.trust import b64

_MAX: Final = 32 * 1024


@lru_cache(maxsize=256)
def certificate_thumbprint(value: str) -> str:
    """`x5t#S256` of the certificate in a header: `:base64:` of the DER, or PEM, percent-encoded or not.

    Raises Refused `token-invalid`, rule `certificate-form`.
    """
    if len(value) > _MAX:
        raise Refused("token-invalid", Fault("certificate-form"))
    try:
        if value.startswith(":") and value.endswith(":"):
            found = x509.load_der_x509_certificate(b64.decode_standard(value[1:-1]))
        else:
            found = x509.load_pem_x509_certificate(unquote(value, errors="strict").encode("ascii"))
    except ValueError as e:
        raise Refused("token-invalid", Fault("certificate-form")) from e
    return b64.encode(sha256(found.public_bytes(Encoding.DER)).digest())
