"""The hash tree against the published certificate-transparency vectors, and against its own laws."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.evidence import merkle

# The reference inputs and roots of RFC 6962 implementations (certificate-transparency, transparency-dev).
INPUTS = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [merkle.leaf_hash(bytes.fromhex(text)) for text in INPUTS]
SECOND_LEAF = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"

# (leaf index, size, hashes)
INCLUSION = [
    (0, 1, []),
    (
        0,
        8,
        [
            SECOND_LEAF,
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        1,
        5,
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]

# (first size, second size, hashes)
CONSISTENCY = [
    (1, 1, []),
    (
        1,
        8,
        [
            SECOND_LEAF,
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
    (
        6,
        7,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
]


class Store:
    """Leaves and complete subtrees by node, as the database keeps them; counts what is read."""

    def __init__(self, leaves):
        self.nodes = {(0, i): leaf for i, leaf in enumerate(leaves)}
        self.tree = merkle.Tree()
        for leaf in leaves:
            self.nodes |= {(level, index): value for level, index, value in self.tree.append(leaf)}

    def proof(self, plan):
        return merkle.assemble(plan, self.nodes)


def unhex(hashes):
    return [bytes.fromhex(h) for h in hashes]


def test_empty_tree():
    assert merkle.root([]).hex() == ("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")


@pytest.mark.parametrize("size", range(1, 9))
def test_published_roots(size):
    assert merkle.root(LEAVES[:size]).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(("index", "size", "hashes"), INCLUSION)
def test_published_inclusion_proofs(index, size, hashes):
    proof = Store(LEAVES).proof(merkle.inclusion_plan(index, size))
    assert proof == unhex(hashes)
    merkle.verify_inclusion(LEAVES[index], index, size, proof, bytes.fromhex(ROOTS[size - 1]))


@pytest.mark.parametrize(("first", "second", "hashes"), CONSISTENCY)
def test_published_consistency_proofs(first, second, hashes):
    proof = Store(LEAVES).proof(merkle.consistency_plan(first, second))
    assert proof == unhex(hashes)
    old, new = bytes.fromhex(ROOTS[first - 1]), bytes.fromhex(ROOTS[second - 1])
    merkle.verify_consistency(first, second, proof, old, new)


@pytest.mark.parametrize(("index", "size", "hashes"), INCLUSION)
def test_corrupted_inclusion_proofs_are_refused(index, size, hashes):
    """The probes of the reference implementation."""
    leaf, root, proof = LEAVES[index], bytes.fromhex(ROOTS[size - 1]), unhex(hashes)
    zero = bytes(32)
    probes = [
        (leaf, index - 1, size, proof, root),
        (leaf, index + 1, size, proof, root),
        (leaf, index ^ 2, size, proof, root),
        (leaf, index, size // 2, proof, root),
        (leaf, index, size * 2, proof, root),
        (b"WrongLeafWrongLeafWrongLeafWrong", index, size, proof, root),
        (leaf, index, size, proof, merkle.EMPTY_ROOT),
        (leaf, index, size, [*proof, zero], root),
        (leaf, index, size, [*proof, root], root),
        (leaf, index, size, [zero, *proof], root),
        (leaf, index, size, [root, *proof], root),
        (leaf, index, size, [*proof, b""], root),
    ]
    if proof:
        probes.append((leaf, index, size, proof[:-1], root))
        probes.append((leaf, index, size, [proof[0][:31], *proof[1:]], root))
    for probe in probes:
        with pytest.raises(merkle.ProofError):
            merkle.verify_inclusion(*probe)


@pytest.mark.parametrize(("first", "second", "hashes"), CONSISTENCY)
def test_corrupted_consistency_proofs_are_refused(first, second, hashes):
    """The probes of the reference implementation."""
    old, new = bytes.fromhex(ROOTS[first - 1]), bytes.fromhex(ROOTS[second - 1])
    proof, zero = unhex(hashes), bytes(32)
    probes = [
        (first - 1, second, proof, old, new),
        (first, second, proof, zero, new),
        (first, second, proof, old, zero),
        (first, second, [*proof, zero], old, new),
        (first, second, [*proof, old], old, new),
        (first, second, [zero, *proof], old, new),
        (first, second, [new, *proof], old, new),
    ]
    if proof:
        probes += [
            (first + 1, second, proof, old, new),
            (first ^ 2, second, proof, old, new),
            (first, second * 2, proof, old, new),
            (first, second // 2, proof, old, new),
            (first, second, proof, new, old),
            (first, second, [], old, new),
            (first, second, proof[:-1], old, new),
            (first, second, [proof[0], *proof], old, new),
        ]
        for place, value in enumerate(proof):
            flipped = bytes([value[0] ^ 4]) + value[1:]
            probes.append((first, second, [*proof[:place], flipped, *proof[place + 1 :]], old, new))
    for probe in probes:
        with pytest.raises(merkle.ProofError):
            merkle.verify_consistency(*probe)


def recursive_root(leaves):
    """MTH as RFC 9162 §2.1.1 writes it."""
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return merkle.node_hash(recursive_root(leaves[:k]), recursive_root(leaves[k:]))


trees = st.lists(st.binary(max_size=8), min_size=1, max_size=140).map(
    lambda inputs: [merkle.leaf_hash(i) for i in inputs]
)


@given(trees, st.data())
@settings(max_examples=150, deadline=None)
def test_every_tree_grows_proves_and_continues(leaves, data):
    store = Store(leaves)
    size = len(leaves)
    root = recursive_root(leaves)
    assert store.tree.root() == root == merkle.root(leaves)

    index = data.draw(st.integers(0, size - 1))
    plan = merkle.inclusion_plan(index, size)
    merkle.verify_inclusion(leaves[index], index, size, store.proof(plan), root)
    assert sum(map(len, plan)) <= 2 * size.bit_length()  # O(log n) reads

    first = data.draw(st.integers(1, size))
    plan = merkle.consistency_plan(first, size)
    old = recursive_root(leaves[:first])
    merkle.verify_consistency(first, size, store.proof(plan), old, root)
    assert sum(map(len, plan)) <= 3 * size.bit_length()

    resumed = merkle.Tree(first, [store.nodes[n] for n in merkle.cover(0, first)])
    for leaf in leaves[first:]:
        resumed.append(leaf)
    assert resumed.root() == root


@given(trees, st.data())
@settings(max_examples=100, deadline=None)
def test_a_proof_shows_one_leaf_at_one_place_only(leaves, data):
    size = len(leaves)
    root = merkle.root(leaves)
    index = data.draw(st.integers(0, size - 1))
    proof = Store(leaves).proof(merkle.inclusion_plan(index, size))
    for other in range(size):
        if leaves[other] != leaves[index]:
            with pytest.raises(merkle.ProofError):
                merkle.verify_inclusion(leaves[other], index, size, proof, root)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 5), (5, 5)])
def test_no_inclusion_outside_the_tree(index, size):
    with pytest.raises(merkle.ProofError):
        merkle.inclusion_plan(index, size)
    with pytest.raises(merkle.ProofError):
        merkle.verify_inclusion(LEAVES[0], index, size, [], LEAVES[0])


@pytest.mark.parametrize(("first", "second"), [(0, 0), (0, 3), (4, 3), (-1, 3)])
def test_no_consistency_of_sizes_out_of_order(first, second):
    with pytest.raises(merkle.ProofError):
        merkle.consistency_plan(first, second)
    with pytest.raises(merkle.ProofError):
        merkle.verify_consistency(first, second, [], LEAVES[0], LEAVES[0])


def test_two_roots_for_one_size_are_refused():
    with pytest.raises(merkle.ProofError):
        merkle.verify_consistency(3, 3, [], LEAVES[0], LEAVES[1])


def test_an_edge_must_fit_its_size():
    with pytest.raises(ValueError, match="edge"):
        merkle.Tree(3, [bytes(32)])
