"""The settings of one process: one frozen object, read once at the door (CLI), passed to who needs it.

Order: `LIANTIAO_…` variables, then `liantiao.toml` in the data directory, then the defaults here.
Touches the environment and that file, nothing else. Every field has its line in docs/operations.md.
"""

import math
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hub.errors import Misconfigured
from hub.logs import FORMATS, LogFormat

PREFIX = "LIANTIAO_"
_HEADER = re.compile(r"[A-Za-z0-9-]{1,64}", re.ASCII)
_SIZE = re.compile(r"(\d{1,9}(?:\.\d{1,3})?) ?([KMGT])i?B", re.ASCII | re.IGNORECASE)
_LEAST_MEMORY = 64 * 1000**2
_LEAST_RATE = 0.1
ENGINES = ("duckdb", "spark")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be set; names are those of the variables without the prefix, in lower case."""

    data_dir: Path = Path("liantiao-data")
    database_url: str | None = None
    issuer: str = "http://127.0.0.1:8040"
    push_allow: tuple[str, ...] = ()
    clock_offset: float = 0.0
    metrics_port: int = 0
    log_level: str = "INFO"
    log_format: LogFormat = "text"
    traces: str | None = None
    token_life: int = 600
    client_cert_header: str | None = None
    trusted_proxies: tuple[str, ...] = ()
    batch: int = 256
    queue: int = 1024
    rate: float = 2000.0
    max_body: int = 1024 * 1024
    max_package: int = 16 * 1024 * 1024
    max_file: int = 2 * 1024 * 1024 * 1024
    uploads_at_once: int = 4
    notify: str | None = None
    snapshot_folders: tuple[str, ...] = ()
    night_engine: str = "duckdb"
    night_memory: str = "2GB"
    night_spill: str | None = None

    @property
    def audience(self) -> str:
        """What `aud` must be: the issuer itself (contract 1)."""
        return self.issuer

    @property
    def log_origin(self) -> str:
        """Origin of the evidence log: the issuer without its scheme (contract 6)."""
        return self.issuer.split("://", 1)[1]


DEFAULTS = Settings()


def load(overrides: Mapping[str, Any] | None = None, env: Mapping[str, str] | None = None) -> Settings:
    """Settings of this process. Raises Misconfigured naming the setting."""
    env = os.environ if env is None else env
    given: dict[str, Any] = {k: v for k, v in (overrides or {}).items() if v is not None}
    data_dir = Path(given.get("data_dir") or env.get(PREFIX + "DATA_DIR") or DEFAULTS.data_dir)
    file = data_dir / "liantiao.toml"
    stored: dict[str, Any] = {}
    if file.exists():
        try:
            stored = tomllib.loads(file.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
            raise Misconfigured(f"{file.name}: 不是有效的 TOML · not valid TOML") from e
    values: dict[str, Any] = {}
    for field in fields(Settings):
        raw = given.get(field.name, env.get(PREFIX + field.name.upper(), stored.get(field.name)))
        if raw is not None:
            values[field.name] = _read(field.name, raw)
    values["data_dir"] = data_dir
    unknown = sorted(set(stored) - {f.name for f in fields(Settings)})
    if unknown:
        raise Misconfigured(f"{file.name}: 未知设置 · unknown setting {', '.join(unknown)}")
    settings = Settings(**values)
    _check(settings)
    return settings


def _read(name: str, raw: Any) -> Any:  # noqa: ANN401  a setting may be any TOML value
    default = getattr(DEFAULTS, name)
    try:
        if isinstance(default, Path):
            return Path(raw)
        if isinstance(default, tuple):
            parts = raw.split(",") if isinstance(raw, str) else raw
            return tuple(p.strip() for p in parts if p.strip())
        if isinstance(default, float):
            return float(raw)
        if isinstance(default, int):
            return int(raw)
        return str(raw)
    except (TypeError, ValueError) as e:
        kind = type(default).__name__
        raise Misconfigured(f"{PREFIX}{name.upper()}: 应为 {kind} · must be a {kind}") from e


def _check(settings: Settings) -> None:
    parts = urlsplit(settings.issuer)
    if parts.scheme not in {"https", "http"} or not parts.hostname or settings.issuer.endswith("/"):
        raise Misconfigured(
            "LIANTIAO_ISSUER: 应为不以斜杠结尾的 https 地址 · must be an https address without a final slash"
        )
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise Misconfigured("LIANTIAO_ISSUER: 仅回环地址可用 http · http is accepted on loopback only")
    _check_memory(settings.night_memory)
    _check_proxies(settings)
    if settings.clock_offset and not is_loopback(parts.hostname):
        raise Misconfigured("LIANTIAO_CLOCK_OFFSET: 仅用于回环地址 · is accepted for a loopback issuer only")
    if settings.rate != 0 and not _LEAST_RATE <= settings.rate < math.inf:
        raise Misconfigured(
            "LIANTIAO_RATE: 应为每秒请求数(至少 0.1),0 为不限"
            " · must be requests a second, at least 0.1, or 0 for no limit"
        )
    if settings.log_format not in FORMATS:
        raise Misconfigured("LIANTIAO_LOG_FORMAT: 应为 text 或 json · must be text or json")
    if settings.log_level.upper() not in LEVELS:
        raise Misconfigured(f"LIANTIAO_LOG_LEVEL: 应为其一 · must be one of {', '.join(LEVELS)}")
    if settings.night_engine not in ENGINES:
        raise Misconfigured("LIANTIAO_NIGHT_ENGINE: 应为 duckdb 或 spark · must be duckdb or spark")


def _check_proxies(settings: Settings) -> None:
    """A header without a proxy that may send it would be anybody's word, a proxy without a header none."""
    name = settings.client_cert_header
    if (name is None) != (not settings.trusted_proxies):
        raise Misconfigured(
            "LIANTIAO_CLIENT_CERT_HEADER, LIANTIAO_TRUSTED_PROXIES: 须同时设置 · set both, or neither"
        )
    if name is not None and not _HEADER.fullmatch(name):
        raise Misconfigured("LIANTIAO_CLIENT_CERT_HEADER: 应为头名 · must be the name of a header")
    try:
        for network in settings.trusted_proxies:
            ip_network(network)
    except ValueError as e:
        raise Misconfigured("LIANTIAO_TRUSTED_PROXIES: 应为地址或网段 · must be addresses or networks") from e


def _check_memory(said: str) -> None:
    """What DuckDB takes for a size; a share of the machine, or no limit, is none."""
    found = _SIZE.fullmatch(said)
    if found is None or float(found[1]) * 1000 ** " KMGT".index(found[2].upper()) < _LEAST_MEMORY:
        raise Misconfigured(
            "LIANTIAO_NIGHT_MEMORY: 应为如 2GB、512MiB 的大小,至少 64MB"
            " · must be a size like 2GB or 512MiB, at least 64MB"
        )


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine's own."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
