"""Every adapter there is, found by folder."""

from pathlib import Path

import pytest

from hub.port import Agency
from hub.translate.conformance import load_folder
from hub.translate.registry import Translator

ADAPTERS = Path(__file__).parents[2] / "adapters"
FOLDERS = sorted(path.parent for path in ADAPTERS.glob("*/__init__.py"))


@pytest.fixture(scope="session", params=FOLDERS, ids=[folder.name for folder in FOLDERS])
def folder(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture(scope="session")
def agency(folder: Path) -> Agency:
    return load_folder(folder)


@pytest.fixture(scope="session")
def translator(agency: Agency) -> Translator:
    return Translator([agency])
