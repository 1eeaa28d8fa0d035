"""Bad rulings, each breaking one point of the rule, and good ones that must pass. Built with real keys.

`ATTACKS` maps a name to the rule that must refuse it and a function that builds the file; `GOOD` maps a
name to a builder. Nothing here is a document of a real court or person.
"""

import asyncio
import re
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from io import BytesIO

from asn1crypto import cms as asn1_cms
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name as name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.pdf_cms import SimpleSigner
from pyhanko.sign.timestamps import DummyTimeStamper
from reportlab.pdfgen import canvas

from hub.sandbox import court_pdf, court_seal
from hub.sandbox.court_pdf import Ruling, ruling_pdf
from hub.sandbox.court_seal import CourtSeal, make_seal

AT = datetime(2026, 11, 20, 1, tzinfo=UTC)
DAY = timedelta(days=1)
COURT_NAME = "渝测区人民法院"
RULING = Ruling(COURT_NAME, "(2026)渝0199民特12号", ["申请人达成的调解协议有效。"], ["审判员　贺审一"])
PDF = ruling_pdf(RULING)
ATTACKS: dict[str, tuple[str, Callable[[], bytes]]] = {}
GOOD: dict[str, Callable[[], bytes]] = {}
Builder = Callable[[], bytes]


@cache
def court() -> CourtSeal:
    return make_seal(COURT_NAME, AT - DAY)


@cache
def other(kind: str) -> CourtSeal:
    """Seals of the court's own that the registry knows, and some it should not accept."""
    match kind:
        case "expired":
            return make_seal(COURT_NAME, AT - 800 * DAY, years=1)
        case "future":
            return make_seal(COURT_NAME, AT + DAY)
        case "rsa":
            return make_seal(COURT_NAME, AT - DAY, key=rsa.generate_private_key(65537, 2048))
        case "rsa-1024":
            return make_seal(COURT_NAME, AT - DAY, key=rsa.generate_private_key(65537, 1024))
        case "p-384":
            return make_seal(COURT_NAME, AT - DAY, key=ec.generate_private_key(ec.SECP384R1()))
        case _:
            return make_seal(COURT_NAME, AT - DAY)


REGISTERED = ("expired", "future", "rsa", "rsa-1024", "p-384", "revoked", "lapsed")


def sign(pdf: bytes, seal: CourtSeal | None = None, md: str = "sha256", at: datetime = AT) -> bytes:
    return asyncio.run(court_seal.sign_pdf(pdf, seal or court(), at, md))


@cache
def good() -> bytes:
    return sign(PDF)


def edited(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], object]) -> bytes:
    """The file with an incremental update."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    change(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def patched(old: bytes, new: bytes) -> bytes:
    """The unsigned file with a change in the text of one object, its table made anew."""
    bodies = re.findall(rb"\d+ 0 obj\n(.*?)\nendobj\n", PDF, re.DOTALL)
    return court_pdf._file([body.replace(old, new, 1) for body in bodies])


def attack(label: str, rule: str) -> Callable[[Builder], Builder]:
    def add(builder: Builder) -> Builder:
        ATTACKS[label] = (rule, builder)
        return builder

    return add


def fine(label: str) -> Callable[[Builder], Builder]:
    def add(builder: Builder) -> Builder:
        GOOD[label] = builder
        return builder

    return add


def dictionary(**members: object) -> generic.DictionaryObject:
    return generic.DictionaryObject({name("/" + k): v for k, v in members.items()})


def text(value: str) -> generic.TextStringObject:
    return generic.pdf_string(value)


def on_page(writer: IncrementalPdfFileWriter, **members: object) -> None:
    page, _ = writer.find_page_for_modification(0)
    annotation = writer.add_object(
        dictionary(
            Type=name("/Annot"),
            Rect=generic.ArrayObject(generic.NumberObject(n) for n in (0, 0, 9, 9)),
            **members,
        )
    )
    page.get_object()[name("/Annots")] = generic.ArrayObject([annotation])
    writer.mark_update(page)


def in_catalog(key: str, value: object) -> Callable[[IncrementalPdfFileWriter], None]:
    def change(writer: IncrementalPdfFileWriter) -> None:
        writer.root[name(key)] = value
        writer.update_root()

    return change


def hole(signed: bytes) -> tuple[int, int]:
    """Where the signature's hexadecimal string stands: positions of `<` and after `>`."""
    start = signed.index(b"/Contents <") + len(b"/Contents ")
    return start, signed.index(b">", start) + 1


def resigned(ranges: Callable[[int, int, int], list[int]]) -> bytes:
    """Signed correctly by the court, over byte ranges of one's own choice."""
    pdf = good()
    start, end = hole(pdf)
    chosen = ranges(start, end, len(pdf))
    at = pdf.index(b"/ByteRange [")
    old = pdf[at : pdf.index(b"]", at) + 1]
    room = len(old) + (len(pdf[at:].split(b"/Type", 1)[0]) - len(old))
    new = (b"/ByteRange [" + b" ".join(b"%d" % n for n in chosen) + b"]").ljust(room)
    pdf = pdf[:at] + new + pdf[at + room :]
    pairs = zip(chosen[::2], chosen[1::2], strict=True)
    digest = sha256(b"".join(pdf[a : a + n] for a, n in pairs)).digest()
    return with_cms(pdf, cms_over(digest))


