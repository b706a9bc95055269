"""Does a single line of the world of stocks give a planted line away?

``python -m benchmarks.flow.stocks.check [lines] [worlds]`` trains gradient boosting on features of
single lines of some worlds and asks it about another; beside it stands what the corridor alone
gives. Neither should be much above the share of planted lines in the corridors.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pyarrow as pa
import xgboost as xgb
from numpy.typing import NDArray

from benchmarks.flow.stocks import CONTROLLED_ORIGINS, EMBARGOED, World, make_stocks, vary
from benchmarks.flow.stocks.knobs import Knobs

Matrix = NDArray[np.float64]
CORRIDOR = ("from_kind", "to_kind", "from_country", "to_country")


def average_precision(positive: NDArray[np.bool_], score: Matrix) -> float:
    """Average precision; ties count as if shuffled within.

    Examples
    --------
    >>> average_precision(np.array([False, True]), np.array([0.1, 0.9]))
    1.0
    """
    order = np.lexsort((np.random.default_rng(0).random(len(score)), -score))
    hits = positive[order]
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return float(precision[hits].mean())


def _codes(column: pa.ChunkedArray) -> NDArray[np.int64]:
    values = np.asarray(column.cast(pa.string()).fill_null("").to_numpy(zero_copy_only=False))
    return np.asarray(np.unique(values.astype(str), return_inverse=True)[1], dtype=np.int64)


def _seen_before(key: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count for each row the earlier rows with the same key."""
    order = np.argsort(key, kind="stable")
    first = np.searchsorted(key[order], key[order], "left")
    rank = np.empty(len(key), np.int64)
    rank[order] = np.arange(len(key)) - first
    return rank


def features(world: World) -> dict[str, Matrix]:
    """Give what a clerk could note of one line: corridor, goods, size, how known its firms are."""
    table = world.shipments
    text = {
        name: np.asarray(table[name].cast(pa.string()).to_numpy(zero_copy_only=False)).astype(str)
        for name in ("exporter_country", "consignee_country", "hs_code", "unit", "shipment_id")
    }
    found: dict[str, NDArray[Any]] = {}
    for side, column in (("from", "exporter_country"), ("to", "consignee_country")):
        controlled = np.isin(text[column], list(CONTROLLED_ORIGINS))
        kind = np.where(controlled, 0, np.where(np.isin(text[column], list(EMBARGOED)), 2, 1))
        found[f"{side}_kind"] = kind
        found[f"{side}_country"] = np.array([int(c, 36) for c in text[column]])
    code = text["hs_code"].astype(int)
    quantity = table["quantity"].to_numpy()
    for name, value in (("hs6", code), ("heading", code // 100), ("chapter", code // 10_000)):
        found[name] = value
    goods = np.unique(code, return_inverse=True)[1]
    usual = np.array([np.median(np.log(quantity[goods == g])) for g in range(goods.max() + 1)])
    found["size"] = np.log(quantity)
    found["size_of_goods"] = np.log(quantity) - usual[goods]
    found["log_value"] = np.log(table["value"].to_numpy() + 1)
    found["unit_value"] = found["log_value"] - found["size"]
    found["unit"] = np.array([int(u, 36) for u in text["unit"]])
    found["unit_weight"] = np.log(table["net_mass_kg"].to_numpy() + 1e-6) - found["size"]
    exporter, consignee = _codes(table["exporter"]), _codes(table["consignee"])
    pair = exporter * 10_000_000 + consignee
    keys = {"exporter": exporter, "consignee": consignee, "pair": pair}
    keys |= {"exporter_hs": exporter * 1000 + goods, "consignee_hs": consignee * 1000 + goods}
    keys |= {"pair_hs": np.unique(pair, return_inverse=True)[1] * 1000 + goods}
    for name, key in keys.items():
        _, index, count = np.unique(key, return_inverse=True, return_counts=True)
        found[f"{name}_lines"] = count[index]
        found[f"{name}_before"] = _seen_before(key)
    found["goods_lines"] = np.bincount(goods)[goods]
    day = table["date"].to_numpy().astype("datetime64[D]").astype(np.int64)
    found["day"], found["weekday"] = day - day[0], (day + 3) % 7
    for digits in (1, 2):
        step = 10.0 ** (np.floor(np.log10(quantity)) - digits + 1)
        found[f"round_{digits}"] = np.abs(quantity / step - np.round(quantity / step)) < 1e-9
    found["has_part"] = table["part_number"].is_valid().to_numpy()
    found["position"] = np.arange(len(day)) / len(day)
    found["id"] = np.array([int(value, 16) for value in text["shipment_id"]])
    return {name: np.asarray(value, dtype=np.float64) for name, value in found.items()}


def _boosted(
    train: list[dict[str, Matrix]],
    labels: list[NDArray[np.bool_]],
    test: dict[str, Matrix],
    names: tuple[str, ...],
) -> Matrix:
    data = np.concatenate([np.stack([part[name] for name in names], 1) for part in train])
    matrix = xgb.DMatrix(data, label=np.concatenate(labels), feature_names=list(names))
    settings = {
        "objective": "binary:logistic",
        "max_depth": 5,
        "eta": 0.1,
        "subsample": 0.8,
        "min_child_weight": 5,
        "nthread": 2,
    }
    model = xgb.train(settings, matrix, num_boost_round=150)
    asked = xgb.DMatrix(np.stack([test[n] for n in names], 1), feature_names=list(names))
    return np.asarray(model.predict(asked), dtype=np.float64)


def leak(lines: int, seeds: list[int], knobs: Knobs | None) -> dict[str, list[float]]:
    """Ask about each world after training on all others: one alone says little.

    Returns
    -------
    Average precision in each world of the corridor alone, of the line with its pair's and firms'
    sizes, and of the same with counts by firm and goods (which are no longer of one line, and
    begin to tell traders from users).
    """
    parts, labels = [], []
    for seed in seeds:
        world = make_stocks(lines, seed=seed, knobs=knobs or vary(seed))
        parts.append(features(world))
        labels.append(world.truth["positive"].to_numpy())
    line = tuple(name for name in parts[0] if "_hs_" not in name)
    asked = {"corridor": CORRIDOR, "line": line, "firm x goods": tuple(parts[0])}
    found: dict[str, list[float]] = {name: [] for name in asked}
    for test in range(len(seeds)):
        others = [k for k in range(len(seeds)) if k != test]
        for name, names in asked.items():
            score = _boosted(
                [parts[k] for k in others], [labels[k] for k in others], parts[test], names
            )
            found[name].append(average_precision(labels[test], score))
    return found


if __name__ == "__main__":
    asked_lines = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    worlds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    for title, chosen in (("default knobs", Knobs()), ("varied knobs", None)):
        for kind, values in leak(asked_lines, list(range(11, 11 + worlds)), chosen).items():
            each = " ".join(f"{value:.4f}" for value in values)
            print(f"{title}, {kind}: mean {np.mean(values):.4f} ({each})", flush=True)
