"""What is checked – one agreement with its parties, on a day – and the notebook of what is found. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple, TypeAlias

from hub.law.completeness import Expectations
from hub.law.precheck.book import Book, Citation, Rule
from hub.law.reading import Document, listed, objects, text

APPLICATION: Final = "confirmation_application"
RESULT: Final = "mediation_result"
Kind: TypeAlias = str


class Place(NamedTuple):
    """A unit as venue is judged: its code and the division it lies in."""

    code: str
    name: str
    division: str


class Limits(NamedTuple):
    """What a district has set where no verified rule has a number. None: not set, not computed."""

    intermediate_from: float | None = None
    interest_cap_percent: float | None = None


NOT_SET: Final = Limits()


class Found(NamedTuple):
    """A finding: the rule, the article of the day, where; `words` fill its text (numbers, references)."""

    rule: Rule
    citation: Citation
    pointer: str
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Matter:
    """One agreement. `at` is its pointer in the document; `parties_at` that of its parties, if it has any."""

    kind: Kind
    document: Document
    agreement: Document
    at: str
    parties: tuple[Document, ...]
    parties_at: str
    day: date
    due: date | None
    expected: Expectations
    cause: str | None = None
    court: Place | None = None
    organisation: Place | None = None
    limits: Limits = NOT_SET

    @property
    def applies(self) -> bool:
        """Whether it is the application itself: what only an application has is asked of no other."""
        return self.kind == APPLICATION

    @property
    def written(self) -> str:
        """All words of the agreement in which a clause may stand."""
        parts = [text(self.agreement, "terms")]
        parts += [text(m, "text") for m in objects(self.agreement, "matters")]
        parts += [text(i, "object") for i in objects(self.agreement, "items")]
        parts.append(text(self.document, "request") if self.applies else None)
        return "\n".join(p for p in parts if p)

    def people(self) -> Iterator[tuple[str, str, Document]]:
        """Each party: its reference, where it stands, what is said of it."""
        for n, party in enumerate(self.parties):
            yield text(party, "ref") or f"p{n + 1}", f"{self.parties_at}/{n}", party

    def has_paper(self, catalogue: str) -> bool:
        """Whether a paper of that kind is enclosed."""
        files = [*objects(self.document, "papers"), *objects(self.document, "attachments")]
        return any(text(f, "catalogue") == catalogue for f in files)

    def touches_property(self) -> bool:
        """Whether a right in property passes or is named."""
        kinds = {text(i, "kind") for i in objects(self.agreement, "items")}
        return "transfer_right" in kinds or bool(listed(self.document, "property_rights"))

    def proves_property(self) -> bool:
        """Whether each right that is named has its proof, or papers have one."""
        named = objects(self.document, "property_rights")
        return self.has_paper("property_right") or (bool(named) and all(r.get("proof") for r in named))


@dataclass(slots=True)
class Notebook:
    """Takes what the checks find, each with the article of the day."""

    book: Book
    day: date
    found: list[Found] = field(default_factory=list)

    def note(self, check: str, pointer: str, **words: str) -> None:
        """Note a finding."""
        rule = self.book.rules[check]
        self.found.append(Found(rule, self.book.cited(rule, self.day), pointer, words))
