"""The recipes of `deploy/`: what they name exists; the tools that read them, where installed, take them."""

import json
import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from hub.api.metrics import IntakeMeters
from hub.exchange.meters import Meters

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
_SELF_SIGNED = (
    *("openssl", "req", "-x509", "-newkey", "ed25519", "-nodes", "-days", "2"),
    *("-subj", "/CN=hub.example"),
)
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))


def test_every_series_of_the_dashboard_is_one_the_hub_tells():
    registry = CollectorRegistry()
    IntakeMeters(registry)
    Meters(registry)
    types = re.findall(r"^# TYPE (\w+)", generate_latest(registry).decode(), re.MULTILINE)
    told = {name for name in types if not name.endswith("_created")}
    panels = json.loads((DEPLOY / "grafana/liantiao.json").read_text("utf-8"))["panels"]
    asked = {name for p in panels for t in p["targets"] for name in re.findall(r"liantiao_\w+", t["expr"])}
    assert {re.sub(r"_bucket$", "", name) for name in asked} == told


def test_every_process_of_the_units_is_scraped():
    words = [re.findall(r"(?m)^ExecStart=\S+/liantiao (.+)$", u.read_text("utf-8"))[0].split() for u in UNITS]
    ports = set()
    for command, *options in words:
        told = dict(pairwise(options))
        own = int(told["--port"]) + 1 if command == "serve" else int(told["--metrics-port"])
        ports |= set(range(own, own + int(told.get("--workers", 1))))
    recipe = (DEPLOY / "prometheus/liantiao.yml").read_text("utf-8")
    assert {int(port) for port in re.findall(r'"127\.0\.0\.1:(\d+)"', recipe)} == ports


def test_gauges_that_every_process_reads_from_the_tables_are_not_summed():
    registry = CollectorRegistry()
    Meters(registry)
    gauges = re.findall(r"^# TYPE (\w+) gauge$", generate_latest(registry).decode(), re.MULTILINE)
    panels = json.loads((DEPLOY / "grafana/liantiao.json").read_text("utf-8"))["panels"]
    for expression in (t["expr"] for p in panels for t in p["targets"]):
        for gauge in (g for g in gauges if not g.endswith("_created") and re.search(rf"\b{g}\b", expression)):
            assert re.search(rf"max( by \(\w+\))? ?\({gauge}\)", expression), expression


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_systemd_takes_a_unit(unit, tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    copy = tmp_path / unit.name
    # The program and the account of a real machine are not on this one.
    text = unit.read_text("utf-8").replace("/opt/liantiao/.venv/bin/liantiao", "/bin/true")
    copy.write_text(re.sub(r"(?m)^(User|Group)=liantiao$", r"\1=root", text), "utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(copy)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, [line for line in done.stderr.splitlines() if unit.name in line]) == (0, [])


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_a_unit_starts_a_command_there_is(unit, hub):
    (started,) = re.findall(r"(?m)^ExecStart=\S+/liantiao (.+)$", unit.read_text("utf-8"))
    command, *options = started.split()
    shown = hub.command(command, "--help")
    assert [o for o in options if o.startswith("--") and o not in shown] == []


def test_nginx_takes_the_proxy(tmp_path):
    nginx = shutil.which("nginx")
    if nginx is None or shutil.which("openssl") is None:
        pytest.skip("nginx, or openssl for its certificate, is not installed")
    key, chain = tmp_path / "key.pem", tmp_path / "chain.pem"
    subprocess.run(
        [*_SELF_SIGNED, "-keyout", str(key), "-out", str(chain)],
        check=True,
        capture_output=True,
    )
    site = (DEPLOY / "nginx/liantiao.conf").read_text("utf-8")
    for ours, here in (
        ("/etc/liantiao/tls/fullchain.pem", chain),
        ("/etc/liantiao/tls/key.pem", key),
        ("/var/log/nginx/liantiao.log", tmp_path / "access.log"),
        ("/var/log/nginx/liantiao-error.log", tmp_path / "error.log"),
    ):
        assert ours in site
        site = site.replace(ours, str(here))
    whole = tmp_path / "nginx.conf"
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    folders = "".join(f"{kind}_temp_path {tmp_path}/{kind};\n" for kind in kinds)
    http = f"events {{}}\nhttp {{\n{folders}{site}}}\n"
    whole.write_text(f"pid {tmp_path}/pid;\nerror_log stderr;\n{http}", "utf-8")
    done = subprocess.run(
        [nginx, "-t", "-p", str(tmp_path), "-c", str(whole)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr


def test_the_proxy_writes_nothing_of_what_passes_it():
    """Buffers hold the largest body, and no answer is put aside; `tests/tokens/test_proxy.py` sends some."""
    site = (DEPLOY / "nginx/liantiao.conf").read_text("utf-8")
    largest, held = (
        re.findall(rf"(?m)^ *{name} +(\w+);", site)
        for name in ("client_max_body_size", "client_body_buffer_size")
    )
    assert held == largest[:1]
    assert re.search(r"(?m)^ *proxy_max_temp_file_size +0;", site)
    for server in site.split("\nserver {")[1:]:
        assert re.search(r"(?m)^ *access_log +\S+ liantiao;", server)  # the default has the query string
        assert re.search(r"(?m)^ *error_log +\S+ crit;", server)  # the default quotes requests
    unbuffered = re.findall(r"(?s)location \S+ \{[^}]*client_max_body_size[^}]*\}", site)
    assert all("proxy_request_buffering off;" in place for place in unbuffered)


def test_what_the_image_copies_is_there():
    recipe = (DEPLOY / "container/Containerfile").read_text("utf-8")
    copied = [p for line in re.findall(r"(?m)^COPY (?!--)(.+)$", recipe) for p in line.split()[:-1]]
    assert copied
    assert [p for p in copied if not (ROOT / p).exists()] == []


INSTRUCTIONS = {
    "FROM", "RUN", "COPY", "USER", "WORKDIR", "ENV", "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "CMD",
}  # fmt: skip


def instructions() -> list[tuple[str, str]]:
    """The recipe's instructions, continued lines joined."""
    recipe = (DEPLOY / "container/Containerfile").read_text("utf-8")
    lines = re.sub(r"(?m)^#.*\n", "", recipe).replace("\\\n", " ").splitlines()
    return [(words[0], words[2]) for line in lines if (words := line.partition(" "))[0]]


def test_the_image_keeps_the_rules_of_a_linter():
    """Those of hadolint that fit: DL3000, 3002, 3003, 3006, 3007, 3020, 3025, 3042, 4003."""
    told = instructions()
    assert {name for name, _ in told} <= INSTRUCTIONS
    for base in (words.split()[0] for name, words in told if name == "FROM"):
        assert re.fullmatch(r"[\w.-]+\.[\w.-]+/[\w./-]+:(?!latest)[\w.-]+", base), base
    assert [words for name, words in told if name == "USER"][-1:] == ["10040"]
    assert all(words.startswith("/") for name, words in told if name == "WORKDIR")
    (command,) = (words for name, words in told if name == "CMD")
    assert json.loads(command)[0] == ".venv/bin/liantiao"
    for script in (words for name, words in told if name == "RUN"):
        assert not re.search(r"\bcd |\bsudo |\bcurl |\bwget ", script), script
        assert "pip install" not in script or "--no-cache-dir" in script
        assert "-r requirements" not in script or "--require-hashes" in script
