"""A form as PDF, set by Typst. Words travel as data, never as markup."""

from datetime import datetime
from importlib.resources import files

from hub.forms import typeset
from hub.forms.model import Address, Closing, Form, Heading, NextSheet, Paragraph, Part, Table


def pdf(form: Form, made_at: datetime, font: str) -> bytes:
    """The file, set in `font` (`hub.forms.font.chinese_font`)."""
    told = {
        "title": form.title.split("\n"),
        "note": form.note,
        "font": font,
        "parts": [_part(part) for part in form.parts],
        "made": [made_at.year, made_at.month, made_at.day],
    }
    source = files(__package__).joinpath("form.typ").read_bytes()
    return typeset.pdf(source, told, made_at)


def _part(part: Part) -> dict[str, object]:
    match part:
        case Heading(text):
            return {"is": "heading", "text": text}
        case Paragraph(text):
            return {"is": "paragraph", "lines": text.split("\n")}
        case Table(head, rows, widths):
            return {"is": "table", "cells": [*head, *(c for row in rows for c in row)], "widths": widths}
        case Closing(lines):
            return {"is": "closing", "lines": lines}
        case NextSheet():
            return {"is": "next"}
        case Address(salute, to):
            return {"is": "address", "salute": salute, "to": to}
