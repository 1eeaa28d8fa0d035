"""The demo's mediators: entered, trained and honoured by their office, assessed by the night's job.

The committee hears of each assessment; the public reads sums and who agreed to be named, and nobody else.
"""

import asyncio
from datetime import date
from typing import Any, Final

from hub.cli.demo.ground import Command, Ground
from hub.client.agent import Agent
from hub.client.session import Call
from hub.sandbox.people import MEDIATORS, NUMBER, SECOND_NUMBER
from hub.sandbox.remote import Remote
from hub.sandbox.stories import COMMITTEE, Outcome

_HONOUR: Final = {"kind": "优秀人民调解员", "reason": "本期调解工作成绩突出"}
NAMED: Final = frozenset({NUMBER})
"""Who agreed to be named in public."""


async def assessed(justice: Remote, ground: Ground, command: Command, days: tuple[date, date]) -> Outcome:
    """Tell of the mediators, assess the days of the stories (first, last), read what each may read."""
    enrolled = (
        justice.do("enrol", number=number, name=name, committee=COMMITTEE, named=number in NAMED)
        for number, name in MEDIATORS.items()
    )
    await asyncio.gather(*enrolled)
    course = {"kind": "lecture", "title": "人民调解业务培训", "hours": 4}
    await justice.do("train", numbers=list(MEDIATORS), **course)
    await justice.do("train", numbers=[NUMBER], kind="court_observation", title="庭审观摩", hours=3)
    for number in (NUMBER, SECOND_NUMBER):
        await justice.do("honour", number=number, **_HONOUR)
    first, last = days
    await command("assess", "--period", f"{first}..{last}")
    span = {"from": f"{first}", "to": f"{last}"}
    async with ground.agent("justice-sys") as own, ground.agent("court-sys") as other:
        outcome = Outcome("i")
        outcome.held["i-assessed"] = await _told(own, span) and not await _read(other, span)
        public = [await _get(other, path, span) for path in ("assessments/published", "honours")]
    outcome.held["i-public-names-who-agreed"] = _names(public) == {MEDIATORS[n] for n in NAMED}
    return outcome


async def _told(agent: Agent, span: dict[str, str]) -> bool:
    """Whether the committee was told of all of its mediators, and of the first one what it did."""
    found = {one["mediator"]: one for one in await _read(agent, span)}
    if set(found) != set(MEDIATORS) or not all(one["messages"] for one in found.values()):
        return False
    figures = {figure["indicator"]: figure for figure in found[NUMBER]["figures"]}
    return figures["training_hours"]["numerator"] == "7" and bool(figures["mediation_success"]["value"])


async def _read(agent: Agent, span: dict[str, str]) -> list[Any]:
    read: Any = await _get(agent, "assessments", span)
    return list(read["assessments"])


async def _get(agent: Agent, path: str, span: dict[str, str]) -> object:
    return await agent.json(Call("GET", f"/v1/{path}", params=span))


def _names(public: object) -> set[str]:
    """Whom of the mediators a text names, by name or by number."""
    return {name for number, name in MEDIATORS.items() if name in str(public) or number in str(public)}
