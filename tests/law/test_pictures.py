"""Pictures and page: the same bytes for the same tables, every step on them, no label on another."""

import re
from pathlib import Path

import pytest

from hub.law.drawing import width, wrapped
from hub.law.ladder import COLUMN, LABEL, NAME, WHO, draw, wrapped_name
from hub.law.pictures import HOME, main, pictures
from hub.law.shapes import Tables
from hub.law.words import act, roles, state

TEXT = re.compile(r'<text x="([\d.]+)" y="([\d.]+)" font-size="([\d.]+)"([^>]*)>([^<]*)</text>')


def test_what_lies_in_the_docs_is_what_the_tables_give() -> None:
    assert main(["--check"]) == 0


def test_drawing_twice_gives_the_same_bytes(tables: Tables) -> None:
    assert dict(pictures(tables)) == dict(pictures(tables))


def test_a_stale_page_is_found_and_written_anew(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"], tmp_path) == 1
    assert "referral.svg" in capsys.readouterr().err
    assert main([], tmp_path) == 0
    assert main(["--check"], tmp_path) == 0
    assert {p.name for p in tmp_path.iterdir()} == {p.name for p in HOME.iterdir()}


@pytest.mark.parametrize("name", ["dispute", "referral", "consultation", "warning", "confirmation"])
def test_labels_stay_in_their_own_place(tables: Tables, name: str) -> None:
    machine = tables.machines[name]
    svg = draw(tables, machine)
    boxes = []
    for x, y, size, rest, said in TEXT.findall(svg):
        wide, left = width(said.replace("&#x27;", "'"), float(size)), float(x)
        if "middle" in rest:
            left -= wide / 2
        boxes.append((left, float(y) - float(size) * 0.9, left + wide, float(y) + float(size) * 0.15, said))
    for i, a in enumerate(boxes):
        for b in boxes[i + 1 :]:
            apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
            assert apart, (a[4], b[4])
    assert all(row.id in svg for row in machine.rows)
    assert all(f">{s}<" in svg for s in machine.states)


def test_every_word_of_the_tables_is_said_in_chinese(tables: Tables) -> None:
    for machine in tables.machines.values():
        for row in machine.rows:
            said = act(tables, row)
            assert not re.search(r"[a-z]{3,}", said), (row.id, said)
            assert not re.search(r"[a-z]{3,}", roles(machine, row.by))
        for name in machine.states:
            assert state(machine, name)
            assert all(
                width(line, NAME) <= COLUMN for line in wrapped_name(state(machine, name), COLUMN - 18)
            )


def test_long_labels_are_broken_where_they_can_be() -> None:
    assert wrapped("立案/恢复审理/开庭/治安受案", 12, 90) == ["立案/恢复审理/", "开庭/治安受案"]
    assert wrapped("短", 12, 90) == ["短"]
    assert LABEL > WHO
