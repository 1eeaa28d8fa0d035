"""An environment for a package that the house does not use: made in a temporary folder, gone after."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def own_python(*packages: str) -> Iterator[Path | str]:
    """The Python of a fresh environment with these packages, or why there is none."""
    with tempfile.TemporaryDirectory(prefix="liantiao-bench-") as folder:
        python = Path(folder) / "bin" / "python"
        made = subprocess.run([sys.executable, "-m", "venv", folder], check=False, capture_output=True)
        if made.returncode:
            yield "no environment can be made"
            return
        words = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages]
        installed = subprocess.run(words, check=False, capture_output=True, text=True)
        if installed.returncode:
            yield f"pip cannot install {', '.join(packages)}"
        else:
            yield python
