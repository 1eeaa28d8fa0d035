"""Code lists of T_AJ resources and of the exchange's receipts: of most, one or two codes are known."""

from typing import Final

from hub.port import CodeList, Unlisted

_RESOURCE: Final = "court resource XML"
_EXCHANGE: Final = "协同 jgzt"

RESOURCE_PARTY_KIND: Final = CodeList(
    "N_LX", _RESOURCE, "party_kind", (("1", "person", "自然人"), ("2", "legal_person", "法人"))
)

RESOURCE_ID_TYPE: Final = CodeList(
    "N_SFZJLX", _RESOURCE, "id_type", (("100", "resident_id", "居民身份证"),), Unlisted.KEEP
)

EXCHANGE_STATE: Final = CodeList(
    "jgzt",
    _EXCHANGE,
    "ack_result",
    (("200", "ok", "成功"), ("502", "failed", "错误")),
    Unlisted.KEEP,
    "unknown",
)
