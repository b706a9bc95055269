"""The standing facts of a fictional world of ports: countries, goods and firms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["CONTROLLED", "EMBARGOED", "Cast", "Pool", "make_cast"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

DAYS = 731
NEVER = 10_000

# Weights are rough shares of trade in goods: invented, of a plausible order only.
CONTROLLED = {
    "US": 20, "DE": 15, "JP": 10, "TW": 9, "KR": 9, "NL": 7, "FR": 6,
    "IT": 6, "GB": 5, "CH": 3, "SE": 2, "FI": 1.5, "AT": 2, "CZ": 2,
}  # fmt: skip
MAKERS = {
    "CN": 45, "IN": 9, "VN": 9, "MY": 7, "TH": 7, "MX": 7, "BR": 6,
    "TR": 6, "ID": 5, "ZA": 3, "EG": 2, "RS": 1.5, "KZ": 1.5, "UZ": 1,
}  # fmt: skip
HUBS = {
    "CN": 15, "HK": 16, "AE": 15, "TR": 14, "KZ": 9, "SG": 6, "IN": 5, "MY": 4,
    "KG": 4, "AM": 3.5, "GE": 3, "RS": 3, "UZ": 3, "TH": 2.5, "VN": 2.5, "MN": 1,
}  # fmt: skip
EMBARGOED = {"RU": 85, "BY": 15}

# Chapter: share of lines, unit, pieces or kilograms of a usual consignment, price of one, weight of one.
CHAPTERS: dict[int, tuple[float, str, float, float, float]] = {
    2: (2, "KGM", 9000, 4.0, 1), 8: (3, "KGM", 12000, 1.6, 1), 9: (1.5, "KGM", 4000, 5.0, 1),
    19: (2, "KGM", 5000, 3.0, 1), 22: (2, "LTR", 6000, 3.0, 1.1), 28: (2, "KGM", 3000, 3.0, 1),
    30: (4, "KGM", 300, 120.0, 1), 38: (3, "KGM", 2500, 6.0, 1), 39: (6, "KGM", 4000, 3.0, 1),
    48: (2, "KGM", 7000, 1.5, 1), 61: (4, "NAR", 3000, 7.0, 0.25), 64: (2, "PR", 1200, 18.0, 0.9),
    73: (4, "KGM", 6000, 3.5, 1), 76: (2, "KGM", 4000, 4.5, 1), 81: (1, "KGM", 250, 60.0, 1),
    84: (17, "NAR", 60, 400.0, 9), 85: (20, "NAR", 2500, 9.0, 0.08), 87: (6, "NAR", 150, 60.0, 4),
    88: (1.5, "NAR", 12, 1500.0, 3), 90: (8, "NAR", 80, 220.0, 1.2), 94: (3, "NAR", 300, 45.0, 9),
}  # fmt: skip
SYLLABLES = (
    "al", "ar", "bel", "bo", "cor", "da", "del", "dor", "en", "fa", "fer", "gal", "gor", "hal",
    "in", "ka", "kel", "kor", "la", "lin", "lo", "mar", "mel", "mi", "na", "nor", "or", "pa", "per",
    "ral", "ren", "ri", "sa", "sol", "ta", "tel", "tor", "val", "ven", "vi", "xen", "yo", "za", "zor",
)  # fmt: skip
FORMS = (
    "Trading",
    "Supply",
    "Industries",
    "Impex",
    "Systems",
    "Group",
    "Technics",
    "Co",
    "Partners",
)


@dataclass(frozen=True, slots=True)
class Pool:
    """Firms of one kind, to be drawn in proportion to their size."""

    firms: Ints
    cumulative: Floats

    def draw(self, rng: np.random.Generator, n: int, *, flat: bool = False) -> Ints:
        """Draw `n` firms with replacement; `flat` forgets their sizes."""
        at = np.searchsorted(self.cumulative, rng.random(n) * self.cumulative[-1], side="right")
        at = rng.integers(0, len(self.firms), n) if flat else at
        drawn: Ints = self.firms[np.minimum(at, len(self.firms) - 1)]
        return drawn


@dataclass(frozen=True, slots=True)
class Cast:
    """Firms (one entry each), goods (one entry a code) and pools of firms to draw from."""

    names: npt.NDArray[np.object_]
    countries: npt.NDArray[np.object_]
    country: Ints
    country_after: Ints
    move_day: Ints
    born: Ints
    group: Ints
    sister: Ints
    trader: Bools
    assortment: Ints
    hs: npt.NDArray[np.object_]
    unit: npt.NDArray[np.object_]
    usual: Floats
    price: Floats
    mass: Floats
    swing: Floats
    peak: Floats
    free: Bools
    within: Ints
    across: Ints
    industrial: Ints
    medical_food: Ints
    pools: dict[str, Pool]


def _names(rng: np.random.Generator, n: int) -> npt.NDArray[np.object_]:
    s, f = len(SYLLABLES), len(FORMS)
    numbers = rng.choice(s**3 * f * f, size=n, replace=False)
    out = []
    for x in numbers.tolist():
        x, form = divmod(x, f)
        x, second = divmod(x, f)
        x, a = divmod(x, s)
        b, c = divmod(x, s)
        stem = (SYLLABLES[a] + SYLLABLES[b] + SYLLABLES[c]).capitalize()
        out.append(f"{stem} {FORMS[second]}" + ("" if form == second else f" {FORMS[form]}"))
    # Two triples of syllables may spell one word; a numeral keeps names one to one.
    seen: dict[str, int] = {}
    for i, name in enumerate(out):
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            out[i] = f"{name} {seen[name]}"
    return np.array(out, dtype=object)


def _goods(rng: np.random.Generator, codes_per_heading: float) -> dict[str, npt.NDArray[Any]]:
    rows = []
    for chapter, (share, unit, usual, price, mass) in CHAPTERS.items():
        headings = rng.choice(np.arange(1, 60), size=int(4 + share), replace=False)
        for heading in headings.tolist():
            heft = share / len(headings) * rng.lognormal(0, 0.9)
            subs = rng.choice(
                np.arange(10, 99), size=2 + rng.poisson(codes_per_heading), replace=False
            )
            scale = rng.lognormal(0, 0.8)
            for sub in subs.tolist():
                size, cost = scale * rng.lognormal(0, 0.4), rng.lognormal(0, 0.6) / scale
                rows.append((f"{chapter:02d}{heading:02d}{sub:02d}", unit, usual * size, price * cost,
                             mass * cost, heft * rng.lognormal(0, 0.8), chapter))  # fmt: skip
    hs, unit_, usual_, price_, mass_, heft_, chapter_ = zip(*rows, strict=True)
    n = len(rows)
    chapters = np.array(chapter_)
    heading_of = np.array([c[:4] for c in hs])
    within, across = np.arange(n), np.arange(n)
    for i in range(n):
        same = np.flatnonzero(heading_of == heading_of[i])
        other = np.flatnonzero((chapters == chapters[i]) & (heading_of != heading_of[i]))
        within[i] = rng.choice(same[same != i])
        across[i] = rng.choice(other)
    seasonal = rng.random(n) < np.where(np.isin(chapters, (2, 8, 61, 64, 94)), 0.7, 0.15)
    return {
        "hs": np.array(hs, dtype=object),
        "unit": np.array(unit_, dtype=object),
        "usual": np.array(usual_),
        "price": np.array(price_),
        "mass": np.array(mass_),
        "heft": np.array(heft_),
        "swing": np.where(seasonal, rng.uniform(1.0, 3.0, n), rng.uniform(0, 0.3, n)),
        "peak": rng.random(n),
        "free": (chapters <= 24) | (chapters == 30),
        "within": within,
        "across": across,
    }


def make_cast(
    rng: np.random.Generator, *, firms: int, traders: float, tail: float, assortment: float,
    codes_per_heading: float,
) -> Cast:  # fmt: skip
    """Draw firms and goods; `traders` is the share of third-country firms that buy to sell on."""
    goods = _goods(rng, codes_per_heading)
    countries = sorted({*CONTROLLED, *MAKERS, *HUBS, *EMBARGOED})
    number = {c: i for i, c in enumerate(countries)}

    def settle(weights: dict[str, float], n: int) -> Ints:
        p = np.array(list(weights.values()), dtype=float)
        return np.array([number[c] for c in weights])[rng.choice(len(p), size=n, p=p / p.sum())]

    n_controlled, n_embargoed = int(0.45 * firms), int(0.12 * firms)
    n_third = firms - n_controlled - n_embargoed
    n_traders = max(60, int(traders * n_third))
    # Traders are settled in order of country, so that neighbours (sisters) mostly share one.
    country = np.concatenate([
        settle(dict(CONTROLLED), n_controlled), settle(dict(EMBARGOED), n_embargoed),
        settle(dict(MAKERS), n_third - n_traders), np.sort(settle(dict(HUBS), n_traders)),
    ])  # fmt: skip
    kind = np.repeat(np.arange(4), [n_controlled, n_embargoed, n_third - n_traders, n_traders])
    trader = kind == 3
    size = np.where(
        trader, rng.lognormal(0, tail, firms), (1 + rng.pareto(1.25, firms)).clip(0, 400)
    )

    group = np.arange(firms)
    first = firms - n_traders
    starts = first + np.cumsum(rng.choice([2, 2, 3], n_traders))
    starts = np.concatenate([[first], starts[starts < firms - 1]])
    block = np.searchsorted(starts, np.arange(first, firms), side="right") - 1
    group[first:] = starts[block]
    sister = np.arange(firms)
    ends = np.append(starts[1:], firms)
    after = np.arange(first, firms) + 1
    sister[first:] = np.where(after < ends[block], after, starts[block])

    young = rng.random(firms) < np.where(kind >= 2, 0.18, 0.05)
    born = np.where(young, rng.integers(20, 480, firms), -NEVER)[group]
    moves = rng.random(firms) < np.where(trader, 0.03, 0.004)
    move_day = np.where(moves & (kind >= 2), rng.integers(60, 660, firms), NEVER)
    elsewhere = settle(dict(HUBS), firms)

    heft = np.cumsum(goods["heft"].astype(float))
    width = int(np.ceil(assortment * 2))
    pick = np.searchsorted(heft, rng.random((firms, width)) * heft[-1]).clip(0, len(heft) - 1)
    # A firm's further goods keep near its first: the same heading, the same chapter, or anything.
    near = rng.random((firms, width))
    base = np.repeat(pick[:, :1], width, axis=1)
    wanted = np.where(near < 0.35, goods["within"][base], goods["across"][base])
    pick[:, 1:] = np.where(near < 0.65, wanted, pick)[:, 1:]

    def pool(mask: Bools) -> Pool:
        chosen = np.flatnonzero(mask)
        return Pool(chosen, np.cumsum(size[chosen]))

    free = goods["free"].astype(bool)
    return Cast(
        names=_names(rng, firms), countries=np.array(countries, dtype=object), country=country,
        country_after=np.where(move_day < NEVER, elsewhere, country), move_day=move_day, born=born,
        group=group, sister=sister, trader=trader, assortment=pick.astype(np.int64),
        hs=goods["hs"], unit=goods["unit"], usual=goods["usual"], price=goods["price"],
        mass=goods["mass"], swing=goods["swing"], peak=goods["peak"], free=free,
        within=goods["within"], across=goods["across"],
        industrial=np.flatnonzero(~free), medical_food=np.flatnonzero(free),
        pools={"controlled": pool(kind == 0), "embargoed": pool(kind == 1),
               "maker": pool(kind == 2), "trader": pool(trader)},
    )  # fmt: skip
