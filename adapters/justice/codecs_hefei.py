"""Codecs of 合肥 "和合码": the credit code of an organisation."""

import re
from typing import Final

from adapters.justice.codecs_told import mapping, said
from hub.port import Kept, Own

_CREDIT: Final = re.compile(r"[0-9A-Z]{18}", re.ASCII)


def _read_credit(value: object) -> object:
    text = said(value)
    code = text.upper().replace(" ", "")
    if not text:
        return None
    if _CREDIT.fullmatch(code) is None:
        return Kept(None, "identity")
    return {"credit_code": code} if code == text else Kept({"credit_code": code})


def _write_credit(value: object) -> object:
    return mapping(value).get("credit_code")


CREDIT: Final = Own("credit code; what is none is kept", _read_credit, _write_credit)
