"""The rule by which a ruling as signed PDF is accepted (ISO 32000-2, 12.8; ETSI EN 319 142-1).

Pure: bytes, the court's registered certificates and an instant in, a verdict or `Rejected` out. Runs only
inside the limited process of `hub.trust.ruling_worker`; whatever it raises there is a refusal. The order
of the checks is the order of the functions that `check` calls.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from io import BytesIO

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.decode_limits import DecodeLimits, DocumentDecodeBudget, StreamDecodeLimits
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from hub.trust.ruling_content import Rejected, check_content, deref, items, member, word

HEADER = re.compile(rb"%PDF-(1\.[0-7]|2\.0)[\r\n]")
END = re.compile(rb"%%EOF[\r\n]{0,2}\Z")
DIGESTS = frozenset({"sha256", "sha384", "sha512", "sha3_256", "sha3_384", "sha3_512"})
SUBFILTERS = frozenset({"/adbe.pkcs7.detached", "/ETSI.CAdES.detached"})
FORM_KEYS = frozenset({"/Fields", "/SigFlags", "/DR", "/DA", "/Q"})
MIB = 1024 * 1024
LIMITS = DecodeLimits(
    per_stream=StreamDecodeLimits(max_ratio=200, ratio_floor=4 * MIB, max_output_size=64 * MIB),
    document_budget=DocumentDecodeBudget(base_allowance=128 * MIB, max_ratio=10),
)
MIN_RSA_BITS = 2048
CHINA = timezone(timedelta(hours=8))


class Unsigned(Exception):
    """A readable PDF without any signature."""


async def check(pdf: bytes, certificates: Sequence[bytes], at: datetime) -> tuple[str, str, datetime | None]:
    """Accepts or raises.

    Returns the SHA-256 of the signed bytes (they alone cannot be varied without the court's key), the
    SHA-256 of the signing certificate, and the time of signing the court claims. `certificates` are DER,
    those registered for that very court and not revoked. Raises Unsigned, Rejected, or whatever the
    reader raises.
    """
    reader = _open(pdf)
    signature = _only_signature(reader, pdf)
    signed = _covers_everything(signature, pdf)
    check_content(reader, signature.sig_object)
    _check_cms(signature)
    claimed = _claimed_time(signature)
    certificate = _check_certificate(signature, certificates, (at, claimed or at))
    await _check_signature(signature, certificate, at)
    return signed, certificate.sha256.hex(), claimed


def _open(pdf: bytes) -> PdfFileReader:
    if not HEADER.match(pdf):
        raise Rejected("not-a-ruling-file")
    try:
        reader = PdfFileReader(BytesIO(pdf), strict=True, decode_limits=LIMITS)
        encrypted = "/Encrypt" in reader.trailer
    except (PdfError, ValueError, TypeError, KeyError, IndexError) as e:
        raise Rejected("unreadable") from e
    if encrypted:
        raise Rejected("encrypted")
    if reader.xrefs.hybrid_xrefs_present:
        raise Rejected("unreadable")
    return reader


def _only_signature(reader: PdfFileReader, pdf: bytes) -> EmbeddedPdfSignature:
    """The form holds one field, a signature, filled; nothing else in the file looks like a signature."""
    form = member(reader.root, "/AcroForm")
    filled = list(enumerate_sig_fields(reader, filled_status=True)) if form is not None else []
    if not filled:
        if b"ByteRange" in pdf:
            raise Rejected("signature-not-in-form")
        raise Unsigned
    if not isinstance(form, DictionaryObject) or "/XFA" in form:
        raise Rejected("form-xfa")
    if len(filled) != 1 or pdf.count(b"/ByteRange") != 1:
        raise Rejected("signature-count")
    name, _, field = filled[0]
    field = deref(field)
    if not isinstance(field, DictionaryObject):
        raise Rejected("form-fields")
    _check_form(form, field)
    _check_permissions(reader.root, field)
    signature = EmbeddedPdfSignature(reader, field, name)
    if word(signature.sig_object, "/Type") != "/Sig":
        raise Rejected("signature-type")
    if word(signature.sig_object, "/SubFilter") not in SUBFILTERS:
        raise Rejected("signature-type")
    return signature


def _check_form(form: DictionaryObject, field: DictionaryObject) -> None:
    """The signature is the only field; what hangs below it are its appearances on pages, not fields."""
    fields = member(form, "/Fields")
    if not set(form) <= FORM_KEYS or not isinstance(fields, ArrayObject) or len(fields) != 1:
        raise Rejected("form-fields")
    kids = member(field, "/Kids") or ArrayObject()
    if word(field, "/FT") != "/Sig" or items(fields)[0] != field:
        raise Rejected("form-fields")
    if not isinstance(kids, ArrayObject) or any(
        not isinstance(kid, DictionaryObject) or "/T" in kid for kid in items(kids)
    ):
        raise Rejected("form-fields")


def _check_permissions(root: DictionaryObject, field: DictionaryObject) -> None:
    """The only permission entry allowed is the certification by this very signature (12.8.6)."""
    permissions = member(root, "/Perms")
    if permissions is None:
        return
    if not isinstance(permissions, DictionaryObject) or set(permissions) != {"/DocMDP"}:
        raise Rejected("permissions")
    if permissions.raw_get("/DocMDP") != field.raw_get("/V"):
        raise Rejected("permissions")


def _covers_everything(signature: EmbeddedPdfSignature, pdf: bytes) -> str:
    """All bytes but the hexadecimal digits of the signature itself; answers their SHA-256."""
    byte_range = signature.byte_range
    if not isinstance(byte_range, ArrayObject) or len(byte_range) != 4:
        raise Rejected("coverage")
    zero, first, second, length = (int(n) for n in byte_range)
    if zero != 0 or not 0 < first < second or length <= 0 or second + length != len(pdf):
        raise Rejected("coverage")
    gap = pdf[first:second]
    if not re.fullmatch(rb"<([0-9A-Fa-f]{2})+>", gap):
        raise Rejected("coverage")
    if bytes.fromhex(gap[1:-1].decode("ascii")) != signature.pkcs7_content:
        raise Rejected("coverage")
    if not END.search(pdf[-16:]):
        raise Rejected("modified-after")
    if signature.signed_revision != signature.reader.total_revisions - 1:
        raise Rejected("modified-after")
    return sha256(pdf[:first] + pdf[second:]).hexdigest()


def _check_cms(signature: EmbeddedPdfSignature) -> None:
    """One signer, detached, SHA-256 or better throughout, nothing but zeros behind it (RFC 5652)."""
    content = signature.pkcs7_content
    info = cms.ContentInfo.load(content)
    if content[len(info.dump()) :].strip(b"\0"):
        raise Rejected("signature-format")
    signed = signature.signed_data
    if len(signed["signer_infos"]) != 1 or signed["encap_content_info"]["content_type"].native != "data":
        raise Rejected("signature-format")
    if signed["encap_content_info"]["content"].native is not None:
        raise Rejected("signature-format")
    signer = signature.signer_info
    names = {algorithm["algorithm"].native for algorithm in signed["digest_algorithms"]}
    names.add(signer["digest_algorithm"]["algorithm"].native)
    algorithm = signer["signature_algorithm"]
    if algorithm.signature_algo not in {"ed25519", "ed448"}:
        names.add(_hash_of(algorithm) or signature.md_algorithm)
    if not names <= DIGESTS:
        raise Rejected("weak-digest")


def _hash_of(algorithm: cms.SignedDigestAlgorithm) -> str | None:
    """The digest an algorithm names; None for those that leave it to the signer's digest algorithm."""
    try:
        return str(algorithm.hash_algo)
    except ValueError:
        return None


def _claimed_time(signature: EmbeddedPdfSignature) -> datetime | None:
    """When the court says it signed; a time without offset is China's (contract, Words)."""
    claimed: datetime | None = signature.self_reported_timestamp
    if claimed is not None and claimed.tzinfo is None:
        return claimed.replace(tzinfo=CHINA)
    return claimed


def _check_certificate(
    signature: EmbeddedPdfSignature, registered: Sequence[bytes], moments: Sequence[datetime]
) -> asn1_x509.Certificate:
    """The signer's certificate is, byte for byte, one registered for this court and valid then."""
    certificate = signature.signer_cert
    if certificate.dump() not in registered:
        raise Rejected("certificate-not-of-this-court")
    start, end = certificate.not_valid_before, certificate.not_valid_after
    if not all(start <= moment <= end for moment in moments):
        raise Rejected("certificate-not-valid-then")
    key = certificate.public_key
    if key.algorithm in {"rsa", "rsassa_pss"} and key.bit_size < MIN_RSA_BITS:
        raise Rejected("weak-key")
    return certificate


async def _check_signature(
    signature: EmbeddedPdfSignature, certificate: asn1_x509.Certificate, at: datetime
) -> None:
    """What pyHanko says, member by member. A time stamp inside is neither needed nor relied on."""
    context = ValidationContext(
        trust_roots=[certificate], allow_fetching=False, moment=at, best_signature_time=at
    )
    status = await async_validate_pdf_signature(
        signature,
        signer_validation_context=context,
        key_usage_settings=KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}),
    )
    sound = (
        status.intact
        and status.valid
        and status.trusted
        and status.coverage == SignatureCoverageLevel.ENTIRE_FILE
        and status.modification_level == ModificationLevel.NONE
        and status.docmdp_ok
        and status.seed_value_ok
        and status.signing_cert.dump() == certificate.dump()
    )
    if not sound:
        raise Rejected("signature")
