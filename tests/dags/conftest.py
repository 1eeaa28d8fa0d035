"""Airflow for one process: its folder, its SQLite metadata, settings made before it is imported."""

import json
import os
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
TRIAL = Path(__file__).parent / "trial"


def _bundle(name: str, folder: Path) -> dict[str, Any]:
    path = "airflow.dag_processing.bundles.local.LocalDagBundle"
    return {"name": name, "classpath": path, "kwargs": {"path": str(folder), "refresh_interval": 0}}


@pytest.fixture(scope="session")
def airflow_home() -> Iterator[Path]:
    """The environment in which Airflow may be imported; before, it would use the folder of whoever tests."""
    assert "airflow" not in sys.modules, "imported while tests were collected"
    with tempfile.TemporaryDirectory(prefix="liantiao-dags-") as folder:
        os.environ.update(
            AIRFLOW_HOME=folder,
            AIRFLOW__CORE__UNIT_TEST_MODE="True",
            AIRFLOW__CORE__LOAD_EXAMPLES="False",
            AIRFLOW__CORE__DAGS_FOLDER=str(ROOT / "dags"),
            AIRFLOW__CORE__PLUGINS_FOLDER=str(ROOT / "dags" / "plugins"),
            AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST=json.dumps(
                [_bundle("trial", TRIAL), _bundle("dags", ROOT / "dags")]
            ),
            AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=f"sqlite:///{folder}/airflow.db",
            AIRFLOW__LOGGING__LOGGING_LEVEL="WARNING",
        )
        yield Path(folder)


@pytest.fixture(scope="session")
def bag(airflow_home: Path) -> Any:  # noqa: ARG001  the environment, before the import
    """The DAG files as Airflow reads them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Airflow's own imports
        from airflow.dag_processing.dagbag import DagBag

        return DagBag(str(ROOT / "dags"))


@pytest.fixture(scope="session")
def trial(bag: Any) -> Any:  # noqa: ARG001  once Airflow is imported
    """DAGs as thin as ours around a job of the tests, and Airflow's tables for their runs in this process."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Airflow's own imports
        from airflow.dag_processing.dagbag import DagBag
        from airflow.utils.db import initdb

        initdb()
        return DagBag(str(TRIAL))
