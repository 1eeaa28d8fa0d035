"""The list of what is to be done as one small page: no script, nothing from outside. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from html import escape
from typing import Any, Final

from hub.law.calendar import SHANGHAI

_STYLE: Final = """
body{font:15px/1.6 "Noto Sans CJK SC","Microsoft YaHei",sans-serif;margin:2rem auto;max-width:64rem;
padding:0 1rem;color:#111827}
h1{font-size:1.5rem;margin:0}h2{font-size:1.2rem;margin:1.5rem 0 .5rem}
p{margin:.2rem 0 1rem}small{color:#4b5563;display:block}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.5rem;
border-bottom:1px solid #d1d5db}
th{background:#f3f4f6}.late{color:#9a3412;font-weight:600}a{color:#1d4ed8;display:block}
"""
_HEAD: Final = (
    ("期限", "Due"),
    ("事项", "What"),
    ("承办单位", "Who"),
    ("纠纷", "Dispute"),
    ("依据", "Article"),
    ("表单", "Forms"),
)
_TASKS: Final = (("期限", "Due"), ("任务", "Task"), ("承办单位", "Who"), ("类型", "Kind"), ("依据", "Basis"))


def page(listed: Mapping[str, Any], now: datetime) -> str:
    """The page of one answer of `/v1/todo`."""
    rows = "".join(_row(item) for item in listed["todo"])
    nothing = f'<tr><td colspan="{len(_HEAD)}">没有待办事项 Nothing is to be done.</td></tr>'
    more = "<p>还有更多,见下一页 More on the next page.</p>" if listed["more"] else ""
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        f"<title>待办事项 To do</title><style>{_STYLE}</style></head><body>"
        f"<h1>待办事项 To do</h1><p>截至 as of {now.astimezone(SHANGHAI):%Y-%m-%d %H:%M}</p>"
        f"{_table(_HEAD, rows or nothing)}{more}{_tasks(listed['tasks'])}</body></html>"
    )


def _table(columns: Iterable[tuple[str, str]], rows: str) -> str:
    head = "".join(f"<th>{zh}<small>{en}</small></th>" for zh, en in columns)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _tasks(waiting: Iterable[Mapping[str, Any]]) -> str:
    """Tasks of conferences and supervision, where there are any."""
    rows = "".join(_task(item) for item in waiting)
    return f"<h2>任务 Tasks</h2>{_table(_TASKS, rows)}" if rows else ""


def _task(item: Mapping[str, Any]) -> str:
    cells = (
        f"{escape(item['due'] or '未定 no day')}{_late(item)}",
        f"{escape(item['what']['zh'])}:{escape(item['title'])}<small>{escape(item['what']['en'])}</small>",
        "".join(f"{escape(who['name'])}<small>{escape(who['unit'])}</small>" for who in item["who"]),
        escape(item["kind_zh"]),
        escape(item["basis"]),
    )
    return _cells(cells)


def _row(item: Mapping[str, Any]) -> str:
    provisional = "<small>暂计 provisional</small>" if item["provisional"] else ""
    cells = (
        f"{escape(item['due'])}{_late(item)}{provisional}",
        f"{escape(item['what']['zh'])}<small>{escape(item['what']['en'])}</small>",
        _who(item["who"]),
        f"{escape(item['code'])}<small>{escape(item['state_zh'])}</small>",
        escape(item["basis"]),
        _forms(item["forms"]),
    )
    return _cells(cells)


def _cells(cells: Iterable[str]) -> str:
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _late(item: Mapping[str, Any]) -> str:
    return '<small class="late">已逾期 overdue</small>' if item["overdue"] else ""


def _who(units: Iterable[Mapping[str, str]]) -> str:
    return "".join(f"{escape(who['name'])}<small>{escape(who['role_zh'])}</small>" for who in units)


def _forms(forms: Iterable[Mapping[str, Any]]) -> str:
    return "".join(
        f'<a href="{escape(form["href"])}">{escape(form["title"]["zh"])}'
        f"<small>{escape(form['title']['en'])}</small></a>"
        for form in forms
    )
