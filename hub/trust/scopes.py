"""The scopes of contract 1: which there are, which a system has by default, which a token gets. Pure."""

from collections.abc import Collection
from typing import Final

from hub.errors import Fault, Refused

DEFAULT_SCOPES: Final = (
    "messages:send",
    "messages:read",
    "events:poll",
    "streams:manage",
    "blobs:write",
    "blobs:read",
    "shares:read",
    "log:read",
)
"""What a system is registered with when its administrator names none."""

SCOPES: Final = (*DEFAULT_SCOPES, "admin")


def granted(asked: str | None, held: Collection[str]) -> tuple[str, ...]:
    """Scopes of a new token, in the order of the contract: what was asked for, or all that is held.

    `asked` is the `scope` parameter (RFC 6749 3.3: words with single spaces between). Raises Refused
    `scope` (OAuth: `invalid_scope`) for a word that is not held, known or not; the word is not named.
    """
    offered = set(SCOPES).intersection(held)
    wanted = offered if asked is None else set(asked.split(" "))
    if not wanted or not wanted <= offered:
        raise Refused("scope", Fault("scope-not-held"))
    return tuple(scope for scope in SCOPES if scope in wanted)
