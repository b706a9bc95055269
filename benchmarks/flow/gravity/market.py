"""The background of the gravity world: firms, relations and orders, with nothing planted yet.

Trade between two countries in a heading grows with what one supplies and the other wants, and falls
with distance. Within a country and heading, relations fall to firms by size and by the relations
that they have already. A relation has a usual size and orders at more or less regular intervals.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.flow.gravity.goods import (
    CONTROLLED,
    EMBARGOED_CLASS,
    THIRD,
    Countries,
    Goods,
    countries,
    goods,
)
from benchmarks.flow.gravity.knobs import Knobs

DAYS = 731
"""Length of the world: two years, one of them a leap year."""
FIRST_WEEKDAY = 6
"""The world begins on 1 January 2023, a Sunday (Monday is 0)."""
YOUNG = -365
"""A firm born on this day or later was founded after 2022 began."""
PARTS = 24
"""Part numbers to a heading."""
_ROUNDS = 5
_PACKS = np.array([1, 2, 5, 10, 12, 20, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000])

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(slots=True)
class Firms:
    """The firms, one entry an index."""

    country: Ints
    size: Floats
    birth: Ints
    group: Ints


@dataclass(slots=True)
class Relations:
    """Who sells what to whom, one entry an index; a line knows its parties by its relation."""

    seller: Ints
    buyer: Ints
    heading: Ints
    code: Ints
    """Which code of the heading is declared."""
    usual: Floats
    """Log of the usual quantity, in the unit of the heading."""
    log_mass: Floats
    """Log of the kilograms to one unit."""
    pack: Floats
    """Quantities are multiples of this."""
    odd_unit: Bools
    """The relation declares another unit than is usual for its goods."""
    has_part: Bools
    part: Ints
    """The part that it orders most, counted over all headings."""
    first: Ints
    count: Ints
    """Its lines as drawn are `first` to `first + count - 1`."""


@dataclass(slots=True)
class Lines:
    """The shipment lines, one entry an index, in order of their relations."""

    relation: Ints
    day: Ints
    deviation: Floats
    """Log of the quantity, less the relation's usual."""
    shift: Ints
    """How far down its heading another code than the relation's is declared."""
    own_part: Bools
    """Whether the part is the relation's most ordered one."""


@dataclass(slots=True)
class Market:
    """The background as drawn; the planting of flows changes it in place."""

    countries: Countries
    goods: Goods
    firms: Firms
    relations: Relations
    lines: Lines


WEEKEND_WORK = 0.08
"""Share of what falls on a weekend that stays there."""


def to_weekday(day: Ints, u: Floats) -> Ints:
    """`day` moved off the weekend, most of the time, to some weekday before it.

    `u` is drawn from 0 to 1; weekdays come out alike.
    """
    weekday = (day + FIRST_WEEKDAY) % 7
    stays = (weekday < 5) | (u < WEEKEND_WORK)
    moved = np.where(
        stays, day, day - weekday + np.floor(5 * ((u - WEEKEND_WORK) / (1 - WEEKEND_WORK)))
    )
    return np.where(moved < 0, moved + 7, moved).astype(np.int64)


def _draw_firms(lines: int, land: Countries, knobs: Knobs, rng: np.random.Generator) -> Firms:
    n = max(int(lines * knobs.firms_per_thousand / 1000), 400)
    weight = land.mass**0.75 * np.where(land.hub > 2, 1.6, 1.0)
    country = rng.choice(len(weight), n, p=weight / weight.sum())
    size = np.minimum((1 - rng.random(n)) ** (-1 / knobs.pareto), 400.0)
    birth = np.where(
        rng.random(n) < knobs.start_ups,
        rng.integers(YOUNG, DAYS - 180, n),
        rng.integers(-20_000, YOUNG, n),
    )
    # One firm in eight shares its owner with the firm drawn a few places before it.
    group = np.arange(n)
    shares = np.flatnonzero(rng.random(n) < 0.12)
    for firm in shares[shares > 8].tolist():
        group[firm] = group[firm - int(rng.integers(1, 8))]
    return Firms(country, size, birth, group)


