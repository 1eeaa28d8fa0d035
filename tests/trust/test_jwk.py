"""Which public keys may be registered, and that a key checks only what its algorithm says."""

import pytest

from hub.errors import Refused
from hub.trust.jwk import MAX_KEYS, ed25519_jwk, read_jwk, read_jwks
from tests.trust.senders import b64, make_ed25519, make_es256


def _fault(document) -> tuple[str, str | None]:
    with pytest.raises(Refused) as caught:
        read_jwks(document)
    assert caught.value.code == "schema"
    (fault,) = caught.value.faults
    return fault.rule, fault.pointer


def test_a_key_of_each_algorithm_is_accepted(pair):
    key = read_jwk(pair.jwk)
    assert (key.kid, key.alg) == ("k-1", pair.alg)
    assert key.verifies(pair.sign(b"said"), b"said")
    assert not key.verifies(pair.sign(b"said"), b"other")


def test_a_stored_key_is_read_again(pair):
    key = read_jwk(pair.jwk | {"x5u": "https://evil.example.cn", "key_ops": ["verify"], "use": "sig"})
    assert "x5u" not in key.jwk
    assert read_jwk(dict(key.jwk)) == key


def test_the_newer_name_of_eddsa_is_the_same_algorithm(ed25519):
    for name in ("EdDSA", "Ed25519"):
        key = read_jwk(ed25519.jwk | {"alg": name})
        assert key.alg == "EdDSA"
        assert key.agrees(name)
    assert not key.agrees("ES256")


@pytest.mark.parametrize(
    "alg", ["none", "HS256", "RS256", "ES256", "ES256K", "ES384", "Ed448", "", None, 1, ["EdDSA"]]
)
def test_an_algorithm_of_another_kind_is_refused(ed25519, alg):
    assert _fault(ed25519.jwk | {"alg": alg}) == ("jwk-alg", "/alg")


@pytest.mark.parametrize("name", ["d", "p", "q", "dp", "dq", "qi", "oth", "k"])
def test_a_private_key_is_refused(pair, name):
    assert _fault(pair.jwk | {name: "AAAA"}) == ("jwk-private", f"/{name}")


@pytest.mark.parametrize("use", ["enc", "", None, ["sig"]])
def test_a_key_that_is_not_for_signing_is_refused(pair, use):
    assert _fault(pair.jwk | {"use": use}) == ("jwk-use", "/use")


@pytest.mark.parametrize("ops", [["sign"], ["encrypt"], ["verify", "sign"], [], "verify", None])
def test_key_ops_other_than_verify_are_refused(pair, ops):
    assert _fault(pair.jwk | {"key_ops": ops}) == ("jwk-key-ops", "/key_ops")


@pytest.mark.parametrize("kid", ["", "a b", "a/b", "密钥", "k" * 65, "k\n", None, 7])
def test_a_kid_is_a_short_ascii_name(pair, kid):
    assert _fault(pair.jwk | {"kid": kid}) == ("jwk-kid", "/kid")


@pytest.mark.parametrize(
    "members",
    [
        {"kty": "oct", "k": None},
        {"kty": "RSA"},
        {"crv": "Ed448"},
        {"crv": "X25519"},
        {"kty": "EC"},
        {"crv": None},
        {"kty": ["OKP"]},
    ],
)
def test_other_kinds_of_key_are_refused(ed25519, members):
    rule, _ = _fault({**ed25519.jwk, **members})
    assert rule in {"jwk-kty", "jwk-private"}


@pytest.mark.parametrize(
    "x",
    [
        b64(bytes(32)),  # of small order
        b64(b"\x01" + bytes(31)),  # the neutral element: every signature of zeros holds for it
        b64(b"\xff" * 32),  # not canonical
        b64(b"\x02" + bytes(31)),  # not on the curve, or outside the main group
        b64(b"\x01" * 31),
        b64(b"\x01" * 33),
        b64(b"\x01" * 32) + "=",
        "",
        None,
        5,
    ],
)
def test_a_bad_point_of_ed25519_is_refused(ed25519, x):
    assert _fault(ed25519.jwk | {"x": x}) == ("jwk-point", "/x")


def test_a_point_off_the_curve_is_refused(es256):
    assert _fault(es256.jwk | {"y": b64(b"\x05" * 32)}) == ("jwk-point", "/x")
    assert _fault(es256.jwk | {"y": None}) == ("jwk-point", "/y")


def test_a_set_is_read(pair):
    other = make_ed25519().jwk | {"kid": "k-2"}
    assert [key.kid for key in read_jwks({"keys": [pair.jwk, other]})] == ["k-1", "k-2"]


def test_a_set_without_order_is_refused(pair):
    assert _fault({"keys": []}) == ("jwk-count", "/keys")
    assert _fault({"keys": [pair.jwk] * (MAX_KEYS + 1)}) == ("jwk-count", "/keys")
    assert _fault({"keys": [pair.jwk, pair.jwk]}) == ("jwk-kid", "/keys")
    assert _fault({"keys": [pair.jwk, pair.jwk | {"kid": ""}]}) == ("jwk-kid", "/keys/1/kid")
    assert _fault([pair.jwk]) == ("type", "")


@pytest.mark.parametrize("tail", [b"", b"\xff", bytes(64)])
@pytest.mark.parametrize("kept", [0, 63, 64])
def test_a_signature_of_another_form_does_not_hold(pair, kept, tail):
    signature = pair.sign(b"said")
    changed = signature[:kept] + tail  # may end as the signature does, once in 256
    assert read_jwk(pair.jwk).verifies(changed, b"said") is (changed == signature)


def test_a_signature_of_the_other_algorithm_does_not_hold():
    first, second = make_ed25519(), make_es256()
    assert not read_jwk(first.jwk).verifies(second.sign(b"said"), b"said")
    assert not read_jwk(second.jwk).verifies(first.sign(b"said"), b"said")


def test_s_of_ed25519_beyond_the_group_order_is_refused(ed25519):
    order = 2**252 + 27742317777372353535851937790883648493
    signature = ed25519.sign(b"said")
    s = int.from_bytes(signature[32:], "little") + order
    again = signature[:32] + s.to_bytes(32, "little")
    assert not read_jwk(ed25519.jwk).verifies(again, b"said")


def test_our_own_key_as_jwk_is_registrable(hub_keys):
    key = hub_keys[0]
    assert read_jwk(dict(key.jwk)).verifies(key.sign(b"said"), b"said")
    assert ed25519_jwk(key.kid, key.public) == key.jwk
