"""The detached signature of a message: what is believed, and that everything else is refused by its rule."""

import hmac
import json
from datetime import timedelta
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jwt import PyJWS

from hub.errors import Refused
from hub.trust import jose
from hub.trust.jose import FileRef
from hub.trust.jwk import read_jwk
from tests.trust.senders import ISSUER, NOW, b64, compact_json, make_ed25519

CTY = "application/xml;charset=GBK"
BODY = "<警情><姓名>郑测一</姓名></警情>".encode("gbk")
DIGEST = "sha-256:" + "0a" * 32


def _header(**changes) -> dict[str, object]:
    header = {
        "alg": "EdDSA",
        "kid": "k-1",
        "b64": False,
        "crit": ["b64"],
        "typ": "liantiao-message+jws",
        "cty": CTY,
        "iss": "police-1",
        "aud": ISSUER,
        "iat": int(NOW.timestamp()),
        "jti": "m-1",
        "unit": "3105",
        "kind": "dispute",
        "purpose": "mediation",
    } | changes
    return {name: value for name, value in header.items() if value is not ...}


def _signed(pair, header: dict[str, object] | bytes, body: bytes = BODY) -> str:
    raw = header if isinstance(header, bytes) else compact_json(header)
    protected = b64(raw)
    return f"{protected}..{b64(pair.sign(protected.encode() + b'.' + body))}"


def _verify(pair, value: str | None, body: bytes = BODY, key=..., cty: str = CTY, now=NOW):
    key = read_jwk(pair.jwk) if key is ... else key
    return jose.verify(jose.parse_detached(value), body, key, ISSUER, cty, now)


def _refusal(pair, value: str | None, **given) -> tuple[str, str]:
    with pytest.raises(Refused) as caught:
        _verify(pair, value, **given)
    return caught.value.code, caught.value.faults[0].rule


def test_a_message_is_believed(pair):
    header = _header(
        alg=pair.alg,
        to="3201",
        dispute="01980000-0000-7000-8000-000000000001",
        re="01980000-0000-7000-8000-000000000002",
        name="JQ_01.xml",
        files=[
            {"ref": "505", "digest": DIGEST, "name": "笔录.pdf", "type": "application/pdf"},
            {"ref": "a", "digest": DIGEST},
        ],
    )
    value = _signed(pair, header)
    message = _verify(pair, value)
    envelope = message.envelope
    assert (envelope.iss, envelope.jti, envelope.unit, envelope.kind) == (
        "police-1",
        "m-1",
        "3105",
        "dispute",
    )
    assert (envelope.purpose, envelope.cty, envelope.to, envelope.name) == (
        "mediation",
        CTY,
        "3201",
        "JQ_01.xml",
    )
    assert envelope.files == (
        FileRef("505", DIGEST, "笔录.pdf", "application/pdf"),
        FileRef("a", DIGEST),
    )
    assert message.body == BODY
    protected, _, signature = value.split(".")
    assert (message.protected, message.signature) == (protected, signature)
    assert message.digest == sha256(protected.encode() + b"." + BODY).hexdigest()


def test_the_newer_name_of_eddsa_is_accepted(ed25519):
    assert _verify(ed25519, _signed(ed25519, _header(alg="Ed25519")))


def test_pyjwt_signs_what_we_verify(pair):
    value = PyJWS().encode(BODY, pair.private, pair.alg, _header(alg=pair.alg), is_payload_detached=True)
    assert _verify(pair, value).envelope.iss == "police-1"


def test_unknown_members_are_ignored_by_the_rfc(pair):
    assert _verify(pair, _signed(pair, _header(alg=pair.alg, liantiao_test={"a": [1]})))


# ── form ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("value", [None, ""])
def test_missing(ed25519, value):
    assert _refusal(ed25519, value) == ("malformed", "signature-missing")


@pytest.mark.parametrize("value", ["a", "a.b", "a..b.c", "....."])
def test_parts(ed25519, value):
    assert _refusal(ed25519, value) == ("malformed", "signature-parts")


def test_attached(ed25519):
    protected, _, signature = _signed(ed25519, _header()).split(".")
    assert _refusal(ed25519, f"{protected}.{b64(BODY)}.{signature}") == ("malformed", "signature-attached")


def test_padding_and_foreign_characters(ed25519):
    value = _signed(ed25519, _header())
    protected, _, signature = value.split(".")
    for bad in (
        f"{protected}=..{signature}",
        f"{protected}..{signature}==",
        f"{protected} ..{signature}",
        f"{protected}..{signature}\n",
        f"{protected}..{signature[:-1]}",
        f"测..{signature}",
        value.replace("-", "+").replace("_", "/") + "+",
    ):
        assert _refusal(ed25519, bad) == ("malformed", "base64url")


