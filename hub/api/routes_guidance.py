"""`/v1/guidance-texts`: what to tell parties and mediators, each text with its versions and articles.

An agency's system shows or prints them; what was told goes with the message `guidance`, whose `content` names
the same points. Nothing in them is about persons or cases.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.responses import JSONResponse

from hub.api.auth import Caller, requires
from hub.errors import Refused
from hub.reference.guidance import Text, Version, texts

router = APIRouter(tags=["look-up"])
MayRead = Annotated[Caller, Depends(requires("messages:read"))]


@router.get("/v1/guidance-texts")
async def list_guidance(_: MayRead) -> JSONResponse:
    """The texts in their versions in force: for whom, which points of `guidance_point` they tell of."""
    return JSONResponse({"texts": [_head(text, text.current) for text in texts().values()]})


@router.get("/v1/guidance-texts/{text}")
async def get_guidance(
    text: str, _: MayRead, version: Annotated[str | None, Query(max_length=20)] = None
) -> JSONResponse:
    """A text, in the version in force or an earlier one: paragraphs in Chinese and English with articles."""
    known = texts().get(text)
    found = [v for v in known.versions if version in (None, v.version)] if known else []
    if known is None or not found:
        raise Refused("unknown")
    told = {**_head(known, found[-1]), "paragraphs": list(found[-1].paragraphs)}
    told["versions"] = [{"version": v.version, "since": v.since} for v in known.versions]
    return JSONResponse(told)


def _head(text: Text, version: Version) -> dict[str, Any]:
    return {
        "text": text.id,
        "zh": text.zh,
        "en": text.en,
        "audience": list(text.audience),
        "points": list(version.points),
        "version": version.version,
        "since": version.since,
        "words": version.words,
        "digest": f"sha-256:{version.digest}",
        "href": f"/v1/guidance-texts/{text.id}?version={version.version}",
    }
