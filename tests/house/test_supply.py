"""What the program is built from: every lock pins by digest, and nothing installed is under the GPL."""

import json
import re
from importlib import metadata
from pathlib import Path
from zipfile import ZipFile

import pytest

from deploy.sbom import locked
from deploy.sbom.advisories import Advisory, affecting
from deploy.sbom.licences import noted

ROOT = Path(__file__).parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
# GPL and AGPL but not LGPL, by expression, classifier or words.
STRONG = re.compile(r"(?<![Ll])\b(?:A?GPL)|(?<!Lesser )(?<!Library or Lesser )General Public License")
CHOSEN = {"text-unidecode": "Artistic License"}
"""Packages offered under several licences, and the one taken."""


def licence_of(found: metadata.PackageMetadata) -> str:
    """What a distribution says of its licence: expression and classifiers, else its own words."""
    said = [found["License-Expression"]] if "License-Expression" in found else []
    said += [c for c in found.get_all("Classifier") or () if c.startswith("License")]
    return " ".join(said) or " ".join((found.get("License") or "").split())


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_package_of_a_lock_is_pinned_with_its_digest(lock):
    stanzas = re.split(r"\n(?=[A-Za-z0-9])", lock.read_text("utf-8").strip())
    assert stanzas
    for stanza in stanzas:
        assert re.match(r"[A-Za-z0-9._\[\],-]+==\S+", stanza), stanza.splitlines()[0]
        assert "--hash=sha256:" in stanza, stanza.splitlines()[0]


def test_locks_name_no_address():
    assert not [lock.name for lock in LOCKS if re.search(r"https?://|--index-url", lock.read_text("utf-8"))]


def test_nothing_installed_is_under_the_gpl():
    under = {}
    for found in metadata.distributions():
        name, licence = found.metadata["Name"], licence_of(found.metadata)
        if STRONG.search(licence) and CHOSEN.get(name, "\n") not in licence:
            under[name] = licence[:200]
    assert under == {}


def test_everything_installed_says_its_licence():
    assert not [d.metadata["Name"] for d in metadata.distributions() if not licence_of(d.metadata)]


def test_the_licence_of_every_locked_package_is_noted_and_none_is_the_gpl():
    found, table = locked.packages(ROOT / "requirements"), noted()
    assert set(table) == {(p.name, p.version) for p in found}
    said = locked.licences([Path(pytest.__file__).parents[1]])
    here = {d.metadata["Name"]: d.version for d in metadata.distributions()}
    installed = {(locked.canonical(name), version) for name, version in here.items()}
    assert {key: said[key[0]] for key in set(table) & installed} == {
        k: table[k] for k in set(table) & installed
    }
    strong = {name for (name, _), licence in table.items() if STRONG.search(licence)}
    assert strong <= set(CHOSEN)
    assert all(table.values())


@pytest.mark.parametrize(
    ("licence", "strong"),
    [
        ("GPL-3.0-only", True),
        ("AGPL-3.0-or-later", True),
        ("License :: OSI Approved :: GNU General Public License v3 (GPLv3)", True),
        ("LGPL-3.0-only", False),
        ("License :: OSI Approved :: GNU Library or Lesser General Public License (LGPL)", False),
        ("Apache-2.0", False),
    ],
)
def test_a_strong_licence_is_told_from_a_lesser_one(licence, strong):
    assert bool(STRONG.search(licence)) is strong


def test_the_list_has_every_package_that_is_shipped():
    found = locked.packages(ROOT / "requirements")
    assert {lock.stem for lock in LOCKS} == {*locked.LOCKS, "dev", "sbom"}
    for name in locked.LOCKS:
        text = (ROOT / f"requirements/{name}.txt").read_text("utf-8")
        pinned = {
            locked.canonical(n) for n in re.findall(r"^([A-Za-z0-9._-]+)(?:\[.*?\])?==", text, re.MULTILINE)
        }
        assert pinned == {p.name for p in found if name in p.locks}
    assert all(p.hashes for p in found)
    said = locked.licences([Path(pytest.__file__).parents[1]])
    assert [p.name for p in found if p.name in said] > [], "what is installed here says its licence"


def _osv(number: str, name: str, **affected: object) -> dict[str, object]:
    return {"id": number, "affected": [{"package": {"ecosystem": "PyPI", "name": name}, **affected}]}


def test_advisories_that_were_brought_are_held_against_the_locks(tmp_path):
    def between(*events: tuple[str, str]) -> list[dict[str, object]]:
        return [{"type": "ECOSYSTEM", "events": [{what: at} for what, at in events]}]

    one = locked.Pinned("some-lib", "2.4.0", ("00",), ("hub",))
    told = [
        _osv("T-1", "Some.Lib", ranges=between(("introduced", "0"), ("fixed", "2.4.1"))),
        _osv("T-2", "some_lib", ranges=between(("introduced", "0"), ("fixed", "2.4"))),
        _osv("T-3", "some-lib", versions=["2.4.0"]),
        _osv("T-4", "some-lib", ranges=between(("introduced", "2.10"))),
        _osv("T-5", "some-lib", ranges=between(("introduced", "2.0"), ("last_affected", "2.3.9"))),
        _osv("T-6", "some-lib", ranges=between(("introduced", "1"), ("fixed", "2"), ("introduced", "2.3"))),
        _osv("T-7", "another", versions=["2.4.0"]),
        {**_osv("T-8", "some-lib", versions=["2.4.0"]), "withdrawn": "2026-01-01T00:00:00Z"},
    ]
    file = tmp_path / "osv.zip"
    with ZipFile(file, "w") as archive:
        for advisory in told:
            archive.writestr(f"{advisory['id']}.json", json.dumps(advisory))
    read, found = affecting(file, [one])
    assert read == len(told)
    assert [a.id for a in found] == ["T-1", "T-3", "T-6"]
    assert found[0] == Advisory("T-1", "some-lib", "2.4.0", ("2.4.1",))
