"""The ruling among the files of a dossier: which one it is, what seal it bears, what its name decides.

No other file leaves the dossier: it holds the court's secondary volume (副卷) too, which is nobody else's.
"""

from typing import Final

from adapters.court.codecs import not_written, text_of
from hub.port import Doc, Kept, Own

_RULING: Final = "裁定"
_OUTCOMES: Final = (
    ("补正", "corrected"),
    ("按撤", "deemed_withdrawn"),
    ("撤回", "withdrawn"),
    ("终结", "terminated"),
    ("驳回异议", "objection_rejected"),
    ("驳回", "rejected_358"),
    ("确认", "confirmed"),
    ("有效", "confirmed"),
)
"""Words of a file's name in the order they are looked for: what the dossier itself has no field for."""

_SEALS: Final = {".pdf": "pdf_cms", ".ofd": "ofd"}


def _files(section: object) -> list[Doc]:
    rows = section.get("R") if isinstance(section, dict) else None
    return [row for row in (rows if isinstance(rows, list) else [rows]) if isinstance(row, dict)]


def _chosen(files: list[Doc]) -> Doc | None:
    """The first of the main volume that is named a ruling; a dossier of one file holds it under any name."""
    main = [file for file in files if text_of(file.get("是否属于正卷")) not in ("0", "否")]
    named = [file for file in main if _RULING in text_of(file.get("文件名称"))]
    return named[0] if named else main[0] if len(main) == 1 else None


def ruling_of(section: object) -> tuple[object, object] | None:
    """Name and content of the ruling; None if no file of the dossier is one."""
    found = _chosen(_files(section))
    return (found.get("文件名称"), found.get("文件标识")) if found else None


def _read_told(section: object) -> object:
    files = _files(section)
    found = _chosen(files)
    name = text_of(found.get("文件名称")) if found else ""
    made: Doc = {}
    seal = _SEALS.get(name[-4:].lower())
    if seal:
        made["seal_kind"] = seal
    outcome = next((outcome for word, outcome in _OUTCOMES if word in name), None)
    if outcome:
        made["outcome"] = outcome
    return made if len(files) < 2 else Kept(made, "dropped")


RULING_TOLD: Final = Own("what the name of the ruling's file tells", _read_told, not_written)


def _read_content(value: object) -> None:
    text_of(value)


CARRIED: Final = Own("read with the section: only the ruling is handed on", _read_content, not_written)
