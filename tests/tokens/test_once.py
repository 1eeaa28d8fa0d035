"""What counts once does so in every process and after a restart; what is revoked is so everywhere."""

import asyncio
import json
import time

import asyncpg
import pytest

from tests.contract.kit import JWT_BEARER, Key, System, problem
from tests.tokens.conftest import Workers, changed
from tests.tokens.proving import Prover

PATH = "/v1/units"
ALTERED = 'UPDATE system_key SET jwk = jwk || \'{"use": "enc"}\' WHERE system = $1 RETURNING true'
OLD = """
WITH assertions AS (INSERT INTO client_assertion VALUES ('police-sys', 'old', now() - interval '1 hour'))
INSERT INTO used_proof VALUES ('old', now() - interval '1 hour')
"""
STALE = """
SELECT (SELECT count(*) FROM client_assertion WHERE expires_at < now() - interval '30 minutes')
     + (SELECT count(*) FROM used_proof WHERE expires_at < now() - interval '30 minutes')
"""


@pytest.fixture
def system(workers: Workers) -> System:
    return workers.system("police-sys")


def form(assertion: str) -> dict[str, str]:
    return {
        "grant_type": "client_credentials",
        "client_assertion_type": JWT_BEARER,
        "client_assertion": assertion,
    }


def ask_database(workers: Workers, query: str, *arguments: object) -> object:
    """What the database itself holds, or is made to hold."""

    async def asked() -> object:
        connection = await asyncpg.connect(workers.one.database_url)
        try:
            return await connection.fetchval(query, *arguments)
        finally:
            await connection.close()

    return asyncio.run(asked())


def used_before(workers: Workers, system: System, assertion: str) -> None:
    for answer in (
        system.ask_token(assertion),
        workers.elsewhere(system, "POST", "/oauth/token", data=form(assertion)),
    ):
        assert answer.status_code == 401
        assert answer.json()["error_description"] == "client assertion: used before"


def proved_before(workers: Workers, prover: Prover, headers: dict[str, str]) -> None:
    http = prover.system.http
    for address in (PATH, workers.two.issuer + PATH):
        told = problem(http.get(address, headers=headers), 401, "token-invalid")
        assert told["errors"][0]["rule"] == "dpop-used"
    again = {**form(prover.system.assertion())}
    answer = http.post("/oauth/token", data=again, headers={"DPoP": headers["X-Used"]})
    assert answer.json() == {"error": "invalid_dpop_proof", "error_description": "used before"}


def test_what_was_used_is_used_in_every_process_and_after_a_restart_until_it_is_stale(
    workers: Workers, system: System
):
    prover = Prover(system)
    assertion, shown = system.assertion(), prover.proof("POST", "/oauth/token")
    assert system.ask_token(assertion).status_code == 200
    token = prover.ask(shown).json()["access_token"]
    headers = prover.headers("GET", PATH, token) | {"X-Used": shown}
    assert system.http.get(PATH, headers=headers).status_code == 200
    ask_database(workers, OLD)
    assert ask_database(workers, STALE) == 2
    workers.second()
    used_before(workers, system, assertion)
    proved_before(workers, prover, headers)
    workers.one.stop()
    workers.one.start("--metrics-port", "0")
    used_before(workers, system, assertion)
    proved_before(workers, prover, headers)

    deadline = time.monotonic() + 30
    while ask_database(workers, STALE) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert ask_database(workers, STALE) == 0


def test_a_revoked_key_is_revoked_in_every_process_and_after_a_restart(workers: Workers):
    """It takes its own tokens with it and no others, whatever a clock says."""
    system = workers.system("lost-sys")
    token = system.token()
    assert workers.elsewhere(system, "GET", PATH, token=token).status_code == 200
    spare = Key("lost-sys-2")
    file = workers.one.data_dir / "spare.jwk"
    file.write_text(json.dumps(spare.public()))
    workers.one.furnish("system", "key", "add", system.id, str(file))
    workers.one.furnish("system", "key", "revoke", system.id, system.key.kid)
    for ask in (
        lambda: system.get(PATH, token=token),
        lambda: workers.elsewhere(system, "GET", PATH, token=token),
    ):
        assert problem(changed(ask), 401, "token-invalid")["errors"][0]["rule"] == "revoked"
    for ask in (
        system.ask_token,
        lambda: workers.elsewhere(system, "POST", "/oauth/token", data=form(system.assertion())),
    ):
        assert ask().status_code == 401
    anew = system.ask_token(system.assertion(key=spare)).json()["access_token"]
    assert system.get(PATH, token=anew).status_code == 200
    assert workers.elsewhere(system, "GET", PATH, token=anew).status_code == 200
    workers.one.stop()
    workers.one.start("--metrics-port", "0")
    assert problem(system.get(PATH, token=token), 401, "token-invalid")["errors"][0]["rule"] == "revoked"
    assert system.get(PATH, token=anew).status_code == 200


def test_a_stored_key_that_was_altered_to_encrypt_is_not_believed_and_harms_nobody_else(
    workers: Workers, system: System
):
    altered = workers.system("altered-sys")
    assert altered.ask_token().status_code == 200
    assert ask_database(workers, ALTERED, altered.id)
    answer = changed(
        lambda: workers.elsewhere(altered, "POST", "/oauth/token", data=form(altered.assertion()))
    )
    assert answer.status_code == 401
    assert answer.json()["error_description"] == "client assertion: key"
    assert changed(altered.ask_token).status_code == 401
    assert "key-unreadable" in workers.one.log()
    later = workers.system("after-sys")  # what is changed afterwards is still noticed
    assert later.ask_token().status_code == 200
    assert system.ask_token().status_code == 200
