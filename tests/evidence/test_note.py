"""Signed notes and checkpoints against the published vectors, and everything that is not one."""

from base64 import b64decode, b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.evidence.note import Checkpoint, NoteError, Signer, Verifier, parse_checkpoint, split

# golang.org/x/mod/sumdb/note, the reference implementation's own key and note.
VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SEED = b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
SIGNATURE = (
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
)
NOTE = f"{TEXT}\n{SIGNATURE}\n"
# The example of https://c2sp.org/tlog-checkpoint.
CHECKPOINT = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
CHECKPOINT_SIGNATURE = (
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8="
)


@pytest.fixture
def signer():
    return Signer("127.0.0.1:8040", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


def test_the_reference_note_opens():
    assert Verifier.from_vkey(VKEY).open(NOTE) == TEXT


def test_the_reference_note_is_reproduced_byte_for_byte():
    signer = Signer("PeterNeumann", Ed25519PrivateKey.from_private_bytes(SEED))
    assert signer.sign(TEXT) == NOTE
    assert signer.verifier.vkey() == VKEY


def test_every_mangling_of_the_verifier_key_is_refused():
    pieces = {VKEY[i:j] for i in range(len(VKEY)) for j in range(i, len(VKEY) + 1)} - {VKEY}
    changed = {VKEY[:i] + chr(ord(c) + 1) + VKEY[i + 1 :] for i, c in enumerate(VKEY)}
    wrong_length = "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY=="
    unknown_type = "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    for bad in [*pieces, *changed, wrong_length, unknown_type, "", "+", "++", f" {VKEY}", f"{VKEY}\n"]:
        with pytest.raises(NoteError):
            Verifier.from_vkey(bad)


def test_every_changed_character_of_a_note_is_refused():
    verifier = Verifier.from_vkey(VKEY)
    for i, c in enumerate(NOTE):
        for other in (chr(ord(c) ^ 1), " ", "\n"):
            changed = NOTE[:i] + other + NOTE[i + 1 :]
            if changed != NOTE:
                with pytest.raises(NoteError):
                    verifier.open(changed)


@pytest.mark.parametrize(
    "note",
    [
        "",
        TEXT,
        NOTE[:-1],
        NOTE + "\n",
        NOTE + "x\n",
        NOTE.replace("\n\n", "\n"),
        NOTE.replace("— ", "- "),
        NOTE.replace("\n", "\r\n"),
        NOTE + "— other \n",
        NOTE + "— other AAAA\n",
        NOTE + "— o+ther AAAAAAAA\n",
        TEXT + "\n" + (SIGNATURE + "\n") * 40,
        "x" * 70_000 + "\n\n" + SIGNATURE + "\n",
        NOTE.replace("wJnAM=", "wJnAN="),  # the same bytes, written another way
    ],
)
def test_what_is_not_a_note(note):
    with pytest.raises(NoteError):
        Verifier.from_vkey(VKEY).open(note)


def test_signatures_of_unknown_keys_are_passed_over():
    other = b64encode(bytes(4) + bytes(64)).decode()
    note = f"{TEXT}\n— witness.example {other}\n{SIGNATURE}\n— PeterNeumann {other}\n"
    assert Verifier.from_vkey(VKEY).open(note) == TEXT
    assert len(split(note)[1]) == 3


def test_one_wrong_signature_of_the_known_key_refuses_the_note():
    wrong = b64encode(bytes.fromhex("c74f20a3") + bytes(64)).decode()
    with pytest.raises(NoteError, match="wrong"):
        Verifier.from_vkey(VKEY).open(f"{NOTE}— PeterNeumann {wrong}\n")


def test_the_example_checkpoint():
    checkpoint = parse_checkpoint(CHECKPOINT)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.text() == CHECKPOINT
    text, signatures = split(f"{CHECKPOINT}\n{CHECKPOINT_SIGNATURE}\n")
    assert text == CHECKPOINT
    assert [name for name, _, _ in signatures] == ["example.com/behind-the-sofa"]
    assert parse_checkpoint(CHECKPOINT + "extension\n") == checkpoint


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        "a\n1\nAAAA\n",
        CHECKPOINT[:-1],
        CHECKPOINT + "\n",
        CHECKPOINT.replace("20852163", "020852163"),
        CHECKPOINT.replace("20852163", "-1"),
        CHECKPOINT.replace("20852163", "1.0"),
        CHECKPOINT.replace("20852163", "٣"),
        CHECKPOINT.replace("20852163", "9" * 30),
        CHECKPOINT.replace("xq2I=", "xq2J="),
        "\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
    ],
)
def test_what_is_not_a_checkpoint(text):
    with pytest.raises(NoteError):
        parse_checkpoint(text)


def test_a_checkpoint_goes_round(signer):
    checkpoint = Checkpoint(signer.name, 7, bytes(range(32)))
    note = signer.sign(checkpoint.text())
    verifier = Verifier.from_vkey(signer.verifier.vkey())
    assert verifier.checkpoint(note) == checkpoint


def test_a_checkpoint_of_another_origin_is_refused(signer):
    note = signer.sign(Checkpoint("hub.example", 7, bytes(32)).text())
    with pytest.raises(NoteError, match="another log"):
        signer.verifier.checkpoint(note)


@pytest.mark.parametrize("text", ["no newline", "tab\there\n", "nul\0\n"])
def test_what_cannot_be_signed(signer, text):
    with pytest.raises(NoteError):
        signer.sign(text)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u3000b"])
def test_what_is_not_a_key_name(name, signer):
    with pytest.raises(NoteError):
        Signer(name, signer.key)
