"""The judicial office and its mediators: entered into the register, trained, honoured."""

from collections.abc import Sequence
from typing import Final

from hub.sandbox.clerk import AnyClerk, Told, result

OFFICE: Final = "5001990100"
_PURPOSE: Final = "supervision"


class Staff(AnyClerk):
    """A clerk of the office as far as the mediators themselves go."""

    async def enrol(self, number: str, name: str, committee: str, *, named: bool) -> Told:
        """Enter a mediator of a committee; `named`: whether the person agreed to be named in public."""
        document = self._desk.document(
            action="join",
            mediator=number,
            name=name,
            organisations=[{"unit": committee, "role": "member"}],
            full_time=True,
            photo_consent=named,
        )
        return result(await self._desk.say(OFFICE, "mediator", document))

    async def train(self, numbers: Sequence[str], kind: str, title: str, hours: int) -> Told:
        """Record what mediators took part in: a course, a court observation, an exchange."""
        now = self._desk.now()
        document = self._desk.document(kind=kind, title=title, organiser=OFFICE, to=now, hours=hours)
        told = {**document, "from": now, "mediators": list(numbers)}
        return result(await self._desk.say(OFFICE, "training_record", told))

    async def honour(self, number: str, kind: str, reason: str) -> Told:
        """Honour a mediator."""
        document = self._desk.document(
            subject={"kind": "mediator", "id": number}, honour={"kind": kind, "reason": reason}
        )
        return result(await self._desk.say(OFFICE, "assessment_result", document, purpose=_PURPOSE))
