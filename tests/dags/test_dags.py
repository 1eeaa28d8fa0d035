"""The DAG files: all are read, each with its schedule, retries, callback and words; they stay thin."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from hub.nightly import airflow_tools as tools

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "dags").glob("*.py"))
SCHEDULES = {
    "collect_snapshots": "30 0 * * *",
    "prove_completeness": "15 1 * * *",
    "link_disputes": "45 1 * * *",
    "screen_false_litigation": "15 2 * * *",
    "watch_deadlines": "0 * * * *",
    "conference_report": "0 4 1 * *",
    "assess_mediators": "0 5 1 1,4,7,10 *",
    "retention": "30 3 * * 1",
    "reconcile": "liantiao://snapshots",
    "share_data": "liantiao://reconciled",
    "resolve_discrepancies": "liantiao://reconciled",
}
JOBS = {
    "collect_snapshots": {"collect.groups", "collect.collect"},
    "reconcile": {"collect.groups", "reconcile.reconcile"},
    "prove_completeness": {"completeness.prove"},
    "link_disputes": {"linkage.link"},
    "screen_false_litigation": {"screening.screen"},
    "watch_deadlines": {"deadlines.watch"},
    "conference_report": {"conference.report"},
    "assess_mediators": {"assessment.assess"},
    "retention": {"retention.expire"},
    "share_data": {"share.share"},
    "resolve_discrepancies": {"resolve.batches", "resolve.propose", "resolve.decide"},
}


def test_every_file_is_read_and_brings_one_dag(bag: Any) -> None:
    assert bag.import_errors == {}
    assert set(bag.dags) == set(SCHEDULES) == {file.stem for file in FILES}


@pytest.mark.parametrize("name", sorted(SCHEDULES))
def test_each_runs_when_it_should_one_at_a_time(bag: Any, name: str) -> None:
    dag = bag.dags[name]
    timetable = dag.timetable
    expression = getattr(timetable, "expression", None)
    if expression is None:
        assert [asset.name for asset in timetable.asset_condition.objects] == [SCHEDULES[name]]
    else:
        assert expression == SCHEDULES[name]
        assert timetable.timezone == "Asia/Shanghai"
    assert dag.max_active_runs == 1
    assert dag.catchup is False


@pytest.mark.parametrize("name", sorted(SCHEDULES))
def test_each_task_tries_again_and_tells_when_it_fails_for_good(bag: Any, name: str) -> None:
    from hub.nightly.airflow_question import RETRIES, Question  # Airflow is imported in its own folder only

    once = {"batch.second_needed", "batch.decide"}  # what a person answered is carried out once
    for task in bag.dags[name].tasks:
        wanted = RETRIES if isinstance(task, Question) else 0 if task.task_id in once else tools.RETRIES
        assert task.retries == wanted, task.task_id
        told = task.on_failure_callback  # a list, but for mapped tasks
        assert tools.notify in (told if isinstance(told, list) else [told]), task.task_id


@pytest.mark.parametrize("name", sorted(SCHEDULES))
def test_each_says_in_chinese_what_it_does(bag: Any, name: str) -> None:
    dag = bag.dags[name]
    assert len(re.findall(r"[\u4e00-\u9fff]", dag.doc_md)) > 60
    assert "联调" in dag.tags
    assert re.search(r"[\u4e00-\u9fff]", dag.dag_display_name)


@pytest.mark.parametrize(
    "name", ["collect_snapshots", "reconcile", "share_data", "conference_report", "resolve_discrepancies"]
)
def test_mapped_tasks_are_named(bag: Any, name: str) -> None:
    mapped = [t for t in bag.dags[name].tasks if t.is_mapped or t.task_id in ("batch.ask", "batch.second")]
    assert mapped
    assert [t.task_id for t in mapped if not t.map_index_template] == []


@pytest.mark.parametrize(
    ("given", "fits"),
    [
        ({}, True),
        ({"tier": "town", "unit": "5001990100", "period": "2026-10"}, True),
        ({"tier": "province"}, False),
        ({"unit": "../../x"}, False),
        ({"period": "2026Q4"}, True),
        ({"period": "去年"}, False),
    ],
)
def test_the_report_takes_a_form(bag: Any, given: dict[str, str], fits: bool) -> None:
    from airflow.sdk.definitions.param import ParamsDict
    from airflow.sdk.exceptions import ParamValidationError

    params = bag.dags["conference_report"].params
    form = ParamsDict({name: params.get_param(name) for name in ("tier", "unit", "period")})
    if fits:
        form.update(given)
        form.validate()
        return
    with pytest.raises(ParamValidationError):
        form.update(given)


def test_what_may_stay_empty_is_not_asked_for(bag: Any) -> None:
    """Airflow's form refuses an empty field of a type without null."""
    params = {
        f"{name}.{field}": dag.params.get_param(field)
        for name, dag in bag.dags.items()
        for field in dag.params
    }
    assert {"conference_report.unit", "conference_report.period", "assess_mediators.period"} <= params.keys()
    assert [
        place
        for place, param in params.items()
        if param.value in {"", None} and "null" not in param.schema["type"]
    ] == []


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_files_are_thin(file: Path) -> None:
    text = file.read_text("utf-8")
    code = re.sub(r'"""[\s\S]*?"""', "", text)
    assert len([line for line in code.splitlines() if line.strip()]) <= 80
    tree = ast.parse(text)
    top = {node.module for node in tree.body if isinstance(node, ast.ImportFrom) and node.module}
    assert {m for m in top if m.startswith("hub.")} <= {
        "hub.nightly",
        "hub.nightly.night",
        "hub.nightly.airflow_question",
    }
    inside = {
        f"{node.module.removeprefix('hub.nightly.')}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node not in tree.body
        if node.module and node.module.startswith("hub.nightly.")
        for alias in node.names
    }
    assert inside == JOBS[file.stem]
