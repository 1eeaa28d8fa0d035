"""Hostile files: every reader refuses them in its time and memory, as a problem and never with a traceback.

The bounds are those of the promise. Time is the kernel's limit of processor seconds, four times what is
promised: a reader that needs more than that is ended, and its case fails.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from typing import Any

import pytest

from tests.hostile.runner import DOORS

MEMORY = {"pdf": 512}
"""MB that a file may cost, where it is more than 64."""
HARMLESS = {
    ("json", "many-names"), ("json", "long-fraction"), ("json", "escapes"),
    ("json", "one-wide-letter"), ("xml-coded", "many"),
    ("xml-coded", "attributes"), ("pdf", "zip"),
}  # fmt: skip
"""Strange, and within every limit: taken."""
TOGETHER = (
    ("json", "json-native", "form", "jws", "jwt", "media"), ("xml", "xml-coded"), ("csv", "dbf", "zip"),
    ("xlsx", "pdf"),
)  # fmt: skip


def read(*doors: str) -> list[dict[str, Any]]:
    """What became of every case of these doors."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile.runner", *doors],
        capture_output=True,
        text=True,
        check=True,
        env=dict(os.environ),
    )
    assert not done.stderr, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_every_door_is_tried():
    tried = [door for group in TOGETHER for door in group]
    assert Counter(tried) == Counter(list(DOORS))


@pytest.mark.parametrize("doors", TOGETHER, ids="-".join)
def test_hostile_files_are_refused_in_time_and_memory(doors: tuple[str, ...]):
    found = read(*doors)
    assert {told["door"] for told in found} == set(doors)
    wrong = [
        told
        for told in found
        if told["grown"] > MEMORY.get(told["door"], 64)
        or not told["outcome"].startswith(
            "taken" if (told["door"], told["case"]) in HARMLESS else "refused: "
        )
    ]
    assert wrong == []
