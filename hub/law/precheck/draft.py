"""The draft of a 司法确认申请书: who applies for what, on which agreement, with which papers.

What is not known is left blank for a pen; the form is ours, the court's own comes first. Pure.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from hub.forms.model import BLANK, Address, Closing, Form, Heading, Paragraph, Part, Table
from hub.law.items import effective_day
from hub.law.precheck.matter import Matter
from hub.law.precheck.papers import Listed
from hub.law.reading import Document, at, day, listed, objects, text
from schemas import codes

NOTE: Final = "草稿：由平台按已有信息填写，请核对后签署；法院有固定格式的，以法院格式为准。"
_PROMISES: Final = (
    "一、双方自愿达成协议，无恶意串通、规避法律的情形；",
    "二、协议内容不损害国家利益、社会公共利益和他人合法权益；",
    "三、未就本协议向其他人民法院提出同一申请；",
    "四、所交材料真实。如有虚假，愿承担相应的法律责任。",
)
_STATES: Final = {"enclosed": "已附", "missing": "待补", "drafted": "本草稿", "not_needed": "不需要"}
_MARKS: Final = {"about": "约", "at_least": "至少", "at_most": "至多"}


def application(matter: Matter, needed: Iterable[Listed], court: str | None) -> Form:
    """The form. `court` is the name of the court it is given to."""
    parts: list[Part] = [
        *_applicants(matter),
        Heading("请求事项"),
        Paragraph(_sentence(text(matter.document, "request") or _request(matter))),
        Heading("事实与理由"),
        Paragraph(_facts(matter)),
    ]
    if objects(matter.agreement, "items"):
        parts += [Heading("协议约定的给付内容"), _items(matter)]
    parts += [
        Heading("承诺"),
        *(Paragraph(line) for line in _PROMISES),
        Address("此致", court or BLANK + "人民法院"),
        Closing(
            (
                *(f"申请人（签名、盖章或按指印）：{BLANK}" for _ in matter.parties or (1, 2)),
                "    年    月    日",
            )
        ),
        Heading("附：材料清单"),
        Table(
            ("序号", "材料", "状况"),
            tuple((str(n), line.paper.field, _STATES[line.state]) for n, line in enumerate(needed, 1)),
            (1, 8, 2),
        ),
    ]
    return Form("司法确认申请书", tuple(parts), NOTE)


def _applicants(matter: Matter) -> Iterator[Part]:
    if not matter.parties:
        yield from (Paragraph(f"申请人：{BLANK}，住{BLANK}，联系电话：{BLANK}。") for _ in (1, 2))
    for _, _, party in matter.people():
        yield Paragraph(_who(party))
        for guardian in objects(party, "guardians"):
            told = codes("relation").get(text(guardian, "relation") or "", "")
            yield Paragraph(f"法定代理人：{text(guardian, 'name') or BLANK}（{told or '关系' + BLANK}）。")
        for agent in objects(party, "agents"):
            yield Paragraph(f"委托代理人：{text(agent, 'name') or BLANK}。")


def _who(party: Document) -> str:
    name = _plain(text(party, "name"))
    phones = [p for p in listed(party, "phones") if isinstance(p, str)]
    phone = _plain(next(iter(phones), None))
    home = next((h for p in objects(party, "addresses") if (h := text(p, "text"))), BLANK)
    if text(party, "kind") not in ("person", "individual_business", "unknown"):
        head = f"统一社会信用代码：{text(party, 'credit_code') or BLANK}"
        lead = f"法定代表人（负责人）：{text(party, 'legal_representative') or BLANK}"
        return f"申请人：{name}，{head}，住所地：{home}，{lead}，联系电话：{phone}。"
    sex = codes("sex").get(text(party, "sex") or "", "性别" + BLANK)
    born = day(party.get("birth_date"))
    told = f"{born.year}年{born.month}月{born.day}日出生" if born else f"{BLANK}出生"
    number = _plain(text(party, "id_number"))
    return f"申请人：{name}，{sex}，{told}，公民身份号码：{number}，住{home}，联系电话：{phone}。"


def _plain(said: str | None) -> str:
    """What is told; a mask is left for the pen."""
    return said if said and "*" not in said else BLANK


def _day(matter: Matter) -> str:
    found = effective_day(matter.document, matter.agreement)
    return f"{found.year}年{found.month}月{found.day}日" if found else BLANK


def _sentence(words: str) -> str:
    """With its full stop."""
    return words if words.endswith(("。", "；", "！")) else words.rstrip(".;") + "。"


def _request(matter: Matter) -> str:
    number = text(matter.agreement, "number.value")
    named = f"（{number}）" if number else ""
    return f"请求依法确认申请人于{_day(matter)}达成的调解协议{named}有效。"


def _facts(matter: Matter) -> str:
    own = text(matter.document, "facts") if matter.applies else None
    facts = own or text(matter.agreement, "facts") or BLANK
    organisation = matter.organisation.name if matter.organisation else BLANK
    way = codes("mediation_type").get(text(matter.agreement, "mediation_type") or "", "调解")
    lines = [
        facts,
        f"经{organisation}主持{way}，申请人于{_day(matter)}自愿达成协议。协议内容如下：",
        text(matter.agreement, "terms") or BLANK,
        "现依照《中华人民共和国民事诉讼法》第二百零五条的规定，共同申请司法确认。",
    ]
    return "\n".join(lines)


def _items(matter: Matter) -> Table:
    names = {ref: text(party, "name") or BLANK for ref, _, party in matter.people()}
    rows = tuple(
        (
            str(item.get("no") or n),
            _names(item.get("debtors"), names),
            _names(item.get("creditors"), names),
            _what(item),
            _when(item),
            codes("performance_manner").get(text(item, "manner") or "", BLANK),
        )
        for n, item in enumerate(objects(matter.agreement, "items"), 1)
    )
    return Table(("项", "义务人", "权利人", "给付内容", "期限", "方式"), rows, (1, 3, 3, 5, 4, 2))


def _names(refs: object, names: dict[str, str]) -> str:
    told = [names.get(ref, BLANK) for ref in refs if isinstance(ref, str)] if isinstance(refs, list) else []
    return "、".join(told) or BLANK


def _what(item: Document) -> str:
    amount = text(item, "amount.amount")
    mark = _MARKS.get(text(item, "amount.precision") or "", "")
    money = f"{mark}{amount}元" if amount else text(item, "amount.raw")
    thing = text(item, "object")
    return "；".join(part for part in (thing, money) if part) or BLANK


def _when(item: Document) -> str:
    due = day(item.get("due"))
    if due is not None and at(item, "due.precision") == "day":
        return f"{due.year}年{due.month}月{due.day}日"
    return text(item, "due.raw") or text(item, "due_text") or (due.isoformat() if due else BLANK)
