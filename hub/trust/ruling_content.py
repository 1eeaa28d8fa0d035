"""What a ruling's PDF may contain beside text and pictures: nothing that acts, hides files or fetches.

Walks every object that the cross-reference tables name, reachable or not, within fixed counts. Part of the
rule of `hub.trust.ruling_pdf` and, like it, run only inside the limited process.
"""

from collections.abc import Iterator

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    PdfObject,
    StreamObject,
)
from pyhanko.pdf_utils.reader import PdfFileReader

MAX_OBJECTS = 20_000
MAX_NODES = 400_000
MAX_DEPTH = 48
MAX_PAGES = 500
SCRIPT_KEYS = frozenset({"/JS", "/JavaScript", "/AA"})
FILE_KEYS = frozenset({"/EmbeddedFiles", "/EF", "/RF", "/AF", "/Collection"})
OUTSIDE_KEYS = frozenset({"/FFilter", "/FDecodeParms", "/OPI", "/Ref"})
ACTION_KEYS = frozenset({"/A", "/OpenAction", "/Next", "/PA"})
HARMLESS_ACTIONS = frozenset({"/GoTo", "/Named", "/URI"})
ACTIONS = frozenset(
    {
        "/JavaScript",
        "/ECMAScript",
        "/Launch",
        "/GoToR",
        "/GoToE",
        "/GoToDp",
        "/SubmitForm",
        "/ResetForm",
        "/ImportData",
        "/Rendition",
        "/Movie",
        "/Sound",
        "/Hide",
        "/SetOCGState",
        "/GoTo3DView",
        "/RichMediaExecute",
    }
)
ACTIVE_SUBTYPES = frozenset(
    {
        "/FileAttachment",
        "/Sound",
        "/Movie",
        "/Screen",
        "/RichMedia",
        "/3D",
        "/Projection",
        "/PS",
        "/U3D",
        "/PRC",
    }
)
# Pictures are left to viewers; every other filter is undone here, within the reader's limits.
PICTURE_FILTERS = frozenset({"/DCTDecode", "/JPXDecode", "/CCITTFaxDecode", "/JBIG2Decode"})
TEXT_FILTERS = frozenset(
    {
        "/FlateDecode",
        "/Fl",
        "/LZWDecode",
        "/LZW",
        "/ASCIIHexDecode",
        "/AHx",
        "/ASCII85Decode",
        "/A85",
        "/RunLengthDecode",
        "/RL",
    }
)


class Rejected(Exception):
    """The document breaks the rule named by `rule`."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


def member(node: DictionaryObject, key: str) -> PdfObject | None:
    """The value under a key with its references followed, as `get` does not; None when absent."""
    return deref(node.raw_get(key)) if key in node else None


def word(node: DictionaryObject, key: str) -> str | None:
    """The name under a key, `/` included; None when absent or not a name."""
    value = member(node, key)
    return str(value) if isinstance(value, NameObject) else None


def deref(obj: PdfObject) -> PdfObject:
    """What a reference leads to. Raises Rejected for a chain of references."""
    found = obj.get_object() if isinstance(obj, IndirectObject) else obj
    if isinstance(found, IndirectObject):
        raise Rejected("unreadable")
    return found


def items(array: ArrayObject) -> list[PdfObject]:
    """The elements with their references followed."""
    return [deref(array.raw_get(n)) for n in range(len(array))]


def check_content(reader: PdfFileReader, signature: DictionaryObject) -> None:
    """Raises Rejected unless everything in the file but `signature` is inert and within the counts."""
    _check_pages(reader)
    seen = 0
    for obj in _objects(reader):
        for node in _nodes(obj):
            seen += 1
            if seen > MAX_NODES:
                raise Rejected("too-many-objects")
            if isinstance(node, DictionaryObject):
                _check_dictionary(node)
                if "/ByteRange" in node and node is not signature:
                    raise Rejected("signature-count")
        if isinstance(obj, StreamObject):
            _check_stream(obj)
    for revision in range(reader.total_revisions):
        for key in reader.trailer.flatten(revision):
            if key in SCRIPT_KEYS:
                raise Rejected("script")


def _objects(reader: PdfFileReader) -> Iterator[PdfObject]:
    refs = set()
    for revision in range(reader.total_revisions):
        refs |= reader.xrefs.explicit_refs_in_revision(revision)
        refs |= reader.xrefs.object_streams_used_in(revision)
        if len(refs) > MAX_OBJECTS:
            raise Rejected("too-many-objects")
    for ref in refs:
        if reader.xrefs[ref] is not None:
            yield reader.get_object(ref)


def _nodes(obj: PdfObject) -> Iterator[PdfObject]:
    """The object and what is written inside it; references are other objects' business."""
    stack = [(obj, 0)]
    while stack:
        node, depth = stack.pop()
        if depth > MAX_DEPTH:
            raise Rejected("too-many-objects")
        yield node
        if isinstance(node, DictionaryObject):
            stack.extend((node.raw_get(key), depth + 1) for key in node)
        elif isinstance(node, ArrayObject):
            stack.extend((node.raw_get(n), depth + 1) for n in range(len(node)))


