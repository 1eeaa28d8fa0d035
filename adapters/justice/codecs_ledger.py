"""Codecs of the ledger alone: a place with its position on the map."""

import re
from typing import Final

from adapters.justice.codecs_told import mapping, said
from hub.port import Doc, Kept, Own

_COORDINATE: Final = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,18})?")
_POSITION: Final = {"经度": "longitude", "纬度": "latitude"}


def _read_place(value: object) -> object:
    told = mapping(value)
    position: Doc = {shared: said(told.get(native)) for native, shared in _POSITION.items()}
    known = all(_is_position(str(text)) for text in position.values())
    text = said(told.get("发生地点"))
    if not text:
        return Kept(None)
    place: Doc = {"text": text[:200]} | (position if known else {})
    return place if len(text) <= 200 and known == any(position.values()) else Kept(place)


def _is_position(text: str) -> bool:
    return _COORDINATE.fullmatch(text) is not None and float(text) != 0


def _write_place(value: object) -> Doc:
    place = mapping(value)
    return {"发生地点": place.get("text")} | {n: place.get(s) for n, s in _POSITION.items()}


PLACE: Final = Own("place and position; a position without a place is kept", _read_place, _write_place)
