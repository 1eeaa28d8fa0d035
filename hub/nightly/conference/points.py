"""A figure over the periods of a report: what all of its forms draw and write. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """A figure of one period. None: hidden, or nothing to divide by."""

    period: str
    partial: bool
    numerator: int | None
    denominator: int | None
    value: float | None
    hidden: bool


@dataclass(frozen=True, slots=True)
class Trend:
    """A figure over this period and those before it; the last point is the report's own."""

    indicator: str
    variant: str
    zh: str
    en: str
    numerator: str
    denominator: str
    measure: str
    points: tuple[Point, ...]
