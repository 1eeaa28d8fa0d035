"""Splink on Spark: the same pairs as on DuckDB, for more pairs than one process can weigh.

Spark is handed no word of a dispute: names, sounds, numbers and places go as digests under a key of this one
run, in which only what is the same can be seen. Amount and day go as they are. Features of all disputes and
their keys are in this process all the same. Of what Splink makes on its way nothing is written to a file by
it; what Spark itself must put aside it encrypts (`nightly.on_spark`).
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

from hub.nightly.linkage.dialects import SPARK
from hub.nightly.linkage.engine import COLUMNS, MEMORY, WORDS, Scored, scored, table, workshop
from hub.nightly.linkage.model import Model, settings
from hub.nightly.linkage.records import Compared
from hub.nightly.on_spark import spark_session

_KEY: Final = 32
_SIZE: Final = 16


def score(
    folder: Path,
    records: Sequence[Compared],
    model: Model,
    floor: float = 0.0,
    memory: str = MEMORY,
    safe: Path | None = None,
) -> list[Scored]:
    """Pairs of at least this probability, by their ids. Raises Misconfigured as `spark_session`.

    `memory` is what DuckDB may take to count the keys; Spark's own is Spark's setting.
    """
    if len(records) < 2:
        return []
    with spark_session(folder, safe) as session:
        with workshop(folder, memory, safe) as connection:
            told = table(connection, veiled(records))
        from splink import Linker, SparkAPI  # wants pyspark

        database = SparkAPI(  # type: ignore[no-untyped-call]  # Splink's own
            spark_session=session, break_lineage_method="persist", register_udfs_automatically=False
        )
        linker = Linker(database.register(told), settings(model, SPARK), log_level=None)
        found = linker.inference.predict(threshold_match_probability=floor or None, warning_mode="never")
        rows = found.as_spark_dataframe().select(*COLUMNS).toArrow()
    pairs = zip(*(column.to_pylist() for column in rows.columns), strict=True)
    return sorted(map(scored, pairs), key=lambda one: (one.left, one.right))


def veiled(records: Sequence[Compared]) -> list[Compared]:
    """The records in digests under a key that is thrown away: what was equal is equal, no more is told."""
    key = secrets.token_bytes(_KEY)

    def veil(text: str) -> str:
        # The comparison of names counts the spaces of a sound: so many stay.
        return blake2b(text.encode(), key=key, digest_size=_SIZE).hexdigest() + " " * text.count(" ")

    def of(record: Compared) -> Compared:
        words: dict[str, Any] = {name: tuple(map(veil, getattr(record, name))) for name in WORDS}
        district, kind = (told and veil(told) for told in (record.district, record.type))
        return replace(record, district=district, type=kind, **words)

    return [of(record) for record in records]
