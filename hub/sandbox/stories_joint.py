"""The three stories of what units do together: a warning, a question to the judge, a mediation by video.

(e) a quarrel that might turn into an offence is watched until it is over, and silence is told upwards;
(f) a committee asks the tribunal, asks on, and what was answered can be read by others; (g) neighbours who
live far apart mediate by video and sign the record online.
"""

from collections.abc import Mapping
from typing import Any, Final

from hub.sandbox.cases import Matter
from hub.sandbox.people import FENG, PENG, YU, YUAN, ZHENG
from hub.sandbox.stories import COMMITTEE, STATION, TRIBUNAL, Outcome, Stage, Story, step

BUREAU: Final = "500199000000"
OFFICE: Final = "5001990100"
STREET_STATION: Final = "500199530000"
STREET_COMMITTEE: Final = "3106"
JUDGE: Final = "贺审一"
ANSWER: Final = "不动产的相邻权利人应当按照有利生产、方便生活、团结互助、公平合理的原则处理相邻关系。"
FURTHER: Final = "自行拆除前宜先书面催告并保留证据。"

TYPICAL: Final = {
    "person": "余测审",
    "title": "共用水井引发的相邻纠纷",
    "text": "两户共用一口水井,因使用和维修发生争执;经法庭解答、调解员释明,双方约定轮流取水、分担维修。",
}

QUARREL: Final = Matter(
    number=61,
    title="余测三与袁测五宅基地通道纠纷",
    facts="余测三与袁测五因通道多次争吵,双方亲属到场,有聚集风险,无人受伤。",
    people=(YU, YUAN),
)
WELL: Final = Matter(
    number=62,
    title="郑测一与彭测四共用水井纠纷",
    facts="郑测一与彭测四因共用水井的使用与维修发生争执。",
    people=(ZHENG, PENG),
    amount=1200,
)
TREES: Final = Matter(
    number=63,
    title="冯测二与袁测五林木遮光纠纷",
    facts="冯测二与袁测五因林木遮光发生争执,袁测五在外省务工,同意视频调解。",
    people=(FENG, YUAN),
    amount=600,
)


async def watched(stage: Stage) -> Outcome:
    """(e) A warning from raising to closing; nobody signs for it in time and the hub says so upwards."""
    police, justice, days = stage.police, stage.justice, stage.days
    told = QUARREL.told()
    dispute = str((await police.do("register", matter=told))["records"][0]["dispute"])
    stage.label(dispute, "e")
    outcome = Outcome("e", dispute, {"warning": "closed", "referral": "agreed", "dispute": "agreed"})
    await step(stage, police, "refer", dispute, matter=told, to=COMMITTEE, as_native=False)
    await step(stage, justice, "accept", dispute)
    await step(stage, justice, "progress", dispute, event="started")
    situation = "双方亲属聚集,扬言次日再来,建议派出所到场"
    await step(stage, justice, "warn", dispute, to=OFFICE, unit=COMMITTEE, situation=situation)
    await step(stage, justice, "feedback", dispute, action="classified", unit=OFFICE, level="02")
    await step(stage, justice, "feedback", dispute, action="dispatched", unit=OFFICE, in_charge=STATION)
    await police.do("expect", dispute=dispute, kind="warning_feedback")
    await days.until(2)
    reminded = await police.do("reminded", dispute=dispute, rule="WARN_ACK", units=2)
    outcome.held["e-silence-told-upwards"] = reminded["units"] == [BUREAU, STATION]
    await step(stage, police, "feedback", dispute, action="acknowledged", unit=STATION)
    await step(stage, police, "feedback", dispute, action="measures", unit=STATION)
    await days.until(3)
    await _settle(stage, dispute, "袁测五让出通道,余测三修缮路面。", 0)
    await days.until(4)
    await step(stage, police, "feedback", dispute, action="clear_requested", unit=STATION)
    await step(stage, justice, "feedback", dispute, action="cleared", unit=OFFICE, level="02")
    await days.until(6)
    await step(stage, police, "feedback", dispute, action="revisited", unit=STATION)
    await step(stage, justice, "feedback", dispute, action="closed", unit=OFFICE)
    return outcome


