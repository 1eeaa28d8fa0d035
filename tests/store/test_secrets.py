"""The key file and the passwords: made once, closed to others, never guessed anew."""

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from hub.errors import Misconfigured
from hub.store.secrets import ROLES, load, prepare


def test_they_are_made_once_and_closed(tmp_path: Path) -> None:
    made = prepare(tmp_path / "a" / "data")
    assert prepare(tmp_path / "a" / "data") == made == load(tmp_path / "a" / "data")
    assert stat.S_IMODE((tmp_path / "a" / "data").stat().st_mode) == 0o700
    for name in ("kek", "passwords"):
        assert stat.S_IMODE((tmp_path / "a" / "data" / name).stat().st_mode) == 0o600
    assert len(made.kek) == len(made.index_key) == 32
    assert len({*made.passwords.values()}) == len(ROLES)


def test_they_do_not_show_themselves(tmp_path: Path) -> None:
    made = prepare(tmp_path / "data")
    shown = repr(made)
    assert made.kek_id in shown
    assert made.passwords["admin"] not in shown
    assert "keks" not in shown


def test_an_empty_folder_is_closed_a_used_one_left_alone(tmp_path: Path) -> None:
    empty, used = tmp_path / "empty", tmp_path / "used"
    for folder in (empty, used):
        folder.mkdir(mode=0o755)
    (used / "file").touch()
    prepare(empty)
    prepare(used)
    assert stat.S_IMODE(empty.stat().st_mode) == 0o700
    assert stat.S_IMODE(used.stat().st_mode) == 0o755


def test_processes_at_once_agree(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from hub.store.secrets import prepare; "
        "s = prepare(Path(sys.argv[1])); print(s.kek.hex(), s.passwords['hub'])"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path / "data")], stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    assert len({p.communicate()[0] for p in started}) == 1


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"current": "a", "keys": {}, "index": ""}', '{"keys": 5}']
)
def test_a_damaged_file_is_named(tmp_path: Path, content: str) -> None:
    prepare(tmp_path)
    (tmp_path / "kek").write_text(content)
    with pytest.raises(Misconfigured, match="kek"):
        load(tmp_path)


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    prepare(tmp_path)
    keys = json.loads((tmp_path / "kek").read_text())
    keys["keys"][keys["current"]] = "AAAA"
    (tmp_path / "kek").write_text(json.dumps(keys))
    with pytest.raises(Misconfigured, match="kek"):
        load(tmp_path)


def test_a_file_open_to_others_is_refused(tmp_path: Path) -> None:
    prepare(tmp_path)
    (tmp_path / "kek").chmod(0o644)
    with pytest.raises(Misconfigured, match="chmod 600"):
        load(tmp_path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="kek"):
        load(tmp_path)
