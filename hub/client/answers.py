"""How the hub's answers are read: objects, refusals, when to come again. Pure, over httpx responses."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import httpx

from hub.client.errors import Problem, Unreachable
from hub.errors import Refused
from hub.strictjson import Json, load_object

MAX_ANSWER: Final = 64 * 1024 * 1024


def read_object(response: httpx.Response) -> dict[str, Json]:
    """The JSON object in an answer. Raises Unreachable if it is none."""
    try:
        return load_object(response.content, max_bytes=MAX_ANSWER)
    except Refused as e:
        raise Unreachable("回答不是 JSON 对象 · the answer is not a JSON object") from e


def problem(response: httpx.Response) -> Problem:
    """The refusal in an answer, whatever its body is."""
    try:
        document = load_object(response.content, max_bytes=MAX_ANSWER)
    except Refused:
        document = {"title": response.reason_phrase}
    return Problem(response.status_code, document, retry_after(response, datetime.now(UTC)))


def retry_after(response: httpx.Response, now: datetime) -> float | None:
    """Seconds of the `Retry-After` header (RFC 9110 §10.2.3), if it can be read."""
    value = response.headers.get("Retry-After", "")
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - now).total_seconds())
    except (ValueError, TypeError):
        return None


def accepted(response: httpx.Response) -> httpx.Response:
    """The answer, unless it is a refusal. Raises Problem."""
    if response.status_code >= 400:
        raise problem(response)
    return response


def is_token_trouble(response: httpx.Response) -> bool:
    """Whether the hub did not like the access token; the answer to a HEAD has no body to say so."""
    return problem(response).code == "token-invalid" or response.request.method == "HEAD"
