"""What the hub says itself: the one way from what it has to say to a message of its own, to be decided.

Such a message has no native bytes and gets no receipt. Computation only.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from hub.exchange.answers import shown
from hub.exchange.desk import Desk
from hub.exchange.prepare import Prepared, hub_message
from hub.law.run import HUB
from hub.trust.jose import Envelope

_FORM: Final = "application/vnd.liantiao+json"


class Saying(NamedTuple):
    """A message of the hub, or of its administrator by `sender`.

    Schema, time and dispute are added to `document`; a time of its own stands. Without `to` those are told
    whom the machine's table names.
    """

    kind: str
    jti: str
    document: Mapping[str, object]
    to: str | None = None
    dispute: UUID | None = None
    purpose: str = "supervision"
    sender: str = HUB


def own_message(desk: Desk, now: datetime, said: Saying) -> Prepared:
    """The message that says it."""
    about = {"dispute": str(said.dispute)} if said.dispute else {}
    envelope = Envelope(
        iss=desk.settings.issuer,
        iat=int(now.timestamp()),
        jti=said.jti,
        unit=said.sender,
        kind=said.kind,
        purpose=said.purpose,
        cty=_FORM,
        to=said.to,
        dispute=about.get("dispute"),
    )
    document = {"schema": "liantiao/1", "business_time": shown(now), **about, **said.document}
    return hub_message(document, envelope, desk.sealer, now)
