"""The people's-mediation file 人民调解卷宗 of a case: what was exchanged, in order, and what is missing.

Order and what is required are those of a published form set of people's mediation; no national rule gives
them, so they are configuration and say so. Pure; works on documents already cut to the reader's view.
Attached papers are named with their digests, not copied.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple

import schemas
from hub.exchange.written import title, written
from hub.law.calendar import legal_day
from hub.law.citations import CONFIGURED
from hub.law.model import Units

Said = Mapping[str, Any]
Need = Literal["required", "as_needed", "made"]
"""`made`: made with the file itself."""


class Part(NamedTuple):
    """One part of a file: which papers (codes of `file_catalogue`) and which messages are it."""

    zh: str
    en: str
    need: Need
    papers: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()


def _of(*codes: str) -> frozenset[str]:
    return frozenset(codes)


ORDER: Final = (
    Part("人民调解申请书或受理登记表", "Application", "required",
         _of("application", "register"), _of("dispute", "referral")),
    Part("权利义务告知书", "Notice of rights and duties", "required",
         _of("notice_of_rights"), _of("guidance")),
    Part("当事人身份证明", "Proof of identity", "required", _of("identity")),
    Part("授权委托书", "Power of attorney", "as_needed", _of("proxy")),
    Part("调查记录", "Record of inquiry", "as_needed", _of("investigation")),
    Part("证据材料", "Evidence", "as_needed", _of("evidence", "appraisal", "property_right")),
    Part("调解记录", "Record of mediation", "required", _of("record")),
    Part("调解协议书", "Agreement", "required", _of("agreement"), _of("mediation_result")),
    Part("履行凭证", "Proof of performance", "as_needed", _of("performance_proof"), _of("performance")),
    Part("回访记录", "Record of the visit", "as_needed", _of("visit")),
    Part("司法确认材料", "Papers of judicial confirmation", "as_needed", _of("confirmation_papers", "ruling"),
         _of("confirmation_application", "confirmation_ruling")),
    Part("卷宗情况说明", "Remarks on the file", "as_needed"),
    Part("封底", "Back cover", "made"),
)  # fmt: skip
_TECHNICAL: Final = frozenset(
    {"schema", "dispute", "about_case", "identifiers", "attachments", "native_extras"}
)


def contents(home: Said, case: Said) -> list[dict[str, Any]]:
    """Each part in order with its messages and papers; `missing`: a required one without any."""
    said: Sequence[Said] = [m for m in home["messages"] if m["case"] in (None, case["id"]) or _later(m)]
    return [_part(no, part, said) for no, part in enumerate(ORDER, 1)]


def data(parts: Sequence[Said], home: Said, units: Units, now: datetime) -> dict[str, object]:
    """What the layout reads."""
    day = legal_day(now)
    return {
        "code": str(home["code"]),
        "basis": CONFIGURED,
        "made": [day.year, day.month, day.day],
        "parts": [
            {
                **{name: part[name] for name in ("no", "zh", "en", "need", "missing", "papers")},
                "messages": [_told(message, units) for message in part["messages"]],
            }
            for part in parts
        ],
    }


def _later(message: Said) -> bool:
    return message["kind"] in ("confirmation_application", "confirmation_ruling")


def _part(no: int, part: Part, said: Iterable[Said]) -> dict[str, Any]:
    said = list(said)
    messages = [message for message in said if _belongs(part, message)]
    papers = [paper for message in said for paper in _papers(message["document"], part.papers)]
    return {
        "no": no,
        "zh": part.zh,
        "en": part.en,
        "need": part.need,
        "missing": part.need == "required" and not messages and not papers,
        "messages": messages,
        "papers": papers,
    }


def _belongs(part: Part, message: Said) -> bool:
    """A result without an agreement is none; a visit is told as a performance."""
    document = message["document"]
    if message["kind"] == "performance" and document.get("event") == "visit":
        return "visit" in part.papers
    if message["kind"] == "mediation_result" and not document.get("agreements"):
        return False
    return message["kind"] in part.kinds


def _papers(value: object, codes: frozenset[str]) -> Iterator[dict[str, str]]:
    """Files of these codes, wherever a document names them."""
    if isinstance(value, Mapping):
        if value.get("catalogue") in codes:
            yield {name: str(value[name]) for name in ("name", "digest") if value.get(name)}
        for inner in value.values():
            yield from _papers(inner, codes)
    elif isinstance(value, list):
        for inner in value:
            yield from _papers(inner, codes)


def _told(message: Said, units: Units) -> dict[str, object]:
    unit = units.get(message["from"])
    kind = message["kind"]
    schema = schemas.kind_schema(kind)
    fields, defs = schema["properties"], schema["$defs"]
    return {
        "kind": schemas.kinds()[kind].zh,
        "from": unit.name if unit else message["from"],
        "at": str(message["received_at"])[:10],
        "rows": [
            [title(fields.get(name, {}), name), written(defs, fields.get(name, {}), value)]
            for name, value in message["document"].items()
            if name not in _TECHNICAL
        ],
    }