async def advised(stage: Stage) -> Outcome:
    """(f) A committee asks the tribunal, asks on, and closes the question as useful."""
    justice, court, days = stage.justice, stage.court, stage.days
    taken = await justice.do("take_on", matter=WELL.told())
    dispute = str(taken["dispute"])
    stage.label(dispute, "f")
    outcome = Outcome("f", dispute, {"consultation": "closed", "referral": "agreed", "dispute": "agreed"})
    await step(stage, justice, "progress", dispute, event="started")
    question = "共用水井一方拒绝他方取水,一般应如何处理?"
    await step(stage, justice, "ask", dispute, to=TRIBUNAL, unit=COMMITTEE, question=question)
    await days.until(2)
    words = {"unit": TRIBUNAL, "adviser": JUDGE}
    await step(stage, court, "reply", dispute, action="accepted", **words)
    await step(stage, court, "reply", dispute, action="answered", answer=ANSWER, knowledge=ANSWER, **words)
    first = await justice.do("answer_of", dispute=dispute, after=1)
    outcome.held["f-answer-came-whole"] = first["answer"] == ANSWER and "knowledge" in first["members"]
    await days.until(3)
    more = "一方自行拆除取水设施的,有何注意事项?"
    await step(stage, justice, "ask_on", dispute, action="follow_up", unit=COMMITTEE, question=more)
    await days.until(4)
    await court.do("expect", dispute=dispute, kind="consultation", after=1)
    await step(stage, court, "reply", dispute, action="answered", answer=FURTHER, **words)
    await step(stage, justice, "ask_on", dispute, action="closed", unit=COMMITTEE, useful=5)
    await _settle(stage, dispute, "双方轮流取水,彭测四支付维修费1200元。", WELL.amount)
    offered = await justice.do("offer", dispute=dispute, to=TRIBUNAL, unit=COMMITTEE, **TYPICAL)
    case = {"dispute": dispute, "case": offered["message"]}
    same = await court.do("countersign", **case, unit=TRIBUNAL, person=TYPICAL["person"])
    other = await court.do("countersign", **case, unit=TRIBUNAL, person=JUDGE)
    outcome.held["f-signed-by-two"] = (same["state"], other["state"]) == ("kind-not-allowed", "published")
    shown = str(other["public"])
    outcome.held["f-public-names-nobody"] = TYPICAL["text"] in shown and not _named(WELL, shown)
    return outcome


async def by_video(stage: Stage) -> Outcome:
    """(g) A mediation by video: arranged, held, its record signed online and sent to who referred."""
    police, justice, days = stage.police, stage.justice, stage.days
    told = TREES.told()
    registered = await police.do("register", matter=told, unit=STREET_STATION)
    dispute = str(registered["records"][0]["dispute"])
    stage.label(dispute, "g")
    outcome = Outcome("g", dispute, {"referral": "agreed", "dispute": "agreed"})
    there = {"to": STREET_COMMITTEE, "unit": STREET_STATION, "as_native": False}
    await step(stage, police, "refer", dispute, matter=told, **there)
    await days.until(2)
    await step(stage, justice, "sign", dispute, unit=STREET_COMMITTEE)
    await step(stage, justice, "accept", dispute, unit=STREET_COMMITTEE)
    await step(stage, justice, "progress", dispute, event="started", unit=STREET_COMMITTEE)
    await step(stage, justice, "schedule", dispute, unit=STREET_COMMITTEE)
    await days.until(3)
    held = await step(stage, justice, "hold", dispute, unit=STREET_COMMITTEE)
    minutes = await police.do("minutes", dispute=dispute)
    same = minutes["digests"] == [held["digest"]]
    outcome.held["g-one-record-on-both-sides"] = same and minutes["state"] == "confirmed_online"
    await _settle(stage, dispute, "冯测二修剪林木,袁测五支付费用600元。", TREES.amount, STREET_COMMITTEE)
    return outcome


def _named(matter: Matter, text: str) -> bool:
    """Whether a text says the name or the number of somebody of the matter."""
    return any(word in text for person in matter.people for word in (person.name, person.number))


async def _settle(
    stage: Stage, dispute: str, terms: str, amount: int, unit: str = COMMITTEE
) -> Mapping[str, Any]:
    """The parties agree."""
    due = stage.days.date(6)
    item = (
        {"kind": "pay", "due": due, "amount": amount}
        if amount
        else {"kind": "do", "due": due, "object": terms}
    )
    return await step(stage, stage.justice, "agree", dispute, terms=terms, items=[item], unit=unit)


STORIES: Final[Mapping[str, Story]] = {"e": watched, "f": advised, "g": by_video}
