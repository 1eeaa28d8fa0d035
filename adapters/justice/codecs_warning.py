"""Codecs of the early warning: where something is about to happen, by address and grid."""

from typing import Final

from adapters.justice.codecs_told import mapping, said, whole
from hub.port import Doc, Kept, Own

_LONGEST_GRID: Final = 60


def _read_place(value: object) -> object:
    told = mapping(value)
    address, grid = said(told.get("happenAddr")), said(told.get("gridPath"))
    if not address:
        return Kept(None) if grid else None
    place: Doc = {"text": address[:200]}
    if 0 < len(grid) <= _LONGEST_GRID:
        place["grid"] = grid
    return whole(place, told, _write_place(place))


def _write_place(value: object) -> Doc:
    place = mapping(value)
    return {"happenAddr": place.get("text"), "gridPath": place.get("grid")}


PLACE: Final = Own(
    "address and grid", _read_place, _write_place, loses="division, township, community and position"
)
