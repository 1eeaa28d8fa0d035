r"""The patterns a schema may use, read by a small grammar: what it cannot read is not allowed.

    pattern  = "^" sequence "$"
    sequence = (atom [quantifier])*
    atom     = literal | "[" ASCII class "]" | "(" sequence ("|" sequence)* ")"
    quantifier = "?" | "{n}" | "{m,n}"

No `\d \w \s \p`, no `.`, no `*` or `+`, and no repetition around another one: such a pattern takes
linear time in every engine and means the same in each of them. Pure functions.
"""

import random
import re
from dataclasses import dataclass
from typing import Final, TypeAlias

_QUANTIFIER: Final = re.compile(r"\?|\{([0-9]{1,4})(?:,([0-9]{1,4}))?\}")
_RANGE: Final = re.compile(
    r"(\\x[0-9a-f]{2}|\\[\[\]\\^.-]|[ !-,./-Z_a-~-])(?:-(\\x[0-9a-f]{2}|[ -\[^-~]))?", re.ASCII
)
_LITERAL: Final = re.compile(r"\\[.+?*(){}\[\]|^$/\\-]|[A-Za-z0-9/:_@,;=#%&~ -]")
FOREIGN: Final = "测试字"
"""What stands for the characters a negated class lets through, besides ASCII."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """An atom and how often it comes."""

    atom: "Atom"
    least: int
    most: int


Sequence: TypeAlias = tuple[Repeat, ...]


@dataclass(frozen=True, slots=True)
class Chars:
    """One of these characters."""

    chars: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One of these sequences."""

    options: tuple[Sequence, ...]


Atom: TypeAlias = Chars | Choice


def parse(pattern: str) -> Sequence:
    """The parts of an allowed pattern. Raises ValueError, with the place, for any other."""
    if not (pattern.startswith("^") and pattern.endswith("$")):
        raise ValueError("a pattern begins with ^ and ends with $")
    body = pattern[1:-1]
    sequence, end = _sequence(body, 0)
    if end != len(body):
        raise ValueError(f"not allowed at {end + 1}: {body[end:]}")
    return sequence


def _sequence(text: str, at: int) -> tuple[Sequence, int]:
    parts: list[Repeat] = []
    while at < len(text) and text[at] not in "|)":
        atom, at = _atom(text, at)
        found = _QUANTIFIER.match(text, at)
        least, most = 1, 1
        if found:
            at = found.end()
            least = int(found[1] or 0)
            most = int(found[2] or found[1] or 1)
        if most > 1 and isinstance(atom, Choice):
            raise ValueError(f"a group may not be repeated, at {at + 1}")
        parts.append(Repeat(atom, least, most))
    return tuple(parts), at


def _atom(text: str, at: int) -> tuple[Atom, int]:
    if text[at] == "[":
        return _chars(text, at + 1)
    if text[at] == "(":
        options = []
        while True:
            option, at = _sequence(text, at + 1)
            options.append(option)
            if text[at : at + 1] != "|":
                break
        if text[at : at + 1] != ")":
            raise ValueError("a group is not closed")
        return Choice(tuple(options)), at + 1
    found = _LITERAL.match(text, at)
    if not found:
        raise ValueError(f"not allowed at {at + 1}: {text[at:]}")
    return Chars(found[0][-1]), found.end()


def _chars(text: str, at: int) -> tuple[Chars, int]:
    negated = text[at : at + 1] == "^"
    at += negated
    chars = ""
    while text[at : at + 1] not in {"]", ""}:
        found = _RANGE.match(text, at)
        if not found:
            raise ValueError(f"not an ASCII class at {at + 1}: {text[at:]}")
        first, last = _char(found[1]), _char(found[2] or found[1])
        chars += "".join(map(chr, range(ord(first), ord(last) + 1)))
        at = found.end()
    if not chars or at >= len(text):
        raise ValueError("an empty or open class")
    if negated:
        chars = "".join(c for c in map(chr, range(32, 127)) if c not in chars) + FOREIGN
    return Chars(chars), at + 1


def _char(text: str) -> str:
    return bytes.fromhex(text[2:]).decode("latin-1") if text.startswith("\\x") else text[-1]


def sample(sequence: Sequence, rng: random.Random) -> str:
    """A string that matches."""
    return "".join(_sample(part, rng) for part in sequence)


def _sample(part: Repeat, rng: random.Random) -> str:
    times = rng.randint(part.least, min(part.most, part.least + 12))
    return "".join(_one(part.atom, rng) for _ in range(times))


def _one(atom: Atom, rng: random.Random) -> str:
    return rng.choice(atom.chars) if isinstance(atom, Chars) else sample(rng.choice(atom.options), rng)
