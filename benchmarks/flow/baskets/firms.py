"""Firms of the baskets world: makers, traders and end customers, and who sells to whom."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from .goods import SECTOR_SHARE, SECTORS, Articles, Codes, Floats, Ints, make_articles
from .knobs import Knobs

Flags = NDArray[np.bool_]

ORIGINS = ("US", "JP", "DE", "TW", "KR", "NL", "GB", "FR", "IT", "CH", "SE", "CA", "AT", "CZ")
ORIGIN_SHARE = (16, 9, 16, 9, 8, 7, 6, 6, 7, 4, 3, 4, 3, 3)
THIRD = (
    "CN",
    "TR",
    "AE",
    "HK",
    "KZ",
    "IN",
    "AM",
    "GE",
    "KG",
    "RS",
    "UZ",
    "TH",
    "MY",
    "VN",
    "AZ",
    "MN",
    "BR",
    "MX",
    "ZA",
    "EG",
    "SA",
    "ID",
    "MA",
    "CL",
)
HUB_SHARE = (12, 14, 13, 11, 8, 6, 4, 4, 4, 4, 3, 3, 3, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1)
MAKER_SHARE = (34, 10, 2, 4, 2, 11, 1, 1, 1, 2, 1, 5, 6, 7, 1, 1, 4, 5, 2, 2, 2, 4, 1, 2)
EAST = ("RU", "BY")
COUNTRIES = ORIGINS + THIRD + EAST
CURRENCIES = ("USD", "EUR", "CNY")
RATE = np.array([1.0, 0.92, 7.1])

DAYS = 730
NEVER = 10**6


class Role(IntEnum):
    """What kind of trader a firm is; all other firms are general."""

    GENERAL, DISTRIBUTOR, STOCKIST = range(3)


class Kind(IntEnum):
    """Customers: a trader in a third country or a controlled origin, an end customer, one in an
    embargoed country, and a third-country trader who has customers there."""

    THIRD, ORIGIN, END, EAST, FACING = range(5)


@dataclass(frozen=True, slots=True)
class Firms:
    """All firms; makers come first, then traders, end customers, embargoed end customers."""

    makers: int
    sellers: int  # makers and traders
    names: NDArray[np.str_]
    country: Ints
    moved_to: Ints
    moved_on: Ints
    start: Ints
    size: Floats
    group: Ints
    sister: Ints
    role: Ints
    facing: Flags  # sells to the embargoed countries
    willing: Flags  # and would sell controlled goods there
    cycle: Ints  # days from one dispatch to the next
    currency: Ints
    articles: Articles
    buyers: NDArray[np.int32]  # kind, seller, place in the seller's list of customers
    known: NDArray[np.int32]  # kind, seller: how many customers
    skew: float

    def country_on(self, firm: Ints, day: Ints) -> Ints:
        """Where the firm sits on a day."""
        return np.where(day >= self.moved_on[firm], self.moved_to[firm], self.country[firm])

    def in_origin(self, firm: Ints) -> Flags:
        """Whether the firm sits in a controlled origin (such firms do not leave it)."""
        return self.country[firm] < len(ORIGINS)

    def customer(self, rng: np.random.Generator, seller: Ints, kind: Ints) -> Ints:
        """One of the seller's customers of the kind, the leading ones most often."""
        place = self.known[kind, seller] * rng.random(len(seller)) ** self.skew
        return self.buyers[kind, seller, place.astype(np.int64)].astype(np.int64)


def _weighted(rng: np.random.Generator, n: int, weights: tuple[int, ...], base: int) -> Ints:
    share = np.array(weights, dtype=np.float64)
    return base + rng.choice(len(share), n, p=share / share.sum())


def _names(rng: np.random.Generator, n: int) -> NDArray[np.str_]:
    start = ("Alta", "Bore", "Cita", "Dorn", "Ever", "Faro", "Gala", "Hald", "Iber", "Juno", "Kest")
    end = ("lin", "mark", "tron", "vex", "bridge", "port", "field", "works", "sen", "dale")
    kind = ("Trading", "Supply", "Group", "International", "Ltd", "Industries", "Parts")
    draw = [rng.integers(0, len(part), n) for part in (start, end, kind)]
    number = rng.permutation(n) + 100
    return np.array(
        [f"{start[a]}{end[b]} {kind[c]} {k}" for a, b, c, k in zip(*draw, number, strict=True)]
    )


