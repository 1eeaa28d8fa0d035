"""A cut shows what the views table keeps, and never anything else: over every kind and role."""

import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

import schemas
from hub.errors import Misconfigured
from hub.trust.access import ROLES, Views, district_rows
from hub.trust.masks import MASKS
from schemas import Shield, ViewRow, kinds, view
from schemas.types import machines

VIEWS = Views.load()
PARTY = {
    "ref": "p1",
    "kind": "natural",
    "role": "side_a",
    "name": "郑测一",
    "sex": "male",
    "birth_date": {"value": "1968-03-05", "precision": "day"},
    "id_number": "500000196803059010",
    "phones": ["10000000001"],
    "addresses": [{"text": "重庆市渝中区测试路1号", "division": "500103"}],
    "occupation": "测试",
    "flags": {"minor": False, "domestic_violence": "none"},
}
DOCUMENT = {
    "schema": "liantiao/1",
    "business_time": "2026-11-25T10:00:00+08:00",
    "identifiers": [
        {"system": "jjdbh", "value": "1", "normal_form": "1"},
        {"system": "proc_inst", "value": "w-7"},
    ],
    "native_extras": {"/XM": "测"},
    "facts": "相邻纠纷",
    "parties": [PARTY, PARTY | {"ref": "p2", "flags": {"domestic_violence": "victim"}}],
}


def _pointers(value: object, at: str = "") -> list[tuple[str, object]]:
    """Every member of a document, array items as `*`."""
    if isinstance(value, dict):
        found = [(f"{at}/{name}", child) for name, child in value.items()]
        return [*found, *(p for pointer, child in found for p in _pointers(child, pointer))]
    if isinstance(value, list):
        return [p for child in value for p in _pointers(child, f"{at}/*")]
    return []


def _everything(kind: str) -> dict[str, object]:
    """A document with something at every place the kind has (not a valid one: a thing to be cut)."""
    document: dict[str, object] = {}
    places = view(kind, "sender")
    holders = {p.rpartition("/")[0] for p in places}
    for pointer in places:
        *path, name = pointer.split("/")[1:]
        node: object = document
        for step in path:
            node = node[0] if step == "*" else node[step]
        inside = [{}] if f"{pointer}/*" in holders else {} if pointer in holders else f"secret at {pointer}"
        node[name] = inside
    return document


@pytest.mark.parametrize("kind", kinds())
def test_every_place_of_every_kind_for_every_role(kind):
    document = _everything(kind)
    for role in ROLES:
        actions = view(kind, role)
        shown = dict(_pointers(VIEWS.cut(kind, role, document)))
        for pointer, value in shown.items():
            assert actions[pointer] != "drop", (role, pointer)
            if isinstance(value, str) and actions[pointer] == "keep":
                assert value == f"secret at {pointer}"
            elif isinstance(value, str):
                assert value != f"secret at {pointer}"
        expected = {
            pointer
            for pointer, value in _pointers(document)
            if isinstance(value, str) and actions[pointer] == "keep" and _kept_above(actions, pointer)
        }
        assert expected <= set(shown), role


def _kept_above(actions, pointer: str) -> bool:
    above = pointer.rpartition("/")[0].removesuffix("/*")
    return not above or (actions[above] == "keep" and _kept_above(actions, above))


@pytest.mark.parametrize("kind", kinds())
def test_every_masked_place_has_a_mask(kind):
    for role in ROLES:
        for pointer, action in view(kind, role).items():
            assert action != "mask" or pointer.rpartition("/")[2] in MASKS, (role, pointer)


def test_roles_are_those_of_every_machine():
    named = {
        role for name, words in vars(machines).items() if name.endswith("Role") for role in get_args(words)
    }
    assert named | {"sender", "addressee"} == ROLES
    assert {row.role for row in schemas.view_rows()} - {"*"} <= ROLES


@pytest.mark.parametrize(
    ("kind", "role"), [("dispute", "nobody"), ("dispute", ""), ("nothing", "sender"), ("dispute", "*")]
)
def test_an_unknown_role_or_kind_sees_nothing(kind, role):
    assert VIEWS.cut(kind, role, DOCUMENT) == {}


def test_the_sender_sees_what_it_said():
    assert VIEWS.cut("dispute", "sender", DOCUMENT) == DOCUMENT


def test_a_party_of_the_case_and_its_superior():
    unit = VIEWS.cut("dispute", "mediation_unit", DOCUMENT)
    assert unit["parties"][0] == PARTY
    superior = VIEWS.cut("dispute", "superior", DOCUMENT)
    assert superior["parties"][0]["name"] == "郑**"
    shown = json.dumps(superior, ensure_ascii=False)
    for withheld in ("郑测一", "500000196803059010", "10000000001", "测试路", "1968", "相邻纠纷", "测"):
        assert withheld not in shown


def test_native_extras_stay_with_their_sender():
    assert "native_extras" not in VIEWS.cut("dispute", "mediation_unit", DOCUMENT)


def test_the_whereabouts_of_a_victim_do_not_travel():
    first, second = VIEWS.cut("dispute", "mediation_unit", DOCUMENT)["parties"]
    assert "addresses" in first
    assert not {"addresses", "occupation", "service_address"} & set(second)
    assert second["name"] == "郑测一"


def test_workflow_numbers_of_a_sender_do_not_travel():
    cut = VIEWS.cut("dispute", "mediation_unit", DOCUMENT)
    assert [i["system"] for i in cut["identifiers"]] == ["jjdbh"]
    only = VIEWS.cut("dispute", "mediation_unit", {"identifiers": [{"system": "proc_inst", "value": "1"}]})
    assert only == {}


