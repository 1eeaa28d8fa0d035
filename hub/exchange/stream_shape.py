"""How a stream is shown to its receiver, and what the hub says of itself as a transmitter. Pure."""

from collections.abc import Mapping
from typing import Final

from hub.errors import Fault, Refused
from hub.exchange import tokens_out
from hub.exchange.receivers import POLL, PUSH

POLL_PATH: Final = "/v1/streams/poll"
MIN_VERIFICATION_INTERVAL: Final = 1


def shown(issuer: str, system: str, row: Mapping[str, object], description: str | None) -> dict[str, object]:
    """A stream's configuration (OpenID SSF 1.0, 8.1.1).

    `events_delivered` is what of the request is carried. Messages addressed to a unit come whether its
    stream asks for their kind or not: they are owed, and the numbers of a dispute have no gaps. The header
    by which the hub authenticates itself to the receiver is a secret and not shown.
    """
    supported = tokens_out.supported()
    events = row["events"]
    requested = list(events) if isinstance(events, list) else tokens_out.unasked()
    polled = row["method"] == POLL
    out: dict[str, object] = {
        "stream_id": str(row["id"]),
        "iss": issuer,
        "aud": system,
        "delivery": {
            "method": row["method"],
            "endpoint_url": issuer + POLL_PATH if polled else row["endpoint"],
        },
        "events_supported": supported,
        "events_requested": requested,
        "events_delivered": [event for event in supported if event in set(requested)],
        "min_verification_interval": MIN_VERIFICATION_INTERVAL,
    }
    if description is not None:
        out["description"] = description
    if row["pinned"] is not None:
        out["liantiao_schema"] = row["pinned"]
    return out


def check_supplied(current: Mapping[str, object], sent: Mapping[str, object]) -> None:
    """Members the hub supplies, sent back: they must be what they are. Raises Refused `malformed`."""
    for name, value in sent.items():
        if value != current.get(name):
            raise Refused("malformed", Fault("supplied", pointer=f"/{name}"))


def configuration(issuer: str) -> dict[str, object]:
    """`/.well-known/ssf-configuration` (OpenID SSF 1.0, 7.1)."""
    streams = f"{issuer}/v1/streams"
    return {
        "spec_version": "1_0",
        "issuer": issuer,
        "jwks_uri": f"{issuer}/.well-known/jwks.json",
        "delivery_methods_supported": [PUSH, POLL],
        "configuration_endpoint": streams,
        "status_endpoint": f"{streams}/status",
        "verification_endpoint": f"{streams}/verify",
        "authorization_schemes": [{"spec_urn": "urn:ietf:rfc:6749"}],
        "default_subjects": "ALL",
    }
