"""Cosignatures: the example of the specification, and everything that is not one."""

from base64 import b64decode
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.evidence.cosign import Witness
from hub.evidence.note import NoteError

TEXT = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
WITNESS = Witness("witness.example.com/w1", KEY.public_key().public_bytes_raw())
AT = 1679315147


def signed(text: str = TEXT, at: int = AT) -> bytes:
    return at.to_bytes(8) + KEY.sign(f"cosignature/v1\ntime {at}\n{text}".encode())


def test_a_cosignature_says_when():
    assert WITNESS.verify(TEXT, signed()) == datetime.fromtimestamp(AT, UTC)
    # Of the example at https://c2sp.org/tlog-cosignature the time is known, its key is not.
    example = b64decode(
        "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA=="
    )
    assert int.from_bytes(example[4:12]) == AT
    assert len(example[4:]) == len(signed())


def test_the_key_comes_back_from_its_line():
    assert Witness.from_vkey(WITNESS.vkey()) == WITNESS


@pytest.mark.parametrize(
    "wrong",
    [
        signed(TEXT.replace("20852163", "20852164")),
        (AT + 1).to_bytes(8) + signed()[8:],
        signed()[8:],
        b"",
        b"\xff" * 8 + signed()[8:],
    ],
)
def test_another_text_or_time_is_refused(wrong: bytes):
    with pytest.raises(NoteError):
        WITNESS.verify(TEXT, wrong)


@pytest.mark.parametrize(
    "vkey",
    ["", "a+b", WITNESS.vkey()[1:], "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"],
)
def test_another_key_is_refused(vkey: str):
    with pytest.raises(NoteError):
        Witness.from_vkey(vkey)
