import json

import jsonschema
import pytest

from schemas import (
    KINDS,
    code_lists,
    codes,
    expectations,
    kind_schema,
    kinds,
    purposes,
    shared_schema,
)
from schemas.generate import machine_files

UNIT_TYPES = {
    "court",
    "tribunal",
    "police_bureau",
    "station",
    "justice_bureau",
    "judicial_office",
    "committee",
    "room",
    "other",
}
PURPOSES = {
    "mediation",
    "police_handling",
    "adjudication",
    "confirmation",
    "warning",
    "supervision",
    "statistics",
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_schema_is_valid_self_contained_and_one_flat_object(kind: str) -> None:
    schema = kind_schema(kind)
    jsonschema.Draft202012Validator.check_schema(schema)
    text = json.dumps(schema)
    assert ".json" not in text.replace('"$schema"', "").partition('"properties"')[2]
    for name in schema["$defs"]:
        assert f'"#/$defs/{name}"' in text
    assert {"schema", "dispute", "about_case", "business_time", "native_extras"} <= set(schema["properties"])
    assert schema["required"][:2] == ["schema", "business_time"]


def test_an_unknown_kind_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        kind_schema("no_such_kind")
    with pytest.raises(KeyError):
        kind_schema("_shared")
    with pytest.raises(KeyError):
        codes("no_such_list")


def test_a_shared_object_stands_alone() -> None:
    party = shared_schema("Party")
    jsonschema.Draft202012Validator(party).validate(
        {"ref": "p1", "kind": "person", "role": "side_a", "name": "郑测一"}
    )


def test_the_kinds_table_names_machines_and_unit_types() -> None:
    assert tuple(kinds()) == KINDS
    for row in kinds().values():
        assert set(row.machines) <= set(machine_files())
        assert set(row.senders) <= UNIT_TYPES | {"any"}
    assert [kind for kind, row in kinds().items() if not row.senders] == ["deadline_notice"]


def test_every_step_and_opening_of_a_machine_is_of_a_kind_that_names_it() -> None:
    for name, machine in machine_files().items():
        for kind in {machine["opened_by"]["kind"], *(step["kind"] for step in machine["steps"])}:
            assert name in kinds()[kind].machines, (name, kind)


def test_every_discriminator_of_a_step_is_a_code_of_its_member() -> None:
    derived = {"this_dispute", "replaces", "all_consented", "rule", "phase"}
    for machine in machine_files().values():
        for step in machine["steps"]:
            schema = kind_schema(step["kind"])
            for member, wanted in step["when"].items():
                if member in derived or wanted == "*":
                    continue
                name = schema["properties"][member]["$ref"].rpartition("/")[2]
                assert set(wanted.split("|")) <= set(codes(name)), step["id"]


def test_every_kind_has_a_purpose_and_every_purpose_its_law() -> None:
    assert {kind for kind, _ in purposes()} == set(KINDS)
    assert {purpose for _, purpose in purposes()} == PURPOSES
    assert all(row.law for row in purposes().values())


def test_codes_are_unique_and_named_in_chinese() -> None:
    for name, listed in code_lists().items():
        assert all(listed.values()), name


def test_expectations_reach_into_shared_objects() -> None:
    found = {row.pointer: row for row in expectations("mediation_result")}
    assert found["/failure"].when["outcome"].startswith("unreachable|")
    assert found["/agreements/*/organisation"].finding == "completeness"
    assert found["/agreements/*/items/*/amount"].when == {"kind": "pay"}
    assert found["/agreements/*/document/digest"].finding == "paper"


def test_expectations_reach_into_either_form_of_an_agreement() -> None:
    found = {row.pointer for row in expectations("confirmation_application")}
    assert {"/agreement", "/agreement/terms", "/applicants/*/service_address", "/papers"} <= found
