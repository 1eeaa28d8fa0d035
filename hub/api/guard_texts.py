"""What the guards of the machine tables ask, in English: the tables themselves say it in Chinese.

A reader's help; the Chinese text and the articles beside it in the table are what counts.
"""

from collections.abc import Mapping
from typing import Final

ENGLISH: Final[Mapping[str, str]] = {
    "agreement_complete": (
        "an agreement has its parties, the matter, each item (who owes whom what, when and how), all "
        "signatures, the mediator's and the organisation's seal; an oral one has a record"
    ),
    "all_served": "every party has been served with effect",
    "asker_only": "only the unit that asked",
    "breach": "only items that are due and not performed",
    "caseno": "a 民特 number of the court in charge and of the year of filing",
    "certificate": (
        "a certificate of voluntary performance is for what was performed in full and without enforcement; "
        "a breach made good is shown"
    ),
    "change_all": (
        "changed terms need a new agreement or everybody's written consent; a confirmed item is changed only "
        "by a new agreement or a settlement in enforcement"
    ),
    "cleared_evidence": "clearing a warning needs its outcome and an arranged follow-up visit",
    "consent": "a referral needs the parties' consent; guidance needs a record that they were told",
    "consent_each": "each party's yes, no or silence is recorded; one no rules out people's mediation",
    "cutoff": "in time is what reaches the hub before the last day ends, by the hub's clock",
    "evidence": "a voucher, or confirmation by both sides, is attached",
    "extend_all": "an extension needs every party's recorded consent before the period ends",
    "failure_record": (
        "a failure record has four parts: the facts, the reasons, conduct that raised the other side's "
        "costs, other hints; no concession is in it unless all agreed in writing"
    ),
    "filing_not_refused": "guidance is not filing: who still wants to sue starts the 7 days",
    "flag_seen": "the judge in charge has seen the sign of false litigation and recorded what was done",
    "four_flags": (
        "no penalty needs an agreement, its performance, both sides' written request and police approval, "
        "before any decision on a penalty"
    ),
    "general_advice": "the answer is general advice and names the judge who gave it, for later recusal",
    "ground": "the item of article 355 or 358 must be named",
    "guardian": "who cannot act alone needs a guardian; in public-order cases the guardian attends",
    "human": "levels are set, changed and cleared by a person; the hub only suggests",
    "items_complete": "every item of every agreement in force is performed, or was changed or waived by law",
    "joint": "all parties apply together, each by signature or by an agent with a power of attorney",
    "level_cfg": "levels come from the district's configuration, with version and date of effect",
    "need_to_know": "receivers see only what the work needs",
    "no_open_case": "no case of the dispute may be open",
    "no_person": "persons are taken out before an answer is kept as knowledge",
    "no_second_run": "the same matter is already in mediation, at the unit named",
    "obj_party_window": "within 15 days of the party's own receipt of the ruling",
    "obj_third_window": "within 6 months of when the third person should have known; the court decides",
    "one_open": "the same agreement has an application that is still open",
    "org_kind": "the mediator is an organisation set up under the law; else the court examines it",
    "own_case": "only the unit in charge reports on its own procedure",
    "papers": "application, agreement, organisation's proof, identity, property papers, service addresses",
    "police_always": "violence, or a victim who cannot act alone: the local police always receive it",
    "reason": "the reason must be given",
    "recusal": "an interest in the matter is disclosed; it goes on only if all parties agree",
    "replaces": "a new agreement names the one it replaces",
    "routes_told": "at the end the parties are told of arbitration, administrative and court ways",
    "safety_first": "minors or domestic violence: the mandatory report is made, or its exemption recorded",
    "same_dispute": "the same dispute by explicit reference or a person's confirmation, never by guess",
    "sender_only": "only the unit that sent it",
    "service_valid": (
        "each party: electronic service needs that party's consent and a proof; a mediator's hand-over needs "
        "the party's own signature and the court's commission; leaving it behind is for court staff alone"
    ),
    "signed_doc": "a ruling or notice with a valid seal, its digest used once and for this application",
    "superior_clear": "the superior unit confirms that a warning of the first level is cleared",
    "track_open": "the track is in force on the day; delegation before filing is closed since 2025-01-01",
    "two_approvers": "a second person must approve",
    "undisputed_written": "undisputed facts are in writing and confirmed by all parties",
    "venue": "a basic court that invited, of a party's home, of the property or of the organisation's seat",
    "verified_together": "both sides attend the verification together; time and manner are recorded",
    "window": "within 30 days of the agreement taking effect; a later one is passed on and marked",
    "zhian_range": (
        "public-order cases within article 178, without a ground of 179; domestic violence is not referred "
        "in the place of warning, penalty or report"
    ),
}