def _activities(
    firms: Firms, land: Countries, ware: Goods, knobs: Knobs, rng: np.random.Generator
) -> tuple[Ints, Ints, Floats, Floats]:
    """In which cells (country x heading) each firm is, and how strongly it sells and buys there."""
    n, headings = len(firms.country), len(ware.headings)
    many = 1 + rng.poisson(0.8 + 0.7 * np.log(firms.size))
    firm = np.repeat(np.arange(n), np.minimum(many, 12))
    main = rng.choice(headings, n, p=ware.weight / ware.weight.sum())
    place = np.concatenate(([True], firm[1:] != firm[:-1]))
    offset = np.where(place, 0, np.rint(rng.standard_t(1.5, len(firm)) * 2)).astype(np.int64)
    heading = (main[firm] + offset) % headings
    both = rng.random(n) < knobs.both_ways * np.where(land.hub[firms.country] >= 2, 1.0, 0.5)
    sells = both | (rng.random(n) < 0.5)
    buys = both | ~sells
    cell = firms.country[firm] * headings + heading
    cell, pick = np.unique(cell * n + firm, return_index=True)
    firm, cell = firm[pick], cell // n
    strength = firms.size[firm] * rng.lognormal(0, 0.5, len(firm))
    return firm, cell, strength * sells[firm], strength * buys[firm]


def _pull(
    land: Countries, ware: Goods, knobs: Knobs, rng: np.random.Generator, can: tuple[Bools, Bools]
) -> Floats:
    """Weights of seller's country x buyer's country x heading."""
    n, headings = len(land.codes), len(ware.headings)
    supply = land.mass[:, None] * rng.lognormal(0, 0.5, (n, headings)) * can[0]
    demand = land.mass[:, None] * rng.lognormal(0, 0.35, (n, headings)) * can[1]
    pull: Floats = supply[:, None, :] * demand[None] * ware.weight
    pull *= (land.distance**-knobs.distance * (1 - np.eye(n)))[:, :, None]
    kind = land.kind
    third, target = kind == THIRD, kind == EMBARGOED_CLASS
    pull[np.ix_(third, target)] *= land.hub[third][:, None, None]
    banned = np.ix_(np.flatnonzero(kind == CONTROLLED), np.flatnonzero(target), ~ware.exempt)
    pull[banned] *= 0.1
    te = knobs.embargoed
    shares = np.array([[0.15, 0.34, 0.02], [0.14, 0.325 - te, te], [0.01, 0.01, 0.005]])
    for a in range(3):
        for b in range(3):
            block = np.ix_(kind == a, kind == b)
            pull[block] *= shares[a, b] / max(pull[block].sum(), 1e-9)
    return pull


def _pick(cell: Ints, keys: Ints, weight: Floats, rng: np.random.Generator) -> Ints:
    """For each of `cell`, an index into `keys` (sorted) of that cell, drawn by weight."""
    total = np.concatenate(([0.0], np.cumsum(weight)))
    low = total[np.searchsorted(keys, cell, "left")]
    high = total[np.searchsorted(keys, cell, "right")]
    at = low + rng.random(len(cell)) * (high - low)
    picked: Ints = np.searchsorted(total, at, "right") - 1
    return np.minimum(picked, len(keys) - 1)