def test_a_header_of_4_kib_and_not_a_byte_more(ed25519):
    room = jose.MAX_HEADER - len(compact_json(_header(pad="")))
    assert _verify(ed25519, _signed(ed25519, _header(pad="x" * room)))
    assert _refusal(ed25519, _signed(ed25519, _header(pad="x" * (room + 1)))) == ("malformed", "size")
    assert _refusal(ed25519, _signed(ed25519, _header(pad="x" * 5_000_000))) == ("malformed", "size")


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (b"", "syntax"),
        (b"[]", "type"),
        (b'"a"', "type"),
        (b"{", "syntax"),
        (b"\xff", "encoding"),
        (b"\xef\xbb\xbf{}", "encoding"),
        (b'{"alg":"EdDSA","alg":"none"}', "duplicate-key"),
        (b'{"iat":NaN}', "number"),
        (b'{"iat":10000000000000000000000000000000000000000}', "number"),
        (b'{"x":' + b"[" * 70 + b"]" * 70 + b"}", "depth"),
    ],
)
def test_the_header_is_strict_json(ed25519, raw, rule):
    assert _refusal(ed25519, _signed(ed25519, raw)) == ("malformed", rule)


@pytest.mark.parametrize(
    "typ",
    [
        "JWT",
        "at+jwt",
        "secevent+jwt",
        "application/liantiao-message+jws",
        "LIANTIAO-MESSAGE+JWS",
        "",
        None,
        ...,
        1,
    ],
)
def test_typ_is_that_of_a_message(ed25519, typ):
    assert _refusal(ed25519, _signed(ed25519, _header(typ=typ))) == ("malformed", "typ")


@pytest.mark.parametrize("b64_value", [True, "false", 0, None, ...])
def test_b64_is_false(ed25519, b64_value):
    assert _refusal(ed25519, _signed(ed25519, _header(b64=b64_value))) == ("malformed", "b64")


@pytest.mark.parametrize("crit", [..., [], ["b64", "exp"], ["b64", "b64"], "b64", ["exp"], None])
def test_crit_is_exactly_b64(ed25519, crit):
    assert _refusal(ed25519, _signed(ed25519, _header(crit=crit))) == ("malformed", "crit")


@pytest.mark.parametrize("name", ["alg", "kid", "iss", "jti", "unit", "kind", "purpose", "cty"])
@pytest.mark.parametrize("value", [..., None, "", 1, [], {"a": 1}, "x" * 256, "a\nb", "a\x7f"])
def test_every_member_is_typed_and_bounded(ed25519, name, value):
    code, rule = _refusal(ed25519, _signed(ed25519, _header(**{name: value})))
    assert code == "malformed"
    assert rule in {"required", "type", "text"}


@pytest.mark.parametrize("iat", [..., None, "1790000000", 1.5e9, True, [1]])
def test_iat_is_whole_seconds(ed25519, iat):
    assert _refusal(ed25519, _signed(ed25519, _header(iat=iat))) == ("malformed", "type")


@pytest.mark.parametrize("name", ["dispute", "re"])
@pytest.mark.parametrize(
    "value", ["1", "{01980000-0000-7000-8000-000000000001}", "0198000000007000800000000000000a", "' OR 1"]
)
def test_hub_ids_are_uuids(ed25519, name, value):
    assert _refusal(ed25519, _signed(ed25519, _header(**{name: value}))) == ("malformed", "uuid")


@pytest.mark.parametrize(
    ("files", "rule"),
    [
        ("505", "files"),
        ([{"ref": str(n), "digest": DIGEST} for n in range(33)], "files"),
        (["505"], "type"),
        ([{"ref": "505"}], "required"),
        ([{"digest": DIGEST}], "required"),
        ([{"ref": 505, "digest": DIGEST}], "type"),
        ([{"ref": "505", "digest": "md5:00"}], "digest"),
        ([{"ref": "505", "digest": DIGEST.upper()}], "digest"),
        ([{"ref": "505", "digest": DIGEST, "name": 1}], "type"),
        ([{"ref": "505", "digest": DIGEST}] * 2, "files-ref"),
    ],
)
def test_files_are_typed_and_bounded(ed25519, files, rule):
    assert _refusal(ed25519, _signed(ed25519, _header(files=files))) == ("malformed", rule)


def test_32_files_are_accepted(ed25519):
    files = [{"ref": str(n), "digest": DIGEST} for n in range(32)]
    assert len(_verify(ed25519, _signed(ed25519, _header(files=files))).envelope.files) == 32


# ── belief ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["jku", "x5u", "jwk", "x5c"])
def test_a_key_named_by_the_message_is_refused(ed25519, name):
    stranger = make_ed25519()
    value = _signed(
        stranger, _header(**{name: stranger.jwk if name == "jwk" else "https://evil.example.cn/k"})
    )
    assert _refusal(ed25519, value) == ("signature-invalid", "remote-key")


