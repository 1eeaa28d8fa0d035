"""Every guard of the tables is told in both languages."""

import re

from hub.api.guard_texts import ENGLISH
from hub.law.tables import load_tables

HAN = re.compile(r"[\u4e00-\u9fff]")


def test_each_guard_has_an_english_sentence_and_no_sentence_stands_for_nothing():
    guards = {g.id for m in load_tables().machines.values() for g in m.guards.values()}
    assert ENGLISH.keys() == guards
    assert not [name for name, text in ENGLISH.items() if HAN.search(text.replace("民特", ""))]
