"""Texts that tell parties and mediators of mediation and confirmation, with version and articles. Pure data.

Each paragraph names what it rests on. `words` says whose words they are: `law`, those of the articles, or
`summary`, ours. A version is never changed: a change of law or of words is another version, and the earlier
ones stay readable, so that what somebody was told can be read again.
"""

import json
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, Final, NamedTuple

NOTICE: Final = "notice_of_rights"
"""The text that the form of that name prints."""


class Version(NamedTuple):
    """A version of a text. `digest`: SHA-256 over its paragraphs as JSON with sorted members, hex."""

    version: str
    since: str
    words: str
    paragraphs: tuple[Mapping[str, Any], ...]
    digest: str

    @property
    def points(self) -> tuple[str, ...]:
        """Codes of the list `guidance_point` that it tells of, each once, in its order."""
        return tuple(dict.fromkeys(p["point"] for p in self.paragraphs if "point" in p))


class Text(NamedTuple):
    """A text with its versions, the oldest first. `audience`: `party`, `mediator`."""

    id: str
    zh: str
    en: str
    audience: tuple[str, ...]
    versions: tuple[Version, ...]

    @property
    def current(self) -> Version:
        """The version in force."""
        return self.versions[-1]


@cache
def texts() -> Mapping[str, Text]:
    """All texts by id."""
    said = json.loads(files(__package__).joinpath("guidance.json").read_bytes())["texts"]
    return {told["id"]: _text(told) for told in said}


def _text(told: Mapping[str, Any]) -> Text:
    versions = tuple(
        Version(v["version"], v["since"], v["words"], tuple(v["paragraphs"]), _digest(v["paragraphs"]))
        for v in told["versions"]
    )
    return Text(told["id"], told["zh"], told["en"], tuple(told["audience"]), versions)


def _digest(paragraphs: object) -> str:
    told = json.dumps(paragraphs, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(told.encode()).hexdigest()
