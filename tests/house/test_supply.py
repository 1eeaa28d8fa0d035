"""What the program is built from: every lock pins by digest, and nothing installed is under the GPL."""

import re
from importlib import metadata
from pathlib import Path

import pytest

LOCKS = sorted((Path(__file__).parents[2] / "requirements").glob("*.txt"))
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
