"""The frozen m/u parameters: read from the package, checked against the comparisons, made into settings.

`m` is how often a level is found in one dispute registered twice, `u` in two that only share a blocking
key. Retraining (`training`) writes a new file under a new version; a candidate keeps the version it was
weighed by.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import log2
from pathlib import Path
from typing import Any, Final

from hub.errors import Misconfigured
from hub.nightly.linkage.comparisons import COMPARISONS, Comparison
from hub.nightly.linkage.dialects import DUCKDB, Dialect

FILE: Final = Path(__file__).with_name("parameters.json")
FLOOR: Final = 1e-4
"""The least m and u of a level: one that no labelled pair had is rare, not impossible."""


@dataclass(frozen=True, slots=True)
class Model:
    """Parameters under a version. `prior`: how many of the pairs that share a key are one dispute."""

    version: str
    prior: float
    levels: Mapping[str, tuple[tuple[float, float], ...]]
    """Comparison → (m, u) of each level, the rest at the end."""

    def weight(self, name: str, gamma: int) -> float:
        """Match weight in bits of a level as Splink numbers it; what is not told weighs nothing."""
        if gamma < 0:
            return 0.0
        pairs = self.levels[name]
        m, u = pairs[len(pairs) - 1 - gamma]
        return log2(m / u)

    def weigh(self, levels: Mapping[str, int]) -> float:
        """Match weight in bits of a pair compared so, what stands before any evidence included."""
        return self.prior_weight + sum(self.weight(name, gamma) for name, gamma in levels.items())

    @property
    def prior_weight(self) -> float:
        """What stands before any evidence, in bits."""
        return log2(self.prior / (1 - self.prior))


def load(file: Path = FILE) -> Model:
    """The model of a file. Raises Misconfigured when it is not one for these comparisons."""
    try:
        said = json.loads(file.read_text("utf-8"))
        levels = {
            name: tuple((float(m), float(u)) for m, u in pairs) for name, pairs in said["levels"].items()
        }
        model = Model(str(said["version"]), float(said["prior"]), levels)
    except (OSError, ValueError, KeyError, TypeError) as e:
        raise Misconfigured(f"{file.name}: 不是关联参数 · not linkage parameters") from e
    wanted = {c.name: len(c.labels) for c in COMPARISONS}
    in_bounds = all(0 < m < 1 and 0 < u < 1 for pairs in levels.values() for m, u in pairs)
    if {name: len(pairs) for name, pairs in levels.items()} != wanted or not in_bounds:
        raise Misconfigured(f"{file.name}: 与比较项不符 · does not fit the comparisons")
    return model


@cache
def frozen() -> Model:
    """The model that came with the program."""
    return load()


def untrained() -> Model:
    """Placeholder for training: every level weighs nothing."""
    return Model("untrained", 0.5, {c.name: ((0.5, 0.5),) * len(c.labels) for c in COMPARISONS})


def settings(model: Model, dialect: Dialect = DUCKDB) -> dict[str, Any]:
    """The settings of Splink. A pair is made of two disputes that share a blocking key, one of them fresh."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "id",
        "probability_two_random_records_match": model.prior,
        "comparisons": [_comparison(c, model.levels[c.name], dialect) for c in COMPARISONS],
        "blocking_rules_to_generate_predictions": [
            {
                "blocking_rule": "l.keys = r.keys AND (l.fresh OR r.fresh)",
                "arrays_to_explode": ["keys"],
                "sql_dialect": dialect.name,
            }
        ],
        "retain_matching_columns": True,  # else Splink does not say the levels; they stay in memory
        "retain_intermediate_calculation_columns": False,
        "additional_columns_to_retain": ["source"],
    }


def _comparison(
    comparison: Comparison, pairs: tuple[tuple[float, float], ...], dialect: Dialect
) -> dict[str, Any]:
    levels: list[dict[str, Any]] = [
        {
            "sql_condition": dialect.says(comparison.missing),
            "label_for_charts": "missing",
            "is_null_level": True,
        }
    ]
    conditions = [*(dialect.says(level.sql) for level in comparison.levels), "ELSE"]
    levels += [
        {"sql_condition": sql, "label_for_charts": label, "m_probability": m, "u_probability": u}
        for sql, label, (m, u) in zip(conditions, comparison.labels, pairs, strict=True)
    ]
    return {"output_column_name": comparison.name, "comparison_levels": levels}
