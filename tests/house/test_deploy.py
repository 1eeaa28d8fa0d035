"""The recipes of `deploy/`: what they name exists; the tools that read them, where installed, take them."""

import json
import re
import shutil
import subprocess
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
    ):
        assert ours in site
        site = site.replace(ours, str(here))
    whole = tmp_path / "nginx.conf"
    whole.write_text(f"pid {tmp_path}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\n{site}}}\n", "utf-8")
    done = subprocess.run(
        [nginx, "-t", "-p", str(tmp_path), "-c", str(whole)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr


def test_what_the_image_copies_is_there():
    recipe = (DEPLOY / "container/Containerfile").read_text("utf-8")
    copied = [p for line in re.findall(r"(?m)^COPY (?!--)(.+)$", recipe) for p in line.split()[:-1]]
    assert copied
    assert [p for p in copied if not (ROOT / p).exists()] == []
