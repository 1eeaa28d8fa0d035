"""Codec of moveCourt: the papers of an application, sorted into twelve arrays of file ids by catalogue."""

from collections.abc import Iterator
from typing import Final

from adapters.court.codecs import digits_of, text_of
from hub.port import Doc, Own

_CATALOGUES: Final = {
    "plaintiffIds": "identity",
    "defendantIds": "identity",
    "complaintIds": "application",
    "sendAddressIds": "service_address",
    "mediateFileIds": "agreement",
    "applyFileIds": "application",
    "noteIds": "record",
    "moveIds": "transfer_letter",
    "noticeIds": "notice_of_rights",
    "preservationIds": "preservation",
    "identifyIds": "appraisal",
    "otherIds": "other",
}
PAPER_FIELDS: Final = tuple(_CATALOGUES)

_FIELDS: Final = {
    catalogue: name for name, catalogue in _CATALOGUES.items() if name not in ("defendantIds", "complaintIds")
}
"""Catalogue → array. A paper does not say whose it is, and complaintIds is the request for mediation."""


_ROUNDED: Final = 16
"""Digits from which a reader of JSON may round a number."""


def _read(value: object) -> object:
    told = value if isinstance(value, dict) else {}
    papers: list[Doc] = []
    for name, catalogue in _CATALOGUES.items():
        ids = told.get(name)
        papers += [
            {"ref": ref, "catalogue": catalogue}
            for one in (ids if isinstance(ids, list) else [ids])
            if (ref := text_of(one))
        ]
    return {"papers": papers} if papers else None


def _write(value: object) -> object:
    made: dict[str, list[object]] = {name: [] for name in PAPER_FIELDS}
    seen: set[object] = set()
    for file in _files(value if isinstance(value, dict) else {}):
        ref = file.get("ref") or file.get("digest") or file.get("name")
        key = file.get("digest") or ref
        if ref and key not in seen:
            seen.add(key)
            name = _FIELDS.get(str(file.get("catalogue")), "otherIds")
            made[name].append(_id(str(ref)))
    return made


def _id(ref: str) -> object:
    """The front end's ids are numbers; a digest, a name or a number with zeros before it stays a text."""
    number = digits_of(ref)
    return int(number) if number and len(number) < _ROUNDED and str(int(number)) == ref else ref


def _files(document: Doc) -> Iterator[Doc]:
    """The papers, the agreement's own document, what proves the organisation or records an oral request."""
    agreement = document.get("agreement")
    papers, attachments = document.get("papers"), document.get("attachments")
    for held in (
        *(papers if isinstance(papers, list) else ()),
        agreement.get("document") if isinstance(agreement, dict) else None,
        document.get("organisation_proof"),
        document.get("oral"),
        *(attachments if isinstance(attachments, list) else ()),
    ):
        if isinstance(held, dict):
            yield held


PAPERS: Final = Own("papers by catalogue", _read, _write, loses="whose they are, name and digest")
