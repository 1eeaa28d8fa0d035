"""The one code of ucuxin's list of successes that its pages show, and the words of the other."""

from typing import Final

from hub.port import CodeList

SUCCESS: Final = CodeList(
    "MS",
    "ucuxin MS (EnumMediationSuccessful)",
    "mediation_outcome",
    (("1", "agreed_oral", "达成口头协议"), ("", "agreed_written", "达成书面协议")),
)
"""No page says which number 书面协议 has: it is read by its word alone."""
