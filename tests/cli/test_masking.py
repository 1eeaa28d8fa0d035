"""`masking`: a text before it is published."""

import json
import subprocess
import sys
from pathlib import Path

TEXT = "郑测一与冯测二相邻,郑测一住测试路1号,电话10000000001。\n"


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hub.cli", *words], capture_output=True, text=True, check=False
    )


def test_the_rules_are_shown():
    listed = json.loads(run("--json", "masking").stdout)
    assert len(listed) == 15
    assert {"item", "code", "source", "status"} <= set(listed[0])


def test_a_text_is_rewritten_and_what_is_left_is_said(tmp_path: Path):
    file = tmp_path / "case.txt"
    file.write_text(TEXT, "utf-8")
    done = run("masking", str(file), "--name", "郑测一", "--name", "冯测二")
    assert done.returncode == 1
    assert done.stdout == TEXT.replace("郑测一", "郑某").replace("冯测二", "冯某")
    assert "phone" in done.stderr
    assert "address" in done.stderr
    assert "10000000001" not in done.stderr
    file.write_text("甲乙两户相邻。", "utf-8")
    assert run("masking", str(file)).returncode == 0
    assert "Traceback" not in run("masking", str(tmp_path / "none.txt")).stderr
