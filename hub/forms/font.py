"""A font with Chinese for what Typst sets: those of the system, nothing is downloaded."""

from functools import cache
from typing import Final

from hub.errors import Misconfigured

FAMILIES: Final = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Noto Sans SC",
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Microsoft YaHei",
    "SimHei",
    "SimSun",
    "PingFang SC",
)
"""Families that have all of our characters, the preferred one first."""

MISSING: Final = (
    "没有中文字体,无法生成 PDF;请安装 fonts-noto-cjk(apt-get install fonts-noto-cjk)"
    " · no Chinese font for the PDF: install fonts-noto-cjk"
)


@cache
def chinese_font() -> str:
    """The first of our families that is installed. Raises Misconfigured saying what to install."""
    import typst

    installed = set(typst.Fonts(include_embedded_fonts=False).families())
    found = next((family for family in FAMILIES if family in installed), None)
    if found is None:
        raise Misconfigured(MISSING)
    return found
