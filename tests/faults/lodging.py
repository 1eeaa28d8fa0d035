"""Where the ground of a run lies: a folder of its own, on a small tmpfs where that is possible."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from hub.store.embedded import destroy, remove_data_dir
from tests.faults.clock import MovedClock
from tests.faults.ground import Ground

PREFIX = "liantiao-faults-"
TMPFS_MB = 1500


@contextlib.asynccontextmanager
async def opened(relayed: bool, push: str) -> AsyncIterator[Ground]:
    """A ground of its own under /tmp; nothing of it is left afterwards."""
    ground = Ground(_folder(), relayed, push=push)
    ground.clock = MovedClock.built(ground.folder)
    ground.on_tmpfs = not relayed and _mounted(ground.data)
    try:
        await ground.start()
        yield ground
    finally:
        await ground.close()
        if ground.on_tmpfs:
            _unmount(ground.data)
        else:
            remove_data_dir(ground.data)
        shutil.rmtree(ground.folder, ignore_errors=True)


def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir="/tmp"))
    folder.chmod(0o711)  # the database's account passes through
    (folder / "data").mkdir(mode=0o700)
    return folder


def _mounted(folder: Path) -> bool:
    if os.geteuid() != 0:
        return False
    words = ["mount", "-t", "tmpfs", "-o", f"size={TMPFS_MB}m,mode=0700", "liantiao-faults", str(folder)]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def _unmount(folder: Path) -> None:
    destroy(folder)
    subprocess.run(["umount", str(folder)], capture_output=True, check=True)
