import random
from collections.abc import Iterator

import pytest

from schemas import KINDS, faults
from schemas.generator import document, person_name, phone_number, resident_id
from schemas.visibility import places


def members(node: object) -> Iterator[tuple[str, object]]:
    if isinstance(node, dict):
        for name, value in node.items():
            yield name, value
            yield from members(value)
    elif isinstance(node, list):
        for value in node:
            yield from members(value)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_makes_the_same_document(kind: str) -> None:
    assert document(kind, random.Random(7)) == document(kind, random.Random(7))


@pytest.mark.parametrize("kind", KINDS)
def test_documents_are_valid_and_reach_every_member(kind: str) -> None:
    seen: set[str] = set()
    for seed in range(60):
        made = document(kind, random.Random(seed))
        assert faults(kind, made) == ()
        seen |= set(made)
    assert seen == {p.pointer[1:] for p in places(kind) if p.pointer.count("/") == 1}


@pytest.mark.parametrize("kind", KINDS)
def test_persons_are_fictitious_and_look_it(kind: str) -> None:
    for seed in range(20):
        for name, value in members(document(kind, random.Random(seed))):
            if name == "id_number":
                assert isinstance(value, str)
                assert value.startswith("500000")
            if name in {"phone", "phones"}:
                for number in value if isinstance(value, list) else [value]:
                    assert number.startswith("100")
            if name == "name":
                assert str(value).startswith("测")


def test_parties_are_numbered_and_references_mean_one_of_them() -> None:
    for seed in range(40):
        made = document("guidance", random.Random(seed))
        told = made.get("told", [])
        assert isinstance(told, list)
        assert all(ref in {"p1", "p2", "p3", "p4"} for ref in told)
        parties = document("referral", random.Random(seed))["parties"]
        assert isinstance(parties, list)
        assert [party["ref"] for party in parties] == [f"p{n + 1}" for n in range(len(parties))]


def test_made_numbers_have_their_form() -> None:
    rng = random.Random(1)
    for _ in range(200):
        digits = resident_id(rng)
        total = sum((10 if d == "X" else int(d)) * pow(2, 17 - i, 11) for i, d in enumerate(digits))
        assert total % 11 == 1
        assert len(phone_number(rng)) == 11
        assert 2 <= len(person_name(rng)) <= 3
