"""Merkle trees (RFC 9162, section 2.1) over a power of two of entries, level by level."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256


def root(entries: Sequence[bytes]) -> bytes:
    """Root over a power of two of entries.

    Examples
    --------
    >>> from enduse.store import merkle
    >>> entries = [b"a", b"b", b"c", b"d"]
    >>> root(entries) == merkle.root_of([merkle.leaf_hash(entry) for entry in entries])
    True
    """
    level = _leaves(entries)
    while len(level) > 1:
        level = _above(level)
    return level[0]


def paths(entries: Sequence[bytes]) -> Callable[[int], tuple[bytes, ...]]:
    """What gives the path that proves each entry (RFC 9162, section 2.1.3)."""
    levels = [_leaves(entries)]
    while len(levels[-1]) > 1:
        levels.append(_above(levels[-1]))

    def path(position: int) -> tuple[bytes, ...]:
        return tuple(level[(position >> up) ^ 1] for up, level in enumerate(levels[:-1]))

    return path


def _leaves(entries: Sequence[bytes]) -> list[bytes]:
    return [sha256(b"\0" + entry).digest() for entry in entries]


def _above(level: Sequence[bytes]) -> list[bytes]:
    pairs = zip(level[::2], level[1::2], strict=True)
    return [sha256(b"\1" + left + right).digest() for left, right in pairs]
