"""The Merkle tree of RFC 6962, section 2, as a log stores and proves it. Pure: hashes in, hashes out.

Entry i is stored with its leaf hash and with the hash of every perfect subtree that it completes, smallest first;
`Frontier` computes both while appending, and any other hash of any earlier size follows from what is stored.
"""

from __future__ import annotations

from isolation.digests import sha256
from isolation.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from hashlib import _Hash as Hash

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()


_body_digest: list[Callable[[bytes], Hash]] = []  # loaded when the first body is hashed


class BadProof(ValueError):
    """A proof that does not prove what it is offered for."""


def leaf_hash(data: bytes) -> bytes:
    """MTH({d}) = SHA-256(0x00 || d)."""
    if not _body_digest:
        # OpenSSL digests bodies three times as fast; a check hashes no body, and does not load it.
        from hashlib import sha256 as openssl

        _body_digest.append(openssl)
    return _body_digest[0](b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return sha256(b"\1" + left + right).digest()


def peaks(size: int) -> list[tuple[int, int]]:
    """The perfect subtrees that a tree of this size splits into, largest first, as (level, last leaf)."""
    found = []
    end = 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            end += 1 << level
            found.append((level, end - 1))
    return found


def root_of_peaks(hashes: Iterable[bytes]) -> bytes:
    """The root over perfect subtrees, largest first."""
    stack = list(hashes)
    if not stack:
        return EMPTY_ROOT
    root = stack.pop()
    while stack:
        root = node_hash(stack.pop(), root)
    return root


def stored_hash(level: int, leaf: bytes, nodes: bytes) -> bytes:
    """The hash of the perfect subtree of that level which an entry completes, from what is stored with it."""
    return leaf if level == 0 else nodes[HASH_SIZE * (level - 1) : HASH_SIZE * level]


class Frontier:
    """The perfect subtrees at the right edge of a growing tree: all that appending needs."""

    __slots__ = ("_hashes", "size")

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        """`hashes` are those of `peaks(size)`, in that order."""
        self.size = size
        self._hashes = list(hashes)
        if len(self._hashes) != size.bit_count():
            raise ValueError(
                message(
                    "a tree of {size} leaves has {bit_count} peaks, not {hashes}",
                    size=size,
                    bit_count=size.bit_count(),
                    hashes=len(self._hashes),
                )
            )

    def append(self, leaf: bytes) -> bytes:
        """Adds a leaf hash; returns the hashes of the larger subtrees that it completes, smallest first."""
        completed = b""
        node = leaf
        rest = self.size
        while rest & 1:
            node = node_hash(self._hashes.pop(), node)
            completed += node
            rest >>= 1
        self._hashes.append(node)
        self.size += 1
        return completed

    def follow(self, leaf: bytes, nodes: bytes) -> None:
        """Adds a leaf hash of which it is known which larger subtrees it completes."""
        completed = len(nodes) // HASH_SIZE
        if completed:
            del self._hashes[-completed:]
        self._hashes.append(nodes[-HASH_SIZE:] or leaf)
        self.size += 1

    @property
    def hashes(self) -> tuple[bytes, ...]:
        """Those of `peaks(size)`, in that order."""
        return (*self._hashes,)

    def root(self) -> bytes:
        """The tree's root."""
        return root_of_peaks(self._hashes)


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def range_hash(begin: int, end: int, perfect: Callable[[int, int], bytes]) -> bytes:
    """The hash over leaves begin..end-1 of a node of the tree; `perfect(level, last leaf)` looks one up."""
    return root_of_peaks([perfect(level, begin + last) for level, last in peaks(end - begin)])


def inclusion_proof(index: int, size: int, perfect: Callable[[int, int], bytes]) -> list[bytes]:
    """The audit path of RFC 6962, 2.1.1. Raises ValueError for an index outside the tree."""
    if not 0 <= index < size:
        raise ValueError(message("entry {index} is not in a tree of size {size}", index=index, size=size))
    proof = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            proof.append(range_hash(middle, end, perfect))
            end = middle
        else:
            proof.append(range_hash(begin, middle, perfect))
            begin = middle
    return proof[::-1]


def consistency_proof(size1: int, size2: int, perfect: Callable[[int, int], bytes]) -> list[bytes]:
    """The proof of RFC 6962, 2.1.2, that the tree of size1 leaves is the beginning of that of size2."""
    if not 0 < size1 <= size2:
        raise ValueError(
            message("no consistency can be proved between the sizes {size1} and {size2}", size1=size1, size2=size2)
        )
    proof = []
    begin, end, whole = 0, size2, True
    while size1 < end:
        middle = begin + _split(end - begin)
        if size1 <= middle:
            proof.append(range_hash(middle, end, perfect))
            end = middle
        else:
            proof.append(range_hash(begin, middle, perfect))
            begin, whole = middle, False
    if not whole:
        proof.append(range_hash(begin, end, perfect))
    return proof[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """That the leaf hash stands at `index` in the tree of that size and root; raises BadProof."""
    verify_subtree_inclusion(leaf, index, 0, size, proof, root)


def verify_subtree_inclusion(
    leaf: bytes, index: int, start: int, end: int, proof: Sequence[bytes], root: bytes
) -> None:  # fmt: skip
    """The same within the subtree over leaves start..end-1 (RFC 9162, 2.1.3.2; draft-ietf-plants-merkle-tree-certs)."""
    _require_subtree(start, end)
    if not start <= index < end:
        raise BadProof(
            message("entry {index} is not among the entries {start} to {end}", index=index, start=start, end=end - 1)
        )
    _require_hashes(leaf, *proof)
    node = leaf
    position, last = index - start, end - start - 1
    for sibling in proof:
        if last == 0:
            raise BadProof("the proof is too long")
        if position & 1 or position == last:
            node = node_hash(sibling, node)
            while not position & 1:
                position >>= 1
                last >>= 1
        else:
            node = node_hash(node, sibling)
        position >>= 1
        last >>= 1
    if last:
        raise BadProof("the proof is too short")
    if node != root:
        raise BadProof("the proof leads to another root")


def verify_consistency(size1: int, size2: int, proof: Sequence[bytes], root1: bytes, root2: bytes) -> None:
    """That the tree of size1 is the beginning of that of size2; raises BadProof.

    An empty tree is the beginning of every one, and proves nothing: it is refused.
    """
    if size1 < 1:
        raise BadProof("an empty tree proves nothing")
    verify_subtree_consistency(0, size1, size2, proof, root1, root2)


def verify_subtree_consistency(
    start: int, end: int, size: int, proof: Sequence[bytes], subtree_root: bytes, root: bytes
) -> None:  # fmt: skip
    """That the subtree over leaves start..end-1 is in the tree of that size (draft-ietf-plants-merkle-tree-certs).

    The empty subtree is in every tree, without a proof.
    """
    if end > size:
        raise BadProof(message("a tree of {size} entries holds no subtree that ends at {end}", size=size, end=end))
    if 0 <= start == end and not proof and subtree_root == EMPTY_ROOT:
        return
    _require_subtree(start, end)
    _require_hashes(*proof, *([subtree_root] if proof else []))
    first, last, edge = start, end - 1, size - 1
    while first != last and (last == edge or last & 1):
        first, last, edge = first >> 1, last >> 1, edge >> 1
    rest = list(proof)
    if first == last:
        part = whole = subtree_root
    elif rest:
        part = whole = rest.pop(0)
    else:
        raise BadProof("the proof is too short")
    for sibling in rest:
        if edge == 0:
            raise BadProof("the proof is too long")
        if last & 1 or last == edge:
            if first < last:
                part = node_hash(sibling, part)
            whole = node_hash(sibling, whole)
            while not last & 1:
                first, last, edge = first >> 1, last >> 1, edge >> 1
        else:
            whole = node_hash(whole, sibling)
        first, last, edge = first >> 1, last >> 1, edge >> 1
    if edge:
        raise BadProof("the proof is too short")
    if part != subtree_root or whole != root:
        raise BadProof("the proof leads to other roots")


def _require_subtree(start: int, end: int) -> None:
    """A subtree begins at a multiple of the least power of two that is no smaller than it."""
    if not 0 <= start < end:
        raise BadProof(message("there is no tree over the entries {start} to {end}", start=start, end=end - 1))
    if start % (1 << (end - start - 1).bit_length()):
        raise BadProof(message("the entries {start} to {end} are no subtree", start=start, end=end - 1))


def _require_hashes(*hashes: bytes) -> None:
    if any(len(one) != HASH_SIZE for one in hashes):
        raise BadProof(message("a hash is not {hash_size} bytes long", hash_size=HASH_SIZE))
