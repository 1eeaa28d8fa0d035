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
    code_sources,
    codes,
    expectations,
    kind_schema,
    kinds,
    purposes,
    shared_schema,
)
from schemas.types import KINDS, MACHINES, Kind, MachineName, Purpose, Role
from schemas.validate import Faults, fast_validator, faults, reference_validator
from schemas.visibility import Action, Shield, ViewRow, shields, view, view_rows

__all__ = [
    "KINDS",
    "MACHINES",
    "Action",
    "Expected",
    "Faults",
    "Kind",
    "KindRow",
    "MachineName",
    "Purpose",
    "PurposeRow",
    "Role",
    "Schema",
    "Shield",
    "ViewRow",
    "code_lists",
    "code_sources",
    "codes",
    "expectations",
    "fast_validator",
    "faults",
    "kind_schema",
    "kinds",
    "purposes",
    "reference_validator",
    "shared_schema",
    "shields",
    "view",
    "view_rows",
]
