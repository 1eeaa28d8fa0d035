"""The worked example of the integrator's guide, run as its reader would, against a served hub."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.live import LiveHub

ROOT = Path(__file__).parents[2]
SEND = ROOT / "docs/examples/send.py"
SAMPLE = ROOT / "adapters/police/examples/07_medoffice.json"
UNIT = (
    "code,name,agency,tier,division,parent,valid_from,valid_to,type\n"
    "3190,例示村人民调解委员会,justice,town,500199,5001990100,2010-01-01,,committee\n"
)
REFERRAL = ("500199520000", "referral", "mediation", "application/json", str(SAMPLE), "3190")


def example(*words: str) -> object:
    """What the example prints; nothing of the hub is on its path."""
    environment = {"PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-P", str(SEND), *words],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def systems(hub: LiveHub, tmp_path: Path) -> dict[str, tuple[str, ...]]:
    """A sender and a receiver, each registered with the key that the example made."""
    (tmp_path / "units.csv").write_text(UNIT, "utf-8")
    hub.command("unit", "import", str(tmp_path / "units.csv"))
    found = {}
    wanted = (
        ("doc-police", "police", "500199520000", ("--no-receiving",)),
        ("doc-committee", "justice", "3190", ()),
    )
    for name, agency, unit, more in wanted:
        pem, kid = str(tmp_path / f"{name}.pem"), f"{name}-1"
        public = tmp_path / f"{name}.json"
        public.write_text(json.dumps(example("key", pem, kid)))
        words = ("--id", name, "--agency", agency, "--unit", unit, "--jwk", str(public))
        hub.command("system", "add", *words, *more)
        found[name] = (hub.issuer, name, pem, kid)
    return found


def test_what_one_system_sends_the_other_receives(systems: dict[str, tuple[str, ...]]):
    assert example("receive", *systems["doc-committee"]) == []
    accepted = example("send", *systems["doc-police"], *REFERRAL)
    assert accepted["case"]["machine"] == "referral"
    assert accepted["deliveries"] == [{"unit": "3190", "state": "queued"}]
    (event,) = example("receive", *systems["doc-committee"])
    said = event["events"]["urn:liantiao:event:referral"]
    assert (event["txn"], said["message"]) == (accepted["message"], accepted["message"])
    assert (said["from"], said["to"], said["seq"]) == ("500199520000", "3190", 1)
    assert said["document"]["track"]
    assert example("receive", *systems["doc-committee"]) == []
