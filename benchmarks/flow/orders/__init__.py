"""A fictional market of consignments and baskets, with shopping lists of embargoed customers in it.

Makers invoice baskets to users and to traders of third countries. Traders break baskets up and
re-pack parts of several as consignments of their own. A planted chain takes ordinary purchases of
a trader, and has them go, by the same machine of parcels and dispatch days, along a route of
traders to a customer that may not have them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from benchmarks.flow.orders.orders_lists import (
    ACROSS,
    LOST,
    SISTER,
    SLOW,
    SPLIT,
    UNIT,
    WITHIN,
    Customers,
    Plans,
    find_customers,
    write_lists,
)
from benchmarks.flow.orders.orders_papers import declare_quantities, write_papers
from benchmarks.flow.orders.orders_parties import (
    CONTROLLED,
    DAYS,
    EXEMPT_THEMES,
    WARM_UP,
    Bools,
    Firms,
    Goods,
    Ints,
    Rows,
    catalogue,
    found_firms,
    invoices,
    join,
    whole,
)

CONTROLLED_ORIGINS = frozenset(CONTROLLED)
EMBARGOED = {"RU", "BY"}
TYPOLOGIES = (
    "hops_1", "hops_2", "hops_3", "hops_4", "split", "merge", "hs_within_heading", "hs_across_headings",
    "sister_firm", "lost_transit", "mixing", "slow_stock", "misdeclared_unit",
)  # fmt: skip
DECOYS = (
    "legal_distributor", "legal_reexporter", "startup", "moved", "seasonal", "stock_keeping", "unit_error",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Knobs:
    """Shares unless said otherwise; `lots_a_trader` (lines bought in the period) makes hubs busy."""

    coverage: float = 1.0
    reclassified: float = 0.0
    sister: float = 0.0
    chains: float = 0.0015
    lots_a_trader: float = 70.0
    assortment: int = 12
    hub_share: float = 0.55
    resale: float = 0.6
    reclassified_lawful: float = 0.3
    controlled_supply: float = 0.55
    mixed_supply: float = 0.1
    serves_embargoed: float = 0.45
    embargoed_share: float = 0.5
    diverters: float = 0.4
    hops: tuple[float, float, float, float] = (0.42, 0.35, 0.16, 0.07)
    plain: float = 0.5
    lag_days: float = 20.0
    slow: float = 0.06
    dispatch_days: int = 12
    lines_a_pair: float = 22.0
    size_spread: float = 1.1
    changed_goods: float = 0.15
    part_deliveries: float = 0.2
    groupage: float = 0.25
    forwarder_named: float = 0.01
    startups: float = 0.15
    movers: float = 0.04
    seasonal: float = 0.15
    stockists: float = 0.15
    unit_shift: float = 0.04
    unit_errors: float = 0.01


@dataclass(frozen=True, slots=True)
class World:
    """The tables of a world; `truth` has a row for every row of `shipments`."""

    shipments: pa.Table
    truth: pa.Table
    edges: pa.Table
    legal_edges: pa.Table


def vary(seed: int) -> Knobs:
    """Draw all knobs in wide, plausible ranges."""
    rng = np.random.default_rng([seed, 77])
    u = rng.uniform
    return Knobs(
        coverage=float(rng.choice([1.0, 1.0, 0.8, 0.5, 0.3])),
        reclassified=float(rng.choice([0.0, 0.0, 0.2, 0.4])), sister=float(rng.choice([0.0, 0.0, 0.2, 0.4])),
        chains=u(0.0011, 0.0019), lots_a_trader=float(np.exp(u(np.log(40), np.log(400)))),
        assortment=int(rng.integers(4, 18)), hub_share=u(0.4, 0.7), resale=u(0.45, 0.75),
        reclassified_lawful=u(0, 1), controlled_supply=u(0.4, 0.75), mixed_supply=u(0.05, 0.4), serves_embargoed=u(0.3, 0.6),
        embargoed_share=u(0.3, 0.8), diverters=u(0.15, 0.6),
        hops=tuple(rng.dirichlet([8, 7, 3.2, 1.6])), plain=u(0.35, 0.6), lag_days=u(10, 40), slow=u(0.02, 0.12),
        dispatch_days=int(rng.integers(4, 30)), lines_a_pair=u(10, 40), size_spread=u(0.8, 1.5),
        changed_goods=u(0.05, 0.3), part_deliveries=u(0.1, 0.4), groupage=u(0.1, 0.5),
        forwarder_named=u(0, 0.02), startups=u(0.08, 0.25), movers=u(0.02, 0.08), seasonal=u(0.05, 0.3),
        stockists=u(0.05, 0.3), unit_shift=u(0.02, 0.08), unit_errors=u(0.005, 0.02),
    )  # fmt: skip


@dataclass(slots=True)
class _Lots:
    """Purchases of traders: rows of the world, whose chain they serve, and whether by the second route."""

    row: Ints
    chain: Ints
    aside: Bools


def _resell(rng: np.random.Generator, knobs: Knobs, goods: Goods, firms: Firms, customers: Customers,
            plans: Plans, rows: Rows, lots: _Lots, stage: int) -> tuple[Rows, Ints, Ints, Bools]:  # fmt: skip
    """Break lots up, re-pack the parcels, and give the new lines, parcel links and second-route marks."""
    planted = lots.chain >= 0
    many = np.where(firms.stockist[rows.consignee[lots.row]], rng.geometric(0.45, len(planted)), 1)
    many = np.where(
        many == 1, 1 + (rng.random(len(planted)) < 0.15) * rng.integers(1, 3, len(planted)), many
    )
    many = np.where(rng.random(len(planted)) < knobs.resale, np.minimum(many, 7), 0)
    chain, at = lots.chain, np.maximum(lots.chain, 0)
    odd = planted & (plans.odd_hop[at] == stage) if len(plans.sort) else planted
    sort = np.where(planted, plans.sort[at], -1) if len(plans.sort) else lots.chain
    pieces = rng.integers(2, 4, len(planted))
    splits = (sort == SPLIT) & ((stage == 1) | odd)
    many = np.where(planted, np.where(splits, pieces, 1), many)
    lot = np.repeat(np.arange(len(planted)), many)
    row, chain, sort, odd = lots.row[lot], chain[lot], sort[lot], odd[lot]
    at, mine = np.maximum(chain, 0), chain >= 0
    part = np.arange(len(lot)) - np.repeat(np.cumsum(many) - many, many)
    share = rng.gamma(3.0, 1.0, len(lot))
    share /= np.bincount(lot, share, minlength=len(planted))[lot]
    share *= np.where(rng.random(len(lot)) < 0.75, 1.0, rng.uniform(0.4, 1.0, len(lot)))
    good, buyer, n = rows.good[row], rows.consignee[row], len(lot)
    quantity = whole(rows.quantity[row] * share, goods.counted[good])

    chance = np.where(
        mine, knobs.reclassified, 0.02 + knobs.reclassified * knobs.reclassified_lawful
    )
    across = np.where(mine, (sort == ACROSS) & odd, rng.random(n) < 0.01)
    change = across | ((sort == WITHIN) & odd) | (rng.random(n) < chance)
    good = np.where(change, goods.switch(rng, good, across), good)
    by_sister = rng.random(n) < np.where(mine, knobs.sister, 0.03 + 0.3 * knobs.sister)
    seller = np.where(by_sister | ((sort == SISTER) & odd), customers.sister[buyer], buyer)

    column = (8 * rng.random(n) ** 1.4).astype(np.int64)
    customer = customers.usual[buyer, column]
    free = ~rows.controlled[row] | (goods.theme[good] < EXEMPT_THEMES)
    to_banned = free & (rng.random(n) < customers.banned_share[buyer])
    customer = np.where(
        to_banned, customers.banned[buyer, np.minimum(2, rng.geometric(0.8, n) - 1)], customer
    )
    kin = firms.group[customer] == firms.group[buyer]
    plain = customers.usual[buyer, np.array([0, 2, 3, 5, 7])[rng.integers(0, 5, n)]]
    customer = np.where(kin, plain, customer)
    aside = lots.aside[lot] | ((sort == SPLIT) & (stage == 1) & (part > 0))
    if len(plans.sort):
        to = np.where(aside, plans.second[at, stage], plans.route[at, stage])
        lost = (sort == LOST) & np.isin(to, firms.embargoed)
        customer = np.where(mine & (to >= 0), np.where(lost, plain, to), customer)

    slow = np.where(mine, (sort == SLOW) & odd, rng.random(n) < knobs.slow)
    slow |= ~mine & firms.stockist[buyer] & (rng.random(n) < 0.3)
    lag = rng.integers(2, 18, n) + rng.lognormal(np.log(knobs.lag_days), 0.7, n)
    lag = np.where(slow, rng.uniform(90, 270, n), np.minimum(lag, 150)).astype(np.int64)
    day = rows.day[row] + lag
    # The goods of a chain's basket leave together where they can; some wait for the next consignment.
    latest, usual = np.full(len(plans.sort) + 1, -WARM_UP), np.zeros(len(plans.sort) + 1, np.int64)
    np.maximum.at(latest, at[mine], rows.day[row[mine]])
    usual[at[mine]] = lag[mine]
    wait = (rng.random(n) < 0.15) * rng.integers(7, 30, n) + (part > 0) * rng.integers(3, 30, n)
    together = mine & (latest[at] - rows.day[row] <= 40)
    day = np.where(together, latest[at] + usual[at] + wait, day)
    code = (seller * 7919 + customer * 104729) % 1000003
    period = 2 + code % knobs.dispatch_days
    day = day + (code // 97 - day) % period
    # A forwarder gathers the goods of many for a corridor, and sails every ten days.
    _, nation = np.unique(firms.country, return_inverse=True)
    port = (nation[seller] * 41 + nation[customer] * 17) % 10
    day = day + ((code // 13) % 100 < 100 * knobs.groupage) * ((port - day) % 10)
    keep = day < DAYS
    keep &= ~(np.isin(customer, firms.embargoed) & ~mine & ~free)

    total, codes = len(firms.group), len(goods.code)
    lane = (seller * total + customer) * (DAYS + 600) + day + WARM_UP
    # Lots that a chain takes along lawfully are packed into its line.
    _, packed = np.unique(lane[keep] * codes + good[keep], return_inverse=True)
    _, first, line = np.unique(
        packed * (len(plans.sort) + 2) + chain[keep] + 1, return_index=True, return_inverse=True
    )
    packs = np.bincount(line, quantity[keep]).astype(np.float64)
    round_off = (packs > 50) & (rng.random(len(packs)) < 0.25)
    packs = np.where(round_off, np.rint(packs / 10) * 10, packs)
    new = Rows(
        seller[keep][first], customer[keep][first], good[keep][first], packs,
        day[keep][first].astype(np.int64), np.bincount(line, rows.controlled[row[keep]]) > 0, chain[keep][first],
        np.where(chain[keep][first] >= 0, stage, -1), rows.seasonal[row[keep]][first],
    )  # fmt: skip
    return new, row[keep], line, aside[keep][first]


def _trade(rng: np.random.Generator, knobs: Knobs, goods: Goods, firms: Firms,
           lines: int) -> tuple[Rows, Plans, Ints, Ints]:  # fmt: skip
    """All lines of the world with links between them."""
    customers = find_customers(rng, knobs, firms)
    rows = invoices(rng, knobs, goods, firms, firms.traders, round(lines * knobs.hub_share / 1.8))
    plans = write_lists(
        rng, knobs, firms, customers, goods, rows, max(1, round(lines * knobs.chains))
    )
    rows.chain, rows.hop = plans.goes.copy(), np.where(plans.goes >= 0, 0, -1)
    is_trader = np.zeros(len(firms.group), bool)
    is_trader[firms.traders] = True
    serving = np.where(plans.goes >= 0, plans.goes, plans.adds)
    lots = _Lots(np.arange(len(rows.day)), serving, np.zeros(len(rows.day), bool))
    links: list[tuple[Ints, Ints]] = []
    for stage in range(1, 5):
        new, source, line, aside = _resell(
            rng, knobs, goods, firms, customers, plans, rows, lots, stage
        )
        links.append((source, line + len(rows.day)))
        at = np.flatnonzero(is_trader[new.consignee])
        lots = _Lots(at + len(rows.day), new.chain[at], aside[at])
        rows = join([rows, new])
    start, end = (np.concatenate(c) for c in zip(*links, strict=True))
    shown = int((rows.day >= 0).sum())
    if shown < lines:
        makers = np.concatenate([firms.users, firms.embargoed])
        more = invoices(rng, knobs, goods, firms, makers, round((lines - shown) * 1.25) + 80)
        rows = join([rows, more])
    # Exactly `lines` lines: first take away those that nothing follows and nothing came before.
    weight = rng.random(len(rows.day)) + 2.0 * (rows.chain >= 0)
    weight[start] += 1.0
    weight[end] += 1.0
    weight[rows.day < 0] = -1.0
    keep = np.sort(np.argsort(-weight, kind="stable")[:lines])
    place = np.full(len(rows.day), -1)
    place[keep] = np.arange(len(keep))
    fine = (place[start] >= 0) & (place[end] >= 0)
    return rows.take(keep), plans, place[start[fine]], place[end[fine]]


def _labels(
    rows: Rows, goods: Goods, firms: Firms, plans: Plans, error: Bools, end: Ints
) -> pa.Array:
    """What each line is: its chain's typology, the decoy it belongs to, or nothing."""
    onward = np.zeros(len(rows.day), bool)
    onward[end] = True
    banned = np.isin(rows.consignee, firms.embargoed)
    young = (firms.founded[rows.exporter] >= 0) & np.isin(rows.exporter, firms.traders)
    tests: list[Bools] = [
        error,
        onward & banned & rows.controlled,
        firms.moved_on[rows.exporter] <= rows.day,
        young,
        rows.seasonal,
        onward & firms.stockist[rows.exporter],
        onward & rows.controlled & (goods.theme[rows.good] >= EXEMPT_THEMES),
    ]
    names = [
        "unit_error",
        "legal_reexporter",
        "moved",
        "startup",
        "seasonal",
        "stock_keeping",
        "legal_distributor",
    ]
    number = [1 + DECOYS.index(name) for name in names]
    label = np.select(tests, number, 0)
    planted = rows.chain >= 0
    label[planted] = 1 + len(DECOYS) + plans.sort[rows.chain[planted]]
    return pa.DictionaryArray.from_arrays(label.astype(np.int32), ["", *DECOYS, *TYPOLOGIES])


