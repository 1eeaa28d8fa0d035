"""The adapter of a fourth agency 信访, made from data: a file a party, cells between `|`, epoch seconds.

Nothing of it is a published format: it exists to show that an agency with ways unlike ours is one new folder.
"""

import csv
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

NAME: Final = "petition"
MEDIA: Final = "text/plain;charset=GBK"
OFFICE: Final = "XF500199"

COLUMNS: Final = (
    ("XFBH", "信访编号", "string"),
    ("XH", "当事人序号", "int"),
    ("DSRLX", "当事人类型", "1信访人;2被反映人"),
    ("XM", "姓名", "string"),
    ("XB", "性别", "M男;F女"),
    ("ZJHM", "证件号码", "string"),
    ("DH", "电话", "string"),
    ("LXFS", "来访方式", "X来信;F来访;W网上"),
    ("SXLB", "事项类别", "L1邻里;H1婚姻家庭;Q9其他"),
    ("NR", "反映内容", "text"),
    ("DJSJ", "登记时间", "seconds of the epoch"),
    ("JBR", "经办人", "string"),
)

_FIRST: Final = {
    "XFBH": "XF2021-0407", "XH": "1", "DSRLX": "1", "XM": "郑测一", "XB": "M", "ZJHM": "500000196803059010",
    "DH": "10000000001", "LXFS": "F", "SXLB": "L1", "NR": "反映邻居堵塞共用排水沟", "DJSJ": "1618709411",
    "JBR": "干部一",
}  # fmt: skip
PARTIES: Final[Mapping[str, Mapping[str, str]]] = {
    "01_party_one.txt": _FIRST,
    "02_party_two.txt": _FIRST
    | {"XH": "2", "DSRLX": "2", "XM": "冯测二", "XB": "F", "ZJHM": "500000197511209026", "DH": ""},
}

CODES: Final = '''"""Code lists of the petition register."""

from typing import Final

from hub.port import CodeList

PARTY: Final = CodeList(
    "DSRLX",
    "petition register",
    "party_role",
    (("1", "applicant", "信访人"), ("2", "respondent", "被反映人")),
)
SEX: Final = CodeList("XB", "petition register", "sex", (("M", "1", "男"), ("F", "2", "女")))
WAY: Final = CodeList(
    "LXFS",
    "petition register",
    "report_how",
    (("X", "letter", "来信"), ("F", "visit", "来访"), ("W", "online", "网上")),
)
MATTER: Final = CodeList(
    "SXLB",
    "petition register",
    "dispute_type",
    (("L1", "2", "邻里"), ("H1", "1", "婚姻家庭"), ("Q9", "99", "其他")),
)
'''

REGISTER: Final = '''"""The petition register: a file for each party of a matter, one row in it."""

from typing import Final

from adapters.petition.codes import MATTER, PARTY, SEX, WAY
from hub.port import (
    Code,
    Const,
    Direction,
    Drop,
    Field,
    FieldList,
    Format,
    HeaderRow,
    Ident,
    IdNumber,
    Map,
    Moment,
    Name,
    Phones,
    Role,
    Shape,
    Slots,
    Text,
    When,
)

_PARTY: Final = (
    Field("DSRLX", "role", Code(PARTY)),
    Field("XM", ".", Name()),
    Field("XB", "sex", Code(SEX)),
    Field("ZJHM", ".", IdNumber()),
    Field("DH", "phones", Phones()),
)

_DISPUTE: Final = Map(
    "dispute",
    Direction.BOTH,
    (
        Ident(("XFBH", "XH"), "petition_party", Role.OWN),
        Ident("XFBH", "petition_no", Role.CASE),
        Slots("parties", {"DSR": _PARTY}),
        Field("LXFS", "reported_how", Code(WAY)),
        Field("SXLB", "dispute_type", Code(MATTER)),
        Field("NR", "facts", Text(2000)),
        Field("DJSJ", "business_time", Moment(When.EPOCH_SECONDS)),
        Field("DJSJ", "reported_at", Moment(When.EPOCH_SECONDS)),
        Drop("JBR", "who took it down"),
        Const("action", "register"),
        Const("origin", "petition"),
    ),
)

REGISTER: Final = Format(
    name="petition_register",
    zh="信访登记",
    grade="B",
    media=("text/plain",),
    carrier=HeaderRow(frozenset({"XFBH", "XH"}), COLUMNS, delimiter="|"),
    maps=(_DISPUTE,),
    fields=(FieldList("register.csv", ("register",)),),
    shape=Shape.MANY,
)
'''

INIT: Final = '''"""Petitions: the register of an office for letters and visits."""

from typing import Final

from adapters.petition.register import REGISTER
from hub.port import Agency

AGENCY: Final = Agency(
    name="petition",
    zh="信访",
    formats=(REGISTER,),
    systems=frozenset({"petition_no", "petition_party"}),
)
'''

README: Final = """# Petition 信访

| format | file | media type | kinds | grade | source |
|---|---|---|---|---|---|
| `petition_register` | a file a party | text, GBK | `dispute`, both ways | B | made for a test |

Filled in: all of it.
"""


def party_file(columns: Mapping[str, str]) -> bytes:
    """A party's file: heading and one row."""
    lines = ("|".join(name for name, _, _ in COLUMNS), "|".join(columns[name] for name, _, _ in COLUMNS))
    return "".join(f"{line}\r\n" for line in lines).encode("gbk")


def modules() -> dict[str, str]:
    """The modules of the adapter."""
    names = ", ".join(f'"{name}"' for name, _, _ in COLUMNS)
    columns = f"COLUMNS: Final = (\n    {names},\n)  # fmt: skip\n\n"
    return {
        "__init__.py": INIT,
        "codes.py": CODES,
        "register.py": REGISTER.replace("REGISTER: Final =", f"{columns}REGISTER: Final ="),
    }


def write_folder(root: Path) -> Path:
    """`adapters/petition` in a checkout; golden files and page are made by the project's own tools."""
    folder = root / "adapters" / NAME
    (folder / "examples").mkdir(parents=True)
    (folder / "fields").mkdir()
    for name, text in modules().items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "README.md").write_text(README, encoding="utf-8")
    rows = [["B", "register", name, meaning, kind, "", ""] for name, meaning, kind in COLUMNS]
    heading = ["grade", "object", "native_name", "meaning", "type", "codes", "remark"]
    _write_csv(folder / "fields" / "register.csv", [heading, *rows])
    for name, columns in PARTIES.items():
        (folder / "examples" / name).write_bytes(party_file(columns))
    sent = [[name, MEDIA, "dispute", OFFICE, "read"] for name in PARTIES]
    _write_csv(
        folder / "examples" / "examples.csv", [["file", "media_type", "kind", "unit", "direction"], *sent]
    )
    for module in (["tests.adapters.golden", NAME], ["hub.cli.formats_page"]):
        subprocess.run([sys.executable, "-m", *module], cwd=root, check=True)
    return folder


def _write_csv(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
