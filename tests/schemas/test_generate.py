import shutil
from pathlib import Path

import pytest

from schemas import generate


def test_generated_files_are_those_in_the_repository() -> None:
    assert generate.differing() == []
    assert generate.main(["--check"]) == 0


def test_two_runs_write_the_same() -> None:
    assert generate.outputs() == generate.outputs()


def test_a_changed_or_foreign_file_is_named(tmp_path: Path) -> None:
    for path in generate.outputs():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(generate.ROOT / path, tmp_path / path)
    shutil.copytree(generate.ROOT / "hub/law/machines", tmp_path / "hub/law/machines")
    assert generate.differing(tmp_path) == []
    (tmp_path / "schemas/types/codes.py").write_text("", encoding="utf-8")
    (tmp_path / "schemas/types/old.py").write_text("", encoding="utf-8")
    (tmp_path / "docs/kinds.md").unlink()
    assert sorted(generate.differing(tmp_path)) == [
        "docs/kinds.md",
        "schemas/types/codes.py",
        "schemas/types/old.py",
    ]


def test_check_says_what_is_out_of_date(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(generate, "differing", lambda: ["schemas/types/codes.py"])
    assert generate.main(["--check"]) == 1
    assert "schemas/types/codes.py" in capsys.readouterr().err
