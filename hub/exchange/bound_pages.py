"""Pages of papers as drawings: a page of a PDF with its stamps, a photograph. In the confined process.

What a page asks for beside its drawing – actions, scripts, forms, attachments, other files – is left behind.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import DecodeLimits, DocumentDecodeBudget, StreamDecodeLimits
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter

from hub.trust.ruling_content import member

_MIB: Final = 1024 * 1024
_LIMITS: Final = DecodeLimits(
    per_stream=StreamDecodeLimits(max_ratio=200, ratio_floor=4 * _MIB, max_output_size=64 * _MIB),
    document_budget=DocumentDecodeBudget(base_allowance=128 * _MIB, max_ratio=10),
)
_DEEPEST: Final = 64
"""Nodes above a page."""
_NODES: Final = 1000
"""Nodes of a tree of pages, more than any has of which all pages are drawn."""
_HIDDEN: Final = 2 | 32
"""Annotation flags: hidden, not viewed."""
_TURNS: Final = {0: (1, 0, 0, 1), 90: (0, -1, 1, 0), 180: (-1, 0, 0, -1), 270: (0, 1, -1, 0)}
_SPACES: Final = {1: "/DeviceGray", 3: "/DeviceRGB"}
_FRAMES: Final = frozenset({0xC0, 0xC1, 0xC2})
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers of JPEG: those of a frame that readers of PDF know, and those that have no length."""
_BESIDE: Final = ("/AF", "/Ref", "/Metadata", "/PieceInfo", "/OPI")
"""What a drawing may carry that is no drawing: attachments, other files, a program's notes."""
_name: Final = generic.pdf_name
Box: TypeAlias = tuple[float, float, float, float]
"""Left, bottom, right, top."""


class Drawing(NamedTuple):
    """Something to draw: its object, the box it fills, how far it is turned.

    `stamps`: what stands on it, each with its own box and the one on the page that it fills.
    """

    mark: generic.PdfObject
    box: Box
    turn: int = 0
    stamps: tuple[tuple[generic.PdfObject, Box, Box], ...] = ()


class Paper(Protocol):
    """A paper with its pages."""

    @property
    def pages(self) -> int: ...  # noqa: D102
    def drawn(self, writer: BasePdfFileWriter) -> list[Drawing]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Pdf:
    """A PDF that was opened."""

    reader: PdfFileReader
    pages: int

    def drawn(self, writer: BasePdfFileWriter) -> list[Drawing]:
        """Its pages, each with its content and the stamps on it.

        Brought over at once: what pages share, a font above all, is there once. Raises ValueError where the
        tree holds other pages than its counts say: none may be missing without a word.
        """
        found = [self.reader.find_page_for_modification(page) for page in range(self.pages)]
        if [ref.reference for ref, _ in found] != _leaves(self.reader.root.raw_get("/Pages"), self.pages):
            raise ValueError("other pages than are said")
        pages = [ref.get_object() for ref, _ in found]
        stamps = [list(_stamps(page)) for page in pages]
        asked = generic.ArrayObject(
            generic.ArrayObject([resources, *(stamp.mark for stamp in shown)])
            for (_, resources), shown in zip(found, stamps, strict=True)
        )
        asked.container_ref = pages[0].get_container_ref()
        _bare(asked)
        brought: Any = writer.import_object(asked)
        return [
            _drawing(writer, page, shown, list(parts))
            for page, shown, parts in zip(pages, stamps, brought, strict=True)
        ]


def _leaves(root: generic.PdfObject, most: int) -> list[object]:
    """The pages of a tree in their order, one more than `most` at most. Raises ValueError for no tree."""
    found: list[object] = []
    nodes: set[object] = set()
    waiting = [root]
    while waiting and len(found) <= most:
        ref = waiting.pop()
        if not isinstance(ref, generic.IndirectObject) or ref.reference in nodes or len(nodes) > _NODES:
            raise ValueError("no tree")
        kids = _member(ref.get_object(), "/Kids")
        if isinstance(kids, generic.ArrayObject):
            nodes.add(ref.reference)
            waiting.extend(kids.raw_get(n) for n in reversed(range(len(kids))))
        else:
            found.append(ref.reference)
    return found


class _Stamp(NamedTuple):
    """An appearance, the box it fills and the one on the page that it is fitted into."""

    mark: generic.StreamObject
    box: Box
    rect: Box