def _draw_pairs(
    n: int,
    firms: Firms,
    land: Countries,
    ware: Goods,
    knobs: Knobs,
    rng: np.random.Generator,
) -> tuple[Ints, Ints, Ints]:
    """Seller, buyer and heading of about `n` relations."""
    headings, c = len(ware.headings), len(land.codes)
    firm, cell, sells, buys = _activities(firms, land, ware, knobs, rng)
    can = (
        np.bincount(cell, sells, c * headings).reshape(c, headings) > 0,
        np.bincount(cell, buys, c * headings).reshape(c, headings) > 0,
    )
    pull = _pull(land, ware, knobs, rng, can).ravel()
    sum_pull = np.cumsum(pull)
    out, into = np.zeros(len(firm)), np.zeros(len(firm))
    parts: list[tuple[Ints, Ints, Ints]] = []
    for turn in range(_ROUNDS):
        at = np.searchsorted(sum_pull, rng.random(n // _ROUNDS + 1) * sum_pull[-1])
        at = np.minimum(at, len(pull) - 1)
        heading = at % headings
        origin, target = at // headings // c, at // headings % c
        # Pull of past relations, on the scale of the sizes.
        alpha = knobs.attachment / (1 - knobs.attachment) if turn else 0.0
        scale = alpha * sells.sum() / max(out.sum(), 1.0)
        a = _pick(
            origin * headings + heading, cell, np.where(sells > 0, sells + scale * out, 0), rng
        )
        b = _pick(
            target * headings + heading, cell, np.where(buys > 0, buys + scale * into, 0), rng
        )
        out += np.bincount(a, minlength=len(firm))
        into += np.bincount(b, minlength=len(firm))
        parts.append((firm[a], firm[b], heading))
    seller, buyer, heading = (np.concatenate(column) for column in zip(*parts, strict=True))
    return seller, buyer, heading


def _draw_counts(n: int, knobs: Knobs, rng: np.random.Generator) -> Ints:
    """Orders of each relation: one, or a heavy tail with the mean asked."""
    tail = (knobs.orders - knobs.one_off) / (1 - knobs.one_off)
    many = 2 + np.floor((tail - 2) * 0.5 * ((1 - rng.random(n)) ** (-1 / 1.6) - 1) / 0.75)
    return np.where(rng.random(n) < knobs.one_off, 1, np.minimum(many, 80)).astype(np.int64)


def _draw_days(
    market_heading: Ints,
    buyer_country: Ints,
    birth: Ints,
    count: Ints,
    ware: Goods,
    c: int,
    rng: np.random.Generator,
) -> Ints:
    """Days of all orders, relation after relation."""
    n = len(count)
    room = DAYS - np.maximum(birth, 0)
    length = room * np.where(rng.random(n) < 0.3, rng.uniform(0.1, 0.5, n), rng.uniform(0.5, 1, n))
    begin = room * rng.random(n)
    jitter = np.where(rng.random(n) < 0.25, 1.5, rng.uniform(0.1, 0.6, n))
    of = np.repeat(np.arange(n), count)
    nth = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
    step = (length / count)[of]
    # What runs over the end starts again at the front, so that no month is thinner for it.
    day = begin[of] + (nth + 0.5 + jitter[of] * rng.normal(0, 0.7, len(of))) * step
    day = (DAYS - room)[of] + day % room[of]
    phase = rng.uniform(0, 2 * np.pi, (len(ware.headings), c))[market_heading, buyer_country]
    swing = np.maximum(ware.season[market_heading], 0.15)[of]
    year = 2 * np.pi * day / 365.25
    warped = day - swing * 365.25 / (2 * np.pi) * np.sin(year - phase[of])
    day = np.where((warped >= np.maximum(birth, 0)[of]) & (warped < DAYS), warped, day)
    whole = np.clip(np.floor(day), 0, DAYS - 1).astype(np.int64)
    return to_weekday(whole, rng.random(len(whole)))


def draw_market(lines: int, knobs: Knobs, rng: np.random.Generator) -> Market:
    """A background of exactly `lines` lines."""
    land, ware = countries(), goods()
    firms = _draw_firms(lines, land, knobs, rng)
    n = int(lines / knobs.orders * 1.25) + 200
    seller, buyer, heading = _draw_pairs(n, firms, land, ware, knobs, rng)
    count = _draw_counts(len(seller), knobs, rng)
    order = rng.permutation(len(seller))
    seller, buyer, heading = seller[order], buyer[order], heading[order]
    while count.sum() < lines:
        count = count + (rng.random(len(count)) < 0.3)
    last = int(np.searchsorted(np.cumsum(count), lines))
    seller, buyer, heading, count = (x[: last + 1] for x in (seller, buyer, heading, count))
    count[-1] -= count.sum() - lines
    n = len(seller)
    codes = np.array([len(code) for code in ware.codes])
    usual = (
        ware.log_quantity[heading]
        + knobs.size_spread * rng.normal(size=n)
        + 0.12 * (np.log(firms.size[seller]) + np.log(firms.size[buyer]) - 1.6)
    )
    room = np.searchsorted(_PACKS, np.exp(usual) / 6, "right")
    pack = _PACKS[
        np.maximum(np.minimum(room, (room + 1) * rng.random(n) ** 0.7).astype(int) - 1, 0)
    ]
    first = np.cumsum(count) - count
    favourite = (rng.random(n) ** 2 * PARTS).astype(np.int64)
    relations = Relations(
        seller=seller,
        buyer=buyer,
        heading=heading,
        code=np.minimum(
            (rng.random(n) ** 1.5 * codes[heading]).astype(np.int64), codes[heading] - 1
        ),
        usual=usual,
        log_mass=ware.log_mass[heading]
        + np.where(ware.log_mass[heading] == 0, 0, 0.5) * rng.normal(size=n),
        pack=pack.astype(np.float64),
        odd_unit=rng.random(n) < 0.06,
        has_part=ware.machines[heading] & (rng.random(n) < 0.5),
        part=heading * PARTS + favourite,
        first=first,
        count=count,
    )
    birth = np.maximum(firms.birth[seller], firms.birth[buyer])
    day = _draw_days(heading, firms.country[buyer], birth, count, ware, len(land.codes), rng)
    relation = np.repeat(np.arange(n), count)
    return Market(
        land,
        ware,
        firms,
        relations,
        Lines(
            relation=relation,
            day=day,
            deviation=knobs.order_spread * rng.normal(size=lines),
            shift=np.where(rng.random(lines) < 0.05, rng.integers(1, 4, lines), 0),
            own_part=rng.random(lines) < 0.85,
        ),
    )
