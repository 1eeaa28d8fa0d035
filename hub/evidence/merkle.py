"""The hash tree of RFC 9162 §2.1: hashing, growing, proving, verifying. Pure; SHA-256 and nothing else.

A complete subtree is named `(level, index)`: it covers the leaves `index << level` up to (not including)
`(index + 1) << level`, and never changes once it is full. Level 0 is the leaves. Whoever keeps these
nodes makes any proof from O(log n) of them: `inclusion_plan` and `consistency_plan` say which, and
`assemble` puts the proof together from what was read.
"""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Final, TypeAlias

Node: TypeAlias = tuple[int, int]
Plan: TypeAlias = tuple[tuple[Node, ...], ...]

HASH_SIZE: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()


class ProofError(ValueError):
    """A proof does not show what it claims; the text says which condition failed."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash of a leaf: SHA-256(0x00 ‖ entry)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node: SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


def fold(parts: Sequence[bytes]) -> bytes:
    """Root over neighbouring complete subtrees, given from left (largest) to right (smallest)."""
    if not parts:
        return EMPTY_ROOT
    acc = parts[-1]
    for left in reversed(parts[:-1]):
        acc = node_hash(left, acc)
    return acc


def cover(start: int, end: int) -> tuple[Node, ...]:
    """The complete subtrees that make up leaves `start` to `end`, left to right.

    `start` must be a multiple of the largest power of two not above `end - start`, as every range of the
    tree's own recursion is.
    """
    nodes: list[Node] = []
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append((level, start >> level))
        start += 1 << level
    return tuple(nodes)


class Tree:
    """The growing edge of a tree: its size and the hashes of its outermost complete subtrees."""

    __slots__ = ("_edge", "size")

    def __init__(self, size: int = 0, edge: Iterable[bytes] = ()) -> None:
        self.size = size
        self._edge = list(edge)
        if len(self._edge) != size.bit_count():
            raise ValueError(f"an edge of {size} leaves has {size.bit_count()} nodes")

    def append(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Adds one leaf hash; answers the inner nodes it completed as (level ≥ 1, index, hash)."""
        completed: list[tuple[int, int, bytes]] = []
        index, level, acc = self.size, 0, leaf
        while index & 1:
            acc = node_hash(self._edge.pop(), acc)
            index >>= 1
            level += 1
            completed.append((level, index, acc))
        self._edge.append(acc)
        self.size += 1
        return completed

    def root(self) -> bytes:
        """MTH of RFC 9162 §2.1.1 at the present size."""
        return fold(self._edge)


def root(leaves: Iterable[bytes]) -> bytes:
    """Root over leaf hashes."""
    tree = Tree()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()


def _split(size: int) -> int:
    """The largest power of two smaller than `size` (≥ 2)."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_plan(index: int, size: int) -> Plan:
    """Which nodes each hash of the inclusion proof is folded from (RFC 9162 §2.1.3.1)."""
    if not 0 <= index < size:
        raise ProofError("the index lies outside the tree")
    start, end = 0, size
    path: list[tuple[Node, ...]] = []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(cover(middle, end))
            end = middle
        else:
            path.append(cover(start, middle))
            start = middle
    return tuple(reversed(path))


def consistency_plan(first: int, second: int) -> Plan:
    """Which nodes each hash of the consistency proof is folded from (RFC 9162 §2.1.4.1)."""
    if not 0 < first <= second:
        raise ProofError("the sizes are not in order")
    start, end = 0, second
    path: list[tuple[Node, ...]] = []
    while first != end:
        middle = start + _split(end - start)
        if first <= middle:
            path.append(cover(middle, end))
            end = middle
        else:
            path.append(cover(start, middle))
            start = middle
    if start > 0:  # otherwise the old root itself is known to the verifier
        path.append(cover(start, end))
    return tuple(reversed(path))


def assemble(plan: Plan, nodes: Mapping[Node, bytes]) -> list[bytes]:
    """The proof of a plan, from the hashes of its nodes."""
    return [fold([nodes[node] for node in part]) for part in plan]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes) -> None:
    """RFC 9162 §2.1.3.2. Raises ProofError unless `proof` leads from the leaf hash to the root."""
    if not 0 <= index < size:
        raise ProofError("the index lies outside the tree")
    fn, sn, acc = index, size - 1, leaf
    for sibling in proof:
        _check_hash(sibling)
        if sn == 0:
            raise ProofError("the proof has too many hashes")
        if fn & 1 or fn == sn:
            acc = node_hash(sibling, acc)
            while not fn & 1 and fn:
                fn >>= 1
                sn >>= 1
        else:
            acc = node_hash(acc, sibling)
        fn >>= 1
        sn >>= 1
    if sn != 0:
        raise ProofError("the proof has too few hashes")
    if acc != expected:
        raise ProofError("the proof does not lead to the root")


def verify_consistency(
    first: int, second: int, proof: Sequence[bytes], first_root: bytes, second_root: bytes
) -> None:
    """RFC 9162 §2.1.4.2. Raises ProofError unless the second tree continues the first."""
    if not 0 < first <= second:
        raise ProofError("the sizes are not in order")
    if first == second:
        if proof:
            raise ProofError("the proof has too many hashes")
        if first_root != second_root:
            raise ProofError("two roots for one size")
        return
    hashes = list(proof)
    if first & (first - 1) == 0:
        hashes.insert(0, first_root)
    if not hashes:
        raise ProofError("the proof has too few hashes")
    old, new = _walk(first, second, hashes)
    if old != first_root:
        raise ProofError("the proof does not lead to the first root")
    if new != second_root:
        raise ProofError("the proof does not lead to the second root")


def _walk(first: int, second: int, hashes: Sequence[bytes]) -> tuple[bytes, bytes]:
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn >>= 1
        sn >>= 1
    _check_hash(hashes[0])
    old = new = hashes[0]
    for sibling in hashes[1:]:
        _check_hash(sibling)
        if sn == 0:
            raise ProofError("the proof has too many hashes")
        if fn & 1 or fn == sn:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not fn & 1 and fn:
                fn >>= 1
                sn >>= 1
        else:
            new = node_hash(new, sibling)
        fn >>= 1
        sn >>= 1
    if sn != 0:
        raise ProofError("the proof has too few hashes")
    return old, new


def _check_hash(value: bytes) -> None:
    if len(value) != HASH_SIZE:
        raise ProofError("a hash is not 32 bytes")
