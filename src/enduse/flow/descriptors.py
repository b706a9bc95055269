"""What papers say of goods beside their code: origin, maker, description, lot, date code."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from enduse.engine.compiling import compiled
from enduse.flow.columns import folded_in
from enduse.flow.kernel import Flags, Ints, Links, Lots, Pools

DESCRIPTORS = ("origin_country", "manufacturer", "description", "lot", "date_code")
"""Columns that are compared along links."""
AGREE, DIFFER, UNKNOWN = range(3)
PATTERNS = 3 ** len(DESCRIPTORS)
"""Ways in which they can agree and differ: a digit of base 3 each, the first column's last."""
_BLOCK = 1 << 10


class Described(NamedTuple):
    """What papers say of lines."""

    columns: Ints
    """Places in `DESCRIPTORS` of those that say anything of any line."""
    words: Ints
    """Numbers of words, -1: none; shape (lines, columns)."""


def described_in(lines: pa.Table) -> Described:
    """What is said of lines."""
    said = {}
    for place, name in enumerate(DESCRIPTORS):
        words, known = folded_in(lines, name)
        if len(known):
            said[place] = words
    return Described(
        np.array([*said], np.int32),
        np.stack([*said.values()], axis=1) if said else np.empty((lines.num_rows, 0), np.int32),
    )


@compiled
def patterns_of(
    first: int,
    end: int,
    said: Described,
    pools: tuple[Pools, Pools],
    mixed: tuple[Flags, Flags],
    lots: Lots,
    links: Links,
) -> Ints:
    """How descriptors of lots and orders agree, of the links of the orders from `first` to `end`.

    `pools` and `mixed` are those of lots and of orders.
    """
    begin, many = links.begin[first], links.begin[end] - links.begin[first]
    columns, words = said
    patterns, none_known = np.empty(many, np.int32), PATTERNS - 1
    theirs, row = np.empty((_BLOCK, len(columns)), np.int32), first - 1
    for block in range(0, many, _BLOCK):
        # Many lots are looked up at once.
        some = links.lot[begin + block : begin + min(block + _BLOCK, many)]
        for i in range(len(some)):
            lot = lots.row[some[i]]
            place = pools[0].place[lot]
            for k in range(len(columns)):
                theirs[i, k] = -1 if mixed[0][place, k] else words[lot, k]
        for i in range(len(some)):
            while row < first or links.begin[row + 1] <= begin + block + i:
                row += 1
            place, pattern = pools[1].place[row], none_known
            for k in range(len(columns)):
                ours = np.int32(-1) if mixed[1][place, k] else words[row, k]
                if ours >= 0 and theirs[i, k] >= 0:
                    as_said = AGREE if ours == theirs[i, k] else DIFFER
                    pattern += (as_said - UNKNOWN) * 3 ** columns[k]
            patterns[block + i] = pattern
    return patterns
