"""The files that justice systems write: the agreement of the case software, the application of the template.

Key names and values as the agency's own software has them, dates as people write them.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date

from hub.client.events import Event
from hub.sandbox.people import MEDIATOR, SECOND_MEDIATOR

_SEX = {"1": "男", "2": "女"}


def agreement_number(serial: int, day: date) -> str:
    """协议文号."""
    return f"测调〔{day.year}〕{serial}号"


def agreement(number: str, matter: str, terms: str, due: date) -> bytes:
    """The mediation agreement with its workflow block."""
    query = {
        "agreementCode": number,
        "disputeFact": matter,
        "disputeMatter": matter,
        "agreementContent": terms,
        "performMode": "一次性履行",
        "timeLimit": f"{_chinese(due)}前",
        "recorder": SECOND_MEDIATOR,
        "act": {"procInsId": f"P-{number}", "taskDefKey": "mediate_agreement", "flag": "yes", "comment": ""},
    }
    return _json({"query": query})


def application(
    number: str, parties: Sequence[dict[str, object]], agreed: date, today: date, papers: Sequence[str]
) -> bytes:
    """司法确认申请书, by the headings of the template; `papers` by their names."""
    told = {
        "bh": number,
        "申请人": [_applicant(p) for p in parties],
        "请求事项": f"请求确认各方于{_chinese(agreed)}达成的{number}调解协议有效",
        "达成日期": _chinese(agreed),
        "承诺": ["自愿达成", "不损害国家、集体、第三人利益", "未在其他法院申请"],
        "附件": list(papers),
        "代收人": MEDIATOR,
        "申请日期": _chinese(today),
    }
    return _json(told)


def _applicant(party: dict[str, object]) -> dict[str, str]:
    addresses = party.get("addresses")
    place = addresses[0].get("text", "") if isinstance(addresses, list) and addresses else ""
    if party.get("kind") == "legal_person":
        return {"名称": str(party["name"]), "住所地": place, "法定代表人": "潘测九", "职务": "经理"}
    born = party.get("birth_date")
    value = str(born.get("value", "")) if isinstance(born, dict) else ""
    return {
        "姓名": str(party["name"]),
        "性别": _SEX.get(str(party.get("sex")), ""),
        "族": "",
        "生日": "-".join(part.lstrip("0") for part in value.split("-")) if len(value) == 10 else "",
        "身份证": str(party.get("id_number", "")),
        "住": place,
    }


def receipts(ruling: Event, rows: Sequence[dict[str, str]]) -> bytes:
    """送达回证: one row for each person."""
    number = ruling.document.get("case_number")
    told = {
        "案号": str(number.get("value", "")) if isinstance(number, dict) else "",
        "送达文书": "民事裁定书",
        "送达人": MEDIATOR,
        "送达地点": "测试镇司法所",
        "记录": list(rows),
    }
    return _json(told)


def _chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _json(told: Mapping[str, object]) -> bytes:
    return json.dumps(told, ensure_ascii=False, indent=1).encode()
