"""Articles as users read them: no addresses, field names or remarks of the reference data."""

import re

import pytest

import schemas
from hub.law.citations import CONFIGURED, OURS, of_expectation, of_rule
from hub.law.shapes import Tables


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("人民调解法29; medOffice executionKind", "人民调解法29"),
        ("在线19: last party's signature; 人民调解法29: + mediator", "在线19; 人民调解法29"),
        ("358-5", "民诉法解释358(5)"),
        ("反家暴法16,28,29; no address", "反家暴法16,28,29"),
        ("case_sources.csv; 卷宗格式", OURS),
        ("design", OURS),
        ("GB 32100", "GB 32100"),
    ],
)
def test_what_an_expected_member_rests_on(said: str, shown: str) -> None:
    assert of_expectation(said) == shown


def test_what_a_deadline_rests_on() -> None:
    assert of_rule("民诉法解释372 (法释〔2011〕5号10 says 1年; use 372)", "") == "民诉法解释372"
    assert of_rule("same", "特邀调解规定27") == "特邀调解规定27"
    assert of_rule("无 (court addTeam.days=3 as seen)", "") == CONFIGURED


def test_no_basis_speaks_to_engineers(tables: Tables) -> None:
    bases = {rule.basis for rule in tables.rules.values()}
    bases |= {guard.basis for m in tables.machines.values() for guard in m.guards.values()}
    bases |= {of_expectation(e.basis) for kind in schemas.kinds() for e in schemas.expectations(kind)}
    assert all(bases)
    assert not [b for b in bases if re.search(r"[a-z]{3,}", b)]
