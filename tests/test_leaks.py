"""The check at the end of the run finds what it is for, and nothing else."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import pytest

from tests.leaks import leaks_in, persons_in


@pytest.mark.parametrize("person", ["郑测一", "500000196803059010", "10000000001"])
@pytest.mark.parametrize(
    "written", [str, quote, json.dumps, lambda p: f'{{"name":"{p}"}}', lambda p: f"?name={p}&x=1"]
)
def test_a_person_is_found_however_it_is_written(person, written):
    assert persons_in(f"2026-11-27T10:00:00Z INFO {written(person)} and more") == {person}


@pytest.mark.parametrize(
    "text",
    [
        "重庆市示例区测试镇一号村",
        "预测一 观测值 郑测试镇",
        "500000196803059011",
        "5000001968030590101",
        "GET /v1/blobs/50000019680305901000ab",
        "bytes=100000000011 at 10000000001.5 port:10000000001",
        "1.0000000001e+10",
    ],
)
def test_what_is_nobody_is_not(text):
    assert persons_in(text) == set()


@pytest.fixture
def elsewhere():
    """A folder that the check at the end of this very run does not read."""
    with TemporaryDirectory() as folder:
        yield Path(folder)


def test_logs_are_read_wherever_tests_left_them(elsewhere):
    places = ("hub0/data/serve.log", "nights0/data/airflow/logs/dag_id=x/attempt=1.txt", "pg/log/server-Fri")
    others = ("hub0/data/people.csv", "page0/profile/Default/000003.log")
    for place in (*places, *others):
        file = elsewhere / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("冯测二", "utf-8")
    assert leaks_in(elsewhere) == {elsewhere / place: {"冯测二"} for place in places}
