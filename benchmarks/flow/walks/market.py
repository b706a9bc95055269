"""The market in which lots walk: places, firms, codes, and whom each firm sells a code to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

CONTROLLED = ("US", "TW", "DE", "JP", "KR", "NL", "FR", "IT", "GB", "SE", "AT", "PL", "CZ", "FI")
OTHER = (
    "CN", "HK", "TR", "AE", "IN", "KZ", "VN", "TH", "MY", "SG", "RS", "UZ", "KG", "AM", "GE",
    "BR", "MX", "ZA", "EG", "ID", "MA", "AZ",
)  # fmt: skip
EAST = ("RU", "BY")
CONTROLLED_ORIGINS = frozenset(CONTROLLED)
EMBARGOED = frozenset(EAST)
SLOTS = 7
DAYS = 730
WARM_UP_DAYS = 150  # walks start before the window, so that its first day finds goods in stock
EAST_SLOTS = 4
FOOD_CHAPTERS = (2, 4, 8, 9, 10, 15, 17, 20, 22, 24, 30)
CHAPTERS = (28, 38, 39, 40, 48, 61, 64, 72, 73, 76, 82, 84, 84, 84, 85, 85, 85, 85, 87, 90, 90, 94)


@dataclass(frozen=True, slots=True)
class Knobs:
    """What a world is like; shares are of one."""

    coverage: float = 1.0
    """Share of lines seen, each by itself."""
    reclassified: float = 0.02
    """Share of onward legs under another HS6 code of the heading."""
    across: float = 0.012
    """Share of onward legs under a code of another heading of the chapter."""
    sister: float = 0.03
    """Share of onward legs exported by a firm of the same owner."""
    planted: float = 0.008
    """Share of lines in planted chains."""
    hops: tuple[float, float, float, float] = (0.45, 0.3, 0.16, 0.09)
    """Share of planted lines in chains of one to four third-country firms, where as many are."""
    firms_per_1000: float = 170.0
    """Firms per thousand lines: fewer make a busier market."""
    headings: int = 350
    """Number of HS headings: fewer make a busier market."""
    tail: float = 1.1
    """Spread (of the logarithm) of firm sizes: larger makes busier hubs."""
    through: float = 1.0
    """How much more than its share of size a trader buys."""
    hold_days: float = 4.5
    """Typical days that goods wait at a trader."""
    stock_keeping: float = 0.08
    """Share of trader desks that keep goods for months."""
    slow: float = 0.02
    """Share of onward legs that wait some months more."""
    split: float = 0.25
    """Share of lots sold on in two to four parts."""
    join: float = 0.45
    """Share of undivided lots that wait for the next common sailing of their desk."""
    join_days: int = 21
    retained: float = 0.08
    """Share of lots of which a part stays."""
    topped: float = 0.03
    """Share of parts filled up with goods from elsewhere."""
    unseen_supply: float = 0.08
    """How much traders sell out of purchases at home, against producers of their size."""
    east_trade: float = 0.3
    """Share of third-country desks with customers in an embargoed country."""
    willing: float = 0.3
    """Share of third-country traders that ever sell controlled goods there."""
    spread: float = 0.9
    """Spread (of the logarithm) of lot sizes within a code."""
    typos: float = 0.006
    by_mass: float = 0.012
    """Share of onward legs counted in kilograms instead of pieces."""
    lost: float = 0.03
    """Share of chains whose last leg is on no paper."""


def vary(seed: int) -> Knobs:
    """Draw all knobs but the sight of the onlooker in wide, plausible ranges."""
    r = np.random.default_rng([seed, 0xBA5E])
    u = r.uniform
    one_hop = float(u(0.35, 0.55))
    rest = r.dirichlet([10.0, 5.0, 3.0]) * (1 - one_hop)
    return Knobs(
        coverage=float(r.choice([1.0, 1.0, 0.8, 0.5, 0.3])),
        reclassified=float(r.choice([u(0.01, 0.1), 0.4])),
        across=float(u(0.005, 0.04)),
        sister=float(r.choice([u(0.02, 0.12), 0.4])),
        planted=float(u(0.005, 0.011)),
        hops=(one_hop, float(rest[0]), float(rest[1]), float(rest[2])),
        firms_per_1000=float(np.exp(u(np.log(60), np.log(250)))),
        headings=int(np.exp(u(np.log(120), np.log(600)))),
        tail=float(u(0.8, 1.5)),
        through=float(u(0.7, 1.8)),
        hold_days=float(u(3, 15)),
        stock_keeping=float(u(0.04, 0.2)),
        slow=float(u(0.01, 0.08)),
        split=float(u(0.12, 0.4)),
        join=float(u(0.2, 0.7)),
        join_days=int(r.integers(10, 32)),
        retained=float(u(0.04, 0.3)),
        topped=float(u(0.01, 0.12)),
        unseen_supply=float(u(0.04, 0.4)),
        east_trade=float(u(0.2, 0.6)),
        willing=float(u(0.2, 0.45)),
        spread=float(u(0.6, 1.3)),
        typos=float(u(0.001, 0.015)),
        by_mass=float(u(0.01, 0.08)),
        lost=float(u(0.01, 0.07)),
    )


@dataclass(frozen=True, slots=True)
class Market:
    """Firms, codes, and desks (a firm in a code, sorted by code); arrays along each of these."""

    places: tuple[str, ...]
    place: Ints  # firms from here
    next_place: Ints
    moved: Ints
    founded: Ints
    group: Ints
    sister: Ints
    scale: Floats
    controlled: Bools
    embargoed: Bools
    zeal: Floats
    hs: list[str]  # codes from here
    food: Bools
    weighed: Bools
    lot: Floats
    pack: Floats
    unit_kg: Floats
    price: Floats
    swing: Floats
    phase: Floats
    sibling: Ints
    cousin: Ints
    firm: Ints  # desks from here
    code: Ints
    source: Floats
    passes: Floats
    hold: Floats
    lean: Floats
    has_east: Bools
    free: Ints
    east: Ints


def _pick(code: Ints, weight: Floats, rng: np.random.Generator, starts: Ints) -> Ints:
    """For each desk another desk of its code, by weight."""
    cum = np.concatenate([[0.0], np.cumsum(weight)])
    low, high = cum[starts[code]], cum[starts[code + 1]]
    at = np.searchsorted(cum, low + rng.random(code.size) * (high - low), side="right") - 1
    found: Ints = np.clip(at, starts[code], starts[code + 1] - 1)
    return found


def build_market(lines: int, knobs: Knobs, rng: np.random.Generator) -> Market:
    """Draw the whole market; everything in it holds for lawful and diverted lots alike."""
    places = CONTROLLED + OTHER + EAST
    n_controlled, n_other = len(CONTROLLED), len(OTHER)
    firms = max(int(lines * knobs.firms_per_1000 / 1000), 400)
    pull = np.exp(rng.normal(0, 0.5, len(places))) / (np.arange(len(places)) % 14 + 2) ** 0.7
    pull[:n_controlled] *= 0.42 / pull[:n_controlled].sum()
    pull[n_controlled:-2] *= 0.48 / pull[n_controlled:-2].sum()
    pull[-2:] = 0.085, 0.015
    place = rng.choice(len(places), firms, p=pull / pull.sum())
    controlled, embargoed = place < n_controlled, place >= n_controlled + n_other
    draw = rng.random(firms)
    trader = (draw < np.where(controlled, 0.08, 0.26)) & ~embargoed
    maker = ~trader & (draw > np.where(embargoed, 0.9, np.where(controlled, 0.5, 0.7)))
    size = np.exp(rng.normal(0, knobs.tail, firms))
    founded = np.where(rng.random(firms) < 0.1, rng.integers(1, 600, firms), -9999)
    away = rng.random(firms) < 0.02
    moved = np.where(away & ~embargoed, rng.integers(100, 650, firms), 9999)
    next_place = np.where(
        controlled,
        rng.integers(0, n_controlled, firms),
        n_controlled + rng.integers(0, n_other, firms),
    )
    # Owners: most traders, and some others, come in twos and threes within a place.
    order = np.lexsort((rng.random(firms), place, trader))
    fresh = rng.random(firms) < np.where(trader[order], 0.4, 0.9)
    fresh[1:] |= (place[order][1:] != place[order][:-1]) | (trader[order][1:] != trader[order][:-1])
    fresh[0] = True
    group, sister = np.empty(firms, dtype=np.int64), np.arange(firms)
    group[order] = np.cumsum(fresh) - 1
    start = np.maximum.accumulate(np.where(fresh, np.arange(firms), 0))
    after = np.append(np.arange(1, firms), firms - 1)
    wraps = np.append(fresh[1:], True)
    sister[order] = order[np.where(wraps, start, after)]
    moved[sister != np.arange(firms)] = 9999  # kin stay in one place
    often = rng.random(firms)
    zeal = np.where(often < 0.3, rng.uniform(0.3, 0.8, firms), rng.uniform(0.03, 0.3, firms))
    zeal[~trader | controlled | (rng.random(firms) >= knobs.willing)] = 0.0
    codes = _codes(knobs.headings, rng)
    food, n_codes = codes[1], len(codes[0])
    popular = 1 / (rng.permutation(n_codes) + 8) ** 0.8
    popular /= popular.sum()
    many = 1 + rng.poisson(np.where(trader, 2.5, 1.0) * np.minimum(size, 6) ** 0.5)
    who = np.repeat(np.arange(firms), many)
    what = rng.choice(n_codes, who.size, p=popular)
    key = np.unique(what * firms + who)
    code, firm = key // firms, key % firms
    starts = np.searchsorted(code, np.arange(n_codes + 1))
    weight = size[firm] * np.exp(rng.normal(0, 0.5, firm.size))
    buys = weight * np.where(trader[firm], knobs.through, np.where(maker[firm], 0.4, 1.0))
    out, inside = np.where(embargoed[firm], buys, 0.0), np.where(embargoed[firm], 0.0, buys)
    has_east = np.bincount(code, out, n_codes)[code] > 0
    free = np.empty((firm.size, SLOTS), dtype=np.int64)
    for k in range(SLOTS):
        free[:, k] = _pick(code, inside, rng, starts)
        for _ in range(4):
            same = np.flatnonzero(place[firm[free[:, k]]] == place[firm])
            free[same, k] = _pick(code[same], inside, rng, starts)
    east = np.stack([_pick(code, out, rng, starts) for _ in range(EAST_SLOTS)], axis=1)
    lean = np.where(
        (rng.random(firm.size) < knobs.east_trade) | (zeal[firm] > 0),
        rng.beta(1.2, 5.0, firm.size), 0.0,
    )  # fmt: skip
    lean[embargoed[firm] | (controlled[firm] & ~food[code])] = 0.0
    hold = knobs.hold_days * np.exp(rng.normal(0, 0.5, firm.size))
    keeper = rng.random(firm.size) < knobs.stock_keeping
    hold[keeper] = rng.uniform(35, 110, int(keeper.sum()))
    passes = np.where(trader[firm], rng.beta(6, 1.2, firm.size), 0.02)
    passes[embargoed[firm]] = 0.0
    source = weight * np.where(maker[firm], 1.0, np.where(trader[firm], knobs.unseen_supply, 0.02))
    return Market(
        places, place, next_place, moved, founded, group, sister, size**0.25, controlled,
        embargoed, zeal, *codes, firm, code, source, passes, hold, lean, has_east, free, east,
    )  # fmt: skip


_Codes = tuple[list[str], Bools, Bools, Floats, Floats, Floats, Floats, Floats, Floats, Ints, Ints]


def _codes(headings: int, rng: np.random.Generator) -> _Codes:
    """Three codes to a heading, with unit, usual lot, pack, mass, price and season of each."""
    eats = max(headings // 5, 4)
    chapter = np.concatenate([rng.choice(FOOD_CHAPTERS, eats), rng.choice(CHAPTERS, headings)])
    number = np.unique(chapter * 100 + rng.integers(1, 49, chapter.size))
    heading = np.repeat(number, 3)
    n = heading.size
    ends = np.stack([rng.permutation(np.arange(1, 9))[:3] for _ in range(number.size)]).ravel()
    hs = [f"{h:04d}{e * 10:02d}" for h, e in zip(heading.tolist(), ends.tolist(), strict=True)]
    food = (heading // 100 <= 24) | (heading // 100 == 30)
    weighed = np.repeat(food[::3] | (rng.random(number.size) < 0.3), 3)
    level = np.repeat(rng.normal(5.5, 1.5, number.size), 3)  # codes of a heading are alike
    lot = np.exp(level + rng.normal(0, 0.3, n))
    pack = np.where(lot < 60, 1.0, np.where(lot < 1500, rng.choice([1.0, 5.0, 10.0], n), 25.0))
    unit_kg = np.where(weighed, 1.0, np.exp(rng.normal(-1.0, 1.5, n)))
    price = np.exp(rng.normal(9.0, 0.8, n)) / lot
    swing = np.where(food, rng.uniform(0.2, 0.9, n), rng.uniform(0, 0.3, n))
    first, place = np.arange(n) // 3 * 3, np.arange(n) % 3
    sibling = np.stack([first + (place + 1) % 3, first + (place + 2) % 3], axis=1)
    chap = heading // 100
    low, high = np.searchsorted(chap, chap), np.searchsorted(chap, chap, side="right")
    cousin = low + (np.arange(n) - low + 3 * rng.integers(1, 5, n)) % (high - low)
    return hs, food, weighed, lot, pack, unit_kg, price, swing, rng.random(n), sibling, cousin


def firm_names(firms: int, rng: np.random.Generator) -> pa.Array:
    """Fictional names, each different, that tell nothing."""
    parts = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "el")]
    ends = ("Trading", "Ltd", "Co", "Group", "Supply", "Works", "International", "Logistics")
    k, e = len(parts), len(ends)
    drawn = rng.permutation(k**3)[:firms] if firms <= k**3 else rng.permutation(k**3 * 2)[:firms]
    last = rng.integers(0, e, firms)
    return pa.array([
        f"{parts[d % k]}{parts[d // k % k]}{parts[d // k**2 % k]}".title()
        + (" II " if d >= k**3 else " ") + ends[t]
        for d, t in zip(drawn.tolist(), last.tolist(), strict=True)
    ])  # fmt: skip


def customers(m: Market, desk: Ints, east: Bools, day: Ints, rng: np.random.Generator) -> Ints:
    """A customer of each desk: one of its few regular ones, and one that exists by that day."""
    favour = rng.random(desk.size) ** 1.8
    free = m.free[desk, (favour * SLOTS).astype(np.int64)]
    for _ in range(3):
        early = m.founded[m.firm[free]] > day
        free[early] = m.free[desk[early], rng.integers(0, SLOTS, int(early.sum()))]
    out = m.east[desk, (favour * m.east.shape[1]).astype(np.int64)]
    return np.where(east, out, free)


def starting_days(m: Market, desk: Ints, rng: np.random.Generator) -> Ints:
    """Starting days: from the founding on, more in the season of the code, few at weekends."""
    day = np.zeros(desk.size, dtype=np.int64)
    todo = np.arange(desk.size)
    start = np.maximum(-WARM_UP_DAYS, m.founded[m.firm[desk]])
    for _ in range(6):
        d = desk[todo]
        day[todo] = start[todo] + (rng.random(todo.size) * (DAYS - start[todo])).astype(np.int64)
        phase = np.cos((day[todo] / 365.25 + m.phase[m.code[d]]) * 2 * np.pi)
        keep = 1 + m.swing[m.code[d]] * phase
        keep *= np.where((day[todo] + 6) % 7 >= 5, 0.4, 1.0)
        todo = todo[rng.random(todo.size) * 2 > keep]
    return day


def packed(quantity: Floats, pack: Floats) -> Floats:
    """Whole packs, at least one."""
    return np.maximum(np.round(quantity / pack), 1.0) * pack


def components(size: int, a: Ints, b: Ints) -> Ints:
    """The least row that each row is linked with, directly or not."""
    label = np.arange(size)
    while True:
        before = label.copy()
        low = np.minimum(label[a], label[b])
        np.minimum.at(label, a, low)
        np.minimum.at(label, b, low)
        label = label[label]
        if np.array_equal(before, label):
            return label
