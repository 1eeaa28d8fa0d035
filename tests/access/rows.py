"""What a row of the matrix says of an endpoint.

`Named` takes the id of something that belongs to somebody; `Listed` lists what is the caller's;
`Shared` shows everybody with its scope the same. `sees`: the roles for whom the planted thing is theirs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.access.ground import NOTHING, Ground

Asked = dict[str, Any]
READ, SEND, STREAMS, POLLS = "messages:read", "messages:send", "streams:manage", "events:poll"
EVERYBODY = frozenset({"police", "superior", "justice", "court", "stranger", "reader"})


@dataclass(frozen=True)
class Named:
    """An endpoint that takes an id.

    `ask`: what else goes with a request for an id. `nonsense`: something that is no id at all, answered the
    same; None: not tried. `control`: whether those who see are asked too; not where it would change what
    the next rows ask about.
    """

    thing: str
    scope: str | None
    sees: frozenset[str] = frozenset()
    ask: Callable[[Ground, str, str], Asked] = lambda _ground, _role, _id: {}
    unknown: str = NOTHING
    nonsense: str | None = "x"
    control: bool = True


@dataclass(frozen=True)
class Listed:
    """An endpoint that shows the caller what is its own. `shows`: what the station finds in it."""

    scope: str
    params: Mapping[str, str] = field(default_factory=dict)
    shows: str | None = None


@dataclass(frozen=True)
class Shared:
    """An endpoint that shows everybody who holds the scope the same, whatever is asked for."""

    scope: str | None


def speaker(role: str) -> str:
    """Whose system and units a role uses."""
    return "police" if role in ("reader", "nobody") else role
