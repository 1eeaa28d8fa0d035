"""Who may see what (P5): every endpoint × role × own, another's, unknown: what is not yours is not there."""

import asyncio
import hashlib
import re
import runpy
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi.routing import APIRoute

import hub.exchange
from hub.api.app import create_app
from hub.law.calendar import legal_day
from hub.nightly.night import Interval, open_night
from hub.nightly.share import share
from hub.settings import Settings
from hub.store.address import Address
from hub.store.database import OPEN_TABLES
from tests.access.ground import ELSEWHERE, NOTHING, Ground, uploaded
from tests.access.matrix import ENDPOINTS
from tests.access.nets import GRANTED, OPEN, POLICIES, looked_at, plant, seen
from tests.access.rows import EVERYBODY, Listed, Named, Shared
from tests.conftest import _data_dir
from tests.contract.kit import Hub
from tests.contract.words import POLICE_AS, dispute

ROLES = (*sorted(EVERYBODY), "admin", "nobody")
_NEW = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|eyJ[\w.-]+")
"""What is made for each answer: ids and tokens."""
ADMIN = "/v1/admin/"
PLANTED = {"dispute": "dispute", "absorbed": "dispute", "case": "confirmation"}


class Asking:
    """The planted hub and a token of every role."""

    def __init__(self, ground: Ground, settings: Settings) -> None:
        self.ground = ground
        self.settings = settings
        self.http = httpx.Client(base_url=ground.hub.issuer, trust_env=False, timeout=40)
        agencies = sorted(EVERYBODY - {"reader"})
        self.tokens = {role: ground[role].token() for role in (*agencies, "admin")}
        self.tokens["reader"] = ground["police"].token("messages:read")
        self.scopes = {role: self._scopes(role) for role in ROLES}

    def _scopes(self, role: str) -> set[str]:
        token = self.tokens.get(role)
        scope = self.ground.hub.read(token, "at+jwt", self.ground.hub.issuer)["scope"] if token else ""
        return set(scope.split())

    def ask(self, role: str, method: str, path: str, **options: Any) -> httpx.Response:
        token = self.tokens.get(role)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self.http.request(method, path, headers={**headers, **options.pop("headers", {})}, **options)

    def may(self, role: str, scope: str | None) -> bool:
        """Whether the role's token has the scope."""
        return scope is None or scope in self.scopes[role]

    def barred(self, role: str) -> int:
        """What a token without the scope is answered, and no token."""
        return 403 if self.scopes[role] else 401

    def tells_only(self, answer: httpx.Response, role: str, asked: str) -> bool:
        """Whether an answer holds nothing that was planted but what was asked about and one's own dispute."""
        ours, theirs = self.ground.mine.values(), self.ground.other.values()
        planted = set(ours) if role == "stranger" else {*ours, *theirs}
        return not any(value in answer.text for value in planted - {asked, self.ground.home(role)})

    def listed(self, role: str, endpoint: str, row: Listed) -> httpx.Response:
        method, _, path = endpoint.partition(" ")
        inside = {name: value for name, value in row.params.items() if f"{{{name}}}" in path}
        params = {name: value for name, value in row.params.items() if name not in inside}
        return self.ask(role, method, path.format(**inside), params=params)

    def named(self, role: str, endpoint: str, row: Named, asked: str) -> httpx.Response:
        method, _, path = endpoint.partition(" ")
        filled = path.replace("{form}", "transfer_letter")
        return self.ask(role, method, re.sub(r"\{\w+\}", asked, filled), **row.ask(self.ground, role, asked))


