"""What a token may do is at most what its system may do."""

import pytest

from hub.errors import Refused
from hub.trust.scopes import DEFAULT_SCOPES, SCOPES, granted


def test_the_scopes_are_those_of_the_contract():
    assert " ".join(DEFAULT_SCOPES) == (
        "messages:send messages:read events:poll streams:manage blobs:write blobs:read shares:read log:read"
    )
    assert set(SCOPES) - set(DEFAULT_SCOPES) == {"admin"}


def test_nothing_asked_is_everything_held():
    assert granted(None, DEFAULT_SCOPES) == DEFAULT_SCOPES
    assert granted(None, ["log:read", "messages:send"]) == ("messages:send", "log:read")


def test_less_may_be_asked():
    assert granted("log:read messages:send", DEFAULT_SCOPES) == ("messages:send", "log:read")


@pytest.mark.parametrize(
    "asked", ["admin", "messages:send admin", "", " ", "messages:send  log:read", "all", "log:read\n"]
)
def test_more_is_refused(asked):
    with pytest.raises(Refused) as caught:
        granted(asked, DEFAULT_SCOPES)
    assert caught.value.code == "scope"
    assert caught.value.faults[0].args == ()


@pytest.mark.parametrize("held", [[], ["unheard:of"]])
def test_nothing_held_is_nothing_granted(held):
    with pytest.raises(Refused):
        granted(None, held)