def test_an_unknown_member_is_left_out():
    document = DOCUMENT | {"secret": "x", "parties": [PARTY | {"secret": {"name": "x"}}]}
    for role in ROLES:
        assert "secret" not in json.dumps(VIEWS.cut("dispute", role, document))


@pytest.mark.parametrize(
    "parties", ["郑测一", ["郑测一"], [["郑测一"]], {"0": "郑测一"}, 5, None, [], {}, [{}]]
)
def test_another_shape_than_the_schema_has_shows_nothing(parties):
    cut = VIEWS.cut("dispute", "superior", {"parties": parties})
    assert "郑测一" not in json.dumps(
        cut.get("parties") if not isinstance(parties, str) else {}, ensure_ascii=False
    )


def test_a_list_where_an_object_belongs_shows_nothing():
    document = {"parties": [PARTY | {"flags": [{"minor": True}, "郑测一"]}]}
    assert "flags" not in VIEWS.cut("dispute", "mediation_unit", document)["parties"][0]


def test_a_shield_may_reach_into_an_object(monkeypatch):
    withheld = ("/flags/minor", "/service_address/postal", "/name")
    shield = Shield("/parties/*", "/kind", frozenset({"natural"}), withheld)
    monkeypatch.setattr("hub.trust.access.shields", lambda _kind: (shield,))
    flags = {"minor": True, "foreign": False}
    document = {"parties": [PARTY | {"flags": flags}, PARTY | {"flags": flags, "kind": "legal"}]}
    first, second = Views.load().cut("dispute", "mediation_unit", document)["parties"]
    assert first["flags"] == {"foreign": False}
    assert "name" not in first
    assert second == document["parties"][1]


def test_the_document_is_not_changed():
    before = json.dumps(DOCUMENT)
    for role in ROLES:
        VIEWS.cut("dispute", role, DOCUMENT)
    assert json.dumps(DOCUMENT) == before


# ── districts ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_district_takes_away():
    views = Views.load([{"kind": "@Party", "role": "mediation_unit", "pointer": "/phones", "action": "mask"}])
    assert views.cut("dispute", "mediation_unit", DOCUMENT)["parties"][0]["phones"] == ["100****0001"]
    views = Views.load([{"kind": "dispute", "role": "*", "pointer": "/facts", "action": "drop"}])
    assert "facts" not in views.cut("dispute", "mediation_unit", DOCUMENT)
    assert views.cut("referral", "superior", DOCUMENT) == VIEWS.cut("referral", "superior", DOCUMENT)
    assert views.version("dispute", "mediation_unit") != VIEWS.version("dispute", "mediation_unit")


@pytest.mark.parametrize("action", ["mask", "drop"])
def test_a_member_of_which_everything_is_withheld_is_not_shown_whole(action):
    rows = [{"kind": "*", "role": "*", "pointer": "", "action": action}]
    shown = Views.load(rows).cut("dispute", "case_unit", DOCUMENT)
    assert action == "mask" or shown == {}
    assert "郑测一" not in json.dumps(shown, ensure_ascii=False)
    rows = [
        {"kind": "@PreciseDate", "role": "*", "pointer": f"/{m}", "action": "drop"}
        for m in ("value", "precision", "raw")
    ]
    for party in Views.load(rows).cut("dispute", "case_unit", DOCUMENT)["parties"]:
        assert "birth_date" not in party


def test_a_district_gives_nothing():
    given_more = Views(
        (ViewRow("@Party", "superior", "/name", "keep"), ViewRow("*", "superior", "/facts", "keep"))
    )
    assert given_more.cut("dispute", "superior", DOCUMENT) == VIEWS.cut("dispute", "superior", DOCUMENT)
    assert given_more.version("dispute", "superior") == VIEWS.version("dispute", "superior")


@given(
    st.lists(
        st.builds(
            ViewRow,
            st.sampled_from(["*", "dispute", "@Party", "@Place"]),
            st.sampled_from(["*", "mediation_unit"]),
            st.sampled_from(
                ["", "/parties", "/name", "/phones", "/flags", "/text", "/facts", "/identifiers/*/value"]
            ),
            st.sampled_from(["mask", "drop"]),
        ),
        max_size=4,
    )
)
def test_a_district_never_shows_more(rows):
    shown = dict(_pointers(Views(tuple(rows)).cut("dispute", "mediation_unit", DOCUMENT)))
    base = dict(_pointers(VIEWS.cut("dispute", "mediation_unit", DOCUMENT)))
    assert set(shown) <= set(base)


@pytest.mark.parametrize(
    "config",
    [
        {},
        "x",
        [1],
        [{}],
        [{"kind": "dispute", "role": "*", "pointer": "/facts"}],
        [{"kind": "dispute", "role": "*", "pointer": "/facts", "action": "keep"}],
        [{"kind": "disputes", "role": "*", "pointer": "/facts", "action": "drop"}],
        [{"kind": "dispute", "role": "boss", "pointer": "/facts", "action": "drop"}],
        [{"kind": "dispute", "role": "*", "pointer": "facts", "action": "drop"}],
        [{"kind": "dispute", "role": "*", "pointer": None, "action": "drop"}],
        [{"kind": 1, "role": "*", "pointer": "", "action": "drop"}],
        [{"kind": "dispute", "role": ["*"], "pointer": "", "action": "drop"}],
    ],
)
def test_a_bad_configuration_names_its_row(config):
    with pytest.raises(Misconfigured, match="views"):
        district_rows(config)


def test_the_version_is_stable_and_tells_roles_apart():
    assert Views.load().version("dispute", "superior") == VIEWS.version("dispute", "superior")
    assert VIEWS.version("dispute", "superior") != VIEWS.version("dispute", "mediation_unit")
