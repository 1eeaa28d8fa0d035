from typing import get_args, get_type_hints

import pytest

from schemas import KINDS, Kind, MachineName, Purpose, kind_schema, purposes, types
from schemas.typewriter import pascal


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_type_has_the_members_of_its_schema(kind: str) -> None:
    made = getattr(types, f"{pascal(kind)}Document")
    schema = kind_schema(kind)
    assert set(get_type_hints(made)) == set(schema["properties"])
    assert made.__required_keys__ == set(schema["required"])


def test_the_words_are_those_of_the_tables() -> None:
    assert get_args(Kind) == KINDS
    assert set(get_args(Purpose)) == {purpose for _, purpose in purposes()}
    assert get_args(MachineName) == types.MACHINES
    assert "sent" in get_args(types.ReferralState)
    assert {"addressee", "sender", "registrar", "reviewing_court"} <= set(get_args(types.Role))
    assert "agreed_written" in get_args(types.MediationOutcomeCode)
    assert types.IdentifierSystemCode is str
