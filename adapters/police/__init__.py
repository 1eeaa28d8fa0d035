"""Police: mediation rooms in stations, the dispute register, 110 calls as tables and pushes, warnings."""

from typing import Final

from adapters.police.bf110 import BF110
from adapters.police.fwqz import FWQZ
from adapters.police.medoffice import MEDOFFICE
from adapters.police.otherlink import PUSH_JSON, PUSH_XML
from adapters.police.warning import WARNING
from hub.port import Agency

AGENCY: Final = Agency(
    name="police",
    zh="公安",
    formats=(MEDOFFICE, FWQZ, BF110, PUSH_JSON, PUSH_XML, WARNING),
    systems=frozenset({"jjdbh", "cjdbh", "fkdbh", "jq_tywysbm", "ajbh", "jf_bh", "medoffice"}),
)
