"""The registry: what administrators write and what processes then see."""

from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from hub.errors import Fault, Refused
from hub.store.administration import RULES
from hub.store.clock import Clock
from hub.store.config_import import import_config
from hub.store.court_register import add_court_certificate, revoke_court_certificate
from hub.store.database import Database
from hub.store.reasons import opened
from hub.store.registry import Registry, load_registry, registry_version
from hub.store.system_register import (
    NewSystem,
    add_keys,
    add_system,
    bind_system,
    retire_key,
    revoke_key,
    set_system_disabled,
)
from hub.store.unit_import import import_aliases, import_units
from tests.store.registering import Evidence, administrator, aliases, jwk, units
from tests.support import SEALER

KINDS = ("dispute", "referral")
HEAD = "code,name,agency,tier,division,parent,valid_from,valid_to\n"


@pytest.fixture
async def filled(database: Database, clock: Clock) -> Database:
    async with database.connection() as conn:
        await import_units(conn, units(), administrator(clock), {"court", "police", "justice"})
    return database


async def read(database: Database) -> Registry:
    async with database.connection() as conn:
        return await load_registry(conn)


async def refused(database: Database, doing: object, *args: object, **named: object) -> list[Fault]:
    """The faults of a refused change; it must leave the registry as it was."""
    async with database.connection() as conn:
        before = await registry_version(conn)
        with pytest.raises(Refused) as caught:
            await doing(conn, *args, **named)  # type: ignore[operator]
        assert await registry_version(conn) == before
    assert all(f.rule in RULES for f in caught.value.faults)
    return list(caught.value.faults)


async def add(database: Database, clock: Clock, **changes: object) -> None:
    new = NewSystem(
        **{"id": "police-1", "agency": "police", "units": ["500101"], "jwks": jwk("k1")} | changes
    )  # type: ignore[arg-type]
    async with database.connection() as conn:
        await add_system(conn, new, administrator(clock), KINDS)


async def test_units_are_seen_on_their_days(filled: Database, clock: Clock) -> None:
    registry = await read(filled)
    office = registry.unit("3105-1", clock())
    assert office is not None
    assert (office.type, office.tier, office.parent) == ("judicial_office", "town", "3105")
    types = {u.code: u.type for u in registry.units_on(clock())}
    assert types == {
        "渝0101": "court",
        "渝0101-1": "tribunal",
        "5001": "police_bureau",
        "500101": "station",
        "3105": "justice_bureau",
        "3105-1": "judicial_office",
        "3105-2": "committee",
    }
    last = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
    assert registry.unit("3105-2", last)
    assert registry.unit("3105-2", last + timedelta(minutes=2)) is None
    assert registry.unit("3105-2", datetime(2025, 12, 31, 15, 59, tzinfo=UTC)) is None
    assert registry.unit("nobody", clock()) is None


async def test_a_change_is_noticed_and_evident(filled: Database, clock: Clock) -> None:
    before = await read(filled)
    evidence = Evidence()
    text = (
        "code,name,agency,tier,division,parent,valid_from,valid_to\n5001,测试新区公安局,police,district,,,,\n"
    )
    async with filled.connection() as conn:
        await import_units(conn, units(text), administrator(clock, evidence))
        assert await registry_version(conn) > before.version
        row = await conn.fetchrow("SELECT * FROM admin_action ORDER BY id DESC")
    assert (row["actor"], row["action"]) == ("ops", "unit-import")
    assert opened(SEALER, "admin_action", row) == "测试"
    assert [a.action for a in evidence.told] == ["unit-import"]
    after = await read(filled)
    assert after.units["5001"].name == "测试新区公安局"
    assert len(after.units) == len(before.units)


