"""What a check of evidence found: one line a check, in Chinese and English, also as JSON. Pure."""

from dataclasses import dataclass, field
from typing import Final, Literal, TypedDict

Status = Literal["ok", "failed", "note"]

_MARK: Final[dict[Status, str]] = {"ok": "✓", "failed": "✗", "note": "–"}


class LineJson(TypedDict):
    """A line for programs."""

    check: str
    where: str
    status: Status
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One check: its code, the file or place it looked at, how it ended, and that in words.

    A `note` is neither proof nor fault: something the bundle does not say, or cannot prove offline.
    """

    check: str
    where: str
    status: Status
    text: str


@dataclass(slots=True)
class Report:
    """All lines of one verification, in the order of the checks."""

    lines: list[Line] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether something was checked and nothing failed."""
        return bool(self.lines) and all(line.status != "failed" for line in self.lines)

    @property
    def failures(self) -> list[Line]:
        """What is wrong."""
        return [line for line in self.lines if line.status == "failed"]

    def passed(self, check: str, where: str, text: str) -> None:
        """Enters a check that held."""
        self.lines.append(Line(check, where, "ok", text))

    def failed(self, check: str, where: str, text: str) -> None:
        """Enters a check that did not hold; `text` says what is wrong."""
        self.lines.append(Line(check, where, "failed", text))

    def noted(self, check: str, where: str, text: str) -> None:
        """Enters what could not be checked."""
        self.lines.append(Line(check, where, "note", text))

    def expect(self, held: bool, check: str, where: str, text: str, wrong: str) -> bool:
        """Enters a check by its outcome; answers it."""
        if held:
            self.passed(check, where, text)
        else:
            self.failed(check, where, wrong)
        return held

    def text(self) -> str:
        """The report as a person reads it."""
        lines = [f"{_MARK[line.status]} {line.where}: {line.text}" for line in self.lines]
        wrong = len(self.failures)
        verdict = "证据有效 · the evidence holds"
        if not self.ok:
            verdict = f"证据不成立,{wrong} 处 · the evidence does not hold: {wrong} fault(s)"
        return "\n".join([*lines, verdict])

    def json(self) -> dict[str, object]:
        """The report as a program reads it."""
        lines: list[LineJson] = [
            {"check": x.check, "where": x.where, "status": x.status, "text": x.text} for x in self.lines
        ]
        return {"ok": self.ok, "lines": lines}
