"""Codecs of files: ids that the envelope explains, and content that lies inside the native file."""

import base64
import binascii
import hashlib
from collections.abc import Iterator, Mapping

from hub.port import Doc, EmbeddedFile, FileIds, Kept, Unreadable
from hub.translate.codecs import Built, build, mapping, string
from hub.translate.kept import as_whole
from hub.translate.records import Embedded, FileRef, Noted, Run
from hub.translate.text import clean


def named(told: object, at: str = "") -> Iterator[tuple[str, Doc]]:
    """The files a document of the shared form names by digest or by its sender's id, each with its place."""
    if isinstance(told, dict):
        if "catalogue" in told and ("digest" in told or "ref" in told):
            yield at, told
            return
        for member, value in told.items():
            yield from named(value, f"{at}/{member}")
    elif isinstance(told, list):
        for n, value in enumerate(told):
            yield from named(value, f"{at}/{n}")


def explain(document: Doc, files: Mapping[str, FileRef]) -> None:
    """Fill in what the envelope says of the files that the document names by its own ids."""
    for _, file in named(document):
        known = files.get(str(file.get("ref")))
        if known is not None:
            file.setdefault("digest", known.digest)
            said = {"name": known.name, "media_type": known.media_type}
            file.update({n: v for n, v in said.items() if v is not None and n not in file})


@build.register
def _(word: FileIds) -> Built:
    labels = word.labels.codes if word.labels else ()
    catalogues = {label: catalogue for _, catalogue, label in reversed(labels)}
    words = {catalogue: label for _, catalogue, label in reversed(labels)}

    def read(value: object, run: Run) -> object:
        refs = value if isinstance(value, list) else [value]
        if word.joint and isinstance(value, str):
            refs = value.replace(";", word.joint).split(word.joint)
        texts = [text for ref in refs if (text := clean(ref))]
        files = [_file(text, catalogues.get(text, word.catalogue), run) for text in texts]
        return (
            Kept(files) if files and word.joint and word.joint.join(texts) != clean(value) else files or None
        )

    def write(value: object) -> object:
        if not isinstance(value, list):
            raise Unreadable("type")
        refs = [_ref_of(mapping(file), catalogues, words) for file in value]
        if word.joint:
            return word.joint.join(refs)
        return list(refs) if labels else [as_whole(ref) for ref in refs]

    return Built(read, write, "" if word.joint else [])


def _file(ref: str, catalogue: str, run: Run) -> Doc:
    """What the envelope says of a file; one it does not know is noted and kept by its id."""
    known = run.origin.files.get(ref)
    if known is None:
        run.findings.append(Noted("paper", detail="file"))
        return {"ref": ref, "catalogue": catalogue}
    made: Doc = {"ref": ref, "digest": known.digest, "catalogue": catalogue, "name": known.name or ref}
    if known.media_type:
        made["media_type"] = known.media_type
    if known.size is not None:
        made["size"] = known.size
    return made


def _ref_of(file: Doc, catalogues: dict[str, str], words: dict[str, str]) -> str:
    """The id in the file's own system; among words, the word of its catalogue unless the id is one."""
    ref, label = file.get("ref"), words.get(str(file.get("catalogue")))
    if label is not None and ref not in catalogues:
        return label
    return string(ref or file.get("name"))


@build.register
def _(word: EmbeddedFile) -> Built:
    def read(value: object, run: Run) -> object:
        chosen = word.choose(value) if word.choose else tuple(mapping(value).values())
        if chosen is None:
            return None
        name, content = chosen
        coded = content if isinstance(content, str) else clean(content) or ""
        try:
            body = base64.b64decode("".join(coded.split()), validate=True)
        except (binascii.Error, ValueError) as e:
            raise Unreadable("base64") from e
        if not body:
            raise Unreadable("content")
        digest = hashlib.sha256(body).hexdigest()
        called = clean(name) or digest[:12]
        run.embedded.append(Embedded(digest, called, body))
        made: Doc = {"digest": digest, "name": called, "size": len(body), "catalogue": word.catalogue}
        return Kept(made) if clean(name) is None and word.choose is None else made

    return Built(read, _not_written)


def _not_written(_value: object) -> object:
    """A document names a file and does not hold it."""
    raise Unreadable("content")
