"""The catalogue of goods: headings, six-digit codes, units, prices and seasons.

Two neighbouring headings of a chapter make a niche; a firm deals in niches, and every trade
relation lies in one niche. All codes of a niche are counted in the same unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Bools: TypeAlias = npt.NDArray[np.bool_]

UNITS = ("NAR", "KGM", "DZN", "TNE", "MTR", "LTR")
NAR, KGM, DZN, TNE, MTR, LTR = range(6)
DECIMALS = np.array([0, 1, 0, 2, 0, 0])

# Chapter: its headings, two by two, and the unit of each pair.
CONTROLLED_GOODS: dict[str, tuple[tuple[str, int], ...]] = {
    "28": (("2804 2811", KGM), ("2841 2850", KGM)), "29": (("2903 2931", KGM),),
    "34": (("3403 3404", LTR),), "38": (("3815 3824", KGM),), "39": (("3907 3920", KGM),),
    "40": (("4011 4016", NAR),), "59": (("5906 5911", MTR),), "72": (("7219 7225", TNE),),
    "73": (("7304 7318", KGM),), "76": (("7606 7608", KGM),), "81": (("8101 8108", KGM),),
    "82": (("8207 8209", DZN),),
    "84": (("8411 8412", NAR), ("8413 8414", NAR), ("8457 8458", NAR), ("8466 8471", NAR),
           ("8473 8481", NAR), ("8482 8483", NAR)),
    "85": (("8501 8504", NAR), ("8517 8525", NAR), ("8526 8529", NAR), ("8532 8533", NAR),
           ("8536 8537", NAR), ("8541 8542", NAR), ("8544 8545", MTR)),
    "87": (("8704 8708", NAR),), "88": (("8803 8807", NAR),),
    "90": (("9013 9014", NAR), ("9026 9027", NAR), ("9030 9031", NAR)),
    "33": (("3303 3304", KGM),), "48": (("4802 4810", TNE),), "54": (("5407 5408", MTR),),
    "61": (("6109 6115", DZN),), "64": (("6403 6404", NAR),), "94": (("9401 9403", NAR),),
    "95": (("9503 9506", NAR),),
}  # fmt: skip
FREE_GOODS: dict[str, tuple[tuple[str, int], ...]] = {
    "02": (("0202 0207", KGM),), "08": (("0803 0805", KGM),), "09": (("0901 0902", KGM),),
    "15": (("1509 1512", LTR),), "18": (("1805 1806", KGM),), "21": (("2101 2106", KGM),),
    "22": (("2204 2208", LTR),), "30": (("3002 3004", KGM),),
}  # fmt: skip
SUFFIXES = ("10", "90", "20", "30", "11", "21", "29", "40", "50")
SEASONAL = frozenset({"02", "08", "22", "61", "64", "95"})

# By unit: middle and spread (log) of a lot's size, a unit's price, and its mass in kilograms.
LOT = np.array([(5.3, 1.1), (6.8, 1.0), (4.5, 0.8), (3.2, 0.8), (7.0, 1.0), (7.3, 0.9)])
PRICE = np.array([(3.6, 1.3), (2.2, 0.9), (3.8, 0.7), (6.9, 0.4), (1.4, 0.7), (1.3, 0.6)])
MASS = np.array([(-0.4, 1.3), (0.0, 0.0), (0.9, 0.5), (6.9078, 0.0), (-1.3, 0.6), (0.0, 0.05)])


@dataclass(frozen=True, slots=True)
class Goods:
    """Codes lie sorted by niche, then by heading."""

    names: list[str]
    niche: Ints
    heading_from: Ints
    heading_to: Ints
    weight: Floats
    lot: Floats
    price: Floats
    mass: Floats
    # By niche.
    niche_from: Ints
    niche_to: Ints
    unit: Ints
    controlled: Bools
    seasonal: Bools
    season: Floats
    niche_weight: Floats

    @property
    def niches(self) -> int:
        return len(self.unit)


def _spread(rng: np.random.Generator, table: Floats, unit: Ints) -> Floats:
    """One log-normal figure for each code, by its unit's middle and spread."""
    drawn: Floats = np.exp(table[unit, 0] + table[unit, 1] * rng.normal(size=len(unit)))
    return drawn


def make_goods(rng: np.random.Generator, *, season: float, free_share: float) -> Goods:
    """The catalogue: codes are the same in every world; prices, lots and seasons are drawn."""
    names: list[str] = []
    niche: list[int] = []
    heading: list[tuple[int, int]] = []
    unit: list[int] = []
    controlled: list[bool] = []
    seasonal: list[bool] = []
    for group, is_controlled in ((CONTROLLED_GOODS, True), (FREE_GOODS, False)):
        for chapter, pairs in group.items():
            for pair, its_unit in pairs:
                for code in pair.split():
                    size = 4 + int(code) % 5
                    span = (len(names), len(names) + size)
                    names += [code + suffix for suffix in SUFFIXES[:size]]
                    niche += [len(unit)] * size
                    heading += [span] * size
                unit.append(its_unit)
                controlled.append(is_controlled)
                seasonal.append(chapter in SEASONAL)
    of, units = np.array(niche), np.array(unit)
    is_free = ~np.array(controlled)
    niche_weight = rng.lognormal(0.0, 0.6, len(units))
    for which, share in ((is_free, free_share), (~is_free, 1.0 - free_share)):
        niche_weight[which] *= share / niche_weight[which].sum()
    # Prices and masses within a heading are near one another, so that codes can be mistaken.
    start = np.array([span[0] for span in heading])
    near = rng.normal(size=len(names))
    price = _spread(rng, PRICE, units[of])[start] * np.exp(0.3 * near)
    mass = _spread(rng, MASS, units[of])[start]
    loose = MASS[units[of], 1] > 0.2
    mass = np.where(loose, mass * np.exp(0.3 * rng.normal(size=len(names))), mass)
    swing = np.where(np.array(seasonal), 2.0, 0.5) * season
    months = np.arange(12) / 12.0
    wave = 1.0 + np.minimum(swing, 0.9)[:, None] * np.cos(
        2.0 * np.pi * (months[None, :] - rng.random(len(units))[:, None])
    )
    wave *= np.exp(0.1 * rng.normal(size=wave.shape))
    each = np.arange(len(units))
    return Goods(
        names=names, niche=of, heading_from=np.array([span[0] for span in heading]),
        heading_to=np.array([span[1] for span in heading]),
        weight=rng.lognormal(0.0, 0.9, len(names)), lot=_spread(rng, LOT, units[of]),
        price=price, mass=mass, niche_from=np.searchsorted(of, each, "left"),
        niche_to=np.searchsorted(of, each, "right"), unit=units, controlled=~is_free,
        seasonal=np.array(seasonal), season=wave / wave.max(axis=1, keepdims=True),
        niche_weight=niche_weight,
    )  # fmt: skip


def another_in_heading(rng: np.random.Generator, goods: Goods, code: Ints) -> Ints:
    """For each code another one of its heading."""
    start = goods.heading_from[code]
    size = goods.heading_to[code] - start
    return start + (code - start + 1 + rng.integers(0, size - 1)) % size


def another_heading(rng: np.random.Generator, goods: Goods, code: Ints) -> Ints:
    """For each code one of the other heading of its niche."""
    start, end = goods.heading_from[code], goods.heading_to[code]
    first = goods.niche_from[goods.niche[code]]
    left = goods.niche_to[goods.niche[code]] - first - (end - start)
    drawn = first + rng.integers(0, left)
    return np.where(drawn >= start, drawn + (end - start), drawn)
