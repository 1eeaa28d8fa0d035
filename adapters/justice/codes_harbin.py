"""Code lists of the Harbin mediation platform: two lists tell one outcome, and their numbers differ."""

from typing import Final

from hub.port import CodeList

ARCHIVE_STATE: Final = CodeList(
    "archive.state",
    "哈尔滨 archive.state",
    "mediation_outcome",
    (
        ("1", "agreed_written", "调解成功"),
        ("-1", "failed", "调解失败"),
        ("0", "", "未完成"),
        ("2", "", "调解中止"),
    ),
)
"""0 and 2 are no outcome: nothing has ended."""

PROTOCOL_RESULT: Final = CodeList(
    "protocol.result",
    "哈尔滨 protocol.result",
    "mediation_outcome",
    (("0", "agreed_written", "成功"), ("-1", "failed", "失败")),
)

SUSPENDED: Final = CodeList(
    "archive.state",
    "哈尔滨 archive.state",
    "progress_event",
    (("2", "suspended", "调解中止"),),
)
"""The only state of a dossier that is a step of a mediation still going on."""
