"""What is compared of a name: the cleaned name, its toneless pinyin, its surname with one syllable. Pure.

Each is a set over the parties of a dispute, since their roles swap between agencies. A typist hears the
name: homophones keep the pinyin, a mistaken character keeps the surname and the other syllable.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from pypinyin import lazy_pinyin

_NOTE: Final = re.compile(r"\(.*?\)")
_TITLE: Final = re.compile(r"(?:先生|女士|小姐|同志|老师|师傅)$")
_NOT_A_LETTER: Final = re.compile(r"[^0-9a-z一-鿿㐀-䶿]")
_UNTOLD: Final = re.compile(r"某|不详|无名|未知|^$")
_MASKED: Final = re.compile(r"[*×＊]")
_COMPANY: Final = re.compile(r"(?:股份)?(?:有限)?(?:责任)?公司$|个体工商户$|经营部$")
_PAIRED: Final = frozenset(
    [
        "欧阳",
        "上官",
        "司马",
        "司徒",
        "诸葛",
        "夏侯",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "令狐",
        "慕容",
        "宇文",
        "长孙",
    ]
)
_LONGEST_PERSON: Final = 4


def cleaned(name: str) -> str:
    """The name without notes, titles, spaces and marks; empty when it tells nobody (masked, 某, 不详)."""
    plain = unicodedata.normalize("NFKC", name).lower()
    if _MASKED.search(plain):
        return ""
    plain = _NOT_A_LETTER.sub("", _TITLE.sub("", _NOTE.sub("", plain).strip()))
    plain = _COMPANY.sub("", plain) or plain
    return "" if _UNTOLD.search(plain) else plain


@lru_cache(maxsize=65536)
def pinyin(name: str) -> str:
    """Toneless pinyin of a cleaned name: syllables with spaces of a person's, without of a longer one."""
    syllables = lazy_pinyin(name)
    return (" " if len(name) <= _LONGEST_PERSON else "").join(syllables)


def skeletons(name: str) -> tuple[str, ...]:
    """Surname with each single syllable of the given name: `zhang+jian`, `zhang+guo`. None of a company."""
    if not 2 <= len(name) <= _LONGEST_PERSON:
        return ()
    of_surname = 2 if name[:2] in _PAIRED and len(name) > 2 else 1
    syllables = pinyin(name).split(" ")
    surname = "".join(syllables[:of_surname])
    return tuple(dict.fromkeys(f"{surname}+{syllable}" for syllable in syllables[of_surname:]))
