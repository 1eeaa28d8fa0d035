import asyncio
import socket
from ipaddress import ip_address

import pytest

from hub.errors import Misconfigured
from hub.exchange.push_address import Forbidden, Gate, GuardedResolver, is_plain, lies_under

REGISTERED = ["https://court.example.cn/in", "https://fixed.example.cn:8443/events?x=1"]


@pytest.mark.parametrize(
    "url",
    [
        "https://court.example.cn/in",
        "https://court.example.cn/in/",
        "https://court.example.cn/in/events",
        "https://COURT.example.cn:443/in/events?system=7",
        "https://fixed.example.cn:8443/events?x=1",
    ],
)
def test_an_address_at_or_below_a_registered_one_is_taken(url: str) -> None:
    assert lies_under(url, REGISTERED)


@pytest.mark.parametrize(
    "url",
    [
        "http://court.example.cn/in",
        "https://court.example.cn/",
        "https://court.example.cn/inner",
        "https://court.example.cn:444/in",
        "https://court.example.cn.evil.example/in",
        "https://court.example.cn@evil.example/in",
        "https://evil.example/in",
        "https://court.example.cn/in/../admin",
        "https://court.example.cn/in/%2e%2e/admin",
        "https://court.example.cn/in/%2Fadmin",
        "https://court.example.cn/in//admin",
        "https://court.example.cn/in\\..\\admin",
        "https://court.example.cn/in#x",
        "https://fixed.example.cn:8443/events?x=2",
        "https://fixed.example.cn:8443/events",
        "https://court.example.cn:99999/in",
        "https://[::1/in",
        "file:///etc/passwd",
        "//court.example.cn/in",
        "https://court.example.cn/in\r\nX: 1",
        "https://court.example.cn/in/" + "a" * 2000,
        "",
    ],
)
def test_every_other_address_is_refused(url: str) -> None:
    assert not lies_under(url, REGISTERED)


def test_a_url_without_host_is_not_plain() -> None:
    assert not is_plain("https:///in")


INNER = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fd00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "2002:7f00:1::",
    "64:ff9b::7f00:1",
    "64:ff9b:1::7f00:1",
    "::7f00:1",
    "::ffff:0:7f00:1",
    "fec0::1",
    "3fff::1",
    "5f00::1",
    "192.0.0.8",
]


@pytest.mark.parametrize("address", INNER)
def test_inner_addresses_are_closed_unless_listed(address: str) -> None:
    assert not Gate([]).admits(ip_address(address), 443)
    assert Gate(["0.0.0.0/0", "::/0"]).admits(ip_address(address), 443)


def test_public_addresses_are_open() -> None:
    for address in ("8.8.8.8", "2001:4860:4860::8888", "64:ff9b::808:808"):
        assert Gate([]).admits(ip_address(address), 443)


@pytest.mark.parametrize(
    "item", ["127.0.0.1", "127.0.0.0/8", "127.0.0.1:9000", "http://127.0.0.1:9000/", "[::ffff:7f00:1]"]
)
def test_the_list_takes_networks_addresses_ports_and_urls(item: str) -> None:
    gate = Gate([item])
    assert gate.admits(ip_address("127.0.0.1"), 9000) or item.startswith("[")
    assert not gate.admits(ip_address("10.0.0.1"), 9000)


def test_a_listed_port_opens_that_port_only() -> None:
    assert not Gate(["127.0.0.1:9000"]).admits(ip_address("127.0.0.1"), 9001)


def test_a_list_that_cannot_be_read_says_so() -> None:
    with pytest.raises(Misconfigured, match="LIANTIAO_PUSH_ALLOW"):
        Gate(["http://"])


@pytest.mark.parametrize(
    ("url", "allow"),
    [
        ("http://127.0.0.1:9/x", []),
        ("https://169.254.169.254/latest", []),
        ("http://8.8.8.8/x", []),
        ("http://court.example.cn/x", []),
        ("http://court.example.cn/x", ["127.0.0.1"]),
        ("https://[::1]/x", ["127.0.0.1"]),
    ],
)
def test_inner_literals_and_plain_http_are_refused_by_their_look(url: str, allow: list[str]) -> None:
    with pytest.raises(Forbidden):
        Gate(allow).check_literal(url)


@pytest.mark.parametrize(
    ("url", "allow"),
    [
        ("http://127.0.0.1:9/x", ["127.0.0.1"]),
        ("http://receiver.lan/x", ["receiver.lan"]),
        ("http://receiver.lan:8/x", ["receiver.lan:8"]),
        ("https://court.example.cn/x", []),
        ("https://8.8.8.8/x", []),
    ],
)
def test_listed_hosts_and_public_https_pass(url: str, allow: list[str]) -> None:
    Gate(allow).check_literal(url)


async def test_a_name_that_means_an_inner_address_is_refused_when_it_is_looked_up() -> None:
    resolver = GuardedResolver(Gate([]))
    for name in ("localhost", "127.1", "2130706433"):
        with pytest.raises(Forbidden):
            await resolver.resolve(name, 80, socket.AF_UNSPEC)
    await resolver.close()


async def test_a_name_that_is_listed_is_answered_with_its_addresses() -> None:
    resolver = GuardedResolver(Gate(["localhost"]))
    found = await resolver.resolve("localhost", 80, socket.AF_UNSPEC)
    assert {ip_address(one["host"]).is_loopback for one in found} == {True}


async def test_of_several_addresses_only_the_admitted_are_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    async def two(*_args: object, **_more: object) -> list[tuple[object, ...]]:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", 443)),
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 443)),
        ]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", two)
    found = await GuardedResolver(Gate([])).resolve("both.example", 443)
    assert [one["host"] for one in found] == ["8.8.8.8"]