async def test_without_evidence_or_reason_nothing_changes(filled: Database, clock: Clock) -> None:
    async with filled.connection() as conn:
        before = await registry_version(conn)
        with pytest.raises(RuntimeError):
            await import_units(conn, units(), administrator(clock, Evidence(failing=True)))
        assert await registry_version(conn) == before
    admin = administrator(clock, reason="  ")
    assert [f.rule for f in await refused(filled, import_units, units(), admin)] == ["reason-missing"]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("9,名,police,town,,nobody,,", ("unit-unknown", "/parent")),
        ("9,名,police,town,,9,,", ("parent-cycle", "/parent")),
        ("5001,名,police,town,,500101,,", ("parent-cycle", "/parent")),
        ("9,,police,town,,,,", ("required", "/name")),
        (",名,police,town,,,,", ("required", "/code")),
        ("a b,名,police,town,,,,", ("code", "/code")),
        ("9,名,fire,town,,,,", ("one-of", "/agency")),
        ("9,名,police,village,,,,", ("one-of", "/tier")),
        ("9,名,police,town,50x,,,", ("division", "/division")),
        ("9,名,police,town,,,2026-13-01,", ("date", "/valid_from")),
        ("9,名,police,town,,,20260101,", ("date", "/valid_from")),
        ("9,名,police,town,,,2026-02-01,2026-01-01", ("period", "/valid_to")),
        (f"9,{'名' * 201},police,town,,,,", ("length", "/name")),
        ("8,名,police,town,,,,\n8,名,police,town,,,,", ("repeated", "/code")),
    ],
)
async def test_a_wrong_cell_is_named_and_nothing_written(
    filled: Database, clock: Clock, row: str, fault: tuple[str, str]
) -> None:
    text = f"{HEAD}7,名,police,town,,,,\n{row}\n"
    agencies = {"court", "police", "justice"}
    faults = await refused(filled, import_units, units(text), administrator(clock), agencies)
    assert fault in [(f.rule, f.pointer) for f in faults]
    assert all(f.record in {"row 3", "row 4"} for f in faults)


async def test_a_room_in_a_station_and_its_other_columns(filled: Database, clock: Clock) -> None:
    text = (
        "code,name,agency,tier,division,parent,valid_from,valid_to,type,host,serves,contact\n"
        "R1,测试镇派出所驻所调解室,justice,town,,3105-2,,,,500101,500101001;500101002,100-0000\n"
        "R2,某中心,justice,town,,,,,other,,,\n"
    )
    async with filled.connection() as conn:
        assert await import_units(conn, units(text), administrator(clock)) == 2
    row = (await read(filled)).units["R1"]
    assert (row.type, row.host, row.serves) == ("room", "500101", ("500101001", "500101002"))
    assert (row.contact, row.valid_from, row.valid_to) == ("100-0000", date.min, None)


async def test_aliases_are_dated(filled: Database, clock: Clock) -> None:
    head = "system,native_code,unit,valid_from,valid_to\n"
    text = f"{head}police-1,A7,5001,,2026-06-30\npolice-1,A7,500101,2026-07-01,\n"
    async with filled.connection() as conn:
        assert await import_aliases(conn, aliases(text), administrator(clock)) == 2
    registry = await read(filled)
    assert registry.alias("police-1", "A7", clock()) == "500101"
    assert registry.alias("police-1", "A7", datetime(2026, 6, 30, 15, tzinfo=UTC)) == "5001"
    assert registry.alias("police-2", "A7", clock()) is None
    bad = aliases(f"{head}police-1,A7,nobody,,\n")
    (fault,) = await refused(filled, import_aliases, bad, administrator(clock))
    assert (fault.rule, fault.record) == ("unit-unknown", "row 2")


async def test_a_system_is_registered_with_its_keys(filled: Database, clock: Clock) -> None:
    evidence = Evidence()
    one, two = jwk("k1"), jwk("k2")
    new = NewSystem(
        "police-1", "police", ["500101", "5001"], {"keys": [one, two]},
        formats={"dispute": "medoffice"}, push=["https://police.example/in"],
    )  # fmt: skip
    async with filled.connection() as conn:
        await add_system(conn, new, administrator(clock, evidence), KINDS)
    registry = await read(filled)
    row = registry.systems["police-1"]
    assert row.units == ("5001", "500101")
    assert set(row.keys) == {"k1", "k2"}
    assert row.keys["k1"].alg == "EdDSA"
    assert (row.formats, row.push) == ({"dispute": "medoffice"}, ("https://police.example/in",))
    assert "messages:send" in row.scopes
    assert "admin" not in row.scopes
    assert registry.receivers == {"5001": "police-1", "500101": "police-1"}
    assert [(a.action, a.jwk) for a in evidence.told if a.jwk] == [
        ("system-key", one),
        ("system-key", two),
    ]
    assert evidence.told[-1].action == "system-add"