def _check_dictionary(node: DictionaryObject) -> None:
    keys = set(node)
    if keys & SCRIPT_KEYS:
        raise Rejected("script")
    if keys & FILE_KEYS or word(node, "/Type") == "/EmbeddedFile":
        raise Rejected("embedded-file")
    if "/XFA" in keys:
        raise Rejected("form-xfa")
    if word(node, "/S") in ACTIONS:
        raise Rejected("action")
    if word(node, "/Subtype") in ACTIVE_SUBTYPES:
        raise Rejected("active-content")
    for key in keys & ACTION_KEYS:
        _check_action(member(node, key))


def _check_action(action: PdfObject | None) -> None:
    """A destination, a structure attribute or one of the harmless actions (12.6)."""
    for one in items(action) if isinstance(action, ArrayObject) else [action]:
        if not isinstance(one, DictionaryObject) or "/S" not in one:
            continue
        if SCRIPT_KEYS & set(one):
            raise Rejected("script")
        kind, uri = word(one, "/S"), str(member(one, "/URI")).lower()
        if kind not in HARMLESS_ACTIONS:
            raise Rejected("action")
        if kind == "/URI" and not uri.startswith(("http://", "https://")):
            raise Rejected("action")


def _check_stream(stream: StreamObject) -> None:
    keys = set(stream)
    if "/F" in keys or keys & OUTSIDE_KEYS:
        raise Rejected("outside-content")
    named = member(stream, "/Filter")
    chain = items(named) if isinstance(named, ArrayObject) else [named] if named else []
    filters = [str(f) for f in chain]
    if any(f in PICTURE_FILTERS for f in filters):
        if len(filters) > 2:
            raise Rejected("unreadable")
        return
    if len(filters) > 2 or not TEXT_FILTERS.issuperset(filters):
        raise Rejected("unreadable")
    stream.data  # noqa: B018  undone for its limits alone


def _check_pages(reader: PdfFileReader) -> None:
    seen: set[object] = set()
    pages = 0
    stack = [(reader.root.raw_get("/Pages"), 0)]
    while stack:
        ref, depth = stack.pop()
        if not isinstance(ref, IndirectObject) or ref.reference in seen or depth > MAX_DEPTH:
            raise Rejected("page-tree")
        seen.add(ref.reference)
        node = ref.get_object()
        if word(node, "/Type") == "/Pages":
            kids = node["/Kids"]
            stack.extend((kids.raw_get(n), depth + 1) for n in range(len(kids)))
        else:
            pages += 1
        if pages > MAX_PAGES or len(stack) > MAX_PAGES:
            raise Rejected("page-tree")
    if not pages:
        raise Rejected("page-tree")
