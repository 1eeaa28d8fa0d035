"""The straightforward build, FROZEN: what one writes first with FastAPI, PyJWT, jsonschema and SQLAlchemy.

It does the same job for one format (police `07`) and one kind: verify token and detached JWS, read strictly,
translate, validate, look for repeats, decide the first state, keep message, case, delivery, number and the
leaf of the log in one transaction a request, answer with a signed receipt. Prebuilt validator, a pool of 16,
nothing that only costs time; nothing is sealed, no policies, no blind indexes, no deadlines. Change it only
together with the bars it is the measure of.
"""

import hashlib
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import jwt
from fastapi import FastAPI, Header, HTTPException, Request
from jsonschema import Draft202012Validator, FormatChecker
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from uuid_utils.compat import uuid7

from bench.straightforward_map import to_shared
from bench.straightforward_tables import Base, Case, Delivery, LogLeaf, Message, NativeNumber
from schemas import kind_schema

POOL = 16


def create_app(config_path: str) -> FastAPI:
    """The application; `config_path` names a JSON file of database, issuer and keys."""
    config = json.loads(Path(config_path).read_text("utf-8"))
    engine = create_async_engine(config["database"], pool_size=POOL, max_overflow=0)
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    checks = Checks(config)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        yield
        await engine.dispose()

    app = FastAPI(lifespan=lifespan)

    @app.post("/v1/messages", status_code=202)
    async def post_message(
        request: Request, authorization: str = Header(), x_jws_signature: str = Header()
    ) -> dict[str, Any]:
        body = await request.body()
        envelope = checks.envelope(authorization, x_jws_signature, body, request.headers["content-type"])
        document = to_shared(read_strictly(body))
        checks.document(document)
        async with sessions() as session, session.begin():
            return await accept(session, envelope, document, checks, x_jws_signature, body)

    return app


class Checks:
    """Keys and validators, made once."""

    def __init__(self, config: dict[str, Any]) -> None:
        self.issuer: str = config["issuer"]
        self.token_keys = {k["kid"]: jwt.PyJWK(k, "EdDSA") for k in config["jwks"]["keys"]}
        self.system_keys = {name: jwt.PyJWK(k, "EdDSA") for name, k in config["systems"].items()}
        self.receipt_key = jwt.PyJWK(config["receipt_key"], "EdDSA")
        self.validator = Draft202012Validator(kind_schema("referral"), format_checker=FormatChecker())
        self.jws = jwt.PyJWS()

    def envelope(self, authorization: str, signature: str, body: bytes, media_type: str) -> dict[str, Any]:
        """The protected header, once token and signature hold."""
        token = authorization.removeprefix("Bearer ")
        try:
            key = self.token_keys[jwt.get_unverified_header(token)["kid"]]
            claims = jwt.decode(token, key, ["EdDSA"], audience=self.issuer, issuer=self.issuer)
            sender = self.system_keys[claims["client_id"]]
            decoded = self.jws.decode_complete(signature, sender, ["EdDSA"], detached_payload=body)
        except (jwt.PyJWTError, KeyError) as e:
            raise HTTPException(401, "signature-invalid") from e
        envelope: dict[str, Any] = decoded["header"]
        if envelope["iss"] != claims["client_id"] or envelope["aud"] != self.issuer:
            raise HTTPException(403, "unit-not-yours")
        if "messages:send" not in claims["scope"].split():
            raise HTTPException(403, "scope")
        if envelope["cty"] != media_type:
            raise HTTPException(401, "signature-invalid")
        if abs(datetime.now(UTC).timestamp() - envelope["iat"]) > 300:
            raise HTTPException(401, "stale")
        return envelope

    def document(self, document: dict[str, Any]) -> None:
        """The schema of the kind."""
        errors = [list(error.absolute_path) for error in self.validator.iter_errors(document)]
        if errors:
            raise HTTPException(422, {"code": "schema", "errors": errors})


