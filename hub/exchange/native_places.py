"""Where in the sender's own file a refused place comes from: faults of content name it beside the pointer.

Knows the translator's maps and the records as read; asked only when something is refused.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from hub.errors import Fault, Refused
from hub.port import Doc
from hub.translate.records import Record
from hub.translate.registry import Translator


class Maps(NamedTuple):
    """What a file was read by."""

    translator: Translator
    agency: str
    format: str
    kind: str

    def native(self, pointer: str, document: Doc) -> str | None:
        """Native place of a pointer; None if no single field was read into it, as in the shared form."""
        return self.translator.native_of(self.agency, self.format, self.kind, pointer, document)


def located(refused: Refused, records: Iterable[Record], maps: Maps) -> Refused:
    """The same refusal, each of its faults with the native place of its pointer."""
    read = {record.label: record for record in records if record.document is not None}
    placed = (_placed(fault, read.get(fault.record or ""), maps) for fault in refused.faults)
    return Refused(refused.code, *placed, extra=refused.extra)


def _placed(fault: Fault, record: Record | None, maps: Maps) -> Fault:
    if record is None or record.document is None:
        return fault
    if fault.native is not None or not (fault.pointer or "").startswith("/"):
        return fault
    native = maps.native(str(fault.pointer), record.document)
    return replace(fault, native=record.cells.get(native or "", native))
