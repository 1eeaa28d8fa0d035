"""Settings that somebody would stumble over later are refused at the door, by name."""

from pathlib import Path

import pytest

from hub.errors import Misconfigured
from hub.nightly import engine
from hub.settings import load

NAME = "LIANTIAO_NIGHT_MEMORY"


@pytest.mark.parametrize(
    "said", ["2", "2 G B", "GB", "-1", "none", "80%", "2PB", "0GB", "63MB", "٢GB", "2GB;", ""]
)
def test_a_limit_that_is_none_is_refused_with_an_example(said: str):
    with pytest.raises(Misconfigured, match=rf"^{NAME}: .*2GB.*64MB"):
        load(env={NAME: said})


@pytest.mark.parametrize("said", ["64MB", "2GB", "2 GB", "1.5gb", "512MiB", "65536KB", "0.1TiB"])
def test_a_limit_that_is_taken_is_taken_by_the_engine_too(said: str, tmp_path: Path):
    with engine.engine(tmp_path, load(env={NAME: said}).night_memory) as running:
        assert str(running.store.setting("memory_limit"))[0].isdigit()


@pytest.mark.parametrize(
    ("header", "proxies", "name"),
    [
        ("X-Client-Cert", "", "CLIENT_CERT_HEADER"),
        (None, "127.0.0.1", "CLIENT_CERT_HEADER"),
        ("X Client", "127.0.0.1", "CLIENT_CERT_HEADER"),
        ("X-Client-Cert", "proxy.example", "TRUSTED_PROXIES"),
        ("X-Client-Cert", "10.0.0.1/8", "TRUSTED_PROXIES"),
    ],
)
def test_a_header_of_certificates_goes_with_who_may_send_it(header: str | None, proxies: str, name: str):
    said = {"LIANTIAO_TRUSTED_PROXIES": proxies} | ({"LIANTIAO_CLIENT_CERT_HEADER": header} if header else {})
    with pytest.raises(Misconfigured, match=f"^LIANTIAO_{name}"):
        load(env=said)


def test_proxies_are_addresses_and_networks():
    said = {"LIANTIAO_TRUSTED_PROXIES": "127.0.0.1, ::1,10.0.0.0/8", "LIANTIAO_CLIENT_CERT_HEADER": "X-Cert"}
    assert load(env=said).trusted_proxies == ("127.0.0.1", "::1", "10.0.0.0/8")


@pytest.mark.parametrize("said", ["-1", "0.05", "inf", "nan", "many"])
def test_a_rate_that_is_none_is_refused(said: str):
    with pytest.raises(Misconfigured, match=r"^LIANTIAO_RATE: "):
        load(env={"LIANTIAO_RATE": said})


@pytest.mark.parametrize("said", ["0", "0.1", "50", "1e6"])
def test_a_rate_is_read(said: str):
    assert load(env={"LIANTIAO_RATE": said}).rate == float(said)
