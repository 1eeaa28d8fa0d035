import pytest

from schemas import KINDS, Role, shields, view, view_rows
from schemas.generate import machine_files
from schemas.visibility import ViewRow, _table, decide, places

INTERNAL = {"hub", "hub_admin"}
MACHINE_ROLES = {role for machine in machine_files().values() for role in machine["roles"]}
ROLES = [*sorted(MACHINE_ROLES - INTERNAL), "addressee"]
EVERYWHERE = [(kind, place) for kind in KINDS for place in places(kind)]


def test_rows_speak_of_kinds_roles_and_members_there_are() -> None:
    sights = {("*", place.pointer) for _, place in EVERYWHERE}
    sights |= {(kind, place.pointer) for kind, place in EVERYWHERE}
    sights |= {(f"@{name}", inside) for _, place in EVERYWHERE for name, inside in place.around}
    for row in view_rows():
        assert row.role in {*ROLES, "*", "sender"}, row
        assert row == ViewRow("*", "sender", "", "keep") or (row.kind, row.pointer) in sights, row


def test_no_decision_is_made_twice() -> None:
    said = [(row.kind, row.role, row.pointer) for row in view_rows()]
    assert len(said) == len(set(said))


@pytest.mark.parametrize("role", ROLES)
def test_every_member_is_decided_and_personal_ones_by_name(role: str) -> None:
    for kind, place in EVERYWHERE:
        action, row = decide(_table(), kind, role, place)
        assert row is not None, place.pointer
        assert row.pointer, f"only a row of everything covers {place.pointer}"
        if place.sealed and action != "drop":
            assert row.pointer in {place.pointer, *(rel for _, rel in place.around)}, place.pointer


@pytest.mark.parametrize("role", ROLES)
def test_what_no_agency_ever_sees(role: str) -> None:
    for kind in KINDS:
        for pointer, action in view(kind, role).items():
            if pointer.endswith(("/native_extras", "/concessions", "/position_in_native")):
                assert action == "drop", (kind, pointer)


@pytest.mark.parametrize("role", ["mediation_supervisor", "superior"])
def test_supervisors_see_no_names_numbers_or_addresses_of_parties(role: str) -> None:
    hidden = {"/id_number", "/phones", "/addresses", "/service_address"}
    for kind, place in EVERYWHERE:
        inside = dict(place.around).get("Party")
        if inside == "/name":
            assert view(kind, role)[place.pointer] != "keep"
        if inside in hidden:
            assert view(kind, role)[place.pointer] == "drop"


@pytest.mark.parametrize("role", ROLES)
def test_false_litigation_signs_are_for_the_reviewing_court_and_the_police_of_a_lead(role: str) -> None:
    seen = view("false_litigation_report", role)
    wanted = "keep" if role in ("reviewing_court", "crime_lead_unit") else "drop"
    assert {seen[p] for p in ("/signs", "/signs/*/evidence", "/reported_by", "/reported_by/person")} == {
        wanted
    }


def test_the_task_decides_about_id_numbers() -> None:
    assert view("referral", "mediation_unit")["/parties/*/id_number"] == "keep"
    assert view("confirmation_application", "reviewing_court")["/applicants/*/id_number"] == "keep"
    assert view("dispute", "addressee")["/parties/*/id_number"] == "mask"
    assert view("early_warning", "safety_unit")["/key_persons/*/id_number"] == "keep"
    assert view("early_warning", "unit_in_charge")["/key_persons/*/id_number"] == "mask"


@pytest.mark.parametrize("role", ROLES)
def test_what_lies_in_a_dropped_member_is_dropped(role: str) -> None:
    for kind in KINDS:
        seen = view(kind, role)
        for pointer, action in seen.items():
            above = pointer.rpartition("/")[0].removesuffix("/*")
            assert action == "drop" or seen.get(above) != "drop", (kind, pointer)


@pytest.mark.parametrize("kind", KINDS)
def test_only_text_is_masked(kind: str) -> None:
    holders = {place.pointer.rpartition("/")[0].removesuffix("/*") for place in places(kind)}
    for role in ROLES:
        for pointer, action in view(kind, role).items():
            assert action != "mask" or pointer not in holders


@pytest.mark.parametrize("kind", KINDS)
def test_a_sender_sees_what_it_sent(kind: str) -> None:
    assert set(view(kind, "sender").values()) == {"keep"}


def test_an_unknown_role_sees_what_everyone_does_and_no_more() -> None:
    assert view("mediation_result", "nobody")["/concessions"] == "drop"


def test_a_district_can_take_away_and_not_give() -> None:
    district = (
        ViewRow("@Party", "mediation_unit", "/phones", "mask"),
        ViewRow("*", "*", "/native_extras", "keep"),
    )
    seen = view("referral", "mediation_unit", district)
    assert seen["/parties/*/phones"] == "mask"
    assert seen["/native_extras"] == "drop"
    assert seen["/parties/*/name"] == "keep"


@pytest.mark.parametrize("kind", KINDS)
def test_the_whereabouts_of_a_victim_are_shielded_wherever_a_party_stands(kind: str) -> None:
    stands = {
        place.pointer.removesuffix(rel)
        for place in places(kind)
        for name, rel in place.around
        if name == "Party"
    }
    found = {s.at: s for s in shields(kind) if s.member == "/flags/domestic_violence"}
    assert set(found) == stands
    for shield in found.values():
        assert {"victim", "protected"} <= shield.values
        assert {"/addresses", "/service_address"} <= set(shield.withheld)


def test_workflow_numbers_are_shielded_as_a_whole() -> None:
    found = {s.at: s for s in shields("dispute") if s.member == "/system"}
    assert found["/identifiers/*"].withheld == ()
    assert "proc_inst" in found["/identifiers/*"].values


def test_every_role_of_the_machines_is_a_role() -> None:
    assert {*ROLES, *INTERNAL, "sender"} == set(Role.__args__)
