"""Where the hub may push to: under an address an administrator registered, and nowhere inside by chance.

Two gates. `lies_under` compares a stream's address with the registered ones, textually and strictly.
`Gate` judges every IP address that a name resolves to, at the moment of connecting: aiohttp connects to
what the resolver answers and to nothing else, so a name cannot mean one host when it is checked and
another when it is called. Loopback, private, link-local and other special addresses must be listed in
LIANTIAO_PUSH_ALLOW. Does name look-ups, nothing else.
"""

import asyncio
import re
import socket
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final
from urllib.parse import SplitResult, urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult

from hub.errors import Misconfigured

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

MAX_LENGTH: Final = 2000
_PLAIN: Final = re.compile(r"[\x21-\x7e]+")
_PORTS: Final = {"https": 443, "http": 80}
_NAT64: Final = IPv6Network("64:ff9b::/96")
_UNICAST: Final = IPv6Network("2000::/3")
"""All of IPv6 that is handed out for use; outside it lie ranges that the library calls global."""
_SPECIAL: Final = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"), IPv6Network("3fff::/20"))
"""Ranges of special use that a library of this age does not know, or not whole (RFC 6890, 7526, 9637)."""


class Forbidden(OSError):
    """The address is not one the hub may call. An OSError, so that aiohttp reports it as one."""


def is_plain(url: str) -> bool:
    """Whether an address is an absolute http(s) one without tricks: user info, fragment, dots, escapes."""
    if len(url) > MAX_LENGTH or not _PLAIN.fullmatch(url) or "\\" in url:
        return False
    parts = _split(url)
    if parts is None or parts.scheme not in _PORTS or not parts.hostname:
        return False
    if parts.fragment or "#" in url or "@" in parts.netloc:
        return False
    path = parts.path.lower()
    hidden = "%2e" in path or "%2f" in path or "%5c" in path or "//" in path
    return not hidden and not {".", ".."} & set(path.split("/"))


def lies_under(url: str, registered: Iterable[str]) -> bool:
    """Whether an address is one of the registered ones or below it: same scheme, host, port, path prefix."""
    if not is_plain(url):
        return False
    own = urlsplit(url)
    for prefix in registered:
        base = _split(prefix)
        if base is None or _origin(base) != _origin(own):
            continue
        folder = base.path.rstrip("/")
        if own.path.rstrip("/") == folder or own.path.startswith(folder + "/"):
            return not base.query or own.query == base.query
    return False


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _origin(parts: SplitResult) -> tuple[str, str, int | None]:
    return (parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme))


def embedded(address: Address) -> Address:
    """The IPv4 address an IPv6 one stands for (mapped, 6to4, Teredo, NAT64), else itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo or address


def _is_public(address: Address) -> bool:
    if not address.is_global or address.is_multicast or any(address in network for network in _SPECIAL):
        return False
    return isinstance(address, IPv4Address) or address in _UNICAST


class Gate:
    """What LIANTIAO_PUSH_ALLOW lists: networks, addresses and names, each with an optional port."""

    def __init__(self, allow: Sequence[str]) -> None:
        self._networks: list[tuple[Network, int | None]] = []
        self._names: set[tuple[str, int | None]] = set()
        for item in allow:
            self._list(item)

    def _list(self, item: str) -> None:
        whole = _network(item.strip("[]"))
        if whole is not None:
            self._networks.append((whole, None))
            return
        parts = _split(item if "://" in item else f"//{item}")
        if parts is None or not parts.hostname:
            raise Misconfigured(
                "LIANTIAO_PUSH_ALLOW: 应为地址、网段或主机名 · must be addresses, networks or host names"
            )
        port = parts.port or _PORTS.get(parts.scheme)
        literal = _network(parts.hostname)
        if literal is not None:
            self._networks.append((literal, port))
        else:
            self._names.add((parts.hostname, port))

    def names(self, host: str, port: int) -> bool:
        """Whether a host is listed by its name."""
        return bool({(host, None), (host, port)} & self._names)

    def admits(self, address: Address, port: int) -> bool:
        """Whether this IP address may be connected to: a public one, or a listed one."""
        real = embedded(address)
        return _is_public(real) or any(p in {None, port} and real in network for network, p in self._networks)

    def check_literal(self, url: str) -> None:
        """Judge an address that needs no look-up, and plain http. Raises Forbidden.

        Tokens hold personal data and are signed, not encrypted: without TLS they go only to listed hosts.
        """
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = parts.port or _PORTS.get(parts.scheme, 0)
        try:
            literal: Address | None = ip_address(host)
        except ValueError:
            literal = None
        if literal is not None and not self.admits(literal, port):
            raise Forbidden("address not allowed")
        if parts.scheme == "http" and not self._listed(host, literal, port):
            raise Forbidden("plain http not allowed")

    def _listed(self, host: str, literal: Address | None, port: int) -> bool:
        if literal is None:
            return self.names(host, port)
        real = embedded(literal)
        return any(p in {None, port} and real in network for network, p in self._networks)


def _network(text: str) -> Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


class GuardedResolver(AbstractResolver):
    """Look-ups for the push connector; answers only addresses that the gate admits."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a name. Raises Forbidden when there are some but none is admitted."""
        found = await asyncio.get_running_loop().getaddrinfo(
            host, port, type=socket.SOCK_STREAM, family=family, flags=socket.AI_ADDRCONFIG
        )
        named = self._gate.names(host, port)
        admitted = [
            ResolveResult(
                hostname=host,
                host=str(sockaddr[0]),
                port=port,
                family=kind,
                proto=proto,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, _, proto, _, sockaddr in found
            if named or self._gate.admits(ip_address(sockaddr[0]), port)
        ]
        if not admitted:
            raise Forbidden("address not allowed")
        return admitted

    async def close(self) -> None:
        """Nothing is held."""
