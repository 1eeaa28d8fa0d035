"""Code lists of the 12348 registry of Guizhou. Its dictionaries are GUIDs that nobody published."""

from typing import Final

from hub.port import CodeList, Unlisted

GUID_SEX: Final = CodeList("gender", "贵州 12348 (GUID dictionary, unpublished)", "sex", (), Unlisted.KEEP)
GUID_EDUCATION: Final = CodeList(
    "education", "贵州 12348 (GUID dictionary, unpublished)", "education", (), Unlisted.KEEP
)

IS_DELETED: Final = CodeList(
    "isDeleted",
    "贵州 12348 isDeleted",
    "registry_action",
    (("0", "join", "正常"), ("1", "remove", "已删除")),
)
"""The labels are ours: the registry shows the digits alone."""

LIST_OK: Final = CodeList("code", "贵州 12348 code (1 is success)", "", (("1", "", "ok"),))
