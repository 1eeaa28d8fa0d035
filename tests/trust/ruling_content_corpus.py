"""Rulings that the right court signed rightly and that still may not pass: what they contain acts, hides
files, leads outside, or costs too much to read. Adds to the tables of `ruling_corpus`.
"""

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import ArrayObject, NumberObject
from pyhanko.pdf_utils.generic import pdf_name as name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from tests.trust.ruling_corpus import (
    PDF,
    attack,
    dictionary,
    edited,
    fine,
    flate_bomb,
    good,
    in_catalog,
    on_page,
    patched,
    sign,
    text,
    zipped,
)

SCRIPT = {"S": name("/JavaScript"), "JS": text("app.alert(1)")}


def signed_with(key: str, value: object) -> bytes:
    return sign(edited(PDF, in_catalog(key, value)))


def signed_annotation(**members: object) -> bytes:
    return sign(edited(PDF, lambda w: on_page(w, **members)))


def link(**action: object) -> bytes:
    return signed_annotation(Subtype=name("/Link"), A=dictionary(**action))


def names(tree: str, **entry: object) -> bytes:
    kids = ArrayObject([text("a"), dictionary(**entry)])
    return signed_with("/Names", dictionary(**{tree: dictionary(Names=kids)}))


# ── what acts ────────────────────────────────────────────────────────────────────────────────────────
attack("script at opening", "script")(lambda: signed_with("/OpenAction", dictionary(**SCRIPT)))
attack("script in the name tree", "script")(lambda: names("JavaScript", **SCRIPT))
attack("script behind an annotation", "script")(lambda: link(**SCRIPT))
attack("script in a chain of actions", "script")(
    lambda: link(S=name("/GoTo"), D=text("x"), Next=dictionary(**SCRIPT))
)
attack("additional actions", "script")(
    lambda: signed_with("/AA", dictionary(WC=dictionary(S=name("/Named"))))
)
attack("launch", "action")(lambda: link(S=name("/Launch"), Win=dictionary(P=text("calc.exe"))))
attack("remote destination", "action")(lambda: link(S=name("/GoToR"), D=text("x"), F=text("b.pdf")))
attack("form is sent", "action")(lambda: link(S=name("/SubmitForm"), F=text("https://example.org")))
attack("script as address", "action")(lambda: link(S=name("/URI"), URI=text("javascript:1")))
attack("file as address", "action")(lambda: link(S=name("/URI"), URI=text("file:///etc/passwd")))
attack("unknown action", "action")(lambda: link(S=name("/Teleport")))
attack("movie", "active-content")(lambda: signed_annotation(Subtype=name("/Movie")))
attack("rich media", "active-content")(lambda: signed_annotation(Subtype=name("/RichMedia")))


@attack("script key written with an escape", "script")
def _() -> bytes:
    return sign(patched(b"/Ascent 880", b"/X<</J#53(x)>>/Ascent 880"))


@attack("name of the action behind a reference", "action")
def _() -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        kind = writer.add_object(name("/Launch"))
        on_page(writer, Subtype=name("/Link"), A=writer.add_object(dictionary(S=kind)))

    return sign(edited(PDF, change))


@attack("script in an object nobody points to", "script")
def _() -> bytes:
    return sign(edited(PDF, lambda w: w.add_object(dictionary(**SCRIPT))))


# ── files inside and outside ─────────────────────────────────────────────────────────────────────────
attack("embedded file", "embedded-file")(
    lambda: names("EmbeddedFiles", Type=name("/Filespec"), F=text("a.exe"))
)
attack("file attached to a page", "active-content")(
    lambda: signed_annotation(Subtype=name("/FileAttachment"))
)
attack("associated file", "embedded-file")(lambda: signed_with("/AF", ArrayObject()))
attack("portfolio", "embedded-file")(lambda: signed_with("/Collection", dictionary()))


@attack("embedded file nobody points to", "embedded-file")
def _() -> bytes:
    stream = generic.StreamObject(dictionary(Type=name("/EmbeddedFile")), stream_data=b"MZ")
    return sign(edited(PDF, lambda w: w.add_object(stream)))


@attack("content in another file", "outside-content")
def _() -> bytes:
    stream = generic.StreamObject(dictionary(F=text("http://example.org/x")), stream_data=b"")
    return sign(edited(PDF, lambda w: w.add_object(stream)))


# ── forms and permissions ────────────────────────────────────────────────────────────────────────────
def form(**members: object) -> dict[str, object]:
    return dictionary(Fields=ArrayObject(), **members)


