"""The justice agency; its formats follow."""

from typing import Final

from hub.port import Agency

AGENCY: Final = Agency(name="justice", zh="司法行政", formats=(), systems=frozenset())
