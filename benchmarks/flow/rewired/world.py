"""Puts a world together: lawful trade, rewired chains, units, labels, tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from . import goods as g
from .goods import EMBARGO, ORIGIN, THIRD, Bools, Catalogue, Floats, Ints
from .knobs import Knobs
from .rewire import Chains, Rewirer, embargoed
from .trade import Firms, Lines, make_firms, make_lines

# fmt: off
TYPOLOGIES = (
    "one_hop", "two_hops", "three_hops", "four_hops", "code_within_heading", "code_other_heading",
    "sister_firm", "slow_stock", "mixed_shipment", "wrong_unit", "merge", "split", "lost_leg",
)
DECOYS = (
    "distributor", "seasonal", "start_up", "moved_firm", "legal_reexport", "stock_keeping",
    "unit_error",
)
# fmt: on
ORDINARY = "ordinary"
_LABELS = (ORDINARY, *TYPOLOGIES, *DECOYS)
_CURRENCY = ("USD", "EUR", "CNY")
_RATE = np.array([1.0, 0.92, 7.1])
_FIRST_DAY = np.datetime64("2023-01-02")  # a Monday
_FIRST_WEEKDAY = 0
_WORDS = tuple(
    text.split()
    for text in (
        "Alder Borea Cortel Dunmar Elvana Fenwick Galto Harmon Istra Jovik Kestrel Lumar Merano "
        "Norvik Ostara Pelion Quadra Rivona Solvex Tarmac Umbria Veltor Wexel Xanto Yarrow Zephyr",
        "Trading Industrie Supply Systems Commerce Technik Import Group Partners Logistics",
        "Ltd GmbH LLC Co SA AS OOO BV",
    )
)


@dataclass(frozen=True, slots=True)
class World:
    """Shipment lines, the truth about them, and which line's goods went on in which."""

    shipments: pa.Table
    truth: pa.Table
    edges: pa.Table
    legal_edges: pa.Table


def _label(name: str) -> int:
    return _LABELS.index(name)


def _typology(chains: Chains) -> Ints:
    """One label for each planted chain: of what befell it, the last in TYPOLOGIES."""
    result = _label("one_hop") + chains.firms - 1
    for name in TYPOLOGIES[4:]:
        result = np.where(chains.events[name], _label(name), result)
    return result


def _gather(
    rewirer: Rewirer, ends: Ints, start: int, want: int, ample: float, tries: int = 5
) -> list[Chains]:
    """Chains with `want` legs in all, or as near as the trade allows."""
    found: list[Chains] = []
    for _ in range(tries):
        chains = rewirer.weave(ends, start, want, ample)
        found.append(chains)
        want -= int((~chains.lost).sum())
        if want < 4:
            break
    return found


def _declare(
    rng: np.random.Generator, lines: Lines, cat: Catalogue, wrong: Bools, typed: Bools
) -> tuple[Ints, Floats]:
    """Units and quantities as stated; `wrong` ones in another unit, of `typed` some unconverted."""
    unit = cat.unit[cat.heading[lines.code]]
    coin = rng.random(len(unit)) < 0.5
    other = np.select(
        [unit == g.NAR, unit == g.DZN, unit == g.KGM, unit == g.TNE],
        [
            np.where(coin, g.DZN, g.KGM),
            np.full(len(unit), g.NAR),
            np.full(len(unit), g.TNE),
            np.full(len(unit), g.KGM),
        ],
        np.where(coin, g.KGM, g.NAR),
    )
    kilos = lines.quantity * lines.mass
    turned = np.select(
        [other == g.KGM, other == g.TNE, other == g.DZN, unit == g.DZN],
        [kilos, lines.quantity / 1000, lines.quantity / 12, lines.quantity * 12],
        lines.quantity,
    )
    turned = np.maximum(np.round(turned, 3), 0.001)
    kept = typed & (rng.random(len(unit)) < 0.5)
    wrong = wrong | typed
    return np.where(wrong, other, unit), np.where(wrong & ~kept, turned, lines.quantity)


