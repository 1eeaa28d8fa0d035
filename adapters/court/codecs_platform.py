"""Codecs of the mediation platform: defendants of whom no page says what is told, and files by their ids."""

from typing import Final

from adapters.court.codecs import digits_of, not_written, said, text_of
from hub.port import Doc, Kept, Own, Unreadable

_NAME: Final = 80
_SIZE: Final = 13


def _read_defendants(value: object) -> object:
    """Each is told by a name; an object is refused, because no page says what its members are."""
    names = [text for item in (value if isinstance(value, list) else [value]) if (text := text_of(item))]
    if any(len(name) > _NAME for name in names):
        raise Unreadable("limit")
    return Kept([{"name": name, "role": "defendant"} for name in names] or None)


DEFENDANTS: Final = Own("defendants by name", _read_defendants, not_written)

FILE_FIELDS: Final = ("resource_id", "file_name", "file_size")


def _read_file(value: object) -> object:
    told = said(value)
    made: Doc = {"catalogue": "evidence"}
    if "resource_id" in told:
        made["ref"] = told["resource_id"][:200]
    if "file_name" in told:
        made["name"] = told["file_name"][:200]
    size = digits_of(told.get("file_size", ""))
    if size and len(size) <= _SIZE:
        made["size"] = int(size)
    return Kept(made if "ref" in made or "name" in made else None)


PLATFORM_FILE: Final = Own("file of the investigation", _read_file, not_written)
