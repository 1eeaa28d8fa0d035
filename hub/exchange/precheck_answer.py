"""The answer of the pre-check: findings with law, version, article and way out; the pack of files. Pure.

Findings name places, item numbers and party references, never a value. The pack is for the caller's own
eyes: its drafts name the parties.
"""

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

import orjson

from hub.errors import Misconfigured
from hub.law.items import effective_day
from hub.law.precheck.book import load_book
from hub.law.precheck.check import Checked
from hub.law.precheck.matter import Found, Matter

if TYPE_CHECKING:
    from hub.forms.model import Form

_MOST_TEXT: Final = 400
_MOST_BASIS: Final = 120
_MOST_FINDINGS: Final = 100


def told(check: UUID, record: str, matter: Matter, checked: Checked) -> dict[str, object]:
    """One agreement's part of the answer. `precheck` is as an application brings it."""
    effective = effective_day(matter.document, matter.agreement)
    left = (matter.due - matter.day).days if matter.due else None
    return {
        "record": record or None,
        "kind": matter.kind,
        "agreement": matter.at,
        "findings": [finding(found) for found in checked.found],
        "window": {
            "effective_on": effective.isoformat() if effective else None,
            "due": matter.due.isoformat() if matter.due else None,
            "days_left": left,
        },
        "courts": [court._asdict() for court in checked.courts],
        "papers": [
            {
                "paper": line.paper.paper,
                "zh": line.paper.field,
                "state": line.state,
                "required": line.paper.required,
                "source": line.paper.source,
            }
            for line in checked.papers
        ],
        "not_computed": [
            {"ground": each.ground, "zh": each.zh, "why": {"zh": each.why[0], "en": each.why[1]}}
            for each in checked.not_computed
        ],
        "precheck": {
            "id": str(check),
            "version": load_book().version,
            "findings": [_short(found) for found in checked.found[:_MOST_FINDINGS]],
        },
    }


def finding(found: Found) -> dict[str, object]:
    """A finding, in full."""
    rule, citation = found.rule, found.citation
    return {
        "check": rule.check,
        "finding": rule.finding,
        "ground": rule.ground,
        "pointer": found.pointer,
        "law": citation.law,
        "version": citation.version,
        "article": citation.article,
        "in_force_from": citation.first.isoformat(),
        "status": rule.status,
        "zh": rule.text.zh.format_map(found.words),
        "en": rule.text.en.format_map(found.words),
        "way_out": {"zh": rule.way.zh, "en": rule.way.en},
    }


def _short(found: Found) -> dict[str, object]:
    words = found.rule.text.zh.format_map(found.words)
    return {
        "check": found.rule.check,
        "finding": found.rule.finding,
        "text": words[:_MOST_TEXT],
        "basis": found.citation.line[:_MOST_BASIS],
    }


def pack(answer: dict[str, object], drafts: Sequence["Form"], made_at: datetime) -> bytes:
    """The answer and the drafts as one archive: `precheck.json`, then DOCX and PDF of each application.

    Takes a while: Typst sets the PDF. Without a Chinese font there is none, and the answer says so.
    """
    from hub.forms.docx import docx
    from hub.forms.font import chinese_font
    from hub.forms.pdf import pdf

    font: str | None = None
    try:
        font = chinese_font()
    except Misconfigured as missing:
        answer = answer | {"without_pdf": str(missing)}
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("precheck.json", orjson.dumps(answer, option=orjson.OPT_INDENT_2))
        for n, form in enumerate(drafts, 1):
            name = form.title if len(drafts) == 1 else f"{form.title}-{n}"
            archive.writestr(f"{name}.docx", docx(form, made_at))
            if font is not None:
                archive.writestr(f"{name}.pdf", pdf(form, made_at, font))
    return kept.getvalue()
