"""Merkle trees of RFC 9162 (Certificate Transparency 2.0), section 2.1: roots and proofs.

Everything here is a pure function of hashes; where they are kept is the caller's affair. A
*node* is named by its level and its index on that level: node ``(l, i)`` is the root of the
complete subtree over the leaves ``i * 2**l`` to ``(i + 1) * 2**l - 1``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

HASH_BYTES = 32
"""Bytes of a SHA-256 hash."""

Node = Callable[[int, int], bytes]
"""Answers the hash of the node at a level and an index."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash of one entry (RFC 9162, 2.1.1).

    Examples
    --------
    >>> leaf_hash(b"").hex()[:16]
    '6e340b9cffb37a98'
    """
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of the node above two nodes (RFC 9162, 2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


EMPTY_ROOT = hashlib.sha256(b"").digest()
"""Root of the tree without leaves."""


def grow(size: int, peaks: list[bytes], leaf: bytes) -> list[bytes]:
    """Take one more leaf hash into the peaks of a tree.

    Parameters
    ----------
    size
        Leaves before.
    peaks
        Roots of the complete subtrees that the tree consists of, largest first: one for each bit
        that is set in `size`. Changed in place.
    leaf
        The hash of the new leaf.

    Returns
    -------
    list of bytes
        The nodes that the leaf completes, by level: the leaf's own hash first.
    """
    completed = [leaf]
    while size & 1:
        completed.append(node_hash(peaks.pop(), completed[-1]))
        size >>= 1
    peaks.append(completed[-1])
    return completed


def root_of_peaks(peaks: Sequence[bytes]) -> bytes:
    """Root of the tree that consists of these complete subtrees, largest first."""
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Root of the tree over these leaf hashes.

    Examples
    --------
    >>> root_of([leaf_hash(b"")]) == leaf_hash(b"")
    True
    """
    peaks: list[bytes] = []
    for size, leaf in enumerate(leaves):
        grow(size, peaks, leaf)
    return root_of_peaks(peaks)


def range_root(start: int, end: int, node: Node) -> bytes:
    """Root of the tree over the leaves from `start` to before `end`.

    `start` is a multiple of the smallest power of two that is not below ``end - start``, as in
    every subtree of RFC 9162.
    """
    size = end - start
    if size == 0:
        return EMPTY_ROOT
    level = size.bit_length() - 1
    if size == 1 << level:
        return node(level, start >> level)
    split = start + (1 << level)
    return node_hash(range_root(start, split, node), range_root(split, end, node))


def inclusion_path(index: int, size: int, node: Node) -> list[bytes]:
    """Proof that the leaf `index` is in the tree of `size` leaves (RFC 9162, 2.1.3.1).

    Raises
    ------
    ValueError
        If there is no such leaf in a tree of that size.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        split = start + _largest_power_below(end - start)
        if index < split:
            path.append(range_root(split, end, node))
            end = split
        else:
            path.append(range_root(start, split, node))
            start = split
    return path[::-1]


def consistency_path(old_size: int, size: int, node: Node) -> list[bytes]:
    """Proof that the tree of `old_size` leaves is how the other began (RFC 9162, 2.1.4.1).

    The proof is empty where there is nothing to prove: equal sizes, or an empty old tree.

    Raises
    ------
    ValueError
        If the old tree is larger than the other.
    """
    if not 0 <= old_size <= size:
        raise ValueError(f"a tree of {size} leaves did not grow out of one of {old_size}")
    path: list[bytes] = []
    start, end = 0, size
    while 0 < old_size < end:
        split = start + _largest_power_below(end - start)
        if old_size <= split:
            path.append(range_root(split, end, node))
            end = split
        else:
            path.append(range_root(start, split, node))
            start = split
    # The verifier knows the old root; a proof names the last subtree only if it is another.
    if start:
        path.append(range_root(start, old_size, node))
    return path[::-1]


def includes(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether a path proves that the leaf hash is in the tree (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def extends(old_size: int, old_root: bytes, size: int, root: bytes, path: Sequence[bytes]) -> bool:
    """Whether a path proves that one tree grew out of the other (RFC 9162, 2.1.4.2)."""
    if not 0 <= old_size <= size:
        return False
    if old_size == size:
        return not path and old_root == root
    if old_size == 0:
        return not path and old_root == EMPTY_ROOT
    steps = list(path)
    if old_size & (old_size - 1) == 0:
        steps.insert(0, old_root)
    if not steps:
        return False
    place, last = old_size - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    found_old = found = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            found_old, found = node_hash(sibling, found_old), node_hash(sibling, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and found_old == old_root and found == root


def _largest_power_below(size: int) -> int:
    """The largest power of two that is smaller than `size`, which is 2 or more."""
    return 1 << (size - 1).bit_length() - 1
