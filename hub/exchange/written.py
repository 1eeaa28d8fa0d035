"""Values of the shared form as people write them: codes in words, members by their titles. Pure."""

from collections.abc import Mapping
from typing import Any

import schemas

Said = Mapping[str, Any]


def title(field: Said, name: str) -> str:
    """What a member is called on paper."""
    return str(field.get("title", name))


def written(defs: Said, field: Said, value: object) -> str:
    """A value in one text by its schema: codes in words, lists line by line, members with their titles."""
    ref = str(field.get("$ref", "")).rpartition("/")[2]
    field = {**defs.get(ref, {}), **field}
    if isinstance(value, bool):
        return "是 yes" if value else "否 no"
    if isinstance(value, Mapping):
        inner = field.get("properties", {})
        told = ((title(inner.get(name, {}), name), inner.get(name, {}), v) for name, v in value.items())
        return "; ".join(f"{named}: {written(defs, of, v)}" for named, of, v in told)
    if isinstance(value, list):
        return "\n".join(written(defs, field.get("items", {}), one) for one in value)
    listed = schemas.codes(ref) if "enum" in field else {}
    return listed.get(str(value), str(value))
