"""What the comparisons' SQL is called in the engine that weighs: DuckDB's own words, or Spark's. Pure."""

from collections.abc import Callable
from typing import Any, Final, NamedTuple


class Dialect(NamedTuple):
    """An engine as Splink names it, and how to say to it what is written in DuckDB's words."""

    name: str
    says: Callable[[str], str]


def _in_spark(sql: str) -> str:
    from sqlglot import exp, parse_one  # comes with Splink, which who only shows candidates does not need

    def known(node: Any) -> Any:  # noqa: ANN401  sqlglot's trees
        if isinstance(node, exp.Anonymous) and node.name.lower() == "list_intersect":
            return exp.ArrayIntersect(expressions=node.expressions)
        return node

    said: str = parse_one(sql, read="duckdb").transform(known).sql("spark")
    return said


DUCKDB: Final = Dialect("duckdb", str)
SPARK: Final = Dialect("spark", _in_spark)