async def test_a_unit_has_one_receiving_system(filled: Database, clock: Clock) -> None:
    await add(filled, clock)
    second = NewSystem("police-2", "police", ["5001", "500101"], jwk("k"))
    (fault,) = await refused(filled, add_system, second, administrator(clock), KINDS)
    assert (fault.rule, fault.pointer, fault.args) == ("receiving-taken", "/units/1", ("police-1",))
    await add(filled, clock, id="police-2", units=["5001", "500101"], receiving=False)
    assert (await read(filled)).receivers == {"500101": "police-1"}


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"id": "a b"}, "code"),
        ({"id": "police-1"}, "system-exists"),
        ({"units": []}, "required"),
        ({"units": ["nobody"]}, "unit-unknown"),
        ({"units": ["3105"]}, "unit-agency"),
        ({"scopes": ["everything"]}, "scope-unknown"),
        ({"formats": {"gossip": "x"}}, "kind-unknown"),
        ({"push": ["ftp://x.example"]}, "push-address"),
        ({"push": ["https://u:p@x.example/"]}, "push-address"),
        ({"push": ["https://x.example/?a=1"]}, "push-address"),
        ({"push": ["https://[x"]}, "push-address"),
        ({"bound": "tls"}, "one-of"),
    ],
)
async def test_a_wrong_registration_is_refused(
    filled: Database, clock: Clock, changes: dict[str, object], rule: str
) -> None:
    await add(filled, clock)
    given = {"id": "p9", "agency": "police", "units": ["5001"], "jwks": jwk("k")} | changes
    faults = await refused(filled, add_system, NewSystem(**given), administrator(clock), KINDS)  # type: ignore[arg-type]
    assert [f.rule for f in faults] == [rule]


async def test_a_key_is_followed_by_another(filled: Database, clock: Clock) -> None:
    first, second = jwk("k1"), jwk("k2")
    await add(filled, clock, jwks=first)
    admin = administrator(clock)
    (fault,) = await refused(filled, retire_key, "police-1", "k1", admin)
    assert fault.rule == "key-last"
    async with filled.connection() as conn:
        assert await add_keys(conn, "police-1", second, admin) == ["k2"]
        await retire_key(conn, "police-1", "k1", admin)
    row = (await read(filled)).systems["police-1"]
    assert set(row.keys) == {"k2"}
    assert row.key("k1", clock() + timedelta(minutes=9))
    assert row.key("k1", clock() + timedelta(minutes=11)) is None
    assert row.key("k2", clock() + timedelta(days=9))
    assert row.key("k3", clock()) is None
    for known in (first, second, first | {"kid": "k3"}, second | {"x": jwk("k2")["x"]}):
        (fault,) = await refused(filled, add_keys, "police-1", known, admin)
        assert fault.rule == "key-known"
    async with filled.connection() as conn:
        await revoke_key(conn, "police-1", "k1", admin)
        await revoke_key(conn, "police-1", "k2", admin)
    row = (await read(filled)).systems["police-1"]
    assert (row.keys, row.retired) == ({}, {})
    for doing, kid, rule in (
        (revoke_key, "k2", "key-state"),
        (retire_key, "k2", "key-state"),
        (retire_key, "k9", "key-unknown"),
        (revoke_key, "k9", "key-unknown"),
    ):
        (fault,) = await refused(filled, doing, "police-1", kid, admin)
        assert fault.rule == rule
    (fault,) = await refused(filled, add_keys, "nobody", jwk("k"), admin)
    assert fault.rule == "system-unknown"


async def test_a_system_is_bound_and_let_go(filled: Database, clock: Clock) -> None:
    await add(filled, clock, bound="mtls")
    admin = administrator(clock)
    assert (await read(filled)).systems["police-1"].bound == "mtls"
    for bound in ("dpop", None):
        async with filled.connection() as conn:
            await bind_system(conn, "police-1", bound, admin)
        assert (await read(filled)).systems["police-1"].bound == bound
    for system, bound, rule in (("police-1", "tls", "one-of"), ("nobody", "dpop", "system-unknown")):
        (fault,) = await refused(filled, bind_system, system, bound, admin)
        assert fault.rule == rule


async def test_a_system_can_be_shut_out_and_let_in(filled: Database, clock: Clock) -> None:
    await add(filled, clock)
    admin = administrator(clock)
    for disabled in (True, False):
        async with filled.connection() as conn:
            await set_system_disabled(conn, "police-1", admin, disabled=disabled)
        assert (await read(filled)).systems["police-1"].disabled is disabled
    (fault,) = await refused(filled, set_system_disabled, "nobody", admin, disabled=True)
    assert fault.rule == "system-unknown"


