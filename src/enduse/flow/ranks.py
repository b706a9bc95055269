"""Numbers of the few among many: a bit for each, and how many bits stand before it."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from enduse.engine.compiling import compiled

Ranks: TypeAlias = npt.NDArray[np.uint64]
"""Of each 64 places a row: which of them are numbered, as the bits of a word, and how many before
them are. The last row has the count of all. At a quarter of a byte a place it stays in the
processor's cache where a number for each would not."""

_ONE, _TWO, _FOUR, _TOP = np.uint64(1), np.uint64(2), np.uint64(4), np.uint64(56)
_TWOS, _FOURS = np.uint64(0x5555555555555555), np.uint64(0x3333333333333333)
_EIGHTS, _ALL = np.uint64(0x0F0F0F0F0F0F0F0F), np.uint64(0x0101010101010101)


@compiled
def rank(wanted: npt.NDArray[np.bool_]) -> Ranks:
    """Number the places that are wanted, from 0 on."""
    ranks = np.zeros((len(wanted) // 64 + 2, 2), np.uint64)
    count = 0
    for place in range(len(wanted)):
        if place & 63 == 0:
            ranks[place >> 6, 1] = count
        if wanted[place]:
            ranks[place >> 6, 0] |= _ONE << np.uint64(place & 63)
            count += 1
    ranks[-1, 1] = count
    return ranks


@compiled
def rank_of(ranks: Ranks, place: int) -> int:
    """The number of a place; -1: none."""
    word, bit = ranks[place >> 6, 0], _ONE << np.uint64(place & 63)
    if not word & bit:
        return -1
    # Bits that stand before it, counted in twos, fours, eights, and all.
    bits = word & (bit - _ONE)
    bits -= (bits >> _ONE) & _TWOS
    bits = (bits & _FOURS) + ((bits >> _TWO) & _FOURS)
    bits = (bits + (bits >> _FOUR)) & _EIGHTS
    return int(np.int64(ranks[place >> 6, 1] + ((bits * _ALL) >> _TOP)))


@compiled
def ranked(ranks: Ranks) -> int:
    """How many places are numbered."""
    return int(np.int64(ranks[-1, 1]))
