"""Entries of the log: their exact bytes, what they hide, and what they commit to."""

import json
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from uuid import UUID

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from hub.evidence import entries, merkle

AT = datetime(2026, 11, 25, 4, 0, 0, 900_000, tzinfo=UTC)
JWK = {
    "kty": "OKP",
    "crv": "Ed25519",
    "alg": "EdDSA",
    "kid": "hub-1",
    "use": "sig",
    "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
}
TYPES = [
    "message",
    "delivery",
    "acknowledgement",
    "non-delivery",
    "admin-action",
    "hold",
    "release",
    "signoff",
]


def counted(size):
    return bytes(range(size))


@pytest.mark.parametrize("kind", TYPES)
def test_the_exact_entry(kind):
    entry = entries.make(kind, b"\x01" * 32, AT, counted)
    digest = sha256(bytes(range(32)) + b"\x01" * 32).hexdigest()
    assert entry.text == (
        '{"at":"2026-11-25T12:00:00+08:00","digest":"' + digest + '",'
        '"ref":"202122232425262728292a2b2c2d2e2f","type":"' + kind + '","v":1}'
    )
    assert entry.salt == bytes(range(32))
    assert entry.content == b"\x01" * 32
    assert entry.leaf == merkle.leaf_hash(entry.text.encode())


@given(
    st.sampled_from(TYPES),
    st.binary(min_size=32, max_size=32),
    st.datetimes(
        min_value=datetime(2000, 1, 1),  # noqa: DTZ001  hypothesis adds the zone
        max_value=datetime(2200, 1, 1),  # noqa: DTZ001
        timezones=st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-7))]),
    ),
    st.binary(min_size=48, max_size=48),
)
def test_the_fast_path_is_jcs(kind, content, at, chance):
    entry = entries.make(kind, content, at, lambda _: chance)
    value = json.loads(entry.text)
    assert entry.text.encode() == rfc8785.dumps(value)
    assert set(value) == {"v", "type", "ref", "at", "digest"}
    assert datetime.fromisoformat(value["at"]) == at.replace(microsecond=0)
    assert value["at"].endswith("+08:00")


def test_two_entries_of_one_thing_have_nothing_in_common():
    one, two = (entries.make("message", b"\x07" * 32, AT) for _ in range(2))
    assert one.salt != two.salt
    first, second = json.loads(one.text), json.loads(two.text)
    assert first["digest"] != second["digest"]
    assert first["ref"] != second["ref"]
    assert b"\x07".hex() * 32 not in one.text


def test_a_key_entry_commits_to_the_key_and_is_found_by_it():
    made = entries.key_entry(JWK, AT, rng=counted)
    statement = {"action": "hub-key", "jwk": {k: v for k, v in JWK.items() if k != "use"}}
    assert made.entry.type == "admin-action"
    assert made.entry.content == sha256(rfc8785.dumps(statement)).digest()
    assert made.ref == entries.key_ref(JWK)
    assert made.ref.version == 8
    assert made.ref.variant == "specified in RFC 4122"


@pytest.mark.parametrize("change", [{"x": "AAAA"}, {"kid": "hub-2"}, {"alg": "ES256"}])
def test_another_key_has_another_entry(change):
    assert entries.key_ref(JWK | change) != entries.key_ref(JWK)


def test_a_systems_key_is_not_the_hubs():
    assert entries.key_ref(JWK, "police-3101") != entries.key_ref(JWK)
    assert entries.key_ref(JWK, "police-3101") != entries.key_ref(JWK, "court-3102")


def test_statements_differ_in_every_member():
    base = entries.event_statement("delivery", "m", "d", "3101", b"\0" * 32)
    others = [
        entries.event_statement("acknowledgement", "m", "d", "3101", b"\0" * 32),
        entries.event_statement("delivery", "n", "d", "3101", b"\0" * 32),
        entries.event_statement("delivery", "m", "e", "3101", b"\0" * 32),
        entries.event_statement("delivery", "m", "d", "3102", b"\0" * 32),
        entries.event_statement("delivery", "m", "d", "3101", b"\1" * 32),
        entries.event_statement("delivery", "m", "d", "3101"),
        entries.admin_statement(UUID(int=1), "unit.import", "operator", "3101", "测试"),
    ]
    digests = {entries.statement_digest(s) for s in [base, *others]}
    assert len(digests) == len(others) + 1


def test_claims_are_digested_as_they_were_sent():
    assert entries.claims_digest(b'{"a":1}') == sha256(b'{"a":1}').digest()
