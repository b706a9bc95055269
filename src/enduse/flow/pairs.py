"""Numbers of pairs: tables that a pair's place in is found by what it is made of."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from enduse.engine.compiling import compiled
from enduse.flow.kernel import Ints

EMPTY = np.uint64(0xFFFFFFFFFFFFFFFF)
_MIX = np.uint64(0x9E3779B97F4A7C15)


class Pairs(NamedTuple):
    """Pairs that have a number."""

    codes: npt.NDArray[np.uint64]
    """The first part of each pair in the upper half, the second in the lower; or `EMPTY`."""
    given: Ints
    """The pair's number."""
    made: int
    """How many numbers are given."""


@compiled
def no_pairs() -> Pairs:
    """None yet."""
    codes, given = slots(np.uint64(54))
    return Pairs(codes, given, 0)


@compiled
def number_pairs(
    first: Ints, first_number: Ints, second: Ints, second_number: Ints, known: Pairs
) -> tuple[Ints, Pairs]:
    """Number pairs by when they come, beyond those known; -1 where the first part is negative.

    `first_number` and `second_number` are what codes stand for; the last is that of code -1.
    """
    codes, given, count = known
    shift = shift_of(2 * len(codes) // 3)
    numbers = np.empty(len(first), np.int32)
    # Nearly always a first part comes with the same second part as the last time.
    last = np.full((len(first_number), 2), -1, np.int32)
    for place in range(len(first)):
        at, to = first[place], second[place]
        if last[at, 0] == to and last[at, 1] >= 0:
            numbers[place] = last[at, 1]
            continue
        one, other = first_number[at], second_number[to]
        if one < 0:
            numbers[place] = -1
            continue
        code = (np.uint64(one) << np.uint64(32)) | np.uint64(other + 1)
        slot = slot_of(codes, code, shift)
        if codes[slot] == EMPTY:
            codes[slot], given[slot] = code, count
            numbers[place] = last[at, 1] = count
            last[at, 0] = to
            count += 1
            if 3 * count > 2 * len(codes):
                fewer, old = codes, given
                shift -= np.uint64(1)
                codes, given = slots(shift)
                for at in range(len(fewer)):
                    if fewer[at] != EMPTY:
                        slot = slot_of(codes, fewer[at], shift)
                        codes[slot], given[slot] = fewer[at], old[at]
        else:
            numbers[place] = last[at, 1] = given[slot]
            last[at, 0] = to
    return numbers, Pairs(codes, given, count)


@compiled
def shift_of(count: int) -> np.uint64:
    """Of a table that holds so many pairs and has half as much room to spare."""
    shift = np.uint64(63)
    while 2 * size_of(shift) < 3 * count:
        shift -= np.uint64(1)
    return shift


@compiled
def size_of(shift: np.uint64) -> int:
    """How many slots a table has: a power of two."""
    return 1 << int(np.uint64(64) - shift)


@compiled
def slots(shift: np.uint64) -> tuple[npt.NDArray[np.uint64], Ints]:
    """An empty table of pairs and their numbers."""
    return np.full(size_of(shift), EMPTY, np.uint64), np.empty(size_of(shift), np.int32)


@compiled
def slot_of(codes: npt.NDArray[np.uint64], code: np.uint64, shift: np.uint64) -> np.uint64:
    """Where a pair stands in the table, or can be put."""
    slot = (code * _MIX) >> shift
    while codes[slot] != code and codes[slot] != EMPTY:
        slot = (slot + np.uint64(1)) & np.uint64(len(codes) - 1)
    return slot
