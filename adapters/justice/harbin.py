"""哈尔滨 人民调解平台: the dossier (卷宗) of a mediation, registered, ended and visited in one file.

The envelope's kind says what is told of it. Names are flat (`archive.state`) beside two nested objects.
"""

from typing import Final

from adapters.justice.codecs_harbin import AT_LEAST_TWO, BOTH_AGREE, REMARK, RESULT, STATE
from adapters.justice.codes_harbin import SUSPENDED
from adapters.justice.codes_xlgl import GB_SEX
from hub.port import (
    Absent,
    Code,
    Const,
    Direction,
    Drop,
    Each,
    Field,
    FieldList,
    Format,
    Ident,
    IdNumber,
    JsonKeys,
    Known,
    LegalDate,
    Map,
    Moment,
    Name,
    Native,
    Numbered,
    Phones,
    Role,
    Row,
    Text,
    When,
    Whole,
)

_TYPE: Final = "a code of a list that was never published; two lists known elsewhere differ by one"
_REGISTERED: Final = "of the registration, which has a message of its own"
_ENDED: Final = "of the result, which has a message of its own"
_VISITED: Final = "of the visit, which has a message of its own"
_DOSSIER: Final = Ident(("archive.id",), "harbin_archive", Role.CASE)

_ALWAYS: Final[tuple[Row, ...]] = (
    Drop("archive.type.id", _TYPE),
    Drop("archive.keepTime", "how long the platform keeps its file"),
    Drop("archive.manager", "the mediator as an object: its members were never published"),
    Drop("archive.workers", "further mediators: their members were never published"),
    Drop("state", "answer of the platform: 0 is success"),
)

_LITIGANTS: Final = Each(
    "archive.litigants",
    "parties",
    (
        Field("name", ".", Name()),
        Field("sex", "sex", Code(GB_SEX)),
        Field("nation", "ethnic_group", Text(20)),
        Field("age", "age_reported", Whole(high=150)),
        Field("card", ".", IdNumber()),
        Field("address", "addresses/0/text", Text(200)),
        Field("contact", "phones", Phones()),
    ),
)

_DISPUTE: Final = Map(
    "dispute",
    Direction.BOTH,
    (
        Ident("archive.id", "harbin_archive", Role.OWN),
        *_ALWAYS,
        Field("archive.name", "title", Text(120)),
        Field("archive.content", "facts", Text(1000)),
        Field("archive.manager.id", "handler/staff_no", Text(40)),
        _LITIGANTS,
        Field("archive.litigants", "parties", AT_LEAST_TWO),
        Field("archive.applyTime", "reported_at", Moment(When.EPOCH_MS)),
        Field("archive.createTime", "business_time", Moment(When.EPOCH_MS)),
        Drop("archive.state", _ENDED, fill=0),
        Drop("protocol/code", _ENDED),
        Drop("protocol/result", _ENDED),
        Drop("protocol/content", _ENDED),
        Drop("protocol/remark", _ENDED),
        Drop("checkVisit/content", _VISITED),
        Drop("checkVisit/visitTime", _VISITED),
        Const("action", "register"),
        Const("origin", "other"),
    ),
)

_NOT_REGISTERED_HERE: Final[tuple[Row, ...]] = (
    _DOSSIER,
    *_ALWAYS,
    Drop("archive.name", _REGISTERED),
    Drop("archive.manager.id", _REGISTERED),
    Drop("archive.litigants/*", _REGISTERED),
    Drop("archive.applyTime", _REGISTERED),
    Drop("archive.createTime", "when the dossier was opened: no act of the mediation"),
)

_RESULT: Final = Map(
    "mediation_result",
    Direction.BOTH,
    (
        *_NOT_REGISTERED_HERE,
        Drop("archive.content", _REGISTERED),
        Field("archive.state", "outcome", STATE),
        Field("protocol/result", "outcome", RESULT),
        Field("protocol/code", "agreements/0/number", Numbered("agreement_no")),
        Ident("protocol/code", "agreement_no", Role.CASE),
        Field("protocol/content", "agreements/0/terms", Text(4000)),
        Field("protocol/remark", "agreements/0/items", REMARK),
        Field(("archive.state", "protocol"), "outcome", BOTH_AGREE),
        Drop("checkVisit/content", _VISITED),
        Drop("checkVisit/visitTime", _VISITED),
        Const("agreements/0/form", "written"),
        Const("agreements/0/mediation_type", "people"),
        Const("agreements/0/organisation", Known.UNIT),
    ),
)

_PROGRESS: Final = Map(
    "mediation_progress",
    Direction.READ,
    (
        *_NOT_REGISTERED_HERE,
        Field("archive.content", "remarks", Text(1000)),
        Field("archive.state", "event", Code(SUSPENDED, Native.INTEGER)),
        Ident("protocol/code", "agreement_no", Role.CASE),
        Drop("protocol/result", _ENDED),
        Drop("protocol/content", _ENDED),
        Drop("protocol/remark", _ENDED),
        Drop("checkVisit/content", _VISITED),
        Drop("checkVisit/visitTime", _VISITED),
    ),
)

_VISIT: Final = Map(
    "performance",
    Direction.READ,
    (
        *_NOT_REGISTERED_HERE,
        Drop("archive.content", _REGISTERED),
        Drop("archive.state", _ENDED),
        Ident("protocol/code", "agreement_no", Role.CASE),
        Drop("protocol/result", _ENDED),
        Drop("protocol/content", _ENDED),
        Drop("protocol/remark", _ENDED),
        Field("checkVisit/content", "visit/situation", Text(2000)),
        Field("checkVisit/visitTime", "visit/on", LegalDate(When.EPOCH_MS)),
        Field("checkVisit/visitTime", "on", LegalDate(When.EPOCH_MS)),
        Field("checkVisit/visitTime", "business_time", Moment(When.EPOCH_MS)),
        Const("event", "visit"),
    ),
)

HARBIN_ARCHIVE: Final = Format(
    name="harbin_archive",
    zh="调解卷宗 (哈尔滨)",
    grade="A",
    media=("application/json",),
    carrier=JsonKeys(frozenset({"archive.state"})),
    maps=(_DISPUTE, _RESULT, _PROGRESS, _VISIT),
    fields=(
        FieldList(
            "justice_harbin.csv", ("archive / protocol / mediate / checkVisit (x-www-form-urlencoded)",)
        ),
    ),
    absent=Absent.OMIT,
)
