"""The two questions that writing and reading the log share. SQL text and nothing else of this room."""

from collections.abc import Sequence
from typing import Final

from hub.errors import Broken
from hub.evidence.ports import Reads

_SIZE: Final = "SELECT coalesce(max(index) + 1, 0) FROM log_leaf"
_NODES: Final = """
SELECT w.level, w.index,
    CASE WHEN w.level = 0 THEN (SELECT l.leaf FROM log_leaf l WHERE l.index = w.index)
    ELSE (SELECT n.hash FROM log_node n WHERE n.level = w.level AND n.index = w.index) END AS hash
FROM unnest($1::int[], $2::bigint[]) AS w (level, index)
"""


async def read_nodes(db: Reads, nodes: Sequence[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    """Hashes of complete subtrees. Raises Broken if one is missing."""
    rows = await db.fetch(_NODES, [level for level, _ in nodes], [index for _, index in nodes])
    found = {(row["level"], row["index"]): row["hash"] for row in rows}
    missing = [node for node, value in found.items() if value is None]
    if missing:
        raise Broken(f"存证日志缺少节点 · the evidence log lacks node {missing[0]}")
    return found


async def tree_size(db: Reads) -> int:
    """Number of leaves in the tree."""
    size: int = await db.fetchval(_SIZE)
    return size
