"""What tokens are bound to: found out at the token endpoint, held against each request afterwards.

A key shows itself by a proof (RFC 9449), a certificate by the header in which a trusted proxy hands it over
(RFC 8705). A bearer token of a system that may have one never comes here.
"""

from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from typing import Final, NamedTuple

from starlette.types import Scope

from hub.errors import Fault, Refused
from hub.exchange.hub import Hub
from hub.settings import Settings
from hub.store.registry import SystemRow
from hub.trust.certificates import certificate_thumbprint
from hub.trust.dpop import Proof, Target, verify_proof
from hub.trust.tokens import BEARER, Access, Confirmation

DPOP: Final = b"dpop"


class Presented(NamedTuple):
    """The Authorization header: its scheme in lower case, and the token."""

    scheme: str
    token: str


def at_token_endpoint(hub: Hub, scope: Scope) -> tuple[Confirmation, Proof | None]:
    """What the token is to be bound to; a proof must still be new. Raises Refused `token-invalid`."""
    proof = None
    if any(_values(scope, DPOP)):
        proof = verify_proof(_proof(scope), _target(hub, scope, None), hub.clock())
    return Confirmation(proof.jkt if proof else None, _certificate(hub.settings, scope)), proof


def lacking(system: SystemRow, bound: Confirmation) -> str | None:
    """The rule by which a system may not have a token that is bound to no more than this."""
    if system.bound == "dpop" and bound.jkt is None:
        return "bound-dpop"
    if system.bound == "mtls" and bound.x5t is None:
        return "bound-mtls"
    return None


def at_resource(
    hub: Hub, system: SystemRow, access: Access, presented: Presented, scope: Scope
) -> Proof | None:
    """Hold a request against what its token is bound to; a proof must still be new.

    Raises Refused `token-invalid`.
    """
    bound, proof = access.bound or BEARER, None
    if (rule := lacking(system, bound)) is not None:
        raise _refused(rule)
    if presented.scheme == "dpop":
        proof = verify_proof(_proof(scope), _target(hub, scope, presented.token), hub.clock())
        if bound.jkt is None:
            raise _refused("dpop-unbound")
        if bound.jkt != proof.jkt:
            raise _refused("dpop-jkt")
    elif bound.jkt is not None:
        raise _refused("token-bound")
    elif any(_values(scope, DPOP)):
        raise _refused("dpop-scheme")  # a proof that nobody checks must not look as if it counted
    if bound.x5t is not None and bound.x5t != _certificate(hub.settings, scope):
        raise _refused("certificate-other")
    return proof


def _target(hub: Hub, scope: Scope, token: str | None) -> Target:
    # The hub's own name, not the Host header's: behind a proxy only the issuer is what the client sees.
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    return Target(scope["method"], hub.settings.issuer + path.decode("latin-1"), token)


def _proof(scope: Scope) -> str:
    found = list(_values(scope, DPOP))
    if len(found) != 1:
        raise _refused("dpop-missing" if not found else "dpop-twice")
    return found[0]


def _certificate(settings: Settings, scope: Scope) -> str | None:
    """The certificate's thumbprint, if a proxy that may say so says one; None otherwise."""
    name, peer = settings.client_cert_header, scope.get("client")
    if name is None or peer is None or not trusted(settings, peer[0]):
        return None
    found = list(_values(scope, name.lower().encode()))
    if len(found) > 1:
        raise _refused("certificate-form")
    return certificate_thumbprint(found[0]) if found and found[0] else None


def trusted(settings: Settings, peer: str) -> bool:
    """Whether what this address says of a client's certificate is believed."""
    try:
        address = ip_address(peer)
    except ValueError:
        return False
    return any(address in ip_network(network) for network in settings.trusted_proxies)


def _values(scope: Scope, name: bytes) -> Iterator[str]:
    return (value.decode("latin-1") for held, value in scope["headers"] if held == name)


def _refused(rule: str) -> Refused:
    return Refused("token-invalid", Fault(rule))
