"""What `mask` in the views table does to a value: enough stays to recognise, too little to identify.

Pure. Masks are chosen by the name of the member. A value that a mask does not understand is dropped, and
masking a masked value changes nothing. This is for units that may see that there is somebody; what may be
published is in `publication`.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

Mask: TypeAlias = Callable[[object], object]


class Drop:
    """The type of `DROP`: nothing is left of this value."""


DROP: Final = Drop()

_COMPOUND: Final = re.compile(
    "(?:欧阳|司马|上官|诸葛|司徒|东方|独孤|南宫|万俟|闻人|夏侯|尉迟|公孙|慕容|令狐|宇文|长孙|皇甫|淳于|单于|太史|"
    "申屠|公冶|轩辕|端木|百里|呼延|东郭|南门|钟离|赫连|澹台|公羊|濮阳)(?=.)"
)
_MAX_STARS: Final = 4
# Short parts only: what somebody wrote in front of an address is not taken for the name of a district.
_DIVISION: Final = re.compile(
    r"(?:[\u4e00-\u9fff]{2,6}?(?:省|自治区|特别行政区))?"
    r"(?:[\u4e00-\u9fff]{2,4}?(?:地区|盟|市)|[\u4e00-\u9fff]{2,10}?自治州)?"
    r"(?:[\u4e00-\u9fff]{2,10}?自治县|[\u4e00-\u9fff]{1,4}?(?:县|旗|市|(?<![小社园校厂片])区))"
)
_YEAR: Final = re.compile(r"([0-9]{4})(?:-.*)?")


def surname(name: str) -> str:
    """The surname of a Chinese name, of two characters where it is one of the compound ones."""
    return name[:2] if _COMPOUND.match(name) else name[:1]


def mask_name(value: object) -> object:
    """Surname kept (`郑**`); of a name with a middle dot or in Latin letters the first letter."""
    if not isinstance(value, str) or not value:
        return DROP
    kept = surname(value)
    return kept + "*" * min(max(len(value) - len(kept), 1), _MAX_STARS)


def mask_number(value: object) -> object:
    """Identity number: division code and the last four (`500000********9010`); of others two at the end."""
    if not isinstance(value, str) or not value:
        return DROP
    if len(value) in (15, 18):
        return value[:6] + "*" * (len(value) - 10) + value[-4:]
    return _ends(value, 0, 2)


def mask_phone(value: object) -> object:
    """Mobile number: first three and last four (`100****0001`); of others two at the end. Lists: each."""
    if isinstance(value, list):
        return [mask_phone(each) for each in value if isinstance(each, str) and each]
    if not isinstance(value, str) or not value:
        return DROP
    return _ends(value, 3, 4) if len(value) == 11 else _ends(value, 0, 2)


def mask_address(value: object) -> object:
    """An address down to its district (`重庆市渝中区***`), of a Place also the codes. Lists: each."""
    if isinstance(value, list):
        return [kept for each in value if (kept := mask_address(each)) is not DROP]
    if isinstance(value, Mapping):
        codes = {name: value[name] for name in ("kind", "division", "division_system") if name in value}
        return {**codes, "text": mask_address(value.get("text") or "-")}
    if not isinstance(value, str) or not value:
        return DROP
    found = _DIVISION.match(value)
    return (found[0] if found else "") + "***"


def mask_date(value: object) -> object:
    """A date with precision down to its year, or a plain date as its year."""
    if isinstance(value, Mapping):
        year = mask_date(value.get("value"))
        return DROP if year is DROP else {"value": year, "precision": "year"}
    found = _YEAR.fullmatch(value) if isinstance(value, str) else None
    return found[1] if found else DROP


MASKS: Final[Mapping[str, Mask]] = {
    "name": mask_name,
    "party_name": mask_name,
    "legal_representative": mask_name,
    "to_person": mask_name,
    "witness": mask_name,
    "receiver": mask_name,
    "by": mask_name,
    "id_number": mask_number,
    "phone": mask_phone,
    "phones": mask_phone,
    "e_address": mask_phone,
    "address": mask_address,
    "addresses": mask_address,
    "postal": mask_address,
    "birth_date": mask_date,
}
"""Member name → mask. `mask` on any other member drops it."""


def _ends(value: str, first: int, last: int) -> str:
    if len(value) <= first + last:
        return "*" * _MAX_STARS
    return value[:first] + "*" * (len(value) - first - last) + value[len(value) - last :]
