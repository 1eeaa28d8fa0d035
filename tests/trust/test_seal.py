"""Sealed values, wrapped keys and chunks: what goes in comes out of its own cell, unchanged, or not."""

import os
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.errors import Broken, Misconfigured
from hub.trust.seal import CHUNK, Sealer

KEK_A, KEK_B, INDEX = b"\x01" * 32, b"\x02" * 32, b"\x09" * 32
DEK = bytes(range(32))
CELL = "message|01980000-0000-7000-8000-000000000001|native"
SEALER = Sealer("k-a", {"k-a": KEK_A}, INDEX)
DISPUTE = UUID("01980000-0000-7000-8000-00000000000a")


@given(st.binary(max_size=3000), st.text(max_size=30))
def test_a_value_opens_in_its_cell(plain, cell):
    assert Sealer.open(DEK, cell, Sealer.seal(DEK, cell, plain)) == plain


@settings(deadline=None)
@given(st.binary(max_size=200), st.data())
def test_no_bit_can_be_flipped(plain, data):
    sealed = bytearray(Sealer.seal(DEK, CELL, plain))
    at = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[at // 8] ^= 1 << at % 8
    with pytest.raises(Broken, match="message"):
        Sealer.open(DEK, CELL, bytes(sealed))


@given(st.binary(max_size=100), st.integers(1, 60))
def test_nothing_can_be_cut_off_or_added(plain, n):
    sealed = Sealer.seal(DEK, CELL, plain)
    for changed in (sealed[:-n], sealed[n:], sealed + b"\x00" * n, b""):
        with pytest.raises(Broken):
            Sealer.open(DEK, CELL, changed)


@pytest.mark.parametrize(
    "other", [CELL + "x", CELL.replace("native", "document"), CELL.replace("001|", "002|"), ""]
)
def test_a_value_moved_to_another_cell_does_not_open(other):
    sealed = Sealer.seal(DEK, CELL, b"said")
    with pytest.raises(Broken):
        Sealer.open(DEK, other, sealed)


def test_another_key_does_not_open():
    with pytest.raises(Broken):
        Sealer.open(bytes(32), CELL, Sealer.seal(DEK, CELL, b"said"))


def test_equal_values_look_different():
    assert Sealer.seal(DEK, CELL, b"said") != Sealer.seal(DEK, CELL, b"said")


def test_text_is_compressed_and_noise_is_not():
    text = "郑测一与冯测二因相邻关系发生纠纷。".encode() * 50
    noise = os.urandom(1000)
    assert Sealer.open(DEK, CELL, Sealer.seal(DEK, CELL, text)) == text
    assert len(Sealer.seal(DEK, CELL, text)) < len(text) // 4
    assert len(Sealer.seal(DEK, CELL, noise)) == len(noise) + 1 + 12 + 16
    assert Sealer.seal(DEK, CELL, text)[:1] != Sealer.seal(DEK, CELL, noise)[:1]


@pytest.mark.parametrize("packed", [b"", b"\xff", b"\x05\x00\x00\x00\xff\xff\xff", b"\xff\xff\xff\xff1234"])
def test_an_authentic_value_that_does_not_unpack_is_broken(packed):
    sealed = b"\x01" + bytes(12) + AESGCM(DEK).encrypt(bytes(12), packed, b"\x01" + CELL.encode())
    with pytest.raises(Broken, match="compressed"):
        Sealer.open(DEK, CELL, sealed)


# ── keys ──────────────────────────────────────────────────────────────────────────────────────────────


def test_data_keys_are_new_each_time():
    assert len({SEALER.new_dek() for _ in range(50)}) == 50
    assert len(SEALER.new_dek()) == 32


@pytest.mark.parametrize("under", [None, b"\x05" * 32])
def test_a_wrapped_key_opens_under_its_key_in_its_cell(under):
    wrapped = SEALER.wrap(DEK, under, "message|1|dek")
    assert SEALER.unwrap(wrapped, under, "message|1|dek") == DEK
    for bad_under, bad_cell in ((under, "message|2|dek"), (b"\x06" * 32, "message|1|dek")):
        with pytest.raises(Broken):
            SEALER.unwrap(wrapped, bad_under, bad_cell)


def test_a_key_under_a_dispute_does_not_open_under_the_root_nor_the_other_way():
    under = b"\x05" * 32
    with pytest.raises(Broken):
        SEALER.unwrap(SEALER.wrap(DEK, under, "a"), None, "a")
    with pytest.raises(Broken):
        SEALER.unwrap(SEALER.wrap(DEK, None, "a"), KEK_A, "a")


@settings(deadline=None)
@given(st.sampled_from([None, b"\x05" * 32]), st.data())
def test_no_bit_of_a_wrapped_key_can_be_flipped(under, data):
    wrapped = bytearray(SEALER.wrap(DEK, under, "a"))
    at = data.draw(st.integers(0, len(wrapped) * 8 - 1))
    wrapped[at // 8] ^= 1 << at % 8
    with pytest.raises(Broken):
        SEALER.unwrap(bytes(wrapped), under, "a")


@pytest.mark.parametrize("wrapped", [b"", b"\x11", b"\x11\x03k-a", b"\x11\xff", b"\x12", bytes(80)])
def test_what_is_no_wrapped_key_does_not_open(wrapped):
    for under in (None, b"\x05" * 32):
        with pytest.raises(Broken):
            SEALER.unwrap(wrapped, under, "a")


def test_rotation_of_the_root_key():
    both = Sealer("k-b", {"k-a": KEK_A, "k-b": KEK_B}, INDEX)
    only = Sealer("k-b", {"k-b": KEK_B}, INDEX)
    old = SEALER.wrap(DEK, None, "a")
    assert both.unwrap(old, None, "a") == DEK
    new = both.rewrap(old, "a")
    assert only.unwrap(new, None, "a") == DEK
    assert both.rewrap(new, "a") == new
    with pytest.raises(Broken):
        only.unwrap(old, None, "a")
    with pytest.raises(Broken):
        both.rewrap(old, "b")


def test_a_dispute_key():
    key, wrapped = SEALER.new_dispute_key(DISPUTE)
    assert SEALER.dispute_key(DISPUTE, wrapped) == key
    assert Sealer("k-a", {"k-a": KEK_A}, INDEX).dispute_key(DISPUTE, wrapped) == key
    with pytest.raises(Broken):
        SEALER.dispute_key(uuid4(), wrapped)


def test_a_destroyed_dispute_key_is_gone_from_memory_too():
    sealer = Sealer("k-a", {"k-a": KEK_A}, INDEX)
    _, wrapped = sealer.new_dispute_key(DISPUTE)
    with pytest.raises(Broken):
        sealer.dispute_key(DISPUTE, b"")
    sealer.forget(DISPUTE)
    sealer.forget(DISPUTE)
    with pytest.raises(Broken):
        sealer.dispute_key(DISPUTE, wrapped[:-1])


def test_remembered_dispute_keys_are_bounded(monkeypatch):
    monkeypatch.setattr("hub.trust.seal._CACHED_KEYS", 2)
    sealer = Sealer("k-a", {"k-a": KEK_A}, INDEX)
    held = {d: sealer.new_dispute_key(d) for d in (uuid4(), uuid4(), uuid4())}
    assert len(sealer._disputes) == 2
    for dispute, (key, wrapped) in held.items():
        assert sealer.dispute_key(dispute, wrapped) == key


@pytest.mark.parametrize(
    ("kek_id", "keks", "index"),
    [("k-b", {"k-a": KEK_A}, INDEX), ("k-a", {"k-a": b"short"}, INDEX), ("k-a", {"k-a": KEK_A}, b"")],
)
def test_root_keys_have_32_bytes(kek_id, keks, index):
    with pytest.raises(Misconfigured):
        Sealer(kek_id, keks, index)


# ── files ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("plain", [b"", b"%PDF", os.urandom(CHUNK)])
def test_a_chunk_opens_in_its_place(plain):
    sealed = Sealer.seal_chunk(DEK, "blob|1", 3, last=True, plain=plain)
    assert Sealer.open_chunk(DEK, "blob|1", 3, last=True, sealed=sealed) == plain


@pytest.mark.parametrize(
    ("cell", "n", "last"), [("blob|1", 2, False), ("blob|1", 3, True), ("blob|2", 3, False)]
)
def test_chunks_cannot_be_swapped_nor_a_file_cut(cell, n, last):
    sealed = Sealer.seal_chunk(DEK, "blob|1", 3, last=False, plain=b"%PDF")
    with pytest.raises(Broken):
        Sealer.open_chunk(DEK, cell, n, last=last, sealed=sealed)


def test_a_chunk_has_its_size():
    with pytest.raises(Broken):
        Sealer.seal_chunk(DEK, "blob|1", 0, last=True, plain=bytes(CHUNK + 1))


def test_a_key_that_another_process_made_is_asked_for_before_it_is_refused():
    newer = Sealer("k-b", {"k-a": KEK_A, "k-b": KEK_B}, INDEX)
    wrapped, asked = newer.wrap(DEK, None, CELL), []

    def ask() -> None:
        asked.append(1)
        if len(asked) > 1:
            older.adopt("k-b", {"k-a": KEK_A, "k-b": KEK_B})

    older = Sealer("k-a", {"k-a": KEK_A}, INDEX, ask)
    own = older.wrap(DEK, None, CELL)
    with pytest.raises(Broken):
        older.unwrap(wrapped, None, CELL)
    assert older.unwrap(wrapped, None, CELL) == older.unwrap(own, None, CELL) == DEK
    assert older.wrap(DEK, None, CELL).startswith(newer.head)
    assert len(asked) == 2
    with pytest.raises(Broken):  # erased: no key at all was named
        older.unwrap(b"", None, CELL)
    assert len(asked) == 2
