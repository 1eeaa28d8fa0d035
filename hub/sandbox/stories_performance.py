"""The story of an agreement that is paid in instalments: one is missed, enforced, made good.

(h) the hub reminds, a person looks and says that it is a breach, the court that enforces reports both ends;
what went through enforcement gets no certificate of voluntary performance, however often it is asked for.
"""

from collections.abc import Mapping
from typing import Final

from hub.sandbox.cases import Matter
from hub.sandbox.filing import COURT
from hub.sandbox.people import FENG, YUAN
from hub.sandbox.remote import OrderRefused
from hub.sandbox.stories import COMMITTEE, TRIBUNAL, Outcome, Stage, Story, step

WAGES: Final = Matter(
    number=64,
    title="冯测二与袁测五装修款纠纷",
    facts="冯测二为袁测五装修房屋,尚欠装修款6000元未付。",
    people=(FENG, YUAN),
    dispute_type="3",
    label="合同纠纷",
    amount=6000,
)
SHARE: Final = 2000
MONEY: Final = {"amount": str(SHARE), "precision": "exact"}


async def instalments(stage: Stage) -> Outcome:
    """(h) Three instalments: paid, missed and enforced, paid; performed in the end, without a certificate."""
    justice, court, days = stage.justice, stage.court, stage.days
    dispute = str((await justice.do("take_on", matter=WAGES.told()))["dispute"])
    stage.label(dispute, "h")
    outcome = Outcome("h", dispute, {"dispute": "performed", "confirmation": "performed"})
    await step(stage, justice, "progress", dispute, event="started")
    items = [{"kind": "pay", "due": days.date(day), "amount": SHARE} for day in (3, 4, 6)]
    await step(stage, justice, "agree", dispute, terms="袁测五分三期支付装修款6000元。", items=items)
    await days.until(2)
    await step(stage, justice, "apply", dispute, to=TRIBUNAL)
    await step(stage, court, "answer", dispute, decision="accepted")
    await step(stage, court, "verify", dispute)
    await step(stage, court, "rule", dispute)
    await step(stage, justice, "hand_over", dispute, results={"p1": "electronic", "p2": "direct"})
    await days.until(3)
    await _paid(stage, dispute, 1)
    await days.until(5)
    reminded = await justice.do("reminded", dispute=dispute, rule="PERF_ITEM", units=1)
    outcome.held["h-overdue-was-told"] = reminded["units"] == [COMMITTEE]
    await step(stage, justice, "visit", dispute, situation="称货款未到,近期无力支付")
    breach = {"breach_reason": "称货款未到", "next_step": ["enforcement"], "to": COURT}
    await step(stage, justice, "perform", dispute, event="item_breached", item=2, **breach)
    await court.do("expect", dispute=dispute, kind="performance")
    await step(stage, court, "enforce", dispute, phase="enforcement_applied", items=[2])
    await justice.do("expect", dispute=dispute, kind="case_status")
    await days.until(6)
    await step(stage, justice, "perform", dispute, event="breach_cured", item=2, amount=MONEY)
    await step(stage, court, "enforce", dispute, phase="enforcement_closed", items=[2])
    await _paid(stage, dispute, 3)
    outcome.held["h-no-certificate-after-enforcement"] = await _certificate_refused(stage, dispute)
    await step(stage, justice, "perform", dispute)
    return outcome


async def _paid(stage: Stage, dispute: str, item: int) -> None:
    """An instalment came in."""
    await step(stage, stage.justice, "perform", dispute, event="item_performed", item=item, amount=MONEY)


async def _certificate_refused(stage: Stage, dispute: str) -> bool:
    """Whether the hub refuses a certificate by its rule."""
    try:
        wanted = {"offered": True, "issued_no": "测调履证1号"}
        await stage.justice.do("perform", dispute=dispute, certificate=wanted)
    except OrderRefused as e:
        return e.code == "rule"
    return False


STORIES: Final[Mapping[str, Story]] = {"h": instalments}
