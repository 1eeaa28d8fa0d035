"""No person stands in what processes write about their work: looked for after the run, in all that is left.

Read are the logs of every hub, agent, demo and Airflow (task logs, and access logs with their addresses), the
metrics each hub had at its end, and Airflow's own tables (XCom, rendered templates, parameters, answers):
tests leave them in their folders as `*.log`. Persons of the tests are known by their make: names with 测
after a surname, identity numbers from 500000 with a right check digit, telephones from 100.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from hub.sandbox.people import _SURNAMES
from hub.translate.check_digits import is_id_number

_NAME: Final = re.compile(rf"[{_SURNAMES}余珵]测(?![试算验量评绘定])[\u4e00-\u9fff]")
_NUMBER: Final = re.compile(r"(?<![0-9A-Za-z])500000\d{11}[0-9Xx](?![0-9A-Za-z])")
_PHONE: Final = re.compile(r"(?<![\w.:-])100\d{8}(?![\w.:-])")
_ESCAPED: Final = re.compile(r"\\u([0-9a-fA-F]{4})")
_FOLDERS: Final = frozenset({"log", "logs"})
_BROWSERS: Final = "profile"
"""What a test's browser keeps of the pages it saw is that person's own."""


def persons_in(text: str) -> set[str]:
    """Names, numbers and telephones in a text, whichever way it is escaped."""
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    if "%" in plain:
        plain = f"{plain}\n{unquote(plain)}"
    numbers = {number for number in _NUMBER.findall(plain) if is_id_number(number)}
    return {*_NAME.findall(plain), *numbers, *_PHONE.findall(plain)}


def logs_in(folder: Path) -> Iterator[Path]:
    """The files below a folder that processes wrote about their work."""
    for file in folder.rglob("*"):
        inside = file.relative_to(folder).parts[:-1]
        is_log = file.suffix == ".log" or not _FOLDERS.isdisjoint(inside)
        if is_log and _BROWSERS not in inside and file.is_file():
            yield file


def leaks_in(folder: Path) -> dict[Path, set[str]]:
    """Every log below a folder in which a person stands, with who."""
    read = {file: persons_in(file.read_text("utf-8", errors="replace")) for file in logs_in(folder)}
    return {file: found for file, found in read.items() if found}