def cms_over(digest: bytes, seal: CourtSeal | None = None) -> bytes:
    signer = court_seal._signer(seal or court())
    return asyncio.run(signer.async_sign(digest, "sha256", use_pades=True)).dump()


def with_cms(pdf: bytes, content: bytes) -> bytes:
    start, end = hole(pdf)
    return pdf[: start + 1] + content.hex().encode().ljust(end - start - 2, b"0") + pdf[end - 1 :]


def cms_of(pdf: bytes) -> bytes:
    start, end = hole(pdf)
    return bytes.fromhex(pdf[start + 1 : end - 1].decode())


def signed_digest(pdf: bytes) -> bytes:
    start, end = hole(pdf)
    return sha256(pdf[:start] + pdf[end:]).digest()


# ── changed after signing ────────────────────────────────────────────────────────────────────────────
attack("bytes appended", "coverage")(lambda: good() + b"\n% one more line\n")
attack("second end of file", "unreadable")(lambda: good() + b"\n%%EOF\n")
attack("truncated", "unreadable")(lambda: good()[:-200])
attack("truncated in the signature", "unreadable")(lambda: good()[: hole(good())[0] + 900])
attack("byte changed", "signature")(lambda: good().replace(b"Liantiao sandbox", b"Liantiao sandBox"))


@attack("page replaced in an update (shadow attack)", "coverage")
def _() -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        page, _ = writer.find_page_for_modification(0)
        content = generic.StreamObject(stream_data=b"BT ET")
        page.get_object()[name("/Contents")] = writer.add_object(content)
        writer.mark_update(page)

    return edited(good(), change)


attack("annotation added in an update", "coverage")(
    lambda: edited(good(), lambda w: on_page(w, Subtype=name("/FreeText"), Contents=text("x")))
)
attack("certificate store added in an update", "coverage")(
    lambda: edited(good(), in_catalog("/DSS", dictionary(Certs=generic.ArrayObject())))
)
attack("catalog replaced in an update", "coverage")(
    lambda: edited(good(), in_catalog("/Lang", text("zh-CN")))
)


@attack("second signature by the same court", "signature-count")
def _() -> bytes:
    meta = signers.PdfSignatureMetadata(field_name="Again", md_algorithm="sha256")
    out = asyncio.run(
        signers.async_sign_pdf(IncrementalPdfFileWriter(BytesIO(good())), meta, court_seal._signer(court()))
    )
    return out.getvalue()


# ── the wrong bytes signed ───────────────────────────────────────────────────────────────────────────
attack("tail not covered", "coverage")(lambda: resigned(lambda s, e, n: [0, s, e, n - e - 7]))
attack("head not covered", "coverage")(lambda: resigned(lambda s, e, n: [9, s - 9, e, n - e]))
attack("hole wider than the signature", "coverage")(
    lambda: resigned(lambda s, e, n: [0, s, e + 40, n - e - 40])
)
attack("hole begins early", "coverage")(lambda: resigned(lambda s, e, n: [0, s - 20, e, n - e]))
attack("three ranges", "coverage")(lambda: resigned(lambda s, e, n: [0, 100, 100, s - 100, e, n - e]))
attack("ranges overlap", "coverage")(lambda: resigned(lambda s, _, n: [0, s, s, n - s]))
attack("only the head", "coverage")(lambda: resigned(lambda s, _, n: [0, s, n, 0]))


# ── the signature itself ─────────────────────────────────────────────────────────────────────────────
attack("unsigned", "unsigned")(lambda: PDF)
attack("empty signature field", "unsigned")(
    lambda: edited(
        PDF, lambda w: fields.append_signature_field(w, fields.SigFieldSpec(sig_field_name="Empty"))
    )
)
attack("contents are zero", "unreadable")(lambda: with_cms(good(), b""))
attack("contents are garbage", "unreadable")(lambda: with_cms(good(), b"\x30\x03\x02\x01\x01"))
attack("contents missing", "unreadable")(lambda: good().replace(b"/Contents <", b"/Kontents <"))
attack("byte range missing", "signature-count")(lambda: good().replace(b"/ByteRange ", b"/BiteRange "))
attack("type is a time stamp", "signature-type")(lambda: good().replace(b"/Type /Sig\n", b"/Type /Sih\n"))
attack("subfilter of an old kind", "signature-type")(
    lambda: good().replace(b"/ETSI.CAdES.detached", b"/adbe.pkcs7.sha1    ")
)
attack("SHA-1", "weak-digest")(lambda: sign(PDF, other("rsa"), "sha1"))
attack("RSA of 1024 bits", "weak-key")(lambda: sign(PDF, other("rsa-1024")))
attack("bytes behind the signature data", "signature-format")(
    lambda: with_cms(good(), cms_of(good()).rstrip(b"\0") + b"\0\x01\x02\x03")
)
attack("signature over another document", "signature")(
    lambda: with_cms(good(), cms_over(sha256(b"another").digest()))
)


