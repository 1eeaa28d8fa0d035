"""Checks the whole log in the database: every entry, every node, every checkpoint and what it must hold.

Recomputes the tree from the entries alone, in chunks, and compares what is stored. Reads only. This is
`liantiao log verify`; a bundle is checked by `verify.py`, without a database.
"""

from collections.abc import Callable, Sequence
from typing import Final

from hub.evidence.merkle import Tree, leaf_hash
from hub.evidence.note import NoteError, Verifier
from hub.evidence.ports import Reads, Row
from hub.evidence.report import Report
from hub.evidence.tables import tree_size

CHUNK: Final = 5000
_LEAVES: Final = "SELECT index, leaf, entry FROM log_leaf WHERE index >= $1 AND index < $2 ORDER BY index"
_NODES: Final = """
SELECT w.level, w.index FROM unnest($1::int[], $2::bigint[], $3::bytea[]) AS w (level, index, hash)
LEFT JOIN log_node n ON n.level = w.level AND n.index = w.index
WHERE n.hash IS DISTINCT FROM w.hash
"""
_CHECKPOINTS: Final = (
    "SELECT size, root, note FROM log_checkpoint WHERE size > $1 AND size <= $2 ORDER BY size"
)
_LAST: Final = "SELECT coalesce(max(size), 0) FROM log_checkpoint"
# Every event the hub keeps must be a leaf, or on its way to be one.
_LOST: Final = """
SELECT e.type, count(*) AS n FROM event_leaf e
LEFT JOIN log_leaf l ON l.leaf = e.leaf LEFT JOIN log_pending p ON p.leaf = e.leaf
WHERE l.leaf IS NULL AND p.leaf IS NULL GROUP BY e.type ORDER BY e.type
"""


async def audit(
    db: Reads, verifier: Verifier, progress: Callable[[int, int], None] = lambda _done, _all: None
) -> Report:
    """The report of a full check; `progress` hears (leaves done, leaves in all) after each chunk.

    Stops at the first chunk that is wrong: everything after it would be wrong too.
    """
    report, tree = Report(), Tree()
    size = await tree_size(db)
    while tree.size < size:
        await _chunk(db, tree, min(tree.size + CHUNK, size), verifier, report)
        if report.failures:
            return report
        progress(tree.size, size)
    report.passed("entries", "log_leaf", f"{size} 条逐一成立 · all {size} entries hold")
    last = await db.fetchval(_LAST)
    report.expect(
        last == size,
        "checkpoint-covers",
        "log_checkpoint",
        "最后检查点覆盖全部条目 · the last checkpoint covers all entries",
        f"最后检查点 {last} 条,日志 {size} 条 · the last checkpoint says {last}, the log has {size}",
    )
    await _lost(db, report)
    return report


async def _chunk(db: Reads, tree: Tree, end: int, verifier: Verifier, report: Report) -> None:
    """Grows the tree to `end` from the entries alone and compares everything stored on the way."""
    signed = {row["size"]: row for row in await db.fetch(_CHECKPOINTS, tree.size, end)}
    nodes: list[tuple[int, int, bytes]] = []
    for row in await db.fetch(_LEAVES, tree.size, end):
        if row["index"] != tree.size or leaf_hash(row["entry"].encode()) != row["leaf"]:
            break
        nodes.extend(tree.append(row["leaf"]))
        if tree.size in signed:
            _checkpoint(signed[tree.size], tree.root(), verifier, report)
    if tree.size < end:
        where = f"log_leaf/{tree.size}"
        report.failed("leaf", where, "条目缺失或与叶哈希不符 · missing, or not what its leaf says")
    for row in await _wrong_nodes(db, nodes):
        where = f"log_node/{row['level']}/{row['index']}"
        report.failed("node", where, "节点与条目不符 · the node does not follow from the entries")


def _checkpoint(row: Row, root: bytes, verifier: Verifier, report: Report) -> None:
    where = f"log_checkpoint/{row['size']}"
    try:
        signed = verifier.checkpoint(row["note"])
    except NoteError as e:
        report.failed("checkpoint", where, f"签名不成立 · the note does not verify: {e}")
        return
    if (signed.size, signed.root) != (row["size"], root) or row["root"] != root:
        report.failed("checkpoint", where, "根与条目不符 · the root does not follow from the entries")


async def _wrong_nodes(db: Reads, nodes: Sequence[tuple[int, int, bytes]]) -> Sequence[Row]:
    levels, indexes, hashes = (
        [n[0] for n in nodes],
        [n[1] for n in nodes],
        [n[2] for n in nodes],
    )
    return await db.fetch(_NODES, levels, indexes, hashes)


async def _lost(db: Reads, report: Report) -> None:
    for row in await db.fetch(_LOST):
        text = f"{row['n']} 条未入日志 · {row['n']} event(s) are not in the log"
        report.failed("completeness", f"event_leaf/{row['type']}", text)
    if report.ok:
        text = "每一事件都已入日志或待入 · every event is in the log or about to be"
        report.passed("completeness", "event_leaf", text)
