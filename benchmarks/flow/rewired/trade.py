"""Lawful trade: firms, relations between them and the lines of each relation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import goods as g
from .goods import DAYS, EMBARGO, ORIGIN, THIRD, Bools, Catalogue, Floats, Ints
from .knobs import Knobs

TRADER, MAKER, BUYER = 0, 1, 2
_KIND_SHARE = (0.3, 0.6, 0.1)
_ROLE_SHARE = ((0.3, 0.55, 0.15), (0.68, 0.18, 0.14), (0.25, 0.15, 0.6))
_WIDEST = 6  # headings that one firm deals in, at most


@dataclass(frozen=True, slots=True)
class Firms:
    """One entry for each firm."""

    kind: Ints
    role: Ints
    country: Ints
    later_country: Ints  # from move_day on
    move_day: Ints
    founded: Ints
    size: Floats
    group: Ints
    distributor: Bools
    sells: Ints  # firms x _WIDEST headings, -1 where none
    buys: Ints

    def country_on(self, firm: Ints, day: Ints) -> Ints:
        """Where the firm sits on the day."""
        moved = day >= self.move_day[firm]
        return np.where(moved, self.later_country[firm], self.country[firm])


@dataclass(slots=True)
class Lines:
    """One entry for each line; planting writes into these arrays."""

    exporter: Ints
    consignee: Ints
    day: Ints
    code: Ints
    quantity: Floats
    price: Floats  # dollars a unit
    mass: Floats  # kilograms a unit
    currency: Ints
    seasonal: Bools


def tidy(rng: np.random.Generator, quantity: Floats, unit: Ints) -> Floats:
    """Quantities as they are written: many round, others odd, pieces whole."""
    step = 10.0 ** (np.floor(np.log10(np.maximum(quantity, 1))) - rng.integers(0, 2, len(unit)))
    neat = np.rint(quantity / step) * step
    loose = np.isin(unit, (g.KGM, g.LTR, g.TNE)) & (quantity < 500)
    odd = np.where(loose, np.round(quantity, 1), np.rint(quantity))
    result = np.where(rng.random(len(unit)) < 0.45, neat, odd)
    return np.asarray(np.maximum(result, np.where(loose, 0.1, 1.0)), float)


def _assortment(rng: np.random.Generator, n: int, cat: Catalogue) -> Ints:
    """A few headings for each firm, mostly of one sector."""
    lead = rng.choice(len(cat.unit), n, p=cat.heading_share)
    near = cat.sector_first[lead][:, None] + np.floor(
        rng.random((n, _WIDEST)) * cat.sector_count[lead][:, None]
    ).astype(np.int64)
    far = rng.choice(len(cat.unit), (n, _WIDEST), p=cat.heading_share)
    chosen = np.where(rng.random((n, _WIDEST)) < 0.15, far, near)
    chosen[:, 0] = lead
    width = np.minimum(_WIDEST, rng.geometric(0.45, n))
    chosen[np.arange(_WIDEST) >= width[:, None]] = -1
    for column in range(1, _WIDEST):  # a heading counts once
        again = (chosen[:, :column] == chosen[:, column : column + 1]).any(axis=1)
        chosen[again, column] = -1
    return chosen


def make_firms(rng: np.random.Generator, n: int, knobs: Knobs, cat: Catalogue) -> Firms:
    """Draw the firms; some of those in third countries are sisters of one another."""
    kind = rng.choice(3, n, p=_KIND_SHARE)
    role = np.zeros(n, np.int64)
    country = np.zeros(n, np.int64)
    later = np.zeros(n, np.int64)
    for k in (ORIGIN, THIRD, EMBARGO):
        mine = np.flatnonzero(kind == k)
        share = g.COUNTRY_SHARE * np.equal(g.COUNTRY_KIND, k)
        role[mine] = rng.choice(3, len(mine), p=_ROLE_SHARE[k])
        country[mine] = rng.choice(len(share), len(mine), p=share / share.sum())
        later[mine] = rng.choice(len(share), len(mine), p=share / share.sum())
    moves = rng.random(n) < knobs.movers
    sells = _assortment(rng, n, cat)
    buys = np.where((role == MAKER)[:, None], _assortment(rng, n, cat), sells)
    size = rng.lognormal(0, knobs.size_tail, n)
    distributor = (kind == THIRD) & (role == TRADER) & (rng.random(n) < 0.2)

    third = rng.permutation(np.flatnonzero(kind == THIRD))
    inside = third[: int(len(third) * min(0.85, 0.35 + knobs.sister))]
    leader = np.arange(n)
    place = np.arange(len(inside))  # groups of two and three in turn
    leader[inside] = inside[place - place % 5 + np.where(place % 5 < 2, 0, 2)]
    near = rng.random(n) < 0.7
    country = np.where(near, country[leader], country)
    return Firms(
        kind=kind,
        role=role[leader],
        country=country,
        later_country=later,
        move_day=np.where(moves, rng.integers(90, 640, n), DAYS + 1),
        founded=np.where(rng.random(n) < knobs.startups, rng.integers(30, 600, n), -1),
        size=np.sqrt(size * size[leader]),
        group=np.unique(leader, return_inverse=True)[1].astype(np.int64),
        distributor=distributor[leader],
        sells=sells[leader],
        buys=buys[leader],
    )


class _Picker:
    """Draws firms of a kind that deal in a heading, by weight."""

    def __init__(self, deals: Ints, kind: Ints, weight: Floats) -> None:
        self.headings = int(deals.max()) + 1
        firm, column = np.nonzero(deals >= 0)
        key = kind[firm] * self.headings + deals[firm, column]
        order = np.argsort(key, kind="stable")
        self.firm = firm[order]
        self.total = np.concatenate(([0.0], np.cumsum(weight[firm[order]])))
        self.bounds = np.searchsorted(key[order], np.arange(3 * self.headings + 1))

    def draw(self, rng: np.random.Generator, kind: Ints, heading: Ints, times: int) -> Ints:
        """`times` firms for each request, -1 where there is none."""
        key = np.clip(kind * self.headings + heading, 0, 3 * self.headings - 1)
        low, high = self.total[self.bounds[key]], self.total[self.bounds[key + 1]]
        point = low[:, None] + rng.random((len(key), times)) * (high - low)[:, None]
        place = np.searchsorted(self.total, point, side="right") - 1
        found = self.firm[np.clip(place, 0, len(self.firm) - 1)]
        return np.where((high > low)[:, None], found, -1)


def _lanes(knobs: Knobs) -> tuple[Ints, Ints, Floats]:
    lanes = (
        (ORIGIN, ORIGIN, 0.15),
        (ORIGIN, THIRD, 0.34),
        (THIRD, THIRD, 0.27),
        (THIRD, ORIGIN, 0.12),
        (THIRD, EMBARGO, knobs.embargoed_trade),
        (ORIGIN, EMBARGO, 0.02),
        (EMBARGO, THIRD, 0.03),
        (EMBARGO, ORIGIN, 0.01),
    )
    start, end, share = (np.array(column) for column in zip(*lanes, strict=True))
    return start, end, share / share.sum()


def make_lines(
    rng: np.random.Generator, n: int, firms: Firms, knobs: Knobs, cat: Catalogue
) -> Lines:
    """Draw relations, and lines of each, until there are `n` lines."""
    trades = np.where(firms.role == BUYER, 0.0, firms.size)
    eastward = g.COUNTRY_PULL[firms.country] ** knobs.hub_pull * trades * ~firms.distributor
    eastward *= np.where(firms.role == MAKER, 0.4, 1.0)
    sellers = _Picker(firms.sells, firms.kind, trades)
    eastern = _Picker(firms.sells, firms.kind, eastward)
    buyers = _Picker(firms.buys, firms.kind, firms.size)
    kind_from, kind_to, lane_share = _lanes(knobs)

    before = np.concatenate(([0.0], np.cumsum(cat.share)))
    code_total = np.add.reduceat(cat.share, cat.first)
    taste = rng.random((len(firms.kind), 2))[np.unique(firms.group, return_index=True)[1]]

    def own_code(firm: Ints, heading: Ints, rank: int) -> Ints:
        """The code of the heading that the firm's group deals in most, or next to most."""
        point = taste[firms.group[firm], rank] * code_total[heading] * 0.999
        return np.asarray(np.searchsorted(before, before[cat.first[heading]] + point, "right") - 1)

    parts: list[tuple[Ints, ...]] = []
    have = 0
    while have < n:
        r = int(1.2 * (n - have) / knobs.repeat) + 200
        lane = rng.choice(len(lane_share), r, p=lane_share)
        k_from, k_to = kind_from[lane], kind_to[lane]
        heading = rng.choice(len(cat.unit), r, p=cat.heading_share)
        to_east = (k_from == THIRD) & (k_to == EMBARGO)
        seller = sellers.draw(rng, k_from, heading, 1)[:, 0]
        seller = np.where(to_east, eastern.draw(rng, k_from, heading, 1)[:, 0], seller)
        codes = np.stack(
            [
                own_code(seller, heading, 0),
                own_code(seller, heading, 1),
                own_code(rng.integers(0, len(firms.kind), r), heading, 0),
            ],
            axis=1,
        )
        # those who sell must buy: many goods go to traders that sell just these
        supply = (k_to == THIRD) & (rng.random(r) < knobs.sourcing)
        tier = np.where(supply, rng.integers(1, 4, r), 0)
        exporter, buyer = seller, np.full(r, -1)
        for t in (1, 2, 3):
            sale = np.flatnonzero((k_from == THIRD) & (tier < t) & (exporter >= 0))
            sale = sale[firms.role[exporter[sale]] == TRADER]
            mine = np.flatnonzero(tier == t)
            need = sale[rng.integers(0, len(sale), len(mine))]
            heading[mine], codes[mine], buyer[mine] = heading[need], codes[need], exporter[need]
            found = sellers.draw(rng, k_from[mine], heading[mine], 8)
            fits = own_code(found, heading[mine][:, None], 0) == codes[mine][:, :1]
            score = 2 * fits + (firms.role[found] == TRADER)
            exporter[mine] = found[np.arange(len(mine)), np.argmax(score, axis=1)]
        offer = buyers.draw(rng, k_to, heading, 8)
        offer = np.where(supply[:, None], buyer[:, None], offer)
        where, here = firms.country[offer], firms.country[exporter][:, None]
        near = g.COUNTRY_REGION[where] == g.COUNTRY_REGION[here]
        wish = rng.random(r)[:, None]
        home = (wish < knobs.home) & ((k_from == THIRD) & ~supply)[:, None]
        fits = np.where(home, where == here, (where != here) & (near | (wish < 0.75)))
        fits |= supply[:, None]
        fits &= firms.group[offer] != firms.group[exporter][:, None]
        consignee = offer[np.arange(r), np.argmax(fits, axis=1)]
        direct = (k_from == ORIGIN) & (k_to == EMBARGO)
        start = np.maximum(rng.integers(-500, DAYS - 30, r), 0)
        start = np.maximum(start, np.maximum(firms.founded[exporter], firms.founded[consignee]))
        end = np.minimum(start + 90 + rng.exponential(450, r).astype(np.int64), DAYS)
        busy = (firms.size[exporter] * firms.size[consignee]) ** 0.2
        mean = knobs.repeat * busy * (0.3 + 0.7 * (end - start) / DAYS)
        count = np.ceil(mean * rng.lognormal(-0.5, 1.0, r)).astype(np.int64)
        good = (exporter >= 0) & (consignee >= 0) & fits.any(axis=1) & (end - start > 10)
        good &= ~(direct & cat.controlled[heading])
        kept = np.flatnonzero(good)
        columns = (exporter, consignee, heading, start, end, count, codes)
        parts.append(tuple(column[kept] for column in columns))
        have += int(count[kept].sum())
    exporter, consignee, heading, start, end, count, codes = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )

    r = len(exporter)
    rel = np.repeat(np.arange(r), count)[:n]
    code = codes[rel, rng.choice(3, n, p=(0.78, 0.17, 0.05))]

    seasonal = rng.random(r) < 0.04
    u = rng.random(n)
    day = np.zeros(n, np.int64)
    order = np.argsort(heading[rel], kind="stable")
    edges = np.searchsorted(heading[rel][order], np.arange(len(cat.unit) + 1))
    for h in range(len(cat.unit)):  # by inverse of the heading's seasonal distribution
        rows = order[edges[h] : edges[h + 1]]
        low, high = cat.season[h][start[rel[rows]]], cat.season[h][end[rel[rows]]]
        at = np.interp(low + u[rows] * (high - low), cat.season[h], np.arange(DAYS + 1))
        day[rows] = np.minimum(np.floor(at).astype(np.int64), DAYS - 1)
    peak = rng.integers(0, 365, r)[rel] + np.rint(rng.normal(0, 14, n)).astype(np.int64)
    peak = peak % 365 + 365 * rng.integers(0, 2, n)
    in_peak = seasonal[rel] & (peak >= start[rel]) & (peak < end[rel])
    day = np.where(in_peak, peak, day)

    unit = cat.unit[heading[rel]]
    big = (firms.size[exporter] * firms.size[consignee]) ** 0.15 * rng.lognormal(0, 0.4, r)
    quantity = tidy(rng, cat.lot[code] * big[rel] * rng.lognormal(0, 0.8, n), unit)
    dearer = np.where(firms.kind[exporter] == ORIGIN, 1.0, 1.08) * rng.lognormal(0, 0.12, r)
    fixed = np.isin(unit, (g.KGM, g.TNE))
    heavier = rng.lognormal(0, 0.06, r)[rel] * rng.lognormal(0, 0.22, n)
    weights = np.where(firms.kind[exporter] == ORIGIN, 0.5, 0.7)
    currency = np.where(rng.random(r) < weights, 0, np.where(rng.random(r) < 0.8, 1, 2))
    return Lines(
        exporter=exporter[rel],
        consignee=consignee[rel],
        day=day,
        code=code,
        quantity=quantity,
        price=cat.price[code] * dearer[rel] * rng.lognormal(0, 0.32, n),
        mass=cat.mass[code] * np.where(fixed, 1.0, heavier),
        currency=currency[rel],
        seasonal=seasonal[rel],
    )
