"""The codecs, as words: what a native value is and within which limits.

Every codec reads all the dirt of its family (spaces, full-width digits, empty words such as 无) and writes
one form. The implementations are `hub.translate.codecs`; only `Own` brings its functions along.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

from hub.port.values import Native, Unlisted, Unreadable

MOST_CANDIDATES: Final = 40
"""Codes of a list that a refusal names."""


@dataclass(frozen=True, slots=True)
class CodeList:
    """The codes of one native list, of one source system: (native code, shared code, native label).

    Labels are read like codes. The first row of a native code is the one that is read, the first of a shared
    code the one that is written; a shared code of `""` means that the native code says nothing here.
    `shared` names the list of the shared form; `otherwise` is the shared code of what is KEPT unlisted.
    """

    name: str
    system: str
    shared: str
    codes: tuple[tuple[str, str, str], ...]
    unlisted: Unlisted = Unlisted.REFUSE
    otherwise: str | None = None

    @property
    def candidates(self) -> str:
        """The list with its system and what may stand in it."""
        rows = [code if code == label else f"{code} {label}" for code, _, label in self.codes]
        shown = list(dict.fromkeys(rows))[:MOST_CANDIDATES]
        more = " …" if len(self.codes) > len(shown) == MOST_CANDIDATES else ""
        return f"{self.name} · {self.system}: {', '.join(shown)}{more}"

    def refusal(self, rule: str = "code", field: str | None = None) -> Unreadable:
        """What a code that the list cannot tell is refused with: the candidates, never the code."""
        return Unreadable(rule, self.candidates, field=field)


class When(Enum):
    """The ways native systems write a time; each value is the way 2021-04-09 08:05:07 is written."""

    DAY = "2021-04-09"
    DAY_UNPADDED = "2021-4-9"
    DAY_COMPACT = "20210409"
    DAY_CHINESE = "2021年4月9日"
    MINUTE = "2021-04-09 08:05"
    MINUTE_CHINESE = "2021年4月9日8时05分"
    SECOND = "2021-04-09 08:05:07"
    SECOND_UNPADDED = "2021-04-09 8:5:7"
    SECOND_COMPACT = "20210409080507"
    SECOND_T = "2021-04-09T08:05:07"
    SECOND_DOT_ZERO = "2021-04-09 08:05:07.0"
    OFFSET_SEVEN = "2021-04-09T08:05:07.0000000+08:00"
    EPOCH_MS = "1617926707000"
    EPOCH_SECONDS = "1617926707"


@dataclass(frozen=True, slots=True)
class Text:
    """Text ↔ string. `limit`: longest text the native field holds, in characters of its store."""

    limit: int = 10_000


@dataclass(frozen=True, slots=True)
class Whole:
    """Number or digits ↔ integer from `low` to `high`."""

    low: int = 0
    high: int = 1_000_000
    native: Native = Native.INTEGER


@dataclass(frozen=True, slots=True)
class Decimal:
    """Decimal text ↔ decimal string, as coordinates are kept."""


@dataclass(frozen=True, slots=True)
class Flag:
    """Two native codes ↔ true and false; JSON booleans are read too."""

    yes: str = "1"
    no: str = "0"
    native: Native = Native.TEXT


@dataclass(frozen=True, slots=True)
class Code:
    """A code, or its label, of `codes` ↔ a code of the shared form."""

    codes: CodeList
    native: Native = Native.TEXT


@dataclass(frozen=True, slots=True)
class Label:
    """Like `Code`, for systems that send the label itself; writes the label."""

    codes: CodeList


@dataclass(frozen=True, slots=True)
class Name:
    """A person's or organisation's name ↔ `name`, `name_status` (and `kind` of a company); path `.`.

    `organisations`: whether those who are no person are written here too, and not in a field of their own.
    """

    limit: int = 80
    organisations: bool = True


@dataclass(frozen=True, slots=True)
class IdNumber:
    """ID number or credit code ↔ `id_type id_number id_status` or `kind credit_code`; path `.`."""

    limit: int = 30


@dataclass(frozen=True, slots=True)
class Phones:
    """One or several numbers in one field, masked ones too ↔ `phones`."""

    limit: int = 50


@dataclass(frozen=True, slots=True)
class Amount:
    """`300元`, `1.2万元`, `12,000`, `3万余元` ↔ Money; `unit` is what is written after the number."""

    unit: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """`30余人`, `二人`, 3 ↔ {value, precision}."""


@dataclass(frozen=True, slots=True)
class Day:
    """A date of any precision ↔ PreciseDate {value, precision, raw}."""

    when: When = When.DAY


@dataclass(frozen=True, slots=True)
class LegalDate:
    """A whole date ↔ a date in Asia/Shanghai (`2021-04-09`)."""

    when: When = When.DAY


@dataclass(frozen=True, slots=True)
class Moment:
    """A time; without an offset it is +08:00; a mere date is its midnight ↔ an RFC 3339 instant."""

    when: When = When.SECOND


@dataclass(frozen=True, slots=True)
class Numbered:
    """A number of `system` ↔ Identifier {system, value, normal_form}."""

    system: str
    limit: int = 100


@dataclass(frozen=True, slots=True)
class Items:
    """Texts joined by `,` `;` `、`, or an array ↔ array of texts; written joined by `joint`."""

    joint: str = ","


@dataclass(frozen=True, slots=True)
class FileIds:
    """File ids or paths, which the envelope's `files` explain ↔ array of File of one catalogue.

    Where the ids are words (身份证复印件), `labels` tells the catalogue of each that it knows. With a `joint`
    they stand in one text, joined by it.
    """

    catalogue: str
    labels: CodeList | None = None
    joint: str = ""


@dataclass(frozen=True, slots=True)
class EmbeddedFile:
    """Native (name, Base64 content) ↔ a File; the content itself is handed on as a blob.

    Of a section of several files `choose` answers the (name, content) of the one that is meant, or None.
    """

    catalogue: str
    choose: Callable[[object], tuple[object, object] | None] | None = None


@dataclass(frozen=True, slots=True)
class Own:
    """A codec of one adapter. `read` answers a shared value or `Kept`; both may raise `Unreadable`.

    With several native fields (of one native object) `read` gets, and `write` answers, an object of them by
    their last names; `empty` may then be an object of what each of them is without a value.
    """

    name: str
    read: Callable[[object], object]
    write: Callable[[object], object]
    empty: object = ""
    loses: str | None = None


Codec: TypeAlias = (
    Text
    | Whole
    | Decimal
    | Flag
    | Code
    | Label
    | Name
    | IdNumber
    | Phones
    | Amount
    | Count
    | Day
    | LegalDate
    | Moment
    | Numbered
    | Items
    | FileIds
    | EmbeddedFile
    | Own
)
