"""Goods on their way in the contracts world: consignments along routes, and wholesalers' stock."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.flow.contracts.market import (
    AGENT,
    CODES,
    CONSOLIDATOR,
    COUNTED,
    DAYS,
    TRADER,
    Bools,
    Floats,
    Ints,
    Market,
    sibling,
)

LEGS, PARTS = 5, 4
PART_SHARES = (0.45, 0.29, 0.16, 0.10)


@dataclass(frozen=True)
class Rows:
    """Shipment lines of one kind, and the true links between them (by row)."""

    day: Ints
    exporter: Ints
    consignee: Ints
    code: Ints
    quantity: Floats
    garbled: Bools
    journey: Ints
    hop: Ints
    source: Ints
    target: Ints


@dataclass(frozen=True)
class Orders:
    """Consignments to send: one entry each; ``nodes`` is (n, 6, 2): the firms, two lanes a node.

    ``phase`` in [0, 1] places the consignment in the two years. The flags say which of them change
    lanes, are mixed with other goods, stay long in stock, lose a leg, change heading, are garbled.
    """

    nodes: Ints
    hops: Ints
    code: Ints
    quantity: Floats
    phase: Floats
    parts: Ints | None
    diamond: Bools
    mixed: Bools
    slow: Bools
    lost: Bools
    across: Bools
    garbled: Bools
    reclassified: Floats
    sister: Floats


def _shares(rng: np.random.Generator, parts: Ints, twins: Ints) -> Floats:
    weight = rng.gamma(4.0, 1.0, (*parts.shape, PARTS))
    weight *= np.arange(PARTS) < parts[..., None]
    share = weight / weight.sum(-1, keepdims=True)
    for leg in range(1, LEGS):
        same = (parts[:, leg] == parts[:, leg - 1]) & (
            (twins == leg) | (rng.random(len(parts)) < 0.5)
        )
        share[same, leg] = share[same, leg - 1]
    return np.asarray(share, np.float64)


def _dwell(rng: np.random.Generator, market: Market, firm: Ints, slow: Bools) -> Floats:
    """Days from arrival to onward departure: agents hold nothing, wholesalers keep stock."""
    role = market.role[firm]
    median = np.where(role == AGENT, 4.0, np.where(role == CONSOLIDATOR, 12.0, 22.0))
    days = median[:, None] * rng.lognormal(0, 0.7, (len(firm), PARTS))
    return np.floor(np.where(slow[:, None], 75 + rng.gamma(2.0, 30.0, days.shape), days)) + 1


def send(rng: np.random.Generator, market: Market, orders: Orders) -> Rows:
    """Send each consignment down its route, leg by leg, with splits and merges."""
    n = len(orders.hops)
    hops, legs = orders.hops, np.arange(LEGS)
    twins = np.where(orders.diamond & (hops > 0), 1 + (rng.random(n) * hops).astype(np.int64), -1)
    parts = rng.choice(PARTS, (n, LEGS), p=PART_SHARES) + 1
    if orders.parts is not None:
        parts = np.broadcast_to(orders.parts[:, None], (n, LEGS)).copy()
    for leg in range(1, LEGS):
        collects = market.role[np.maximum(orders.nodes[:, leg, 0], 0)] == CONSOLIDATOR
        parts[:, leg] = np.where(collects & (hops >= leg), 1, parts[:, leg])
        fork = twins == leg
        parts[fork, leg] = parts[fork, leg - 1] = np.maximum(2, parts[fork, leg - 1])
    nodes = orders.nodes.copy()
    for node in range(LEGS + 1):  # two lanes only where the route forks, and at its end
        one = (twins != node) & (node != hops + 1)
        nodes[one, node, 1] = nodes[one, node, 0]
    share = _shares(rng, parts, twins)
    high = np.cumsum(share, -1)
    low = high - share
    live = (np.arange(PARTS) < parts[..., None]) & (legs[None, :, None] <= hops[:, None, None])
    day = np.zeros((n, LEGS, PARTS))
    day[:, 0] = np.floor(rng.exponential(9.0, (n, PARTS))) * (np.arange(PARTS) > 0)
    day[:, 0] = np.cumsum(day[:, 0], -1)
    joins = np.zeros((n, LEGS - 1, PARTS, PARTS), bool)
    stage = 1 + (rng.random(n) * np.maximum(hops, 1)).astype(np.int64)
    for leg in range(1, LEGS):
        overlap = np.minimum(high[:, leg - 1, :, None], high[:, leg, None, :]) - np.maximum(
            low[:, leg - 1, :, None], low[:, leg, None, :]
        )
        join = (overlap > 1e-6) & live[:, leg - 1, :, None] & live[:, leg, None, :]
        joins[:, leg - 1] = join
        ready = np.where(join, day[:, leg - 1, :, None], 0).max(1)
        holder = np.maximum(orders.nodes[:, leg, 0], 0)
        day[:, leg] = ready + _dwell(rng, market, holder, orders.slow & (stage == leg))
    last = np.where(live, day, 0).max((1, 2))
    born = np.where(orders.nodes >= 0, market.birth[np.maximum(orders.nodes, 0)], 0).max((1, 2))
    start = born + np.floor(orders.phase * np.maximum(0, DAYS - 1 - last - born))
    day += start[:, None, None]
    gone = rng.integers(0, 2, n) + hops - 1
    live &= ~(
        (orders.lost & (hops > 0))[:, None, None] & (legs[None, :] == gone[:, None])[..., None]
    )
    live &= day < DAYS

    keep = np.where(rng.random((n, LEGS)) < 0.7, 1.0, rng.uniform(0.8, 1.0, (n, LEGS)))
    keep[:, 0] = 1.0
    mixed = orders.mixed[:, None] & (legs == stage[:, None])
    keep = np.cumprod(np.where(mixed, rng.uniform(1.3, 2.5, (n, LEGS)), keep), 1)
    quantity = orders.quantity[:, None, None] * keep[..., None] * share
    pack = np.where(COUNTED[orders.code], rng.choice([1.0, 5.0, 10.0, 50.0, 100.0], n), 1.0)
    pack = np.where(pack * 40 > orders.quantity, 1.0, pack)[:, None, None]
    quantity = np.maximum(pack, np.round(quantity / pack) * pack)

    code = np.repeat(orders.code[:, None], LEGS, 1)
    switch = rng.random((n, LEGS)) < orders.reclassified[:, None]
    cross = orders.across[:, None] & (legs == stage[:, None])
    goods = rng.choice(len(CODES), n, p=market.popularity)
    for leg in range(1, LEGS):
        other = np.where(switch[:, leg], sibling(rng, code[:, leg - 1]), code[:, leg - 1])
        code[:, leg] = np.where(cross[:, leg], goods, other)

    lane = np.arange(PARTS) % 2
    exporter = nodes[:, :LEGS][:, :, lane].copy()
    consignee = nodes[:, 1:][:, :, lane]
    related = market.sister[np.maximum(exporter, 0)]
    swap = (rng.random((n, LEGS)) < orders.sister[:, None])[..., None] & (related >= 0)
    swap &= (legs > 0)[None, :, None] & (market.kind[np.maximum(exporter, 0)] == TRADER)
    swap &= (related != consignee) & (market.birth[related] <= start[:, None, None])
    exporter = np.where(swap, related, exporter)
    garbled = (orders.garbled[:, None] & (legs == stage[:, None] - (rng.random(n) < 0.3)[:, None]))[
        ..., None
    ] & np.ones(PARTS, bool)

    number = np.cumsum(live.ravel()).reshape(live.shape) - 1
    ok = joins & live[:, :-1, :, None] & live[:, 1:, None, :]
    source = np.broadcast_to(number[:, :-1, :, None], ok.shape)[ok]
    target = np.broadcast_to(number[:, 1:, None, :], ok.shape)[ok]
    where, hop, _ = np.nonzero(live)
    return Rows(
        day[live].astype(np.int64),
        exporter[live],
        consignee[live],
        code[where, hop],
        quantity[live],
        garbled[live],
        where.astype(np.int64),
        hop.astype(np.int64),
        source.astype(np.int64),
        target.astype(np.int64),
    )


def choose(rng: np.random.Generator, options: Ints) -> Ints:
    """One partner a row out of the row's options, the first ones more often."""
    place = (rng.random(len(options)) ** 1.8 * options.shape[1]).astype(np.int64)
    return np.asarray(options[np.arange(len(options)), place], np.int64)


