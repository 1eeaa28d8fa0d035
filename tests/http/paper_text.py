"""Reads the text of a PDF back, page by page, without the breaks and spaces of its layout."""

import io

import pytest
from pypdf import PdfReader

from hub.errors import Misconfigured
from hub.forms.font import MISSING, chinese_font


def _font() -> str | None:
    try:
        return chinese_font()
    except Misconfigured:
        return None


needs_font = pytest.mark.skipif(_font() is None, reason=MISSING)


def pages(content: bytes) -> list[str]:
    """The text of each page, in the order it is drawn."""
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]
