"""What requests use up and must be there anew for each: disputes, candidates, proposals, refused messages."""

import time
import uuid
from base64 import b64encode
from random import Random
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.evidence.cosign import Witness
from tests.access.ground import Ground
from tests.contract.kit import POLL, Key, System, packed
from tests.contract.words import (
    COMMITTEE,
    COMMITTEE_AS,
    OFFICE,
    POLICE_AS,
    STATION,
    TRIBUNAL,
    UNITS,
    application,
    dispute,
    document,
    referral,
)
from tests.http.test_registers import fresh, mediator
from tests.http.test_typical_publication import READY

REASON = "试验 fuzzing"
KEY = Ed25519PrivateKey.generate()
WITNESS = Witness("witness.example/fuzz", KEY.public_key().public_bytes_raw())


class Maker:
    """Makes things for requests of one role on the planted ground."""

    def __init__(self, ground: Ground, role: str) -> None:
        self.ground = ground
        self.role = role
        self.system: System = ground["police" if role in ("reader", "nobody") else role]
        agency = {"justice": "mediation", "court": "adjudication", "admin": "mediation"}
        self.purpose = agency.get(role, "police_handling")
        self._size = 0

    def own(self, thing: str, chance: Random) -> str:
        """The planted thing; what is not planted is anything."""
        if self.role == "stranger" and thing in self.ground.other:
            return self.ground.other[thing]
        return self.ground.mine.get(thing, str(uuid.UUID(int=chance.getrandbits(128))))

    def disputes(self, count: int) -> list[str]:
        police = self.ground["police"]
        return [str(police.accepted("dispute", dispute(), **POLICE_AS)["dispute"]) for _ in range(count)]

    def administer(self, path: str, told: object = None, admin: str = "admin") -> dict[str, Any]:
        """Something that an administrator does beforehand."""
        content = b"" if told is None else packed(told)
        params = {"reason": REASON}
        answer = self.ground[admin].call("POST", f"/v1/admin/{path}", params=params, content=content)
        assert answer.is_success, answer.text
        return dict(answer.json())

    def candidate(self) -> str:
        """A typical case that may be signed."""
        justice = self.ground["justice"]
        sent = justice.accepted("typical_case", document(**READY), **COMMITTEE_AS, to=TRIBUNAL)
        return str(sent["message"])

    def merging(self, _chance: object = None) -> dict[str, Any]:
        survivor, absorbed = self.disputes(2)
        return {"survivor": survivor, "absorbed": [absorbed]}

    def merge(self) -> tuple[str, str]:
        """A proposal to merge two disputes, and the one that would be absorbed."""
        told = self.merging()
        made = self.administer("merges", told, "second")
        return str(made["approval"]), str(told["absorbed"][0])

    def merged(self) -> str:
        """A dispute that was absorbed."""
        approval, absorbed = self.merge()
        self.administer(f"approvals/{approval}/approve")
        return absorbed

    def kept(self) -> str:
        """A dispute under a legal hold."""
        (home,) = self.disputes(1)
        self.administer(f"holds/{home}")
        return home

    def twice_registered(self, _chance: object = None) -> dict[str, Any]:
        """A mediator under two numbers."""
        numbers = [fresh("M"), fresh("M")]
        for number in numbers:
            self.ground["justice"].accepted("mediator", mediator(number), OFFICE, "mediation")
        return {"ids": [{"system": "justice-sys", "mediator": number} for number in numbers]}

    def joined(self) -> str:
        """A mediator whose numbers were joined."""
        return str(self.administer("mediators/merge", self.twice_registered())["person"])

    def unplaced(self) -> str:
        """An application that no rule gives to a court."""
        justice = self.ground["justice"]
        home = justice.accepted("dispute", dispute(origin="application"), **COMMITTEE_AS)["dispute"]
        sent = justice.accepted(
            "confirmation_application", application(), COMMITTEE, "confirmation", dispute=home
        )
        return str(sent["case"]["id"])

    def planted(self, what: str) -> str:
        """One of what a night found; without a night, or when all are used up, anything."""
        stock = self.ground.stock.get(what, [])
        return stock.pop() if stock else str(uuid.uuid4())

    def _latest(self, what: str) -> str:
        listed = self.ground["admin"].get(f"/v1/admin/{what}", params={"limit": 1}).json()[what]
        return str(listed[0]["id"])

    def quarantined(self) -> str:
        """A message that was refused."""
        self.ground["police"].say("dispute", document(remarks=uuid.uuid4().hex), **POLICE_AS)
        return self._latest("quarantine")

    def releasable(self) -> str:
        """A message to a unit that was registered after it had been refused."""
        unit = f"97{uuid.uuid4().int % 10**8:08}"
        sent = self.ground["police"].say("dispute", dispute(), **POLICE_AS, to=unit)
        assert sent.status_code == 422, sent.text
        head, *_ = UNITS.splitlines()
        rows = f"{head}\n{unit},测试单位,justice,town,500199,,2010-01-01,\n".encode()
        params = {"reason": REASON}
        self.ground["admin"].call("POST", "/v1/admin/units", params=params, content=rows)
        return self._latest("quarantine")

    def held(self) -> str:
        """A token that its receiver refused."""
        self.ground["police"].accepted("referral", referral(), **POLICE_AS, to=COMMITTEE)
        self.ground["justice"].call(
            "POST", "/v1/streams", json={"delivery": {"method": POLL}}
        )  # if it has none
        tokens = self.ground["justice"].poll(maxEvents=1)["sets"]
        wrong = {jti: {"err": "invalid_request", "description": "x"} for jti in tokens}
        self.ground["justice"].poll(maxEvents=0, setErrs=wrong)
        return self._latest("held")

    def other_system(self) -> str:
        """A system that nobody speaks as."""
        name = f"fuzz-{uuid.uuid4().hex[:10]}"
        told = {"id": name, "agency": "police", "units": [STATION], "receiving": False}
        return str(self.administer("systems", {**told, "jwks": {"keys": [Key(name).public()]}})["id"])

    def key(self, system: str) -> str:
        """A key that was registered for nothing but this."""
        made = Key(f"k-{uuid.uuid4().hex[:10]}")
        self.administer(f"systems/{system}/keys", made.public())
        return made.kid

    def log_size(self) -> int:
        """How many entries the evidence log has; asked for once."""
        if not self._size:
            self._size = int(self.ground["police"].get("/v1/log/checkpoint").text.split("\n")[1])
        return self._size

    def cosigned(self) -> bytes:
        """The latest checkpoint with a cosignature of the witness."""
        note = self.ground["police"].get("/v1/log/checkpoint").text
        text = note.partition("\n\n")[0] + "\n"
        at = int(time.time())
        signature = at.to_bytes(8) + KEY.sign(f"cosignature/v1\ntime {at}\n{text}".encode())
        line = f"— {WITNESS.name} {b64encode(WITNESS.key_id + signature).decode()}\n"
        return (note + line).encode()

    def leaf(self) -> str:
        """The leaf of the message that the station sent first."""
        police = self.ground["police"]
        receipt = police.get(f"/v1/messages/{self.ground.mine['message']}/receipt").text
        return str(police.hub.read(receipt, "liantiao-receipt+jwt", police.id)["leaf"])