@attack("two signers in one signature", "unreadable")
def _() -> bytes:
    first = asn1_cms.ContentInfo.load(cms_of(good()))
    signed = first["content"].copy()
    signed["signer_infos"].append(signed["signer_infos"][0])
    return with_cms(good(), asn1_cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())


@attack("document inside the signature", "signature-format")
def _() -> bytes:
    first = asn1_cms.ContentInfo.load(cms_of(good()))
    signed = first["content"].copy()
    signed["encap_content_info"] = {"content_type": "data", "content": b"another text"}
    return with_cms(good(), asn1_cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())


# ── the certificate ──────────────────────────────────────────────────────────────────────────────────
attack("same name, another key", "certificate-not-of-this-court")(
    lambda: sign(PDF, make_seal(COURT_NAME, AT - DAY))
)
attack("another court", "certificate-not-of-this-court")(
    lambda: sign(PDF, make_seal("渝甲区人民法院", AT - DAY))
)
attack("expired", "certificate-not-valid-then")(lambda: sign(PDF, other("expired")))
attack("not yet valid", "certificate-not-valid-then")(lambda: sign(PDF, other("future")))
attack("signed before the certificate was", "certificate-not-valid-then")(lambda: sign(PDF, at=AT - 30 * DAY))
attack("revoked", "certificate-not-of-this-court")(lambda: sign(PDF, other("revoked")))
attack("registration lapsed", "certificate-not-of-this-court")(lambda: sign(PDF, other("lapsed")))


@attack("the court's certificate, another's key", "signature")
def _() -> bytes:
    thief = CourtSeal(COURT_NAME, ec.generate_private_key(ec.SECP256R1()), court().certificate)
    return sign(PDF, thief)


# ── good ones ────────────────────────────────────────────────────────────────────────────────────────
fine("P-256, SHA-256")(good)
fine("RSA 2048, SHA-512")(lambda: sign(PDF, other("rsa"), "sha512"))
fine("P-384, SHA-384")(lambda: sign(PDF, other("p-384"), "sha384"))


def by_library(pdf: bytes, signer: SimpleSigner, **meta: object) -> bytes:
    """Signed through pyHanko's usual door."""
    metadata = signers.PdfSignatureMetadata(field_name="Seal", md_algorithm="sha256", **meta)
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    spec = fields.SigFieldSpec("Seal", box=(300, 100, 500, 200))
    pdf_signer = signers.PdfSigner(metadata, signer, new_field_spec=spec)
    session = pdf_signer.async_sign_pdf(writer)
    return asyncio.run(session).getvalue()


@cache
def long_lived() -> CourtSeal:
    """A seal valid at any time this is run: the library's usual door reads the clock."""
    return make_seal(COURT_NAME, datetime(2020, 1, 1, tzinfo=UTC), years=40)


fine("visible signature field, adbe.pkcs7.detached")(
    lambda: by_library(PDF, court_seal._signer(long_lived()))
)
fine("certified: no changes allowed")(
    lambda: by_library(
        PDF,
        court_seal._signer(long_lived()),
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
)


@fine("cross-reference streams and object streams")
def _() -> bytes:
    from pyhanko.pdf_utils.reader import PdfFileReader

    writer = copy_into_new_writer(PdfFileReader(BytesIO(PDF)), {"stream_xrefs": True})
    out = BytesIO()
    writer.write(out)
    return sign(out.getvalue())


@fine("a page made by another library")
def _() -> bytes:
    out = BytesIO()
    page = canvas.Canvas(out)
    page.drawString(50, 700, "RULING")
    page.bookmarkPage("top")
    page.addOutlineEntry("top", "top")
    page.save()
    return sign(out.getvalue())


@fine("a time stamp of an authority nobody here knows")
def _() -> bytes:
    key = rsa.generate_private_key(65537, 2048)
    authority = make_seal("测试时间戳机构", datetime(2020, 1, 1, tzinfo=UTC), years=40, key=key)
    stamper = DummyTimeStamper(
        asn1_x509.Certificate.load(der(authority)),
        court_seal._signer(authority).signing_key,
    )
    meta = signers.PdfSignatureMetadata(field_name="Seal", md_algorithm="sha256")
    writer = IncrementalPdfFileWriter(BytesIO(PDF))
    signer = court_seal._signer(long_lived())
    return asyncio.run(signers.async_sign_pdf(writer, meta, signer, timestamper=stamper)).getvalue()


def der(seal: CourtSeal) -> bytes:
    return seal.certificate.public_bytes(serialization.Encoding.DER)


def zipped(**files: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for file, content in files.items():
            package.writestr(file.replace("_", "."), content)
    return out.getvalue()


def flate_bomb(size: int, layers: int = 1) -> bytes:
    data = bytes(size)
    for _ in range(layers):
        data = zlib.compress(data, 9)
    return data
