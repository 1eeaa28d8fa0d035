"""The rules of the pre-check as they stand in `rules.json`: each with law, version, article, dates, way out.

Reads its own file once. Pure.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal, NamedTuple, cast

from hub.errors import Broken
from hub.reference import entries

Finding = Literal["missing", "wrong", "doubt", "late", "risk"]
Status = Literal["law", "configuration"]
_PERIOD: Final = "causes-2026"


class Words(NamedTuple):
    """Chinese and English."""

    zh: str
    en: str


class Version(NamedTuple):
    """A version of a law: its days of effect, and its numbers for articles that are cited by newer ones."""

    name: str
    first: date
    last: date | None
    articles: Mapping[str, str]

    def holds(self, day: date) -> bool:
        """Whether it is in force on that day."""
        return self.first <= day and (self.last is None or day <= self.last)


class Citation(NamedTuple):
    """The article in force on a day."""

    law: str
    version: str
    article: str
    first: date

    @property
    def line(self) -> str:
        """As a reader knows it."""
        return f"{self.law}({self.version}){self.article}"


class Rule(NamedTuple):
    """One check. `ground`: its item of 355 or 358; `expects`: the member of an item it is about."""

    check: str
    finding: Finding
    law: str
    article: str
    status: Status
    text: Words
    way: Words
    ground: str | None
    expects: str | None


class Paper(NamedTuple):
    """A paper the application needs, as the list of filing fields names it."""

    field: str
    paper: str
    required: str
    source: str


@dataclass(frozen=True, slots=True)
class Book:
    """All of it, indexed."""

    version: str
    laws: Mapping[str, tuple[Version, ...]]
    rules: Mapping[str, Rule]
    clauses: Mapping[str, re.Pattern[str]]
    causes: Mapping[str, frozenset[str]]
    papers: tuple[Paper, ...]

    @property
    def since(self) -> date:
        """The first day with a known version of each law: nothing can be checked as of a day before."""
        return max(min(v.first for v in versions) for versions in self.laws.values())

    def cited(self, rule: Rule, day: date) -> Citation:
        """The rule's article in the version of that day, which is none before `since`."""
        for version in self.laws[rule.law]:
            if version.holds(day):
                bare, paragraph, rest = rule.article.partition("(")
                article = version.articles.get(bare, bare) + paragraph + rest
                return Citation(rule.law, version.name, article, version.first)
        raise Broken(f"{rule.law}: 当日没有施行的版本 · no version in force on {day}")

    def about(self, check: str, cause: str | None, text: str) -> bool:
        """Whether the cause or the words of an agreement are what a check is about."""
        if cause is not None and cause in self.causes.get(check, frozenset()):
            return True
        clause = self.clauses.get(check)
        return clause is not None and clause.search(text) is not None


@cache
def load_book() -> Book:
    """The rules of this release."""
    said: dict[str, Any] = json.loads(files(__package__).joinpath("rules.json").read_text(encoding="utf-8"))
    return Book(
        version=said["version"],
        laws={law: tuple(_version(v) for v in versions) for law, versions in said["laws"].items()},
        rules={r["check"]: _rule(r) for r in said["rules"]},
        clauses={name: re.compile("|".join(c["words"])) for name, c in said["clauses"].items()},
        causes={name: _causes(told) for name, told in said["causes"].items()},
        papers=_papers({p["field"]: p["paper"] for p in said["papers"]}),
    )


def _version(said: Mapping[str, Any]) -> Version:
    last = date.fromisoformat(said["to"]) if "to" in said else None
    return Version(said["version"], date.fromisoformat(said["from"]), last, said.get("articles", {}))


def _rule(said: Mapping[str, Any]) -> Rule:
    return Rule(
        check=said["check"],
        finding=cast("Finding", said["finding"]),
        law=said["law"],
        article=said["article"],
        status=cast("Status", said.get("status", "law")),
        text=Words(said["zh"], said["en"]),
        way=Words(said["way"]["zh"], said["way"]["en"]),
        ground=said.get("ground"),
        expects=said.get("expects"),
    )


def _causes(told: Mapping[str, Any]) -> frozenset[str]:
    """Causes with a bar, and all under the roots; what stands under an exception is left out."""
    rows = {e.code: e.row for e in entries(_PERIOD)}
    roots, left = set(told.get("roots", ())), set(told.get("except", ()))
    return frozenset(
        code
        for code, row in rows.items()
        if (_above(rows, code) & roots or ("bar" in told and row.get("confirm_bar") == told["bar"]))
        and not _above(rows, code) & left
    )


def _above(rows: Mapping[str, Mapping[str, str]], code: str) -> set[str]:
    found: set[str] = set()
    while code in rows and code not in found:
        found.add(code)
        code = rows[code].get("parent", "")
    return found


def _papers(codes: Mapping[str, str]) -> tuple[Paper, ...]:
    """The rows of the list of filing fields that are about the application."""
    rows = [e.row for e in entries("filing-fields") if e.row["object"] == "司法确认申请"]
    return tuple(Paper(r["field"], codes[r["field"]], r["required"], r["source"]) for r in rows)
