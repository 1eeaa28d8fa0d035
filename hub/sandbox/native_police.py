"""The files that police systems write: dispute register and calls as tables, the mediation room's JSON.

Column names and values as the agency's own software has them; nothing here knows how the hub reads them.
"""

import csv
import io
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from hub.sandbox.cases import Matter
from hub.sandbox.clock import SHANGHAI
from hub.sandbox.people import MEDIATOR, Person

REGISTER_COLUMNS: Final = (
    "BH", "ZATJLX", "JFLX", "JFLXMC", "SFSFJD", "ZCRXM", "ZCRDWJZW", "TJDD", "TJSJ", "TJJZRXM", "TJJZRJTZZ",
    "TJJZRLXFS", "DSRYXM", "DSRYXB", "DSRYNL", "DSRYSFHM", "DSRYGZDWJZY", "DSRYJTZZ", "DSREXM", "DSREXB",
    "DSRENL", "DSRESFHM", "DSREGZDWJZY", "DSREJTZZ", "ZYSS", "DCXYNR", "DJDWDM", "DJSJ",
)  # fmt: skip
CALL_COLUMNS: Final = (
    "XZQHBH", "JJDWBH", "JJDBH", "GLJJDBH", "BJSJ", "JJSJ", "BJDH", "BJRXM", "BJRXB", "LXDH", "SFDZ", "BJNR",
    "GXDWBH", "BJLB", "BJLX", "BJXL", "BCJJNR", "SSRS", "SWRS", "JQJB", "AFSJ", "AJZT", "GXSJ",
)  # fmt: skip


def register_number(matter: Matter, at: datetime) -> str:
    """The register's own number of a dispute (BH)."""
    return f"JF{at.astimezone(SHANGHAI):%Y%m}{matter.number:06d}"


def register(matters: Sequence[Matter], unit: str, at: datetime, *, bad_row: int | None = None) -> str:
    """T_FWQZ_JFTJDJXX: two slots a row, so that all of the other side share the second one.

    `bad_row` is the row (from 0) that was cut off in the middle.
    """
    rows = []
    for matter in matters:
        first, *others = matter.people
        day = at.astimezone(SHANGHAI)
        numbers = [p.number for p in others]
        rows.append(
            {
                "BH": register_number(matter, at),
                "ZATJLX": "1",
                "JFLX": "06",
                "JFLXMC": matter.label,
                "SFSFJD": "0",
                "ZCRXM": "民警一",
                "TJDD": "派出所驻所调解室",
                "DSRYXM": first.name,
                "DSRYXB": first.sex,
                "DSRYNL": _age(first, day),
                "DSRYSFHM": first.number,
                "DSRYJTZZ": first.address,
                "DSREXM": "、".join(p.name for p in others),
                "DSREXB": others[0].sex,
                "DSRENL": _age(others[0], day),
                "DSRESFHM": "/".join(numbers) if all(numbers) else numbers[0],
                "DSREJTZZ": others[0].address,
                "ZYSS": matter.facts,
                "DJDWDM": unit,
                "DJSJ": f"{day:%Y-%m-%d %H:%M:%S}",
            }
        )
    table = _table(REGISTER_COLUMNS, rows)
    if bad_row is None:
        return table
    lines = table.split("\r\n")
    lines[bad_row + 1] = lines[bad_row + 1][:40]
    return "\r\n".join(lines)


def calls(matters: Sequence[Matter], unit: str, at: datetime) -> str:
    """BF_110: the calls of a day; the caller is the first person, name and phone masked by the export."""
    rows = []
    for matter in matters:
        caller, day = matter.people[0], at.astimezone(SHANGHAI)
        rows.append(
            {
                "XZQHBH": "500199",
                "JJDWBH": "500199000000",
                "JJDBH": f"{day:%Y%m%d%H%M%S}{matter.number:06d}",
                "BJSJ": f"{day:%Y-%m-%d %H:%M:%S}",
                "JJSJ": f"{day:%Y-%m-%d %H:%M:%S}",
                "BJRXM": caller.name[0] + "*" + caller.name[2:],
                "BJRXB": {"1": "男", "2": "女"}.get(caller.sex, ""),
                "LXDH": caller.phone,
                "SFDZ": caller.address,
                "BJNR": matter.facts,
                "GXDWBH": unit,
                "BJLB": "200000",
                "BJLX": "200200",
                "SSRS": "0",
                "SWRS": "0",
                "JQJB": "3",
                "AJZT": "2",
                "GXSJ": f"{day:%Y%m%d%H%M%S}",
            }
        )
    return _table(CALL_COLUMNS, rows)


def room_case(matter: Matter, unit_name: str, at: datetime) -> bytes:
    """IMedCase: what the station hands to its mediation room."""
    day = at.astimezone(SHANGHAI)
    told = {
        "acceptDate": f"{day:%Y-%m-%d}",
        "caseId": matter.number,
        "officeFullName": unit_name + "驻所人民调解工作室",
        "docNum": "",
        "caseName": matter.title,
        "caseKind": 1,
        "procedureKind": 2,
        "disputeKind": matter.label.removesuffix("纠纷"),
        "partyNum": len(matter.people),
        "moneyInvolved": f"{matter.amount}元" if matter.amount else "",
        "synopsis": matter.facts,
        "acceptMode": "公安机关移交",
        "transferor": unit_name,
        "acceptor": MEDIATOR,
        "medDate": "",
        "mediator": MEDIATOR,
        "executionKind": None,
        "revisit": None,
        "court": "",
        "parties": [_member(no, p) for no, p in enumerate(matter.people, 1)],
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _member(no: int, person: Person) -> dict[str, object]:
    return {
        "partyId": no,
        "name": person.name,
        "partyKind": 1 if no == 1 else 2,
        "gender": int(person.sex),
        "idCardNum": person.number,
        "birthday": person.birth,
        "phoneNum": person.phone,
        "workLocOrAddr": person.address,
    }


def _age(person: Person, day: datetime) -> str:
    return str(day.year - int(person.birth[:4])) if person.birth else ""


def _table(columns: Sequence[str], rows: Sequence[dict[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