def make_orders(lines: int, *, seed: int, knobs: Knobs | None = None) -> World:
    """Make a world of `lines` lines, of which the share `knobs.coverage` is visible.

    Parameters
    ----------
    lines
        Lines of the whole world, at least some thousands.
    seed
        The same seed and knobs give the same world.
    knobs
        What the market is like; see `Knobs` and `vary`.
    """
    knobs = knobs or Knobs()
    rng = np.random.default_rng([seed, 4127])
    goods = catalogue(rng)
    firms = found_firms(rng, knobs, lines)
    rows, plans, start, end = _trade(rng, knobs, goods, firms, lines)
    planted = rows.chain >= 0
    odd = planted & (rows.hop >= 1)
    odd[odd] = plans.sort[rows.chain[odd]] == UNIT
    quantity, unit, error = declare_quantities(rng, knobs, goods, rows, odd)
    shipments, order = write_papers(rng, knobs, goods, firms, rows, quantity, unit)
    truth = pa.table({
        "positive": planted[order],
        "chain_id": rows.chain[order].astype(np.int32),
        "hop": rows.hop[order].astype(np.int8),
        "typology": _labels(rows, goods, firms, plans, error, end).take(pa.array(order)).cast(pa.string()),
        "exporter_firm": rows.exporter[order].astype(np.int32),
        "consignee_firm": rows.consignee[order].astype(np.int32),
        "exporter_group": firms.group[rows.exporter[order]].astype(np.int32),
        "consignee_group": firms.group[rows.consignee[order]].astype(np.int32),
    })  # fmt: skip
    seen = np.flatnonzero(rng.random(lines) < knobs.coverage)
    place = np.full(lines, -1)
    place[order[seen]] = np.arange(len(seen))
    same = planted[start] & (rows.chain[start] == rows.chain[end])
    tables = []
    for which in (same, ~same):
        left, right = place[start[which]], place[end[which]]
        both = (left >= 0) & (right >= 0)
        tables.append(pa.table({"from_row": left[both], "to_row": right[both]}))
    return World(shipments.take(pa.array(seen)), truth.take(pa.array(seen)), *tables)