def certificate(clock: Clock) -> x509.Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "测试区人民法院")])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(clock())
        .not_valid_after(clock() + timedelta(days=365))
        .sign(key, SHA256())
    )


@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
async def test_a_tribunal_signs_with_its_courts_certificate(
    filled: Database, clock: Clock, encoding: Encoding
) -> None:
    made, admin = certificate(clock), administrator(clock)
    async with filled.connection() as conn:
        raw = made.public_bytes(encoding)
        fingerprint = await add_court_certificate(conn, "渝0101", raw, admin)
    registry = await read(filled)
    (held,) = registry.court_certificates("渝0101-1")
    assert held.der == made.public_bytes(Encoding.DER)
    assert held.in_force(clock())
    assert not held.in_force(clock() - timedelta(days=1))
    assert registry.court_certificates("500101") == registry.court_certificates("nobody") == ()
    (fault,) = await refused(filled, add_court_certificate, "渝0101", raw, admin)
    assert fault.rule == "certificate-known"
    async with filled.connection() as conn:
        await revoke_court_certificate(conn, fingerprint, admin)
    (held,) = (await read(filled)).court_certificates("渝0101")
    assert not held.in_force(clock())
    (fault,) = await refused(filled, revoke_court_certificate, fingerprint, admin)
    assert fault.rule == "certificate-unknown"


async def test_a_certificate_is_a_courts(filled: Database, clock: Clock) -> None:
    admin, raw = administrator(clock), certificate(clock).public_bytes(Encoding.DER)
    version = b"\xa0\x03\x02\x01"
    strange = raw.replace(version + b"\x02", version + b"\x63", 1)  # version 100
    for unit, given, rule in (
        ("渝0101", strange, "certificate"),
        ("500101", raw, "unit-type"),
        ("nobody", raw, "unit-unknown"),
        ("渝0101", b"no certificate", "certificate"),
        ("渝0101", b"-----BEGIN CERTIFICATE-----\n?", "certificate"),
    ):
        (fault,) = await refused(filled, add_court_certificate, unit, given, admin)
        assert fault.rule == rule


def anything(_name: str, _value: object) -> None:
    """No reader has an opinion."""


async def test_configuration_is_dated(filled: Database, clock: Clock) -> None:
    entries = [
        {"name": "hours", "valid_from": "2026-01-01", "value": {"WARN": 24}},
        {"name": "hours", "valid_from": "2026-07-01", "valid_to": "2026-12-31", "value": {"WARN": 12}},
    ]
    async with filled.connection() as conn:
        names = await import_config(conn, entries, administrator(clock), anything)
    registry = await read(filled)
    assert names == ["hours"]
    assert registry.config("hours", clock()) == {"WARN": 12}
    assert registry.config("hours", datetime(2026, 3, 1, tzinfo=UTC)) == {"WARN": 24}
    assert registry.config("hours", datetime(2027, 3, 1, tzinfo=UTC)) == {"WARN": 24}
    assert registry.config("hours", datetime(2025, 3, 1, tzinfo=UTC)) is None
    assert registry.config("routing", clock()) is None


@pytest.mark.parametrize(
    ("document", "rule", "pointer"),
    [
        ({}, "config-form", ""),
        ([], "config-form", ""),
        ([{"name": "a"}], "config-form", "/0"),
        ([{"name": "A", "valid_from": "2026-01-01", "value": 1}], "code", "/0/name"),
        ([{"name": "a", "valid_from": "soon", "value": 1}], "date", "/0/valid_from"),
        ([{"name": "a", "valid_from": 5, "value": 1}], "date", "/0/valid_from"),
        (
            [{"name": "a", "valid_from": "2026-01-02", "valid_to": "2026-01-01", "value": 1}],
            "period",
            "/0/valid_to",
        ),
    ],
)
async def test_wrong_configuration_is_refused(
    filled: Database, clock: Clock, document: object, rule: str, pointer: str
) -> None:
    (fault,) = await refused(filled, import_config, document, administrator(clock), anything)
    assert (fault.rule, fault.pointer) == (rule, pointer)


async def test_configuration_is_checked_by_who_reads_it(filled: Database, clock: Clock) -> None:
    def unwelcome(_name: str, _value: object) -> None:
        raise Refused("schema", Fault("one-of", "/value"))

    entry = {"name": "hours", "valid_from": "2026-01-01", "value": 1}
    (fault,) = await refused(filled, import_config, [entry], administrator(clock), unwelcome)
    assert fault.rule == "one-of"
