"""Firms of a parcel world, who owns them, and the desks they trade at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.flow.parcels import catalogue as cat
from benchmarks.flow.parcels.catalogue import Bools, Floats, Ints, picks, scatter

DAYS = 730
C, T, E, HOME = range(4)  # controlled origin, third country, embargoed, not across a border


@dataclass(frozen=True, slots=True)
class Knobs:
    """What may differ between two worlds.

    Shares are of legs or lines, between 0 and 1; `desks` and `firms` count per line (fewer desks
    make busier markets); lags are in days.
    """

    coverage: float = 1.0
    planted: float = 0.0083
    reclassified: float = 0.08
    sister: float = 0.08
    desks: float = 0.2
    firms: float = 0.25
    tail: float = 1.15
    crowding: float = 0.3
    facing: float = 0.12
    repeats: float = 3.0
    partners: float = 3.0
    parcels: float = 2.7
    lag: float = 9.0
    leftover: float = 0.3
    typing_errors: float = 0.004
    returns: float = 0.03
    moved: float = 0.03
    newcomers: float = 0.25
    hops: tuple[float, float, float, float] = (0.6, 0.25, 0.1, 0.05)


@dataclass(frozen=True, slots=True)
class Market:
    """Firms, and desks: one firm's business in one six-digit code."""

    firm_class: Ints
    firm_country: Ints
    country_after: Ints
    move_day: Ints
    firm_group: Ints
    firm_sister: Ints
    pool_order: Ints
    pool_cum: Floats
    desk_firm: Ints
    desk_hs: Ints
    desk_weight: Floats
    desk_facing: Bools
    desk_open: Ints
    desk_close: Ints
    pack: Floats
    seasonal: Floats


def found_market(lines: int, knobs: Knobs, rng: np.random.Generator) -> Market:
    """Draw the firms of a world of about `lines` lines and the desks that trade on."""
    n = max(400, int(lines * knobs.firms))
    kind = picks(rng, np.array([0.36, 0.48, 0.16]), n)
    tables = (cat.CONTROLLED, cat.THIRD, cat.EMBARGOED_WEIGHTS)
    first = np.cumsum([0] + [len(t) for t in tables])
    country, after = np.zeros(n, np.int64), np.zeros(n, np.int64)
    for k, table in enumerate(tables):
        here = np.flatnonzero(kind == k)
        for target in (country, after):
            target[here] = first[k] + picks(rng, np.array(list(table.values())), len(here))
    moves = rng.random(n) < knobs.moved
    sector = picks(rng, np.array([26, 18, 10, 18, 14, 8, 6.0]), n)
    weight = np.minimum((1 - rng.random(n)) ** (-1 / knobs.tail), n**0.55)
    # Owners hold one firm or a few of one country and line of business.
    by_home = np.lexsort((rng.random(n), sector, country))
    start = rng.random(n) < 0.6
    home = country[by_home] * 10 + sector[by_home]
    start |= np.r_[True, home[1:] != home[:-1]]
    owner = np.cumsum(start) - 1
    heads = np.flatnonzero(start)
    sizes = np.diff(np.r_[heads, n])
    place = np.arange(n) - heads[owner]
    group, sister = np.empty(n, np.int64), np.empty(n, np.int64)
    group[by_home] = owner
    sister[by_home] = by_home[heads[owner] + (place + 1) % sizes[owner]]
    # A firm that is alone has a shell in its drawer, which nobody sees until it is used.
    alone = np.flatnonzero(sister == np.arange(n))
    sister[alone] = n + np.arange(len(alone))

    order = np.lexsort((sector, kind))
    cum = np.r_[0.0, np.cumsum(weight[order])]
    edge = np.searchsorted(kind[order] * cat.SECTORS + sector[order], np.arange(22))

    m = max(150, int(lines * knobs.desks))
    hubs = np.flatnonzero(kind != E)
    chance = weight[hubs] ** 0.4 * np.where(kind[hubs] == C, 0.4, 1.0)
    firm = hubs[picks(rng, chance, m)]
    fame = (1 - rng.random(len(cat.HS_CODES))) ** -0.8
    hs = np.empty(m, np.int64)
    for s in range(cat.SECTORS):
        here = np.flatnonzero(sector[firm] == s)
        hs[here] = picks(rng, fame * (s == cat.HS_SECTOR), len(here))
    by_hs = np.argsort(hs, kind="stable")
    firm, hs = firm[by_hs], hs[by_hs]
    mass = np.minimum(weight[firm], 60) ** knobs.crowding * rng.lognormal(0, 0.6, m)
    new = rng.random(m) < knobs.newcomers
    opened = np.where(new, rng.integers(30, 560, m), -60)
    closed = np.where(new & (rng.random(m) < 0.4), opened + rng.integers(80, 260, m), DAYS)
    return Market(
        np.r_[kind, kind[alone]],
        np.r_[country, country[alone]],
        np.r_[np.where(moves, after, country), country[alone]],
        np.r_[rng.integers(100, 650, n), np.zeros(len(alone), np.int64)],
        np.r_[group, group[alone]],
        np.r_[sister, alone],
        order,
        np.r_[cum[edge], cum],
        firm,
        hs,
        mass,
        (kind[firm] == T) & (rng.random(m) < knobs.facing),
        opened,
        np.minimum(closed, DAYS),
        cat.PACKS[picks(rng, cat.PACK_WEIGHT, len(cat.HS_CODES))],
        np.where(rng.random(len(cat.HS_CODES)) < 0.3, rng.uniform(0, 365, len(cat.HS_CODES)), -1),
    )


def partner(market: Market, key: Ints, side: Ints, hs: Ints) -> Ints:
    """The firm of class `side` that stands at this place in a desk's address book."""
    safe = np.minimum(side, E) * cat.SECTORS + cat.HS_SECTOR[hs]
    edges, cum = market.pool_cum[:22], market.pool_cum[22:]
    x = edges[safe] + scatter(key) * (edges[safe + 1] - edges[safe])
    at = np.searchsorted(cum, x, side="right") - 1
    firms: Ints = market.pool_order[at.clip(0, len(market.pool_order) - 1)]
    return firms
