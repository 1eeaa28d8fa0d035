"""The demo as a newcomer runs it: exit 0 only if every invariant held; a page worth looking at."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hub.forms.font import MISSING
from hub.store.embedded import remove_data_dir
from tests.paper_text import font, pages

OUTPUT = Path(__file__).parents[2] / "test-output"
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)


def broken(told: str) -> list[str]:
    """Invariants that did not hold, in the list at the end."""
    return [line for line in told.splitlines() if line.startswith(" ✗ ")]


def demo(folder: Path, *options: str) -> str:
    """Run it; answers what it printed."""
    words = [sys.executable, "-m", "hub.cli", "demo", "--dir", str(folder), *options]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=400)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("demo") / "ground"
    yield folder
    remove_data_dir(folder / "hub")


@pytest.fixture(scope="module")
def told(ground: Path) -> str:
    return demo(ground, "--lang", "en")


def test_every_invariant_held(told: str):
    assert told.count("✓") >= 32
    assert broken(told) == []
    for story in "abcdefgh":
        assert re.search(rf"^\S+ \S+ {story} ", told, re.MULTILINE), story


def test_what_units_do_together_is_shown_as_it_happens(told: str):
    """A warning from raising to closing, a question and its answer, a session by video."""
    for machine, states in (
        ("warning", ("raised", "classified", "dispatched", "in control", "clearing", "cleared", "closed")),
        ("consultation", ("asked", "accepted", "answered", "accepted", "answered", "closed")),
    ):
        shown = re.findall(rf"◆ {machine}: (?:[a-z ]+ → )?([a-z ]+)$", told, re.MULTILINE)
        assert tuple(shown) == states
    for act in ("warning feedback (dispatched)", "consultation reply (answered)", "video session (held)"):
        assert act in told
    assert "WARN_ACK until" in told
    assert "CONSULT_REPLY until" in told


def test_instalments_are_missed_enforced_and_made_good(told: str):
    shown = re.findall(r" h .*◆ dispute: (?:[a-z ]+ → )?([a-z ]+)$", told, re.MULTILINE)
    assert shown[-4:] == ["agreed", "breached", "agreed", "performed"]
    assert "no certificate of voluntary performance after enforcement" in told
    assert re.search(r"✗ .*performance: 422 rule /certificate", told)


def test_mediators_are_assessed_and_the_public_reads_who_agreed(told: str):
    assert told.count("Town Justice Office ─mediator→") == 5
    for wanted in ("the committee is told of the assessment", "what is published of mediators"):
        assert f"✓ {wanted}" in told


@pytest.mark.usefixtures("told")
def test_the_drafts_are_kept_filled_in_from_what_was_exchanged(ground: Path):
    """Nothing in them was typed for them; without a Chinese font there is none."""
    if font() is None:
        pytest.skip(MISSING)
    kept = ground / "papers"
    words = {
        "司法确认申请书": ("申请人：郑测一", "申请人：余测三", "重庆市示例区人民法院", "疏通共用排水沟"),
        "移送调解函": ("测派移字〔", "〕13号", "彭测四:同意(书面)", "1.接报登记表1份", "30日", "魏警一"),
        "权利义务告知书": ("测试镇人民调解委员会", "拒绝调解"),
        "终止调解通知书": ("还款期限与利息差距过大", "抄送重庆市示例区人民法院"),
        "送达回证": ("重庆市示例区人民法院(示例人民法庭)", "申请司法确认调解协议", "余测三"),
        "自动履行证明书": ("测调履证〔", "〕1号", "测试镇人民调解委员会", "郑测一、冯测二"),
        "人民调解卷宗": (
            "缺少材料：权利义务告知书、调解记录",
            "调解员沈调一",
            "裁定确认有效",
            "附件：民事裁定书.pdf1/1",
        ),
    }
    assert {file.stem for file in kept.iterdir()} == {*words, "precheck"}
    for name, wanted in words.items():
        text = "".join(pages((kept / f"{name}.pdf").read_bytes()))
        assert [word for word in wanted if word not in text] == [], name


@pytest.mark.usefixtures("told")
def test_the_page_stands_alone(ground: Path):
    page = (ground / "demo.html").read_text("utf-8")
    assert "✗" not in page
    assert page.count("<svg") >= 14
    for section, words in (
        ("e", ("已签收·稳控中", "in control", "预警签收", "sign for the warning")),
        ("a", ("第2项没有写明金额", "没有问题", "内容不全", "completeness")),
        ("c", ("虚假诉讼迹象,仅供法官参考", "双方当事人使用同一联系方式")),
        ("f", ("已答复", "answered", "追问", "asked on", "公开的典型案例", "共用水井引发的相邻纠纷")),
        ("g", ("约定视频", "arranged", "调解中", "mediating")),
        ("h", ("未履行", "breach", "申请执行", "补履行", "回访", "notice of enforcement")),
    ):
        shown = page.partition(f'<section id="{section}">')[2].partition("</section>")[0]
        assert [word for word in words if word not in shown] == []
    assert re.findall(r"(?:src|href)=\"(?!#)[^\"]+", page) == []


@pytest.mark.usefixtures("told")
def test_the_page_is_seen(ground: Path, tmp_path: Path):
    if BROWSER is None:
        if os.environ.get("LIANTIAO_REQUIRE_BROWSER"):
            pytest.fail("a browser is required here and none is installed")
        pytest.skip("no Chromium: apt-get install chromium fonts-noto-cjk")
    OUTPUT.mkdir(exist_ok=True)
    picture = OUTPUT / "demo-page.png"
    picture.unlink(missing_ok=True)
    words = [BROWSER, *QUIET, f"--user-data-dir={tmp_path / 'profile'}", "--window-size=1280,2600"]
    subprocess.run(
        [*words, f"--screenshot={picture}", (ground / "demo.html").as_uri()],
        capture_output=True,
        check=True,
        timeout=120,
    )
    assert picture.stat().st_size > 100_000


def test_invariants_hold_over_kill_9_of_hub_and_database(tmp_path: Path):
    folder = tmp_path / "ground"
    try:
        told = demo(folder, "--cases", "25", "--seed", "11", "--kill", "hub", "--kill", "postgres")
        assert "kill -9" in told
        assert broken(told) == []
    finally:
        remove_data_dir(folder / "hub")
