"""`python -m tests.fuzz [REQUESTS] [SEED]`: requests to every endpoint for each role, 50,000 by default.

Ends with 1 when anything was answered 5xx or against the OpenAPI document. Prints which share of each
endpoint's requests was answered 2xx.
"""

import sys
import tempfile
import time
from pathlib import Path
from random import SystemRandom

from hypothesis import given, seed, settings
from hypothesis import strategies as st

from tests.contract.kit import Hub
from tests.fuzz.running import Run, begun, with_night
from tests.hostile.test_damaged import SHORT, test_damaged_files_are_read_or_refused

DAMAGED = 20_000


def main(requests: int, number: int) -> int:
    """Drives all endpoints in rounds, with progress."""
    with tempfile.TemporaryDirectory(prefix="liantiao-fuzz-") as folder:
        hub = Hub(Path(folder) / "data")
        hub.data_dir.mkdir()
        ground = begun(hub)
        with_night(ground)
        run = Run(ground)
        began = time.monotonic()
        try:
            while run.tally.requests < requests:
                run.round(number, often=20, seldom=4)
                number += 1
                print(f"{run.tally.requests} requests, {time.monotonic() - began:.0f} s", flush=True)
        except KeyboardInterrupt:
            print("stopped: what was answered until then", flush=True)
        finally:
            hub.close()
    print(run.report())
    readers(number)
    return 1 if run.tally.wrong else 0


def readers(number: int) -> None:
    """Damaged files of every agency; raises what a reader lets through."""
    inner = test_damaged_files_are_read_or_refused.hypothesis.inner_test
    seed(number)(settings(SHORT, max_examples=DAMAGED)(given(st.data())(inner)))()
    print(f"{DAMAGED} damaged files: read, or refused")


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    first = int(sys.argv[2]) if len(sys.argv) > 2 else SystemRandom().randrange(2**31)
    print(f"seed {first}")
    sys.exit(main(wanted, first))
