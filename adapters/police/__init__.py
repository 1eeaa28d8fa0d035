"""Police: rooms in stations, dispute register, case index, calls and their feedback, warnings, answers."""

from typing import Final

from adapters.police.ack import ACK
from adapters.police.bf110 import BF110
from adapters.police.case_index import CASE_INDEX
from adapters.police.feedback import FEEDBACK
from adapters.police.fwqz import FWQZ, FWQZ_DBF
from adapters.police.medoffice import MEDOFFICE
from adapters.police.otherlink import PUSH_JSON, PUSH_XML
from adapters.police.warning import WARNING
from hub.port import Agency

AGENCY: Final = Agency(
    name="police",
    zh="公安",
    formats=(MEDOFFICE, FWQZ, FWQZ_DBF, BF110, CASE_INDEX, FEEDBACK, PUSH_JSON, PUSH_XML, WARNING, ACK),
    systems=frozenset({"jjdbh", "cjdbh", "fkdbh", "jq_tywysbm", "ajbh", "jf_bh", "medoffice"}),
)
