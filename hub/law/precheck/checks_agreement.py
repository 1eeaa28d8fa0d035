"""What the agreement itself says: its day, its signatures, the grounds of 355 and 358, each item. Pure."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from hub.law.completeness import places
from hub.law.items import effective_day, signed_day
from hub.law.precheck.book import Book
from hub.law.precheck.matter import Matter, Notebook
from hub.law.reading import Document, at, day, objects, text

_STATUS_CHECKS: Final = ("status", "other-procedure")
_WORD_CHECKS: Final = ("not-civil", "unlawful-words")
_RATE: Final = "年利率|年息|月利率|月息"


def effective(matter: Matter, notes: Notebook) -> None:
    """The 30 days of 民诉法 205, and whether the day stated is the day of the last signature or seal."""
    stated = effective_day(matter.document, matter.agreement)
    pointer = f"{matter.at}/effective_on"
    if stated is None:
        notes.note("window-unknown", pointer)
        return
    if matter.due is not None and matter.day > matter.due:
        notes.note("window-late", pointer)
    said, last = day(matter.agreement.get("effective_on")), signed_day(matter.agreement)
    if said is not None and last is not None and said < last and matter.agreement.get("form") == "written":
        notes.note("effective-differs", pointer)


def signatures(matter: Matter, notes: Notebook) -> None:
    """All parties sign, and the organisation seals, what is in writing; what is oral has a record."""
    agreement = matter.agreement
    if agreement.get("form") == "oral":
        if not (agreement.get("document") or matter.has_paper("record") or matter.has_paper("agreement")):
            notes.note("oral-record", f"{matter.at}/form")
        return
    signed = {text(s, "by") for s in objects(agreement, "signatures")}
    for ref, _, party in matter.people():
        guards = {text(g, "name") for member in ("guardians", "agents") for g in objects(party, member)}
        if not signed & ({ref, text(party, "name")} | guards):
            notes.note("signature-party", f"{matter.at}/signatures", party=ref)
    if agreement.get("form") == "written" and not agreement.get("organisation_seal_at"):
        notes.note("seal-none", f"{matter.at}/organisation_seal_at")


def grounds(matter: Matter, notes: Notebook) -> None:
    """What 355 and 358 (1) name and causes or clauses show."""
    book, where = notes.book, f"{matter.at}/terms"
    for check in (*_STATUS_CHECKS, *_WORD_CHECKS):
        if book.about(check, matter.cause, matter.written):
            notes.note(check, where)
    for ref, pointer, party in matter.people():
        if at(party, "flags.bankruptcy_or_enforcement") is True:
            notes.note("bankruptcy-flag", f"{pointer}/flags", party=ref)
    if _title(matter, book):
        notes.note("title", where)
    cap = matter.limits.interest_cap_percent
    if cap is not None and any(rate > Decimal(str(cap)) for rate in rates(matter.written)):
        notes.note("interest", where)


def _title(matter: Matter, book: Book) -> bool:
    """A cause of title always; words that say whose something is, unless title is proved by a paper."""
    by_cause = book.about("title", matter.cause, "")
    return by_cause or (not matter.proves_property() and book.about("title", None, matter.written))


def rates(written: str) -> list[Decimal]:
    """Yearly rates in percent that the words name; a monthly one counts twelve times."""
    found = re.findall(rf"({_RATE})[为按以]?\s*([0-9]{{1,3}}(?:\.[0-9]{{1,4}})?)\s*[%%]", written)
    return [Decimal(number) * (12 if "月" in word else 1) for word, number in found]


def items(matter: Matter, notes: Notebook) -> None:
    """Who, to whom, what, how much, when, how: of each item (解释 358 (5))."""
    listed = objects(matter.agreement, "items")
    if matter.agreement.get("performed_on_spot") is True:
        notes.note("performed", f"{matter.at}/performed_on_spot")
        return
    if not listed:
        notes.note("items-none", f"{matter.at}/items")
    lacking = _lacking(matter)
    checks = {rule.expects: rule.check for rule in notes.book.rules.values() if rule.expects}
    for n, item in enumerate(listed):
        pointer = f"{matter.at}/items/{n}"
        no = str(item.get("no") or n + 1)
        for member in lacking.get(pointer, ()):
            if member in checks:
                notes.note(checks[member], f"{pointer}/{member}", no=no)
        _item(matter, item, pointer, no, notes)


def _lacking(matter: Matter) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for pointer, member in places(matter.expected, matter.kind, matter.document):
        found.setdefault(pointer, []).append(member)
    return found


def _item(matter: Matter, item: Document, pointer: str, no: str, notes: Notebook) -> None:
    amount = item.get("amount")
    exact = at(item, "amount.precision") == "exact" and at(item, "amount.amount") is not None
    if amount is not None and not exact:
        notes.note("item-amount-vague", f"{pointer}/amount", no=no)
    due = item.get("due")
    if due is not None and day(due) is None:
        notes.note("item-due", f"{pointer}/due", no=no)
    known = {ref for ref, _, _ in matter.people()}
    for member in ("debtors", "creditors"):
        refs = item.get(member)
        if known and isinstance(refs, list) and any(ref not in known for ref in refs):
            notes.note("third-person", f"{pointer}/{member}", no=no)


def total(agreement: Document) -> Decimal:
    """The sum of the exact amounts of its items, in yuan."""
    amounts = (at(i, "amount.amount") for i in objects(agreement, "items"))
    return sum((Decimal(a) for a in amounts if isinstance(a, str)), Decimal(0))
