"""Strict base64url (RFC 4648 section 5 without padding): one spelling for one value, anything else refused.

Pure. The library decoders skip foreign characters or accept padding and loose trailing bits, so that two
different texts could carry one signature.
"""

import binascii
from typing import Final

_TO_URL: Final = bytes.maketrans(b"+/", b"-_")
_TO_STANDARD: Final = bytes.maketrans(b"-_", b"+/")


def encode(data: bytes) -> str:
    """`data` as base64url without padding."""
    return binascii.b2a_base64(data, newline=False).translate(_TO_URL, b"=").decode("ascii")


def decode(text: str) -> bytes:
    """The bytes that `text` is the one canonical spelling of. Raises ValueError for anything else."""
    raw = text.encode("ascii").translate(_TO_STANDARD)
    data = binascii.a2b_base64(raw + b"=" * (-len(raw) % 4), strict_mode=True)
    if encode(data) != text:
        raise ValueError("not canonical base64url")
    return data


def decode_standard(text: str) -> bytes:
    """The bytes of standard base64 with padding (RFC 4648, 4), as RFC 9440 uses it. Raises ValueError."""
    return binascii.a2b_base64(text.encode("ascii"), strict_mode=True)
