"""Papers in tests: whether they can be set here, and the text of a PDF, page by page, without its layout."""

import io

import pytest
from pypdf import PdfReader

from hub.errors import Misconfigured
from hub.forms.font import MISSING, chinese_font


def font() -> str | None:
    """The Chinese font of this machine; None where it has none."""
    try:
        return chinese_font()
    except Misconfigured:
        return None


needs_font = pytest.mark.skipif(font() is None, reason=MISSING)


def pages(content: bytes) -> list[str]:
    """The text of each page, in the order it is drawn."""
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]