@dataclass(frozen=True, slots=True)
class Photograph:
    """A JPEG."""

    body: bytes
    width: int
    height: int
    space: str
    pages: int = 1

    def drawn(self, writer: BasePdfFileWriter) -> list[Drawing]:
        """The picture: an image is drawn into a square of one."""
        told = {
            _name("/Type"): _name("/XObject"),
            _name("/Subtype"): _name("/Image"),
            _name("/Width"): generic.NumberObject(self.width),
            _name("/Height"): generic.NumberObject(self.height),
            _name("/ColorSpace"): _name(self.space),
            _name("/BitsPerComponent"): generic.NumberObject(8),
            _name("/Filter"): _name("/DCTDecode"),
        }
        inner = writer.add_object(generic.StreamObject(told, encoded_data=self.body))
        box = (0.0, 0.0, float(self.width), float(self.height))
        drawn = f"{self.width} 0 0 {self.height} 0 0 cm /I Do".encode()
        marks = generic.DictionaryObject({_name("/I"): inner})
        resources = generic.DictionaryObject({_name("/XObject"): marks})
        return [Drawing(writer.add_object(_form(drawn, box, resources)), box)]


def read(body: bytes) -> Pdf:
    """A PDF. Raises whatever the library does over one that is none, is encrypted or is damaged."""
    reader = PdfFileReader(BytesIO(body), strict=False, decode_limits=_LIMITS)
    if "/Encrypt" in reader.trailer:
        raise ValueError("encrypted")
    return Pdf(reader, int(reader.root["/Pages"]["/Count"]))


def jpeg(body: bytes) -> Photograph | None:
    """A JPEG of eight bits, grey or in colours; None where it is none."""
    if not body.startswith(b"\xff\xd8\xff"):
        return None
    at = 2
    while at + 9 < len(body) and body[at] == 0xFF:
        marker = body[at + 1]
        if marker in _FRAMES:
            height, width = int.from_bytes(body[at + 5 : at + 7]), int.from_bytes(body[at + 7 : at + 9])
            space = _SPACES.get(body[at + 9])
            sound = body[at + 4] == 8 and width > 0 and height > 0
            return Photograph(body, width, height, space) if sound and space else None
        at += 2 if marker in _ALONE else 2 + int.from_bytes(body[at + 2 : at + 4])
    return None


def placed(writer: BasePdfFileWriter, drawing: Drawing, place: Mapping[str, Any]) -> None:
    """Draw something into an area of a page: as large as fits, never enlarged, in the middle at the top."""
    left, bottom, right, top = drawing.box
    a, b, c, d = _TURNS[drawing.turn]
    width, height = (right - left, top - bottom) if drawing.turn % 180 == 0 else (top - bottom, right - left)
    x, y, w, h = place["area"]
    scale = min(1.0, w / width, h / height)
    corners = [(a * i + c * j, b * i + d * j) for i in (left, right) for j in (bottom, top)]
    low = (min(i for i, _ in corners), min(j for _, j in corners))
    across = x + (w - width * scale) / 2 - low[0] * scale
    up = y + h - height * scale - low[1] * scale
    matrix = " ".join(f"{n:.5f}" for n in (a * scale, b * scale, c * scale, d * scale, across, up))
    marks = {_name("/Bound"): drawing.mark}
    # What stands outside its page is not seen there, and is not drawn on this one.
    words = [f"q {matrix} cm {left} {bottom} {right - left} {top - bottom} re W n /Bound Do"]
    for n, (stamp, box, rect) in enumerate(drawing.stamps):
        marks[_name(f"/Bound{n}")] = stamp
        words.append(f"q {_fitted(box, rect)} cm /Bound{n} Do Q")
    content = generic.StreamObject(stream_data=" ".join([*words, "Q"]).encode())
    resources = generic.DictionaryObject({_name("/XObject"): generic.DictionaryObject(marks)})
    writer.add_stream_to_page(place["at"], writer.add_object(content), resources, prepend=True)


def _fitted(box: Box, rect: Box) -> str:
    """The matrix by which an appearance fills its rectangle (ISO 32000-2, 12.5.5)."""
    wide, high = (rect[2] - rect[0]) / (box[2] - box[0]), (rect[3] - rect[1]) / (box[3] - box[1])
    return f"{wide:.5f} 0 0 {high:.5f} {rect[0] - box[0] * wide:.5f} {rect[1] - box[1] * high:.5f}"


def _stamps(page: generic.PdfObject) -> Iterator[_Stamp]:
    """The appearances that a reader shows on a page: a court's seal is one."""
    listed = _member(page, "/Annots")
    for each in listed if isinstance(listed, generic.ArrayObject) else ():
        told = each.get_object()
        shown, flags = _appearance(told), _member(told, "/F")
        if shown is None or (isinstance(flags, generic.NumberObject) and int(flags) & _HIDDEN):
            continue
        box, rect = (
            _turned(_box(_member(shown, "/BBox")), _member(shown, "/Matrix")),
            _box(_member(told, "/Rect")),
        )
        if _wide(box) and _wide(rect):
            yield _Stamp(shown, box, rect)


