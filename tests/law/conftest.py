"""Tables and calendar are loaded once: they never change."""

import pytest

from hub.law.calendar import Calendar
from hub.law.shapes import Tables
from hub.law.tables import load_tables


@pytest.fixture(scope="session")
def tables() -> Tables:
    return load_tables()


@pytest.fixture(scope="session")
def calendar() -> Calendar:
    return Calendar()
