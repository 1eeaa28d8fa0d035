"""The people's-mediation file 人民调解卷宗 of a case: what was exchanged, in order, and what is missing.

Order and what is required are those of a published form set of people's mediation; no national rule gives
them, so they are configuration and say so. Pure; works on documents already cut to the reader's view.
Attached papers are bound in where they can be (`forms.papers`), and named with their digests anyhow.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple

import schemas
from hub.exchange.forms import people
from hub.exchange.written import Names, title, written
from hub.law.calendar import legal_day
from hub.law.citations import CONFIGURED
from hub.law.model import Units
from hub.law.reading import listed, text

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


_CONFIRMING: Final = _of(
    "confirmation_application", "confirmation_answer", "confirmation_supplement", "confirmation_ruling",
    "service_receipt",
)  # fmt: skip
ORDER: Final = (
    Part("人民调解申请书或受理登记表", "Application", "required",
         _of("application", "register", "transfer_letter"), _of("dispute", "referral")),
    Part("权利义务告知书", "Notice of rights and duties", "required",
         _of("notice_of_rights"), _of("guidance")),
    Part("当事人身份证明", "Proof of identity", "required", _of("identity")),
    Part("授权委托书", "Power of attorney", "as_needed", _of("proxy")),
    Part("调查记录", "Record of inquiry", "as_needed", _of("investigation")),
    Part("证据材料", "Evidence", "as_needed",
         _of("evidence", "appraisal", "property_right", "preservation", "video")),
    Part("调解记录", "Record of mediation", "required", _of("record")),
    Part("调解协议书", "Agreement", "required", _of("agreement"), _of("mediation_result")),
    Part("履行凭证", "Proof of performance", "as_needed", _of("performance_proof"), _of("performance")),
    Part("回访记录", "Record of the visit", "as_needed", _of("visit")),
    Part("司法确认材料", "Papers of judicial confirmation", "as_needed",
         _of("confirmation_papers", "organisation_proof", "service_address", "ruling", "receipt",
             "e_voucher"),
         _CONFIRMING),
    Part("卷宗情况说明", "Remarks on the file", "as_needed", _of("other")),
    Part("封底", "Back cover", "made"),
)  # fmt: skip
_APPLIED: Final = "application"
"""Of a mediation the paper that asked for it; of a confirmation the application for that."""
_TECHNICAL: Final = frozenset(
    {"schema", "dispute", "about_case", "identifiers", "attachments", "native_extras", "precheck"}
)


def contents(home: Said, case: Said) -> list[dict[str, Any]]:
    """Each part in order with its messages and papers; `missing`: a required one without any."""
    said: Sequence[Said] = [m for m in home["messages"] if m["case"] in (None, case["id"]) or _later(m)]
    return [_part(no, part, said) for no, part in enumerate(ORDER, 1)]


def data(parts: Sequence[Said], home: Said, case: Said, units: Units, now: datetime) -> dict[str, Any]:
    """What the layout reads."""
    day = legal_day(now)
    names = _names(home, case, units)
    return {
        "code": str(home["code"]),
        "cover": [[label, told] for label, told in _cover(home, case, units).items()],
        "basis": CONFIGURED,
        "made": [day.year, day.month, day.day],
        "parts": [
            {
                **{name: part[name] for name in ("no", "zh", "en", "need", "missing", "papers")},
                "messages": [_told(message, units, names) for message in part["messages"]],
            }
            for part in parts
        ],
    }


def _names(home: Said, case: Said, units: Units) -> Names:
    """Names of parties and units, wherever the file refers to them."""
    codes = {code for place in (home, case) for held in place["roles"].values() for code in held}
    known = {code: unit.name for code in codes if (unit := units.get(code))}
    return Names(people.names(_said(home, case)), known)


def _said(home: Said, case: Said) -> list[Said]:
    """What belongs to the run and the dispute, the newest first."""
    return [m for m in reversed(home["messages"]) if m["case"] in (None, case["id"])]


def _cover(home: Said, case: Said, units: Units) -> dict[str, str]:
    """What stands on the front: whose file it is, of whom, about what, how it ended."""
    said = _said(home, case)
    named = (units.get(code) for code in case["roles"].get("mediation_unit", ()))
    ends = [m for m in said if m["kind"] == "mediation_result"]
    return {
        "调解组织": "、".join(unit.name for unit in named if unit),
        "当事人": "、".join(people.names(said).values()),
        "纠纷类型": schemas.codes("dispute_type").get(_newest(said, "dispute_type"), ""),
        "调解员": "、".join(str(ref) for ref in _mediators(said)),
        "受理日期": str(case["opened_at"])[:10],
        "调解结果": schemas.codes("mediation_outcome").get(_newest(ends, "outcome"), ""),
        "办结日期": _newest(ends, "ended_on"),
    }


def _newest(said: Iterable[Said], member: str) -> str:
    return next((found for m in said if (found := text(m["document"], member))), "")


def _mediators(said: Iterable[Said]) -> list[object]:
    return next((found for m in said if (found := listed(m["document"], "mediators"))), [])


def _later(message: Said) -> bool:
    return message["kind"] in _CONFIRMING


def _part(no: int, part: Part, said: Iterable[Said]) -> dict[str, Any]:
    said = list(said)
    messages = [message for message in said if _belongs(part, message)]
    papers = _once(paper for message in said for paper in _papers(message["document"], _codes(part, message)))
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


def _codes(part: Part, message: Said) -> frozenset[str]:
    """Which papers of a message belong to a part."""
    if message["kind"] not in _CONFIRMING:
        return part.papers
    return part.papers | {_APPLIED} if part.kinds == _CONFIRMING else part.papers - {_APPLIED}


def _papers(value: object, codes: frozenset[str]) -> Iterator[dict[str, str]]:
    """Files of these codes, wherever a document names them."""
    if isinstance(value, Mapping):
        if value.get("catalogue") in codes:
            yield {name: _plain(name, str(value[name])) for name in ("name", "digest") if value.get(name)}
        for inner in value.values():
            yield from _papers(inner, codes)
    elif isinstance(value, list):
        for inner in value:
            yield from _papers(inner, codes)


def _plain(name: str, told: str) -> str:
    """A digest is written with its kind, as the address of the file has it."""
    return f"sha-256:{told.removeprefix('sha-256:')}" if name == "digest" else told


def _once(papers: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """A file that several messages name stands there once."""
    return list({paper.get("digest", str(n)): paper for n, paper in enumerate(papers)}.values())


def _told(message: Said, units: Units, names: Names) -> dict[str, object]:
    unit = units.get(message["from"])
    kind = message["kind"]
    schema = schemas.kind_schema(kind)
    fields, defs = schema["properties"], schema["$defs"]
    return {
        "kind": schemas.kinds()[kind].zh,
        "from": unit.name if unit else message["from"],
        "at": str(message["received_at"])[:10],
        "rows": [
            [title(fields.get(name, {}), name), written(defs, fields.get(name, {}), value, names)]
            for name, value in message["document"].items()
            if name not in _TECHNICAL
        ],
    }