def _turned(box: Box, matrix: generic.PdfObject | None) -> Box:
    """The bounds of a box that its own matrix turns (ISO 32000-2, 12.5.5)."""
    if not isinstance(matrix, generic.ArrayObject):
        return box
    a, b, c, d, e, f = (float(n) for n in matrix)
    corners = [(a * x + c * y + e, b * x + d * y + f) for x in box[::2] for y in box[1::2]]
    across, up = zip(*corners, strict=True)
    return min(across), min(up), max(across), max(up)


def _appearance(annotation: generic.PdfObject) -> generic.StreamObject | None:
    """What an annotation looks like; None where it has no looks."""
    shown = _member(_member(annotation, "/AP"), "/N")
    if not isinstance(shown, generic.StreamObject):
        shown = _member(shown, _state(annotation))
    return shown if isinstance(shown, generic.StreamObject) else None


def _state(annotation: generic.PdfObject) -> str:
    """By which of its looks an annotation is seen."""
    told = _member(annotation, "/AS")
    return str(told) if isinstance(told, generic.NameObject) else "/Off"


def _member(node: generic.PdfObject | None, key: str) -> generic.PdfObject | None:
    """What stands under a key; None where nothing does, or no dictionary is there."""
    return member(node, key) if isinstance(node, generic.DictionaryObject) else None


def _wide(box: Box) -> bool:
    return box[2] > box[0] and box[3] > box[1]


def _box(told: generic.PdfObject | None) -> Box:
    if not isinstance(told, generic.ArrayObject):
        raise TypeError("no box")
    one, two, three, four = (float(n) for n in told)
    return min(one, three), min(two, four), max(one, three), max(two, four)


def _drawing(
    writer: BasePdfFileWriter, page: generic.PdfObject, shown: Iterable[_Stamp], parts: Sequence[Any]
) -> Drawing:
    """A page of whose `parts` – its resources, then the marks of its stamps – the writer has copies."""
    box, turn = _sheet(page), _turn(page)
    resources, *marks = parts
    mark = writer.add_object(_form(_content(page), box, resources))
    stamps = ((writer.add_object(one), at.box, at.rect) for one, at in zip(marks, shown, strict=True))
    return Drawing(mark, box, turn, tuple(stamps))


def _sheet(page: generic.PdfObject) -> Box:
    """What of a page is seen. Raises ValueError where nothing is."""
    whole, cropped = _box(_inherited(page, "/MediaBox")), _inherited(page, "/CropBox")
    if cropped is not None:
        left, bottom, right, top = _box(cropped)
        whole = max(whole[0], left), max(whole[1], bottom), min(whole[2], right), min(whole[3], top)
    if not _wide(whole):
        raise ValueError("nothing to see")
    return whole


def _turn(page: generic.PdfObject) -> int:
    """By how much a page is turned. Raises ValueError for what is no quarter."""
    told = _inherited(page, "/Rotate")
    turn = int(told) % 360 if isinstance(told, generic.NumberObject) else 0
    if turn not in _TURNS:
        raise ValueError("not a quarter")
    return turn


def _content(page: generic.PdfObject) -> bytes:
    """What a page draws; nothing where it is blank."""
    told = _member(page, "/Contents")
    streams = told if isinstance(told, generic.ArrayObject) else [told] if told is not None else []
    return b"\n".join(stream.get_object().data for stream in streams)


def _bare(root: generic.PdfObject) -> None:
    """Take from everything below what is no drawing, before it is brought over."""
    seen: set[object] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, generic.IndirectObject):
            if node.reference in seen:
                continue
            seen.add(node.reference)
            node = node.get_object()
        if isinstance(node, generic.DictionaryObject):
            for key in _BESIDE:
                node.pop(key, None)
            waiting.extend(node.raw_get(key) for key in node)
        elif isinstance(node, generic.ArrayObject):
            waiting.extend(node.raw_get(n) for n in range(len(node)))


def _inherited(page: generic.PdfObject, key: str) -> generic.PdfObject | None:
    """What a page says, or the nodes above it."""
    node: generic.PdfObject | None = page
    for _ in range(_DEEPEST):
        found = _member(node, key)
        if found is not None or node is None:
            return found
        node = _member(node, "/Parent")
    return None


def _form(content: bytes, box: Box, resources: generic.PdfObject) -> generic.StreamObject:
    told = {
        _name("/Type"): _name("/XObject"),
        _name("/Subtype"): _name("/Form"),
        _name("/BBox"): generic.ArrayObject(generic.FloatObject(n) for n in box),
        _name("/Resources"): resources,
    }
    made = generic.StreamObject(told, stream_data=content)
    made.compress()
    return made
