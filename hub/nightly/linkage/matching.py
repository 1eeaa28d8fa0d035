"""From features to the pairs of a night: the certain pass, the weighing, one to one. Computation only."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Final

from hub.nightly.linkage import engine, on_spark, pairing
from hub.nightly.linkage.certain import certain
from hub.nightly.linkage.model import Model
from hub.nightly.linkage.records import Compared

_FLOOR: Final = 0.1
"""Less likely pairs decide nothing: they are neither shown nor anybody's best."""
CROWD: Final = 100
"""A number in more disputes than this is nobody's own (an office's telephone, a filler): it tells nothing."""


def match(
    records: Sequence[Compared],
    model: Model,
    data_dir: Path,
    memory: str = engine.MEMORY,
    safe: Path | None = None,
    where: str = "duckdb",
) -> list[pairing.Pair]:
    """The pairs kept, in the order of their ids. Blocks; the folders and `memory` as for `engine.workshop`.

    They are weighed in `duckdb` or in `spark`. Raises Misconfigured where Spark is not installed, and
    duckdb.OutOfMemoryException, or Splink's own exception of it, where neither memory nor spill suffices.
    """
    telling = _own_numbers(records)
    if where == "spark":
        scored = on_spark.score(data_dir, telling, model, _FLOOR, memory, safe)
    else:
        with engine.workshop(data_dir, memory, safe) as connection:
            scored = engine.score(connection, telling, model, _FLOOR)
    return pairing.paired(telling, certain(telling), scored)


def _own_numbers(records: Sequence[Compared]) -> list[Compared]:
    """The records without the numbers of a crowd."""
    times = Counter(chain.from_iterable((*r.ids, *r.phones) for r in records))
    crowd = {number for number, n in times.items() if n > CROWD}

    def own(numbers: Iterable[str]) -> tuple[str, ...]:
        return tuple(number for number in numbers if number not in crowd)

    return [replace(r, ids=own(r.ids), phones=own(r.phones)) for r in records] if crowd else list(records)
