"""The fictitious people of the sandbox: those of the stories by key, and more of the same make by chance.

Identity numbers begin with 500000 (a municipality, no county) and phones with 100, so that none can be a
real one; everybody has 测 in the name. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final, Self

_SURNAMES: Final = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章"
_GIVEN: Final = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK: Final = "10X98765432"
_ADDRESS: Final = "重庆市示例区测试镇一号村{}组"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as a counter clerk would write them down. `sex` is 1 male, 2 female, 0 for a company."""

    name: str
    sex: str = "1"
    birth: str = ""
    number: str = ""
    phone: str = ""
    address: str = ""
    company: bool = False
    e_service: bool = True

    @classmethod
    def read(cls, told: Mapping[str, object]) -> Self:
        """From the members of `told`, as `dataclasses.asdict` gave them."""
        return cls(**told)  # type: ignore[arg-type]  # the members it was made from

    def party(self, no: int, role: str) -> dict[str, object]:
        """The person as party `p<no>` of a document of the shared form."""
        told: dict[str, object] = {
            "ref": f"p{no}",
            "kind": "legal_person" if self.company else "person",
            "role": role,
            "name": self.name,
        }
        if self.company:
            return told | {"credit_code": self.number}
        told |= {"sex": self.sex, "id_type": "resident_id" if self.number else "none"}
        if self.birth:
            told["birth_date"] = {"value": self.birth, "precision": "day"}
        if self.number:
            told |= {"id_number": self.number, "id_status": "fifteen" if len(self.number) == 15 else "valid"}
        else:
            told["id_status"] = "missing"
        if self.phone:
            told["phones"] = [self.phone]
        if self.address:
            told["addresses"] = [{"kind": "residence", "text": self.address}]
        return told | {"service_address": self._service()}

    def _service(self) -> dict[str, object]:
        if not self.e_service or not self.phone:
            return {"e_service": False, "postal": {"text": self.address or "见送达地址确认书"}}
        return {"e_service": True, "e_kind": "sms", "e_address": self.phone}


ZHENG: Final = Person("郑测一", "1", "1968-03-05", "500000196803059010", "10000000001", _ADDRESS.format(1))
FENG: Final = Person("冯测二", "2", "1975-11-20", "500000197511209026", "10000000002", _ADDRESS.format(2))
YU: Final = Person("余测三", "1", "1949-07-12", "500000490712905", "", _ADDRESS.format(2), e_service=False)
PENG: Final = Person(
    "彭测四", "1", "1990-01-01", "500000199001019037", "10000000004", "重庆市示例区测试街道二号路8号"
)
YUAN: Final = Person("袁测五", "2", "1988-08-18", "", "100****0005", "外省(自述)", e_service=False)
FIRM: Final = Person("重庆测试八建筑劳务有限公司", "0", "", "91500000MA5TE0T03K", company=True)
MEDIATOR: Final = "沈调一"
SECOND_MEDIATOR: Final = "沈调二"
MEDIATORS: Final[Mapping[str, str]] = {
    "T0001": MEDIATOR, "T0002": SECOND_MEDIATOR, "T0003": "沈调三", "T0004": "沈调四", "T0005": "沈调五",
}  # fmt: skip
"""The committee's mediators by their number in the register of the justice system."""
NUMBER, SECOND_NUMBER = "T0001", "T0002"
JUDGE: Final = "贺审一"


def check_digit(first: str) -> str:
    """The last character of an 18-digit identity number (GB 11643), from its first 17 digits."""
    return _CHECK[sum(int(d) * w for d, w in zip(first, _WEIGHTS, strict=True)) % 11]


def somebody(chance: Random) -> Person:
    """A person drawn by chance; one in eight gives no identity number, one in ten shows a masked phone."""
    born = date(1950, 1, 1) + timedelta(days=chance.randrange(20_000))
    sex = chance.choice("12")
    serial = chance.randrange(450) * 2 + (1 if sex == "1" else 2)
    first = f"500000{born:%Y%m%d}{serial:03d}"
    phone = f"100{chance.randrange(10**8):08d}"
    name = chance.choice(_SURNAMES) + "测" + chance.choice(_GIVEN) + chance.choice(["", *_GIVEN])
    return Person(
        name=name,
        sex=sex,
        birth=born.isoformat(),
        number="" if chance.random() < 1 / 8 else first + check_digit(first),
        phone=f"{phone[:3]}****{phone[-4:]}" if chance.random() < 1 / 10 else phone,
        address=_ADDRESS.format(chance.randrange(1, 13)),
        e_service=chance.random() < 0.8,
    )
