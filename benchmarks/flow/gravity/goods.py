"""Countries and goods of the gravity world: where trade starts, passes and ends, and in what.

The masses are rough shares of world trade, the places are capitals or main ports, to the degree.
Units are codes of UN/ECE Recommendation 20.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CONTROLLED, THIRD, EMBARGOED_CLASS = 0, 1, 2
"""What a country is in this world: it controls its exports, it does not, or it is embargoed."""

# code latitude longitude mass class hub (how readily its traders buy in order to sell on)
_COUNTRIES = """
US 39 -77 20 0 1|DE 51 10 15 0 1|JP 36 140 10 0 1|KR 37 127 8 0 1|TW 25 121 7 0 1
NL 52 5 7 0 1|GB 51 0 7 0 1|FR 49 2 6 0 1|IT 42 12 6 0 1|BE 51 4 4 0 1|CH 47 8 3 0 1
PL 52 21 4 0 1|CZ 50 14 3 0 1|AT 48 16 2 0 1|SE 59 18 2 0 1|ES 40 -4 3 0 1|FI 60 25 1 0 1
CA 45 -76 4 0 1|LT 55 25 1 0 1
CN 31 121 22 1 3|HK 22 114 8 1 5|SG 1 104 6 1 4|AE 25 55 5 1 5|TR 41 29 4 1 4|IN 19 73 5 1 2
VN 21 106 4 1 1|MY 3 102 3 1 2|TH 14 100 3 1 1|ID -6 107 2 1 1|MX 19 -99 5 1 1|BR -23 -46 3 1 1
SA 25 47 2 1 1|ZA -26 28 1 1 1|EG 30 31 1 1 1|IL 32 35 1 1 1|KZ 43 77 1.6 1 6|UZ 41 69 0.9 1 4
KG 43 75 0.7 1 8|AM 40 45 0.6 1 8|GE 42 45 0.7 1 6|AZ 40 50 0.7 1 2|RS 45 20 1 1 3|MN 48 107 0.3 1 2
MD 47 29 0.3 1 2|MA 34 -7 0.6 1 1
RU 56 38 4 2 1|BY 54 28 1 2 1
"""
TRANSIT = ("KZ", "UZ", "KG", "AM", "GE", "AZ", "MN")
"""Countries whose goods from the west commonly pass through the embargoed ones."""

# heading unit median-quantity unit-mass-kg weight season(0-9) codes (two last digits)
_HEADINGS = """
0201 KGM 9000 1 1.0 2 10 20 30|0302 KGM 4000 1 0.8 4 13 14 31 89|0406 KGM 5000 1 1.2 1 10 30 90
0603 KGM 700 1 0.7 7 11 12 19|0805 KGM 18000 1 1.0 8 10 21 50|0901 KGM 6000 1 1.2 1 11 21 22
1001 KGM 90000 1 0.6 7 19 99|1806 KGM 3500 1 1.0 5 31 32 90|2106 KGM 2500 1 1.0 0 10 90
2204 LTR 4500 1.1 1.4 5 10 21 22|2402 KGM 1500 1 0.5 0 10 20|3002 KGM 60 1 1.0 0 12 15 41
3004 KGM 400 1 2.6 2 20 32 49 90|3006 KGM 150 1 0.6 0 10 40 70|2710 KGM 40000 1 1.5 2 12 19
2804 KGM 2500 1 0.6 0 21 29 61|2903 KGM 5000 1 0.5 0 12 19|3208 KGM 1800 1 0.9 2 10 20 90
3304 KGM 500 1 1.5 4 10 20 99|3402 KGM 3000 1 0.8 0 31 42 50|3506 KGM 900 1 0.8 0 10 91
3818 KGM 45 1 0.7 0 00|3901 KGM 22000 1 1.1 0 10 20 40|3917 KGM 1500 1 0.8 2 21 32 40
3926 KGM 800 1 1.6 1 10 30 90|4011 NAR 600 12 1.2 6 10 20 70|4016 KGM 350 1 1.0 0 93 95 99
4202 NAR 900 0.8 1.3 5 12 22 92|4407 KGM 24000 1 0.8 2 11 91|4819 KGM 3500 1 0.9 1 10 20 40
5407 MTR 6000 0.2 0.9 3 42 52 61|6109 NAR 2500 0.2 1.6 7 10 90|6204 NAR 1400 0.5 1.4 7 43 62 63
6403 NAR 1200 1.1 1.3 7 51 91 99|6907 KGM 22000 1 0.7 3 21 22|7208 KGM 60000 1 0.8 0 37 38 39
7210 KGM 25000 1 0.8 0 41 49 70|7304 KGM 9000 1 0.7 0 29 39 59|7318 KGM 1200 1 1.4 0 15 16 22
7326 KGM 900 1 1.3 0 19 20 90|7606 KGM 6000 1 0.8 0 11 12 92|8207 KGM 150 1 0.9 0 19 50 70
8407 NAR 20 90 0.7 0 21 34|8409 KGM 350 1 1.5 0 91 99|8411 NAR 3 400 0.5 0 82 91 99
8412 NAR 40 11 0.8 0 21 29 31|8413 NAR 120 14 1.4 0 30 50 70 91|8414 NAR 150 9 1.3 3 30 59 80
8421 NAR 400 2.5 1.3 0 23 29 39|8443 NAR 150 11 1.0 1 31 32 99|8457 NAR 2 4500 0.5 0 10 30
8458 NAR 2 2800 0.5 0 11 91|8466 KGM 120 1 0.9 0 10 20 93|8471 NAR 250 2.4 2.4 1 30 41 50 60 70
8473 NAR 500 0.4 1.6 0 30 50|8479 NAR 6 220 1.1 0 50 89 90|8481 NAR 350 1.8 1.5 0 10 20 30 80
8482 NAR 1500 0.5 1.4 0 10 20 50 99|8483 NAR 200 4 1.1 0 10 40 60|8501 NAR 180 7 1.3 0 10 31 52
8504 NAR 700 0.9 1.7 0 31 40 90|8507 NAR 600 1.9 1.1 0 20 60 80|8517 NAR 450 0.6 2.4 4 13 62 69 79
8523 NAR 900 0.06 1.1 0 49 51 52|8525 NAR 180 0.9 1.1 0 60 81 89|8526 NAR 40 2.5 0.7 0 10 91 92
8529 NAR 350 0.4 1.0 0 10 90|8532 NAR 9000 0.001 1.4 0 21 22 24 25|8533 NAR 12000 0.001 1.2 0 10 21 29
8534 NAR 900 0.1 1.1 0 00|8536 NAR 1800 0.08 1.9 0 41 50 69 90|8537 NAR 30 9 1.1 0 10 20
8541 NAR 6000 0.002 1.7 0 10 21 29 30 41|8542 NAR 3000 0.002 2.6 0 31 32 33 39
8543 NAR 90 3 0.9 0 20 70|8544 KGM 900 1 1.5 0 30 42 49|8703 NAR 12 1500 1.5 2 22 23 40
8708 KGM 600 1 2.2 0 29 40 80 99|8807 KGM 80 1 0.6 0 10 30|9013 NAR 150 0.3 0.7 0 10 20 80
9014 NAR 15 1.8 0.6 0 10 20 80|9018 NAR 90 2 1.5 0 19 39 90|9026 NAR 150 0.8 1.0 0 10 20 80
9027 NAR 8 22 1.0 0 20 30 50 89|9030 NAR 12 7 0.9 0 20 33 40 89|9031 NAR 18 9 1.0 0 49 80 90
9032 NAR 180 0.9 1.0 0 10 81 89|9403 NAR 120 22 1.1 3 30 50 60|9503 NAR 1800 0.4 1.3 8 00
"""


@dataclass(frozen=True, slots=True)
class Countries:
    """The countries of the world, one entry an index."""

    codes: tuple[str, ...]
    mass: NDArray[np.float64]
    kind: NDArray[np.int64]
    hub: NDArray[np.float64]
    distance: NDArray[np.float64]
    """Great-circle distance between two countries, in 1,000 km; 0.3 at least."""


@dataclass(frozen=True, slots=True)
class Goods:
    """The headings of the world, one entry an index; `codes` holds their six-digit codes."""

    headings: tuple[str, ...]
    codes: tuple[tuple[str, ...], ...]
    unit: tuple[str, ...]
    log_quantity: NDArray[np.float64]
    log_mass: NDArray[np.float64]
    weight: NDArray[np.float64]
    season: NDArray[np.float64]
    exempt: NDArray[np.bool_]
    """Food and medicine (HS chapters 1 to 24 and 30): lawful for the embargoed countries."""
    machines: NDArray[np.bool_]
    """Chapters where part numbers are usual (84, 85, 88 and 90)."""


def countries() -> Countries:
    """The countries of the world."""
    rows = [cell.split() for line in _COUNTRIES.split("\n") for cell in line.split("|") if cell]
    number = np.array([row[1:] for row in rows], dtype=np.float64)
    lat, lon = np.radians(number[:, 0]), np.radians(number[:, 1])
    cosine = np.sin(lat)[:, None] * np.sin(lat) + np.cos(lat)[:, None] * np.cos(lat) * np.cos(
        lon[:, None] - lon
    )
    return Countries(
        codes=tuple(row[0] for row in rows),
        mass=number[:, 2],
        kind=number[:, 3].astype(np.int64),
        hub=number[:, 4],
        distance=np.maximum(6.371 * np.arccos(np.clip(cosine, -1, 1)), 0.3),
    )


def goods() -> Goods:
    """The goods of the world."""
    rows = [cell.split() for line in _HEADINGS.split("\n") for cell in line.split("|") if cell]
    chapter = np.array([int(row[0][:2]) for row in rows])
    return Goods(
        headings=tuple(row[0] for row in rows),
        codes=tuple(tuple(row[0] + last for last in row[6:]) for row in rows),
        unit=tuple(row[1] for row in rows),
        log_quantity=np.log([float(row[2]) for row in rows]),
        log_mass=np.log([float(row[3]) for row in rows]),
        weight=np.array([float(row[4]) for row in rows]),
        season=np.array([float(row[5]) / 10 for row in rows]),
        exempt=(chapter <= 24) | (chapter == 30),
        machines=np.isin(chapter, (84, 85, 88, 90)),
    )
