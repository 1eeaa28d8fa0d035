"""The shared form: one JSON Schema per message kind, code lists, views, and the types made of them.

Everybody imports this package; it imports nothing of ours. The files under v1 are the one
definition: types, checks and documents follow from them.
"""

from schemas.load import (
    Expected,
    KindRow,
    PurposeRow,
    Schema,
    code_lists,
    codes,
    expectations,
    kind_schema,
    kinds,
    purposes,
    shared_schema,
)

__all__ = [
    "Expected",
    "KindRow",
    "PurposeRow",
    "Schema",
    "code_lists",
    "codes",
    "expectations",
    "kind_schema",
    "kinds",
    "purposes",
    "shared_schema",
]
