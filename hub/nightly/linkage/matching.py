"""From features to the pairs of a night: the certain pass, the weighing, one to one. Computation only."""

from collections.abc import Sequence
from pathlib import Path

from hub.nightly.linkage import engine, pairing
from hub.nightly.linkage.certain import certain
from hub.nightly.linkage.model import Model
from hub.nightly.linkage.records import Compared

_FLOOR = 0.1
"""Less likely pairs decide nothing: they are neither shown nor anybody's best."""


def match(records: Sequence[Compared], model: Model, data_dir: Path) -> list[pairing.Pair]:
    """The pairs kept, in the order of their ids. Blocks; its temporary folder lies in `data_dir`."""
    with engine.workshop(data_dir) as connection:
        scored = engine.score(connection, records, model, _FLOOR)
    return pairing.paired(records, certain(records), scored)
