"""The lint: what every schema file must hold to, so that both engines take it in linear time."""

import json
from collections.abc import Iterator
from importlib.resources import files

import pytest

from schemas import KINDS, code_lists
from schemas.formats import CHECKERS
from schemas.load import Schema, source
from schemas.patterns import parse

FILES = sorted(path.name for path in files("schemas").joinpath("v1").iterdir())
KEYWORDS = {
    "$schema", "$id", "$defs", "$ref", "$comment", "title",
    "type", "properties", "required", "additionalProperties", "patternProperties",
    "items", "minItems", "maxItems", "minLength", "maxLength", "maxProperties",
    "pattern", "format", "enum", "const", "minimum", "maximum", "if", "then", "else", "anyOf",
    "x-sealed", "x-code-list", "x-expected", "x-document",
}  # fmt: skip


def nodes(node: Schema, at: str = "") -> Iterator[tuple[str, Schema]]:
    """Every subschema with its place."""
    yield at, node
    for key in ("$defs", "properties", "patternProperties"):
        for name, child in node.get(key, {}).items():
            yield from nodes(child, f"{at}/{key}/{name}")
    for key in ("items", "if", "then", "else"):
        if key in node:
            yield from nodes(node[key], f"{at}/{key}")
    for number, child in enumerate(node.get("anyOf", ())):
        yield from nodes(child, f"{at}/anyOf/{number}")


EVERY = {f"{name}{at}": node for name in FILES for at, node in nodes(source(name.removesuffix(".json")))}


def test_every_kind_has_a_file_and_every_file_a_kind() -> None:
    assert {name.removesuffix(".json") for name in FILES} == {*KINDS, "_shared", "_codes"}


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_written_as_the_others(name: str) -> None:
    text = files("schemas").joinpath("v1", name).read_text(encoding="utf-8")
    document = json.loads(text)
    assert text == json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    assert document["$id"] == f"urn:liantiao:schema:{name.removesuffix('.json')}:1.0"
    assert document["title"]


def test_only_known_keywords_are_used() -> None:
    used = {keyword for node in EVERY.values() for keyword in node}
    assert used <= KEYWORDS


def test_objects_are_closed() -> None:
    for place, node in EVERY.items():
        if "object" in node.get("type", ()) and "else" not in node and not node.get("x-document"):
            assert node["additionalProperties"] is False, place
            assert "properties" in node or "patternProperties" in node, place
            assert set(node.get("required", ())) <= set(node.get("properties", ())), place


def test_everything_has_a_limit() -> None:
    for place, node in EVERY.items():
        types = [node["type"]] if isinstance(node.get("type"), str) else node.get("type", ())
        limits = {**node, **node.get("then", {})}
        if "string" in types and not place.endswith("/if"):
            assert {"pattern", "maxLength", "enum", "format"} & set(limits), place
        if "array" in types:
            assert node["maxItems"] <= 2_000, place
        if ("integer" in types or "number" in types) and "else" not in node:
            assert max(abs(node["minimum"]), abs(node["maximum"])) < 2**53, place
        if "patternProperties" in node:
            assert node["maxProperties"] <= 200, place


def test_patterns_are_ascii_classes_anchored_and_linear() -> None:
    for node in EVERY.values():
        for pattern in (*filter(None, [node.get("pattern")]), *node.get("patternProperties", ())):
            parse(pattern)


def test_formats_are_those_with_a_checker() -> None:
    assert {node["format"] for node in EVERY.values() if "format" in node} == set(CHECKERS)


def test_references_stay_in_the_package() -> None:
    for place, node in EVERY.items():
        if "$ref" not in node:
            continue
        file, _, pointer = node["$ref"].partition("#")
        assert file in {"", "_shared.json", "_codes.json"}, place
        found = source(file.removesuffix(".json") or "_shared")
        for step in pointer.removeprefix("/").split("/"):
            found = found[step]


@pytest.mark.parametrize("name", FILES)
def test_every_member_has_a_chinese_title(name: str) -> None:
    common = source("_shared")["$defs"]["_document"]["properties"]
    for at, node in nodes(source(name.removesuffix(".json"))):
        for member, child in node.get("properties", {}).items():
            if at.endswith("/if"):
                continue
            title = child.get("title") or common[member]["title"]
            assert any("一" <= sign <= "鿿" for sign in title), f"{at}/{member}"


def test_closed_code_lists_are_the_codes_of_codes_csv() -> None:
    lists = source("_codes")["$defs"]
    assert set(lists) == set(code_lists())
    for name, node in lists.items():
        if "enum" in node:
            assert node["enum"] == list(code_lists()[name]), name


def test_inner_code_lists_name_lists_there_are() -> None:
    external = {"cause_of_action"}
    for node in EVERY.values():
        for name in node.get("x-code-list", "").split():
            assert name in code_lists() or name in external


@pytest.mark.parametrize("name", FILES)
def test_expected_members_exist_and_their_conditions_hold_codes(name: str) -> None:
    for at, node in nodes(source(name.removesuffix(".json"))):
        for row in node.get("x-expected", ()):
            members = node["properties"]
            assert row["pointer"].split("/")[1] in members, at
            assert set(row) <= {"pointer", "when", "basis", "finding"}
            for member, values in row.get("when", {}).items():
                if isinstance(values, str):
                    listed = code_lists()[members[member]["$ref"].rpartition("/")[2]]
                    assert set(values.split("|")) <= set(listed), f"{at} {row['pointer']}"
                else:
                    assert members[member]["type"] == "boolean"
