"""The keys of one process: it follows the file, and nobody takes away a key it wraps under."""

import json
import stat

import pytest

from hub.errors import Misconfigured
from hub.store import held_keys
from hub.store.held_keys import HeldKeys, changing, unused
from hub.store.secrets import add_kek, load, new_kek_id, prepare, remove_kek

CELL = "blob|1|dek"


def test_a_process_follows_the_file_and_opens_what_was_before(tmp_path):
    before = prepare(tmp_path)
    with HeldKeys.open(tmp_path) as keys:
        old = keys.sealer.wrap(before.kek, None, CELL)
        name = new_kek_id()
        add_kek(tmp_path, name)
        assert keys.sealer.wrap(before.kek, None, CELL).startswith(old[:14])
        keys.follow()
        assert name.encode() in keys.sealer.head
        assert keys.sealer.unwrap(old, None, CELL) == before.kek
    found = load(tmp_path)
    assert (found.kek_id, set(found.keks)) == (name, {name, before.kek_id})
    assert found.index_key == before.index_key
    assert stat.S_IMODE((tmp_path / "kek").stat().st_mode) == 0o600


def test_what_another_process_wrapped_under_a_newer_key_opens_at_once(tmp_path):
    key = prepare(tmp_path).kek
    with HeldKeys.open(tmp_path) as slow:
        add_kek(tmp_path, new_kek_id())
        with HeldKeys.open(tmp_path) as quick:
            wrapped = quick.sealer.wrap(key, None, CELL)
        assert slow.sealer.unwrap(wrapped, None, CELL) == key


def test_a_key_counts_as_used_until_what_was_just_wrapped_is_written(tmp_path, monkeypatch):
    old = prepare(tmp_path).kek_id
    with HeldKeys.open(tmp_path) as keys:
        add_kek(tmp_path, new_kek_id())
        with unused(tmp_path, old) as free:
            assert not free
        keys.follow()
        with unused(tmp_path, old) as free:
            assert not free
        monkeypatch.setattr(held_keys, "LINGER", -1.0)
        keys.follow()
        with unused(tmp_path, old) as free:
            assert free
            with HeldKeys.open(tmp_path):  # under the new key: the old one is nobody's any more
                pass
        remove_kek(tmp_path, old)
    assert old not in load(tmp_path).keks


def test_a_damaged_file_leaves_a_process_its_keys(tmp_path):
    key = prepare(tmp_path).kek
    with HeldKeys.open(tmp_path) as keys:
        wrapped = keys.sealer.wrap(key, None, CELL)
        (tmp_path / "kek").write_text("{")
        keys.follow()
        assert keys.sealer.unwrap(wrapped, None, CELL) == key


def test_the_key_in_use_stays(tmp_path):
    found = prepare(tmp_path)
    with pytest.raises(Misconfigured, match=found.kek_id):
        remove_kek(tmp_path, found.kek_id)
    assert json.loads((tmp_path / "kek").read_text())["current"] == found.kek_id


def test_one_rotation_at_a_time(tmp_path):
    prepare(tmp_path)
    with changing(tmp_path), pytest.raises(Misconfigured), changing(tmp_path):
        pass
    with changing(tmp_path):
        pass