def _customers(
    rng: np.random.Generator,
    pool: Ints,
    sector: Ints,
    size: Floats,
    country: Ints,
    group: Ints,
    sellers: int,
    width: int,
) -> NDArray[np.int32]:
    """Fill every seller's list from the pool: by size, most of the seller's sector, abroad."""
    pool = pool[np.argsort(sector[pool], kind="stable")]
    ends = np.cumsum(size[pool])
    place = np.searchsorted(sector[pool], np.arange(len(SECTORS) + 1))
    edge = np.concatenate([[0.0], ends])[place]
    lower, upper = edge[:-1], edge[1:]
    seller = np.repeat(np.arange(sellers), width)
    found = np.full(len(seller), -1, dtype=np.int64)
    for attempt in range(40):
        todo = np.flatnonzero(found < 0)
        if len(todo) == 0:
            break
        mine = sector[seller[todo]]
        wide = (rng.random(len(todo)) < 0.2) | (upper[mine] <= lower[mine]) | (attempt > 5)
        low, high = np.where(wide, 0.0, lower[mine]), np.where(wide, ends[-1], upper[mine])
        point = low + rng.random(len(todo)) * (high - low)
        pick = pool[np.minimum(np.searchsorted(ends, point), len(pool) - 1)]
        abroad = (country[pick] != country[seller[todo]]) | (attempt > 20)
        good = abroad & (group[pick] != group[seller[todo]])
        found[todo[good]] = pick[good]
    return found.reshape(sellers, width).astype(np.int32)


def make_firms(rng: np.random.Generator, codes: Codes, lines: int, knobs: Knobs) -> Firms:
    """Draw the firms and their customers; traders stand in pairs of one owner."""
    makers = max(60, lines // 45)
    traders = 2 * max(30, int(lines / knobs.per_trader / 2))
    home = traders // 10 * 2  # traders in controlled origins
    ends, eastern = max(80, lines // 18), max(20, lines // 160)
    n, sellers = makers + traders + ends + eastern, makers + traders
    country = np.concatenate(
        [
            _weighted(rng, makers * 2 // 3, ORIGIN_SHARE, 0),
            _weighted(rng, makers - makers * 2 // 3, MAKER_SHARE, len(ORIGINS)),
            _weighted(rng, home, ORIGIN_SHARE, 0),
            _weighted(rng, traders - home, HUB_SHARE, len(ORIGINS)),
            _weighted(rng, ends // 2, ORIGIN_SHARE, 0),
            _weighted(rng, ends - ends // 2, MAKER_SHARE, len(ORIGINS)),
            len(ORIGINS) + len(THIRD) + (rng.random(eastern) < 0.25).astype(np.int64),
        ]
    )
    sector = rng.choice(len(SECTORS), n, p=SECTOR_SHARE / SECTOR_SHARE.sum())
    group, sister = np.arange(n), np.arange(n)
    facing = rng.random(n) < knobs.east
    a, b = np.arange(makers, sellers, 2), np.arange(makers + 1, sellers, 2)
    sister[a], sister[b], group[b] = b, a, a
    sector[b], facing[b] = sector[a], facing[a]
    near = rng.random(len(b)) < 0.75
    country[b[near]] = country[a[near]]
    trader = (np.arange(n) >= makers) & (np.arange(n) < sellers)
    origin = country < len(ORIGINS)
    size = np.minimum(rng.pareto(knobs.size_tail, n) + 0.3, 40.0)
    size[trader] = np.minimum(size[trader], 15.0)
    facing &= trader & ~origin
    role = np.where(trader, rng.choice(3, n, p=(0.66, 0.2, 0.14)), Role.GENERAL)
    start = np.where(
        rng.random(n) < knobs.young * np.where(trader, 1.0, 0.4), rng.integers(60, 480, n), 0
    )
    moves = trader & ~origin & (start == 0) & (rng.random(n) < 0.05)
    moved_to = np.where(moves, _weighted(rng, n, HUB_SHARE, len(ORIGINS)), country)
    moves &= moved_to != country
    place = np.arange(n)
    masks = [
        trader & ~origin,
        trader & origin,
        (place >= sellers) & (place < n - eastern),
        place >= n - eastern,
        facing,
    ]
    chinese = country == COUNTRIES.index("CN")
    width = 14
    buyers = np.stack(
        [
            _customers(rng, np.flatnonzero(mask), sector, size, country, group, sellers, width)
            for mask in masks
        ]
    )
    most = np.minimum(2 + 3 * size[:sellers] ** 0.7, width - 1)
    known = 1 + rng.random((len(Kind), sellers)) * most
    weekly = rng.random(n) < knobs.cyclic
    return Firms(
        makers=makers,
        sellers=sellers,
        names=_names(rng, n),
        country=country,
        moved_to=moved_to,
        moved_on=np.where(moves, rng.integers(150, 580, n), NEVER),
        start=start,
        size=size,
        group=group,
        sister=sister,
        role=role,
        facing=facing,
        willing=rng.random(n) < knobs.willing,
        cycle=np.where(weekly, rng.choice([7, 7, 14], n), rng.integers(1, 4, n)),
        currency=np.where(
            origin,
            rng.choice(2, n, p=(0.5, 0.5)),
            np.where(chinese & (rng.random(n) < 0.5), 2, rng.choice(2, n, p=(0.8, 0.2))),
        ),
        articles=make_articles(rng, codes, sector[:sellers], size[:sellers], trader[:sellers]),
        buyers=buyers,
        known=known.astype(np.int32),
        skew=knobs.repeat,
    )
