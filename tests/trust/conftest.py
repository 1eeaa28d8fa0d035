"""What the tests of this room share: key pairs of senders, the hub's own keys, a sealer."""

import pytest

from hub.trust.keys import KeyRing, SigningKey, new_signing_key
from hub.trust.seal import Sealer
from tests.trust.senders import NOW, Pair, make_ed25519, make_es256


@pytest.fixture(params=["EdDSA", "ES256"])
def pair(request) -> Pair:
    """A key pair of each accepted algorithm."""
    return make_ed25519() if request.param == "EdDSA" else make_es256()


@pytest.fixture
def ed25519() -> Pair:
    """An Ed25519 key pair."""
    return make_ed25519()


@pytest.fixture
def es256() -> Pair:
    """A P-256 key pair."""
    return make_es256()


@pytest.fixture
def sealer() -> Sealer:
    """A sealer under fixed keys."""
    return Sealer("k-a", {"k-a": b"\x01" * 32}, b"\x09" * 32)


@pytest.fixture
def hub_keys() -> list[SigningKey]:
    """An active and a next token key."""
    return [new_signing_key("token", "active", NOW), new_signing_key("token", "next", NOW)]


@pytest.fixture
def keyring(hub_keys) -> KeyRing:
    """The ring of these keys."""
    return KeyRing(hub_keys)