@pytest.fixture(scope="module")
def asking(server: Address, server_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    with _data_dir(server, server_dir, tmp_path_factory.mktemp("access")) as own:
        ground = Ground(Hub(own.data_dir, own.database_url))
        ground.begin()
        asyncio.run(_shared(replace(own, issuer=ground.hub.issuer)))
        (mine,) = ground["police"].get("/v1/shares").json()["shares"]
        ground.mine["share"] = mine["share"]
        made = Asking(ground, own)
        yield made
        made.http.close()
        ground.hub.close()


async def _shared(settings: Settings) -> None:
    async with open_night(settings, Interval.of_day(legal_day(datetime.now(UTC)))) as night:
        await share(night)


def heard(answer: httpx.Response) -> tuple[int, str, dict[str, str]]:
    """All that an answer tells, but when, and the ids that are made for it."""
    headers = {n: _NEW.sub("", v) for n, v in answer.headers.items() if n != "date"}
    return answer.status_code, _NEW.sub("", answer.text), headers


def rows(kind: Any) -> list[Any]:
    """Endpoint and row, with a name for the report."""
    found = [
        (endpoint, row)
        for endpoint, told in ENDPOINTS.items()
        for row in (told if isinstance(told, tuple) else (told,))
        if isinstance(row, kind)
    ]
    return [pytest.param(*each, id=f"{each[0]} {n}") for n, each in enumerate(found)]


def endpoints() -> set[str]:
    """What the application answers, and what it says that it answers."""
    app = create_app(Settings())
    routed = {f"{m} {r.path}" for r in app.routes if isinstance(r, APIRoute) for m in r.methods}
    described = {f"{m.upper()} {p}" for p, methods in app.openapi()["paths"].items() for m in methods}
    return routed | described


def test_every_endpoint_has_its_row():
    administered = {endpoint for endpoint in endpoints() if ADMIN in endpoint}
    assert endpoints() - administered == set(ENDPOINTS)


@pytest.mark.parametrize(("endpoint", "row"), rows(Listed))
def test_lists_show_what_is_the_callers(asking: Asking, endpoint: str, row: Listed):
    """Asked first: what others name below, they find again in what they said themselves."""
    for role in ("stranger", "superior"):
        answer = asking.listed(role, endpoint, row)
        assert answer.status_code == 200, answer.text
        assert asking.tells_only(answer, role, NOTHING), (role, answer.text)
    if row.shows:
        assert asking.ground.mine[row.shows] in asking.listed("police", endpoint, row).text


@pytest.mark.parametrize(("endpoint", "row"), rows(Named))
def test_what_is_not_yours_is_not_there(asking: Asking, endpoint: str, row: Named):
    for role in ROLES:
        missing = heard(asking.named(role, endpoint, row, row.unknown))
        assert asking.may(role, row.scope) or missing[0] == asking.barred(role), role
        if row.nonsense:
            assert heard(asking.named(role, endpoint, row, row.nonsense)) == missing, role
        for things, owners in ((asking.ground.mine, row.sees), (asking.ground.other, {"stranger"})):
            sees = asking.may(role, row.scope) and role in owners
            reads = not endpoint.startswith("POST")
            # What the stranger would say of its own changes who takes part in it.
            if row.thing not in things or (
                sees and not (row.control and (reads or things is asking.ground.mine))
            ):
                continue
            answer = asking.named(role, endpoint, row, things[row.thing])
            assert (heard(answer) != missing) == sees, (role, answer.text, missing)
            assert not (sees and reads) or answer.is_success, (role, answer.text)
            assert sees or asking.tells_only(answer, role, things[row.thing]), (role, answer.text)


@pytest.mark.parametrize(
    ("endpoint", "row"), [r for r in rows(Listed | Named) if r.values[0].startswith("GET /v1/")]
)
def test_no_cache_keeps_what_is_somebodys(asking: Asking, endpoint: str, row: Any):
    if isinstance(row, Listed):
        answers = [asking.listed("police", endpoint, row)]
    else:
        role = min(row.sees - {"reader"} or {"police"})
        there = asking.ground.mine[row.thing]
        answers = [
            asking.named(who, endpoint, row, asked)
            for who, asked in ((role, there), ("nobody", there), (role, NOTHING))
        ]
    assert answers[0].is_success or not getattr(row, "sees", True), answers[0].text
    for answer in answers:
        assert "no-store" in answer.headers.get("cache-control", ""), (endpoint, answer.status_code)
        assert answer.headers.get("x-content-type-options") == "nosniff", (endpoint, answer.status_code)


@pytest.mark.parametrize(("endpoint", "row"), rows(Listed | Shared))
def test_without_a_token_or_its_scope_nothing_is_said(asking: Asking, endpoint: str, row: Any):
    for role in ROLES:
        if not asking.may(role, row.scope):
            answer = asking.named(role, endpoint, Named("", row.scope), NOTHING)
            assert answer.status_code == asking.barred(role), (role, answer.text)


@pytest.mark.parametrize("endpoint", sorted(e for e in endpoints() if ADMIN in e))
def test_administrators_endpoints_say_nothing_to_others(asking: Asking, endpoint: str):
    method, _, path = endpoint.partition(" ")
    there = re.sub(r"\{(\w+)\}", lambda m: asking.ground.mine[PLANTED.get(m[1], "message")], path)
    for role in ("police", "reader", "nobody"):
        answers = [
            heard(asking.ask(role, method, filled, params={"reason": "试验 test"}))
            for filled in (there, re.sub(r"\{\w+\}", NOTHING, path))
        ]
        assert answers[0] == answers[1], role
        assert answers[0][0] == asking.barred(role), (role, answers)


def test_a_file_that_another_has_is_taken_as_one_that_nobody_has(asking: Asking):
    there, new = b"the same bytes" * 30, b"other bytes..." * 30
    uploaded(asking.ground["police"], there)
    answers = []
    for data in (there, new):
        digest = hashlib.sha256(data).hexdigest()
        half = {"content": data[9:], "headers": {"Content-Range": f"bytes 9-{len(data) - 1}/{len(data)}"}}
        path = f"/v1/blobs/sha-256/{digest}"
        told = [asking.ask("stranger", "PUT", path, **how) for how in (half, {"content": data})]
        answers.append([repr(heard(answer)).replace(digest, "") for answer in told])
    assert answers[0] == answers[1]


def test_the_number_of_anothers_dispute_tells_nothing(asking: Asking):
    number, answers = {"system": "jjdbh", "value": "JQ20261126000077"}, []
    asking.ground["police"].accepted("dispute", dispute(identifiers=[number]), **POLICE_AS)
    for value in (number["value"], "JQ20261126000088"):
        for member in ("identifiers", "explicit_links"):
            told = dispute(**{member: [{**number, "value": value}]})
            said = asking.ground["stranger"].accepted("dispute", told, ELSEWHERE, "police_handling")
            answers.append({name: said[name] for name in ("findings", "deliveries")} | {"members": set(said)})
    assert answers[:2] == answers[2:]


# -- the net under the queries' own conditions


def test_every_table_an_agency_reads_has_a_policy_or_is_for_everybody(asking: Asking):
    granted = {row[0] for row in looked_at(asking.settings, lambda held: held.fetch(GRANTED))}
    guarded = {row[0] for row in looked_at(asking.settings, lambda held: held.fetch(POLICIES))}
    assert granted - guarded == OPEN == OPEN_TABLES  # as the doctor looks for it


def test_rows_are_hidden_without_any_condition(asking: Asking):
    ground = asking.ground
    looked_at(asking.settings, lambda held: plant(held, ground))
    tables = [row[0] for row in looked_at(asking.settings, lambda held: held.fetch(POLICIES))]
    parties, others = ("police", "justice", "court"), ("superior", "stranger")
    eyes = {role: (ground[role].units, ground[role].id) for role in (*parties, *others)}
    for table, rows_of in seen(asking.settings, tables, {**eyes, "nobody": ((), "")}).items():
        theirs = set().union(*(rows_of[role] for role in parties))
        assert theirs, table
        assert rows_of["nobody"] == set(), table
        assert not any(theirs & rows_of[role] for role in others), table


READS = [p for p in rows(Named) if p.values[0].startswith(("GET", "HEAD")) and p.values[1].scope]


def test_the_queries_filter_where_there_is_no_net(asking: Asking):
    """Without the policies the queries' own conditions are enough, and the other way below."""
    looked_at(asking.settings, lambda held: guarding(held, "DISABLE"))
    try:
        assert strangers_see(asking) == {}
    finally:
        looked_at(asking.settings, lambda held: guarding(held, "ENABLE"))


def test_row_level_security_holds_where_the_queries_have_no_filter(asking: Asking):
    """Without its filters the exchange answers strangers the same; without the policies too it would not."""
    file = Path(__file__).parent / "open_build" / "sitecustomize.py"
    build = runpy.run_path(str(file))
    exchange = Path(hub.exchange.__file__).parent
    changed = {
        name: build["opened"](f"hub.exchange.{name}", source) != source
        for name in (*build["READING"], *build["POLLING"])
        for source in [(exchange / f"{name.replace('.', '/')}.py").read_text()]
    }
    assert all(changed.values()), changed
    asking.ground.restart(PYTHONPATH=str(file.parent))
    assert strangers_see(asking) == {}
    looked_at(asking.settings, lambda held: guarding(held, "DISABLE"))
    assert set(strangers_see(asking)) >= {
        "GET /v1/messages",
        "GET /v1/messages/{message}",
        "GET /v1/cases/{case}",
    }


def strangers_see(asking: Asking) -> dict[str, str]:
    """What the station's things tell units that have no part in them: endpoint → answer."""
    found = {}
    for role in ("stranger", "superior"):
        for endpoint, row in (each.values for each in READS):
            there, missing = (
                asking.named(role, endpoint, row, i) for i in (asking.ground.mine[row.thing], row.unknown)
            )
            if heard(there) != heard(missing):
                found[endpoint] = there.text
    for endpoint, row in (
        each.values for each in rows(Listed)
    ):  # the stranger has said some of the ids itself
        answer = asking.listed("superior", endpoint, row)
        if not answer.is_success or not asking.tells_only(answer, "superior", NOTHING):
            found[endpoint] = answer.text
    return found


async def guarding(held: asyncpg.Connection, how: str) -> None:
    """`ENABLE` or `DISABLE` every policy."""
    for (table,) in await held.fetch(POLICIES):
        await held.execute(f"ALTER TABLE {table} {how} ROW LEVEL SECURITY")
