"""The firms, the goods and the knobs of a world of depots."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

CONTROLLED = ("US", "DE", "JP", "TW", "KR", "NL", "GB", "FR", "IT")
PLAIN = ("CN", "IN", "VN", "MY", "BR", "TH", "ID", "MX", "EG", "ZA", "PL", "SA")
THIRD = ("TR", "AE", "KZ", "HK", "KG", "AM", "GE", "UZ", "RS", "SG", "CN", "IN")
NEAR = ("KZ", "KG", "AM", "UZ", "GE")
COUNTRIES = tuple(sorted({*CONTROLLED, *PLAIN, *THIRD, "RU", "BY"}))
PLACE = {code: i for i, code in enumerate(COUNTRIES)}
DAYS = 730
RULES = ("oldest", "newest", "lot", "apart", "through")
# Days on which a depot sends goods out, Monday first; one row a kind of depot.
ROUNDS = np.array([[1, 1, 1, 1, 1, 0, 0], [1, 0, 1, 0, 1, 0, 0], [0, 1, 0, 1, 0, 0, 0],
                   [0, 0, 0, 0, 1, 0, 0], [1, 1, 1, 1, 1, 1, 0]])  # fmt: skip
WAIT = np.array([[next(k for k in range(7) if r[(d + k) % 7]) for d in range(7)] for r in ROUNDS])


@dataclass(frozen=True, slots=True)
class Knobs:
    """What a world of depots is like; every share lies in 0 to 1.

    ``orders_per_depot``, ``codes_per_depot`` and ``orders_per_lot`` make a market busy or thin;
    ``rules`` are the weights of oldest first, newest first, by lot, kept apart, straight through;
    ``tiers`` those of depots with 0 to 3 traders before them.
    """

    coverage: float = 1.0
    reclassified: float = 0.04
    reclassified_across: float = 0.015
    sister: float = 0.04
    lost: float = 0.06
    planted: float = 0.008
    through: float = 0.36
    orders_per_depot: float = 40.0
    codes_per_depot: float = 12.0
    orders_per_lot: float = 1.4
    orders_per_relation: float = 4.0
    stock_days: float = 18.0
    slow: float = 0.08
    domestic: float = 0.15
    controlled: float = 0.42
    lawful_embargoed: float = 0.03
    willing: float = 0.3
    other_unit: float = 0.04
    typing_error: float = 0.006
    repacked: float = 0.05
    loss: float = 0.08
    seasonal: float = 0.15
    startups: float = 0.1
    moved: float = 0.03
    rules: tuple[float, ...] = (0.4, 0.12, 0.16, 0.14, 0.18)
    tiers: tuple[float, ...] = (0.45, 0.28, 0.17, 0.1)


@dataclass(frozen=True, slots=True)
class Goods:
    """The catalogue: codes sorted, so that a chapter and a heading are runs of it."""

    code: Ints
    start: Ints
    weight: Floats
    exempt: Flags
    pieces: Floats
    kilos: Floats
    price: Floats
    by_mass: Flags
    season: Floats

    def draw(self, rng: Generator, chapter: Ints) -> Ints:
        """One code of each given chapter (position), by weight."""
        total = np.concatenate([[0.0], np.cumsum(self.weight)])
        low, high = total[self.start[chapter]], total[self.start[chapter + 1]]
        at = np.searchsorted(total, rng.uniform(low, high), side="right") - 1
        return np.clip(at, self.start[chapter], self.start[chapter + 1] - 1)


@dataclass(frozen=True, slots=True)
class Market:
    """Firms by number: depots first, then their sisters, outside suppliers, customers."""

    depots: int
    suppliers: int
    country: Ints
    weight: Floats
    chapter: Ints
    supplier_start: Ints
    open_candidate: Flags
    tier: Ints
    rule: Ints
    rounds: Ints
    willing: Flags
    founded: Ints
    move_day: Ints
    new_country: Ints
    goods: Goods

    @property
    def first_supplier(self) -> int:
        return 2 * self.depots

    @property
    def first_customer(self) -> int:
        return 2 * self.depots + self.suppliers


def _goods(rng: Generator, knobs: Knobs) -> Goods:
    chapters = np.array([c for c in range(2, 97) if c != 77])
    want = rng.lognormal(0, 0.8, len(chapters))
    for chapter, times in (
        (84, 14),
        (85, 16),
        (90, 7),
        (87, 6),
        (39, 4),
        (73, 4),
        (30, 4),
        (88, 2),
    ):
        want[chapters == chapter] = times * 1.5
    codes: list[int] = []
    start, weight = [0], []
    for chapter, w in zip(chapters, want, strict=True):
        headings = rng.choice(np.arange(1, 40), min(3 + int(2 * w), 24), replace=False)
        for heading in np.sort(headings):
            ends = rng.choice(np.array([10, 11, 19, 20, 30, 31, 39, 40, 50, 80, 90, 99]),
                              rng.integers(2, 6), replace=False)  # fmt: skip
            codes += [int(chapter * 10000 + heading * 100 + e) for e in np.sort(ends)]
        k = len(codes) - start[-1]
        share = rng.lognormal(0, 1.0, k)
        weight.append(w * share / share.sum())
        start.append(len(codes))
    code, n = np.array(codes), len(codes)
    bulk = (code // 10000 < 29) | np.isin(code // 10000, (31, 32, 38, 39, 40, 48, 72, 73, 76))
    exempt = (code // 10000 <= 24) | (code // 10000 == 30)
    season = np.where(rng.random(n) < knobs.seasonal, rng.uniform(0, 2 * np.pi, n), np.nan)
    return Goods(code, np.array(start), np.concatenate(weight), exempt, rng.lognormal(4.5, 1.2, n),
                 rng.lognormal(0, 1.4, n), rng.lognormal(3, 1.2, n), bulk & (rng.random(n) < 0.85),
                 season)  # fmt: skip


def _places(rng: Generator, names: tuple[str, ...], n: int) -> Ints:
    share = rng.dirichlet(np.full(len(names), 3.0))
    return np.array([PLACE[c] for c in names])[rng.choice(len(names), n, p=share)]


def make_market(rng: Generator, knobs: Knobs, orders: int) -> Market:
    """Draw the firms of a world that meets about ``orders`` orders at depots."""
    goods = _goods(rng, knobs)
    chapters = len(goods.start) - 1
    depots = max(24, int(orders / knobs.orders_per_depot))
    suppliers, customers = max(8 * chapters, orders // 14), max(200, orders // 8)
    wants = np.add.reduceat(goods.weight, goods.start[:-1])
    base = rng.choice(chapters, suppliers - 6 * chapters, p=wants / wants.sum())
    home = np.sort(np.concatenate([np.repeat(np.arange(chapters), 6), base]))
    ours = rng.random(suppliers) < knobs.controlled
    made_in = np.where(
        ours, _places(rng, CONTROLLED, suppliers), _places(rng, PLAIN + THIRD[:2], suppliers)
    )
    lives = _places(rng, PLAIN + THIRD + CONTROLLED, customers)
    kind = rng.random(customers)
    lawful = kind < knobs.lawful_embargoed
    lives[lawful] = np.where(rng.random(int(lawful.sum())) < 0.15, PLACE["BY"], PLACE["RU"])
    candidate = (kind > 0.92) & ~lawful
    at = _places(rng, THIRD, depots)
    own_tier = rng.choice(4, depots, p=np.array(knobs.tiers) / sum(knobs.tiers))
    own_tier[:8] = np.arange(8) % 4
    rule = rng.choice(5, depots, p=np.array(knobs.rules) / sum(knobs.rules))
    abroad = rng.random(depots) < 0.15
    sister_at = np.where(abroad, _places(rng, THIRD, depots), at)
    young, goes = rng.random(depots) < knobs.startups, rng.random(depots) < knobs.moved
    firms = 2 * depots + suppliers + customers
    outside = np.zeros(2 * depots, np.int64)
    return Market(
        depots, suppliers,
        country=np.concatenate([at, sister_at, made_in, lives]),
        weight=rng.lognormal(0, 1.0, firms),
        chapter=np.concatenate([outside, home, np.zeros(customers, np.int64)]),
        supplier_start=np.searchsorted(home, np.arange(chapters + 1)),
        open_candidate=np.concatenate([np.zeros(2 * depots + suppliers, bool), candidate]),
        tier=own_tier, rule=rule, rounds=rng.integers(0, len(ROUNDS), depots),
        willing=rng.random(depots) < knobs.willing,
        founded=np.where(young, rng.integers(20, 420, depots), -400),
        move_day=np.where(goes, rng.integers(150, 600, depots), 10**6),
        new_country=_places(rng, THIRD, depots), goods=goods,
    )  # fmt: skip
