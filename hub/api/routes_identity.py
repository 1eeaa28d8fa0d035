"""Tokens and what the hub says of itself: RFC 6749/7523 token endpoint, RFC 8414, RFC 9728, JWKS, SSF.

OAuth errors have their own form (RFC 6749, 5.2); everything else answers problem documents.
"""

from datetime import timedelta
from typing import Final
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from hub.api.auth import hub_of
from hub.api.binding import at_token_endpoint, lacking
from hub.errors import Fault, Refused
from hub.exchange.hub import Hub
from hub.exchange.stream_shape import configuration
from hub.store.hub_keys import still_needed
from hub.store.registry import SystemRow
from hub.store.replays import first_assertion, first_proof
from hub.trust.dpop import ALGORITHMS
from hub.trust.scopes import SCOPES, granted
from hub.trust.tokens import (
    ClientAssertion,
    Confirmation,
    UnverifiedAssertion,
    parse_assertion,
    verify_assertion,
)

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
NO_STORE: Final = {"Cache-Control": "no-store"}
_FORM_LIMIT: Final = 16 * 1024
_OVERLAP: Final = timedelta(days=1)

router = APIRouter(tags=["identity"])


class OAuthError(Exception):
    """An error of the token endpoint, by its registered name."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(error)
        self.answer = JSONResponse(
            {"error": error, "error_description": description}, status, headers=NO_STORE
        )


@router.post("/oauth/token")
async def token(request: Request) -> Response:
    """An access token for a client that proves its key (client_credentials, private_key_jwt)."""
    try:
        return await _token(request)
    except OAuthError as error:
        return error.answer


async def _token(request: Request) -> Response:
    form = await _form(request)
    if "grant_type" not in form:
        raise OAuthError("invalid_request", "grant_type is missing")
    if form["grant_type"] != "client_credentials":
        raise OAuthError("unsupported_grant_type", "client_credentials only")
    if form.get("client_assertion_type") != ASSERTION_TYPE or "client_assertion" not in form:
        raise OAuthError("invalid_client", "private_key_jwt only", 401)
    hub = hub_of(request)
    try:
        proved, system = await _proved(hub, form["client_assertion"])
    except Refused as e:
        rule = e.faults[0].rule if e.faults else e.code
        raise OAuthError("invalid_client", f"client assertion: {rule}", 401) from e
    if form.get("client_id", proved.client_id) != proved.client_id:
        raise OAuthError("invalid_client", "client assertion: sub", 401)
    hub.limits.take(proved.client_id)
    bound = await _bound(hub, request, proved, system)
    try:
        scopes = granted(form.get("scope"), system.scopes)
    except Refused as e:
        raise OAuthError("invalid_scope", "more than the system was registered with") from e
    answer = {
        "access_token": hub.tokens.issue(proved.client_id, proved.kid, scopes, hub.clock(), bound),
        "token_type": "Bearer" if bound.jkt is None else "DPoP",
        "expires_in": hub.settings.token_life,
        "scope": " ".join(scopes),
    }
    return JSONResponse(answer, headers=NO_STORE)


async def _bound(hub: Hub, request: Request, proved: ClientAssertion, system: SystemRow) -> Confirmation:
    """What the token is bound to; assertion and proof are used up. Raises OAuthError."""
    try:
        bound, proof = at_token_endpoint(hub, request.scope)
    except Refused as e:
        rule = e.faults[0].rule
        error = "invalid_dpop_proof" if rule.startswith("dpop-") else "invalid_request"
        raise OAuthError(error, rule) from e
    if (lacks := lacking(system, bound)) is not None:
        raise OAuthError("invalid_request", lacks)
    async with hub.database.writing() as conn:
        if not await first_assertion(conn, proved):
            raise OAuthError("invalid_client", "client assertion: used before", 401)
        if proof is not None and not await first_proof(conn, proof):
            raise OAuthError("invalid_dpop_proof", "used before")
    return bound


async def _proved(hub: Hub, assertion: str) -> tuple[ClientAssertion, SystemRow]:
    """The client of an assertion; one that was registered a moment ago is known. Raises Refused."""
    parsed = parse_assertion(assertion)
    seen = hub.registry.version
    try:
        return _checked(hub, parsed)
    except Refused:
        if not await hub.catch_up(seen):
            raise
    return _checked(hub, parsed)


def _checked(hub: Hub, parsed: UnverifiedAssertion) -> tuple[ClientAssertion, SystemRow]:
    system = hub.registry.systems.get(parsed.client_id)
    if system is None or system.disabled:
        raise Refused("token-invalid", Fault("key"))  # as for a key nobody registered
    key = system.keys.get(parsed.kid)
    return verify_assertion(parsed, key, hub.settings.issuer, hub.clock()), system


async def _form(request: Request) -> dict[str, str]:
    media = request.headers.get("content-type", "").split(";", 1)[0].strip().lower()
    if media != "application/x-www-form-urlencoded":
        raise OAuthError("invalid_request", "application/x-www-form-urlencoded")
    raw = b""
    async for part in request.stream():
        raw += part
        if len(raw) > _FORM_LIMIT:
            raise OAuthError("invalid_request", "too large", 413)
    try:
        fields = parse_qs(raw.decode("ascii"), strict_parsing=True, max_num_fields=16)
    except ValueError as e:
        raise OAuthError("invalid_request", "not a form") from e
    if any(len(values) > 1 for values in fields.values()):
        raise OAuthError("invalid_request", "a parameter is there twice")
    return {name: values[0] for name, values in fields.items()}


@router.get("/.well-known/oauth-authorization-server")
async def authorization_server(request: Request) -> JSONResponse:
    """RFC 8414."""
    settings = hub_of(request).settings
    issuer = settings.issuer
    return JSONResponse(
        {
            "issuer": issuer,
            "token_endpoint": f"{issuer}/oauth/token",
            "jwks_uri": f"{issuer}/.well-known/jwks.json",
            "grant_types_supported": ["client_credentials"],
            "response_types_supported": [],
            "scopes_supported": list(SCOPES),
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
            "dpop_signing_alg_values_supported": list(ALGORITHMS),
            "tls_client_certificate_bound_access_tokens": settings.client_cert_header is not None,
            "service_documentation": f"{issuer}/docs",
        }
    )


@router.get("/.well-known/oauth-protected-resource")
async def protected_resource(request: Request) -> JSONResponse:
    """RFC 9728."""
    settings = hub_of(request).settings
    issuer = settings.issuer
    return JSONResponse(
        {
            "resource": issuer,
            "authorization_servers": [issuer],
            "jwks_uri": f"{issuer}/.well-known/jwks.json",
            "scopes_supported": list(SCOPES),
            "bearer_methods_supported": ["header"],
            "dpop_signing_alg_values_supported": list(ALGORITHMS),
            "dpop_bound_access_tokens_required": False,
            "tls_client_certificate_bound_access_tokens": settings.client_cert_header is not None,
            "resource_name": "联调 Liantiao",
            "resource_documentation": f"{issuer}/docs",
        }
    )


@router.get("/.well-known/jwks.json")
async def jwks(request: Request) -> JSONResponse:
    """The hub's public keys; a retired one stays while anything signed with it is unacknowledged.

    It stays for a day in any case: nobody acknowledges a receipt.
    """
    hub = hub_of(request)
    since = hub.clock() - _OVERLAP
    needed = {k.kid for k in hub.keyring.retiring if k.changed_at > since}
    if len(needed) < len(hub.keyring.retiring):
        async with hub.database.connection() as conn:
            needed |= {k.kid for k in hub.keyring.retiring if await still_needed(conn, k)}
    published = hub.keyring.jwks(lambda key: key.kid in needed)
    return JSONResponse(published, headers={"Cache-Control": "max-age=60"})


@router.get("/.well-known/ssf-configuration")
async def ssf_configuration(request: Request) -> JSONResponse:
    """OpenID SSF 1.0 transmitter metadata."""
    return JSONResponse(configuration(hub_of(request).settings.issuer))


@router.get("/.well-known/liantiao-log")
async def log_key(request: Request) -> JSONResponse:
    """The evidence log's origin and verifier key (C2SP signed note)."""
    hub = hub_of(request)
    return JSONResponse({"origin": hub.settings.log_origin, "vkey": hub.log_signer.verifier.vkey()})
