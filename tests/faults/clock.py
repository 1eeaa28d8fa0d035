"""The clock of a machine that can be set while programs run on it: a small library preloaded into them."""

import os
import shutil
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).parent / "clock.c"


@dataclass(frozen=True)
class MovedClock:
    """`library` is preloaded; `file` holds by how many seconds the clock is off."""

    library: Path
    file: Path

    @classmethod
    def built(cls, folder: Path) -> "MovedClock | None":
        """The library compiled into a folder; None where there is no C compiler."""
        compiler = shutil.which("cc")
        if compiler is None:
            return None
        clock = cls(folder / "clock.so", folder / "clock")
        words = [compiler, "-shared", "-fPIC", "-O2", "-Wall", "-o", str(clock.library), str(SOURCE)]
        subprocess.run(words, check=True, capture_output=True)
        clock.file.write_bytes(struct.pack("=q", 0))
        return clock

    def move(self, seconds: float) -> None:
        """Set the clock, in every program that has the library, at once."""
        with self.file.open("r+b") as file:
            file.write(struct.pack("=q", round(seconds)))

    def environment(self) -> dict[str, str]:
        return {"LD_PRELOAD": os.fspath(self.library), "FAULTS_CLOCK": os.fspath(self.file)}
