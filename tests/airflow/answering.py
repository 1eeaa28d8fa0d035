"""Questions that a night puts to people, where they are answered, and what came of an answer at the hub."""

import re
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import asyncpg

from tests.airflow.browsing import ask
from tests.airflow.live import LiveAirflow
from tests.live import LiveHub

DAG = "resolve_discrepancies"
_PATIENCE = 180.0
_BATCH = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Question:
    """One question of a run. `index` is that of its mapped tasks."""

    run: str
    index: int
    batch: str

    def path(self, task: str) -> str:
        """The page on which a task of it is answered."""
        return f"{self._run}/tasks/{task}/mapped/{self.index}/required_actions"

    def tab(self, view: str) -> str:
        """A tab on its run."""
        return f"{self._run}/plugin/{view}"

    @property
    def _run(self) -> str:
        return f"/dags/{DAG}/runs/{quote(self.run)}"


def question_of(airflow: LiveAirflow, dataset: str) -> Question:
    """The question about the lists of a data set, once the first night puts it."""
    put = _put(airflow, "batch.ask", f" {dataset} ")
    batch = _BATCH.search(put["body"])
    assert batch, put["body"]
    return Question(put["task_instance"]["dag_run_id"], put["task_instance"]["map_index"], batch[0])


def second_question(airflow: LiveAirflow, asked: Question) -> str:
    """The headline for the second person, once it is put."""
    return str(_put(airflow, "batch.second", asked.batch)["subject"])


def _put(airflow: LiveAirflow, task: str, words: str) -> dict[str, Any]:
    until = time.monotonic() + _PATIENCE
    while True:
        told = airflow.get(f"/api/v2/dags/{DAG}/dagRuns/~/hitlDetails").json()["hitl_details"]
        for put in told:
            if put["task_instance"]["task_id"] == task and words in f"{put['subject']}{put['body']}":
                return dict(put)
        assert time.monotonic() < until, (task, words, told)
        time.sleep(0.5)


def told(hub: LiveHub, batch: str) -> asyncpg.Record:
    """The decision on a batch, once the units are told of it."""
    until = time.monotonic() + _PATIENCE
    query = "SELECT * FROM finding_decision WHERE batch = $1::text::uuid AND told IS NOT NULL"
    while (decided := ask(hub, query, batch)) is None:
        assert time.monotonic() < until
        time.sleep(0.5)
    return decided
