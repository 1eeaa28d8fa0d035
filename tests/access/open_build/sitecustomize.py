"""Put on the path of a hub: the reading queries of the exchange lose their own filters as they are loaded.

What still hides the rows of others from an agency is row-level security alone. Of what the hub writes nothing
is changed. `opened` is the whole change; `FILTERS` are the conditions, as the queries write them.
"""

import re
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType

READING = (
    "assessments", "blob_read", "bundles", "flags", "incentives", "quarantine", "reading", "shares",
    "sheets.lines", "sheets.statistics", "task_shelf", "task_todo", "todo",
)  # fmt: skip
"""Modules of the exchange whose queries run under the eyes of an agency."""
POLLING = ("poll", "streams")
"""These write too: only what sets the eyes itself is opened."""
FILTERS = re.compile(
    r"\b(?:\w\.)?(?:unit|sender|owner) = ANY \(\$\d::text\[\]\)"
    r"|(?:\b(?:\w\.)?(?:participants|readers|closers)|CASE WHEN [^\n]*? END) && \$\d::text\[\]"
    r"|\b(?:\w\.)?(?:iss|system) = \$\d"
    r"|\b(?:\w\.)?roles -> 'reviewing_court' \?\| \$\d::text\[\]"
)
EACH = re.compile(r"unnest\(\$1::text\[\]\) u\(unit\)")
"""Where the units are asked for one by one: everybody's instead."""
EVERYBODY = "(SELECT DISTINCT unit FROM message_reader WHERE $1::text[] IS NOT NULL) u(unit)"
EYES = re.compile(r"(?<=\(SELECT act_as\(\$1, \$2\)\) AND )system = \$2")


def opened(name: str, source: str) -> str:
    """The source of a module with every filter of its queries made true."""
    short = name.removeprefix("hub.exchange.")
    found = FILTERS if short in READING else EYES if short in POLLING else None
    if found is None:
        return source
    return EACH.sub(EVERYBODY, found.sub(lambda match: f"({match[0]} OR true)", source))


class Opening(SourceFileLoader):
    """Loads a module of the exchange, opened."""

    def get_code(self, fullname: str):
        source = self.get_data(self.get_filename(fullname)).decode()
        return self.source_to_code(opened(fullname, source).encode(), self.get_filename(fullname))


class Finder(MetaPathFinder):
    """Finds the exchange before anyone else does."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Only modules of the exchange."""
        if not fullname.startswith("hub.exchange."):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = Opening(spec.loader.name, spec.loader.path)
        return spec


if __name__ == "sitecustomize":
    sys.meta_path.insert(0, Finder())
