"""Goods of the baskets world: headings by trade sector, six-digit codes and the firms' articles."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Unit(IntEnum):
    """Units of quantity; goods are counted in pieces, kilograms, metres or litres."""

    NAR, KGM, DZN, TNE, MTR, LTR = range(6)


PER_BASE = np.array([1.0, 1.0, 1 / 12, 1 / 1000, 1.0, 1.0])
"""Stated quantity for one of those (base) units."""

# sector: (headings, share of trade, unit, price and weight of a base unit, season, controlled)
SECTORS: dict[str, tuple[str, float, int, float, float, float, bool]] = {
    "electronics": (
        "8471 8473 8504 8517 8523 8525 8526 8529 8532 8534 8536 8541 8542 8543 8544",
        0.20,
        Unit.NAR,
        25.0,
        0.15,
        0.1,
        True,
    ),
    "machinery": (
        "8407 8408 8409 8411 8412 8413 8414 8421 8431 8456 8458 8459 8466 8479 8481 8482",
        0.18,
        Unit.NAR,
        300.0,
        10.0,
        0.1,
        True,
    ),
    "instruments": (
        "9013 9014 9015 9026 9027 9030 9031 9032",
        0.10,
        Unit.NAR,
        500.0,
        2.0,
        0.1,
        True,
    ),
    "vehicles": ("8701 8704 8708 8714 8802 8807", 0.09, Unit.NAR, 250.0, 7.0, 0.2, True),
    "chemicals": (
        "2804 2811 2902 2909 2914 2921 3402 3811 3815 3824 3902 3904 3907 3919 4011 4016",
        0.12,
        Unit.KGM,
        5.0,
        1.0,
        0.2,
        True,
    ),
    "metals": (
        "7208 7210 7304 7318 7320 7326 7411 7601 7606 7616 8108 8207",
        0.10,
        Unit.KGM,
        4.0,
        1.0,
        0.1,
        True,
    ),
    "clothing": ("5407 6103 6109 6110 6203 6204 6402 6404", 0.06, Unit.NAR, 9.0, 0.3, 0.7, True),
    "food": (
        "0207 0402 0805 0808 0901 1001 1507 1806 2106 2204",
        0.08,
        Unit.KGM,
        2.5,
        1.0,
        0.7,
        False,
    ),
    "medicine": ("3002 3004 3005 3006", 0.03, Unit.NAR, 18.0, 0.1, 0.3, False),
    "household": ("4818 6911 7013 9403 9405 9503", 0.04, Unit.NAR, 30.0, 2.5, 0.6, True),
}
OTHER_UNIT = {
    "8544": Unit.MTR,
    "3811": Unit.LTR,
    "2204": Unit.LTR,
    "7208": Unit.TNE,
    "1001": Unit.TNE,
    "1507": Unit.LTR,
    "4818": Unit.KGM,
    "5407": Unit.MTR,
    "4011": Unit.NAR,
    "7320": Unit.NAR,
    "8207": Unit.NAR,
}
SECTOR_SHARE = np.array([row[1] for row in SECTORS.values()])


@dataclass(frozen=True, slots=True)
class Codes:
    """The six-digit codes, in order of heading, with what is usual for goods of each."""

    names: NDArray[np.str_]
    heading: Ints
    first: Ints  # by heading: its first code
    count: Ints  # by heading: how many codes it has
    sector: Ints
    share: Floats
    unit: Ints
    price: Floats
    weight: Floats
    season: Floats
    peak: Floats
    controlled: NDArray[np.bool_]

    def within_heading(self, rng: np.random.Generator, code: Ints) -> Ints:
        """Another code of the same heading."""
        heading = self.heading[code]
        count = self.count[heading]
        step = 1 + (rng.random(len(code)) * (count - 1)).astype(np.int64)
        first = self.first[heading]
        return np.asarray(first + (code - first + step) % count)

    def across_headings(self, rng: np.random.Generator, code: Ints) -> Ints:
        """A code of one of the next headings of the list."""
        heading = (self.heading[code] + rng.integers(1, 4, len(code))) % len(self.first)
        place = rng.random(len(code)) * self.count[heading]
        return np.asarray(self.first[heading] + place.astype(np.int64))


@dataclass(frozen=True, slots=True)
class Articles:
    """The articles that firms sell: firm f's are first[f] to first[f] + count[f] - 1."""

    first: Ints
    count: Ints
    code: Ints
    unit: Ints
    price: Floats  # of a base unit
    weight: Floats

    def order(self, rng: np.random.Generator, firm: Ints) -> Ints:
        """One article of each firm's range, the leading ones most often."""
        place = self.count[firm] * rng.random(len(firm)) ** 1.5
        return np.asarray(self.first[firm] + place.astype(np.int64))


