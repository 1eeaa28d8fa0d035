"""The courts' signing certificates, against which rulings are checked: registered and revoked. SQL."""

from hashlib import sha256

import asyncpg
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from hub.errors import Fault, Refused
from hub.store.administration import Admin


async def add_court_certificate(conn: asyncpg.Connection, unit: str, certificate: bytes, admin: Admin) -> str:
    """Register a certificate (PEM or DER) for a court; answers its fingerprint (SHA-256, hex).

    Valid for its own period. Raises Refused `schema` or `conflict`.
    """
    read = _read(certificate)
    der = read.public_bytes(Encoding.DER)
    fingerprint = sha256(der).hexdigest()
    async with admin.changing(conn, "court-certificate-add", f"{unit} {fingerprint}"):
        kind = await conn.fetchval("SELECT type FROM unit WHERE code = $1", unit)
        if kind != "court":
            raise Refused("schema", Fault("unit-type" if kind else "unit-unknown", "/unit"))
        written = await conn.execute(
            "INSERT INTO court_certificate (fingerprint, unit, certificate, valid_from, valid_to) "
            "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (fingerprint) DO NOTHING",
            fingerprint,
            unit,
            der,
            read.not_valid_before_utc,
            read.not_valid_after_utc,
        )
        if written == "INSERT 0 0":
            raise Refused("conflict", Fault("certificate-known"))
    return fingerprint


async def revoke_court_certificate(conn: asyncpg.Connection, fingerprint: str, admin: Admin) -> None:
    """Rulings signed with it count no more from now on. Raises Refused `unknown`."""
    async with admin.changing(conn, "court-certificate-revoke", fingerprint):
        changed = await conn.execute(
            "UPDATE court_certificate SET revoked_at = $2 WHERE fingerprint = $1 AND revoked_at IS NULL",
            fingerprint,
            admin.now,
        )
        if changed == "UPDATE 0":
            raise Refused("unknown", Fault("certificate-unknown"))


def _read(certificate: bytes) -> x509.Certificate:
    try:
        if certificate.lstrip().startswith(b"-----BEGIN"):
            return x509.load_pem_x509_certificate(certificate)
        return x509.load_der_x509_certificate(certificate)
    except (ValueError, x509.InvalidVersion) as e:
        raise Refused("schema", Fault("certificate", "/certificate")) from e
