"""Who trades and what: firms, groups and goods of a world of tenders.

Partners are drawn by hashing a firm's number with a small rank, so that a firm meets the same
partners again and again without any table of pairs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

DAYS = 731
WEST = {
    "US": 18,
    "DE": 16,
    "JP": 11,
    "TW": 9,
    "KR": 9,
    "NL": 7,
    "GB": 6,
    "FR": 6,
    "IT": 6,
    "CH": 4,
    "SE": 2,
    "FI": 2,
    "AT": 2,
    "CZ": 2,
}
# Weight in trade and leaning towards the embargoed market of each third country.
THIRD = {
    "CN": (24, 0.20), "HK": (12, 0.22), "TR": (11, 0.30), "AE": (10, 0.26), "KZ": (5, 0.45), "KG": (2, 0.50),
    "AM": (2, 0.45), "GE": (2, 0.35), "UZ": (3, 0.40), "RS": (3, 0.28), "IN": (9, 0.14), "VN": (5, 0.06),
    "TH": (5, 0.06), "MY": (6, 0.08), "SG": (9, 0.08), "MX": (5, 0.02), "BR": (4, 0.05), "ZA": (2, 0.05),
}  # fmt: skip
CLOSED = {"RU": 87, "BY": 13}
COUNTRIES = (*WEST, *THIRD, *CLOSED)

# Sector: share of trade, chapters with the number of their headings, usual unit.
SECTORS: tuple[tuple[float, dict[int, int], str], ...] = (
    (0.23, {85: 40}, "NAR"),
    (0.20, {84: 60}, "NAR"),
    (0.10, {90: 28}, "NAR"),
    (0.08, {87: 12, 88: 5}, "NAR"),
    (0.10, {72: 14, 73: 20}, "KGM"),
    (0.12, {28: 12, 29: 14, 38: 8, 39: 18, 40: 10}, "KGM"),
    (0.08, {2: 6, 4: 6, 8: 10, 19: 5, 22: 7}, "KGM"),
    (0.04, {30: 6}, "KGM"),
    (0.05, {61: 10, 62: 10, 94: 5}, "NAR"),
)
UNITS = ("NAR", "KGM", "LTR", "MIL", "TNE")
CONTROLLED, OTHER, EMBARGOED_CLASS = 0, 1, 2  # classes of countries

_GOLDEN, _M1, _M2 = (
    np.uint64(v) for v in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
)


def lottery(seed: int, *parts: Ints | int) -> Floats:
    """Numbers in [0, 1) that depend on ``seed`` and ``parts`` alone."""
    with np.errstate(over="ignore"):
        mixed = np.asarray(np.uint64(seed % 2**63) * _M1 + _GOLDEN)
        for part in parts:
            mixed = (mixed ^ np.asarray(part).astype(np.uint64)) * _M1 + _GOLDEN
            mixed = (mixed ^ (mixed >> np.uint64(30))) * _M2
            mixed = mixed ^ (mixed >> np.uint64(27))
    return (mixed >> np.uint64(11)).astype(np.float64) / 2.0**53


class Pool:
    """Members under integer keys, drawn by weight from a number in [0, 1)."""

    def __init__(self, members: Ints, key: Ints, weight: Floats) -> None:
        order = np.argsort(key, kind="stable")
        self.members, key = members[order], key[order]
        total = np.cumsum(weight[order])
        first = np.searchsorted(key, key, side="left")
        last = np.searchsorted(key, key, side="right") - 1
        base = np.where(first > 0, total[first - 1], 0.0)
        self.upper = key + (total - base) / (total[last] - base)

    def pick(self, key: Ints | int, u: Floats) -> Ints:
        """One member for each number ``u`` under ``key``."""
        at = np.searchsorted(self.upper, key + u * (1 - 1e-9), side="right")
        return self.members[np.minimum(at, len(self.members) - 1)]


@dataclass(frozen=True, slots=True)
class Goods:
    """HS codes in order; a heading and a chapter are runs of neighbours."""

    code: Ints
    sector: Ints
    heading: tuple[Ints, Ints]  # start, length
    chapter: tuple[Ints, Ints]
    unit: Ints
    mass: Floats  # kg a unit
    price: Floats  # USD a unit
    typical: Floats  # quantity of a usual order
    exempt: Flags  # chapters 1-24 and 30
    pool: Pool  # by sector

    def within(self, good: Ints, rng: np.random.Generator) -> Ints:
        """Return another code of the same heading."""
        start, size = self.heading[0][good], self.heading[1][good]
        return start + (good - start + 1 + rng.integers(0, size - 1)) % size

    def across(self, good: Ints, rng: np.random.Generator) -> Ints:
        """Return a code of another heading in the same chapter."""
        start, size = self.chapter[0][good], self.chapter[1][good]
        head, width = self.heading[0][good], self.heading[1][good]
        return start + (head + width - start + rng.integers(0, size - width)) % size


def make_goods(rng: np.random.Generator) -> Goods:
    """Draw codes, units, weights and prices of all goods."""
    code: list[int] = []
    sector: list[int] = []
    heading: list[int] = []
    unit: list[int] = []
    for number, (_, chapters, usual) in enumerate(SECTORS):
        for chapter, count in chapters.items():
            for position in range(1, count + 1):
                subs = 10 * (1 + np.sort(rng.permutation(9)[: rng.integers(2, 6)]))
                odd = rng.random() < 0.12
                for sub in subs:
                    code.append(chapter * 10_000 + position * 100 + int(sub))
                    sector.append(number)
                    heading.append(chapter * 100 + position)
                    unit.append(UNITS.index("LTR" if odd and usual == "KGM" else usual))
    codes, heads = np.array(code), np.array(heading)
    size = len(codes)

    def runs(label: Ints) -> tuple[Ints, Ints]:
        _, start, inverse, count = np.unique(
            label, return_index=True, return_inverse=True, return_counts=True
        )
        return start[inverse], count[inverse]

    order = np.argsort(codes, kind="stable")
    codes, heads = codes[order], heads[order]
    sectors, units = np.array(sector)[order], np.array(unit)[order]
    countable = units == UNITS.index("NAR")
    chapters_of = codes // 10_000
    return Goods(
        code=codes,
        sector=sectors,
        heading=runs(heads),
        chapter=runs(chapters_of),
        unit=units,
        mass=np.where(countable, rng.lognormal(0.0, 1.6, size), 1.0),
        price=np.where(countable, rng.lognormal(4.0, 1.6, size), rng.lognormal(1.5, 1.0, size)),
        typical=np.where(countable, rng.lognormal(4.6, 1.1, size), rng.lognormal(6.5, 1.0, size)),
        exempt=(chapters_of <= 24) | (chapters_of == 30),
        pool=Pool(np.arange(size), sectors, 1.0 / rng.permutation(np.arange(3, size + 3)) ** 0.8),
    )


@dataclass(frozen=True, slots=True)
class Firms:
    """All firms: makers first, then yards (staging firms and traders), then customers."""

    name: list[str]
    country: Ints
    later_country: Ints  # after ``moved``
    moved: Ints  # day, or a day after the end
    founded: Ints  # day, or one before the start
    group: Ints
    sister: Ints  # another firm of the group, else the firm itself
    sector: Ints
    size: Floats
    leaning: Floats  # towards the embargoed market
    makers: Pool  # key: class of country x sector
    yards: Pool  # key 0: all, key 1: the diverters
    customers: Pool  # key: class of country


def _countries(table: dict[str, float], count: int, rng: np.random.Generator) -> Ints:
    weight = np.array(list(table.values()), float)
    at = np.array([COUNTRIES.index(c) for c in table])
    return at[rng.choice(len(at), size=count, p=weight / weight.sum())]


def make_firms(lines: int, busy: float, diverters: float, rng: np.random.Generator) -> Firms:
    """Draw firms for a world of ``lines`` shipment lines; a busy one has fewer yards."""
    per_class = np.array([lines // 60, lines // 75]) + 60
    n_makers, n_buyers = int(per_class.sum()), lines // 16 + 200
    third = {c: float(w) for c, (w, _) in THIRD.items()}
    west = {c: float(w) for c, w in WEST.items()}
    closed = {c: float(w) for c, w in CLOSED.items()}
    members = rng.choice([2, 3, 4], p=[0.7, 0.2, 0.1], size=int(lines / 75 / busy) + 25)
    owner = np.repeat(np.arange(len(members)), members)
    n_yards = len(owner)
    start = (np.cumsum(members) - members)[owner]
    place = np.arange(n_yards)
    sister = start + (place - start + 1) % members[owner]
    home = _countries(third, len(members), rng)[owner]
    abroad = rng.random(n_yards) < 0.15
    home = np.where(abroad, _countries(third, n_yards, rng), home)
    buyer_class = rng.choice(3, size=n_buyers, p=[0.42, 0.46, 0.12])
    buyer_home = np.choose(
        buyer_class, [_countries(t, n_buyers, rng) for t in (west, third, closed)]
    )
    country = np.concatenate(
        [
            _countries(west, per_class[0], rng),
            _countries(third, per_class[1], rng),
            home,
            buyer_home,
        ]
    )
    total, first_yard, first_buyer = len(country), n_makers, n_makers + n_yards
    mobile = (rng.random(total) < 0.03) & (np.arange(total) >= first_yard)
    moved = np.where(mobile, rng.integers(100, 600, total), DAYS + 999)
    in_third = np.isin(country, [COUNTRIES.index(c) for c in third])
    elsewhere = np.where(in_third, _countries(third, total, rng), country)
    founded = np.full(total, -9_999)
    young = (rng.random(len(members)) < 0.12)[owner]
    founded[first_yard:first_buyer][young] = rng.integers(0, 400, len(members))[owner][young]
    share = np.array([s for s, _, _ in SECTORS])
    sector = rng.choice(len(share), size=total, p=share / share.sum())
    sector[: len(share)] = sector[per_class[0] : per_class[0] + len(share)] = np.arange(len(share))
    size = np.minimum(rng.pareto(1.15, total) + 0.3, 60.0)
    tilt = np.array([THIRD[c][1] if c in THIRD else 0.0 for c in COUNTRIES])
    leaning = np.minimum(tilt[country] * rng.gamma(1.2, 1.0, total), 0.8)
    group = np.arange(total)
    group[first_yard:first_buyer] = first_yard + start
    yards = np.arange(first_yard, first_buyer)
    chance = leaning[yards] / leaning[yards].mean() * diverters
    crooked = yards[(rng.random(n_yards) < chance) | (leaning[yards] >= leaning[yards].max())]
    makers = np.arange(n_makers)
    maker_class = np.repeat([CONTROLLED, OTHER], per_class)
    stem = rng.integers(0, 40_000, total)
    stem = np.where(rng.random(total) < 0.4, stem[group], stem)
    return Firms(
        name=_names(stem),
        country=country,
        later_country=elsewhere,
        moved=moved,
        founded=founded,
        group=group,
        sister=np.concatenate([makers, first_yard + sister, np.arange(first_buyer, total)]),
        sector=sector,
        size=size,
        leaning=leaning,
        makers=Pool(makers, maker_class * len(share) + sector[makers], size[makers]),
        yards=Pool(
            np.concatenate([yards, crooked]),
            np.repeat([0, 1], [n_yards, len(crooked)]),
            size[np.concatenate([yards, crooked])],
        ),
        customers=Pool(np.arange(first_buyer, total), buyer_class, size[first_buyer:]),
    )


def _names(stem: Ints) -> list[str]:
    heads = ("Al", "Bor", "Cen", "Dar", "El", "Far", "Gor", "Hal", "Ir", "Jun", "Kel", "Lor", "Mar",
             "Nor", "Or", "Pol", "Qan", "Ros", "Sel", "Tur", "Ul", "Var", "Wes", "Yan", "Zen")  # fmt: skip
    middles = ("ta", "ve", "mi", "do", "ra", "nu", "ke", "sa", "li", "bo", "fe", "gan", "tri", "mo")
    tails = ("x", "n", "tek", "ria", "lin", "dor", "vik", "sun", "mar", "tan", "rix", "co")
    trades = ("Trading", "Supply", "Projects", "Logistics", "Industries", "Group", "Systems")
    return [
        f"{heads[s % 25]}{middles[s // 25 % 14]}{tails[s // 350 % 12]} {trades[i % 7]} {i * 7919 % 999983}"
        for i, s in enumerate(stem.tolist())
    ]
