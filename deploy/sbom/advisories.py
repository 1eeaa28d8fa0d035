"""Known weaknesses of what is locked, from a file of OSV advisories that was fetched elsewhere.

The file is a ZIP of OSV documents (https://ossf.github.io/osv-schema/), as published for each ecosystem.
Without it nothing can be known offline; with it, what was known on its day. Reads that file only.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZipFile

from packaging.version import InvalidVersion, Version

from deploy.sbom.locked import Pinned, canonical


class Advisory(NamedTuple):
    """An advisory that speaks of a locked package."""

    id: str
    name: str
    version: str
    fixed: tuple[str, ...]


def affecting(file: Path, packages: Iterable[Pinned]) -> tuple[int, list[Advisory]]:
    """How many advisories the file has, and those that speak of a locked version; withdrawn ones do not."""
    by_name: dict[str, list[Pinned]] = {}
    for package in packages:
        by_name.setdefault(package.name, []).append(package)
    read, found = 0, []
    for told in _documents(file):
        read += 1
        if "withdrawn" not in told:
            found += list(_matches(told, by_name))
    return read, sorted(set(found))


def _documents(file: Path) -> Iterator[Mapping[str, Any]]:
    with ZipFile(file) as archive:
        for name in archive.namelist():
            if name.endswith(".json"):
                yield json.loads(archive.read(name))


def _matches(told: Mapping[str, Any], by_name: Mapping[str, list[Pinned]]) -> Iterator[Advisory]:
    for affected in told.get("affected", ()):
        package = affected.get("package", {})
        if package.get("ecosystem") != "PyPI":
            continue
        for pinned in by_name.get(canonical(str(package.get("name"))), ()):
            if _speaks_of(affected, pinned.version):
                yield Advisory(str(told["id"]), pinned.name, pinned.version, tuple(_fixes(affected)))


def _speaks_of(affected: Mapping[str, Any], version: str) -> bool:
    if version in affected.get("versions", ()):
        return True
    return any(
        _within(found["events"], Version(version))
        for found in affected.get("ranges", ())
        if found.get("type") == "ECOSYSTEM"
    )


def _within(events: Iterable[Mapping[str, str]], version: Version) -> bool:
    """Whether a version lies in a range: the last event at or before it says so (OSV, "Evaluation")."""
    inside = False
    for event in sorted(events, key=lambda e: _at(next(iter(e.values())))):
        ((what, text),) = event.items()
        if what == "last_affected":
            inside = inside and version <= _at(text)
        elif what in {"introduced", "fixed"} and version >= _at(text):
            inside = what == "introduced"
    return inside


def _at(text: str) -> Version:
    try:
        return Version(text)
    except InvalidVersion:
        return Version("0")  # "0": from the first one on; a limit nobody can read warns rather than hides


def _fixes(affected: Mapping[str, Any]) -> Iterator[str]:
    for found in affected.get("ranges", ()):
        yield from (event["fixed"] for event in found.get("events", ()) if "fixed" in event)
