"""Codecs of what people tell: names, numbers of papers and phones, money, heads, dates and times.

None of them refuses what a person may have told badly: the text is kept beside what could be read of it.
"""

from hub.port import Amount, Count, Day, Doc, IdNumber, Kept, LegalDate, Moment, Name, Phones, Unreadable
from hub.translate import amounts, dates, persons
from hub.translate.codecs import Built, build, fitting, mapping, string
from hub.translate.records import Run
from hub.translate.text import EMPTY_WORDS, clean, plain


@build.register
def _(word: Name) -> Built:
    def read(value: object, _: Run) -> object:
        text = value if isinstance(value, str) and value.isalpha() else clean(value)
        return persons.name(text) if text and text not in EMPTY_WORDS else None

    def write(value: object) -> object:
        return fitting(persons.write_name(mapping(value)) or "", word.limit) or None

    return Built(read, write)


@build.register
def _(word: IdNumber) -> Built:
    def read(value: object, _: Run) -> object:
        if isinstance(value, str) and value.isdecimal() and value.isascii():
            return persons.id_number(value)
        text = plain(value)
        return persons.id_number(text.replace(" ", "")) if text else None

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
        if text.isalnum():
            return [text]
        for sign in "；;，、/|":
            text = text.replace(sign, ",")
        found = [part.strip() for part in text.split(",") if part.strip()][:5]
        return found or None

    def write(value: object) -> object:
        if not isinstance(value, list):
            raise Unreadable("type")
        return fitting(",".join(string(phone) for phone in value), word.limit)

    return Built(read, write)


@build.register
def _(word: Amount) -> Built:
    def read(value: object, _: Run) -> object:
        text = clean(value)
        return amounts.money(text) if text else None

    return Built(read, lambda value: amounts.write_money(mapping(value), word.unit))


@build.register
def _(_: Count) -> Built:
    def read(value: object, _: Run) -> object:
        text = clean(value)
        if text is None:
            return None
        counted = amounts.count(text)
        return counted or Kept(None, "lossy")

    def write(value: object) -> object:
        told = {"value": value, "precision": "exact"} if isinstance(value, int) else mapping(value)
        raw = told.get("raw")
        return raw if isinstance(raw, str) else str(told.get("value", ""))

    return Built(read, write)


@build.register
def _(word: Day) -> Built:
    def read(value: object, _: Run) -> object:
        moment, text = _moment(value)
        if moment is None:
            return Kept({"precision": "unknown", "raw": text[:40]}) if text else None
        made: Doc = {"value": moment.day, "precision": moment.precision}
        if text != moment.day:
            made["raw"] = text[:40]
        return made

    def write(value: object) -> object:
        told = mapping(value)
        raw, day = told.get("raw"), told.get("value")
        if isinstance(raw, str):
            return raw
        moment = dates.read(string(day))
        return dates.write(moment.at, word.when) if moment.precision in ("day", "time") else day

    return Built(read, write)


@build.register
def _(word: LegalDate) -> Built:
    def read(value: object, _: Run) -> object:
        moment, text = _moment(value)
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
        moment, text = _moment(value)
        if moment is None:
            return Kept(None, "lossy") if text else None
        if moment.precision in ("year", "month", "approximate"):
            return Kept(None, "lossy")
        return moment.iso if dates.is_written(text, word.when, moment) else Kept(moment.iso)

    return Built(read, lambda value: dates.write(dates.read(string(value)).at, word.when))


def _moment(value: object) -> tuple[dates.Moment | None, str]:
    if isinstance(value, str) and value.isascii():
        try:
            return dates.read(value), value
        except Unreadable:
            pass  # perhaps for its spaces, or because it says nothing
    text = plain(value) or ""
    try:
        return (dates.read(text) if text else None), text
    except Unreadable:
        return None, text
