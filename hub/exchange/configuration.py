"""Which district configuration there is, and whether a value is one its reader understands. Pure."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from hub.errors import Fault, Misconfigured, Refused
from hub.evidence.cosign import Witness
from hub.evidence.note import NoteError
from hub.exchange import (
    assessing_config,
    district_config,
    districts,
    limits,
    night_config,
    precheck_config,
    screening_config,
    snapshot_config,
)
from hub.law.assessing import rules as assessing_rules
from hub.strictjson import Json
from hub.trust.access import district_rows

WITNESSES: Final = "witnesses"
_RULE_MEMBERS: Final = {"kind", "to", "sender", "sender_type", "dispute_type", "division"}


def check_config(name: str, value: Json) -> None:
    """Raises Refused 'schema' naming what is wrong."""
    check = _CHECKS.get(name)
    if check is None:
        raise Refused("schema", Fault("config-name", "/name"))
    check(value)


def _routing(value: Json) -> None:
    if not isinstance(value, list):
        raise Refused("schema", Fault("type", "/value"))
    for n, rule in enumerate(value):
        if not isinstance(rule, dict) or not {"kind", "to"} <= set(rule) <= _RULE_MEMBERS:
            raise Refused("schema", Fault("routing-rule", f"/value/{n}"))


def _views(value: Json) -> None:
    try:
        district_rows(value)
    except Misconfigured as e:
        raise Refused("schema", Fault("views-row", "/value")) from e


def _witnesses(value: Json) -> None:
    if not isinstance(value, list):
        raise Refused("schema", Fault("type", "/value"))
    for n, vkey in enumerate(value):
        try:
            Witness.from_vkey(str(vkey))
        except NoteError as e:
            raise Refused("schema", Fault("config-value", f"/value/{n}")) from e


_CHECKS: Final[Mapping[str, Callable[[Json], None]]] = {
    "routing": _routing,
    "views": _views,
    WITNESSES: _witnesses,
    districts.LEVELS: district_config.levels,
    districts.UNITS: district_config.units,
    districts.PROXIES: district_config.proxies,
    districts.PERIODS: district_config.periods,
    districts.TRIGGER: district_config.trigger,
    districts.FEEDBACK: district_config.feedback,
    snapshot_config.NAME: snapshot_config.snapshots,
    limits.NAME: limits.check,
    precheck_config.NAME: precheck_config.check,
    screening_config.NAME: screening_config.check,
    assessing_rules.ASSESSMENT: assessing_config.assessment,
    assessing_rules.SUBSIDY: assessing_config.subsidy,
    night_config.COMPLETENESS: partial(night_config.check, night_config.COMPLETENESS),
    night_config.WATCH: partial(night_config.check, night_config.WATCH),
    night_config.RETENTION: partial(night_config.check, night_config.RETENTION),
}
