"""Codecs of files: ids that the envelope explains, and content that lies inside the native file."""

import base64
import binascii
import hashlib

from hub.port import Doc, EmbeddedFile, FileIds, Kept, Unreadable
from hub.translate.codecs import Built, build, mapping, string
from hub.translate.records import Embedded, Noted, Run
from hub.translate.text import clean


@build.register
def _(word: FileIds) -> Built:
    labels = word.labels.codes if word.labels else ()
    catalogues = {label: catalogue for _, catalogue, label in reversed(labels)}
    words = {catalogue: label for _, catalogue, label in reversed(labels)}

    def one(ref: str, run: Run) -> Doc:
        known, catalogue = run.origin.files.get(ref), catalogues.get(ref, word.catalogue)
        if known is None:
            run.findings.append(Noted("paper", detail="file"))
            return {"ref": ref, "catalogue": catalogue}
        made: Doc = {"ref": ref, "digest": known.digest, "catalogue": catalogue}
        made["name"] = known.name or ref
        if known.media_type:
            made["media_type"] = known.media_type
        if known.size is not None:
            made["size"] = known.size
        return made

    def read(value: object, run: Run) -> object:
        refs = value if isinstance(value, list) else [value]
        if word.joint and isinstance(value, str):
            refs = value.replace(";", word.joint).split(word.joint)
        texts = [text for ref in refs if (text := clean(ref))]
        return [one(text, run) for text in texts] or None

    def ref_of(file: Doc) -> str:
        label = words.get(str(file.get("catalogue")))
        ref = file.get("ref") or (None if label else file.get("name") or file.get("digest"))
        return string(label if label and ref not in catalogues else ref)

    def write(value: object) -> object:
        if not isinstance(value, list):
            raise Unreadable("type")
        refs = [ref_of(mapping(file)) for file in value]
        if word.joint:
            return word.joint.join(refs)
        return [int(ref) if ref.isdecimal() and not labels else ref for ref in refs]

    return Built(read, write, "" if word.joint else [])


@build.register
def _(word: EmbeddedFile) -> Built:
    def read(value: object, run: Run) -> object:
        name, content = mapping(value).values()
        try:
            body = base64.b64decode("".join(string(content).split()), validate=True)
        except (binascii.Error, ValueError) as e:
            raise Unreadable("base64") from e
        digest = hashlib.sha256(body).hexdigest()
        called = clean(name) or digest[:12]
        run.embedded.append(Embedded(digest, called, body))
        made: Doc = {"digest": digest, "name": called, "size": len(body), "catalogue": word.catalogue}
        return Kept(made) if clean(name) is None else made

    return Built(read, _not_written)


def _not_written(_value: object) -> object:
    """A document names a file and does not hold it."""
    raise Unreadable("content")
