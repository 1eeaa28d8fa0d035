"""The packages of the locks, with the digests of every file that may be installed, and their licences.

Reads the locks, and what is installed in the folders it is given.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

LOCKS: Final = ("hub", "night", "airflow", "spark")
"""What runs at a user's: tests and this list itself are not shipped."""
_PINNED: Final = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)(?:\s*;\s*([^\\]+?))?\s*\\?$")
_HASH: Final = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Pinned:
    """One package: canonical name, version, digests (SHA-256), and the locks that bring it."""

    name: str
    version: str
    hashes: tuple[str, ...]
    locks: tuple[str, ...]


def packages(folder: Path) -> list[Pinned]:
    """Every package of the locks in `folder`, each version once, in the order of names."""
    found: dict[tuple[str, str], tuple[set[str], list[str]]] = {}
    for lock in LOCKS:
        for stanza in re.split(r"\n(?=[A-Za-z0-9])", (folder / f"{lock}.txt").read_text("utf-8").strip()):
            head = _PINNED.match(stanza.splitlines()[0])
            if head is None:
                raise ValueError(f"{lock}.txt: {stanza.splitlines()[0]}")
            hashes, locks = found.setdefault((canonical(head[1]), head[2]), (set(), []))
            hashes.update(_HASH.findall(stanza))
            locks.append(lock)
    return [
        Pinned(name, version, tuple(sorted(hashes)), tuple(locks))
        for (name, version), (hashes, locks) in sorted(found.items())
    ]


def canonical(name: str) -> str:
    """A name as package indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def licences(paths: Iterable[Path]) -> dict[str, str]:
    """What the packages installed in these folders say of their licence: expression, classifier or words."""
    found = metadata.distributions(path=[str(path) for path in paths])
    return {canonical(one.metadata["Name"]): said for one in found if (said := _licence(one.metadata))}


def _licence(told: metadata.PackageMetadata) -> str | None:
    if "License-Expression" in told:
        return told["License-Expression"]
    named = [c.rpartition(" :: ")[2] for c in told.get_all("Classifier") or () if c.startswith("License")]
    words = "".join(told.get_all("License") or ()).strip()
    return " / ".join(named) or (words if words and "\n" not in words else None)
