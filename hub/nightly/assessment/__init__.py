"""`assess_mediators`: each quarter, an assessment for every mediator of the register, told to their units.

Training, ratings, the course of the mediations that ended, complaints: as figures with formula version,
numerator and denominator, and a proposed grade by local rules; claims for a subsidy are looked at again.
Nothing is decided here; a unit that was told may appeal, one above it decides. Read by
`exchange.assessments`.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast

from hub.law.assessing.formulas import figures
from hub.law.assessing.grades import propose
from hub.law.assessing.rules import ASSESSMENT, assessment_rules
from hub.nightly.assessment import claims
from hub.nightly.assessment.gather import gather
from hub.nightly.assessment.keep import Assessed, keep
from hub.nightly.assessment.roster import roster
from hub.nightly.conference.period import Period
from hub.nightly.night import Night, Summary

__all__ = ["Period", "assess"]


async def assess(night: Night, period: Period) -> Summary:
    """Assess a period as it was at its end, or is now; counts mediators and what was made."""
    cut_off = min(period.ends, night.hub.clock())
    said = night.hub.registry.config(ASSESSMENT, min(period.ends - timedelta(seconds=1), cut_off))
    rules = assessment_rules(cast("Mapping[str, Any] | None", said))
    async with night.work("assess_mediators", period.label) as work:
        async with night.hub.database.connection() as conn:
            found = await roster(night, conn, period, cut_off)
        gathered = await gather(night, found, rules, period, cut_off)
        kept = []
        for mediator in found.mediators:
            record = gathered.records[mediator]
            proposal = propose(rules.grades, gathered.careers[mediator])
            made = Assessed(mediator, period, figures(record), proposal, rules.scheme)
            work.count("made" if await keep(night, made, cut_off) else "unchanged")
            work.count("mediations", len(record.runs))
            kept.append((*mediator.key, made.content.hex()))
        work.count("mediators", len(found.mediators))
        doubtful = await claims.look(night, cut_off)
        work.count("claim_findings", len(doubtful))
        night.hub.way_out.bell.set()
        work.digest_of([*kept, *doubtful])
    return work.counts
