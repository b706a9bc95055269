"""Tables of the baskets world: consignments, lines, labels and edges."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from .firms import COUNTRIES, CURRENCIES, RATE, Firms, Role
from .flows import Fate, Lots
from .goods import PER_BASE, Codes, Floats, Ints, Unit

TYPOLOGIES: tuple[str, ...] = (
    "one hop",
    "two hops",
    "three hops",
    "four hops",
    "split",
    "merge",
    "code within heading",
    "code across headings",
    "sister firm",
    "lost transit leg",
    "mixed with legal trade",
    "slow stock",
    "misdeclared unit",
)
DECOYS: tuple[str, ...] = (
    "distributor",
    "legal re-exporter",
    "start-up",
    "moved firm",
    "seasonal trade",
    "stock-keeping",
    "unit error",
)
LABELS = (*TYPOLOGIES, *DECOYS, "ordinary")
FIRST_DAY = (date(2022, 1, 1) - date(1970, 1, 1)).days


def _label(name: str) -> int:
    return LABELS.index(name)


def _typology(lots: Lots) -> Ints:
    """The typology of each line's journey; what befell the goods goes before the hops."""
    journeys, fate = int(lots["journey"].max(initial=0)) + 1, lots["fate"]

    def ever(mask: NDArray[Any]) -> NDArray[np.bool_]:
        return np.bincount(lots["journey"][mask], minlength=journeys) > 0

    hops = np.zeros(journeys, dtype=np.int64)
    np.maximum.at(hops, lots["journey"], lots["level"] + lots["left"])
    label = np.clip(hops - 1, 0, 3)
    for name, mask in (
        ("code within heading", lots["recoded"]),
        ("sister firm", lots["by_sister"]),
        ("split", lots["parts"] > 1),
        ("merge", fate == Fate.MERGE),
        ("code across headings", fate == Fate.HEADING),
        ("lost transit leg", fate == Fate.LOST),
        ("mixed with legal trade", fate == Fate.MIXED),
        ("slow stock", fate == Fate.SLOW),
        ("misdeclared unit", fate == Fate.UNIT),
    ):
        label[ever(mask)] = _label(name)
    return label[lots["journey"]]


def _decoy(firms: Firms, codes: Codes, lots: Lots) -> Ints:
    """The decoy of each lawful line, if it is one."""
    seller, buyer, day = lots["seller"], lots["buyer"], lots["date"]
    label = np.full(len(seller), _label("ordinary"))
    place = lots["place"]
    east = firms.country >= len(COUNTRIES) - 2
    third = ~firms.in_origin(seller) & (seller >= firms.makers)

    def either(flags: NDArray[Any]) -> NDArray[np.bool_]:
        return np.asarray(flags[seller] | flags[buyer])

    young = np.isin(seller, np.flatnonzero(firms.start > 0)) & (day - firms.start[seller] < 300)
    young |= (firms.start[buyer] > 0) & (day - firms.start[buyer] < 300)
    moved = (day >= firms.moved_on[seller]) | (day >= firms.moved_on[buyer])
    stockist = (firms.role[place] == Role.STOCKIST) & (lots["level"] > 0) | lots["stocked"]
    for name, mask in (
        ("seasonal trade", codes.season[lots["code"]] > 0.55),
        ("distributor", either(firms.role == Role.DISTRIBUTOR)),
        ("stock-keeping", stockist),
        ("start-up", young),
        ("moved firm", moved),
        ("legal re-exporter", third & east[buyer]),
        ("unit error", lots["shown_unit"] != lots["unit"]),
    ):
        label[mask] = _label(name)
    return label


def _values(rng: np.random.Generator, lots: Lots, mass: Floats, consignment: Ints) -> Floats:
    """Worth of the goods and the line's share, by weight, of the consignment's freight."""
    weight = np.bincount(consignment, mass)
    distance = rng.lognormal(0, 0.5, len(weight))
    freight = (25.0 + 0.6 * weight**0.85) * distance
    share = mass / weight[consignment]
    return np.asarray(lots["quantity"] * lots["price"] + freight[consignment] * share)


def _words(words: NDArray[Any] | tuple[str, ...], index: Ints) -> pa.DictionaryArray:
    used, place = np.unique(index, return_inverse=True)
    return pa.DictionaryArray.from_arrays(
        pa.array(place.astype(np.int32)), pa.array([str(words[i]) for i in used], pa.string())
    )


