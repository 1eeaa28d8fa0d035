"""The licence of every locked package, kept beside the locks: nobody installs all of them to know it.

    python -m deploy.sbom.licences [SITE-PACKAGES…]     writes requirements/licences.csv

from what is installed; what is not installed here keeps its row as long as its version does. A test holds the
table against the locks, and against what the installed packages say.
"""

import csv
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from deploy.sbom.locked import Pinned, licences, packages

ROOT: Final = Path(__file__).parents[2]
TABLE: Final = ROOT / "requirements/licences.csv"
_HEAD: Final = ("package", "version", "licence")


def noted(table: Path = TABLE) -> dict[tuple[str, str], str]:
    """(package, version) → licence, as the table has it."""
    with table.open(encoding="utf-8", newline="") as file:
        return {(row["package"], row["version"]): row["licence"] for row in csv.DictReader(file)}


def known(found: Iterable[Pinned], installed: Mapping[str, str]) -> dict[str, str]:
    """The licence of each package that is noted or installed."""
    table = noted()
    told = {p.name: table.get((p.name, p.version), installed.get(p.name)) for p in found}
    return {name: licence for name, licence in told.items() if licence}


def main(places: Iterable[Path]) -> int:
    """Write the table; 1: of some package nothing is known."""
    found, said = packages(ROOT / "requirements"), licences(places)
    before = noted() if TABLE.exists() else {}
    rows = [(p.name, p.version, said.get(p.name) or before.get((p.name, p.version), "")) for p in found]
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(_HEAD)
        table.writerows(rows)
    unknown = [name for name, _, licence in rows if not licence]
    sys.stdout.write(f"{TABLE.name}: {len(rows)} 件 packages; 未知 unknown: {' '.join(unknown) or '—'}\n")
    return 1 if unknown else 0


if __name__ == "__main__":
    given = [Path(place) for place in sys.argv[1:]]
    sys.exit(main(given or ROOT.glob(".venv/lib/python3*/site-packages")))
