"""Trade as a growing network with small motifs of goods that pass through.

Firms belong to communities (a country and a lane of headings) and gain relations by preferential
attachment, each relation trading one heading from the taste that both ends share, at its own
rhythm. Over this background run flows: chains, fan-outs, fan-ins and scatter-gathers that carry
quantities from firm to firm over standing relations. Planted flows (controlled origin, third
countries, RU or BY) and lawful ones are drawn and sent by the same code; they differ in where they
start and end and in whether their goods are free. The rest of the lines are the relations' own
trade, so a chain's relations, firms, goods and lots are those of everybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from . import network as net
from .flows import ABROAD, STOCK, TYPOLOGIES, Lookup, lay, make_plan, send
from .goods import UNITS, WHOLE, WRONG_FACTOR, WRONG_UNIT, Bools, Floats, Goods, Ints, make_goods
from .knobs import Knobs, vary
from .network import CONTROLLED_ORIGINS, EMBARGOED, KIND, Firms, Relations

__all__ = ["CONTROLLED_ORIGINS", "DECOYS", "EMBARGOED", "TYPOLOGIES", "Knobs", "World"]
__all__ += ["make_assays", "vary"]

_DECOYS = "distributor reexporter startup moved seasonal stock_keeper unit_slip"
DECOYS: tuple[str, ...] = tuple(_DECOYS.split())
_LABELS = (*TYPOLOGIES, *DECOYS, "ordinary")
_START = np.datetime64("2022-01-01", "D")


@dataclass(frozen=True, slots=True)
class World:
    """Shipments, and what is true of them."""

    shipments: pa.Table
    truth: pa.Table
    edges: pa.Table
    legal_edges: pa.Table


def make_assays(lines: int, *, seed: int, knobs: Knobs | None = None) -> World:
    """A world of that many lines, of which the share `knobs.coverage` is seen."""
    knobs = knobs or Knobs()
    rng = np.random.default_rng(seed)
    goods = make_goods(rng)
    seasons = net.make_seasons(rng, goods, knobs)
    firms, rels = net.make_network(rng, goods, lines, knobs)
    parts = []
    for planted, share in ((True, knobs.planted), (False, knobs.lawful)):
        look = Lookup(rels, firms, goods)
        plan = make_plan(rng, knobs, 1.4 * share * lines, planted=planted)
        plan, path, day = lay(rng, look, seasons, plan, share * lines)
        rels, legs, came, went = send(rng, look, knobs, plan, path, day)
        parts.append((plan, legs, came, went))
    (plan, bad, came, went), (lawful, legal, legal_came, legal_went) = parts
    n_bad, n_legal = len(bad.rel), len(legal.rel)
    rest = lines - n_bad - n_legal
    own, own_day = net.background_days(rng, rels, seasons, rest)
    rel = np.concatenate((bad.rel, legal.rel, own))
    day = np.concatenate((bad.day, legal.day, own_day))
    heading = rels.heading[own]
    unit = np.concatenate((bad.unit, legal.unit, goods.heading_unit[heading]))
    code = np.concatenate((bad.code, legal.code, net.line_codes(rng, rels, goods, own)))
    quantity = np.concatenate((bad.quantity, legal.quantity, net.lot_sizes(rng, rels, goods, own)))
    price = np.concatenate((bad.price, legal.price, rels.price[own] * goods.heading_price[heading]))
    weigh = np.concatenate((bad.mass, legal.mass, rels.mass[own] * goods.heading_mass[heading]))
    exact = (unit == UNITS.index("KGM")) | (unit == UNITS.index("TNE"))
    mass = quantity * weigh * np.exp(rng.normal(0, 0.03, lines))
    mass = np.where(exact, quantity * np.where(unit == UNITS.index("TNE"), 1000, 1), mass)
    value = quantity * price * np.exp(rng.normal(0, 0.1, lines))
    value *= net.PER_DOLLAR[rels.currency[rel]]
    typing = rng.random(lines) < knobs.unit_slips
    slip = np.concatenate((bad.slip, legal.slip, np.zeros(rest, dtype=bool))) | typing
    unit, quantity = _misstate(rng, unit, quantity, slip)

    positive = np.arange(lines) < n_bad
    label = _decoys(goods, firms, rels, rel, day)
    keeper = np.flatnonzero(lawful.shape[legal.flow] == STOCK)
    label[n_bad + keeper] = _LABELS.index("stock_keeper")
    through = np.flatnonzero(lawful.end[legal.flow] != ABROAD)
    label[n_bad + through] = _LABELS.index("reexporter")
    label[typing] = _LABELS.index("unit_slip")
    label[:n_bad] = plan.shape[bad.flow]

    order = np.lexsort((rng.random(lines), day))
    seen = rng.random(lines) < knobs.coverage
    order = order[seen[order]]
    row = np.full(lines, -1)
    row[order] = np.arange(len(order))
    exporter, consignee = rels.exporter[rel], rels.consignee[rel]
    origin = firms.country_on(exporter, day)[order]
    target = firms.country_on(consignee, day)[order]
    names, spot = _names(rng, len(firms.group))
    digits = len(str(lines))
    shipments = pa.table(
        {
            "shipment_id": pa.array([f"S{i:0{digits}d}" for i in range(len(order))]),
            "line_no": pa.array(np.ones(len(order), dtype=np.int32)),
            "date": pa.array(_START + day[order]),
            "exporter": _words(spot[exporter[order]], names),
            "exporter_country": _words(origin, net.COUNTRIES),
            "consignee": _words(spot[consignee[order]], names),
            "consignee_country": _words(target, net.COUNTRIES),
            "export_country": _words(origin, net.COUNTRIES),
            "destination_country": _words(target, net.COUNTRIES),
            "hs_code": _words(code[order], goods.codes),
            "unit": _words(unit[order], UNITS),
            "currency": _words(rels.currency[rel[order]], net.CURRENCIES),
            "quantity": pa.array(quantity[order]),
            "net_mass_kg": pa.array(np.maximum(np.round(mass[order], 2), 0.01)),
            "value": pa.array(np.maximum(np.round(value[order], 2), 0.01)),
        }
    )
    chain = np.full(lines, -1)
    chain[:n_bad] = bad.flow
    hop = np.full(lines, -1)
    hop[:n_bad] = bad.level
    small = pa.int32()
    truth = pa.table(
        {
            "positive": pa.array(positive[order]),
            "chain_id": pa.array(chain[order], small),
            "hop": pa.array(hop[order], pa.int8()),
            "typology": _words(label[order], _LABELS),
            "exporter_firm": pa.array(exporter[order], small),
            "consignee_firm": pa.array(consignee[order], small),
            "exporter_group": pa.array(firms.group[exporter[order]], small),
            "consignee_group": pa.array(firms.group[consignee[order]], small),
        }
    )
    return World(
        shipments,
        truth,
        _edges(row[came], row[went]),
        _edges(row[n_bad + legal_came], row[n_bad + legal_went]),
    )


def _misstate(
    rng: np.random.Generator, unit: Ints, quantity: Floats, slip: Bools
) -> tuple[Ints, Floats]:
    """State quantities in a wrong unit: by the label in half of the cases, else by the number."""
    label = rng.random(len(unit)) < 0.5
    scaled = quantity * WRONG_FACTOR[unit]
    scaled = np.maximum(np.where(WHOLE[unit], np.ceil(scaled), np.round(scaled, 3)), 0.001)
    return (
        np.where(slip & label, WRONG_UNIT[unit], unit),
        np.where(slip & ~label, scaled, quantity),
    )


def _decoys(goods: Goods, firms: Firms, rels: Relations, rel: Ints, day: Ints) -> Ints:
    """Labels of lawful lines; where several fit, the last set here stands."""
    groups = len(firms.group)
    seller, buyer = firms.group[rels.exporter], firms.group[rels.consignee]
    source = KIND[firms.country[rels.exporter]]
    target = KIND[firms.country[rels.consignee]]
    trades = (firms.role[rels.exporter] == net.TRADER) & (source == net.THIRD)
    supplied = np.bincount(buyer, source == net.CONTROLLED, groups) > 0
    near = net.REGION[firms.country[rels.exporter]] == net.REGION[firms.country[rels.consignee]]
    sales = np.bincount(seller, trades, groups)
    close = np.bincount(seller, trades & near, groups)
    sanctioned = np.bincount(seller, target == net.EMBARGO, groups) > 0
    dealer = supplied & (sales >= 3) & (close >= 0.5 * sales) & ~sanctioned
    free = goods.lane_free[goods.heading_lane[rels.heading]]
    again = trades & supplied[seller] & free & (target == net.EMBARGO)
    young = np.maximum(firms.born[rels.exporter], firms.born[rels.consignee])
    left = np.minimum(firms.moves[rels.exporter], firms.moves[rels.consignee])[rel]
    label = np.full(len(rel), _LABELS.index("ordinary"))
    label[(dealer[seller] | dealer[buyer])[rel]] = _LABELS.index("distributor")
    label[(rels.profile >= len(goods.lane_weight))[rel]] = _LABELS.index("seasonal")
    label[(young[rel] > 0) & (day < young[rel] + 180)] = _LABELS.index("startup")
    label[day >= left] = _LABELS.index("moved")
    label[again[rel]] = _LABELS.index("reexporter")
    return label


def _names(rng: np.random.Generator, n: int) -> tuple[list[str], Ints]:
    """Unique names in an order of their own, and each firm's place in it."""
    heads = ("Al", "Bor", "Cen", "Dal", "Eur", "Fen", "Gal", "Hor", "Ist", "Kor", "Lum", "Mar")
    tails = ("ano", "bex", "dar", "gon", "lia", "mex", "nor", "pol", "ris", "tek", "vin", "zar")
    kinds = ("Trading", "Supply", "Group", "Export", "Industries", "Logistics", "Commerce", "Works")
    words = [rng.integers(0, len(w), n) for w in (heads, tails, kinds)]
    names = [
        f"{heads[a]}{tails[b]} {kinds[c]} {i + 1}"
        for i, (a, b, c) in enumerate(zip(*words, strict=True))
    ]
    return names, rng.permutation(n)


def _words(codes: Ints, words: Sequence[str]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(
        pa.array(codes.astype(np.int32)), pa.array(list(words), pa.string())
    )


def _edges(came: Ints, went: Ints) -> pa.Table:
    seen = (came >= 0) & (went >= 0)
    return pa.table({"from_row": pa.array(came[seen]), "to_row": pa.array(went[seen])})
