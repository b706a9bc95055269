"""Whether a single line of the gravity world gives a diversion away: it should not.

Run as ``python -m benchmarks.flow.gravity.check [--lines N] [--seeds N] [--varied]``. Gradient
boosting learns, on other seeds, from what one line and simple counts say, without following goods.
Its average precision is printed beside that of the corridor alone.
"""

from __future__ import annotations

import argparse

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xgboost as xgb
from numpy.typing import NDArray

from benchmarks.flow.gravity import World, make_gravity, vary

Table = NDArray[np.float64]


def _codes(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """One integer for each different string."""
    coded = pc.dictionary_encode(column.cast(pa.string())).combine_chunks()
    return np.asarray(coded.indices, dtype=np.int64)


def _counts(*keys: NDArray[np.int64]) -> NDArray[np.float64]:
    """How often the combination of keys of each row occurs."""
    joint = np.zeros(len(keys[0]), dtype=np.int64)
    for key in keys:
        joint = joint * (int(key.max()) + 1) + key
        joint = np.unique(joint, return_inverse=True)[1].astype(np.int64)
    counted: Table = np.bincount(joint)[joint].astype(np.float64)
    return counted


def _since(key: NDArray[np.int64], day: NDArray[np.int64]) -> NDArray[np.float64]:
    """Days since the first line with the same key."""
    first = np.full(int(key.max()) + 1, 10_000)
    np.minimum.at(first, key, day)
    since: Table = (day - first[key]).astype(np.float64)
    return since


def _median(key: NDArray[np.int64], value: Table) -> Table:
    """The median of the values with the same key."""
    order = np.lexsort((value, key))
    begins = np.flatnonzero(np.diff(key[order], prepend=-1))
    many = np.diff(np.append(begins, len(key)))
    middle: Table = np.zeros(int(key.max()) + 1)
    middle[key[order][begins]] = value[order][begins + many // 2]
    return middle[key]


def features(world: World, land: dict[str, int]) -> dict[str, Table]:
    """What one line says, by itself and by simple counts over the world."""
    s = world.shipments
    day = np.asarray(s["date"].cast(pa.int32()), dtype=np.int64)
    hs = np.array(s["hs_code"].cast(pa.string()).to_pylist(), dtype=np.int64)
    a, b = (
        np.array([land.setdefault(c, len(land)) for c in s[name].to_pylist()])
        for name in ("exporter_country", "consignee_country")
    )
    seller, buyer, unit = _codes(s["exporter"]), _codes(s["consignee"]), _codes(s["unit"])
    pair = _codes(
        pc.binary_join_element_wise(
            s["exporter"].cast("string"), s["consignee"].cast("string"), "|"
        )
    )
    quantity = np.asarray(s["quantity"])
    size = np.log(quantity)
    good = np.unique(hs, return_inverse=True)[1] * 9 + unit
    zeros = sum((np.mod(quantity, 10.0**k) == 0).astype(float) for k in range(1, 5))
    mass = np.asarray(s["net_mass_kg"].fill_null(float("nan")))
    order = np.lexsort((day, pair))
    gap = np.full(len(day), -1.0)
    follows = np.diff(pair[order], prepend=-1) == 0
    gap[order[1:]] = np.where(follows[1:], np.diff(day[order]), -1)
    return {
        "exporter_country": a.astype(float),
        "consignee_country": b.astype(float),
        "corridor_lines": _counts(a, b),
        "hs": hs.astype(float),
        "chapter": (hs // 10_000).astype(float),
        "size": size,
        "size_to_goods": size - _median(good, size),
        "size_to_pair": size - _median(pair, size),
        "zeros": np.asarray(zeros),
        "dozens": (np.mod(quantity, 12) == 0).astype(float),
        "unit": unit.astype(float),
        "mass": mass,
        "unit_mass": np.log(mass / quantity),
        "has_part": s["part_number"].is_valid().to_numpy().astype(float),
        "pair_lines": _counts(pair),
        "pair_goods_lines": _counts(pair, hs),
        "seller_lines": _counts(seller),
        "buyer_lines": _counts(buyer),
        "seller_goods_lines": _counts(seller, hs),
        "buyer_goods_lines": _counts(buyer, hs),
        "pair_age": _since(pair, day),
        "seller_age": _since(seller, day),
        "buyer_age": _since(buyer, day),
        "gap": gap,
        "weekday": ((day + 3) % 7).astype(float),
        "day": day.astype(float),
        "place_in_file": np.arange(len(day)) / len(day),
        "id": np.array(s["shipment_id"].to_pylist(), dtype=float),
    }


CORRIDOR = ("exporter_country", "consignee_country", "corridor_lines")
LAWFUL_GOODS = ("chapter",)


def average_precision(truth: NDArray[np.bool_], score: Table) -> float:
    """Area under precision over recall, by steps."""
    hit = truth[np.argsort(-score, kind="stable")]
    at = np.flatnonzero(hit)
    return float(np.mean((np.arange(len(at)) + 1) / (at + 1))) if len(at) else 0.0


def main() -> None:
    """Train, test, and print what is found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument(
        "--seeds", type=int, default=5, help="worlds to learn from; two more to ask"
    )
    parser.add_argument("--varied", action="store_true", help="draw the knobs of each world")
    asked = parser.parse_args()
    land: dict[str, int] = {}
    tables, truths = [], []
    for seed in range(asked.seeds + 2):
        world = make_gravity(
            asked.lines, seed=1000 + seed, knobs=vary(1000 + seed) if asked.varied else None
        )
        tables.append(features(world, land))
        truths.append(world.truth["positive"].to_numpy())
    train, test = slice(0, asked.seeds), slice(asked.seeds, None)
    names = tuple(tables[0])

    def learn(columns: tuple[str, ...]) -> tuple[float, dict[str, float]]:
        def rows(part: slice) -> Table:
            return np.concatenate([np.column_stack([t[c] for c in columns]) for t in tables[part]])

        y, y_test = np.concatenate(truths[train]), np.concatenate(truths[test])
        data = xgb.DMatrix(rows(train), label=y, feature_names=list(columns))
        settings = {
            "objective": "binary:logistic",
            "max_depth": 5,
            "eta": 0.08,
            "min_child_weight": 3,
            "subsample": 0.7,
            "colsample_bytree": 0.7,
            "nthread": 1,
            "tree_method": "hist",
        }
        model = xgb.train(settings, data, num_boost_round=120)
        score = model.predict(xgb.DMatrix(rows(test), feature_names=list(columns)))
        gain = {
            k: float(np.mean(v)) for k, v in model.get_score(importance_type="total_gain").items()
        }
        return average_precision(y_test, score.astype(np.float64)), gain

    print(f"positive lines {100 * float(np.mean(np.concatenate(truths[test]))):.2f}%")
    print(f"corridor {learn(CORRIDOR)[0]:.4f}")
    print(f"corridor and chapter {learn((*CORRIDOR, *LAWFUL_GOODS))[0]:.4f}")
    for name in names:
        if name not in (*CORRIDOR, *LAWFUL_GOODS):
            print(
                f"  corridor, chapter and {name} {learn((*CORRIDOR, *LAWFUL_GOODS, name))[0]:.4f}"
            )
    every, gain = learn(names)
    print(f"everything {every:.4f}")
    for name, share in sorted(gain.items(), key=lambda x: -x[1])[:12]:
        print(f"  gain {share:.0f} {name}")


if __name__ == "__main__":
    main()
