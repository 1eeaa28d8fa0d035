"""The tables as a district has them: its levels, its numbers where no law gives one. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from hub.law.district import District, Level
from hub.law.shapes import Rule, Tables


def built_in(rules: Mapping[str, Rule]) -> District:
    """What holds where a district has configured nothing: the levels of the deadline table.

    The first of them is the one whose end the superior confirms (guard `superior_clear`).
    """
    codes = sorted(rules["WARN_ACK"].by_level)
    return District(tuple(Level(code, code, superior=n == 0) for n, code in enumerate(codes)))


def with_periods(
    tables: Tables, by_level: Mapping[str, Mapping[str, float]], plain: Mapping[str, float]
) -> Tables:
    """The tables with a district's own numbers: rule → level → number, and rule → number."""
    rules = dict(tables.rules)
    for rule, numbers in by_level.items():
        rules[rule] = replace(rules[rule], by_level=MappingProxyType(dict(numbers)))
    for rule, number in plain.items():
        rules[rule] = replace(rules[rule], n=number)
    return replace(tables, rules=MappingProxyType(rules))
