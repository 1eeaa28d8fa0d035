"""How a demo ends on the console: the accounts, the invariants one by one, where the page lies."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from hub.cli.demo.accounts import Ledger, UnitRow
from hub.cli.demo.checks import Check
from hub.cli.demo.proof import Wanted
from hub.cli.demo.words import Names

STORY_CHECKS: Final[Mapping[str, tuple[str, str]]] = {
    "d-unreadable-row": (
        "残缺的一行被指明,其余照收",
        "the row that was cut off is named, the others are taken",
    ),
    "d-repeated-push": ("重复推送无第二次效果", "a repeated push has no second effect"),
    "d-refused-then-corrected": ("被拒后改正,同一编号再发", "refused, corrected, sent again under its jti"),
    "d-mislabelled-file": ("标称 UTF-8 的 GBK 文件被正确读出", "GBK bytes labelled UTF-8 are read rightly"),
    "d-dead-receiver-came-back": (
        "接收端恢复后全部补投",
        "the dead receiver got everything when it came back",
    ),
    "a-prechecked": (
        "预检指出协议草稿的两处缺漏,补齐后无问题",
        "the pre-check names two gaps in the draft, none once they are filled",
    ),
    "c-signs-for-the-court-alone": (
        "虚假诉讼迹象只呈现给审查法庭,由法官查看后决定",
        "a sign of false litigation is laid before the reviewing court alone, whose judge looks and decides",
    ),
    "b-failure-record-returned": ("不成记录随案退回法院", "the failure record came back to the court"),
    "e-silence-told-upwards": (
        "预警逾期未签收,已提醒属事单位并报上级",
        "a warning nobody signed for was told to the unit in charge and the one above",
    ),
    "f-answer-came-whole": (
        "法庭的答复原样到达咨询单位,并入知识",
        "the tribunal's answer reached who asked, word for word, and is kept as knowledge",
    ),
    "f-signed-by-two": (
        "典型案例须两个单位的两个人审签,同一人被拒",
        "a typical case is signed by two persons of two units, the same one is refused",
    ),
    "f-public-names-nobody": (
        "公开的典型案例不含任何人的姓名、号码",
        "the published typical case holds nobody's name or number",
    ),
    "g-one-record-on-both-sides": (
        "远程调解笔录双方所存一致(摘要相同)",
        "the record of the video session is the same on both sides, by its digest",
    ),
    "h-overdue-was-told": (
        "分期逾期未付,中枢提醒调委会核实",
        "an instalment was overdue and the hub told the committee to look",
    ),
    "h-no-certificate-after-enforcement": (
        "进入过执行的,不出具自动履行证明",
        "no certificate of voluntary performance after enforcement",
    ),
    "i-assessed": (
        "每名调解员的考评告知其调委会,其他单位不得读取",
        "the committee is told of the assessment of each of its mediators, and nobody else reads it",
    ),
    "i-public-names-who-agreed": (
        "公布的合计与表彰只写明同意公开姓名的人",
        "what is published of mediators, sums and honours, names only who agreed",
    ),
    "b-no-concessions": ("调解中的让步未转给法院", "no concession made in mediation reached the court"),
}


def wanted(ledgers: Sequence[Ledger], disputes: set[str]) -> list[Wanted]:
    """Evidence to be fetched: every message of the stories, as each system that has it."""
    return [
        Wanted(ledger.system, mid)
        for ledger in ledgers
        for mid, message in ledger.messages.items()
        if message["dispute"] in disputes
    ]


def latencies(ledgers: Sequence[Ledger]) -> tuple[list[float], list[float]]:
    """Seconds from sending to the answer, and from the answer to the token's arrival; both sorted."""
    answers: list[float] = []
    sent_at: dict[str, float] = {}
    for ledger in ledgers:
        for line in ledger.of_state("accepted"):
            told: Any = line
            answers.append(float(told["seconds"]))
            for mid in (told["message"], *(r.get("message") for r in told["records"])):
                sent_at[str(mid)] = float(told["at"])
    arrivals = [
        float(str(line["at"])) - sent_at[str(line["message"])]
        for ledger in ledgers
        for line in ledger.new
        if str(line["message"]) in sent_at
    ]
    return sorted(answers), sorted(max(0.0, seconds) for seconds in arrivals)


def show(
    console: Console,
    names: Names,
    rows: Sequence[UnitRow],
    found: Sequence[Check],
    page: Path,
    seconds: float,
) -> None:
    """The end."""
    console.rule(f"[bold]{names.say('账目', 'accounts')}")
    console.print(_accounts(names, rows))
    console.rule(f"[bold]{names.say('必须成立的事项', 'invariants')}")
    for check in found:
        mark = "[green]✓[/]" if check.held else "[bold red]✗[/]"
        seen = f" [dim]{check.seen}[/]" if check.seen else ""
        console.print(f" {mark} {names.say(check.zh, check.en)}{seen}")
    wrong = sum(not check.held for check in found)
    verdict = (
        names.say("全部成立", "all hold")
        if not wrong
        else names.say(f"{wrong} 项不成立", f"{wrong} do not hold")
    )
    colour = "green" if not wrong else "red"
    console.print(
        f"\n[bold {colour}]{verdict}[/]  {seconds:.0f} s\n{names.say('页面', 'page')}: {page}", soft_wrap=True
    )


def _accounts(names: Names, rows: Sequence[UnitRow]) -> Table:
    table = Table(show_edge=False)
    table.add_column(names.say("单位", "unit"))
    for zh, en in (
        ("发出", "sent"),
        ("受理", "accepted"),
        ("拒收", "refused"),
        ("重发", "repeats"),
        ("应投", "delivered"),
        ("确认", "acknowledged"),
        ("入账", "in its book"),
    ):
        table.add_column(names.say(zh, en), justify="right")
    table.add_column("")
    for row in rows:
        numbers = (
            row.sent,
            row.accepted,
            row.refused,
            row.repeats,
            row.delivered,
            row.acknowledged,
            row.booked,
        )
        table.add_row(names.unit(row.unit), *map(str, numbers), "[green]=[/]" if row.even else "[red]≠[/]")
    sums = [
        sum(getattr(r, n) for r in rows)
        for n in ("sent", "accepted", "refused", "repeats", "delivered", "acknowledged", "booked")
    ]
    table.add_section()
    table.add_row(names.say("合计", "all"), *map(str, sums), "")
    return table
