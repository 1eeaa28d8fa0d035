"""What was released changes by addition only: new members, new codes, larger limits."""

import copy
import json
from importlib.resources import files

import pytest

from schemas.load import Schema, source

RELEASE = "1.0"
NAMES = sorted(
    path.name.removesuffix(".json") for path in files("schemas").joinpath("released", RELEASE).iterdir()
)
FREE = {"title", "$comment", "$id"}
GROWS = {"maxLength", "maxItems", "maxProperties", "maximum"}
SHRINKS = {"minLength", "minItems", "minimum"}


def released(name: str) -> Schema:
    text = files("schemas").joinpath("released", RELEASE, f"{name}.json").read_text(encoding="utf-8")
    found: Schema = json.loads(text)
    return found


def breaks(old: Schema, new: Schema, at: str = "") -> list[str]:
    """Where a document valid before could be refused now, or a member has gone."""
    wrong: list[str] = []
    for key in {*old, *new} - FREE:
        if key.startswith("x-"):
            continue
        before, now, where = old.get(key), new.get(key), f"{at}/{key}"
        if key in {"properties", "$defs", "patternProperties"}:
            for name, child in (before or {}).items():
                wrong += breaks(child, now[name], f"{where}/{name}") if name in (now or {}) else [where]
        elif key in {"items", "if", "then", "else"} and before and now:
            wrong += breaks(before, now, where)
        elif not _grew(key, before, now):
            wrong.append(where)
    return wrong


def _grew(key: str, before: object, now: object) -> bool:
    if key == "required":
        return set(now or ()) <= set(before or ())
    if key in {"enum", "type"}:
        wide = {now} if isinstance(now, str) else set(now or ())
        return (
            bool(wide)
            and (before is not None)
            and ({before} if isinstance(before, str) else set(before)) <= wide
        )
    if key in GROWS:
        return now is None or (before is not None and now >= before)
    if key in SHRINKS:
        return now is None or (before is not None and now <= before)
    return before == now


@pytest.mark.parametrize("name", NAMES)
def test_the_current_schema_only_adds_to_the_released_one(name: str) -> None:
    assert breaks(released(name), source(name)) == []


DISPUTE = released("dispute")
SHARED = released("_shared")


def changed(schema: Schema, *path: str, **keys: object) -> Schema:
    made = copy.deepcopy(schema)
    node = made
    for step in path:
        node = node[step]
    node.update(keys)
    return made


@pytest.mark.parametrize(
    "new",
    [
        changed(DISPUTE, required=[*DISPUTE["required"], "facts"]),
        changed(DISPUTE, "properties", "facts", maxLength=10),
        changed(DISPUTE, "properties", "facts", pattern="^[a-z]{1,3}$"),
        changed(DISPUTE, "properties", "facts", type="integer"),
        changed(DISPUTE, properties={k: v for k, v in DISPUTE["properties"].items() if k != "facts"}),
        changed(DISPUTE, "then", required=["origin", "parties", "place"]),
        changed(DISPUTE, "properties", "parties", minItems=2),
    ],
)
def test_a_change_that_refuses_what_was_valid_is_seen(new: Schema) -> None:
    assert breaks(DISPUTE, new)


def test_additions_are_no_break() -> None:
    new = changed(DISPUTE, "properties", weather={"title": "天气", "type": "string", "maxLength": 9})
    new = changed(new, "properties", "facts", maxLength=20_000)
    assert breaks(DISPUTE, new) == []
    codes = released("_codes")
    more = [*codes["$defs"]["sex"]["enum"], "8"]
    assert breaks(codes, changed(codes, "$defs", "sex", enum=more)) == []
    assert breaks(changed(codes, "$defs", "sex", enum=more), codes) == ["/$defs/sex/enum"]
