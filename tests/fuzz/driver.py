"""Requests that schemathesis makes of the OpenAPI document, sent to a served hub for each role.

Half of them are helped: ids that exist and belong to the caller, bodies that are complete, messages that are
signed. All are checked against the document; nothing here knows what an endpoint should answer.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
HELPED = 0.8
"""Share of the requests of those who may."""
Case = Any
Help = Callable[[Case, Random], dict[str, Any]]
"""Changes a case; answers what goes beside it."""


@dataclass
class Tally:
    """What was answered: endpoint → status → count, and what went wrong."""

    answered: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    wrong: dict[str, str] = field(default_factory=dict)

    @property
    def requests(self) -> int:
        return sum(sum(counts.values()) for counts in self.answered.values())

    def reached(self, endpoint: str) -> float:
        """The share of an endpoint's requests that were answered 2xx."""
        counts = self.answered[endpoint]
        return sum(n for status, n in counts.items() if 200 <= status < 300) / max(1, sum(counts.values()))


class Driver:
    """Sends requests of one role after the other and keeps the tally."""

    def __init__(
        self, base: str, document: dict[str, Any], tokens: dict[str, Callable[[], str | None]]
    ) -> None:
        self.base = base
        self.schema = schemathesis.openapi.from_dict(document)
        self.operations = {
            f"{found.ok().method.upper()} {found.ok().path}": found.ok()
            for found in self.schema.get_all_operations()
        }
        self.tokens = tokens
        self.tally = Tally()
        self.session = requests.Session()
        self.session.trust_env = False

    def drive(self, endpoint: str, role: str, count: int, number: int, help_: Help | None = None) -> None:
        """So many requests of a role to an endpoint, made from the seed `number`."""
        strategy = self.operations[endpoint].as_strategy()
        options = settings(
            max_examples=count,
            phases=[Phase.generate],
            database=None,
            deadline=None,
            verbosity=Verbosity.quiet,
            suppress_health_check=list(HealthCheck),
        )

        @seed(number)
        @options
        @given(case=strategy, luck=st.integers(0, 2**32))
        def run(case: Case, luck: int) -> None:
            chance, beside = Random(luck), {}
            if help_ is not None and chance.random() < HELPED:
                beside = help_(case, chance)
            self._send(endpoint, role, case, beside)

        run()

    def _send(self, endpoint: str, role: str, case: Case, beside: dict[str, Any]) -> None:
        token = self.tokens[role]()
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if endpoint == "POST /v1/streams/poll" and isinstance(case.body, dict):
            case.body["returnImmediately"] = case.body.get("returnImmediately") or True  # nobody waits here
        beside = {**beside, "headers": {**beside.get("headers", {}), **headers}}
        try:
            answer = case.call(base_url=self.base, session=self.session, timeout=60, **beside)
        except (requests.exceptions.InvalidHeader, UnicodeEncodeError):
            return  # what no client can send
        self.tally.answered[endpoint][answer.status_code] += 1
        try:
            case.validate_response(answer, checks=CHECKS)
        except (Failure, FailureGroup) as failure:
            told = "; ".join(str(f).splitlines()[0] for f in getattr(failure, "exceptions", [failure]))
            self.tally.wrong.setdefault(
                f"{endpoint} {role} {answer.status_code} {told}",
                case.as_curl_command({"Authorization": "…"})[:600],
            )
