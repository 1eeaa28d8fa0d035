"""The keys by which disputes meet: only those that share one are compared. Touches tables of its own alone.

The pairs of a key grow with the square of those who share it, and in a large place hardly a name is rare. So
a key brings together `CROWD` disputes at most. A crowd's key must be shared with one thing more (a month, the
district or how a party's name sounds); where that is a crowd's again, with two; beyond that it brings nobody
together. Whatever the number of disputes, each meets fewer than `CROWD` others by each of its keys.

Keys are counted as digests that hold within this process; no word of a dispute is in them.
"""

from array import array
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

if TYPE_CHECKING:
    import duckdb

    from hub.nightly.linkage.records import Compared  # with it comes pypinyin

CROWD: Final = 10
_MORE: Final = 2
"""How many things more a crowd's key is shared with before it is given up."""
_BEGIN: Final = """
CREATE TEMP TABLE more AS
SELECT n, unnest(more) AS thing, generate_subscripts(more, 1) AS place FROM told;
CREATE TEMP TABLE tried AS SELECT n, unnest(keys) AS key, 0 AS place FROM told;
CREATE TEMP TABLE standing (n INTEGER, key BIGINT);
"""
_CROWDS: Final = """
CREATE OR REPLACE TEMP TABLE crowds AS SELECT key FROM tried GROUP BY key HAVING count(DISTINCT n) > $1
"""
_STAND: Final = "INSERT INTO standing SELECT n, key FROM tried ANTI JOIN crowds USING (key)"
# Things are added in one order, so that whoever shares two of them comes to the same key.
_NARROW: Final = """
CREATE OR REPLACE TEMP TABLE tried AS
SELECT n, (hash(key, thing) >> 1)::BIGINT AS key, more.place
  FROM tried SEMI JOIN crowds USING (key) JOIN more USING (n)
 WHERE more.place > tried.place AND thing <> key;
"""
_KEYS: Final = """
SELECT told.n, coalesce(own.keys, []) AS keys
  FROM told LEFT JOIN (SELECT n, list(DISTINCT key) AS keys FROM standing GROUP BY n) own USING (n)
"""
_END: Final = "DROP TABLE more; DROP TABLE tried; DROP TABLE standing; DROP TABLE crowds;"


def meeting(
    connection: "duckdb.DuckDBPyConnection", records: Sequence["Compared"], crowd: int = CROWD
) -> Any:  # noqa: ANN401  Arrow is not typed
    """The keys of each record, as an Arrow column of lists of numbers."""
    told = {
        "n": pa.array(range(len(records)), pa.int32()),
        "keys": _numbers(record.blocking_keys() for record in records),
        "more": _numbers(record.narrowing_keys() for record in records),
    }
    connection.register("told", pa.table(told))
    connection.execute(_BEGIN)
    for more in range(_MORE + 1):
        if more:
            connection.execute(_NARROW)
        connection.execute(_CROWDS, [crowd])
        connection.execute(_STAND)
    # Sorted here: in a database that need not keep rows in order an ORDER BY does not hold for Arrow.
    keys = connection.sql(_KEYS).to_arrow_table().sort_by("n")["keys"]
    connection.execute(_END)
    connection.unregister("told")
    return keys


def _numbers(texts: Iterable[Sequence[str]]) -> Any:  # noqa: ANN401  Arrow is not typed
    """Lists of texts as an Arrow array of lists of numbers."""
    ends, numbers = array("i", [0]), array("q")
    for own in texts:
        numbers.extend(map(hash, own))
        ends.append(len(numbers))
    return pa.ListArray.from_arrays(_arrow(ends, pa.int32()), _arrow(numbers, pa.int64()))


def _arrow(numbers: "array[int]", kind: Any) -> Any:  # noqa: ANN401  Arrow is not typed
    return pa.Array.from_buffers(kind, len(numbers), [None, pa.py_buffer(numbers)])
