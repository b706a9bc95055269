"""Firms, stocks, suppliers and customers of the world of stocks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.flow.stocks.goods import BARRED, CONTROLLED, COUNTRIES, ELSEWHERE, THIRD, Goods
from benchmarks.flow.stocks.knobs import Knobs
from benchmarks.flow.stocks.lots import BY_LOT, DAYS, FIRST_IN, LAST_IN, MIXED, Floats, Ints, Stocks

Rng = np.random.Generator

_NUMBER = {code: number for number, code in enumerate(COUNTRIES)}
CONTROLLED_NUMBERS = np.array([_NUMBER[code] for code in CONTROLLED])
THIRD_NUMBERS = np.array([_NUMBER[code] for code in THIRD])
BARRED_NUMBERS = np.array([_NUMBER[code] for code in BARRED])
OTHER_MAKERS = np.array([_NUMBER[c] for c in ("CN", "IN", "VN", "TH", "MY", "TR", *ELSEWHERE)])


@dataclass(frozen=True, slots=True)
class Firms:
    """Firms by number. ``founded`` and ``moves`` are days; ``sister`` is -1 where there is none."""

    country: Ints
    later_country: Ints
    moves: Ints
    founded: Ints
    size: Floats
    owner: Ints
    sister: Ints
    makers: Ints
    traders: Ints
    buyers: Ints


@dataclass(frozen=True, slots=True)
class Market:
    """Firms, makers' goods by good (``made_first``) and stocks with their expected sales."""

    goods: Goods
    firms: Firms
    popularity: Floats
    scale: Floats
    made_good: Ints
    made_by: Ints
    stocks: Stocks
    sales: Floats
    tier: Ints


def pick(rng: Rng, weight: Floats, count: int) -> Ints:
    """Draw numbers with the given weights, with replacement."""
    total = np.cumsum(weight)
    drawn = np.searchsorted(total, rng.random(count) * total[-1])
    return np.asarray(np.minimum(drawn, len(weight) - 1), dtype=np.int64)


def pick_within(rng: Rng, first: Ints, last: Ints, weight: Floats) -> Ints:
    """Draw one number of each range ``first:last`` with the given weights; ranges hold some."""
    total = np.concatenate([[0.0], np.cumsum(weight)])
    low, high = total[first], total[last]
    drawn = np.searchsorted(total, low + rng.random(len(first)) * (high - low), "right") - 1
    return np.asarray(np.clip(drawn, first, last - 1), dtype=np.int64)


def _sizes(rng: Rng, count: int, tail: float) -> Floats:
    size = (1 - rng.random(count)) ** (-1 / tail)
    return np.asarray(np.minimum(size, 80.0), dtype=np.float64)


def _related(rng: Rng, country: Ints, traders: Ints) -> tuple[Ints, Ints]:
    """Give every firm an owner; two in three traders share theirs with one or two neighbours."""
    owner = rng.permutation(len(country))
    sister = np.full(len(country), -1)
    order = traders[np.lexsort((rng.random(len(traders)), country[traders]))]
    at = 0
    while at + 1 < len(order):
        size = int(rng.choice([1, 1, 2, 2, 3]))
        block = order[at : at + size]
        block = block[country[block] == country[block[0]]]
        owner[block] = owner[block[0]]
        if len(block) > 1:
            sister[block] = np.roll(block, 1)
        at += len(block)
    return owner, sister


