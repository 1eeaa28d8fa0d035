"""A worker for hostile files: no memory to waste, no file to write, and this copy of the hub."""

import subprocess
import sys
from pathlib import Path

from hub import confined

LIMITED = """
import sys
from hub.confined import confine
confine(5, 512 << 20)
done = 0
try: bytearray(600 << 20)
except MemoryError: done += 1
try: open(sys.argv[1], 'wb', 0).write(b'x')
except OSError: done += 1
sys.exit(40 + done)
"""


def test_what_is_confined_can_harm_nothing(tmp_path: Path) -> None:
    child = subprocess.run([sys.executable, "-c", LIMITED, tmp_path / "written"], check=False)
    assert child.returncode == 42


def test_a_worker_is_of_the_same_copy_whatever_the_environment_says(tmp_path: Path) -> None:
    (tmp_path / "hub").mkdir()
    (tmp_path / "hub" / "__init__.py").write_text("raise SystemExit(9)")
    asked = subprocess.run(
        confined.command("hub.confined"), check=False, cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)}
    )
    assert asked.returncode == 0
