"""Which bodies are taken at all, and how large they may be (contract 2). Data and one look-up."""

from functools import lru_cache
from typing import Final

LARGE: Final = frozenset({"application/xml", "text/xml", "application/zip"})
"""Formats that carry whole documents inside."""

MEDIA_TYPES: Final = (
    "application/vnd.liantiao+json",
    "application/json",
    "application/xml",
    "text/xml",
    "application/x-www-form-urlencoded",
    "text/csv",
    "text/plain",
    "application/vnd.dbf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/zip",
)
WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PACKAGE: Final = "application/zip"


@lru_cache(maxsize=64)
def media_of(content_type: str) -> str:
    """The media type without its parameters."""
    return content_type.split(";", 1)[0].strip().lower()


def limit_for(content_type: str, max_body: int, max_package: int) -> int | None:
    """The most bytes a body of this type may have; None: the type is not taken."""
    media = media_of(content_type)
    if media not in MEDIA_TYPES:
        return None
    return max_package if media in LARGE else max_body
