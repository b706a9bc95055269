"""Ordinary trade: production, contract work, repair, leasing, and direct relations."""

from __future__ import annotations

import numpy as np

from benchmarks.flow.works.works_journeys import (
    LABEL,
    Habits,
    Legs,
    draw_from,
    draw_goods,
    lot_sizes,
    spread,
)
from benchmarks.flow.works.works_market import Floats, Ints, Market, Mask


def pack(
    journey: Ints, hop: Ints, exporter: Ints, consignee: Ints, day: Ints, good: Ints, units: Floats,
    label: Ints, part: Ints,
) -> Legs:  # fmt: skip
    """Legs without branches; ``hop`` -1 where a leg has no next or previous one."""
    zero = np.zeros(good.size, np.int64)
    return {
        "journey": journey,
        "hop": hop,
        "branch": zero,
        "exporter": exporter,
        "consignee": consignee,
        "day": day,
        "good": good,
        "part": part,
        "units": np.maximum(units, 1).astype(np.int64),
        "label": label,
        "wrong_unit": zero,
    }


def make_production(
    rng: np.random.Generator, market: Market, batches: int, habits: Habits, factors: Floats
) -> Legs:
    """Makers take parts in and send products of other headings out after weeks.

    A bill of materials has two to four parts, each with its standing supplier. In a sixth of the
    arrangements the supplier of the first part is the principal and takes the product back.
    """
    arranged = max(batches // 8, 1)
    part = draw_goods(rng, market, np.zeros(arranged * 4, bool)).reshape(arranged, 4)
    product = draw_goods(rng, market, np.zeros(arranged, bool))
    clash = (part == product[:, None]).any(axis=1)
    product[clash] = market.goods.other_kin[product[clash]]
    maker = draw_from(
        rng, market, ["makers_t", "makers_c"], (rng.random(arranged) < 0.35) * 1, product
    )
    supplier = draw_from(
        rng,
        market,
        ["makers_c", "makers_t", "traders_t", "traders_c"],
        rng.choice(4, arranged * 4, p=[0.45, 0.2, 0.25, 0.1]),
        part.ravel(),
    ).reshape(arranged, 4)
    contract = rng.random(arranged) < 1 / 6
    abroad = ~market.controlled[market.country[maker]]
    ends = np.where(
        abroad[:, None] & (rng.random((arranged, 3)) < 0.2),
        0,
        rng.integers(1, 3, (arranged, 3)),
    )
    buyer = draw_from(
        rng, market, ["users_e", "users_t", "users_c"], ends.ravel(), np.repeat(product, 3)
    ).reshape(arranged, 3)
    buyer[contract] = supplier[contract, :1]
    start = rng.uniform(-90, habits.days * 0.8, arranged)
    until = start + rng.uniform(90, 500, arranged)
    season = np.where(rng.random(arranged) < habits.seasonal, rng.uniform(0, 365, arranged), np.nan)
    lots = lot_sizes(rng, market, part.ravel()).reshape(arranged, 4)
    out_lot = lot_sizes(rng, market, product)
    a = rng.choice(arranged, batches, p=(w := rng.pareto(1.6, arranged) + 0.3) / w.sum())
    begun = spread(rng, start[a], until[a], season[a])
    label = np.where(contract[a], LABEL["contract"], LABEL["production"])
    bill = rng.integers(2, 5, batches)
    sold = rng.integers(1, 4, batches)
    pieces: list[Legs] = []
    for at in range(7):
        inward, i = at < 4, at if at < 4 else at - 4
        go = np.flatnonzero(bill > i if inward else sold > i)
        q = a[go]
        goods = part[q, i] if inward else product[q]
        lag = rng.integers(0, 15, go.size) if inward else rng.integers(22, 85, go.size)
        usual = lots[q, i] if inward else out_lot[q]
        pieces.append(
            pack(
                go,
                np.full(go.size, -1),
                supplier[q, i] if inward else maker[q],
                maker[q] if inward else buyer[q, i],
                begun[go] + lag,
                goods,
                usual * np.exp(rng.normal(0, 0.35, go.size)) * rng.choice(factors, go.size),
                label[go],
                goods * 16 + (usual * 7919).astype(np.int64) % 9,
            )
        )
    return {key: np.concatenate([piece[key] for piece in pieces]) for key in pieces[0]}


def make_repairs(
    rng: np.random.Generator, market: Market, trips: int, habits: Habits, factors: Floats
) -> Legs:
    """Goods that go out and come back: to a depot for weeks, or from a lessor for months."""
    arranged = max(trips // 3, 1)
    good = draw_goods(rng, market, np.zeros(arranged, bool))
    owner = draw_from(
        rng,
        market,
        ["users_t", "users_c", "users_e", "traders_t"],
        rng.choice(4, arranged, p=[0.54, 0.28, 0.08, 0.1]),
        good,
    )
    lease = rng.random(arranged) < 0.3
    other = draw_from(rng, market, ["depots", "traders_t"], lease * 1, good)
    user_banned = market.embargoed[market.country[owner]]
    from_controlled = market.controlled[market.country[other]]
    for _ in range(6):
        bad = (user_banned & from_controlled) | (market.group[owner] == market.group[other])
        other[bad] = market.books["depots"].draw(rng, good[bad])
        from_controlled = market.controlled[market.country[other]]
    bad = (user_banned & from_controlled) | (market.group[owner] == market.group[other])
    lot = lot_sizes(rng, market, good)
    start = rng.uniform(-90, habits.days, arranged)
    a = np.concatenate([np.arange(arranged), rng.integers(0, arranged, trips - arranged)])
    a = a[~bad[a]]
    n = a.size
    out = spread(rng, start[a], start[a] + 180, np.full(n, np.nan))
    stay = np.where(lease[a], rng.integers(60, 400, n), 8 + rng.geometric(1 / 25, n))
    units = lot[a] * np.exp(rng.normal(0, 0.35, n)) * rng.choice(factors, n)
    label = np.where(lease[a], LABEL["lease"], LABEL["repair_loop"])
    part = good[a] * 16 + (lot[a] * 7919).astype(np.int64) % 9
    there = (np.where(lease[a], other[a], owner[a]), np.where(lease[a], owner[a], other[a]))
    j, zero = np.arange(n), np.zeros(n, np.int64)
    back = np.where(rng.random(n) < 0.15, 0.9, 1.0) * units
    gone = pack(j, zero, *there, out, good[a], units, label, part)
    home = pack(j, zero + 1, *there[::-1], out + stay, good[a], back, label, part)
    return {key: np.concatenate([gone[key], home[key]]) for key in gone}


def make_direct(
    rng: np.random.Generator, market: Market, n: int, habits: Habits, factors: Floats, known: Ints
) -> Legs:
    """Single lines of standing relations: goods that are used up, or bought and sold at home."""
    many = max(n // 3, 1)
    exempt = rng.random(many) < 0.2
    good = draw_goods(rng, market, exempt)
    source = rng.choice(6, many, p=[0.40, 0.28, 0.13, 0.08, 0.05, 0.06])
    keys = ["makers_c", "makers_t", "traders_t", "traders_c", "depots", "users_t"]
    exporter = draw_from(rng, market, keys, source, good)
    keys = ["users_t", "users_c", "users_e", "traders_t", "traders_c", "parts", "depots"]
    sink = rng.choice(7, many, p=[0.33, 0.24, 0.06, 0.13, 0.05, 0.14, 0.05])
    banned = (sink == 2) & ~exempt & _is_controlled(market, exporter)
    sink = np.where(banned, 0, sink)
    consignee = draw_from(rng, market, keys, sink, good)
    for _ in range(6):
        near = market.country[exporter] == market.country[consignee]
        bad = (near & (rng.random(many) < 0.9)) | (
            market.group[exporter] == market.group[consignee]
        )
        consignee[bad] = draw_from(rng, market, keys, sink[bad], good[bad])
    known = rng.permutation(known)[: min(len(known) * 2 // 3, many)]
    size = len(known)
    exporter[:size], consignee[:size] = known[:size].T
    weight = (rng.pareto(1.9, many) + 0.3) * (market.group[exporter] != market.group[consignee])
    start = rng.uniform(-200, habits.days * 0.95, many)
    start = np.maximum(
        start, np.maximum(market.founded_day[exporter], market.founded_day[consignee])
    )
    until = np.minimum(start + rng.uniform(60, 700, many), habits.days)
    start = np.maximum(start, 0)
    weight *= until > start
    season = np.where(rng.random(many) < habits.seasonal, rng.uniform(0, 365, many), np.nan)
    lot = lot_sizes(rng, market, good)
    r = rng.choice(many, n, p=weight / weight.sum())
    units = lot[r] * np.exp(rng.normal(0, 0.35, n)) * rng.choice(factors, n)
    label = np.where(np.isnan(season[r]), LABEL["direct"], LABEL["seasonal"])
    return pack(
        np.arange(n),
        np.full(n, -1),
        exporter[r],
        consignee[r],
        np.mod(spread(rng, start[r], until[r], season[r]), habits.days),
        good[r],
        units,
        label,
        good[r] * 16 + (lot[r] * 7919).astype(np.int64) % 9,
    )


def _is_controlled(market: Market, firm: Ints) -> Mask:
    here: Mask = market.controlled[market.country[firm]]
    return here
