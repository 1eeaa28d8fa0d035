"""Agreements and their performance items, as facts of the dispute: ids, dates and states, no words.

`facts["agreements"]` and `facts["items"]` are lists of JSON objects; they are copied, never changed in
place. Pure.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias
from uuid import NAMESPACE_OID, uuid5

from hub.law.model import CaseState
from hub.law.reading import Document, at, day, listed, objects, text
from hub.law.run import Made, Run

Fact: TypeAlias = dict[str, object]

OPEN_ITEM: Final = frozenset({"open", "due", "partly", "breached"})

_STATE_AFTER: Final[Mapping[str, str]] = {
    "item_performed": "performed",
    "item_partly": "partly",
    "item_breached": "breached",
    "breach_cured": "performed",
    "waived": "waived",
    "all_performed": "performed",
}


@dataclass(frozen=True, slots=True)
class Watched:
    """An item that is due on a day. `object` names its deadlines."""

    object: str
    case: str | None
    due: date


def facts_of(run: Run, name: str) -> list[Fact]:
    """A list of facts of the dispute, copied."""
    value = run.facts.get(name)
    return [dict(f) for f in value if isinstance(f, dict)] if isinstance(value, list) else []


def agreement_id(message: str, agreement: Document, position: int) -> str:
    """The hub's id of an agreement: its own if it has one, the message's for the first of a message."""
    own = text(agreement, "id")
    if own is not None:
        return own
    return message if position == 0 else str(uuid5(NAMESPACE_OID, f"{message}/{position}"))


def effective_on(run: Run, agreement: Document) -> date:
    """When an agreement took effect: as stated, else the last signature or seal, else the end of the run."""
    return effective_day(run.document, agreement) or run.today


def effective_day(document: Document, agreement: Document) -> date | None:
    """The same; None where neither the agreement nor the document that brings it says any day."""
    return (
        day(agreement.get("effective_on"))
        or signed_day(agreement)
        or day(document.get("ended_on"))
        or day(document.get("effective_on"))
    )


def signed_day(agreement: Document) -> date | None:
    """The day of the last signature or seal."""
    signed = [day(s.get("at")) for s in objects(agreement, "signatures")]
    signed.append(day(agreement.get("organisation_seal_at")))
    return max((d for d in signed if d is not None), default=None)


def record(run: Run, agreements: list[Document], case: CaseState | None) -> None:
    """Keep agreements and their items; what they replace is no longer in force."""
    known, items = facts_of(run, "agreements"), facts_of(run, "items")
    for position, agreement in enumerate(agreements):
        aid = agreement_id(run.act.message, agreement, position)
        first = effective_on(run, agreement)
        run.made.append(Made(aid, first))
        if any(a.get("id") == aid for a in known):
            continue
        spot = agreement.get("performed_on_spot") is True
        known.append(
            {
                "id": aid,
                "case": case.id if case else None,
                "effective_on": first.isoformat(),
                "form": agreement.get("form"),
                "mediation_type": agreement.get("mediation_type") or _type_of(case),
                "spot": spot,
                "organisation": _unit(run, agreement),
            }
        )
        _replace(known, items, text(agreement, "replaces_agreement"))
        for item in objects(agreement, "items"):
            items.append(_item(aid, case, item, items, spot=spot))
    run.facts["agreements"], run.facts["items"] = known, items


def _unit(run: Run, agreement: Document) -> str | None:
    """The organisation's unit; a name written in its place is not kept."""
    code = text(agreement, "organisation")
    return code if code is not None and run.units.get(code) is not None else None


def _type_of(case: CaseState | None) -> object:
    return case.facts.get("mediation_type") if case else None


def _replace(known: list[Fact], items: list[Fact], replaced: str | None) -> None:
    for agreement in known:
        if replaced is not None and agreement["id"] == replaced:
            agreement["replaced"] = True
    for item in items:
        if replaced is not None and item["agreement"] == replaced and item["state"] in OPEN_ITEM:
            item["state"] = "changed"


def _item(agreement: str, case: CaseState | None, item: Document, others: list[Fact], *, spot: bool) -> Fact:
    no, due = item.get("no"), day(item.get("due"))
    obj = str(no)
    if any(o["object"] == obj for o in others):
        obj = f"{no}@{agreement}"
    return {
        "agreement": agreement,
        "case": case.id if case else None,
        "no": no,
        "due": due.isoformat() if due else None,
        "state": "performed" if spot else "open",
        "object": obj,
        "accelerated": item.get("acceleration") is True,
        "debtors": listed(item, "debtors"),
    }


