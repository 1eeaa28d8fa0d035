"""The sample district that `liantiao airflow` shows when no hub is named: the demo's, told once and kept.

Two things are made wrong on purpose, so that the first night has something to find: a delivery that was made
loses its row, as after a restore from an older backup; the police's list of the day before differs from what
they sent.
"""

import asyncio
import json
import os
from datetime import date
from pathlib import Path
from typing import Final

from hub.cli.airflow.differing import push
from hub.cli.airflow.parts import LIANTIAO
from hub.errors import Broken
from hub.settings import Settings, load
from hub.store.address import Address

_DONE: Final = "samples"
_LOSE: Final = """
DELETE FROM delivery WHERE id = (
    SELECT d.id FROM delivery d JOIN message m ON m.id = d.message
     WHERE d.state = 'acknowledged' AND d.event = m.kind
       AND d.seq = (SELECT max(o.seq) FROM delivery o WHERE o.subject = d.subject AND o.system = d.system)
     ORDER BY d.created_at DESC, d.id LIMIT 1)
RETURNING id
"""


async def tell(folder: Path, cases: int) -> None:
    """Run the demo into the folder unless an earlier call did. Raises Broken."""
    if (folder / _DONE).exists():
        return
    words = (*LIANTIAO, "demo", "--dir", str(folder), "--cases", str(cases))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LIANTIAO_")}
    process = await asyncio.create_subprocess_exec(*words, env=kept)
    try:
        status = await process.wait()
    except asyncio.CancelledError:
        process.terminate()
        await process.wait()
        raise
    if status:
        raise Broken("示例数据未能载入 · the samples could not be loaded")


def settings_of(folder: Path) -> Settings:
    """The settings of the sample district's hub, under the name it had when the samples were told."""
    config = json.loads((folder / "police-sys" / "config.json").read_text("utf-8"))
    return load({"data_dir": folder.resolve() / "hub", "issuer": config["issuer"]}, env={})


async def spoil(folder: Path, address: Address, day: date) -> int:
    """Make things wrong, once; how many. Works on the sample district only, served; the list is of `day`."""
    if (folder / _DONE).exists():
        return 0
    admin = await address.connect("admin")
    try:
        lost = await admin.fetch(_LOSE)
    finally:
        await admin.close()
    differing = await push(folder, day)
    (folder / _DONE).touch()
    return len(lost) + differing
