"""Money and heads as they are told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.translate import amounts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("300", {"amount": "300", "precision": "exact"}),
        ("300元", {"amount": "300", "precision": "exact", "raw": "300元"}),
        ("12000.00", {"amount": "12000.00", "precision": "exact"}),
        ("1.2万元", {"amount": "12000", "precision": "exact", "raw": "1.2万元"}),
        ("12,000", {"amount": "12000", "precision": "exact", "raw": "12,000"}),
        ("１２，０００元", {"amount": "12000", "precision": "exact", "raw": "１２，０００元"}),
        ("3万余元", {"amount": "30000", "precision": "at_least", "raw": "3万余元"}),
        ("300余元", {"amount": "300", "precision": "at_least", "raw": "300余元"}),
        ("约5000元", {"amount": "5000", "precision": "about", "raw": "约5000元"}),
        ("人民币2亿元整", {"amount": "200000000", "precision": "exact", "raw": "人民币2亿元整"}),
        ("5000元以下", {"amount": "5000", "precision": "at_most", "raw": "5000元以下"}),
        ("若干", {"precision": "in_text", "raw": "若干"}),
        ("1.234元", {"precision": "in_text", "raw": "1.234元"}),
        ("99999999999999元", {"precision": "in_text", "raw": "99999999999999元"}),
    ],
)
def test_money(text: str, expected: dict[str, object]) -> None:
    assert amounts.money(text) == expected
    assert amounts.money(amounts.write_money(expected, "元")).get("amount") == expected.get("amount")


@pytest.mark.parametrize(
    ("told", "text"),
    [
        ({"amount": "300", "precision": "exact"}, "300元"),
        ({"amount": "300", "precision": "about"}, "约300元"),
        ({"amount": "300", "precision": "at_least"}, "300元以上"),
        ({"amount": "300", "precision": "exact", "raw": "3百元"}, "3百元"),
        ({"amount": "400", "precision": "exact", "raw": "3百元"}, "400元"),
        ({"precision": "unknown"}, ""),
    ],
)
def test_money_is_written_as_it_was_told_while_that_is_true(told: dict[str, object], text: str) -> None:
    assert amounts.write_money(told, "元") == text


@given(st.text(max_size=20))
def test_any_text_is_some_money(text: str) -> None:
    assert amounts.money(text)["precision"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3", {"value": 3, "precision": "exact"}),
        ("30余人", {"value": 30, "precision": "at_least", "raw": "30余人"}),
        ("二人", {"value": 2, "precision": "exact", "raw": "二人"}),
        ("三十余名", {"value": 30, "precision": "at_least", "raw": "三十余名"}),
        ("约一百二十人", {"value": 120, "precision": "about", "raw": "约一百二十人"}),
        ("许多人", None),
    ],
)
def test_heads(text: str, expected: dict[str, object] | None) -> None:
    assert amounts.count(text) == expected
