"""The tree of RFC 6962: roots, proofs and what is no proof."""

from __future__ import annotations

import hashlib
import json
import os
from base64 import b64decode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isolation.ledger.merkle import (
    EMPTY_ROOT,
    BadProof,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    peaks,
    root_of_peaks,
    stored_hash,
    verify_consistency,
    verify_inclusion,
    verify_subtree_consistency,
    verify_subtree_inclusion,
)

LARGEST = 130
LEAVES = [leaf_hash(b"entry %d" % number) for number in range(LARGEST)]

# The inputs and roots of certificate-transparency's own tests, known since RFC 6962's reference implementation.
KNOWN_INPUTS = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
KNOWN_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def oracle(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + oracle(leaves[:k]) + oracle(leaves[k:])).digest()


def oracle_path(m: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962, 2.1.1, word for word."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*oracle_path(m, leaves[:k]), oracle(leaves[k:])]
    return [*oracle_path(m - k, leaves[k:]), oracle(leaves[:k])]


def oracle_subproof(m: int, leaves: list[bytes], whole: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962, 2.1.2, word for word."""
    if m == len(leaves):
        return [] if whole else [oracle(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m <= k:
        return [*oracle_subproof(m, leaves[:k], whole), oracle(leaves[k:])]
    return [*oracle_subproof(m - k, leaves[k:], False), oracle(leaves[:k])]


class Stored:
    """What a log stores, looked up as proofs do."""

    def __init__(self, leaves: list[bytes]) -> None:
        frontier = Frontier()
        self.rows = [(leaf, frontier.append(leaf)) for leaf in leaves]

    def perfect(self, level: int, last: int) -> bytes:
        leaf, nodes = self.rows[last]
        return stored_hash(level, leaf, nodes)


STORED = Stored(LEAVES)


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    """The root over no entries is SHA-256 of the empty string."""
    assert Frontier().root() == EMPTY_ROOT == root_of_peaks([])
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_known_roots() -> None:
    """The eight roots that every implementation of RFC 6962 is tested with come out."""
    frontier = Frontier()
    for data, root in zip(KNOWN_INPUTS, KNOWN_ROOTS, strict=True):
        frontier.append(leaf_hash(data))
        assert frontier.root().hex() == root


def test_roots_match_the_recursion_for_every_size() -> None:
    """Appending one by one gives the root that the recursive definition gives, up to 130 entries."""
    frontier = Frontier()
    for size in range(1, LARGEST + 1):
        frontier.append(LEAVES[size - 1])
        assert frontier.root() == oracle(LEAVES[:size])
        assert root_of_peaks(STORED.perfect(*peak) for peak in peaks(size)) == frontier.root()


def test_a_frontier_goes_on_from_what_is_stored() -> None:
    """A tree opened again at any size grows as if it had never been closed."""
    for size in range(LARGEST - 1):
        frontier = Frontier(size, [STORED.perfect(*peak) for peak in peaks(size)])
        frontier.append(LEAVES[size])
        assert frontier.root() == oracle(LEAVES[: size + 1])


def test_a_frontier_needs_the_right_number_of_peaks() -> None:
    """A stored right edge that is too short or too long is refused."""
    with pytest.raises(ValueError, match="peaks"):
        Frontier(3, [LEAVES[0]])


def test_every_inclusion_proof_up_to_130() -> None:
    """Each proof is the one of the recursive definition, and verifies."""
    for size in range(1, LARGEST + 1):
        root = oracle(LEAVES[:size])
        for index in range(size):
            proof = inclusion_proof(index, size, STORED.perfect)
            assert proof == oracle_path(index, LEAVES[:size])
            verify_inclusion(LEAVES[index], index, size, proof, root)


def test_every_consistency_proof_up_to_130() -> None:
    """Each proof is the one of the recursive definition, and verifies."""
    roots = [oracle(LEAVES[:size]) for size in range(LARGEST + 1)]
    for size2 in range(1, LARGEST + 1):
        for size1 in range(1, size2 + 1):
            proof = consistency_proof(size1, size2, STORED.perfect)
            assert proof == oracle_subproof(size1, LEAVES[:size2], True)
            verify_consistency(size1, size2, proof, roots[size1], roots[size2])


@given(st.integers(1, 40), st.data())
def test_a_changed_inclusion_proof_fails(size: int, data: st.DataObject) -> None:
    """A proof with a bit flipped, cut, extended, or for another index or size proves nothing."""
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, STORED.perfect)
    root = oracle(LEAVES[:size])
    wrong = [[*proof, LEAVES[0]], [LEAVES[0], *proof]]
    if proof:
        wrong += [proof[:-1], proof[1:], proof[::-1]] if len(set(proof)) > 1 else [proof[:-1]]
        at = data.draw(st.integers(0, len(proof) - 1))
        flipped = bytes([proof[at][0] ^ 1]) + proof[at][1:]
        wrong.append([*proof[:at], flipped, *proof[at + 1 :]])
        wrong.append([*proof[:at], proof[at][:-1], *proof[at + 1 :]])
    for bad in wrong:
        with pytest.raises(BadProof):
            verify_inclusion(LEAVES[index], index, size, bad, root)
    for other in {index - 1, index + 1, size, -1} - {index}:
        with pytest.raises(BadProof):
            verify_inclusion(LEAVES[index], other, size, proof, root)


@given(st.integers(1, 40), st.integers(1, 40), st.data())
def test_a_changed_consistency_proof_fails(first: int, second: int, data: st.DataObject) -> None:
    """A proof with a bit flipped, cut, extended, or with roots swapped proves nothing."""
    size1, size2 = sorted((first, second))
    root1, root2 = oracle(LEAVES[:size1]), oracle(LEAVES[:size2])
    proof = consistency_proof(size1, size2, STORED.perfect)
    wrong = [[*proof, LEAVES[0]]]
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        flipped = bytes([proof[at][0] ^ 1]) + proof[at][1:]
        wrong += [proof[:-1], [*proof[:at], flipped, *proof[at + 1 :]]]
    for bad in wrong:
        with pytest.raises(BadProof):
            verify_consistency(size1, size2, bad, root1, root2)
    if size1 != size2:
        with pytest.raises(BadProof):
            verify_consistency(size1, size2, proof, root2, root1)
        with pytest.raises(BadProof):
            verify_consistency(size2, size1, proof, root2, root1)


def test_an_inner_node_is_no_leaf() -> None:
    """A node of the tree cannot be offered as an entry: the two are hashed differently."""
    left, right = b"left", b"right"
    inner = node_hash(leaf_hash(left), leaf_hash(right))
    assert leaf_hash(leaf_hash(left) + leaf_hash(right)) != inner
    with pytest.raises(BadProof):
        verify_inclusion(leaf_hash(leaf_hash(left) + leaf_hash(right)), 0, 1, [], inner)


@pytest.mark.parametrize(("size1", "size2"), [(0, 0), (0, 5), (-1, 3), (6, 5)])
def test_sizes_that_prove_nothing(size1: int, size2: int) -> None:
    """An empty, a negative or a shrunk tree is refused, by who proves and by who verifies."""
    with pytest.raises(BadProof):
        verify_consistency(size1, size2, [], EMPTY_ROOT, EMPTY_ROOT)
    with pytest.raises(ValueError, match="size"):
        consistency_proof(size1, size2, STORED.perfect)


def test_no_entry_outside_the_tree_is_proved() -> None:
    """Asking for a proof of an entry the tree has not is an error."""
    for index in (-1, 5, 6):
        with pytest.raises(ValueError, match="not in a tree"):
            inclusion_proof(index, 5, STORED.perfect)


CONFORMANCE = os.environ.get("ISOLATION_CONFORMANCE", "")


def conformance_cases(kind: str) -> list[dict[str, object]]:
    """The cases of the transparency-dev test data."""
    if not CONFORMANCE:
        pytest.skip("ISOLATION_CONFORMANCE is not set")
    folder = Path(CONFORMANCE) / "conformance" / "merkle" / "testdata" / kind
    return [json.loads(path.read_text()) for path in sorted(folder.rglob("*.json"))]


def hashes(case: dict[str, object], *names: str) -> list[bytes]:
    """The decoded hashes of a case."""
    return [b64decode(str(case[name] or "")) for name in names]


def check(case: dict[str, object], verify: object, *arguments: object) -> None:
    """Runs a verifier and compares with what the case wants."""
    assert callable(verify)
    if case["wantErr"]:
        with pytest.raises(BadProof):
            verify(*arguments)
    else:
        verify(*arguments)


def test_inclusion_conformance() -> None:
    """Every inclusion case of transparency-dev/merkle is decided as it says."""
    cases = conformance_cases("inclusion")
    assert len(cases) == 98
    for case in cases:
        leaf, root = hashes(case, "leafHash", "root")
        proof = [b64decode(text) for text in case["proof"] or []]  # type: ignore[attr-defined]
        check(case, verify_inclusion, leaf, case["leafIdx"], case["treeSize"], proof, root)


def test_subtree_inclusion_conformance() -> None:
    """Every subtree inclusion case of transparency-dev/merkle is decided as it says."""
    cases = conformance_cases("subtreeinclusion")
    assert len(cases) == 204
    for case in cases:
        leaf, root = hashes(case, "leafHash", "root")
        proof = [b64decode(text) for text in case["proof"] or []]  # type: ignore[attr-defined]
        check(case, verify_subtree_inclusion, leaf, case["leafIdx"], case["start"], case["end"], proof, root)


def test_consistency_conformance() -> None:
    """Every consistency case of transparency-dev/merkle is decided as it says."""
    cases = conformance_cases("consistency")
    assert len(cases) == 98
    for case in cases:
        first, second = hashes(case, "root1", "root2")
        proof = [b64decode(text) for text in case["proof"] or []]  # type: ignore[attr-defined]
        check(case, verify_consistency, case["size1"], case["size2"], proof, first, second)


def test_subtree_consistency_conformance() -> None:
    """Every subtree consistency case of transparency-dev/merkle is decided as it says."""
    cases = conformance_cases("subtreeconsistency")
    assert len(cases) == 118
    for case in cases:
        first, second = hashes(case, "root1", "root2")
        proof = [b64decode(text) for text in case["proof"] or []]  # type: ignore[attr-defined]
        check(case, verify_subtree_consistency, case["start"], case["end"], case["size"], proof, first, second)
