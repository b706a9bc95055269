"""Who orders what from whom, and when: customers of stocks, and trade from makers to users."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.flow.stocks.goods import COUNTRIES
from benchmarks.flow.stocks.knobs import Knobs
from benchmarks.flow.stocks.lots import (
    ANY,
    BURN_IN,
    DAYS,
    DIVERTED,
    DIVERTED_LOST,
    OTHER_ORIGIN,
    Demands,
    Floats,
    Ints,
)
from benchmarks.flow.stocks.market import (
    BARRED_NUMBERS,
    CONTROLLED_NUMBERS,
    Market,
    Rng,
    pick,
    pick_within,
)

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Direct:
    """Lines from makers, or from traders with goods of their own country, to users."""

    seller: Ints
    buyer: Ints
    good: Ints
    day: Ints
    quantity: Floats
    seasonal: Bools


def _buyers(rng: Rng, market: Market, country: Ints) -> Ints:
    """Draw a buying firm of each country, large ones more often."""
    firms = market.firms
    order = firms.buyers[np.argsort(firms.country[firms.buyers], kind="stable")]
    sorted_country = firms.country[order]
    low = np.searchsorted(sorted_country, country, "left")
    high = np.searchsorted(sorted_country, country, "right")
    return order[pick_within(rng, low, high, firms.size[order] ** 0.7)]


def _rounded(rng: Rng, quantity: Floats) -> Floats:
    """Round as people order: mostly to two figures, sometimes to one, sometimes not."""
    figures = rng.choice([2, 1, 4], len(quantity), p=[0.55, 0.2, 0.25])
    step = np.maximum(1.0, 10.0 ** (np.floor(np.log10(np.maximum(quantity, 1))) - figures + 1))
    return np.asarray(np.maximum(1.0, np.round(quantity / step) * step), dtype=np.float64)


def _peaks(rng: Rng, market: Market, good: Ints) -> Ints:
    """Give the day of the year around which seasonal customers of a good order."""
    chapter_peak = rng.integers(0, 365, 100)
    return (chapter_peak[market.goods.chapter[good]] + rng.integers(-25, 26, len(good))) % 365


def _days(rng: Rng, start: Ints, end: Ints, season: Bools, peak: Ints) -> Ints:
    """Draw a day in each span; of seasonal orders the nearest of three to the peak."""
    tries = start + rng.random((3, len(start))) * (end - start)
    off = np.abs((tries - peak + 182) % 365 - 182)
    best = np.where(season, np.argmin(off, axis=0), 0)
    return np.asarray(tries[best, np.arange(len(start))], dtype=np.int64)


def _spans(rng: Rng, founded: Ints) -> tuple[Ints, Ints]:
    """Draw first and last day of relationships; six in ten last throughout."""
    count = len(founded)
    start = np.where(rng.random(count) < 0.6, -BURN_IN, rng.integers(-BURN_IN, DAYS - 120, count))
    start = np.maximum(start, np.minimum(founded, DAYS - 60))
    end = np.where(rng.random(count) < 0.6, DAYS, start + rng.integers(60, DAYS, count))
    return start, np.minimum(end, DAYS)


def _diverted(
    rng: Rng,
    knobs: Knobs,
    market: Market,
    stock: Ints,
    events: Ints,
    open_to: Bools,
    wanted: float,
) -> Floats:
    """Choose how much of each customer's orders a firm serves with controlled goods.

    Some customers are served so often, others as an exception. Both are drawn among all embargoed
    customers of stocks that hold such goods, so that planted orders come at the pace and in the
    sizes of all other orders; stocks that buy from other stocks are drawn more often, so that
    longer chains are not rare. Exceptions need a stock that can serve the rest lawfully.
    """
    often = np.zeros(len(stock))
    lawful_too = np.diff(market.stocks.first)[1::2] > 0
    order = np.nonzero(open_to)[0]
    far = 1.0 + 5.0 * market.tier[stock[order]]
    order = order[np.argsort(rng.exponential(size=len(order)) / far)]
    zeal = np.where(lawful_too[stock[order]], rng.uniform(0.4, 1.0, len(order)), 1.0)
    expected = np.cumsum(events[order] * zeal)
    upto = int(np.searchsorted(expected, wanted * (1 - knobs.once)))
    often[order[:upto]] = zeal[:upto]
    rest = order[upto:]
    rest = rest[lawful_too[stock[rest]]]
    often[rest] = min(0.5, wanted * knobs.once / max(1, int(events[rest].sum())))
    return often


def make_demands(rng: Rng, knobs: Knobs, market: Market, diverted: float) -> Demands:
    """Draw all orders from outside; about ``diverted`` of them are open to diversion."""
    stocks, firms = market.stocks, market.firms
    count = len(stocks.firm)
    customers = 1 + rng.poisson(0.55 * market.sales**0.65)
    stock = np.repeat(np.arange(count), customers)
    appetite = np.minimum(rng.pareto(1.3, len(stock)) + 0.3, 8)
    total = np.bincount(stock, appetite, count)
    events = rng.poisson(market.sales[stock] * appetite / total[stock])
    home = firms.country[stocks.firm[stock]]
    world = rng.pareto(2.0, len(COUNTRIES)) + 0.4
    world[BARRED_NUMBERS] = 0
    country = pick(rng, world, len(stock))
    again = country == home
    country[again] = CONTROLLED_NUMBERS[pick(rng, world[CONTROLLED_NUMBERS], int(again.sum()))]
    barred = rng.random(len(stock)) < knobs.embargoed_customers
    country[barred] = rng.choice(BARRED_NUMBERS, int(barred.sum()), p=[0.85, 0.15])
    buyer = _buyers(rng, market, country)
    by_firm = np.argsort(stocks.firm[stock], kind="stable")
    same = stocks.firm[stock[by_firm[1:]]] == stocks.firm[stock[by_firm[:-1]]]
    known = by_firm[1:][same & (rng.random(len(same)) < 0.3)]
    before = by_firm[:-1][np.isin(by_firm[1:], known)]
    buyer[known] = buyer[before]
    barred = np.isin(firms.country[buyer], BARRED_NUMBERS)

    bound = barred & ~market.goods.exempt[stocks.good[stock]]
    has = np.diff(stocks.first).reshape(-1, 2) > 0
    often = _diverted(
        rng, knobs, market, stock, events, bound & has[stock, 0] & (events > 0), diverted
    )
    start, end = _spans(rng, firms.founded[stocks.firm[stock]])
    seasonal = rng.random(len(stock)) < knobs.seasonal
    peak = _peaks(rng, market, stocks.good[stock])
    factor = np.exp(0.5 * rng.standard_normal(len(stock)))
    row = np.repeat(np.arange(len(stock)), events)
    kind = np.where(bound[row], OTHER_ORIGIN, ANY)
    turned = rng.random(len(row)) < often[row]
    kind[turned] = np.where(rng.random(int(turned.sum())) < knobs.lost, DIVERTED_LOST, DIVERTED)
    size = stocks.usual[stock[row]] * factor[row] * np.exp(0.45 * rng.standard_normal(len(row)))

    inside = rng.poisson(market.sales * knobs.domestic)
    inner = np.repeat(np.arange(count), inside)
    inner_start = np.maximum(-BURN_IN, firms.founded[stocks.firm[inner]])
    day = np.concatenate(
        [
            _days(rng, start[row], end[row], seasonal[row], peak[row]),
            inner_start + (rng.random(len(inner)) * (DAYS - inner_start)).astype(np.int64),
        ]
    )
    inner_size = stocks.usual[inner] * np.exp(0.7 * rng.standard_normal(len(inner)))
    order = np.argsort(day, kind="stable")
    return Demands(
        day=day[order],
        stock=np.concatenate([stock[row], inner])[order],
        buyer=np.concatenate([buyer[row], np.full(len(inner), -1)])[order],
        quantity=_rounded(rng, np.concatenate([size, inner_size]))[order],
        kind=np.concatenate([kind, np.full(len(inner), ANY)])[order],
    )


def make_direct(rng: Rng, knobs: Knobs, market: Market, wanted: int) -> Direct:
    """Draw exactly ``wanted`` lines that go through no stock.

    A quarter of the relationships are traders' with goods found in their own country, so that
    much that leaves a third country, for the embargoed ones too, was never seen to arrive.
    """
    firms, goods = market.firms, market.goods
    pairs = max(50, wanted // 6)
    # popular goods have more makers already: without the quotient popularity would count twice
    makers = np.bincount(market.made_good)[market.made_good]
    output = firms.size[market.made_by] ** 0.7 * market.popularity[market.made_good] / makers
    output = output * np.where(np.isin(firms.country[market.made_by], CONTROLLED_NUMBERS), 2, 1)
    made = pick(rng, output, pairs)
    seller, good = market.made_by[made], market.made_good[made]
    own = rng.random(pairs) < 0.25
    stock = pick(rng, market.sales, pairs)
    seller = np.where(own, market.stocks.firm[stock], seller)
    good = np.where(own, market.stocks.good[stock], good)
    home = firms.country[seller]
    controlled = np.isin(home, CONTROLLED_NUMBERS)
    world = rng.pareto(2.0, len(COUNTRIES)) + 0.4
    world[BARRED_NUMBERS] = 0
    country = pick(rng, world, pairs)
    to_barred = rng.random(pairs) < np.where(own, knobs.embargoed_customers, 0.08)
    to_barred &= ~controlled | goods.exempt[good]
    country[to_barred] = rng.choice(BARRED_NUMBERS, int(to_barred.sum()), p=[0.85, 0.15])
    clash = country == home
    country[clash] = (home[clash] + 1 + rng.integers(0, 12, int(clash.sum()))) % (
        len(COUNTRIES) - len(BARRED_NUMBERS)
    )
    buyer = _buyers(rng, market, country)
    to_trader = (rng.random(pairs) < 0.35) & ~to_barred
    trader = firms.traders[pick(rng, firms.size[firms.traders] ** 0.7, pairs)]
    to_trader &= firms.country[trader] != home
    buyer = np.where(to_trader, trader, buyer)
    appetite = np.minimum(rng.pareto(1.3, pairs) + 0.3, 8)
    row = np.sort(np.concatenate([pick(rng, appetite, wanted)]))
    founded = np.maximum(firms.founded[seller], firms.founded[buyer])
    start, end = _spans(rng, founded)
    start = np.maximum(start, 0)
    seasonal = rng.random(pairs) < knobs.seasonal
    peak = _peaks(rng, market, good)
    factor = np.exp(0.9 * rng.standard_normal(pairs))
    larger = np.where(to_trader | ~own & (rng.random(pairs) < 0.5), knobs.lot_orders, 1.0)
    size = market.scale[good] * factor * larger
    quantity = _rounded(rng, size[row] * np.exp(0.45 * rng.standard_normal(wanted)))
    exact = rng.random(wanted) < 0.1 + 1.2 * knobs.split
    quantity[exact] = np.maximum(1, np.floor(quantity[exact] * rng.random(int(exact.sum()))))
    day = _days(rng, start[row], np.maximum(end, start + 1)[row], seasonal[row], peak[row])
    return Direct(
        seller=seller[row],
        buyer=buyer[row],
        good=good[row],
        day=day,
        quantity=quantity,
        seasonal=seasonal[row],
    )
