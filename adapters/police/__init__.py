"""Police: the mediation room in a station (JSON), the 110 calls and the dispute register (GBK tables)."""

from typing import Final

from adapters.police.bf110 import BF110
from adapters.police.fwqz import FWQZ
from adapters.police.medoffice import MEDOFFICE
from hub.port import Agency

AGENCY: Final = Agency(
    name="police",
    zh="公安",
    formats=(MEDOFFICE, FWQZ, BF110),
    systems=frozenset({"jjdbh", "cjdbh", "fkdbh", "jq_tywysbm", "ajbh", "jf_bh", "medoffice"}),
)