attack("XFA form", "form-xfa")(lambda: signed_with("/AcroForm", form(XFA=text("<xdp/>"))))
attack("fields computed at opening", "form-fields")(lambda: signed_with("/AcroForm", form(CO=ArrayObject())))
attack("usage rights", "permissions")(lambda: signed_with("/Perms", dictionary(UR3=dictionary())))


@attack("a field beside the signature", "form-fields")
def _() -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        field = writer.add_object(dictionary(FT=name("/Tx"), T=text("sum"), V=text("100")))
        in_catalog("/AcroForm", dictionary(Fields=ArrayObject([field])))(writer)

    return sign(edited(PDF, change))


# ── what costs too much, or cannot be read ───────────────────────────────────────────────────────────
attack("empty file", "not-a-ruling-file")(lambda: b"")
attack("garbage", "not-a-ruling-file")(lambda: bytes(range(256)) * 40)
attack("garbage behind a header", "unreadable")(lambda: b"%PDF-1.7\n" + bytes(range(256)) * 40)
attack("something before the header", "not-a-ruling-file")(lambda: b"GIF89a" + good())
attack("a zip that is no OFD", "not-a-ruling-file")(lambda: zipped(word_xml=b"<a/>"))
attack("a damaged zip", "unreadable")(lambda: zipped(OFD_xml=b"<a/>")[:-9])
attack("too large", "too-large")(lambda: good() + bytes(16 * 1024 * 1024))


def with_stream(data: bytes, *filters: str, **members: object) -> bytes:
    chain = ArrayObject([name(f) for f in filters])
    stream = generic.StreamObject(dictionary(Filter=chain, **members), encoded_data=data)
    return sign(edited(PDF, lambda w: w.add_object(stream)))


attack("decompression bomb", "unreadable")(lambda: with_stream(flate_bomb(60_000_000), "/FlateDecode"))
attack("decompression bomb in layers", "unreadable")(
    lambda: with_stream(flate_bomb(150_000_000, 2), "/FlateDecode", "/FlateDecode")
)
attack("many filters", "unreadable")(lambda: with_stream(b"00>", "/AHx", "/AHx", "/AHx"))
attack("unknown filter", "unreadable")(lambda: with_stream(b"0", "/Crypt"))


@attack("huge page tree", "page-tree")
def _() -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        tree = writer.root["/Pages"]
        tree[name("/Kids")] = ArrayObject(tree["/Kids"].raw_get(0) for _ in range(40_000))
        writer.mark_update(writer.root.raw_get("/Pages"))

    return sign(edited(PDF, change))


@attack("page tree in a circle", "page-tree")
def _() -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        ref = writer.root.raw_get("/Pages")
        node = dictionary(Type=name("/Pages"), Count=NumberObject(1), Kids=ArrayObject([ref]))
        tree = writer.root["/Pages"]
        tree[name("/Kids")] = ArrayObject([tree["/Kids"].raw_get(0), writer.add_object(node)])
        writer.mark_update(ref)

    return sign(edited(PDF, change))


@attack("deep nesting", "unreadable")
def _() -> bytes:
    return sign(patched(b"/Ascent 880", b"/X" + b"[" * 50_000 + b"]" * 50_000 + b"/Ascent 880"))


@attack("many objects", "too-many-objects")
def _() -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        for _ in range(25_000):
            writer.add_object(NumberObject(1))

    return sign(edited(PDF, change))


@attack("two values under one key", "unreadable")
def _() -> bytes:
    return sign(patched(b"/Ascent 880", b"/Ascent 880/Ascent 881"))


@attack("cross-reference table points to itself", "unreadable")
def _() -> bytes:
    at = PDF.rindex(b"startxref\n") + len(b"startxref\n")
    here = PDF[at:].split(b"\n", 1)[0]
    return PDF.replace(b"/Root 1 0 R", b"/Root 1 0 R/Prev " + here + b"/ByteRange[]", 1)


@attack("encrypted", "encrypted")
def _() -> bytes:
    from io import BytesIO

    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.pdf_utils.writer import copy_into_new_writer

    writer = copy_into_new_writer(PdfFileReader(BytesIO(PDF)))
    writer.encrypt("owner", "user")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


fine("a link to a web page and an opening view")(
    lambda: sign(
        edited(
            edited(
                PDF,
                lambda w: on_page(
                    w,
                    Subtype=name("/Link"),
                    A=dictionary(S=name("/URI"), URI=text("https://example.org/")),
                ),
            ),
            lambda w: in_catalog(
                "/OpenAction",
                ArrayObject([w.root["/Pages"]["/Kids"].raw_get(0), name("/Fit")]),
            )(w),
        )
    )
)
