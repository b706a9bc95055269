"""Shopping lists: usual customers of traders, routes of diverters, and the purchases they take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.flow.orders.orders_parties import (
    DAYS,
    EXEMPT_THEMES,
    THEMES,
    Firms,
    Floats,
    Goods,
    Ints,
    Rows,
    ranks,
)

if TYPE_CHECKING:
    from benchmarks.flow.orders import Knobs

# Sorts of chains, by their place among the names of typologies.
HOPS, SPLIT, MERGE, WITHIN, ACROSS, SISTER, LOST, MIXING, SLOW, UNIT = (
    0,
    4,
    5,
    6,
    7,
    8,
    9,
    10,
    11,
    12,
)


@dataclass(frozen=True, slots=True)
class Customers:
    """Whom each trader sells to (by firm number; rows of other firms are unused)."""

    usual: Ints
    banned: Ints
    banned_share: Floats
    sister: Ints


RESELLING_COLUMNS = (1, 4, 6)


def find_customers(rng: np.random.Generator, knobs: Knobs, firms: Firms) -> Customers:
    """Give every trader eight usual customers, three of them traders, and a sister if it has one."""
    total, traders = len(firms.group), firms.traders
    n = len(traders)
    usual = np.zeros((total, 8), np.int64)
    pool = np.where(
        rng.random((n, 8)) < 0.6,
        firms.users_third[ranks(rng, len(firms.users_third), n * 8)].reshape(n, 8),
        firms.users[rng.integers(0, len(firms.users), (n, 8))],
    )
    by_theme = traders[np.argsort(firms.first_theme[traders], kind="stable")]
    place = np.searchsorted(firms.first_theme[by_theme], firms.first_theme[traders])
    crowd = np.bincount(firms.first_theme[traders], minlength=THEMES)[firms.first_theme[traders]]
    for col in RESELLING_COLUMNS:
        found = by_theme[place + (rng.random(n) * crowd).astype(np.int64)]
        kin = firms.group[found] == firms.group[traders]
        pool[:, col] = np.where(kin, pool[:, col], found)
    usual[traders] = pool
    serves = rng.random(total) < knobs.serves_embargoed
    share = np.where(serves, rng.beta(2, 2, total) * 2 * knobs.embargoed_share, 0.0)[firms.group]
    banned = firms.embargoed[ranks(rng, len(firms.embargoed), total * 3)].reshape(total, 3)[
        firms.group
    ]
    order = traders[np.argsort(firms.group[traders], kind="stable")]
    sister, after = np.arange(total), np.roll(order, -1)
    lead = firms.group[order]
    first = order[np.searchsorted(lead, lead)]
    sister[order] = np.where(firms.group[after] == lead, after, first)
    return Customers(usual, banned, share, sister)


@dataclass(frozen=True, slots=True)
class Plans:
    """The planted chains: what sort, by which route, and which purchases they take along."""

    sort: Ints
    odd_hop: Ints
    route: Ints
    second: Ints
    goes: Ints
    adds: Ints


def find_routes(rng: np.random.Generator, knobs: Knobs, firms: Firms, customers: Customers) -> Ints:
    """Walk from willing traders through customers of theirs to one that serves the embargoed."""
    found: list[list[int]] = []
    willing = firms.traders[rng.random(len(firms.traders)) < knobs.diverters]
    for first in willing.tolist():
        for _ in range(int(rng.integers(2, 4))):
            hops = int(rng.choice(4, p=np.array(knobs.hops) / sum(knobs.hops))) + 1
            for _try in range(24):
                walk = [first]
                while len(walk) < hops:
                    walk.append(int(customers.usual[walk[-1], rng.choice(RESELLING_COLUMNS)]))
                apart = len(set(firms.group[walk].tolist())) == hops
                # Whoever sells much to the embargoed lawfully is asked more often.
                sells = customers.banned_share[walk[-1]] * firms.buys[walk[-1]] ** 0.7
                if apart and rng.random() < sells:
                    end = int(customers.banned[walk[-1], min(2, rng.geometric(0.8) - 1)])
                    found.append([*walk, end] + [-1] * (5 - hops))
                    break
    return np.array(found, np.int64).reshape(-1, 6)


def write_lists(rng: np.random.Generator, knobs: Knobs, firms: Firms, customers: Customers,
          goods: Goods, rows: Rows, wanted: int) -> Plans:  # fmt: skip
    """Write shopping lists, and choose for each the ordinary purchases that will serve it."""
    routes = find_routes(rng, knobs, firms, customers)
    from_trader: dict[int, list[int]] = {}
    for number, walk in enumerate(routes.tolist()):
        from_trader.setdefault(walk[0], []).append(number)
    ok = (
        rows.controlled
        & (goods.theme[rows.good] >= EXEMPT_THEMES)
        & (rows.day >= 0)
        & (rows.day < DAYS - 45)
    )
    ok &= np.isin(rows.consignee, routes[:, 0])
    fit = np.flatnonzero(ok)
    trail = np.lexsort((rows.day, rows.good, rows.consignee))
    place = np.empty(len(trail), np.int64)
    place[trail] = np.arange(len(trail))
    basket = np.lexsort((rows.day, rows.exporter, rows.consignee))
    spot = np.empty(len(basket), np.int64)
    spot[basket] = np.arange(len(basket))

    goes, adds = np.full(len(rows.day), -1), np.full(len(rows.day), -1)
    sorts: list[int] = []
    odd: list[int] = []
    routed: list[Ints] = []
    second: list[Ints] = []

    def near(order: Ints, where: int, row: int, days: int) -> list[int]:
        around = order[max(0, where - 12) : where + 13]
        close = np.abs(rows.day[around] - rows.day[row]) <= days
        close &= (rows.consignee[around] == rows.consignee[row]) & (around != row)
        return [r for r in around[close].tolist() if goes[r] < 0 and adds[r] < 0]

    for row in rng.permutation(fit).tolist():
        if len(sorts) >= wanted:
            break
        if goes[row] >= 0 or adds[row] >= 0:
            continue
        options = from_trader[int(rows.consignee[row])]
        walk = int(rng.choice(options))
        hops = int((routes[walk] >= 0).sum()) - 1
        if rows.day[row] > DAYS - 32 * hops - 15:
            continue
        sort = HOPS + hops - 1 if rng.random() < knobs.plain else int(rng.integers(SPLIT, UNIT + 1))
        chain, take = len(sorts), [row]
        same = [r for r in near(trail, int(place[row]), row, 25) if rows.good[r] == rows.good[row]]
        if sort == MERGE:
            more = [r for r in same if ok[r]]
            take += more[: int(rng.integers(1, 3))]
        if sort == MIXING:
            like = near(trail, int(place[row]), row, 45)
            like = [r for r in like if rows.good[r] == rows.good[row]]
            lawful = [r for r in like if not rows.controlled[r]] or like
            lawful = lawful[: int(rng.integers(1, 3))]
            # The same goods of another origin, from a maker of the same theme.
            bought = [r for r in lawful if rows.controlled[r]]
            rows.exporter[bought] += firms.makers_each * THEMES
            rows.controlled[bought] = False
            ok[bought] = False
            adds[lawful] = chain
        if (sort == MERGE and len(take) == 1) or (sort == MIXING and not (adds == chain).any()):
            sort = hops - 1
        list_of = [
            r
            for r in near(basket, int(spot[row]), row, 12)
            if ok[r] and rows.good[r] != rows.good[row]
        ]
        take += list_of[: min(3, int(rng.geometric(0.5)) - 1)]
        goes[take] = chain
        twin = [
            r
            for r in options
            if routes[r, (routes[r] >= 0).sum() - 1] == routes[walk, hops] and r != walk
        ]
        sorts.append(sort)
        odd.append(int(rng.integers(1, hops + 1)))
        routed.append(routes[walk])
        second.append(routes[twin[0]] if twin and rng.random() < 0.6 else routes[walk])
    shape = (len(sorts), 6)
    return Plans(
        np.array(sorts, np.int64), np.array(odd, np.int64), np.array(routed, np.int64).reshape(shape),
        np.array(second, np.int64).reshape(shape), goes, adds,
    )  # fmt: skip
