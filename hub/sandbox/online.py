"""Mediation by video: the session is arranged, identities are checked, the record is signed and sent."""

from datetime import datetime, timedelta
from typing import Final

from hub.client.envelope import FileRef
from hub.sandbox.cases import consents
from hub.sandbox.clerk import Told, result
from hub.sandbox.clock import SHANGHAI
from hub.sandbox.desk import Draft, shared
from hub.sandbox.mediation import COMMITTEE, NAMES, Mediating, Parties
from hub.sandbox.papers import Paper
from hub.sandbox.people import MEDIATOR

_PDF: Final = "application/pdf"
_LINK: Final = "https://video.example.test/room/7001"


class Online(Mediating):
    """A committee's clerk who mediates by video."""

    async def schedule(self, dispute: str, unit: str = COMMITTEE, days: int = 1) -> Told:
        """Arrange a session for a day to come, with everybody's yes to mediating online."""
        message, parties = await self._referral(dispute)
        starts = (self._desk.clock() + timedelta(days=days)).astimezone(SHANGHAI)
        document = self._desk.document(
            action="scheduled",
            purpose="mediation",
            mode="video",
            starts_at=_at(starts),
            ends_at=_at(starts + timedelta(hours=1)),
            link=_LINK,
            places=[{"unit": unit, "room": "远程调解室", "equipment": "双屏、扫描仪"}],
            participants=[{"ref": p["ref"], "role": "party"} for p in parties],
            consents=consents(parties, "online", self._desk.now()),
        )
        return result(await self._desk.say(unit, "video_session", document, re=message))

    async def hold(self, dispute: str, unit: str = COMMITTEE) -> Told:
        """The session was held: who was there and how checked, what was told, the record all signed."""
        message, parties = await self._referral(dispute)
        now = self._desk.clock().astimezone(SHANGHAI)
        digest, paper = await self._record(dispute, unit, parties)
        present = [
            {"ref": p["ref"], "role": "party", "joined_at": _at(now), "left_at": _at(now), "how": "face",
             "identity_checked": True}
            for p in parties
        ]  # fmt: skip
        told = {"catalogue": paper.catalogue, "name": paper.name, "digest": digest, "media_type": _PDF}
        document = self._desk.document(
            action="held",
            purpose="mediation",
            mode="video",
            starts_at=_at(now - timedelta(hours=1)),
            ends_at=_at(now),
            participants=present,
            notice_given=True,
            consents=[
                *consents(parties, "online", _at(now)),
                *consents(parties, "recording", _at(now)),
            ],
            record=[{**told, "signed": "e_signature"}],
            record_state="confirmed_online",
        )
        files = [FileRef("record", digest, paper.name, _PDF)]
        sent = await self._desk.send(Draft(unit, "video_session", shared(document), re=message, files=files))
        return {**result(sent), "digest": digest}

    async def _record(self, dispute: str, unit: str, parties: Parties) -> tuple[str, Paper]:
        names = [str(p["name"]) for p in parties]
        body = (
            f"主持:{MEDIATOR}。参加:{'、'.join(names)},均经人脸核验身份。",
            "已告知权利义务、调解协议效力与虚假调解的后果,各方同意在线调解并同意录音录像。",
            f"本笔录经{'、'.join(names)}在线核对无误并电子签名。",
        )
        paper = Paper("record", "远程调解笔录.pdf", NAMES[unit], body, self._desk.now()[:10])
        return await self._desk.upload(f"{dispute}-record.pdf", paper.pdf()), paper


def _at(instant: datetime) -> str:
    return instant.isoformat(timespec="seconds")
