"""The register as a DBF table: what ten-byte names and narrow columns leave of it."""

from typing import Any

import pytest

from hub.translate.conformance_examples import SIGNED_AT
from hub.translate.records import Origin, Record
from hub.translate.registry import Translator
from tests.adapters.police.station_files import EXAMPLES, STATION
from tests.adapters.sheets import dbf, dbf_rows

ROWS = dbf_rows((EXAMPLES / "05_dispute_register.dbf").read_bytes())


def read(police: Translator, **changes: str) -> Record:
    """The first row of the sample with columns changed, each as wide as its text."""
    values = dict(zip(ROWS[0], ROWS[1], strict=True)) | changes
    body = dbf([list(values), list(values.values())])
    return police.read("police", "application/vnd.dbf", body, Origin("dispute", STATION, SIGNED_AT)).records[
        0
    ]


def parties(record: Record) -> list[Any]:
    assert record.document is not None, record.fault and record.fault.faults
    found = record.document["parties"]
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("cut", ["5", "5000004907129"])
def test_a_number_that_the_slot_cut_short_is_nobodys(police: Translator, cut: str) -> None:
    whole = f"500000197511209026/{cut}"
    record = read(police, DSRESFHM=whole)
    _, second, third = parties(record)
    assert (second["name"], second["id_number"]) == ("冯测二", "500000197511209026")
    assert third["name"] == "余测三"
    assert "id_number" not in third
    assert not any(cut in key for key in record.persons)
    assert record.document is not None
    assert record.document["native_extras"]["/DSRESFHM"] == whole


def test_a_fifteen_digit_number_is_whole(police: Translator) -> None:
    *_, third = parties(read(police, DSRESFHM="500000197511209026/500000490712905"))
    assert (third["id_number"], third["id_status"]) == ("500000490712905", "fifteen")


def test_a_guardian_is_found_under_a_cut_name(police: Translator) -> None:
    first, *_ = parties(read(police, DSRYGZDWJZ="学生(监护人:阿布·测七)"))
    assert first["guardians"] == [{"name": "阿布·测七", "relation": "other"}]


def test_the_number_is_that_of_the_same_register_in_csv(police: Translator) -> None:
    record = read(police)
    assert [(n.system, n.normal) for n in record.own] == [("jf_bh", "JF2021040012")]
    names = [(f.native, f.detail) for f in record.findings if f.code == "truncated"]
    assert names == [("/DSRYGZDWJZY", "name"), ("/DSREGZDWJZY", "name")]
