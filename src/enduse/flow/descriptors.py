"""What papers say of goods beside their code: origin, maker, description, lot, date code."""

from __future__ import annotations

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


def descriptors_of(lines: pa.Table) -> Ints:
    """What is said of lines, as numbers; shape (lines, `DESCRIPTORS`), or (lines, 0) if nothing is."""
    said = [folded_in(lines, name)[0] for name in DESCRIPTORS]
    if all((of < 0).all() for of in said):
        return np.empty((lines.num_rows, 0), np.int32)
    return np.stack(said, axis=1)


@compiled
def patterns_of(
    first: int,
    end: int,
    said: Ints,
    pools: tuple[Pools, Pools],
    mixed: tuple[Flags, Flags],
    lots: Lots,
    links: Links,
) -> Ints:
    """How descriptors of lots and orders agree, of the links of the orders from `first` to `end`.

    `pools` and `mixed` are those of lots and of orders.
    """
    begin, many = links.begin[first], links.begin[end] - links.begin[first]
    patterns, columns = np.empty(many, np.int32), said.shape[1]
    theirs, row = np.empty((_BLOCK, columns), np.int32), first - 1
    for block in range(0, many, _BLOCK):
        # Many lots are looked up at once.
        some = links.lot[begin + block : begin + min(block + _BLOCK, many)]
        for i in range(len(some)):
            lot = lots.row[some[i]]
            place = pools[0].place[lot]
            for column in range(columns):
                theirs[i, column] = -1 if mixed[0][place, column] else said[lot, column]
        for i in range(len(some)):
            while row < first or links.begin[row + 1] <= begin + block + i:
                row += 1
            place, pattern, digit = pools[1].place[row], 0, 1
            for column in range(columns):
                ours = np.int32(-1) if mixed[1][place, column] else said[row, column]
                if ours < 0 or theirs[i, column] < 0:
                    pattern += UNKNOWN * digit
                elif ours != theirs[i, column]:
                    pattern += DIFFER * digit
                digit *= 3
            patterns[block + i] = pattern
    return patterns
