"""Signs of false litigation that exchanged data can show: one pure function a sign over a gathered record.

A sign is a reason for a judge to look, never a decision: nothing is refused, stopped or delayed by one. Which
signs there are, what is computed and what is not: `domain/false_litigation_signals.csv`, `docs/signs.md`.
Every threshold is ours and unverified (`Limits`); a district sets its own. Touches nothing outside.
"""

from hub.law.screening.record import Flag, Gathered, Item, Limits, Matter, Person
from hub.law.screening.signs import COMPUTED, NOT_COMPUTED, screen

__all__ = [
    "COMPUTED",
    "NOT_COMPUTED",
    "Flag",
    "Gathered",
    "Item",
    "Limits",
    "Matter",
    "Person",
    "screen",
]
