"""A mediator's assessment: figures of a period, grade proposals, what a case subsidy asks for. Pure.

No national form of assessment is known: the formulas are ours and carry a version; grades and subsidies go by
local rules, which are configuration with dates and say whose they are (`rules.json`). A person decides.
"""