def _decoys(firms: Firms, lines: Lines, cat: Catalogue, stock: Bools, relay: Bools) -> Ints:
    """Labels of lawful lines; later ones win."""
    label = np.zeros(len(lines.day), np.int64)
    third = firms.kind == THIRD

    def either(mark: Bools) -> Bools:
        marked: Bools = mark & third
        return np.logical_or(marked[lines.exporter], marked[lines.consignee])

    east = third[lines.exporter] & (firms.kind[lines.consignee] == EMBARGO)
    for name, which in (
        ("distributor", either(firms.distributor)),
        ("seasonal", lines.seasonal),
        ("start_up", either(firms.founded >= 0)),
        ("moved_firm", either(firms.move_day < g.DAYS)),
        ("legal_reexport", relay | (east & ~cat.controlled[cat.heading[lines.code]])),
        ("stock_keeping", stock),
    ):
        label[which] = _label(name)
    return label


def _through(rng: np.random.Generator, country: Ints, share: float) -> Ints:
    """Where the goods leave or arrive: now and then another country of the same kind."""
    result = country.copy()
    for kind in (ORIGIN, THIRD):
        same = np.flatnonzero(np.equal(g.COUNTRY_KIND, kind))
        mine = g.COUNTRY_KIND[country] == kind
        rows = np.flatnonzero(mine & (rng.random(len(country)) < share))
        result[rows] = same[rng.integers(0, len(same), len(rows))]
    return result


def _words(index: Ints, words: list[str]) -> Any:
    return pa.DictionaryArray.from_arrays(pa.array(index, pa.int32()), pa.array(words))


def _names(rng: np.random.Generator, n: int) -> list[str]:
    first, second, third = ([words[i] for i in rng.integers(0, len(words), n)] for words in _WORDS)
    number = rng.permutation(n) + 1000
    return [f"{a} {b} {i} {c}" for a, b, i, c in zip(first, second, number, third, strict=True)]


def _edge_table(source: Ints, target: Ints, row_of: Ints) -> pa.Table:
    """Edges between rows that are in the table, in order."""
    source, target = row_of[source], row_of[target]
    seen = (source >= 0) & (target >= 0)
    source, target = source[seen], target[seen]
    order = np.lexsort((target, source))
    return pa.table(
        {
            "from_row": pa.array(source[order], pa.int64()),
            "to_row": pa.array(target[order], pa.int64()),
        }
    )


