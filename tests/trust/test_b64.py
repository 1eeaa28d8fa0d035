"""One value has one spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.trust import b64


@given(st.binary(max_size=70))
def test_what_is_encoded_is_decoded(data):
    assert b64.decode(b64.encode(data)) == data


@pytest.mark.parametrize(
    "text",
    [
        "QQ==",
        "QQ=",
        "Q",
        "QUJDR",
        "QR",
        "QUK",
        "Q Q",
        "QQ\n",
        "+/+/",
        "a+b_",
        "QQ.",
        "测",
        "QQ\x00",
        "=",
        "🔑",
    ],
)
def test_any_other_spelling_is_refused(text):
    with pytest.raises(ValueError, match=r".*"):
        b64.decode(text)


@given(st.text(alphabet="ABab01-_+/= \n", max_size=8))
def test_decoding_never_loses_a_character(text):
    try:
        data = b64.decode(text)
    except ValueError:
        return
    assert b64.encode(data) == text
