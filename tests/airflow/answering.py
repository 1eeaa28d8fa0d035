"""Questions that a night puts to people, where they are answered, and what came of an answer at the hub."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote

import asyncpg

from tests.airflow.browsing import ask
from tests.airflow.live import LiveAirflow
from tests.live import LiveHub

DAG = "resolve_discrepancies"
_PATIENCE = 180.0
T = TypeVar("T")
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
    until = time.monotonic() + _PATIENCE
    while (put := _put(airflow, "batch.ask", f" {dataset} ")) is None:
        assert time.monotonic() < until, dataset
        time.sleep(0.5)
    batch = _BATCH.search(put["body"])
    assert batch, put["body"]
    return Question(put["task_instance"]["dag_run_id"], put["task_instance"]["map_index"], batch[0])


def second_question(airflow: LiveAirflow, asked: Question) -> str | None:
    """The headline for the second person, if it is put."""
    put = _put(airflow, "batch.second", asked.batch)
    return None if put is None else str(put["subject"])


def insist(
    airflow: LiveAirflow, asked: Question, task: str, answer: Callable[[], None], come: Callable[[], T | None]
) -> T:
    """Answer, and again where Airflow lost it and put the question anew, until something came of it."""
    answered: set[str] = set()
    until = time.monotonic() + _PATIENCE
    while (found := come()) is None:
        for put in _details(airflow):
            told = put["task_instance"]
            mine = (told["dag_run_id"], told["task_id"], told["map_index"]) == (asked.run, task, asked.index)
            if mine and not put["response_received"] and told["id"] not in answered:
                answer()
                answered.add(told["id"])
        assert time.monotonic() < until, (task, answered)
        time.sleep(0.5)
    return found


def _details(airflow: LiveAirflow) -> list[dict[str, Any]]:
    return list(airflow.get(f"/api/v2/dags/{DAG}/dagRuns/~/hitlDetails").json()["hitl_details"])


def _put(airflow: LiveAirflow, task: str, words: str) -> dict[str, Any] | None:
    for put in _details(airflow):
        if put["task_instance"]["task_id"] == task and words in f"{put['subject']}{put['body']}":
            return put
    return None


def told(hub: LiveHub, batch: str) -> asyncpg.Record | None:
    """The decision on a batch, once the units are told of it."""
    return ask(hub, "SELECT * FROM finding_decision WHERE batch = $1::text::uuid AND told IS NOT NULL", batch)
