"""The papers of the stories as the hub drafts them, kept in a folder by who would print them.

A demo's persons are fictitious; of real ones such papers are for their printer's eyes only.
"""

import asyncio
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
_DOCX: Final = ".docx"
_MEDIA: Final = {
    ".pdf": "application/pdf",
    _DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


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
            *(_drafted(agents[draft.system], homes[draft.story], draft) for draft in _DRAFTS),
            _application(agents["justice-sys"], ledgers, homes["a"]),
        )
    except Problem as problem:
        if problem.status != _NO_FONT:
            raise
        made = []
    files = {name: content for _, found in made for name, content in found.items()}
    blank = [name for dispute, found in made for name in _blank(found, set(_parties(ledgers, dispute)))]
    await asyncio.to_thread(_keep, folder / FOLDER, files)
    return Check(
        "文书、卷宗按往来内容填好,一字未再录入",
        "papers and the file are drafted from what was exchanged, nothing typed again",
        held=not blank,
        seen=" ".join(blank) or (f"{FOLDER}/: {len(files)}" if files else "没有中文字体 no Chinese font"),
    )


async def _drafted(agent: Agent, dispute: str, draft: _Draft) -> tuple[str, dict[str, bytes]]:
    """The dispute and its paper: forms for the printer and to go on writing in, the file for the printer."""
    home: Any = await agent.dispute(dispute)
    run = next(case["id"] for case in home["cases"] if case["machine"] == draft.machine)
    found = {}
    for ending, media in _MEDIA.items():
        if ending != _DOCX or draft.of.startswith("forms/"):
            asked = Call("GET", f"/v1/cases/{run}/{draft.of}", headers={"Accept": media})
            found[draft.name + ending] = (await agent.call(asked)).content
    return dispute, found


async def _application(agent: Agent, ledgers: Iterable[Ledger], dispute: str) -> tuple[str, dict[str, bytes]]:
    """The dispute and the pack of an application that was made of it: its files by name."""
    told = next(
        message
        for ledger in ledgers
        for message in ledger.own
        if (message["dispute"], message["kind"]) == (dispute, _APPLICATION)
    )
    asked = {"unit": str(told["from"]), "kind": _APPLICATION, "court": str(told["to"])}
    pack = await agent.application_pack(orjson.dumps(told["document"]), SHARED_FORM, asked)
    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        return dispute, {Path(name).name: archive.read(name) for name in archive.namelist()}


def _parties(ledgers: Iterable[Ledger], dispute: str) -> Iterator[str]:
    """Who the parties are, as the systems registered them."""
    for ledger in ledgers:
        for message in ledger.own:
            if (message["dispute"], message["kind"]) == (dispute, "dispute"):
                yield from (party["name"] for party in message["document"]["parties"])


def _blank(files: Mapping[str, bytes], parties: set[str]) -> list[str]:
    """The drafts that name none of the parties."""
    return [
        name
        for name, content in files.items()
        if name.endswith(_DOCX) and not any(party in _words(content) for party in parties)
    ]


def _words(draft: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(draft)) as archive:
        return archive.read("word/document.xml").decode()


def _keep(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