def make_codes(rng: np.random.Generator) -> Codes:
    """Draw the codes of each heading and what is usual for them."""
    headings = [(s, h) for s, row in enumerate(SECTORS.values()) for h in row[0].split()]
    rows = list(SECTORS.values())
    sector = np.array([s for s, _ in headings])
    count = rng.integers(3, 7, len(headings))
    heading = np.repeat(np.arange(len(headings)), count)
    first = np.cumsum(count) - count
    ends = ("10", "20", "31", "39", "50", "90")
    names = np.array(
        [h + ends[i] for (_, h), n in zip(headings, count, strict=True) for i in range(n)]
    )
    unit = np.array([OTHER_UNIT.get(h, rows[s][2]) for s, h in headings])
    price = np.array([rows[s][3] for s in sector]) * rng.lognormal(0, 1.0, len(headings))
    weight = np.array([rows[s][4] for s in sector]) * rng.lognormal(0, 0.7, len(headings))
    weight[unit == Unit.MTR], weight[unit == Unit.LTR] = 0.2, 0.9
    weight[(unit == Unit.KGM) | (unit == Unit.TNE)] = 1.0
    season = np.array([rows[s][5] for s in sector]) * rng.uniform(0.6, 1.3, len(headings))
    codes = len(heading)
    bulk = (unit == Unit.KGM) | (unit == Unit.TNE)
    return Codes(
        names=names,
        heading=heading,
        first=first,
        count=count,
        sector=sector[heading],
        share=rng.pareto(1.3, codes) + 0.2,
        unit=unit[heading],
        price=price[heading] * rng.lognormal(0, 0.6, codes),
        weight=weight[heading] * np.where(bulk[heading], 1.0, rng.lognormal(0, 0.4, codes)),
        season=np.minimum(season, 0.95)[heading],
        peak=rng.uniform(0, 365, len(headings))[heading],
        controlled=np.array([rows[s][6] for s in sector])[heading],
    )


def make_articles(
    rng: np.random.Generator, codes: Codes, sector: Ints, size: Floats, trader: NDArray[np.bool_]
) -> Articles:
    """Draw the range of every selling firm: most of it of its own sector; traders' are wide."""
    wide = 3 + 6 * size**0.5 * rng.random(len(sector)) * np.where(trader, 5.0, 1.0)
    count = np.minimum(wide, 100.0).astype(np.int64)
    of = np.repeat(sector, count)
    stray = rng.random(len(of)) < 0.12
    of[stray] = rng.choice(len(SECTORS), int(stray.sum()), p=SECTOR_SHARE / SECTOR_SHARE.sum())
    ends = np.cumsum(codes.share)
    upper = np.array([ends[codes.sector == s][-1] for s in range(len(SECTORS))])
    lower = np.concatenate([[0.0], upper[:-1]])
    point = lower[of] + rng.random(len(of)) * (upper - lower)[of]
    code = np.minimum(np.searchsorted(ends, point), len(ends) - 1)
    unit = codes.unit[code].copy()
    dozen = (unit == Unit.NAR) & (codes.sector[code] == list(SECTORS).index("clothing"))
    unit[dozen & (rng.random(len(of)) < 0.3)] = Unit.DZN
    bulk = (unit == Unit.KGM) | (unit == Unit.TNE)
    weight = codes.weight[code] * np.where(bulk, 1.0, rng.lognormal(0, 0.6, len(of)))
    price = codes.price[code] * rng.lognormal(0, 0.6, len(of))
    by_weight = (unit == Unit.NAR) & (rng.random(len(of)) < 0.06)  # parts sold by the kilogram
    unit[by_weight], price[by_weight] = Unit.KGM, price[by_weight] / weight[by_weight]
    weight[by_weight] = 1.0
    return Articles(np.cumsum(count) - count, count, code, unit, price, weight)
