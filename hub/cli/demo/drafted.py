"""The papers of the stories as the hub drafts them, kept in a folder by who would print them.

A demo's persons are fictitious; of real ones such papers are for their printer's eyes only.
"""

import asyncio
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

from hub.cli.demo.accounts import Ledger
from hub.cli.demo.checks import Check
from hub.client.agent import Agent
from hub.client.envelope import SHARED_FORM
from hub.client.errors import Problem
from hub.client.session import Call

FOLDER: Final = "papers"
_APPLICATION: Final = "confirmation_application"
_NO_FONT: Final = 503


class _Draft(NamedTuple):
    """A paper: of which story's run, by whom, at which address of the run."""

    name: str
    story: str
    system: str
    machine: str
    of: str


_DRAFTS: Final = (
    _Draft("移送调解函", "d", "police-sys", "referral", "forms/transfer_letter"),
    _Draft("权利义务告知书", "b", "justice-sys", "referral", "forms/notice_of_rights"),
    _Draft("终止调解通知书", "b", "justice-sys", "referral", "forms/terminated"),
    _Draft("送达回证", "a", "court-sys", "confirmation", "forms/service_receipt"),
    _Draft("人民调解卷宗", "a", "justice-sys", "referral", "mediation-file"),
    _Draft("自动履行证明书", "a", "justice-sys", "referral", "forms/certificate"),
)


async def papers(
    agents: Mapping[str, Agent], ledgers: Sequence[Ledger], labels: Mapping[str, str], folder: Path
) -> Check:
    """Fetch them. Raises Problem for one that is not there; without a Chinese font there is none."""
    homes = {letter: dispute for dispute, letter in labels.items()}
    try:
        made = await asyncio.gather(
            *(_drafted(agents[draft.system], homes[draft.story], draft) for draft in _DRAFTS)
        )
        files = dict(made) | await _application(agents["justice-sys"], ledgers, homes["a"])
    except Problem as problem:
        if problem.status != _NO_FONT:
            raise
        files = {}
    await asyncio.to_thread(_keep, folder / FOLDER, files)
    return Check(
        "文书、卷宗按往来内容填好,一字未再录入",
        "papers and the file are drafted from what was exchanged, nothing typed again",
        held=all(content for content in files.values()),
        seen=f"{FOLDER}/: {len(files)}" if files else "没有中文字体 no Chinese font",
    )


async def _drafted(agent: Agent, dispute: str, draft: _Draft) -> tuple[str, bytes]:
    home: Any = await agent.dispute(dispute)
    run = next(case["id"] for case in home["cases"] if case["machine"] == draft.machine)
    asked = Call("GET", f"/v1/cases/{run}/{draft.of}", headers={"Accept": "application/pdf"})
    return f"{draft.name}.pdf", (await agent.call(asked)).content


async def _application(agent: Agent, ledgers: Iterable[Ledger], dispute: str) -> dict[str, bytes]:
    """The pack of an application that was made: its files by name."""
    told = next(
        message
        for ledger in ledgers
        for message in ledger.own
        if (message["dispute"], message["kind"]) == (dispute, _APPLICATION)
    )
    asked = {"unit": str(told["from"]), "kind": _APPLICATION, "court": str(told["to"])}
    pack = await agent.application_pack(orjson.dumps(told["document"]), SHARED_FORM, asked)
    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        return {Path(name).name: archive.read(name) for name in archive.namelist()}


def _keep(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
