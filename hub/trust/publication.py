"""What must not be published (法释〔2016〕19号 and its kin): names hidden, what a text still gives away.

The rules are data: `masking-rules` of the reference, each with the code that carries it out here. A text is
only looked at: what a pattern finds is a finding for the person who signs it off, and what no pattern can
find (health, a school, a street in a small town) stays that person's work. Pure.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final, Literal, NamedTuple, cast

from hub.reference import entries
from hub.reference.catalogue import read_file
from hub.trust.masks import surname

Code = Literal["withhold", "hide", "surname", "first", "number", "delete", "keep"]
Style = Literal["surname", "first"]
_MOU: Final = "某"

PUBLISHED: Final = frozenset({"typical_case"})
"""The kinds that are written to be published. Nothing else ever is: no ruling, no agreement, no record."""

MEMBERS: Final = ("title", "text", "rules")
"""Members of such a document that the public reads."""

_DIGIT: Final = r"(?<![0-9])(?:{})(?![0-9])"
_PROVINCES: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"


class Rule(NamedTuple):
    """One rule: what it is about, what is done, on which source, how sure the source is."""

    item: str
    code: Code
    what: str
    source: str
    status: str


class Left(NamedTuple):
    """Something a text still says: the rule it breaks, and what kind of thing was found."""

    rule: Rule
    found: str


_PATTERNS: Final[Mapping[str, tuple[str, re.Pattern[str]]]] = {
    "id-number": (
        "private",
        re.compile(_DIGIT.format(r"[1-9][0-9]{5}(?:19|20)?[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9]{4}[0-9Xx]?")),
    ),
    "phone": ("private", re.compile(_DIGIT.format(r"1[0-9]{10}|0[0-9]{2,3}[- ]?[0-9]{7,8}"))),
    "address": (
        "private",
        re.compile(
            r"(?:路|街|巷|道|村|苑|园|小区)[^,。;,;]{0,12}?[0-9一二三四五六七八九十]+(?:号|栋|幢|单元|室)"
        ),
    ),
    "bank-account": ("account", re.compile(_DIGIT.format(r"(?:[0-9]{4}[ -]?){3,4}[0-9]{3,4}"))),
    "plate": (
        "traces",
        re.compile(rf"[{_PROVINCES}][A-HJ-NP-Z]·?[A-HJ-NP-Z0-9]{{4,5}}[A-HJ-NP-Z0-9挂学警港澳]"),
    ),
    "deed": ("traces", re.compile(r"(?:不动产权|房权证|房地证|土地使用证)[^,。]{0,16}?[0-9]{3,}")),
    "social-account": (
        "traces",
        re.compile(
            r"(?:QQ|微信|微博|抖音|支付宝)(?:号|账号|帐号)?\s*[::]?\s*[A-Za-z0-9_-]{5,20}|[\w.-]+@[\w-]+\.\w+"
        ),
    ),
    "minor": ("minor", re.compile(r"未成年|(?<![0-9])(?:[0-9]|1[0-7])\s*(?:周)?岁")),
    "ruling": ("ruling", re.compile(r"民事裁定书[\s\S]*裁定如下|民事调解书[\s\S]*达成如下")),
    "excluded": ("excluded", re.compile(r"抚养权|监护权|离婚诉讼|国家秘密")),
}

_ERASED: Final = ("id-number", "bank-account", "phone", "address", "plate", "deed", "social-account")


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule of the reference with its code. Raises KeyError for one that nothing carries out."""
    carried = {row["item"]: row for row in read_file("masking_codes")}
    return tuple(
        Rule(
            e.code,
            cast("Code", carried[e.code]["code"]),
            carried[e.code]["what"],
            e.row["source"],
            e.row["status"],
        )
        for e in entries("masking-rules")
    )


def left_in(text: str) -> tuple[Left, ...]:
    """What a text for publication still gives away, each kind once. Says where to look, never a value."""
    return tuple(
        Left(rule(what), found) for found, (what, pattern) in _PATTERNS.items() if pattern.search(text)
    )


def hidden(names: Iterable[str]) -> dict[str, str]:
    """Each name as it is published: surname or first character and 某; the same twice is told by a number."""
    whole = list(dict.fromkeys(n for n in names if n))
    short = {name: _hidden(name) for name in whole}
    times, seen = Counter(short.values()), Counter[str]()
    told: dict[str, str] = {}
    for name, as_told in short.items():
        seen[as_told] += 1
        told[name] = f"{as_told}{seen[as_told]}" if times[as_told] > 1 else as_told
    return told


def rewritten(text: str, names: Iterable[str]) -> str:
    """A text with these names as they are published; longer names first, so that none cuts another."""
    told = hidden(names)
    if not told:
        return text
    pattern = re.compile("|".join(re.escape(n) for n in sorted(told, key=len, reverse=True)))
    return pattern.sub(lambda m: told[m[0]], text)


def erased(text: str) -> str:
    """A text without what rules of kind `delete` name and a pattern can find; `(略)` stands in its place."""
    for found in _ERASED:
        text = _PATTERNS[found][1].sub("(略)", text)
    return text


def style(name: str) -> Style:
    """By which rule a name is hidden: a name with a middle dot keeps its first character (art. 9(2), (3))."""
    return "first" if "·" in name or "•" in name or name.isascii() else "surname"


def _hidden(name: str) -> str:
    if style(name) == "first":
        return name[0] + _MOU
    return surname(name) + _MOU


def rule(what: str) -> Rule:
    """The rule about something, by the word of `masking_codes`. Raises StopIteration for an unknown one."""
    return next(one for one in rules() if one.what == what)
