"""What the way out needs of the hub it belongs to. Types only."""

from typing import Protocol

from hub.exchange.tokens_out import Document
from hub.settings import Settings
from hub.store.clock import Clock
from hub.store.database import Database
from hub.trust.seal import Sealer


class Views(Protocol):
    """What a role may see of a kind, and which version of the rules says so."""

    def cut(self, kind: str, role: str, document: Document) -> Document:
        """The document without what the role may not see."""

    def version(self, kind: str, role: str) -> str:
        """Changes with the rules of this kind and role."""


class Signs(Protocol):
    """The hub's active token key."""

    def sign_payload(self, typ: str, payload: bytes) -> str:
        """A compact JWS over these very bytes."""


class Parts(Protocol):
    """A hub. Keys and views are read anew at each use: an administrator's change replaces them whole."""

    @property
    def settings(self) -> Settings:
        """Its settings."""

    @property
    def clock(self) -> Clock:
        """Its clock."""

    @property
    def database(self) -> Database:
        """Its pools."""

    @property
    def sealer(self) -> Sealer:
        """Its keys at rest."""

    @property
    def keyring(self) -> Signs:
        """Its token keys of the moment."""

    @property
    def views(self) -> Views:
        """Its views in force."""
