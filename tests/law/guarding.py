"""How a test says that a guard refuses."""

from typing import Any

import pytest

from hub.errors import Refused


def refused(rule: str, pointer: str) -> Any:
    """A 422 `rule` at a place, by a guard."""
    return pytest.raises(Refused, check=lambda r: _is(r, rule, pointer))


def _is(refusal: Refused, rule: str, pointer: str) -> bool:
    return refusal.code == "rule" and [(f.rule, f.pointer) for f in refusal.faults] == [(rule, pointer)]