def named(run: Run) -> Fact | None:
    """The item that a performance speaks of: by number, in the agreement it names or the only one."""
    no, agreement = run.document.get("item"), run.document.get("agreement")
    items = [i for i in facts_of(run, "items") if i["no"] == no]
    exact = [i for i in items if i["agreement"] == agreement]
    found = exact or items
    return found[0] if len(found) == 1 else None


def perform(run: Run) -> None:
    """Move the states of the items a performance speaks of."""
    event = str(run.document.get("event"))
    items = facts_of(run, "items")
    if event == "terms_changed":
        run.facts["items"] = _changed(run, items)
        return
    after = _STATE_AFTER.get(event)
    if after is None or not items:
        return
    one = named(run)
    for item in items:
        if event == "all_performed":
            mine = _covered(run, item) and item["state"] in OPEN_ITEM
        else:
            mine = one is not None and item["object"] == one["object"]
        if mine:
            item["state"] = after
            if event == "item_breached":
                item["breached"] = True
    run.facts["items"] = items


def _covered(run: Run, item: Fact) -> bool:
    """Whether "all" covers an item: it is of the agreement named, or that name is none the hub knows."""
    agreement = run.document.get("agreement")
    known = {a["id"] for a in facts_of(run, "agreements")}
    return agreement not in known or item["agreement"] == agreement


def _changed(run: Run, items: list[Fact]) -> list[Fact]:
    changes = {c.get("no"): c for c in objects(run.document, "change.items")}
    for item in items:
        change = changes.get(item["no"])
        if change is not None and _covered(run, item) and item["state"] in OPEN_ITEM:
            due = day(change.get("due"))
            item["due"] = due.isoformat() if due else item["due"]
            item["state"] = "open"
    return [*items, *_added(run, items, changes)]


def _added(run: Run, items: list[Fact], changes: Mapping[object, Document]) -> Iterator[Fact]:
    """Items that changed terms add to the agreement they speak of: by its name, or the only one in force."""
    known = {a["id"]: a for a in facts_of(run, "agreements") if not a.get("replaced")}
    named = run.document.get("agreement")
    agreement = named if named in known else next(iter(known), None) if len(known) == 1 else None
    if agreement is None:
        return
    case = known[agreement].get("case")
    owner = run.case(case) if isinstance(case, str) else None
    there = {item["no"] for item in items if item["agreement"] == agreement}
    for no, change in changes.items():
        if no not in there:
            yield _item(str(agreement), owner, change, items, spot=False)


def still_open(run: Run) -> bool:
    """Whether an item of an agreement in force is still owed after the act."""
    replaced = {a["id"] for a in facts_of(run, "agreements") if a.get("replaced")}
    return any(i["state"] in OPEN_ITEM and i["agreement"] not in replaced for i in facts_of(run, "items"))


def to_watch(run: Run, case: CaseState | None) -> Iterator[Watched]:
    """Open items with a day: of the case's agreement for a confirmation, else all of the dispute."""
    for item in facts_of(run, "items"):
        due = day(item["due"])
        if due is None or item["state"] not in ("open", "due", "partly"):
            continue
        if case is not None and case.machine == "confirmation" and not _same(case, item):
            continue
        yield Watched(str(item["object"]), _case_of(item), due)


def _case_of(item: Fact) -> str | None:
    case = item.get("case")
    return case if isinstance(case, str) else None


def _same(case: CaseState, item: Fact) -> bool:
    agreement = case.facts.get("agreement")
    return agreement is None or item["agreement"] == agreement


def breached_now(run: Run) -> Iterator[Watched]:
    """Items that can be enforced once the act's item is breached: it, or all where one pulls the rest."""
    one = named(run)
    due = day(one["due"]) if one else None
    if one is None or due is None or confirmed_case(run) is None:
        return
    for item in facts_of(run, "items"):
        pulled = one["accelerated"] and item["agreement"] == one["agreement"]
        if item["object"] == one["object"] or (pulled and item["state"] in OPEN_ITEM):
            yield Watched(str(item["object"]), _case_of(item), due)


def confirmed_case(run: Run) -> CaseState | None:
    """The confirmation whose ruling makes the dispute's agreement enforceable, if there is one."""
    for case in run.all_cases():
        if case.machine == "confirmation" and case.facts.get("outcome") == "confirmed":
            return case
    return None


def last_due(run: Run, case: CaseState) -> date | None:
    """The last day of the last instalment: as the ruling says, else of the agreement's items."""
    stated = day(at(run.document, "performance_due_last")) or day(case.facts.get("due_last"))
    if stated is not None:
        return stated
    dues = [day(i["due"]) for i in facts_of(run, "items") if _same(case, i)]
    return max((d for d in dues if d is not None), default=None)
