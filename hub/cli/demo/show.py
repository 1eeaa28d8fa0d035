"""Shows what happens as it happens: who sends what to whom, what it changed, which clock began or stopped."""

from collections.abc import Mapping
from typing import Any, Final

from rich.console import Console
from rich.markup import escape

from hub.cli.demo.words import Names

COLOURS: Final = {"police": "bright_blue", "justice": "green", "court": "dark_orange3", "hub": "magenta"}
_UNSHOWN: Final = frozenset({"DISPUTE_IDLE"})
"""Begun anew by every message: a line each time would drown the others."""


class Show:
    """Prints lines. In a crowd only trouble is worth a line."""

    def __init__(self, names: Names, console: Console) -> None:
        self.names = names
        self.console = console
        self.quiet = False
        self._labels: dict[str, str] = {}
        self._states: dict[tuple[str, str], str] = {}
        self._deadlines: dict[tuple[str, str, str, str], str] = {}

    def label(self, dispute: str, label: str) -> None:
        """Show a dispute under the letter of its story."""
        self._labels[dispute] = label

    def title(self, text: str) -> None:
        """A heading."""
        self.console.rule(f"[bold]{escape(text)}")

    def note(self, zh: str, en: str) -> None:
        """A remark."""
        self.console.print(f"[dim]{escape(self.names.say(zh, en))}")

    def happened(self, _system: str, told: Mapping[str, Any]) -> None:
        """Something a system told of itself."""
        if self.quiet:
            return
        match told["event"]:
            case "sent":
                self._sent(told)
            case "received":
                self._received(told)
            case "refused":
                self._refused(told)
            case "repeated":
                same = self.names.say("回执逐字节相同", "the same receipt, byte for byte")
                other = self.names.say("回执不同!", "another receipt!")
                self._line(
                    told,
                    "↻",
                    f"{self._who(told['unit'])} {self.names.kind(told['kind'])} 重发 repeat: "
                    f"{same if told['same'] else other}",
                )
            case "down":
                self._line(
                    told, "✖", self.names.say("公安接收端停机", "the police's receiver is down"), "red"
                )
            case "up":
                self._line(
                    told, "✔", self.names.say("公安接收端恢复", "the police's receiver is back"), "green"
                )

    def look(self, view: Mapping[str, Any]) -> None:
        """A dispute as one of its units sees it now: what is new since the last look."""
        dispute = str(view["dispute"])
        self._state(dispute, "dispute", dispute, view["state"])
        for case in view["cases"]:
            self._state(dispute, case["machine"], case["id"], case["state"])
        for deadline in view["deadlines"]:
            self._deadline(dispute, deadline)

    def _sent(self, told: Mapping[str, Any]) -> None:
        names = self.names
        to = [names.unit(d["unit"]) for d in told["deliveries"]] or [names.unit(told["to"])]
        form = "" if told["format"] == "shared" else f" [italic]{told['format']}[/italic]"
        text = f"{self._who(told['unit'])} ─[bold]{names.kind(told['kind'])}[/bold]{form}→ {', '.join(to)}"
        self._line(told, "▶", text)
        for record in told["records"]:
            if "problem" in record:
                problem = record["problem"]
                self._line(told, "✗", f"{record['record']}: {problem.get('title', '')}", "red")
        if told["findings"]:
            self._line(told, " ", f"[dim]{names.say('提示', 'findings')}: {' '.join(told['findings'])}[/dim]")

    def _received(self, told: Mapping[str, Any]) -> None:
        text = f"{self._who(told['unit'])} ← {self.names.kind(told['kind'])} #{told['seq']}"
        self._line(told, "·", f"[dim]{text}[/dim]")

    def _refused(self, told: Mapping[str, Any]) -> None:
        places = " ".join(str(e.get("pointer") or e.get("native") or "") for e in told["errors"])
        text = f"{self._who(told['unit'])} {self.names.kind(told['kind'])}: {told['status']} {told['code']} {places}"
        self._line(told, "✗", text, "red")

    def _state(self, dispute: str, machine: str, key: str, state: str) -> None:
        before = self._states.get((dispute, key))
        if before == state:
            return
        self._states[(dispute, key)] = state
        names = self.names
        was = f"{names.state(machine, before)} → " if before else ""
        self._change(
            dispute, "◆", f"{names.machine(machine)}: {was}[bold]{names.state(machine, state)}[/bold]"
        )

    def _deadline(self, dispute: str, told: Mapping[str, Any]) -> None:
        if told["rule"] in _UNSHOWN:
            return
        key = (dispute, told["rule"], str(told["object"]), str(told["due"]))
        before, state = self._deadlines.get(key), told["state"]
        if before == state:
            return
        self._deadlines[key] = state
        names = self.names
        due = told["due"] or names.say("证据日", "date of evidence")
        if told["state"] == "running":
            text = f"{names.rule(told['rule'])} {names.say('至', 'until')} [bold]{due}[/bold] [dim]{told['basis']}[/dim]"
            self._change(dispute, "⏱", text, "yellow")
        elif before is not None:
            self._change(dispute, "■", f"{names.rule(told['rule'])} {names.say('停止', 'stopped')}", "yellow")

    def _who(self, unit: str | None) -> str:
        return f"[{COLOURS[self.names.agency(unit)]}]{self.names.unit(unit)}[/]"

    def _line(self, told: Mapping[str, Any], mark: str, text: str, style: str = "") -> None:
        at = str(told["at"])
        label = self._labels.get(str(told.get("dispute")), "·")
        head = f"[dim]{at[5:10]} {at[11:19]}[/dim] [bold]{label}[/bold] {mark} "
        self.console.print(head + (f"[{style}]{text}[/]" if style else text), soft_wrap=True, highlight=False)

    def _change(self, dispute: str, mark: str, text: str, style: str = "") -> None:
        label = self._labels.get(dispute, "·")
        head = f"{'':14} [bold]{label}[/bold]   {mark} "
        self.console.print(head + (f"[{style}]{text}[/]" if style else text), soft_wrap=True, highlight=False)
