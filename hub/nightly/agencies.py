"""How people call the three agencies, on pages and in reports."""

from collections.abc import Mapping
from typing import Final

AGENCIES: Final[Mapping[str, tuple[str, str]]] = {
    "police": ("公安", "police"),
    "justice": ("司法行政", "justice"),
    "court": ("法院", "court"),
}
"""Code → Chinese, English. An agency of another adapter is called by its code."""