def make_tables(
    rng: np.random.Generator,
    firms: Firms,
    codes: Codes,
    lots: Lots,
    edges: Ints,
    coverage: float,
) -> tuple[pa.Table, pa.Table, pa.Table, pa.Table]:
    """Write the lines in order of date and consignment, then hide what is not seen."""
    n = len(lots["date"])
    word = (lots["date"] * len(firms.country) + lots["seller"]) * len(firms.country)
    from_country = firms.country_on(lots["place"], lots["date"])
    word = (word + lots["buyer"]) * len(COUNTRIES) + from_country
    _, consignment = np.unique(word, return_inverse=True)
    turn = rng.permutation(int(consignment.max(initial=0)) + 1)[consignment]
    order = np.lexsort((rng.random(n), turn, lots["date"]))
    place = np.empty(n, dtype=np.int64)
    place[order] = np.arange(n)
    lots = {name: column[order] for name, column in lots.items()}
    consignment, from_country, edges = consignment[order], from_country[order], place[edges]

    opens = np.concatenate([[True], consignment[1:] != consignment[:-1]])
    number = np.cumsum(opens) - 1
    line = np.arange(n) - np.flatnonzero(opens)[number] + 1
    mass = lots["quantity"] * lots["weight"]
    digits = np.where(mass < 10, 1000.0, np.where(mass < 100, 10.0, 1.0))
    mass = np.maximum(np.round(mass * digits) / digits, 0.001)
    stated = lots["quantity"] * PER_BASE[lots["unit"]]
    currency = firms.currency[lots["seller"]]
    value = _values(rng, lots, mass, consignment) * RATE[currency]
    to_country = firms.country_on(lots["buyer"], lots["date"])
    shipments = pa.table(
        {
            "shipment_id": pa.array([f"B{i:08d}" for i in number.tolist()], pa.string()),
            "line_no": pa.array(line.astype(np.int32)),
            "date": pa.array((lots["date"] + FIRST_DAY).astype(np.int32)).cast(pa.date32()),
            "exporter": _words(firms.names, lots["seller"]),
            "exporter_country": _words(COUNTRIES, firms.country_on(lots["seller"], lots["date"])),
            "consignee": _words(firms.names, lots["buyer"]),
            "consignee_country": _words(COUNTRIES, to_country),
            "export_country": _words(COUNTRIES, from_country),
            "destination_country": _words(COUNTRIES, to_country),
            "hs_code": _words(codes.names, lots["code"]),
            "unit": _words(tuple(unit.name for unit in Unit), lots["shown_unit"]),
            "currency": _words(CURRENCIES, currency),
            "quantity": np.maximum(np.round(stated, 3), 0.001),
            "net_mass_kg": mass,
            "value": np.maximum(np.round(value, 2), 0.01),
        }
    )
    positive = lots["positive"]
    chains = np.full(int(lots["journey"].max(initial=0)) + 1, -1)
    planted = np.unique(lots["journey"][positive])
    chains[planted] = np.arange(len(planted))
    truth = pa.table(
        {
            "positive": positive,
            "chain_id": chains[lots["journey"]].astype(np.int32),
            "hop": np.where(positive, lots["level"], -1).astype(np.int8),
            "typology": _words(
                LABELS, np.where(positive, _typology(lots), _decoy(firms, codes, lots))
            ),
            "exporter_firm": lots["seller"].astype(np.int32),
            "consignee_firm": lots["buyer"].astype(np.int32),
            "exporter_group": firms.group[lots["seller"]].astype(np.int32),
            "consignee_group": firms.group[lots["buyer"]].astype(np.int32),
        }
    )

    seen = rng.random(n) < coverage
    row = np.where(seen, np.cumsum(seen) - 1, -1)
    legal = ~positive[edges[:, 0]]
    tables = []
    for pairs in (row[edges[~legal]], row[edges[legal]]):
        pairs = pairs[(pairs >= 0).all(axis=1)]
        pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
        tables.append(pa.table({"from_row": pairs[:, 0], "to_row": pairs[:, 1]}))
    mask = pa.array(seen)
    return shipments.filter(mask), truth.filter(mask), tables[0], tables[1]
