"""Gradient boosting on what a table of lines tells without following goods."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import xgboost

from benchmarks.flow.cases import Seen, encoded

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def tabular(case: Seen) -> Singles:
    """Features of single lines, of their pair, and counts and shares of either firm.

    Counts are over the whole time, before and after the line.
    """
    table, who = case.shipments, case.parties
    goods, unit = _numbers(table, "hs_code"), _numbers(table, "unit")
    seller, buyer = who.exporter.astype(np.int64), who.consignee.astype(np.int64)
    firms = int(max(seller.max(initial=0), buyer.max(initial=0))) + 1
    seller, buyer = np.where(seller < 0, firms, seller), np.where(buyer < 0, firms, buyer)
    amount = table["quantity"].to_numpy()
    quantity = np.log(np.maximum(amount, 1e-3))
    value, mass = _logarithm(table, "value"), _logarithm(table, "net_mass_kg")
    day = table["date"].combine_chunks().cast(pa.int32()).to_numpy().astype(np.int64)
    codes = encoded(table, "hs_code")
    chapter = np.array([int(word[:2]) for word in codes.dictionary.to_pylist()])[goods]
    digits = 10.0 ** np.maximum(np.floor(np.log10(np.maximum(amount, 1))) - 1, 0)
    same_goods, pair = goods * 64 + unit, seller * (firms + 1) + buyer
    columns = [
        quantity, mass, value, value - quantity, mass - quantity,
        _beside(quantity, same_goods), _beside(value, same_goods),
        _beside(value - quantity, same_goods), _beside(_beside(quantity, same_goods), pair),
        amount % digits == 0, unit, chapter, day % 7, day % 365, case.start, case.end,
        _numbers(table, "part_number") >= 0, _numbers(table, "origin_country") >= 0,
        np.log(_times(goods)), np.log(_times(_numbers(table, "freight_forwarder") + 1)),
        np.log(_times(pair)), np.log(_times(pair * 100_000 + goods)),
    ]  # fmt: skip
    for firm in (seller, buyer):
        columns += _of_firm(firm, seller, buyer, case.start, case.end, firms + 1)
    return np.column_stack(columns).astype(np.float32)


def _of_firm(
    firm: Ints, seller: Ints, buyer: Ints, start: Flags, end: Flags, firms: int
) -> list[Floats]:
    """What a firm received and sent: lines, partners, shares that started and that ended."""
    came, went = np.bincount(buyer, minlength=firms), np.bincount(seller, minlength=firms)
    started = np.bincount(buyer, start, firms) / (came + 1)
    ended = np.bincount(seller, end, firms) / (went + 1)
    pairs = np.unique(np.stack([seller, buyer]), axis=1)
    buyers, sellers = (np.bincount(side, minlength=firms) for side in pairs)
    known = (np.log1p(came), np.log1p(went), started, ended, np.log1p(buyers), np.log1p(sellers))
    return [values[firm] for values in known]


def boost(told: Sequence[Singles], positive: Sequence[Flags]) -> xgboost.Booster:
    """Trees learned from labelled worlds: of all positives and one lawful line in four."""
    values, hit = np.concatenate(told), np.concatenate(positive)
    kept = hit | (np.arange(len(hit)) % 4 == 0)
    weight = np.where(hit[kept], 1.0, 4.0)
    settings = {
        "objective": "binary:logistic", "max_depth": 6, "eta": 0.1, "min_child_weight": 5,
        "subsample": 0.8, "colsample_bytree": 0.7, "max_bin": 128, "seed": 1, "nthread": 1,
    }  # fmt: skip
    data = xgboost.DMatrix(values[kept], hit[kept], weight=weight)
    return xgboost.train(settings, data, num_boost_round=250)


def judged(booster: xgboost.Booster, told: Singles) -> Singles:
    """Log-odds of each line."""
    answer: Singles = booster.predict(xgboost.DMatrix(told, nthread=1), output_margin=True)
    return answer


def _numbers(table: pa.Table, column: str) -> Ints:
    if column not in table.column_names:
        return np.full(table.num_rows, -1)
    return np.asarray(encoded(table, column).indices.fill_null(-1), dtype=np.int64)


def _logarithm(table: pa.Table, column: str) -> Floats:
    if column not in table.column_names:
        return np.full(table.num_rows, np.nan)
    values = table[column].to_numpy()
    return np.log(np.where(values > 0, values, np.nan))


def _times(key: Ints) -> Floats:
    """How many lines share each line's key."""
    _, place, count = np.unique(key, return_inverse=True, return_counts=True)
    return count[place].astype(np.float64)


def _beside(values: Floats, key: Ints) -> Floats:
    """Values less the mean of those of the same key."""
    _, place, count = np.unique(key, return_inverse=True, return_counts=True)
    return np.asarray(values - (np.bincount(place, values) / count)[place])