def test_alg_none_is_refused(pair):
    protected = b64(compact_json(_header(alg="none")))
    for signature in ("", b64(bytes(64))):
        assert _refusal(pair, f"{protected}..{signature}") == ("signature-invalid", "alg")


def test_hmac_with_the_public_key_is_refused(pair):
    protected = b64(compact_json(_header(alg="HS256")))
    for secret in (pair.jwk["x"].encode(), json.dumps(pair.jwk).encode()):
        mac = hmac.digest(secret, protected.encode() + b"." + BODY, "sha256")
        assert _refusal(pair, f"{protected}..{b64(mac)}") == ("signature-invalid", "alg")


def test_the_algorithm_is_the_keys_and_not_the_headers(ed25519, es256):
    assert _refusal(ed25519, _signed(ed25519, _header(alg="ES256"))) == ("signature-invalid", "alg")
    assert _refusal(es256, _signed(es256, _header(alg="EdDSA"))) == ("signature-invalid", "alg")
    assert _refusal(es256, _signed(ed25519, _header(alg="ES256"))) == ("signature-invalid", "signature")


def test_an_unknown_key_is_refused(pair):
    value = _signed(pair, _header(alg=pair.alg))
    assert _refusal(pair, value, key=None) == ("signature-invalid", "key")


def test_a_key_of_another_kid_is_refused(pair):
    value = _signed(pair, _header(alg=pair.alg, kid="k-2"))
    assert _refusal(pair, value) == ("signature-invalid", "key")


def test_a_foreign_key_is_refused():
    stranger = make_ed25519()
    key = read_jwk(make_ed25519().jwk)
    assert _refusal(stranger, _signed(stranger, _header()), key=key) == ("signature-invalid", "signature")


@pytest.mark.parametrize(
    "aud", [..., None, "https://other.example.cn", [ISSUER], [ISSUER, "x"], ISSUER + "/", ""]
)
def test_the_audience_is_this_hub_alone(ed25519, aud):
    assert _refusal(ed25519, _signed(ed25519, _header(aud=aud))) == ("signature-invalid", "aud")


@pytest.mark.parametrize(
    "cty", ["application/xml; charset=GBK", "application/xml;charset=gbk", "application/xml"]
)
def test_cty_is_the_content_type_byte_for_byte(ed25519, cty):
    assert _refusal(ed25519, _signed(ed25519, _header(cty=cty))) == ("signature-invalid", "cty")
    assert _refusal(ed25519, _signed(ed25519, _header()), cty=cty) == ("signature-invalid", "cty")


@pytest.mark.parametrize("seconds", [-301, 301, -86400, 10**9, -(10**9)])
def test_iat_outside_five_minutes_is_stale(ed25519, seconds):
    value = _signed(ed25519, _header(iat=int(NOW.timestamp()) + seconds))
    assert _refusal(ed25519, value) == ("stale", "iat")


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_iat_within_five_minutes_is_believed(ed25519, seconds):
    assert _verify(ed25519, _signed(ed25519, _header()), now=NOW + timedelta(seconds=seconds))


def test_an_unsigned_stale_message_is_not_called_stale(ed25519):
    value = _signed(make_ed25519(), _header(iat=0))
    assert _refusal(ed25519, value) == ("signature-invalid", "signature")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_byte_can_be_changed(data):
    pair = make_ed25519()
    value = _signed(pair, _header())
    protected, _, signature = value.split(".")
    raw = bytearray(protected.encode() + b"." + BODY + bytes.fromhex("00") + signature.encode())
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= 1 << data.draw(st.integers(0, 6))
    head, rest = bytes(raw[: len(protected)]), raw[len(protected) + 1 :]
    body, sig = bytes(rest[: len(BODY)]), bytes(rest[len(BODY) + 1 :])
    changed = f"{head.decode('latin-1')}..{sig.decode('latin-1')}"
    if changed == value and body == BODY:
        return  # the bit was in a separator of this test's own
    with pytest.raises(Refused) as caught:
        _verify(pair, changed, body)
    assert caught.value.code in {"malformed", "signature-invalid"}


@given(st.text(max_size=40))
def test_any_header_value_is_refused_without_a_fault_of_ours(value):
    with pytest.raises(Refused):
        jose.parse_detached(value)


def test_a_refusal_says_nothing_of_what_was_sent(ed25519):
    value = _signed(ed25519, _header(unit="郑测一\n500000196803059010"))
    with pytest.raises(Refused) as caught:
        _verify(ed25519, value)
    assert "郑" not in repr(caught.value.faults)
    assert "500000" not in repr(caught.value.faults)
