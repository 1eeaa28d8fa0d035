"""Every column of every kind can be described: also one whose codes come from several lists."""

import pytest

import schemas
from hub.nightly.extracts.columns import columns
from hub.nightly.extracts.files import _field


@pytest.mark.parametrize("kind", sorted(schemas.kinds()))
def test_codes_of_a_column_are_named(kind: str):
    for column in columns(kind):
        described = _field(column)
        assert bool(column.codes) == bool(described.get("categories"))
        for name in column.codes.split():
            assert {c["value"] for c in described["categories"]} >= set(schemas.codes(name))
