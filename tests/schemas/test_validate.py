import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas import KINDS, fast_validator, faults, reference_validator
from schemas.generator import document
from schemas.mutator import mutated

BASE = {"schema": "liantiao/1", "business_time": "2026-11-25T10:00:00+08:00"}
PARTY = {"ref": "p1", "kind": "person", "role": "side_a", "name": "郑测一"}
DISPUTE = BASE | {"action": "register", "origin": "grid", "parties": [PARTY]}


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(min_value=0))
def test_both_validators_agree_on_valid_and_on_spoiled_documents(kind: str, seed: int) -> None:
    rng = random.Random(seed)
    valid = document(kind, rng)
    assert fast_validator(kind)(valid) == reference_validator(kind)(valid) == frozenset()
    spoiled = mutated(valid, rng)
    found = fast_validator(kind)(spoiled)
    assert found == reference_validator(kind)(spoiled)
    assert faults(kind, spoiled) == tuple(sorted(found))


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({}, ()),
        ({"schema": "liantiao/2"}, (("/schema", "const"),)),
        ({"unknown": 1}, (("", "additionalProperties"),)),
        ({"action": "no-such"}, (("/action", "enum"),)),
        ({"business_time": "2026-11-25 10:00:00"}, (("/business_time", "format"),)),
        ({"dispute": "12"}, (("/dispute", "format"),)),
        ({"parties": []}, (("/parties", "minItems"),)),
        ({"parties": [PARTY | {"ref": "p1\n"}]}, (("/parties/0/ref", "pattern"),)),
        ({"parties": [PARTY | {"a/b~": 1}]}, (("/parties/0", "additionalProperties"),)),
        ({"native_extras": {"/a~b": 3}}, (("/native_extras/~1a~0b", "type"),)),
        ({"native_extras": {"/a\n": "x"}}, (("/native_extras", "additionalProperties"),)),
        ({"attachments": [{"catalogue": "other"}]}, (("/attachments/0", "anyOf"),)),
        ({"people_count": 30}, ()),
        ({"people_count": {"value": 30, "precision": "at_least", "raw": "30余人"}}, ()),
        ({"people_count": -1}, (("/people_count", "minimum"),)),
        ({"cause": {"version": "2026"}}, (("/cause", "required"),)),
    ],
)
def test_faults_name_place_and_keyword(change: dict[str, object], wanted: tuple[object, ...]) -> None:
    assert faults("dispute", DISPUTE | change) == wanted
    assert reference_validator("dispute")(DISPUTE | change) == frozenset(wanted)


def test_a_registration_needs_origin_and_parties_an_addition_does_not() -> None:
    assert faults("dispute", BASE | {"action": "register"}) == (("", "required"),)
    assert faults("dispute", BASE | {"action": "update"}) == ()


@pytest.mark.parametrize(
    ("agreement", "wanted"),
    [
        ("0198c0de-0000-7000-8000-000000000001", ()),
        ("12", (("/agreement", "format"),)),
        ({"form": "written"}, ()),
        ({"form": "spoken"}, (("/agreement/form", "enum"),)),
        (12, (("/agreement", "type"),)),
    ],
)
def test_an_agreement_is_named_or_given(agreement: object, wanted: tuple[object, ...]) -> None:
    found = faults("confirmation_application", BASE | {"agreement": agreement})
    assert found == wanted


def test_completeness_is_no_business_of_the_schema() -> None:
    assert faults("confirmation_application", dict(BASE)) == ()
    assert faults("mediation_result", BASE | {"outcome": "agreed_written"}) == ()


def test_an_unknown_kind_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        faults("no_such_kind", {})


@pytest.mark.parametrize("value", [None, [], "x", 3])
def test_what_is_no_object_is_a_fault(value: object) -> None:
    assert faults("dispute", value) == (("", "type"),)