def read_strictly(body: bytes) -> dict[str, Any]:
    """JSON without duplicate names and without NaN."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise HTTPException(400, "malformed")
        return found

    def no_constant(_name: str) -> None:
        raise HTTPException(400, "malformed")

    try:
        value = json.loads(body, object_pairs_hook=unique, parse_constant=no_constant)
    except ValueError as e:
        raise HTTPException(400, "malformed") from e
    if not isinstance(value, dict):
        raise HTTPException(400, "malformed")
    return value


async def accept(
    session: AsyncSession,
    envelope: dict[str, Any],
    document: dict[str, Any],
    checks: Checks,
    signature: str,
    body: bytes,
) -> dict[str, Any]:
    """Decide, keep everything, answer."""
    digest = hashlib.sha256(signature.partition(".")[0].encode() + b"." + body).digest()
    iss, jti = envelope["iss"], envelope["jti"]
    again = await session.scalar(select(Message).where(Message.iss == iss, Message.jti == jti))
    if again is not None:
        if again.digest != digest:
            raise HTTPException(409, "jti-reused")
        found: dict[str, Any] = again.answer
        return found
    number = document["identifiers"][0]["normal_form"]
    known = await session.get(NativeNumber, (iss, envelope["kind"], number))
    if known is not None:
        raise HTTPException(409, "illegal-step")
    now = datetime.now(UTC)
    case = Case(id=uuid7(), dispute=uuid7(), machine="referral", state="sent", opened_at=now)
    message_id = uuid7()
    leaf = log_leaf(digest, now)
    receipt = sign_receipt(checks, envelope, message_id, digest, leaf)
    answer = {
        "message": str(message_id),
        "dispute": str(case.dispute),
        "case": {"id": str(case.id), "machine": case.machine, "state": case.state},
        "deliveries": [{"unit": envelope["to"], "state": "queued"}],
        "findings": [],
        "receipt": receipt,
    }
    message = Message(
        id=message_id,
        received_at=now,
        iss=iss,
        jti=jti,
        unit=envelope["unit"],
        kind=envelope["kind"],
        purpose=envelope["purpose"],
        dispute=case.dispute,
        case_id=case.id,
        digest=digest,
        native=signature.encode() + b"\n" + body,
        document=document,
        answer=answer,
    )
    delivery = Delivery(id=uuid7(), message=message_id, unit=envelope["to"], seq=1, state="queued")
    kept = NativeNumber(system=iss, kind=envelope["kind"], number=number, message=message_id)
    session.add_all([case, message, delivery, kept, leaf])
    return answer


def log_leaf(digest: bytes, now: datetime) -> LogLeaf:
    """An entry of the log and its leaf hash (RFC 9162)."""
    salt = secrets.token_bytes(32)
    told = {
        "at": now.isoformat(timespec="seconds"),
        "digest": hashlib.sha256(salt + digest).hexdigest(),
        "ref": secrets.token_hex(16),
        "type": "message",
        "v": 1,
    }
    entry = json.dumps(told, sort_keys=True, separators=(",", ":"))
    return LogLeaf(leaf=hashlib.sha256(b"\0" + entry.encode()).digest(), entry=entry, salt=salt)


def sign_receipt(
    checks: Checks, envelope: dict[str, Any], message: UUID, digest: bytes, leaf: LogLeaf
) -> str:
    """The receipt of contract 2."""
    claims = {
        "iss": checks.issuer,
        "aud": envelope["iss"],
        "iat": int(datetime.now(UTC).timestamp()),
        "jti": f"receipt-{message}",
        "msg": str(message),
        "msg_jti": envelope["jti"],
        "digest": digest.hex(),
        "leaf": leaf.leaf.hex(),
        "salt": leaf.salt.hex(),
    }
    return jwt.encode(claims, checks.receipt_key, "EdDSA", headers={"typ": "liantiao-receipt+jwt"})
