"""Two validators over the same schemas: the reference (jsonschema) and the fast one (jsonschema_rs).

Both answer with a set of (instance pointer, keyword); a property test holds them to the same verdict
and the same set. The hot path uses the fast one. Values never leave this module: a fault names the
place and the keyword only.
"""

import copy
from collections.abc import Callable
from functools import cache
from typing import TypeAlias

import jsonschema_rs

from schemas.formats import CHECKERS
from schemas.load import kind_schema

Faults: TypeAlias = frozenset[tuple[str, str]]
Validator: TypeAlias = Callable[[object], Faults]


@cache
def reference_validator(kind: str) -> Validator:
    """The reference: patterns as full matches, formats on."""
    import jsonschema

    checker = jsonschema.FormatChecker(formats=())
    for name, check in CHECKERS.items():
        checker.checks(name)(check)
    schema = copy.deepcopy(kind_schema(kind))
    _match_fully(schema)
    engine = jsonschema.Draft202012Validator(schema, format_checker=checker)

    def validate(document: object) -> Faults:
        return frozenset(
            (_pointer(list(error.absolute_path)), str(error.validator))
            for error in engine.iter_errors(document)
        )

    return validate


@cache
def fast_validator(kind: str) -> Validator:
    """The fast one, compiled once per kind and process."""
    engine = _engine(kind)

    def validate(document: object) -> Faults:
        return frozenset(_fault(error) for error in engine.iter_errors(document))

    return validate


def faults(kind: str, document: object) -> tuple[tuple[str, str], ...]:
    """Every (JSON Pointer, keyword) at which a document breaks the schema of its kind, in order.

    Empty for a valid document. Raises KeyError for a kind there is not.
    """
    engine = _engine(kind)
    if engine.is_valid(document):
        return ()
    return tuple(sorted({_fault(error) for error in engine.iter_errors(document)}))


@cache
def _engine(kind: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(
        kind_schema(kind),
        formats=dict(CHECKERS),
        validate_formats=True,
        ignore_unknown_formats=False,
        pattern_options=jsonschema_rs.RegexOptions(),
        offline=True,
    )


def _fault(error: jsonschema_rs.ValidationError) -> tuple[str, str]:
    return _pointer(error.instance_path), str(error.kind.name)


def _pointer(path: list[str | int]) -> str:
    """RFC 6901."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)


def _match_fully(node: object) -> None:
    """Patterns end at the very end: Python's `$` also matches before a last newline."""
    if isinstance(node, list):
        for item in node:
            _match_fully(item)
    elif isinstance(node, dict):
        for child in node.values():
            _match_fully(child)
        if isinstance(node.get("pattern"), str):
            node["pattern"] = _to_the_end(node["pattern"])
        if isinstance(node.get("patternProperties"), dict):
            members = node["patternProperties"].items()
            node["patternProperties"] = {_to_the_end(key): value for key, value in members}


def _to_the_end(pattern: str) -> str:
    return pattern.removesuffix("$") + r"\Z"
