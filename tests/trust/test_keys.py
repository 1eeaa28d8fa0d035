"""The hub's own keys: sealed, moved through their states, published, and what they sign."""

import json
from datetime import timedelta

import jwt
import pytest

from hub.errors import Broken
from hub.trust.keys import (
    KeyRing,
    SigningKey,
    first_keys,
    new_signing_key,
    open_key,
    revoked,
    rotated,
    seal_key,
)
from hub.trust.seal import Sealer
from tests.trust.senders import NOW

LATER = NOW + timedelta(days=30)


def _states(keys: list[SigningKey]) -> dict[str, str]:
    return {key.kid: key.state for key in keys}


def _after(keys: list[SigningKey], changed: list[SigningKey]) -> list[SigningKey]:
    return [*{key.kid: key for key in (*keys, *changed)}.values()]


def test_a_sealed_key_opens_again(sealer, hub_keys):
    key = hub_keys[0]
    row = SigningKey(key.kid, key.purpose, key.state, key.changed_at, b"", b"")
    assert open_key(row, seal_key(key, sealer), sealer) == key


def test_a_sealed_key_belongs_to_its_row(sealer, hub_keys):
    first, second = hub_keys
    row = SigningKey(second.kid, "token", "next", NOW, b"", b"")
    with pytest.raises(Broken):
        open_key(row, seal_key(first, sealer), sealer)
    forged = sealer.wrap(first.seed, None, f"hub_key|{second.kid}|sealed")
    with pytest.raises(Broken, match="do not belong together"):
        open_key(row, forged, sealer)


def test_a_key_shows_no_secret(hub_keys):
    assert "secret" not in repr(hub_keys[0])


def test_kid_is_the_thumbprint_of_rfc_7638():
    # RFC 8037 appendix A: private key, then thumbprint
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    key = SigningKey.from_seed(seed, "token", "active", NOW)
    assert key.jwk["x"] == "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    assert key.kid == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_a_new_hub_has_three_keys():
    keys = first_keys(NOW)
    assert [(key.purpose, key.state) for key in keys] == [
        ("token", "active"),
        ("token", "next"),
        ("log", "active"),
    ]
    assert len({key.kid for key in keys}) == 3


def test_rotation(hub_keys):
    active, following = hub_keys
    changed = rotated(hub_keys, LATER)
    assert _states(changed) | {active.kid: "retiring", following.kid: "active"} == _states(changed)
    (fresh,) = [key for key in changed if key.kid not in {active.kid, following.kid}]
    assert fresh.state == "next"
    assert {key.changed_at for key in changed} == {LATER}
    assert KeyRing(_after(hub_keys, changed)).active.kid == following.kid


def test_rotation_leaves_the_log_key_alone():
    keys = first_keys(NOW)
    assert all(key.purpose == "token" for key in rotated(keys, LATER))


def test_rotation_without_a_next_key(hub_keys):
    changed = rotated(hub_keys[:1], LATER)
    assert sorted(key.state for key in changed) == ["active", "next", "retiring"]


def test_revocation_of_the_active_key(hub_keys):
    changed = revoked(hub_keys, hub_keys[0].kid, LATER)
    assert sorted(key.state for key in changed) == ["active", "next", "revoked"]
    ring = KeyRing(_after(hub_keys, changed))
    assert ring.verifier(hub_keys[0].kid, 0) is None
    assert hub_keys[0].kid not in json.dumps(ring.jwks())


def test_revocation_of_another_key(hub_keys):
    assert sorted(key.state for key in revoked(hub_keys, hub_keys[1].kid, LATER)) == ["next", "revoked"]
    keys = _after(hub_keys, rotated(hub_keys, LATER))
    (gone,) = revoked(keys, hub_keys[0].kid, LATER)
    assert (gone.kid, gone.state) == (hub_keys[0].kid, "revoked")


def test_revocation_of_an_unknown_key(hub_keys):
    with pytest.raises(Broken):
        revoked(hub_keys, "k-1", LATER)
    log = new_signing_key("log", "active", NOW)
    with pytest.raises(Broken):
        revoked([*hub_keys, log], log.kid, LATER)


def test_a_ring_has_exactly_one_active_key(hub_keys):
    for keys in (
        [],
        hub_keys[1:],
        [hub_keys[0], new_signing_key("token", "active", NOW)],
        first_keys(NOW)[2:],
    ):
        with pytest.raises(Broken):
            KeyRing(keys)


def test_what_is_signed_is_verified_by_pyjwt(keyring):
    token = keyring.sign("liantiao-receipt+jwt", {"iss": "x", "msg": "测"})
    key = jwt.PyJWK(keyring.active.jwk)
    assert jwt.decode(token, key, ["EdDSA"]) == {"iss": "x", "msg": "测"}
    assert jwt.get_unverified_header(token)["typ"] == "liantiao-receipt+jwt"


def test_same_claims_give_the_same_text(keyring):
    claims = {"iss": "x", "iat": 1}
    assert keyring.sign("secevent+jwt", claims) == keyring.sign("secevent+jwt", dict(claims))
    assert keyring.sign("secevent+jwt", claims) == keyring.sign_payload(
        "secevent+jwt", b'{"iss":"x","iat":1}'
    )


def test_a_published_set_says_eddsa_and_nothing_private(keyring, hub_keys):
    keys = keyring.jwks()["keys"]
    assert [key["kid"] for key in keys] == [key.kid for key in hub_keys]
    assert all(set(key) == {"kty", "crv", "x", "kid", "alg", "use"} for key in keys)
    assert all((key["alg"], key["use"]) == ("EdDSA", "sig") for key in keys)


def test_a_retiring_key_is_published_while_it_is_needed(hub_keys):
    ring = KeyRing(_after(hub_keys, rotated(hub_keys, LATER)))
    old = hub_keys[0].kid
    assert old in [key["kid"] for key in ring.jwks(lambda key: key.changed_at == LATER)["keys"]]
    assert old not in [key["kid"] for key in ring.jwks(lambda _key: False)["keys"]]
    assert len(ring.jwks(lambda _key: False)["keys"]) == 2


def test_keys_by_state(hub_keys):
    ring = KeyRing(_after(hub_keys, rotated(hub_keys, LATER)))
    assert [key.kid for key in ring.retiring] == [hub_keys[0].kid]
    assert len(ring.public_jwks) == 3


def test_a_retired_key_signs_nothing_new(hub_keys):
    ring = KeyRing(_after(hub_keys, rotated(hub_keys, LATER)))
    at = int(LATER.timestamp())
    assert ring.verifier(hub_keys[0].kid, at) is not None
    assert ring.verifier(hub_keys[0].kid, at + 61) is None
    assert ring.verifier(hub_keys[1].kid, at + 61) is not None
    assert ring.verifier("k-1", at) is None


def test_keys_are_re_sealed_under_a_new_root(hub_keys):
    old = Sealer("k-a", {"k-a": b"\x01" * 32}, b"\x09" * 32)
    both = Sealer("k-b", {"k-a": b"\x01" * 32, "k-b": b"\x02" * 32}, b"\x09" * 32)
    only = Sealer("k-b", {"k-b": b"\x02" * 32}, b"\x09" * 32)
    key = hub_keys[0]
    row = SigningKey(key.kid, key.purpose, key.state, key.changed_at, b"", b"")
    again = both.rewrap(seal_key(key, old), f"hub_key|{key.kid}|sealed")
    assert open_key(row, again, only) == key
