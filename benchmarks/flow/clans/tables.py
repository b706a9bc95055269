"""Lay a world's lines out as tables: declared columns apart from what is true."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.flow.clans import DECOYS, KINDS, TYPOLOGIES, Knobs, World
from benchmarks.flow.clans.families import COUNTRIES, Families, Goods, Ints, Rng

FIRST_DAY = (datetime.date(2023, 1, 1) - datetime.date(1970, 1, 1)).days


def _coded(codes: Ints, values: list[str]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(values))


def _numbers(rng: Rng, n: int) -> pa.Array:
    """Give n distinct shipment numbers that say nothing of order."""
    step = np.cumsum(1 + rng.integers(0, 900, n))
    return pa.array([f"S{k:010d}" for k in rng.permutation(step)])


def lay_out(
    rng: Rng,
    goods: Goods,
    fam: Families,
    kind: Ints,
    moved: dict[str, Any],
    pairs: Ints,
    plain: dict[str, Any],
    knobs: Knobs,
) -> World:
    """Join journeys and plain trade, declare them, sort by day and hide what is not seen."""
    m, n = len(moved["day"]), len(moved["day"]) + len(plain["day"])
    both = {k: np.concatenate([moved[k], v]) for k, v in plain.items() if k != "decoy"}
    item, day, seller, buyer = both["item"], both["day"], both["seller"], both["buyer"]
    counted = goods.counted[item]
    quantity = both["quantity"]
    quantity = np.where(counted, np.maximum(np.rint(quantity), 1), np.maximum(quantity, 0.5))
    quantity = np.round(quantity, 1)
    mass = quantity * goods.unit_kg[item]
    weighed = mass * np.exp(rng.normal(0, 0.02, n))
    value = quantity * goods.price[item] * np.exp(rng.normal(0, 0.35, n))
    typo = rng.random(n) < knobs.unit_typos
    typo[:m] |= moved["wrong_unit"]
    other = rng.random(n) < 0.5
    unit = np.where(counted ^ typo, 0, 1)
    converted = np.where(counted, mass, np.maximum(np.rint(quantity / 25), 1))
    quantity = np.where(typo & other, np.maximum(np.round(converted, 1), 0.1), quantity)

    own = kind[moved["journey"]]
    positive = np.zeros(n, bool)
    positive[:m] = own == 0
    names = [*KINDS, *TYPOLOGIES, *DECOYS[4:]]
    order = {name: names.index(name) for name in names}
    decoy = np.array([order[d] for d in DECOYS])
    lawful = np.where(moved["slow"], order["stock"], own)
    journeys = np.where(own == 0, len(KINDS) + moved["label"], lawful)
    label = np.concatenate([journeys, decoy[plain["decoy"]]])
    label = np.where(typo & ~positive, order["unit_typo"], label)
    chain, hop = np.full(n, -1), np.full(n, -1)
    chain[:m] = np.where(own == 0, moved["journey"], -1)
    hop[:m] = np.where(own == 0, moved["hop"], -1)

    place = np.lexsort((rng.random(n), day))
    place = place[rng.random(n) < knobs.coverage]
    new = np.full(n, -1)
    new[place] = np.arange(len(place))

    def firms(which: str) -> tuple[Ints, pa.DictionaryArray]:
        firm = both[which][place]
        later = day[place] >= fam.firm_renamed[firm]
        return firm, _coded(firm + later * len(fam.firm_group), fam.names)

    exporter, exporter_name = firms("exporter")
    consignee, consignee_name = firms("consignee")
    here = _coded(fam.country(seller, day)[place], COUNTRIES)
    there = _coded(fam.country(buyer, day)[place], COUNTRIES)
    seen = len(place)
    shipments = pa.table(
        {
            "shipment_id": _numbers(rng, seen),
            "line_no": np.ones(seen, np.int32),
            "date": pa.array((day[place] + FIRST_DAY).astype(np.int32)).cast(pa.date32()),
            "exporter": exporter_name,
            "exporter_country": here,
            "consignee": consignee_name,
            "consignee_country": there,
            "export_country": here,
            "destination_country": there,
            "hs_code": _coded(item[place], goods.code),
            "quantity": quantity[place],
            "unit": _coded(unit[place], ["NAR", "KGM"]),
            "net_mass_kg": np.maximum(np.round(weighed, 2), 0.01)[place],
            "value": np.round(value, 2)[place],
            "currency": _coded(np.zeros(seen, np.int64), ["USD"]),
        }
    )
    truth = pa.table(
        {
            "positive": positive[place],
            "chain_id": chain[place].astype(np.int32),
            "hop": hop[place].astype(np.int8),
            "typology": _coded(label[place], names),
            "exporter_firm": exporter.astype(np.int32),
            "consignee_firm": consignee.astype(np.int32),
            "exporter_group": fam.firm_group[exporter].astype(np.int32),
            "consignee_group": fam.firm_group[consignee].astype(np.int32),
        }
    )

    def edges(wanted: Any) -> pa.Table:
        a, b = new[pairs[wanted, 0]], new[pairs[wanted, 1]]
        both_seen = (a >= 0) & (b >= 0)
        return pa.table({"from_row": a[both_seen], "to_row": b[both_seen]})

    mine = positive[pairs[:, 0]]
    return World(shipments, truth, edges(mine), edges(~mine))
