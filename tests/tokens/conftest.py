"""One hub in two processes on one database, behind a proxy that says which certificate a client has shown."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from hub.store.address import Address
from tests.conftest import _data_dir
from tests.contract.kit import Hub, System
from tests.contract.words import BUREAU, COURT, STATION, TRIBUNAL, UNITS

PROXY = "127.0.0.2"
HEADER = "X-Client-Cert"


def changed(ask: Callable[[], httpx.Response]) -> httpx.Response:
    """The first answer that is no success: a process notices within a second what another one changed."""
    deadline = time.monotonic() + 30
    while (answer := ask()).status_code == 200 and time.monotonic() < deadline:
        time.sleep(0.05)
    return answer


@dataclass
class Workers:
    """Two processes of one hub: `one` bears its name, `two` answers under another port."""

    one: Hub
    two: Hub
    proxied: httpx.Client = field(init=False)
    systems: dict[str, System] = field(default_factory=dict)

    def __post_init__(self) -> None:
        transport = httpx.HTTPTransport(local_address=PROXY)
        self.proxied = httpx.Client(transport=transport, trust_env=False, base_url=self.one.issuer)

    def system(self, name: str, *options: str, alg: str = "EdDSA") -> System:
        """A police system, registered when first asked for."""
        if name not in self.systems:
            units = (BUREAU, STATION)
            self.systems[name] = self.one.add(name, "police", units, "--no-receiving", *options, alg=alg)
        return self.systems[name]

    def court(self) -> System:
        """The court's, which receives."""
        if "court-sys" not in self.systems:
            self.systems["court-sys"] = self.one.add("court-sys", "court", (COURT, TRIBUNAL))
        return self.systems["court-sys"]

    def elsewhere(self, system: System, method: str, path: str, **options: Any) -> httpx.Response:
        """The same request at the other process, with a bearer token if there is one."""
        token = options.pop("token", None)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return system.http.request(method, self.two.issuer + path, headers=headers, **options)

    def start(self) -> None:
        self.one.start("--metrics-port", "0")
        self.two.start("--metrics-port", "0", "--no-delivery")

    def close(self) -> None:
        self.proxied.close()
        self.two.close()
        self.one.close()


@pytest.fixture(scope="package")
def workers(server: Address, server_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    with _data_dir(server, server_dir, tmp_path_factory.mktemp("tokens")) as own:
        behind = {"LIANTIAO_CLIENT_CERT_HEADER": HEADER, "LIANTIAO_TRUSTED_PROXIES": f"{PROXY},::1/128"}
        one = Hub(own.data_dir, own.database_url, extra=behind)
        two = Hub(own.data_dir, own.database_url, extra=behind | {"LIANTIAO_ISSUER": one.issuer})
        made = Workers(one, two)
        one.furnish("init")
        one.units(UNITS)
        made.start()
        yield made
        made.close()
