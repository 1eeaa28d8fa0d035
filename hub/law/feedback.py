"""That an agreement was not confirmed, or its confirmation fell, is told to its mediator and the bureau.

The court may tell the committee and the justice bureau of its level (法释〔2011〕5号 12). A district that
will have the bureau told only of what the court remarks on says so in its configuration. What the bureau
reads names no party and holds no document. Pure.
"""

from typing import Final

from hub.law.model import CaseState
from hub.law.reading import text
from hub.law.roles import justice_bureau
from hub.law.run import Run

BUREAU: Final = "justice_bureau"
"""The role in which the bureau is told: its view is narrower than that of who works on the case."""

_FALLEN: Final = frozenset(
    {"rejected_355", "rejected_358", "deemed_withdrawn", "terminated", "objection_upheld_changed",
     "objection_upheld_revoked"}
)  # fmt: skip


def tell_of(run: Run, case: CaseState) -> None:
    """At a step of a confirmation: tell of what was not confirmed, or no longer is."""
    if run.document.get("outcome") not in _FALLEN and run.document.get("decision") != "not_accepted":
        return
    organisation, applicants = text(case.facts, "organisation"), case.roles.get("applicant_unit", ())
    if organisation is not None and organisation not in applicants:
        run.tell(organisation, "mediation_unit")
    if run.district.feedback == "said" and text(run.document, "feedback") is None:
        return
    for mediator in (organisation, *applicants):
        found = justice_bureau(run.units, mediator)
        if found is not None:
            run.tell(found, BUREAU)
            return
