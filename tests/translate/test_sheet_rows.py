"""Rows of a sheet joined to records, on ledgers nobody has seen: who is written under whom stays there."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.errors import Refused
from hub.port import SheetTable
from hub.translate.books import Book, Merge, Sheet
from hub.translate.sheet_rows import asides, records
from hub.translate.sheet_table import tables

CARRIER = SheetTable(
    requires=frozenset({"事件名称", "姓名"}),
    columns=("序号", "事件名称", "简述", "组织", "姓名", "证件"),
    begins=frozenset({"序号", "事件名称"}),
    items="当事人",
    of_items=frozenset({"姓名", "证件"}),
    asides=frozenset({"合计", "备注:"}),
)
TEXTS = st.text("测一二三四五", min_size=1, max_size=4)
PERSON = st.fixed_dictionaries({"姓名": TEXTS}, optional={"证件": TEXTS})
DISPUTE = st.tuples(
    st.fixed_dictionaries({"事件名称": TEXTS}, optional={"序号": TEXTS, "简述": TEXTS}),
    st.lists(PERSON, min_size=1, max_size=4),
)
LEDGERS = st.lists(DISPUTE, min_size=1, max_size=6)


def drawn(disputes: list[tuple[dict[str, str], list[dict[str, str]]]], rng: random.Random) -> Sheet:
    """The ledger as somebody might have drawn it: columns, titles, merged cells, empty rows, sums."""
    order = rng.sample(CARRIER.columns, len(CARRIER.columns))
    shift = rng.randrange(3)
    rows: list[tuple[str, ...]] = [("台账",)] * rng.randrange(3)
    rows.append((*[""] * shift, *(f" {name}\t" for name in order)))
    merges: list[Merge] = []
    for told, people in disputes:
        top = len(rows)
        for n, person in enumerate(people):
            says = (told if n == 0 else {}) | person
            rows.append((*[""] * shift, *(says.get(name, "") for name in order)))
        for name in told if len(people) > 1 and rng.random() < 0.7 else ():
            column = shift + order.index(name)
            merges.append(Merge(top, column, len(rows) - 1, column))
        if rng.random() < 0.2:
            rows.append(())
        if rng.random() < 0.2:
            rows.append((*[""] * (shift + order.index("序号")), "合计"))
    return Sheet(1, tuple(rows), tuple(merges), {}, frozenset())


@settings(deadline=None)
@given(LEDGERS, st.integers(0, 2**32))
def test_people_stay_with_their_dispute(
    disputes: list[tuple[dict[str, str], list[dict[str, str]]]], seed: int
) -> None:
    sheet = drawn(disputes, random.Random(seed))
    (table,) = tables(Book((sheet,), (), False), CARRIER)
    read = [record.native for record in records(table)]
    assert read == [{**told, "当事人": people} for told, people in disputes]


@settings(deadline=None)
@given(LEDGERS, st.integers(0, 2**32), st.data())
def test_every_cell_is_read_reported_or_refused(
    disputes: list[tuple[dict[str, str], list[dict[str, str]]]], seed: int, data: st.DataObject
) -> None:
    """One more text anywhere but in a heading changes a record, refuses one by its place, or is reported."""
    book = Book((drawn(disputes, random.Random(seed)),), (), False)
    (sheet,) = book.sheets
    (table,) = tables(book, CARRIER)
    r = data.draw(st.integers(0, len(sheet.rows) - 1).filter(lambda n: n != table.heading))
    c = data.draw(st.integers(0, 9))
    row = [*sheet.rows[r], *[""] * 10][:10]
    row[c] = f"{row[c]}另"
    rows = (*sheet.rows[:r], tuple(row), *sheet.rows[r + 1 :])
    other = Book((Sheet(1, rows, sheet.merges, {}, frozenset()),), (), False)
    was, now = (_said(found) for found in (book, other))
    assert was != now


def _said(book: Book) -> list[object]:
    told: list[object] = []
    found = tables(book, CARRIER)
    for table in found:
        for record in records(table):
            fault = record.native
            told.append([f.native for f in fault.faults] if isinstance(fault, Refused) else fault)
    lines = [int("".join(filter(str.isdigit, place))) for place in asides(book, found)]
    return [*told, [book.sheets[0].rows[n - 1] for n in lines]]
