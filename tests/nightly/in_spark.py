"""Spark as tests start it: set for little work; its absence is a skip, and a failure where it is required."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

DEFAULTS = """
spark.master local[2]
spark.sql.shuffle.partitions 2
spark.driver.host 127.0.0.1
spark.driver.bindAddress 127.0.0.1
spark.driver.extraJavaOptions -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
"""


def missing() -> str:
    """What Spark lacks here; empty if it can run."""
    if find_spec("pyspark") is None:
        return "pyspark is not installed: make spark"
    return "" if shutil.which("java") else "there is no Java: apt-get install openjdk-17-jre-headless"


@contextmanager
def spark_for_little(folder: Path) -> Iterator[None]:
    """Its settings in a folder."""
    if missing():
        if os.environ.get("LIANTIAO_REQUIRE_SPARK"):
            pytest.fail(f"Spark is required here: {missing()}")
        pytest.skip(missing())
    (folder / "spark-defaults.conf").write_text(DEFAULTS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_CONF_DIR", str(folder))
        yield
