"""Does one line, without the others, tell that it belongs to a planted chain? It should not.

Run as ``python -m benchmarks.flow.leaks [LINES [SEED]]``. For each feature the area under the ROC
curve of positive lines against lawful ones of the same corridor (kinds of both countries, neither
food nor medicine); 0.5 tells nothing.
"""

from __future__ import annotations

import sys

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from benchmarks.flow.geography import COUNTRIES, KIND_OF_COUNTRY
from benchmarks.flow.worlds import FOOD_AND_MEDICINE, World, make

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

CORRIDORS = {
    "controlled to third": (0, 1),
    "third to third": (1, 1),
    "third to embargoed": (1, 2),
}


def _codes(table: pa.Table, column: str) -> Ints:
    return np.asarray(table[column].combine_chunks().indices.fill_null(-1), dtype=np.int64)


def _words(table: pa.Table, column: str) -> list[str]:
    words: list[str] = table[column].combine_chunks().dictionary.to_pylist()
    return words


def _kinds(table: pa.Table, column: str) -> Ints:
    kind = dict(zip(COUNTRIES, KIND_OF_COUNTRY.tolist(), strict=True))
    return np.array([kind[word] for word in _words(table, column)])[_codes(table, column)]


def _times(key: Ints) -> Floats:
    """How many lines share each line's key."""
    _, place, count = np.unique(key, return_inverse=True, return_counts=True)
    return count[place].astype(np.float64)


def _partners(firm: Ints, partner: Ints) -> Floats:
    """How many partners each line's firm has."""
    pairs = np.unique(np.stack([firm, partner]), axis=1)
    return np.bincount(pairs[0], minlength=int(firm.max()) + 1)[firm].astype(np.float64)


def _beside(values: Floats, key: Ints) -> Floats:
    """Values less the mean of those of the same key."""
    _, place, count = np.unique(key, return_inverse=True, return_counts=True)
    return np.asarray(values - (np.bincount(place, values) / count)[place])


def features(world: World) -> dict[str, Floats]:
    """Features of single lines, and of the pair and the firms that they name."""
    lines, truth = world.shipments, world.truth
    goods, unit = _codes(lines, "hs_code"), _codes(lines, "unit")
    seller = truth["exporter_firm"].to_numpy().astype(np.int64)
    buyer = truth["consignee_firm"].to_numpy().astype(np.int64)
    quantity = np.log(lines["quantity"].to_numpy())
    value = np.log(lines["value"].to_numpy())
    day = lines["date"].combine_chunks().cast(pa.int32()).to_numpy().astype(np.float64)
    pair = seller * (int(buyer.max()) + 1) + buyer
    exact = lines["quantity"].to_numpy()
    digits = 10.0 ** np.maximum(np.floor(np.log10(np.maximum(exact, 1))) - 1, 0)
    in_unit = goods * 8 + unit
    return {
        "quantity": _beside(quantity, in_unit),
        "quantity beside the pair's": _beside(_beside(quantity, in_unit), pair),
        "value": _beside(value, in_unit),
        "unit price": _beside(value - quantity, in_unit),
        "two significant digits": (exact % digits == 0).astype(np.float64),
        "unit": unit.astype(np.float64),
        "lines of the pair": _times(pair),
        "lines of the pair in the goods": _times(pair * 4096 + goods),
        "lines of the exporter": _times(seller),
        "lines of the consignee": _times(buyer),
        "consignees of the exporter": _partners(seller, buyer),
        "exporters of the consignee": _partners(buyer, seller),
        "lines of the goods": _times(goods),
        "day": day,
        "day of the week": (day + 3) % 7,
        "day of the year": day % 365,
        "part number given": (_codes(lines, "part_number") >= 0).astype(np.float64),
        "origin given": (_codes(lines, "origin_country") >= 0).astype(np.float64),
        "mass given": np.asarray(
            lines["net_mass_kg"].combine_chunks().is_valid(), dtype=np.float64
        ),
        "forwarder given": (_codes(lines, "freight_forwarder") >= 0).astype(np.float64),
        # What the ledger may well use: kept here to show how much it is.
        "arrivals at the exporter in the goods": _arrivals(buyer, seller, goods),
        "departures from the consignee in the goods": _arrivals(seller, buyer, goods),
    }


def _arrivals(held: Ints, sought: Ints, goods: Ints) -> Floats:
    """Lines in which the firm sought is the firm held, in the same goods."""
    keys, count = np.unique(held * 4096 + goods, return_counts=True)
    wanted = sought * 4096 + goods
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, count[at], 0).astype(np.float64)


def area(values: Floats, positive: Bools) -> float:
    """Area under the ROC curve; ties count half."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2.0)[place]
    hits = int(positive.sum())
    misses = len(positive) - hits
    return float((rank[positive].sum() - hits * (hits + 1) / 2) / (hits * misses))


def leaks(world: World) -> dict[str, dict[str, float]]:
    """Area under the ROC curve of each feature in each corridor."""
    lines = world.shipments
    seller, buyer = _kinds(lines, "exporter_country"), _kinds(lines, "consignee_country")
    heading = np.array([word[:4] for word in _words(lines, "hs_code")])
    released = np.isin(heading, list(FOOD_AND_MEDICINE))[_codes(lines, "hs_code")]
    positive = world.truth["positive"].to_numpy(zero_copy_only=False)
    told: dict[str, dict[str, float]] = {}
    for name, values in features(world).items():
        told[name] = {}
        for corridor, (first, second) in CORRIDORS.items():
            rows = (seller == first) & (buyer == second) & ~released
            told[name][corridor] = area(values[rows], positive[rows])
    return told


def main() -> None:
    """Print the table."""
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    print(f"{'':44}" + "".join(f"{corridor:>22}" for corridor in CORRIDORS))
    for name, areas in leaks(make(lines, seed=seed)).items():
        print(f"{name:44}" + "".join(f"{area:22.3f}" for area in areas.values()))


if __name__ == "__main__":
    main()
