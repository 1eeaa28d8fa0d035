"""The sandbox court's electronic seal: a certificate of its own and rulings signed with it.

The certificate is self-signed; the hub trusts it only after an administrator registered it for that very
court. Signatures are PAdES baseline B (ETSI EN 319 142-1) over SHA-256, made by pyHanko in one incremental
update that covers the whole file. Nothing here reads a clock: instants are arguments.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from hub.errors import Misconfigured
from hub.sandbox.court_pdf import Ruling, ruling_pdf

if TYPE_CHECKING:
    from pyhanko.sign.signers import SimpleSigner

SigningKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True, slots=True)
class CourtSeal:
    """A court's name, signing key and certificate."""

    court: str
    key: SigningKey
    certificate: x509.Certificate

    @property
    def certificate_pem(self) -> str:
        """What an administrator registers."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def save(self, path: Path) -> None:
        """Writes key and certificate as PEM, readable by the owner only."""
        key = self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        path.touch(mode=0o600)
        path.write_bytes(key + self.certificate_pem.encode())


def make_seal(court: str, start: datetime, years: int = 5, key: SigningKey | None = None) -> CourtSeal:
    """A new seal for `court`, valid from `start` (aware) for `years`; the key is P-256 unless given."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, court),
            x509.NameAttribute(NameOID.COMMON_NAME, court + "(沙箱)"),
        ]
    )
    usage = dict.fromkeys(
        (
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=365 * years))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True)
        .sign(key, hashes.SHA256())
    )
    return CourtSeal(court, key, certificate)


def load_seal(path: Path) -> CourtSeal:
    """The seal that `CourtSeal.save` wrote. Raises Misconfigured naming the file."""
    data = path.read_bytes()
    try:
        key = serialization.load_pem_private_key(data, None)
        certificate = x509.load_pem_x509_certificate(data)
    except ValueError as e:
        raise Misconfigured(f"{path.name}: 不是签章文件 · not a seal file") from e
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise Misconfigured(f"{path.name}: 密钥类型不受支持 · this type of key is not supported")
    (court,) = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return CourtSeal(str(court.value), key, certificate)


async def signed_ruling(seal: CourtSeal, ruling: Ruling, at: datetime) -> bytes:
    """The ruling as PDF, rendered and signed with the court's seal; `at` is the claimed time of signing."""
    return await sign_pdf(ruling_pdf(ruling), seal, at)


async def sign_pdf(pdf: bytes, seal: CourtSeal, at: datetime, md_algorithm: str = "sha256") -> bytes:
    """The document with one signature of type /Sig over the entire file (ISO 32000-2, 12.8)."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
    from pyhanko.sign.signers.pdf_byterange import SignatureObject

    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    steps = PdfCMSEmbedder().write_cms(field_name="CourtSeal", writer=writer)
    next(steps)
    placeholder = SignatureObject(
        timestamp=at,
        subfilter=SigSeedSubFilter.PADES,
        name=seal.court,
        reason="民事裁定书电子签章",
        bytes_reserved=8192,
    )
    steps.send(SigObjSetup(sig_placeholder=placeholder))
    prepared, output = steps.send(SigIOSetup(md_algorithm=md_algorithm, in_place=True))
    steps.send(await _signer(seal).async_sign(prepared.document_digest, md_algorithm, use_pades=True))
    signed: bytes = output.getvalue()
    return signed


def _signer(seal: CourtSeal) -> "SimpleSigner":
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    certificate = seal.certificate.public_bytes(serialization.Encoding.DER)
    key = seal.key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(certificate),
        signing_key=asn1_keys.PrivateKeyInfo.load(key),
        cert_registry=SimpleCertificateStore(),
    )
