"""The police adapter alone."""

import pytest

from hub.translate.conformance import load_folder
from hub.translate.registry import Translator
from tests.adapters.conftest import ADAPTERS


@pytest.fixture(scope="session")
def police() -> Translator:
    return Translator([load_folder(ADAPTERS / "police")])
