"""A few shapes of SVG as text, and how wide a Chinese label is. Pure; same input, same bytes."""

from dataclasses import dataclass, field
from html import escape
from typing import Final

FONT: Final = "'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',sans-serif"


def width(text: str, size: float) -> float:
    """About how wide a text is: Chinese characters are square, others a little over half."""
    return sum(size if ord(c) > 0x2E7F else size * 0.58 for c in text)


def wrapped(text: str, size: float, limit: float) -> list[str]:
    """The text in lines no wider than the limit, broken at separators where there are any."""
    lines, line = [], ""
    for part in _parts(text):
        if line and width(line + part, size) > limit:
            lines.append(line)
            line = ""
        line += part
    return [*lines, line] if line else lines


def _parts(text: str) -> list[str]:
    parts, word = [], ""
    for char in text:
        if char == "(" and word:
            parts.append(word)
            word = ""
        word += char
        if char in "/、·; ":
            parts.append(word)
            word = ""
    return [*parts, word] if word else parts


@dataclass(slots=True)
class Picture:
    """Shapes in the order they are drawn."""

    parts: list[str] = field(default_factory=list)

    def rect(self, x: float, y: float, w: float, h: float, **style: str | float) -> None:
        """A box; style keys with `_` for `-`."""
        self.parts.append(f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(w)}" height="{_n(h)}"{_style(style)}/>')

    def line(self, x1: float, y1: float, x2: float, y2: float, **style: str | float) -> None:
        """A straight line."""
        self.parts.append(f'<line x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}"{_style(style)}/>')

    def circle(self, x: float, y: float, r: float, **style: str | float) -> None:
        """A dot."""
        self.parts.append(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(r)}"{_style(style)}/>')

    def path(self, d: str, **style: str | float) -> None:
        """A path, its `d` as SVG says."""
        self.parts.append(f'<path d="{d}"{_style(style)}/>')

    def text(self, x: float, y: float, said: str, size: float = 12, **style: str | float) -> None:
        """One line of text."""
        self.parts.append(
            f'<text x="{_n(x)}" y="{_n(y)}" font-size="{_n(size)}"{_style(style)}>{escape(said)}</text>'
        )

    def svg(self, w: float, h: float, title: str) -> str:
        """The whole picture, on white, with a title for readers that cannot see it."""
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(w)}" height="{_n(h)}" '
            f'viewBox="0 0 {_n(w)} {_n(h)}" font-family="{FONT}" role="img">'
            f"<title>{escape(title)}</title>"
            f'<rect width="{_n(w)}" height="{_n(h)}" fill="#ffffff"/>'
        )
        return "\n".join((head, *self.parts, "</svg>")) + "\n"


def number(value: float) -> str:
    """A coordinate with at most one decimal."""
    return _n(value)


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _style(style: dict[str, str | float]) -> str:
    return "".join(
        f' {name.rstrip("_").replace("_", "-")}="{_n(v) if isinstance(v, float | int) else v}"'
        for name, v in style.items()
    )
