"""The draft application for confirmation 司法确认申请书 of a mediation that ended in an agreement.

What the pre-check makes of the result as its sender sent it, with parties and cause of the dispute.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson

from hub.errors import Refused
from hub.exchange.hub import Hub
from hub.exchange.prechecking import Asked, precheck
from hub.exchange.reading import Asking
from hub.forms.model import Form
from hub.law.precheck.matter import RESULT
from hub.law.reading import objects
from hub.translate.records import SHARED_TYPE


async def drafted(hub: Hub, caller: Asking, case: Mapping[str, Any], home: Mapping[str, Any]) -> Form:
    """The draft, for the unit that reported the agreement. Raises Refused `unknown` where there is none."""
    own = [
        message
        for message in home["messages"]
        if message["kind"] == RESULT
        and message["case"] == case["id"]
        and message["from"] in caller.units
        and objects(message["document"], "agreements")
    ]
    unit = hub.desk.units.get(own[-1]["from"]) if own else None
    if unit is None:
        raise Refused("unknown")
    body = orjson.dumps(own[-1]["document"])
    asked = Asked(SHARED_TYPE, body, unit.code, RESULT, dispute=UUID(str(case["dispute"])))
    found = await precheck(hub, caller, unit.agency, asked)
    return found[-1].draft