def make_firms(rng: Rng, knobs: Knobs, lines: int, stock_count: int) -> Firms:
    """Found all firms: makers, third-country traders and those who only buy."""

    def weighed(numbers: Ints, count: int) -> Ints:
        return numbers[pick(rng, rng.pareto(1.5, len(numbers)) + 0.3, count)]

    makers = np.concatenate(
        [
            weighed(CONTROLLED_NUMBERS, lines // 250 + 150),
            weighed(OTHER_MAKERS, lines // 400 + 100),
        ]
    )
    traders = weighed(THIRD_NUMBERS, stock_count // 3 + 30)
    buyers = np.concatenate(
        [
            rng.choice(BARRED_NUMBERS, lines // 110 + 60, p=[0.85, 0.15]),
            weighed(THIRD_NUMBERS, lines // 250 + 60),
            weighed(CONTROLLED_NUMBERS, lines // 80 + 80),
            weighed(np.array([_NUMBER[c] for c in ELSEWHERE]), lines // 150 + 60),
            np.repeat(np.arange(len(COUNTRIES)), 2),
        ]
    )
    country = np.concatenate([makers, traders, buyers])
    count = len(country)
    first, second = len(makers), len(makers) + len(traders)
    trader = np.arange(first, second)
    founded = np.full(count, -10_000)
    young = rng.random(count) < np.where(np.arange(count) >= first, knobs.startups, 0.02)
    founded[young] = rng.integers(0, DAYS - 150, int(young.sum()))
    later = country.copy()
    moves = np.full(count, 10 * DAYS)
    mover = trader[rng.random(len(trader)) < knobs.moved]
    later[mover] = rng.choice(THIRD_NUMBERS, len(mover))
    moves[mover] = rng.integers(60, DAYS - 60, len(mover))
    owner, sister = _related(rng, country, trader)
    size = _sizes(rng, count, knobs.tail)
    return Firms(
        country=country,
        later_country=later,
        moves=moves,
        founded=founded,
        size=size,
        owner=owner,
        sister=sister,
        makers=np.arange(first),
        traders=trader,
        buyers=np.arange(second, count),
    )


def _made(rng: Rng, firms: Firms, goods: Goods, popularity: Floats) -> tuple[Ints, Ints]:
    """Say which maker makes which good: for each good at least three of either origin."""
    count = len(goods.code)
    several = 1 + rng.geometric(0.35, len(firms.makers))
    anchor = pick(rng, popularity, len(firms.makers))
    maker = np.repeat(firms.makers, several)
    low = np.searchsorted(goods.chapter, goods.chapter[anchor], "left")
    high = np.searchsorted(goods.chapter, goods.chapter[anchor], "right")
    good = pick_within(rng, np.repeat(low, several), np.repeat(high, several), popularity)
    controlled = np.isin(firms.country[firms.makers], CONTROLLED_NUMBERS)
    for side in (controlled, ~controlled):
        some = firms.makers[side]
        maker = np.concatenate([maker, rng.choice(some, 3 * count)])
        good = np.concatenate([good, np.repeat(np.arange(count), 3)])
    key = np.unique(good * 10_000_000 + maker)
    return key // 10_000_000, key % 10_000_000


def _held(
    rng: Rng, firms: Firms, goods: Goods, popularity: Floats, count: int
) -> tuple[Ints, Ints]:
    """Say which trader holds which good: mostly goods near to each other."""
    n = len(firms.traders)
    anchor = pick(rng, popularity, n)
    trader = np.concatenate([np.arange(n), pick(rng, firms.size[firms.traders] ** 0.6, count)])
    near = rng.random(len(trader)) < 0.6
    chapter = goods.chapter[anchor[trader]]
    low = np.searchsorted(goods.chapter, chapter, "left")
    high = np.searchsorted(goods.chapter, chapter, "right")
    good = np.where(
        near,
        pick_within(rng, low, high, popularity),
        pick(rng, popularity, len(trader)),
    )
    key = np.unique(good * 10_000_000 + firms.traders[trader])
    key = key[np.sort(rng.permutation(len(key))[:count])]
    return key // 10_000_000, key % 10_000_000


def _suppliers(
    rng: Rng,
    knobs: Knobs,
    firms: Firms,
    made: tuple[Ints, Ints],
    good: Ints,
    firm: Ints,
    sides: Ints,
    weight: Floats,
    tier: Ints,
) -> tuple[Ints, Ints, Floats]:
    """Give every stock, for each origin that it holds, makers and stocks of an earlier tier."""
    count = len(good)
    slots = np.where(
        np.stack([sides & 1, sides >> 1], 1).ravel() > 0, 1 + rng.poisson(1.3, 2 * count), 0
    )
    owner = np.repeat(np.arange(2 * count), slots)
    stock, side = owner // 2, owner % 2
    made_good, made_by = made
    chosen = np.full(len(owner), -1)
    is_controlled = np.isin(firms.country[made_by], CONTROLLED_NUMBERS)
    for s, mask in ((0, is_controlled), (1, ~is_controlled)):
        at = side == s
        g, m = made_good[mask], made_by[mask]
        low = np.searchsorted(g, good[stock[at]], "left")
        high = np.searchsorted(g, good[stock[at]], "right")
        chosen[at] = -1 - m[pick_within(rng, low, high, firms.size[m] ** 0.7)]
    wants = (tier[stock] > 0) & (rng.random(len(owner)) < knobs.trader_suppliers)
    low = np.searchsorted(good, good[stock], "left")
    high = np.searchsorted(good, good[stock], "right")
    for _ in range(12):
        other = pick_within(rng, low, high, weight**0.7)
        fits = wants & (chosen < 0) & (tier[other] < tier[stock])
        fits &= ((sides[other] >> side) & 1) > 0
        fits &= firms.country[firm[other]] != firms.country[firm[stock]]
        fits &= firms.owner[firm[other]] != firms.owner[firm[stock]]
        chosen = np.where(fits, other, chosen)
    share = rng.pareto(1.2, len(owner)) + 0.2
    first = np.concatenate([[0], np.cumsum(slots)])
    total = np.concatenate([[0.0], np.cumsum(share)])
    low_total, high_total = total[first[owner]], total[first[owner + 1]]
    return first, chosen, (total[1:] - low_total) / (high_total - low_total)


def make_market(rng: Rng, knobs: Knobs, goods: Goods, lines: int, exports: float) -> Market:
    """Found firms and give traders stocks that will be asked for ``exports`` orders from abroad."""
    wanted = max(60, int(exports / knobs.lines_per_stock))
    popularity: Floats = np.reciprocal(4.0 + rng.permutation(len(goods.code)).astype(np.float64))
    popularity = popularity * np.exp(0.5 * rng.standard_normal(len(goods.code)))
    scale = goods.usual * np.exp(0.4 * rng.standard_normal(len(goods.code)))
    firms = make_firms(rng, knobs, lines, wanted)
    made = _made(rng, firms, goods, popularity)
    good, firm = _held(rng, firms, goods, popularity, wanted)
    count = len(good)
    weight = firms.size[firm] ** 0.6 * np.exp(0.8 * rng.standard_normal(count))
    sales = exports * weight / weight.sum()
    only = (1 - knobs.mixed_origins) / 2
    sides = pick(rng, np.array([only, only, knobs.mixed_origins]), count) + 1
    tier = np.searchsorted(np.cumsum([0.22, 0.3, 0.28]), rng.random(count))
    first, supplier, share = _suppliers(rng, knobs, firms, made, good, firm, sides, weight, tier)
    shell = rng.random(len(firms.country)) < knobs.shells
    habit = np.clip(rng.beta(1.5, 1.5 / max(knobs.to_order, 0.01) - 1.5, count), 0, 0.9)
    firm_scale = np.exp(0.6 * rng.standard_normal(len(firms.country)))
    usual = scale[good] * firm_scale[firm] * np.exp(0.3 * rng.standard_normal(count))
    a_day = sales * (1 + knobs.domestic) / DAYS
    lot = knobs.lot_orders * np.exp(0.4 * rng.standard_normal(count))
    stocks = Stocks(
        firm=firm,
        good=good,
        usual=usual,
        policy=rng.choice([FIRST_IN, LAST_IN, BY_LOT, MIXED], count, p=[0.5, 0.15, 0.2, 0.15]),
        to_order=np.where(shell[firm], 0.97, habit),
        refill_at=usual * (1 + a_day * knobs.stock_days),
        refill=usual * np.maximum(lot, lot * a_day * 8),
        first=first,
        supplier=supplier,
        share=share,
        country=firms.country,
    )
    return Market(
        goods=goods,
        firms=firms,
        popularity=popularity,
        scale=scale,
        made_good=made[0],
        made_by=made[1],
        stocks=stocks,
        sales=sales,
        tier=tier,
    )
