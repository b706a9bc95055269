"""How much of a lot each sale was, and what of it was sold on within the same records."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from enduse.components.possible_sales import PossibleSales
from enduse.components.posterior import OTHER, SAME, Floats


def compared_name(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Names of firms as they are compared within the records: without case and spacing."""
    return pc.utf8_lower(pc.replace_substring_regex(column, r"[\s.,]+", ""))


def passed_on(found: PossibleSales) -> Floats:
    """Share of each sale that its customer sold on in these same records."""
    onward = np.zeros(found.lines.num_rows)
    sellers = compared_name(found.lines["seller"])
    if sellers.null_count == len(sellers):
        return onward
    names = compared_name(found.lines["customer"]).to_pylist()
    quantity = found.evidence.quantity
    # What another lot's sale says of this lot is nothing.
    counts = np.where(np.isin(found.evidence.lot, (OTHER,)), 0.0, quantity)
    sold: dict[str, float] = {}
    bought: dict[str, float] = {}
    for seller, name, count in zip(sellers.to_pylist(), names, counts.tolist(), strict=True):
        if seller is not None and seller != name:
            sold[seller] = sold.get(seller, 0.0) + count
        bought[name] = bought.get(name, 0.0) + count
    share = {
        name: min(sold[name] / bought[name], 1.0) for name in sold if bought.get(name, 0.0) > 0
    }
    return np.array([share.get(name, 0.0) for name in names]) if share else onward


def lot_shares(found: PossibleSales) -> Floats:
    """Share of the lot that each sale of it is; not a number for other sales.

    What a customer sold on within these records is a part of what it was sold, and adds nothing.
    """
    quantity, of_lot = found.evidence.quantity, found.evidence.lot == SAME
    customers = set(compared_name(found.lines["customer"].filter(pa.array(of_lot))).to_pylist())
    sellers = compared_name(found.lines["seller"]).to_pylist()
    resale = np.array([seller in customers for seller in sellers], np.bool_)
    total = float(quantity[of_lot & ~resale].sum()) or float(quantity[of_lot].sum())
    return np.where(of_lot, quantity / total if total else np.nan, np.nan)


def usual_pieces(found: PossibleSales, name: str) -> float:
    """Pieces of the lot, or the date code, that a piece in these records usually is of.

    Parameters
    ----------
    name
        ``lot_key`` or ``date_code``.
    """
    keys = found.lines[name].combine_chunks().dictionary_encode()
    known = keys.is_valid().to_numpy(zero_copy_only=False)
    if not known.any():
        return 0.0
    which = keys.indices.drop_null().to_numpy()
    pieces = np.bincount(which, found.evidence.quantity[known])
    # Of all pieces, not of all lots: a large lot is found more often than a small one.
    return float((pieces**2).sum() / pieces.sum())
