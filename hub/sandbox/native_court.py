"""The files that court systems write: the case filed and the dossier as 2009/data XML, the platform's JSON.

Element names and values as the court's own software has them. The XML is GBK however it is labelled when
it comes out of the database, which is what `label` is for.
"""

import json
from base64 import b64encode
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from hub.sandbox.cases import Matter
from hub.sandbox.people import JUDGE, Person

_NAMESPACE: Final = "http://dataexchange.court.gov.cn/2009/data"
COURT_NAME: Final = "重庆市示例区人民法院"


@dataclass(frozen=True, slots=True)
class Filed:
    """A case in the court's register. `mark` is 案件标识, 15 digits."""

    mark: str
    number: str
    cause_code: str
    cause: str
    on: str
    special: bool = False


def case_filed(matter: Matter, filed: Filed, at: str, *, label: str = "GBK") -> bytes:
    """民事案件, as of the filing; the bytes are GBK whatever `label` says."""
    kind, procedure = ("0307", "特别程序") if filed.special else ("0301", "一审")
    basics = {
        "唯一主键编号": f"FA{filed.mark[-8:]}",
        "案件标识": filed.mark,
        "案号": filed.number,
        "案件类型代码": "3",
        "案件类型名称": "民事",
        "案件类型标识代码": kind,
        "案件类型标识名称": "民事特别程序" if filed.special else "民事一审",
        "经办法院代码": "500199",
        "经办法院名称": COURT_NAME,
        "审判程序代码": "5" if filed.special else "1",
        "审判程序名称": procedure,
        "立案日期": filed.on,
        "立案案由代码": filed.cause_code,
        "立案案由名称": filed.cause,
        "诉讼标的金额": f"{matter.amount}.00" if matter.amount else "",
        "案件进展阶段代码": "3",
        "案件进展阶段名称": "审理",
        "有效状态代码": "1",
        "有效状态名称": "有效",
        "承办审判庭": "示例人民法庭",
        "承办人": JUDGE,
        "结案日期": "",
        "创建时间": at[:19],
        "更新时间": at[:19],
    }
    people = "".join(_member(no, p, filed) for no, p in enumerate(matter.people, 1))
    inner = f"<民事案件基本信息>{_elements(basics)}</民事案件基本信息><当事人>{people}</当事人>"
    return _xml("民事案件", inner, label)


def _member(no: int, person: Person, filed: Filed) -> str:
    status = ("4", "申请人") if filed.special else (("4", "原告") if no == 1 else ("5", "被告"))
    told = {
        "编号": f"D{no:03d}",
        "案件编号": f"FA{filed.mark[-8:]}",
        "序号": str(no),
        "当事人类型代码": "2" if person.company else "1",
        "当事人类型名称": "法人" if person.company else "自然人",
        "诉讼地位代码": status[0],
        "诉讼地位名称": status[1],
        "名称": person.name,
        "法定代表人": "潘测九" if person.company else "",
    }
    return f"<R>{_elements(told)}</R>"


def dossier(filed: Filed, closed_on: str, name: str, document: bytes) -> bytes:
    """档案信息 with the signed ruling inside, Base64 in 文件标识."""
    head = {
        "立案日期": filed.on,
        "结案日期": closed_on,
        "档案或卷宗": "0",
        "案件标识": filed.mark,
        "承办人": JUDGE,
        "案号": filed.number,
        "总页数": "1",
        "案件类别": "民事",
        "案件类型": "0307",
    }
    folder = {
        "目录编号": "1",
        "父目录编号": "0",
        "目录名称": "裁判文书",
        "是否属于正卷": "1",
        "序号": "1",
        "开始页数": "1",
        "结束页数": "1",
    }
    file = {
        "序号": "1",
        "文件名称": name,
        "是否属于正卷": "1",
        "所属目录编号": "1",
        "文件大小": str(len(document)),
        "文件标识": b64encode(document).decode(),
    }
    inner = f"{_elements(head)}<目录信息><R>{_elements(folder)}</R></目录信息>"
    return _xml("档案信息", f"{inner}<文件信息><R>{_elements(file)}</R></文件信息>", "GBK")


def entrusted(matter: Matter, filed: Filed, platform_case: int, to: str, days: int) -> bytes:
    """The mediation platform's case (sf), as it goes out to the mediators."""
    data = {
        "sfLawCaseId": platform_case,
        "preCaseNo": "",
        "caseNo": filed.number,
        "plaintDate": filed.on,
        "preFilingDate": None,
        "filingDate": filed.on,
        "caseType": "财产案件",
        "caseCategory": "民事一审",
        "applicableProcedures": "普通程序",
        "caseSource": "法院委派委托",
        "briefId": 36,
        "briefName": filed.cause,
        "subjectAmount": f"{matter.amount / 10000:g}万元",
        "preMediate": False,
        "claim": f"判令被告归还借款{matter.amount}元。",
        "factReason": matter.facts,
        "caseInvolve": "无该项",
        "receiveDepartmentId": 7,
        "orgId": int(to),
        "days": days,
        "acceptType": 80,
        "litigants": [_litigant(no, p) for no, p in enumerate(matter.people, 1)],
    }
    return _answer(data)


def _litigant(no: int, person: Person) -> dict[str, object]:
    known = bool(person.number) and not person.company
    return {
        "partyType": 1 if person.company else 0,
        "litigationStatus": 4 if no == 1 else 5,
        "name": person.name,
        "sex": None if person.company else {"1": 1, "2": 0}[person.sex],
        "idCardType": 1 if known else 255,
        "idCard": person.number,
        "birthday": person.birth,
        "phone": person.phone,
        "address": person.address,
        "legalManName": "潘测九" if person.company else "",
    }


def _answer(data: dict[str, object]) -> bytes:
    return json.dumps({"code": 200, "msg": "操作成功", "data": data}, ensure_ascii=False, indent=1).encode()


def _elements(values: dict[str, str]) -> str:
    return "".join(f"<{name}>{escape(value)}</{name}>" for name, value in values.items())


def _xml(root: str, inner: str, label: str) -> bytes:
    text = f'<?xml version="1.0" encoding="{label}"?>\n<{root} xmlns="{_NAMESPACE}">{inner}</{root}>\n'
    return text.encode("gb18030")
