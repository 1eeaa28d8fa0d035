"""What a verifier trusts from the start: the log's verifier key, or a checkpoint it has seen.

Pure but for reading the file that is named.

A trusted checkpoint pins the log's key too: its signature verifies under no other key than the one that
made it (no second Ed25519 key fits a given signature: "strong universal exclusive ownership", Brendel,
Cremers, Jackson and Zhao 2021). So the key a bundle carries may be used once it opens that very note.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hub.errors import Misconfigured, Refused
from hub.evidence.note import Checkpoint, NoteError, Verifier, parse_checkpoint, split
from hub.strictjson import load_object

_MAX_FILE: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Anchor:
    """Either the log's key, or a signed checkpoint (`note`) whose key is still to be shown."""

    verifier: Verifier | None = None
    note: str | None = None

    def name(self) -> str:
        """The log it is about."""
        if self.verifier is not None:
            return self.verifier.name
        return parse_checkpoint(split(self.note or "")[0]).origin

    def resolve(self, carried: str) -> tuple[Verifier, Checkpoint | None]:
        """The trusted key, and the trusted checkpoint if there is one. Raises NoteError.

        `carried` is the verifier key in the bundle; it counts only if it opens the trusted checkpoint.
        """
        if self.verifier is not None:
            return self.verifier, None
        verifier = Verifier.from_vkey(carried)
        return verifier, verifier.checkpoint(self.note or "")


def read_anchor(trust: str) -> Anchor:
    """An anchor from a verifier key, or a file with one or with a checkpoint. Raises Misconfigured."""
    text = trust.strip()
    if "\n" not in text:
        try:
            return Anchor(verifier=Verifier.from_vkey(text))
        except NoteError as e:
            content = _file(text, e)
    else:
        content = trust
    if "\n\n" not in content:
        try:
            return Anchor(verifier=Verifier.from_vkey(_vkey(content)))
        except NoteError as e:
            raise _unusable(str(e)) from e
    anchor = Anchor(note=content.replace("\r\n", "\n"))
    try:
        anchor.name()
    except NoteError as e:
        raise _unusable(str(e)) from e
    return anchor


def _vkey(content: str) -> str:
    """The key in a file: alone, or as `/.well-known/liantiao-log` gives it."""
    if not content.lstrip().startswith("{"):
        return content.strip()
    try:
        return str(load_object(content.encode()).get("vkey"))
    except Refused as e:
        raise _unusable("the file is not JSON") from e


def _file(name: str, why: NoteError) -> str:
    path = Path(name)
    try:
        with path.open("rb") as file:
            raw = file.read(_MAX_FILE + 1)
        if len(raw) > _MAX_FILE:
            raise _unusable("the file is too large")
        return raw.decode()
    except FileNotFoundError:
        raise _unusable(f"{why}, and there is no such file") from why
    except (OSError, UnicodeDecodeError, ValueError) as e:
        raise _unusable("the file cannot be read as text") from e


def _unusable(why: str) -> Misconfigured:
    return Misconfigured(
        "--trust: 应为日志公钥,或内有公钥或检查点的文件 · must be the log's verifier key, or a file "
        f"with that key or a checkpoint: {why}"
    )
