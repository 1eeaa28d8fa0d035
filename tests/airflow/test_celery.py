"""A night's job on a Celery worker: one of our DAGs, mapped over agencies, sent through Redis."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from hub.cli.airflow.home import Home, prepare
from hub.store.address import Address
from hub.store.migrate import create_database
from tests.airflow.browsing import ask, asked
from tests.airflow.workers import Programs, airflow, broker, programs, redis_program
from tests.live import LiveHub, free_port

NAME = "celery_metadata"
DAG = "/api/v2/dags/collect_snapshots"


@pytest.fixture(scope="session")
def redis() -> str:
    """Asked for first: without Redis nothing else is begun."""
    return redis_program()


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Programs]:
    with programs(tmp_path) as started:
        yield started


def test_a_mapped_job_runs_on_the_worker(
    redis: str, hub: LiveHub, server: Address, started: Programs, tmp_path: Path
):
    begun, made = datetime.now(UTC), prepare(tmp_path, free_port())
    asyncio.run(create_database(server, NAME, "template1"))
    metadata = server.url("admin", NAME)
    driver = metadata.replace("postgresql://", "postgresql+psycopg2://", 1)
    of_hub = {name: said for name, said in hub.environment.items() if name.startswith("LIANTIAO_")}
    celery = {
        "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "True",
        "AIRFLOW__CELERY__BROKER_URL": broker(started, redis),
        "AIRFLOW__CELERY__RESULT_BACKEND": f"db+{driver}",
    }
    airflow(started, {**made.environment(driver, of_hub), **celery})
    with httpx.Client(base_url=made.url, timeout=60) as api:
        found = ran(api, made, started)
    cells = [task for task in found if task["task_id"] == "collect"]
    assert len(cells) >= 3
    # Every task went to the worker, which notes its end last; the hub has the job once for each cell.
    ends = "SELECT count(*) = count(*) FILTER (WHERE status = 'SUCCESS'), count(*) FROM celery_taskmeta"
    told = started.until(lambda: (row := asyncio.run(asked(metadata, ends)))[0] and row)
    assert told[1] == len(found)
    done = "SELECT count(DISTINCT part) FROM night_run WHERE job = $1 AND state = 'done' AND started_at >= $2"
    assert ask(hub, done, "collect_snapshots", begun)[0] == len(cells)


def ran(api: httpx.Client, made: Home, started: Programs) -> list[dict[str, Any]]:
    """Log in, let the DAG loose (it runs for the latest night), wait for its end: its tasks."""

    def told(method: str, path: str, **said: Any) -> Any:
        try:
            answer = api.request(method, path, json=said or None)
        except httpx.TransportError:
            return None
        return answer.json() if answer.is_success else None

    account = {"username": "admin", "password": made.accounts["admin"]}
    head = started.until(lambda: told("POST", "/auth/token", **account))
    api.headers["Authorization"] = f"Bearer {head['access_token']}"
    started.until(lambda: told("PATCH", DAG, is_paused=False))

    def ended() -> Any:
        runs = [run for run in (told("GET", f"{DAG}/dagRuns") or {}).get("dag_runs", ()) if run["end_date"]]
        return runs[0] if runs else None

    run = started.until(ended)
    assert run["state"] == "success", started.said(["scheduler", "worker"])
    return list(told("GET", f"{DAG}/dagRuns/{run['dag_run_id']}/taskInstances")["task_instances"])
