"""Asking for the pre-check of an agreement (就地预检): effect-free, with a token alone."""

from collections.abc import Mapping
from typing import Final

from hub.client.session import Call, Session
from hub.strictjson import Json

_PATH: Final = "/v1/precheck"
_ARCHIVE: Final = "application/zip"


class Prechecks(Session):
    """The part of the client that looks before it applies; `told` has `unit`, and `kind court dispute on`."""

    async def precheck(self, body: bytes, content_type: str, told: Mapping[str, str]) -> dict[str, Json]:
        """Findings, courts, papers."""
        headers = {"Content-Type": content_type, "Accept": "application/json"}
        return await self.json(Call("POST", _PATH, dict(told), headers, body))

    async def application_pack(self, body: bytes, content_type: str, told: Mapping[str, str]) -> bytes:
        """The same with the draft of the application as DOCX and PDF: a zip."""
        headers = {"Content-Type": content_type, "Accept": _ARCHIVE}
        return (await self.call(Call("POST", _PATH, dict(told), headers, body))).content