def stock(
    rng: np.random.Generator,
    market: Market,
    pools: tuple[Ints, Ints, Ints, Ints],
    *,
    deliveries: float,
    season: float,
) -> Rows:
    """Wholesalers' stock: call-offs come in, smaller sales go out, first in first out.

    ``pools`` is (holder, code, suppliers (n, 3), customers (n, 5)); ``deliveries`` the mean number
    of arrivals at a pool; ``season`` the share of pools that are filled in one season of the year.
    """
    holder, code, suppliers, customers = pools
    n = len(holder)
    arrivals = 1 + rng.geometric(1 / deliveries, n)
    sales = 1 + rng.poisson(arrivals * rng.lognormal(0.3, 0.4, n))
    pool_in, pool_out = np.repeat(np.arange(n), arrivals), np.repeat(np.arange(n), sales)
    birth = market.birth[holder]
    u = rng.random(len(pool_in))
    seasonal = rng.random(n) < season
    centre = market.season[code]
    wave = (rng.integers(0, 2, len(u)) + (centre[pool_in] + rng.normal(0, 0.07, len(u))) % 1) / 2
    u = np.where(seasonal[pool_in], wave, u)
    day = np.floor(birth[pool_in] + u * (DAYS - 1 - birth[pool_in]))
    order = np.lexsort((day, pool_in))
    day = day[order]
    scale = market.lot[code] * rng.lognormal(0, 0.9, n) * market.size[holder] ** 0.15
    q_in = np.maximum(1.0, np.round(scale[pool_in] * rng.lognormal(-0.3, 0.5, len(u))))
    weight = rng.lognormal(0, 0.6, len(pool_out))
    total = np.bincount(pool_in, q_in, n)
    used = total * rng.uniform(0.6, 1.0, n)
    q_out = weight * (used / np.bincount(pool_out, weight, n))[pool_out]
    offset = np.cumsum(total) - total
    high_in = np.cumsum(q_in)
    first_out = np.cumsum(sales) - sales
    run = np.cumsum(q_out)
    high_out = run - (run - q_out)[first_out][pool_out] + offset[pool_out]
    first = np.searchsorted(high_in, high_out - q_out + 1e-6, "right")
    last = np.searchsorted(high_in, high_out - 1e-6, "left")
    first, last = np.clip(first, 0, len(q_in) - 1), np.clip(last, 0, len(q_in) - 1)
    hold = 1 + np.floor(20.0 * rng.lognormal(0, 0.9, len(q_out)))
    day_out = day[last] + hold
    count = np.maximum(0, last - first + 1)
    target = np.repeat(np.arange(len(q_out)), count)
    source = np.repeat(first - (np.cumsum(count) - count), count) + np.arange(count.sum())
    ok = pool_in[source] == pool_out[target]
    rows = Rows(
        np.r_[day, day_out].astype(np.int64),
        np.r_[choose(rng, suppliers[pool_in]), holder[pool_out]],
        np.r_[holder[pool_in], choose(rng, customers[pool_out])],
        np.r_[code[pool_in], code[pool_out]],
        np.r_[q_in, np.maximum(1.0, np.round(q_out))],
        np.zeros(len(q_in) + len(q_out), bool),
        np.r_[pool_in, pool_out],
        np.r_[np.zeros(len(q_in), np.int64), np.ones(len(q_out), np.int64)],
        source[ok],
        target[ok] + len(q_in),
    )
    born = np.maximum(market.birth[rows.exporter], market.birth[rows.consignee])
    return keep_rows(rows, (rows.day < DAYS) & (rows.day >= born))


def keep_rows(rows: Rows, mask: Bools) -> Rows:
    """The rows under the mask, with the links between them."""
    new = np.cumsum(mask) - 1
    ok = mask[rows.source] & mask[rows.target]
    columns = (rows.day, rows.exporter, rows.consignee, rows.code)
    day, exporter, consignee, code = (column[mask] for column in columns)
    return Rows(
        day,
        exporter,
        consignee,
        code,
        rows.quantity[mask],
        rows.garbled[mask],
        rows.journey[mask],
        rows.hop[mask],
        new[rows.source[ok]],
        new[rows.target[ok]],
    )
