"""`liantiao linkage train`: a labelled file becomes parameters, or a sentence."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.linkage_data import generated
from hub.nightly.linkage import model


def train(folder: Path, lines: list[str]) -> subprocess.CompletedProcess[str]:
    (folder / "labelled.jsonl").write_text("\n".join(lines), "utf-8")
    words = [
        "linkage",
        "train",
        str(folder / "labelled.jsonl"),
        "--version",
        "t",
        "--out",
        str(folder / "made.json"),
    ]
    program = [sys.executable, "-m", "hub.cli", "--data-dir", str(folder / "data"), *words, "--json"]
    return subprocess.run(program, capture_output=True, text=True, check=False)


def test_a_labelled_file_becomes_parameters(tmp_path: Path):
    done = train(tmp_path, [json.dumps(vars(one)) for one in generated(200, 5)])
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["records"] == 400
    made = model.load(tmp_path / "made.json")
    assert made.weight("persons", 8) > made.weight("persons", 0)


@pytest.mark.parametrize("lines", [["{"], ["{}"], [json.dumps(vars(next(generated(1, 5))))]])
def test_what_is_not_labelled_is_a_sentence(tmp_path: Path, lines: list[str]):
    done = train(tmp_path, lines)
    assert done.returncode == 1
    assert "labelled.jsonl" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "made.json").exists()
