"""Shows what happens as it happens: who sends what to whom, what it changed, which clock began or stopped."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.markup import escape

from hub.cli.demo.chronicle import Change, Span
from hub.cli.demo.page.texts import ACTS, FINDINGS, law
from hub.cli.demo.words import Names

COLOURS: Final = {"police": "bright_blue", "justice": "green", "court": "dark_orange3", "hub": "magenta"}
_UNSHOWN: Final = frozenset({"DISPUTE_IDLE"})
"""Begun anew by every message: a line each time would drown the others."""


class Show:
    """Prints lines. `labels` are the letters of the stories by dispute."""

    def __init__(self, names: Names, console: Console) -> None:
        self.names = names
        self.console = console
        self.labels: dict[str, str] = {}

    def begin(self, folder: Path) -> None:
        """The first line."""
        text = self.names.say(
            "准备目录、数据库、密钥与登记", "preparing directory, database, keys, registrations"
        )
        self.console.print(f"[bold]联调 Liantiao[/]  [dim]{text}: {escape(str(folder))}")

    def day(self, number: int, day: date) -> None:
        """A story day begins."""
        self.console.rule(f"[bold]{self.names.say(f'第 {number} 日', f'day {number}')}[/]  {day}")

    def counting(self) -> None:
        """The accounts are being made up."""
        self.console.print(
            f"[dim]{self.names.say('核账与核验证据…', 'making up the accounts, checking evidence…')}"
        )

    def trouble(self, text: str) -> None:
        """Something that should not have happened."""
        self.console.print(f"[bold red]✗ {escape(text)}", soft_wrap=True)

    def happened(self, told: Mapping[str, Any]) -> None:
        """Something a system told of itself."""
        say = self.names.say
        match told["event"]:
            case "sent":
                self._sent(told)
            case "received":
                text = f"{self._who(told['unit'])} ← {self.names.kind(told['kind'])} #{told['seq']}"
                self._line(told, "·", f"[dim]{text}[/dim]")
            case "refused":
                self._refused(told)
            case "repeated":
                same = say("回执逐字节相同", "the same receipt, byte for byte")
                verdict = same if told["same"] else say("回执不同!", "another receipt!")
                again = say("重发", "sends again")
                text = f"{self._who(told['unit'])} {again} {self.names.kind(told['kind'])}: {verdict}"
                self._line(told, "↻", text)
            case "prechecked":
                self._prechecked(told)
            case "flagged":
                text = "; ".join(escape(say(f["zh"], f["en"])) for f in told["signs"])
                self._line(
                    told, "⚑", f"{self._who(told['unit'])} {say('查看迹象', 'looks at signs')}: {text}"
                )
            case "published":
                title = f"{say('典型案例公开', 'a typical case is public')}: [bold]{escape(told['title'])}[/]"
                self._line(told, "★", f"{self._who(told['unit'])} {title} {escape(told['text'])}")
            case "down":
                self._line(told, "✖", say("公安接收端停机", "the police's receiver is down"), "red")
            case "up":
                self._line(told, "✔", say("公安接收端恢复", "the police's receiver is back"), "green")
            case _:
                self._line(told, "?", str(told["event"]))

    def changes(self, changes: Sequence[Change]) -> None:
        """What a look at a dispute found new."""
        for change in changes:
            if change.what == "state":
                self._state(change)
            elif change.span is not None and change.span.rule not in _UNSHOWN:
                self._clock(change, change.span)

    def _sent(self, told: Mapping[str, Any]) -> None:
        names = self.names
        to = [names.unit(d["unit"]) for d in told["deliveries"]] or [names.unit(told["to"])]
        form = "" if told["format"] == "shared" else f" [italic]{told['format']}[/italic]"
        kind = names.kind(told["kind"])
        said = ACTS.get((told["kind"], told["says"])) if told["says"] else None
        says = f" ({names.say(*said)})" if said else ""
        text = f"{self._who(told['unit'])} ─[bold]{kind}[/bold]{says}{form}→ {', '.join(to)}"
        self._line(told, "▶", text)
        for record in told["records"]:
            if "problem" in record:
                rules = " ".join(str(e.get("rule")) for e in record["problem"].get("errors", ()))
                unread = names.say("不能读出", "cannot be read")
                self._line(told, "✗", f"{record['record']} {unread}: {rules}", "red")
        if told["findings"]:
            findings = " ".join(names.say(FINDINGS.get(code, code), code) for code in told["findings"])
            self._line(told, " ", f"[dim]{names.say('提示', 'findings')}: {findings}[/dim]")

    def _refused(self, told: Mapping[str, Any]) -> None:
        places = " ".join(str(e.get("pointer") or e.get("native") or "") for e in told["errors"])
        kind = self.names.kind(told["kind"])
        text = f"{self._who(told['unit'])} {kind}: {told['status']} {told['code']} {places}"
        self._line(told, "✗", text, "red")

    def _prechecked(self, told: Mapping[str, Any]) -> None:
        say, found = self.names.say, told["findings"]
        none = say("没有问题", "nothing found")
        text = "; ".join(escape(say(f["zh"], f["en"])) for f in found) or none
        self._line(told, "?", f"{self._who(told['unit'])} {say('就地预检', 'pre-check')}: {text}")

    def _state(self, change: Change) -> None:
        names = self.names
        was = f"{names.state(change.machine, change.before)} → " if change.before else ""
        now = names.state(change.machine, change.after)
        self._change(change, "◆", f"{names.machine(change.machine)}: {was}[bold]{now}[/bold]")

    def _clock(self, change: Change, span: Span) -> None:
        names = self.names
        rule = names.rule(span.rule)
        if change.what == "ended":
            self._change(change, "■", f"{rule} {names.say('停止', 'stopped')}", "yellow")
            return
        due = span.due or names.say("证据日", "day of evidence")
        until = names.say("至", "until") if span.due else ""
        basis = span.basis if names.lang == "zh" else law(span.basis)
        self._change(change, "⏱", f"{rule} {until} [bold]{due}[/bold] [dim]{escape(basis)}[/dim]", "yellow")

    def _who(self, unit: str | None) -> str:
        return f"[{COLOURS[self.names.agency(unit)]}]{self.names.unit(unit)}[/]"

    def _line(self, told: Mapping[str, Any], mark: str, text: str, style: str = "") -> None:
        at = str(told["at"])
        label = self.labels.get(str(told.get("dispute")), "·")
        self._print(f"[dim]{at[5:10]} {at[11:19]}[/dim] [bold]{label}[/bold] {mark} ", text, style)

    def _change(self, change: Change, mark: str, text: str, style: str = "") -> None:
        label = self.labels.get(change.dispute, "·")
        self._print(f"{'':14} [bold]{label}[/bold]   {mark} ", text, style)

    def _print(self, head: str, text: str, style: str) -> None:
        self.console.print(head + (f"[{style}]{text}[/]" if style else text), soft_wrap=True)
