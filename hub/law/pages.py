"""The page beside the pictures: every machine as a table in words, with its deadlines and articles. Pure."""

from collections.abc import Iterable
from typing import Final

from hub.law import words
from hub.law.publish import publish
from hub.law.shapes import Json, Machine, Row, Tables, basis_text

_HEAD: Final = """# 状态机 · State machines

由 `python -m hub.law.pictures` 从 `hub/law/machines/*.json` 和 `hub/law/deadlines.json` 生成, 请勿手改。
Generated from the tables; change the tables, not this page. `make check` compares.

**读法** 一行 = 在某状态收到某消息(及其决定字段)后的一步; `=` 表示状态不变。「交换中枢」的行只是提醒或推定,
不作任何法律决定。标「回声」的行随另一办理的消息移动纠纷, 没有合适的行时什么也不发生。
不合其种类的消息以 `422 rule` 拒绝; 逾期、管辖、355/358 事由、材料是否齐全、疑点一律附为 `findings`,
由当事人、调解组织或法院决定。

**Reading a row** A row is one step: in a state, on a message and its deciding fields; `=` stays. Rows of the
hub only remind or derive, no timer decides law. An echo moves the dispute along with a message of one of its
cases; without a fitting row nothing happens. Refused (422 `rule`) is only what makes a message not be of its
kind; lateness, venue, grounds, completeness and suspicion travel as `findings`.

**图** 每个状态一列, 每一步一横: 圆点是可以作出该步的状态, 箭头指向转入的状态, 圆环表示状态不变。
**Pictures** A column for each state, a rung for each step.
"""


def page(tables: Tables) -> str:
    """The whole page as Markdown."""
    published = {str(m["machine"]): m for m in publish(tables)}
    sections = (_section(tables, m, published[m.id]) for m in tables.machines.values())
    return "\n".join((_HEAD, *sections))


def _section(tables: Tables, machine: Machine, published: dict[str, object]) -> str:
    lines = [
        f"## {machine.zh} · {machine.id}",
        "",
        f"![{machine.zh}]({machine.id}.svg)",
        "",
        "| 步骤 | 状态 | 消息 | 转入 | 由 | 告知 | 起算 | 停止 | 依据 |",
        "|---|---|---|---|---|---|---|---|---|",
        *(_row(tables, machine, row) for row in machine.rows),
        "",
        "| 期限 | 名称 | 自 | 期间 | 依据 | 状况 |",
        "|---|---|---|---|---|---|",
    ]
    deadlines = published["deadlines"]
    if isinstance(deadlines, list):
        lines += [_deadline(tables, rule) for rule in deadlines]
    return "\n".join([*lines, ""])


def _row(tables: Tables, machine: Machine, row: Row) -> str:
    to = "=" if row.to == "=" else words.state(machine, row.to)
    mark = " (回声)" if row.echo else ""
    cells = (
        row.id,
        "、".join(words.state(machine, s) for s in row.source["from"]),
        words.act(tables, row) + mark,
        to,
        words.roles(machine, row.by),
        words.roles(machine, row.tell),
        _rules([*row.start, *(r for c in row.start_if for r in c.rules)]),
        _rules([*row.stop, *(r for c in row.stop_if for r in c.rules)]),
        basis_text(row.source["basis"]),
    )
    return "| " + " | ".join(_cell(c) for c in cells) + " |"


def _rules(ids: Iterable[str]) -> str:
    return " ".join(f"`{rid}`" for rid in dict.fromkeys(ids))


_UNITS: Final = {
    "calendar_day": "日", "working_day": "个工作日", "month": "个月", "year": "年", "hour": "小时",
    "calendar_day_before": "日前",
}  # fmt: skip
_OPEN: Final = {
    "start_event": "起算日(无届满日)", "date_in_document": "文书载明", "court_set": "法院指定",
    "immediate": "立即",
}  # fmt: skip


_STATUS: Final = {
    "verified": "已核", "configuration": "配置", "unverified": "待核", "design": "设计", "analogy": "类推",
}  # fmt: skip


def _deadline(tables: Tables, raw: Json) -> str:
    rule = tables.rules[raw["id"]]
    unit = _UNITS.get(rule.unit)
    length = f"{raw['n']}{unit}" if unit and rule.n is not None else _OPEN.get(rule.unit, rule.unit)
    status = _STATUS[rule.status.replace(";", " ").split(" ")[0]]
    cells = (f"`{rule.id}`", rule.zh, rule.starts_from, length, rule.basis, status)
    return "| " + " | ".join(_cell(c) for c in cells) + " |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
