"""Reads the text of a PDF back, page by page, without the breaks and spaces of its layout."""

import io

from pypdf import PdfReader


def pages(content: bytes) -> list[str]:
    """The text of each page, in the order it is drawn."""
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]
