"""Codecs of what people tell: names, numbers of papers and phones, money, heads, dates and times.

None of them refuses what a person may have told badly: the text is kept beside what could be read of it.
"""

from typing import Final

from hub.port import (
    Amount,
    Count,
    Day,
    Doc,
    IdNumber,
    Kept,
    LegalDate,
    Moment,
    Name,
    Phones,
    Unreadable,
    When,
)
from hub.translate import amounts, dates, persons
from hub.translate.codecs import Built, build, fitting, mapping, parted, string
from hub.translate.records import Run
from hub.translate.text import EMPTY_WORDS, clean, plain

LONGEST_NUMBER: Final = 30
"""Of a paper or a telephone, in the shared form. What is longer is several of them, or no number."""

MOST_PHONES: Final = 5

GUARDS: Final = "'\"="
"""What keeps a spreadsheet from rounding a long number: `'5000…`, `="5000…"`."""

WITHOUT_TIME: Final = frozenset({When.DAY, When.DAY_UNPADDED, When.DAY_COMPACT, When.DAY_CHINESE})
"""Ways to write a mere day; the others would add a time that nobody told."""

AS_TOLD: Final = frozenset(When) - WITHOUT_TIME | {When.DAY}
"""Ways in which a day without a time is written as the shared form has it."""


@build.register
def _(word: Name) -> Built:
    def read(value: object, _: Run) -> object:
        text = value if isinstance(value, str) and value.isalpha() else clean(value)
        if not text or text in EMPTY_WORDS:
            return None
        return persons.name(text) if len(text) <= word.limit else Kept(persons.name(text))

    def read_person(value: object, run: Run) -> object:
        named = read(value, run)
        return Kept(named) if isinstance(named, dict) and "kind" in named else named

    def write(value: object) -> object:
        person = mapping(value)
        if not word.organisations and person.get("kind", "person") not in ("person", "unknown"):
            return None
        return fitting(persons.write_name(person) or "", word.limit) or None

    return Built(read if word.organisations else read_person, write)


@build.register
def _(word: IdNumber) -> Built:
    def read(value: object, _: Run) -> object:
        if isinstance(value, str) and value.isdecimal() and value.isascii():
            return persons.id_number(value)
        text = plain(value) or ""
        bare = text.replace(" ", "").strip(GUARDS)
        if len(bare) > LONGEST_NUMBER:
            return Kept({"id_status": "not_checked"}, "identity")
        if bare != text:
            return Kept(persons.id_number(bare) if bare else None)
        return persons.id_number(text) if text else None

    def write(value: object) -> object:
        person = mapping(value)
        number = person.get("id_number") or person.get("credit_code")
        return fitting(number, word.limit) if isinstance(number, str) else None

    return Built(read, write)


@build.register
def _(word: Phones) -> Built:
    def read(value: object, _: Run) -> object:
        if isinstance(value, str) and value.isdecimal() and value.isascii():
            return [value]
        text = plain(value)
        if text is None:
            return None
        if text.isalnum() and len(text) <= LONGEST_NUMBER:
            return [text]
        parts = parted(text, "；;，、/|,\n")
        found = [part for part in parts or () if len(part) <= LONGEST_NUMBER][:MOST_PHONES]
        if found and ",".join(found) == text and len(text) <= word.limit:
            return found
        return Kept(found or None, None if found == parts else "lossy")

    def write(value: object) -> object:
        if not isinstance(value, list):
            raise Unreadable("type")
        return fitting(",".join(string(phone) for phone in value), word.limit)

    return Built(read, write)


@build.register
def _(word: Amount) -> Built:
    def read(value: object, _: Run) -> object:
        text = clean(value)
        if text and len(text) > amounts.LONGEST_RAW:
            return Kept(amounts.money(text))
        return amounts.money(text) if text else None

    return Built(read, lambda value: amounts.write_money(mapping(value), word.unit))


@build.register
def _(_: Count) -> Built:
    def read(value: object, _: Run) -> object:
        text = clean(value)
        if text is None:
            return None
        return amounts.count(text) or Kept(None, "lossy")

    def write(value: object) -> object:
        told = {"value": value, "precision": "exact"} if isinstance(value, int) else mapping(value)
        raw = told.get("raw")
        return raw if isinstance(raw, str) else str(told.get("value", ""))

    return Built(read, write)


@build.register
def _(word: Day) -> Built:
    def read(value: object, _: Run) -> object:
        moment, text = _moment(value, word.when)
        if moment is None:
            return Kept({"precision": "unknown", "raw": text[:40]}) if text else None
        made: Doc = {"value": moment.day, "precision": moment.precision}
        if text != moment.day:
            made["raw"] = text[:40]
            return made
        return made if moment.precision != "day" or word.when in AS_TOLD else Kept(made)

    def write(value: object) -> object:
        told = mapping(value)
        raw, day = told.get("raw"), told.get("value")
        if isinstance(raw, str):
            return raw
        moment = dates.read(string(day))
        is_day = moment.precision == "day" and word.when in WITHOUT_TIME
        return dates.write(moment.at, word.when) if is_day or moment.precision == "time" else day

    return Built(read, write)


@build.register
def _(word: LegalDate) -> Built:
    def read(value: object, _: Run) -> object:
        moment, text = _moment(value, word.when)
        if moment is None:
            return Kept(None, "lossy") if text else None
        if moment.precision in ("year", "month", "approximate"):
            return Kept(None, "lossy")
        day = moment.iso[:10]
        return day if dates.is_written(text, word.when, moment) else Kept(day)

    return Built(read, lambda value: dates.write(dates.read(string(value)).at, word.when))


@build.register
def _(word: Moment) -> Built:
    def read(value: object, _: Run) -> object:
        moment, text = _moment(value, word.when)
        if moment is None:
            return Kept(None, "lossy") if text else None
        if moment.precision in ("year", "month", "approximate"):
            return Kept(None, "lossy")
        return moment.iso if dates.is_written(text, word.when, moment) else Kept(moment.iso)

    return Built(read, lambda value: dates.write(dates.read(string(value)).at, word.when))


def _moment(value: object, when: When) -> tuple[dates.Moment | None, str]:
    if isinstance(value, str) and value.isascii():
        try:
            return dates.read_as(value, when), value
        except Unreadable:
            pass  # perhaps for its spaces, or because it says nothing
    text = plain(value) or ""
    try:
        return (dates.read_as(text, when) if text else None), text
    except Unreadable:
        return None, text
