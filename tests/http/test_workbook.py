"""A centre of comprehensive governance without a system: sheets in, sheets out, nothing typed twice."""

import json
from pathlib import Path
from typing import Any

import pytest
import python_calamine

from hub.cli.workbooks import paper, reading
from hub.client.agent import Agent
from hub.client.session import Call
from hub.errors import Refused
from tests.contract.words import HEAD
from tests.http.saying import COMMITTEE, STATION, document, now, say
from tests.live import LiveHub

CENTRE = "ZZ50019977"
KEY = "centre-sheet-sys"


@pytest.fixture(scope="module")
def centre(hub: LiveHub, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """The options by which the client speaks for the centre."""
    folder = tmp_path_factory.mktemp("centre")
    units = folder / "units.csv"
    units.write_text(
        f"{HEAD},type\n{CENTRE},测试镇综治中心,justice,town,500199,,2010-01-01,,other\n", "utf-8"
    )
    hub.command("unit", "import", str(units))
    hub.register(KEY, "justice", (CENTRE,))
    key = folder / "key.jwk"
    key.write_text(json.dumps(hub.keys[KEY]), "utf-8")
    return ("--key", str(key), "--id", KEY, "--issuer", hub.issuer)


def sent(hub: LiveHub, file: Path, options: tuple[str, ...], *more: str) -> list[dict[str, Any]]:
    words = ("--unit", CENTRE, "--purpose", "warning", *options, *more)
    found: list[dict[str, Any]] = json.loads(hub.command("--json", "workbook", "send", str(file), *words))[
        "lines"
    ]
    return found


async def test_a_centre_answers_a_warning_by_the_sheet_it_was_given(
    hub: LiveHub, centre: tuple[str, ...], justice: Agent, tmp_path: Path
):
    told = document(action="raise", origin="mediator", situation="三十余人聚集讨薪", kinds=["group_event"])
    raised = await say(justice, COMMITTEE, "early_warning", told, "warning", to=CENTRE)
    received, answers = tmp_path / "received.xlsx", tmp_path / "answers.xlsx"
    hub.command("workbook", "fetch", "early_warning", str(received), *centre)
    (line,) = reading.read(received.name, received.read_bytes())[1]
    assert (line.document["situation"], line.document["kinds"]) == (told["situation"], told["kinds"])
    hub.command("workbook", "answer", str(received), "warning_feedback", str(answers))
    (given,) = reading.read(answers.name, answers.read_bytes())[1]
    assert given.document["about_case"] == raised.case["id"]
    filled = reading.line_of("warning_feedback", {}, given.document)
    filled |= {
        "/business_time": now(),
        "/action": "acknowledged 签收",
        "/responsible/name": "余测稳",
        "/responsible/position": "主任",
    }
    answers.write_bytes(paper.workbook("warning_feedback", [filled]))
    (tried,) = sent(hub, answers, centre, "--dry-run")
    assert "problem" not in tried
    (done,) = sent(hub, answers, centre)
    assert done["case"]["state"] == "in_control"
    (again,) = sent(hub, answers, centre)
    assert again["message"] == done["message"]
    read = (await justice.json(Call("GET", f"/v1/messages/{done['message']}")))["document"]
    assert (read["action"], read["responsible"]["name"]) == ("acknowledged", "余测稳")


async def test_a_csv_raises_a_warning_and_a_bad_line_is_named(
    hub: LiveHub, centre: tuple[str, ...], police: Agent, tmp_path: Path
):
    file = tmp_path / "raise.csv"
    places = ["@to", "/business_time", "/action", "/origin", "/kinds", "/situation"]
    rows = [
        ["liantiao/1", "early_warning"], ["收件单位"], places,
        [STATION, now(), "raise", "grid", "group_event、public_order", "扬言堵路"],
    ]  # fmt: skip
    file.write_bytes("\n".join(",".join(row) for row in rows).encode("gb18030"))
    (done,) = sent(hub, file, centre)
    heard = (await police.json(Call("GET", f"/v1/messages/{done['message']}")))["document"]
    assert (heard["kinds"], heard["situation"]) == (["group_event", "public_order"], "扬言堵路")


def test_the_codes_are_there_to_choose_from(hub: LiveHub, tmp_path: Path):
    file = tmp_path / "empty.xlsx"
    hub.command("workbook", "template", "warning_feedback", str(file))
    rows = python_calamine.CalamineWorkbook.from_path(str(file)).get_sheet_by_name("代码 codes").to_python()
    assert "acknowledged 签收" in {str(cell) for row in rows for cell in row}
    assert reading.read(file.name, file.read_bytes()) == ("warning_feedback", [])


@pytest.mark.parametrize(
    ("body", "native"),
    [
        (
            b"liantiao/1,warning_feedback\n\n/units_in_charge/0/lead\nperhaps\n",
            "row 4 /units_in_charge/0/lead",
        ),
        (b"liantiao/1,warning_feedback\n\n/nothing\nx\n", "row 4 /nothing"),
        (b"other,warning_feedback\n\n/action\nx\n", "A1"),
        (b"\xff\xff\xff", None),
    ],
)
def test_what_cannot_be_read_is_named_by_its_place(body: bytes, native: str | None):
    with pytest.raises(Refused) as refused:
        reading.read("lines.csv", body)
    assert refused.value.faults[0].native == native
