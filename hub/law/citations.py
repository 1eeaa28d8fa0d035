"""Articles as a user reads them: what the reference data adds for engineers is left out. Pure."""

import re
from typing import Final

OURS: Final = "平台设计"
"""The basis of what no law says: our own design."""
CONFIGURED: Final = "配置(无全国规定)"
"""The basis of a number that no national rule gives: a district sets it."""

_REMARK: Final = re.compile(r"\s*\([^)]*[A-Za-z/][^)]*\)")
_ASIDE: Final = re.compile(r"(?<=\S)\s+[A-Za-z(].*$")
_CHINESE: Final = re.compile(r"[一-鿿]")
_WORD: Final = re.compile(r"[A-Za-z]{3,}")
_LAW: Final = re.compile(r"[0-9〇一二三四五六七八九十]|法$")
_SHORT: Final = {"SPC意见2025-01-01三": "关于严格依法规范民事案件立案与调解工作的意见三"}


def of_rule(source: str, before: str) -> str:
    """The basis of a deadline rule; `same` repeats the one before it."""
    if source == "same":
        return before
    text = _REMARK.sub("", source).strip()
    for short, full in _SHORT.items():
        text = text.replace(short, full)
    return CONFIGURED if text in ("无", "无全国规定") else text


def of_expectation(basis: str) -> str:
    """The basis of an expected member: its laws and standards, else our own design."""
    parts = (_ASIDE.sub("", part.partition(":")[0]).strip() for part in basis.split(";"))
    kept = [_full(part) for part in parts if _is_law(part)]
    return "; ".join(kept) or OURS


def _is_law(part: str) -> bool:
    if part.startswith(("GB ", "GB/T ", "35")):
        return True
    return bool(_CHINESE.search(part)) and not _WORD.search(part) and bool(_LAW.search(part))


def _full(part: str) -> str:
    """Grounds such as `358-5` are articles of the interpretation."""
    return re.sub(r"^(35\d)-(\d)$", r"民诉法解释\1(\2)", part)
