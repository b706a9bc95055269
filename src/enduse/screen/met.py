"""Parties that met listings, on the way to `model.HITS`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

MET = pa.schema(
    [
        pa.field("party", pa.int64(), nullable=False),
        pa.field("listing", pa.int64(), nullable=False),
        pa.field("score", pa.float64(), nullable=False),
        pa.field("matched_name", pa.string(), nullable=False),
        pa.field("by", pa.string(), nullable=False),
    ]
)
"""`party` and `listing` are rows of the tables of parties and listings; `by` is name, imo, or the
kind of identifier that both bear."""


def best(met: Sequence[pa.Table], limit: int, threshold: float) -> pa.Table:
    """The best listings for each party, `limit` at most: by party, falling score, then listing.

    One row for a party and a listing: an identifier goes before a name.
    """
    table = pa.concat_tables([MET.empty_table(), *met]).combine_chunks()
    table = table.set_column(2, "score", pc.round(table["score"], 6))
    table = table.filter(pc.greater_equal(table["score"], threshold))
    party, listing = table["party"].to_numpy(), table["listing"].to_numpy()
    score, is_name = table["score"].to_numpy(), np.asarray(pc.equal(table["by"], "name"))
    by_imo = np.asarray(pc.equal(table["by"], "imo"))
    order = np.lexsort((-score, ~by_imo, is_name, listing, party))
    order = order[_changes(party[order]) | _changes(listing[order])]
    order = order[np.lexsort((listing[order], -score[order], party[order]))]
    first = np.flatnonzero(_changes(party[order]))
    place = np.arange(len(order)) - np.repeat(first, np.diff(np.append(first, len(order))))
    return table.take(pa.array(order[place < limit]))


def _changes(values: Numbers) -> Flags:
    changed: Flags = np.diff(values, prepend=-1) != 0
    return changed
