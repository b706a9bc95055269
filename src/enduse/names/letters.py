"""Tokens as letters: encoded, hashed and compared in compiled code.

Every letter of a token is one byte (`abjad.encode`): ASCII as it is, Arabic and Hebrew letters
from 0x80 up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from enduse.engine.compiling import compiled
from enduse.names import abjad

Bytes = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int64]
Places = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Shares = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]
Hashes = npt.NDArray[np.uint32]
Masks = npt.NDArray[np.uint64]
Sorts = npt.NDArray[np.uint8]

LONGEST = 32
"""Letters of a token that are compared; beyond these, only that there are more."""


@dataclass(frozen=True, slots=True)
class Letters:
    """Texts as bytes, one after another."""

    bytes: Bytes
    start: Numbers
    """Where each text begins, and the end of the last."""

    @classmethod
    def of(cls, texts: Sequence[str]) -> Letters:
        """Texts of ASCII, Arabic and Hebrew letters."""
        whole = "".join(texts)
        if whole.isascii():
            encoded, lengths = whole.encode(), [*map(len, texts)]
        else:
            parts = [abjad.encode(text) for text in texts]
            encoded, lengths = b"".join(parts), [*map(len, parts)]
        start = np.zeros(len(texts) + 1, dtype=np.int64)
        np.cumsum(np.array(lengths, dtype=np.int64), out=start[1:])
        return cls(np.frombuffer(encoded, np.uint8), start)

    def __len__(self) -> int:
        return len(self.start) - 1


@compiled
def hash_of(letters: Bytes, first: int, last: int, tag: int) -> int:
    """A hash of the letters from `first` to `last`, told apart by `tag`."""
    hashed = np.uint32(2166136261 ^ (tag * 0x9E3779B1))
    for at in range(first, last):
        hashed = np.uint32((hashed ^ letters[at]) * np.uint32(16777619))
    hashed ^= hashed >> np.uint32(15)
    return np.uint32(hashed * np.uint32(0x85EBCA6B))  # type: ignore[return-value]


@compiled
def hashes(letters: Bytes, start: Numbers, tag: int) -> Hashes:
    """A hash of each text."""
    found = np.empty(len(start) - 1, dtype=np.uint32)
    for n in range(len(found)):
        found[n] = hash_of(letters, start[n], start[n + 1], tag)
    return found


@compiled
def most_edits(length: int) -> int:
    """How many letters of a word of some length may be wrong."""
    if length < 3:
        return 0
    return 1 if length < 7 else 2


@compiled
def count_deletions(start: Numbers, most: int) -> Numbers:
    """How many keys `deletions` gives for each text."""
    counts = np.zeros(len(start), dtype=np.int64)
    for n in range(len(start) - 1):
        length = min(start[n + 1] - start[n], LONGEST)
        edits = min(most, most_edits(length))
        counts[n + 1] = counts[n] + (edits >= 1) * (1 + length)
        if edits == 2:
            counts[n + 1] += length * (length - 1) // 2
    return counts


@compiled
def deletions(letters: Bytes, start: Numbers, ends: Numbers, most: int) -> tuple[Hashes, Places]:
    """Hashes of each text with none, one and at most two letters left out, and whose they are.

    Two words differ by at most n edits only if they agree with n letters left out of each
    (Bocek, Hunt, Hauswirth and Stiller, 'Fast similarity search in large dictionaries', 2007), so
    that the search for spellings is a join of hashes and no comparison of all with all.
    """
    found = np.empty(ends[-1], dtype=np.uint32)
    owner = np.empty(ends[-1], dtype=np.int32)
    buffer = np.empty(LONGEST, dtype=np.uint8)
    for n in range(len(start) - 1):
        at = ends[n]
        first = start[n]
        length = min(start[n + 1] - first, LONGEST)
        edits = min(most, most_edits(length))
        if edits == 0:
            continue
        found[at] = hash_of(letters, first, first + length, 0)
        at += 1
        for one in range(length):
            kept = 0
            for k in range(length):
                if k != one:
                    buffer[kept] = letters[first + k]
                    kept += 1
            found[at] = hash_of(buffer, 0, kept, 0)
            at += 1
            if edits == 2:
                for other in range(one + 1, length):
                    kept = 0
                    for k in range(length):
                        if k != one and k != other:
                            buffer[kept] = letters[first + k]
                            kept += 1
                    found[at] = hash_of(buffer, 0, kept, 0)
                    at += 1
        owner[ends[n] : ends[n + 1]] = n
    return found, owner


@compiled
def edit_cost(one: Bytes, other: Bytes, swaps: Shares, drops: Shares, most: float) -> float:
    """The least cost of edits that make one word of another, or more than `most`.

    Parameters
    ----------
    one, other
        Letters of the words.
    swaps
        256 by 256: the cost of a letter for another.
    drops
        256: the cost of a letter too much or missing; one that stands twice costs less.
    most
        Costs above this need not be told exactly.

    Notes
    -----
    Optimal string alignment: neighbouring letters may change places once, and two that look like
    one in print may stand for it.
    """
    n, m = len(one), len(other)
    before = np.empty(m + 1, dtype=np.float32)
    last = np.empty(m + 1, dtype=np.float32)
    now = np.empty(m + 1, dtype=np.float32)
    last[0] = 0.0
    for j in range(1, m + 1):
        last[j] = last[j - 1] + _drop(other, j - 1, drops)
    for i in range(1, n + 1):
        now[0] = last[0] + _drop(one, i - 1, drops)
        least = now[0]
        for j in range(1, m + 1):
            cost = last[j - 1] + swaps[one[i - 1], other[j - 1]]
            cost = min(cost, last[j] + _drop(one, i - 1, drops))
            cost = min(cost, now[j - 1] + _drop(other, j - 1, drops))
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                cost = min(cost, before[j - 2] + _TRANSPOSED)
            if j > 1 and _look_like(other[j - 2], other[j - 1], one[i - 1]):
                cost = min(cost, last[j - 2] + _IN_PRINT)
            if i > 1 and _look_like(one[i - 2], one[i - 1], other[j - 1]):
                cost = min(cost, before[j - 1] + _IN_PRINT)
            now[j] = cost
            least = min(least, cost)
        if least > most:
            return least  # type: ignore[no-any-return]
        before, last, now = last, now, before
    return last[m]  # type: ignore[no-any-return]


_TRANSPOSED, _TWICE, _IN_PRINT = 0.8, 0.25, 0.5


@compiled
def _look_like(first: int, second: int, one: int) -> bool:
    """Whether two letters look like one in print: rn and m, cl and d, vv and w, ii and u …"""
    if one == 109:
        return first == 114 and second == 110
    if one == 100:
        return first == 99 and second == 108
    if one == 119:
        return first == 118 and second == 118
    if one == 117:
        return first == 105 and second == 105
    if one == 110:
        return first == 114 and second == 105
    return one == 104 and first == 108 and second == 105


@compiled
def _drop(word: Bytes, at: int, drops: Shares) -> float:
    if at > 0 and word[at] == word[at - 1]:
        return _TWICE
    return drops[word[at]]  # type: ignore[no-any-return]
