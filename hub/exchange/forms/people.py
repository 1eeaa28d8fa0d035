"""The parties of a case as forms name them: who they are, what they said, where they are served. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from hub.exchange.written import Names, consent
from hub.law.reading import objects, text

Said = Mapping[str, Any]


def newest(said: Iterable[Said], member: str) -> list[Said]:
    """The newest list whose entries say something (a reference such as `[1]` says nothing)."""
    lists = (list(objects(message["document"], member)) for message in said)
    return next((found for found in lists if found), [])


def parties(said: Iterable[Said]) -> list[Said]:
    """The parties as last told."""
    said = list(said)
    return newest(said, "parties") or newest(said, "applicants")


def line(party: Said) -> str:
    """Name and number."""
    return " ".join(part for part in (text(party, "name"), text(party, "id_number")) if part)


def names(said: Iterable[Said]) -> dict[str, str]:
    """Reference → name."""
    return {str(p["ref"]): str(p["name"]) for p in parties(said) if p.get("ref") and p.get("name")}


def consents(said: Iterable[Said]) -> list[str]:
    """Who agreed to the mediation, or did not, and how, of the newest list that says so."""
    said = list(said)
    known = Names(names(said))
    told = [c for c in newest(said, "consents") if c.get("about") == "mediation"]
    return [consent({**c, "about": None}, known) for c in told]


def address(party: Said) -> str:
    """Where a party is served: what it confirmed, else where it lives. A mask is left for the pen."""
    confirmed = [text(party, f"service_address.{place}") for place in ("postal.text", "e_address")]
    told = confirmed if any(confirmed) else [text(place, "text") for place in objects(party, "addresses")]
    return "\n".join(place for place in told if place and "*" not in place)
