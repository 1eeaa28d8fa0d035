"""Certificates of clients as a TLS-terminating proxy hands them over (RFC 8705, RFC 9440).

Pure. Whether the proxy may be believed is the caller's question; here a header's value becomes the
thumbprint a token is bound to. Nothing in the certificate is read: the proxy has used it, the token is bound
to the key behind it, and the client is who its assertion proves.
"""

import re
from functools import lru_cache
from hashlib import sha256
from typing import Final
from urllib.parse import unquote

from hub.errors import Fault, Refused
from hub.trust import b64

_MAX: Final = 32 * 1024
_PEM: Final = re.compile(
    r"\s*-----BEGIN CERTIFICATE-----\s([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*", re.ASCII
)
_LENGTHS: Final = {b"\x30\x81": 1, b"\x30\x82": 2}
"""A DER sequence of 128 to 65535 bytes, as every certificate is: how it begins, bytes of its length."""


@lru_cache(maxsize=256)
def certificate_thumbprint(value: str) -> str:
    """`x5t#S256` of the certificate in a header: `:base64:` of the DER, or PEM, percent-encoded or not.

    Raises Refused `token-invalid`, rule `certificate-form`.
    """
    try:
        der = b64.decode_standard(_base64(value))
    except ValueError as e:
        raise Refused("token-invalid", Fault("certificate-form")) from e
    begins = 2 + _LENGTHS.get(der[:2], 0)
    if begins == 2 or int.from_bytes(der[2:begins], "big") != len(der) - begins:
        raise Refused("token-invalid", Fault("certificate-form"))
    return b64.encode(sha256(der).digest())


def _base64(value: str) -> str:
    if len(value) > _MAX:
        raise ValueError("size")
    if value.startswith(":") and value.endswith(":"):
        return value[1:-1]
    found = _PEM.fullmatch(unquote(value, errors="strict"))
    if found is None:
        raise ValueError("pem")
    return "".join(found[1].split())
