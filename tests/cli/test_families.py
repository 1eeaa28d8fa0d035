"""The table of commands is what the modules bring, and cheap commands stay cheap."""

import subprocess
import sys

import pytest

from hub.cli.families import FAMILIES, family

HEAVY = ("fastapi", "uvicorn", "asyncpg", "pandas")


@pytest.mark.parametrize("module", sorted({module for module, _ in FAMILIES.values()}))
def test_the_table_names_what_the_module_brings(module: str):
    assert set(family(module)) == {name for name, (home, _) in FAMILIES.items() if home == module}


@pytest.mark.parametrize("words", [["--help"], ["evidence", "verify", "--help"]])
def test_help_and_verification_need_no_server_and_no_database(words: list[str]):
    program = (
        "import sys\nfrom hub.cli.main import app\n"
        f"try:\n    app({words!r})\nexcept SystemExit:\n    pass\n"
        f"sys.exit(','.join(m for m in {HEAVY!r} if m in sys.modules) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-400:]


def test_a_mistake_is_a_sentence_and_no_traceback(tmp_path):
    words = [sys.executable, "-m", "hub.cli", "--data-dir", str(tmp_path), "evidence", "verify", "none.zip"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
