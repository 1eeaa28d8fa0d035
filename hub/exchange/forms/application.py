"""The draft application for confirmation 司法确认申请书 of a mediation, for each of its agreements a sheet.

What the pre-check makes of the result as its sender sent it, with parties and cause of the dispute.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

import orjson

from hub.errors import Refused
from hub.exchange.hub import Hub
from hub.exchange.prechecking import Asked, precheck
from hub.exchange.reading import Asking
from hub.forms.model import Form, NextSheet, Part
from hub.law.precheck.matter import RESULT
from hub.law.reading import objects
from hub.translate.records import SHARED_TYPE
from hub.trust.access import SENDER


async def drafted(hub: Hub, caller: Asking, case: Mapping[str, Any], home: Mapping[str, Any]) -> Form:
    """The draft, for the unit that reported the agreement. Raises Refused `unknown` where there is none."""
    own = [
        message
        for message in home["messages"]
        if message["kind"] == RESULT
        and message["case"] == case["id"]
        and message["role"] == SENDER
        and objects(message["document"], "agreements")
    ]
    unit = hub.desk.units.get(own[-1]["from"]) if own else None
    if unit is None:
        raise Refused("unknown")
    body = orjson.dumps(own[-1]["document"])
    asked = Asked(SHARED_TYPE, body, unit.code, RESULT, dispute=UUID(str(case["dispute"])))
    try:
        found = await precheck(hub, caller, unit.agency, asked)
    except Refused as e:  # what was accepted once and would not be now has no draft
        raise Refused("unknown") from e
    if not found:
        raise Refused("unknown")
    parts: list[Part] = []
    for one in found:
        parts += [NextSheet()] if parts else []
        parts += one.draft.parts
    return replace(found[0].draft, parts=tuple(parts))
