"""The engine against an oracle in pandas: on generated records of both sides, the same findings."""

import os
import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from hub.errors import Misconfigured
from hub.nightly import engine
from tests.nightly.comparing import SEEDS, by_engine, by_pandas, generated


@pytest.mark.parametrize("seed", SEEDS)
def test_the_engine_finds_what_the_oracle_finds(seed: int, tmp_path: Path):
    held, listed, covered = generated(seed)
    expected = by_pandas(held, listed, covered)
    assert by_engine(held, listed, covered, tmp_path) == expected
    assert list(tmp_path.iterdir()) == []


def test_the_generated_records_hold_every_kind():
    kinds = {found[0] for seed in SEEDS for found in by_pandas(*generated(seed))}
    assert kinds == {
        "missing_at_agency", "missing_at_hub", "stale_version", "field_mismatch", "status_contradiction",
        "duplicate", "orphan_reference",
    }  # fmt: skip


def test_without_pyspark_the_setting_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)  # as if it were not installed
    with pytest.raises(Misconfigured, match="NIGHT_ENGINE"), engine.engine(tmp_path, where="spark"):
        pass
    assert list(tmp_path.iterdir()) == []


def can_encrypt() -> bool:
    """Whether DuckDB's extension that encrypts is installed here."""
    with duckdb.connect() as connection:
        installed = "SELECT installed FROM duckdb_extensions() WHERE extension_name = 'httpfs'"
        return bool(connection.sql(installed).fetchall()[0][0])


def test_what_would_be_spilled_is_encrypted_or_stays_in_memory(tmp_path: Path):
    with engine.engine(tmp_path) as running:
        (folder,) = tmp_path.iterdir()
        assert folder.stat().st_mode & 0o777 == 0o700
        assert running.store.setting("temp_file_encryption") is True
        assert running.store.setting("temp_directory") == (str(folder) if can_encrypt() else "")
    assert list(tmp_path.iterdir()) == []


def test_what_memory_cannot_hold_goes_to_the_folder_named_as_safe(tmp_path: Path):
    safe = tmp_path / "safe"
    safe.mkdir()
    keys = pa.table({"key": pa.array(os.urandom(32) for _ in range(300_000))})
    with engine.engine(tmp_path, "16MB", safe) as running:
        for _ in range(4):
            running.load("listed", keys)
        assert [file for file in safe.rglob("*") if file.is_file()]
        assert [folder.name for folder in tmp_path.iterdir()] == ["safe"]
    assert list(safe.iterdir()) == []
