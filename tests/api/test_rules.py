"""Every rule that can be raised says something of its own, in both languages, and never fails to."""

import re
from collections.abc import Iterator

import pytest

from hub.api.rules import rule_text
from hub.errors import Fault
from schemas import kind_schema, kinds
from tests.api.raised import raised

RAISED = raised()
# Keywords that hold schemas or say nothing of a value.
SILENT = {"properties", "patternProperties", "items", "if", "then", "else", "$ref", "title", "description"}


def keywords(schema: object) -> Iterator[str]:
    """Keywords under which a document can be refused."""
    if isinstance(schema, list):
        for part in schema:
            yield from keywords(part)
    elif isinstance(schema, dict):
        for name, value in schema.items():
            if name in ("properties", "patternProperties", "$defs"):
                for part in value.values():
                    yield from keywords(part)
            elif not name.startswith(("$", "x-")):
                yield name
                yield from keywords(value) if name not in ("enum", "const", "required") else ()


def of_schemas() -> set[str]:
    return {word for kind in kinds() for word in keywords(kind_schema(kind))} - SILENT


def said(rule: str, lang: str) -> str:
    return rule_text(Fault(rule), lang)  # type: ignore[arg-type]


@pytest.mark.parametrize("rule", sorted({*RAISED, *of_schemas()}))
def test_a_rule_has_its_texts(rule: str):
    nothing = "a rule there is not"
    for lang in ("zh", "en"):
        assert said(rule, lang) != said(nothing, lang).replace(nothing, rule), RAISED.get(rule)
    assert re.search(r"[\u4e00-\u9fff]", said(rule, "zh"))
    assert said(rule, "en")


def test_the_search_finds_rules_wherever_they_are_raised():
    assert {"typ", "undecided", "receiving-taken", "several-cases", "unit-unknown", "depth"} <= set(RAISED)
    assert {"enum", "maxLength", "required"} <= of_schemas()


def test_arguments_are_filled_in():
    assert rule_text(Fault("size", args=("17",)), "en") == "larger than 17"
    listed = Fault("code", native="/state", args=("state · 一个系统: 1 成功, -1 失败",))
    assert rule_text(listed, "zh") == "代码不在代码表中,该表 state · 一个系统: 1 成功, -1 失败"
    assert "{name, valid_from" in rule_text(Fault("config-form"), "zh")
