"""Papers set by Typst: the font, and the way from data to PDF. Needs a font with Chinese of the system's.

Fonts are those in the folders that fontconfig and Typst know; nothing is downloaded. Data reach a paper as
texts only, never as markup.
"""

import json
from collections.abc import Mapping
from datetime import datetime
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


def pdf(source: bytes, data: Mapping[str, object], made_at: datetime) -> bytes:
    """The paper of a Typst source that reads `data` as JSON from `sys.inputs.data`."""
    import typst

    told = json.dumps(data, ensure_ascii=False)
    at = made_at.replace(microsecond=0)  # Typst refuses more
    made: bytes = typst.compile(source, format="pdf", sys_inputs={"data": told}, timestamp=at)
    return made
