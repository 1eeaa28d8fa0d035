"""Four stories of the demo, told through the simulated systems (more: `stories_joint` and the like).

(a) neighbours with three parties, from the police register to the ruling served on each; (b) a loan
entrusted by the court that comes back to trial; (c) an application returned for supplement, then confirmed;
(d) what goes wrong on the way. Each says what must have come of it; the demo holds the hub to that.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from hub.sandbox.cases import Matter
from hub.sandbox.days import Days
from hub.sandbox.people import FENG, FIRM, PENG, YU, YUAN, ZHENG
from hub.sandbox.remote import Remote

COMMITTEE: Final = "3105"
STATION: Final = "500199520000"
TRIBUNAL: Final = "50019901"

NEIGHBOURS: Final = Matter(
    number=12,
    title="郑测一与冯测二、余测三相邻排水纠纷",
    facts="郑测一用土石堵塞共用排水沟,与冯测二、余测三发生争吵,无人受伤。",
    people=(ZHENG, FENG, YU),
)
SCRATCH: Final = Matter(
    number=13,
    title="彭测四与他人停车刮擦纠纷",
    facts="停车刮擦引发口角,现场未能调解。",
    people=(PENG, YUAN),
    dispute_type="99",
    label="其他纠纷",
)
LOAN: Final = Matter(
    number=301,
    title="彭测四诉袁测五、重庆测试八公司民间借贷纠纷",
    facts="袁测五因周转向彭测四借款186000元,重庆测试八公司担保,到期未还。",
    people=(PENG, YUAN, FIRM),
    dispute_type="3",
    label="合同纠纷",
    amount=186_000,
)
WALL: Final = Matter(
    number=41,
    title="冯测二与彭测四院墙修缮纠纷",
    facts="彭测四施工致冯测二院墙开裂,双方申请调解。",
    # Both sides leave one telephone: the nightly screening lays that before the judge.
    people=(FENG, replace(PENG, phone=FENG.phone)),
    amount=3200,
)
Expected = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Stage:
    """The three systems, the calendar, and who watches: `label` names a dispute, `look` shows its state."""

    police: Remote
    court: Remote
    justice: Remote
    days: Days
    label: Callable[[str, str], None]
    look: Callable[[Remote, str], Any]
    screen: Callable[[], Awaitable[None]]
    """The nightly screening for signs of false litigation, run now."""


@dataclass(slots=True)
class Outcome:
    """What a story says must hold at its end. `states` by machine; `held` are its own checks by name."""

    story: str
    dispute: str = ""
    states: Expected = field(default_factory=dict)
    held: dict[str, bool] = field(default_factory=dict)


async def neighbours(stage: Stage) -> Outcome:
    """(a) Three parties, police register to served ruling."""
    police, justice, court, days = stage.police, stage.justice, stage.court, stage.days
    told = NEIGHBOURS.told()
    sent = await police.do("register_table", matters=[SCRATCH.told(), told], bad_row=0)
    rows = sent["records"]
    dispute = str(rows[1]["dispute"])
    stage.label(dispute, "a")
    outcome = Outcome(
        "a", dispute, {"dispute": "performed", "referral": "closed", "confirmation": "performed"}
    )
    outcome.held["d-unreadable-row"] = "problem" in rows[0] and "problem" not in rows[1]
    outcome.held["d-repeated-push"] = bool((await police.do("again", message=sent["message"]))["same"])
    await step(stage, police, "guide", dispute, matter=told)
    await step(stage, police, "refer", dispute, matter=told, to=COMMITTEE)
    await days.until(2)
    await step(stage, justice, "sign", dispute)
    await step(stage, justice, "accept", dispute)
    await step(stage, justice, "progress", dispute, event="started")
    await days.until(3)
    terms = "一、郑测一疏通共用排水沟；二、冯测二补偿郑测一沟盖板费用300元；三、各方互不追究。"
    due = days.date(6)
    items: list[Mapping[str, object]] = [
        {"kind": "do", "due": due, "object": "疏通共用排水沟"},
        {"kind": "pay", "due": due, "amount": 300},
    ]
    # The first draft says neither by when the ditch is cleared nor how much is paid.
    draft = [{**items[0], "due": None}, {**items[1], "amount": None}]
    first = await justice.do("precheck", dispute=dispute, to=TRIBUNAL, terms=terms, items=draft)
    again = await justice.do("precheck", dispute=dispute, to=TRIBUNAL, terms=terms, items=items)
    outcome.held["a-prechecked"] = (len(first["findings"]), len(again["findings"])) == (2, 0)
    await step(stage, justice, "agree", dispute, terms=terms, items=items)
    await step(stage, justice, "apply", dispute, to=TRIBUNAL)
    await days.until(4)
    await step(stage, court, "answer", dispute, decision="accepted")
    await step(stage, court, "verify", dispute)
    await step(stage, court, "rule", dispute, as_native=True)
    await step(
        stage, justice, "hand_over", dispute, results={"p1": "electronic", "p2": "direct", "p3": "refused"}
    )
    await days.until(5)
    await step(stage, court, "serve", dispute, party="p3")
    await days.until(6)
    issued = {"offered": True, "issued_no": "测调履证〔2026〕1号"}
    await step(stage, justice, "perform", dispute, certificate=issued)
    await step(stage, justice, "archive", dispute)
    return outcome


async def loan(stage: Stage) -> Outcome:
    """(b) A loan entrusted by the court; the concessions made in mediation do not come back with it."""
    justice, court, days = stage.justice, stage.court, stage.days
    told = LOAN.told()
    # The label of the file is wrong: it says UTF-8 and the bytes are GBK.
    filed = await court.do("file_case", matter=told, label="UTF-8")
    dispute = str(filed["dispute"])
    stage.label(dispute, "b")
    outcome = Outcome("b", dispute, {"dispute": "litigating", "referral": "closed"})
    outcome.held["d-mislabelled-file"] = bool(dispute)
    await step(stage, court, "entrust", dispute, matter=told, to=COMMITTEE, as_native=True)
    await days.until(2)
    await step(stage, justice, "sign", dispute)
    await step(stage, justice, "accept", dispute)
    await step(stage, justice, "progress", dispute, event="started")
    await days.until(3)
    await step(stage, justice, "fail", dispute, concessions="袁测五曾表示愿先还五万元")
    closed = await step(stage, court, "close", dispute, phase="trial_resumed")
    members = closed["members"]
    outcome.held["b-failure-record-returned"] = "failure" in members
    outcome.held["b-no-concessions"] = "concessions" not in members
    return outcome


async def supplemented(stage: Stage) -> Outcome:
    """(c) An application without identity papers: returned for supplement, then confirmed."""
    justice, court, days = stage.justice, stage.court, stage.days
    taken = await justice.do("take_on", matter=WALL.told())
    dispute = str(taken["dispute"])
    stage.label(dispute, "c")
    outcome = Outcome("c", dispute, {"confirmation": "effective"})
    await stage.look(justice, dispute)
    await days.until(2)
    await step(stage, justice, "progress", dispute, event="started")
    terms = "彭测四赔偿冯测二院墙修缮费3200元。"
    items = [{"kind": "pay", "due": days.date(6), "amount": 3200}]
    await step(stage, justice, "agree", dispute, terms=terms, items=items, as_native=True)
    await days.until(3)
    await step(stage, justice, "apply", dispute, to=TRIBUNAL, lacking=["identity"], as_native=True)
    await days.until(4)
    reason = "补正:彭测四身份证明缺失"
    await step(stage, court, "answer", dispute, decision="supplement", reason=reason)
    await days.until(5)
    await step(stage, justice, "supplement", dispute)
    await court.do("expect", dispute=dispute, kind="confirmation_supplement")
    await stage.screen()
    signs = (await court.do("flags", dispute=dispute))["signs"]
    hidden = (await justice.do("flags", dispute=dispute))["signs"]
    outcome.held["c-signs-for-the-court-alone"] = bool(signs) and not hidden
    await step(stage, court, "answer", dispute, decision="accepted", flags=signs)
    await step(stage, court, "verify", dispute)
    await days.until(6)
    await step(stage, court, "rule", dispute, as_native=True)
    await step(stage, justice, "hand_over", dispute, results={"p1": "direct", "p2": "electronic"})
    return outcome


async def outage(stage: Stage) -> Outcome:
    """(d) The police's receiver is down while the committee writes; when it is back all comes, in order."""
    police, justice, days = stage.police, stage.justice, stage.days
    told = SCRATCH.told()
    registered = await police.do("register_wrongly", matter=told)
    dispute = str(registered["records"][0]["dispute"])
    stage.label(dispute, "d")
    outcome = Outcome("d", dispute, {"dispute": "agreed", "referral": "agreed"})
    outcome.held["d-refused-then-corrected"] = registered["refused"] == "schema"
    await step(stage, police, "refer", dispute, matter=told, to=COMMITTEE, as_native=False)
    await days.until(2)
    await justice.do("expect", dispute=dispute, kind="referral")
    await police.do("down")
    await step(stage, justice, "sign", dispute)
    await step(stage, justice, "accept", dispute)
    for event in ("mediator_chosen", "started"):
        await step(stage, justice, "progress", dispute, event=event)
    items = [{"kind": "pay", "due": days.date(6), "amount": 800}]
    await step(stage, justice, "agree", dispute, terms="袁测五赔偿彭测四800元。", items=items)
    await asyncio.sleep(3)
    await police.do("up")
    await police.do("expect", dispute=dispute, kind="mediation_result")
    outcome.held["d-dead-receiver-came-back"] = True
    return outcome


async def step(
    stage: Stage, system: Remote, what: str, dispute: str, /, **arguments: object
) -> Mapping[str, Any]:
    """One act, and what it changed."""
    done = await system.do(what, dispute=dispute, **arguments)
    await stage.look(system, dispute)
    return done


Story = Callable[[Stage], Awaitable[Outcome]]
STORIES: Final[Mapping[str, Story]] = {"a": neighbours, "b": loan, "c": supplemented, "d": outage}
