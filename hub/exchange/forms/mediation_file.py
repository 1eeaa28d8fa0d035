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
from hub.law.reading import listed, objects, text

Said = Mapping[str, Any]
Need = Literal["required", "as_needed", "made"]
"""`made`: made with the file itself."""


class Part(NamedTuple):
    """One part of a file: which papers (codes of `file_catalogue`, in order) and which messages are it."""

    zh: str
    en: str
    need: Need
    papers: tuple[str, ...] = ()
    kinds: frozenset[str] = frozenset()


def _of(*codes: str) -> frozenset[str]:
    return frozenset(codes)


_CONFIRMING: Final = _of(
    "confirmation_application", "confirmation_answer", "confirmation_supplement", "confirmation_ruling",
    "service_receipt",
)  # fmt: skip
ORDER: Final = (
    Part("人民调解申请书或受理登记表", "Application", "required",
         ("application", "register", "transfer_letter"), _of("dispute", "referral")),
    Part("权利义务告知书", "Notice of rights and duties", "required",
         ("notice_of_rights",), _of("guidance")),
    Part("当事人身份证明", "Proof of identity", "required", ("identity",)),
    Part("授权委托书", "Power of attorney", "as_needed", ("proxy",)),
    Part("调查记录", "Record of inquiry", "as_needed", ("investigation",)),
    Part("证据材料", "Evidence", "as_needed",
         ("evidence", "appraisal", "property_right", "preservation", "video")),
    Part("调解记录", "Record of mediation", "required", ("record",)),
    Part("调解协议书", "Agreement", "required", ("agreement",), _of("mediation_result")),
    Part("履行凭证", "Proof of performance", "as_needed", ("performance_proof",), _of("performance")),
    Part("回访记录", "Record of the visit", "as_needed", ("visit",)),
    Part("司法确认材料", "Papers of judicial confirmation", "as_needed",
         ("confirmation_papers", "organisation_proof", "service_address", "ruling", "receipt", "e_voucher"),
         _CONFIRMING),
    Part("卷宗情况说明", "Remarks on the file", "as_needed", ("other",)),
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


def data(parts: Sequence[Said], home: Said, case: Said, names: Names, now: datetime) -> dict[str, Any]:
    """What the layout reads."""
    day = legal_day(now)
    return {
        "code": str(home["code"]),
        "cover": [[label, told] for label, told in _cover(home, case, names).items()],
        "basis": CONFIGURED,
        "made": [day.year, day.month, day.day],
        "parts": [
            {
                **{name: part[name] for name in ("no", "zh", "en", "need", "missing", "papers")},
                "messages": [_told(message, names) for message in part["messages"]],
            }
            for part in parts
        ],
    }


def names(home: Said, case: Said, units: Units, mediators: Mapping[str, str]) -> Names:
    """Names of parties, units and mediators, wherever the file refers to them."""
    codes = {code for place in (home, case) for held in place["roles"].values() for code in held}
    codes |= {message["from"] for message in home["messages"]}
    known = {code: unit.name for code in codes if (unit := units.get(code))}
    return Names(people.names(_said(home, case)), known, mediators)


def numbers(home: Said) -> list[str]:
    """By which numbers the dispute's messages name their mediators."""
    places = [
        place for m in home["messages"] for place in (m["document"], *objects(m["document"], "agreements"))
    ]
    found = (ref for place in places for ref in listed(place, "mediators"))
    return list(dict.fromkeys(ref for ref in found if isinstance(ref, str)))


def _said(home: Said, case: Said) -> list[Said]:
    """What belongs to the run and the dispute, the newest first."""
    return [m for m in reversed(home["messages"]) if m["case"] in (None, case["id"])]


def _cover(home: Said, case: Said, names: Names) -> dict[str, str]:
    """What stands on the front: whose file it is, of whom, about what, how it ended."""
    said = _said(home, case)
    own = case["roles"].get("mediation_unit", ())
    ends = [m for m in said if m["kind"] == "mediation_result"]
    return {
        "调解组织": "、".join(names.units.get(code, code) for code in own),
        "当事人": "、".join(names.parties.values()),
        "纠纷类型": schemas.codes("dispute_type").get(_newest(said, "dispute_type"), ""),
        "调解员": "、".join(names.mediators.get(ref, ref) for ref in _mediators(said)),
        "受理日期": str(case["opened_at"])[:10],
        "调解结果": schemas.codes("mediation_outcome").get(_newest(ends, "outcome"), ""),
        "办结日期": _newest(ends, "ended_on"),
    }


def _newest(said: Iterable[Said], member: str) -> str:
    return next((found for m in said if (found := text(m["document"], member))), "")


def _mediators(said: Iterable[Said]) -> list[str]:
    told = next((found for m in said if (found := listed(m["document"], "mediators"))), [])
    return [str(ref) for ref in told]


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


def _codes(part: Part, message: Said) -> tuple[str, ...]:
    """Which papers of a message belong to a part, in order."""
    if message["kind"] not in _CONFIRMING:
        return part.papers
    others = tuple(code for code in part.papers if code != _APPLIED)
    return (_APPLIED, *others) if part.kinds == _CONFIRMING else others


def _papers(value: object, codes: Sequence[str]) -> list[dict[str, str]]:
    """Files of these codes in their order, wherever a document names them."""
    found = sorted(_files(value, codes), key=lambda file: codes.index(file["catalogue"]))
    return [
        {name: _plain(name, str(file[name])) for name in ("name", "digest") if file.get(name)}
        for file in found
    ]


def _files(value: object, codes: Sequence[str]) -> Iterator[Said]:
    if isinstance(value, Mapping):
        if value.get("catalogue") in codes:
            yield value
        for inner in value.values():
            yield from _files(inner, codes)
    elif isinstance(value, list):
        for inner in value:
            yield from _files(inner, codes)


def _plain(name: str, told: str) -> str:
    """A digest is written with its kind, as the address of the file has it."""
    return f"sha-256:{told.removeprefix('sha-256:')}" if name == "digest" else told


def _once(papers: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """A file that several messages name stands there once."""
    return list({paper.get("digest", str(n)): paper for n, paper in enumerate(papers)}.values())


def _told(message: Said, names: Names) -> dict[str, object]:
    """A message as the file has it, its members in the order of the form."""
    kind, document = message["kind"], message["document"]
    schema = schemas.kind_schema(kind)
    fields, defs = schema["properties"], schema["$defs"]
    return {
        "kind": schemas.kinds()[kind].zh,
        "from": names.units.get(message["from"], message["from"]),
        "at": str(message["received_at"])[:10],
        "rows": [
            [title(field, name), written(defs, field, document[name], names)]
            for name, field in fields.items()
            if name in document and name not in _TECHNICAL
        ],
    }