def make_rewired(lines: int, *, seed: int, knobs: Knobs | None = None) -> World:
    """Make a world of `lines` lines (before coverage)."""
    knobs = knobs or Knobs()
    rng = np.random.default_rng([seed, 41])
    cat = g.make_catalogue(rng, knobs.seasons, _FIRST_WEEKDAY)
    firms = make_firms(rng, max(300, int(lines * knobs.firms)), knobs, cat)
    trade = make_lines(rng, lines + lines // 25 + 20, firms, knobs, cat)
    n = len(trade.day)

    rewirer = Rewirer(rng, firms, trade, cat, knobs, _FIRST_WEEKDAY)
    inward = (rewirer.kind_from == THIRD) & (rewirer.kind_to != EMBARGO)
    flows = int(knobs.flows * lines)
    planted = _gather(rewirer, embargoed(rewirer, True), ORIGIN, int(knobs.planted * lines), 3.0)
    relays = _gather(rewirer, embargoed(rewirer, False), ORIGIN, int(0.09 * flows), 1.0)
    own = _gather(rewirer, embargoed(rewirer, True), THIRD, int(0.05 * flows), 1.0)
    lawful = relays + own
    lawful += _gather(rewirer, np.flatnonzero(inward), ORIGIN, int(0.72 * flows), 0.7)
    lawful += _gather(rewirer, np.flatnonzero(inward), THIRD, int(0.14 * flows), 0.7)

    chain_id, hop, label = np.full(n, -1), np.full(n, -1), np.zeros(n, np.int64)
    lost, wrong, used = (np.zeros(n, bool) for _ in range(3))
    stock, relay = np.zeros(n, bool), np.zeros(n, bool)
    for chains in planted + lawful:
        rows = chains.legs.row
        lost[rows], wrong[rows], used[rows] = chains.lost, chains.wrong_unit, True
        stock[rows] = (chains.events["split"] & chains.events["merge"])[chains.legs.chain]
    for chains in relays:
        relay[chains.legs.row] = True
    label = _decoys(firms, trade, cat, stock, relay)
    typed = ~used & (rng.random(n) < knobs.typing_errors)
    label[typed] = _label("unit_error")
    number = 0
    for chains in planted:
        rows, chain = chains.legs.row, chains.legs.chain
        chain_id[rows], hop[rows] = chain + number, chains.legs.hop
        label[rows] = _typology(chains)[chain]
        number += len(chains.firms)
    unit, quantity = _declare(rng, trade, cat, wrong, typed)

    spare = np.flatnonzero(~used)
    surplus = n - int(lost.sum()) - lines
    gone = lost.copy()
    gone[rng.choice(spare, surplus, replace=False)] = True
    gone |= rng.random(n) >= knobs.coverage
    order = np.lexsort((rng.random(n), trade.day))
    order = order[~gone[order]]
    row_of = np.full(n, -1)
    row_of[order] = np.arange(len(order))

    def edge_table(group: list[Chains]) -> pa.Table:
        source = np.concatenate([c.legs.row[c.source] for c in group])
        target = np.concatenate([c.legs.row[c.target] for c in group])
        return _edge_table(source, target, row_of)

    country_from = firms.country_on(trade.exporter, trade.day)
    country_to = firms.country_on(trade.consignee, trade.day)
    leaves, arrives = _through(rng, country_from, 0.03), _through(rng, country_to, 0.02)
    dollars = trade.quantity * trade.price
    value = np.maximum(np.round(dollars * _RATE[trade.currency], 2), 0.01)
    names, countries = _names(rng, len(firms.kind)), [str(c) for c in g.COUNTRY]
    shipments = pa.table(
        {
            "shipment_id": pa.array([f"S{i:08d}" for i in rng.permutation(len(order))]),
            "line_no": pa.array(np.ones(len(order)), pa.int32()),
            "date": pa.array(_FIRST_DAY + trade.day[order], pa.date32()),
            "exporter": _words(trade.exporter[order], names),
            "exporter_country": _words(country_from[order], countries),
            "consignee": _words(trade.consignee[order], names),
            "consignee_country": _words(country_to[order], countries),
            "export_country": _words(leaves[order], countries),
            "destination_country": _words(arrives[order], countries),
            "hs_code": _words(trade.code[order], cat.codes),
            "unit": _words(unit[order], list(g.UNITS)),
            "currency": _words(trade.currency[order], list(_CURRENCY)),
            "quantity": quantity[order],
            "net_mass_kg": np.maximum(np.round(trade.quantity * trade.mass, 3), 0.001)[order],
            "value": value[order],
        }
    )
    truth = pa.table(
        {
            "positive": chain_id[order] >= 0,
            "chain_id": pa.array(chain_id[order], pa.int32()),
            "hop": pa.array(hop[order], pa.int8()),
            "typology": _words(label[order], list(_LABELS)),
            "exporter_firm": pa.array(trade.exporter[order], pa.int32()),
            "consignee_firm": pa.array(trade.consignee[order], pa.int32()),
            "exporter_group": pa.array(firms.group[trade.exporter[order]], pa.int32()),
            "consignee_group": pa.array(firms.group[trade.consignee[order]], pa.int32()),
        }
    )
    return World(shipments, truth, edge_table(planted), edge_table(lawful))
