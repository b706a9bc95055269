"""The goods of a world: HS codes with their units, sizes, masses and prices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.flow.pools import Pool

# Heading: its subheadings. The Harmonized System, 2022 edition.
PIECES = {
    "8542": "31 32 33 39", "8541": "10 21 29 30 41 51 60", "8532": "21 22 23 24 25 29 30",
    "8533": "10 21 29 31 40", "8534": "00", "8536": "10 20 30 41 49 50 61 69 70 90",
    "8504": "10 21 31 32 33 34 40 50", "8507": "10 20 30 50 60", "8517": "13 14 18 61 62 69 71 79",
    "8471": "30 41 49 50 60 70 80", "8473": "21 29 30 40 50", "8523": "21 29 41 49 51 52",
    "8525": "50 60 81 82 83 89", "8526": "10 91 92", "8529": "10 90", "8543": "10 20 30 70",
    "8548": "00", "8501": "10 20 31 32 40 51 52", "8482": "10 20 30 40 50 80",
    "8481": "10 20 30 40 80", "8413": "11 19 30 50 60 70 81", "8414": "10 20 30 59 80",
    "8457": "10 20 30", "8458": "11 19 91 99", "8466": "10 20 30 91 93", "8407": "10 29 34",
    "8411": "11 12 21 81 91", "8807": "10 20 30 90", "9014": "10 20 80", "9015": "10 20 30 80",
    "9013": "10 20 80", "9026": "10 20 80", "9027": "10 20 30 50 81 89", "9030": "10 20 31 33 40 82",
    "9031": "10 20 41 49 80", "9032": "10 20 81 89", "8708": "10 29 30 40 50 80 99",
    "4011": "10 20 40 70", "9403": "10 30 50 60", "6109": "10 90", "6203": "11 31 41 42",
}  # fmt: skip
MASS = {
    "3926": "10 20 30 90", "3901": "10 20 30", "7304": "11 19 23 31", "7318": "14 15 16 22 29",
    "7604": "10 21 29", "8108": "20 90", "2804": "10 21 30", "3818": "00", "3824": "50 84 99",
    "3907": "10 21 30 40", "5407": "10 42 52", "4810": "13 19 22",
}  # fmt: skip
FOOD_AND_MEDICINE = {
    "0402": "10 21 29", "1806": "20 31 90", "1905": "31 32 90", "2106": "10 90",
    "3002": "12 15 41", "3004": "20 39 49 50 90", "3006": "10 30 50",
}  # fmt: skip
"""Goods that a controlled origin lets through to an embargoed destination."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Goods of a world; every array has one value for each HS code.

    Attributes
    ----------
    codes
        HS codes of six digits.
    by_mass
        Whether quantity is counted in kilograms (else in pieces).
    released
        Whether the goods are food or medicine.
    heading, chapter
        Numbers of the heading and of the chapter.
    demand
        Weight among all goods.
    log_lot, mass_kg, price
        Mean of the logarithm of a lot's quantity, kilograms and price of a unit.
    season
        Which of the seasons the goods follow.
    """

    codes: npt.NDArray[np.str_]
    by_mass: npt.NDArray[np.bool_]
    released: npt.NDArray[np.bool_]
    heading: Ints
    chapter: Ints
    demand: Floats
    log_lot: Floats
    mass_kg: Floats
    price: Floats
    season: Ints

    def __len__(self) -> int:
        return len(self.codes)

    def another(self, goods: Ints, within: npt.NDArray[np.bool_], rng: np.random.Generator) -> Ints:
        """Other goods: of the same heading where ``within``, else of another in the chapter.

        Goods that have no such neighbour stay what they are.
        """
        heading, chapter = (
            Pool(number, self.demand, np.arange(len(self)))
            for number in (self.heading, self.chapter)
        )
        chosen = goods.copy()
        for _ in range(6):
            left = np.flatnonzero(
                np.where(within, chosen == goods, self.heading[chosen] == self.heading[goods])
            )
            chosen[left] = np.where(
                within[left],
                heading.draw(self.heading[goods[left]], rng),
                chapter.draw(self.chapter[goods[left]], rng),
            )
        return chosen


def draw_catalogue(rng: np.random.Generator, *, seasons: int) -> Catalogue:
    """Give every HS code a demand, a size, a mass and a price."""
    tables = (PIECES, MASS, FOOD_AND_MEDICINE)
    rows = [
        (heading + end, table)
        for table, headings in enumerate(tables)
        for heading, ends in headings.items()
        for end in ends.split()
    ]
    codes = np.array([code for code, _ in rows])
    table = np.array([number for _, number in rows])
    heading = codes.astype("U4").astype(np.int64)
    count = len(codes)
    by_mass = table > 0
    demand = 1.0 / (1.0 + rng.permutation(count)) ** 0.7
    released = table == 2
    demand[released] *= 0.6
    _, number = np.unique(heading, return_inverse=True)
    return Catalogue(
        codes=codes,
        by_mass=by_mass,
        released=released,
        heading=heading,
        chapter=heading // 100,
        demand=demand / demand.sum(),
        log_lot=rng.normal(np.where(by_mass, 7.5, 6.5), 1.2),
        mass_kg=np.where(by_mass, 1.0, np.exp(rng.normal(-1.5, 1.5, count))),
        price=np.exp(rng.normal(np.where(by_mass, 2.0, 3.0), 1.0, count)),
        season=rng.integers(0, seasons, number.max() + 1)[number],
    )
