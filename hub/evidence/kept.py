"""A checkpoint that somebody kept, held against the log: whether that still continues it.

A database brought back from an old backup knows nothing of what came after; whoever kept a later checkpoint
does. Reads the evidence tables through the connection it is given. The name in the note is not compared: a
hub may go by another address than before, its log key stays.
"""

from dataclasses import dataclass
from typing import Final, Literal

from hub.evidence.merkle import Tree, cover
from hub.evidence.note import Checkpoint, NoteError, Verifier, parse_checkpoint, split
from hub.evidence.ports import Reads
from hub.evidence.tables import read_nodes, tree_size

Verdict = Literal["continues", "behind", "forked", "foreign"]
TEXTS: Final[dict[Verdict, str]] = {
    "continues": "日志延续该检查点 the log continues the checkpoint",
    "behind": "日志短于留存的检查点,数据库似由旧备份恢复 the log is shorter than the checkpoint: "
    "the database seems to come from an old backup",
    "forked": "日志与留存的检查点不一致,曾恢复旧备份或被改动 the log is not the one of the checkpoint: "
    "it was set back, or altered",
    "foreign": "检查点不是本日志密钥所签 the checkpoint was not signed by this log's key",
}


@dataclass(frozen=True, slots=True)
class Held:
    """What came out: the size that was kept (0: unreadable), and that of the log now."""

    verdict: Verdict
    kept: int
    size: int

    def text(self) -> str:
        """For a person."""
        return f"{TEXTS[self.verdict]} ({self.kept} / {self.size})"


async def latest(db: Reads) -> str | None:
    """The latest signed note of the log; None: nothing is signed yet."""
    note: str | None = await db.fetchval("SELECT note FROM log_checkpoint ORDER BY size DESC LIMIT 1")
    return note


async def hold_against(db: Reads, key: Verifier, note: str) -> Held:
    """Whether the log that `db` has continues the checkpoint `note`, under the log's own key."""
    size = await tree_size(db)
    try:
        kept = _opened(key, note)
    except NoteError:
        return Held("foreign", 0, size)
    if kept.size > size:
        return Held("behind", kept.size, size)
    edge = cover(0, kept.size)
    nodes = await read_nodes(db, edge)
    root = Tree(kept.size, [nodes[node] for node in edge]).root()
    return Held("continues" if root == kept.root else "forked", kept.size, size)


def _opened(key: Verifier, note: str) -> Checkpoint:
    origin = parse_checkpoint(split(note)[0]).origin
    return Verifier(origin, key.public).checkpoint(note)
