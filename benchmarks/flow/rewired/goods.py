"""The fixed tables (countries, headings) and the catalogue of goods drawn from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

DAYS = 730
ORIGIN, THIRD, EMBARGO = 0, 1, 2
UNITS = ("NAR", "KGM", "DZN", "TNE", "MTR", "LTR")
NAR, KGM, DZN, TNE, MTR, LTR = range(6)

# country, share of its kind's firms, region, pull towards the embargoed markets
_COUNTRIES = {
    ORIGIN: "US:16:am:0 DE:14:eu:0 JP:10:as:0 TW:8:as:0 KR:8:as:0 NL:7:eu:0 IT:6:eu:0 FR:6:eu:0 "
    "GB:5:eu:0 CH:3:eu:0 BE:3:eu:0 PL:3:eu:0 ES:3:eu:0 CA:3:am:0 AT:2:eu:0 SE:2:eu:0 CZ:2:eu:0 "
    "FI:1.5:eu:0 AU:1:as:0 NO:1:eu:0",
    THIRD: "CN:16:as:1.4 HK:8:as:1.2 TR:8:me:1.5 AE:7:me:1.3 IN:6:as:.7 SG:5:as:.5 VN:4:as:.5 "
    "TH:4:as:.4 MY:4:as:.5 BR:4:am:.2 MX:4:am:.2 KZ:3:ce:2.5 ID:3:as:.3 IL:2:me:.4 EG:2:me:.5 "
    "ZA:2:af:.2 SA:2:me:.3 PH:2:as:.2 KG:1.5:ce:2.8 GE:1.5:ce:2 UZ:1.5:ce:2.5 RS:1.5:ce:2 "
    "AR:1.5:am:.2 AM:1.2:ce:2.8 CL:1.2:am:.1 AZ:1:ce:1.6 MA:1:af:.3 PE:1:am:.1 PK:1:as:.4 "
    "BD:1:as:.3 MD:.7:ce:1.3 TN:.6:af:.3 JO:.6:me:.4 TJ:.5:ce:2 MN:.5:as:1.5 LK:.5:as:.3 "
    "KW:.5:me:.3 OM:.5:me:.4 QA:.5:me:.4",
    EMBARGO: "RU:8:ce:0 BY:1.5:ce:0",
}
_ROWS = [c.split(":") for text in _COUNTRIES.values() for c in text.split()]
COUNTRY = np.array([r[0] for r in _ROWS])
COUNTRY_KIND = np.repeat(np.arange(3), [len(text.split()) for text in _COUNTRIES.values()])
COUNTRY_SHARE = np.array([float(r[1]) for r in _ROWS])
COUNTRY_REGION = np.unique([r[2] for r in _ROWS], return_inverse=True)[1].astype(np.int64)
COUNTRY_PULL = np.array([float(r[3]) for r in _ROWS])
CONTROLLED_ORIGINS = frozenset(str(c) for c in COUNTRY[COUNTRY_KIND == ORIGIN])
EMBARGOED = frozenset({"RU", "BY"})

# sector: controlled, share of trade, headings (unit after a stroke where it is not the sector's)
_SECTORS: tuple[tuple[bool, float, int, str], ...] = (
    (False, 9, KGM, "0201 0304 0406 0803 0805 0901 1001 1511 1701 1806 2009/LTR 2204/LTR"),
    (False, 5, KGM, "3002 3003 3004 3005 3006"),
    (True, 9, NAR, "3304/KGM 3401/KGM 4818/KGM 6109 6204 6403 6911/KGM 9403 9503 9603/DZN"),
    (True, 7, KGM, "2804 2811 2815/TNE 2836/TNE 2902 2905 2933 3402 3815 3824"),
    (True, 7, KGM, "3901 3907 3919 3920 3926 4009/MTR 4010/MTR 4011/NAR 4016"),
    (True, 3, KGM, "5402 5503 5603 5906/MTR 5911/MTR"),
    (True, 9, KGM, "7208/TNE 7210/TNE 7219/TNE 7225/TNE 7304 7308 7318 7408 7606 8108"),
    (True, 4, NAR, "8203/DZN 8205/DZN 8207 8208 8302/KGM 8311/KGM"),
    (True, 9, NAR, "8407 8408 8409/KGM 8411 8412 8413 8414 8421 8424"),
    (True, 9, NAR, "8456 8457 8458 8459 8462 8466/KGM 8477 8479 8481 8482 8483"),
    (True, 12, NAR, "8443 8471 8473 8517 8523 8525 8526 8529"),
    (True, 13, NAR, "8532 8533 8534 8535 8536 8537 8541 8542 8544/MTR"),
    (True, 8, NAR, "8501 8502 8503/KGM 8504 8506 8507 8511 8531 8543"),
    (True, 6, NAR, "8703 8704 8708/KGM 8716 8802 8807/KGM"),
    (True, 7, NAR, "9002 9013 9014 9015 9026 9027 9030 9031 9032"),
)
_SUFFIXES = np.array([10, 11, 12, 19, 20, 21, 29, 30, 31, 39, 40, 50, 60, 70, 80, 90, 91, 99])


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Headings and their codes; the codes of a heading lie together from `first`."""

    codes: list[str]
    heading: Ints  # of each code
    share: Floats  # of each code within all trade
    price: Floats  # dollars a unit
    mass: Floats  # kilograms a unit
    lot: Floats  # usual quantity
    first: Ints  # of each heading
    count: Ints
    unit: Ints
    controlled: Bools
    sector: Ints
    sector_first: Ints  # of each heading: where its sector begins, and how long that is
    sector_count: Ints
    heading_share: Floats
    season: Floats  # headings x (DAYS + 1): how much of the two years' trade lies before the day


def make_catalogue(rng: np.random.Generator, seasons: float, first_weekday: int) -> Catalogue:
    """Draw codes, shares, prices, masses, lots and seasons of all headings."""
    headings, unit, sector, controlled, share = [], [], [], [], []
    for number, (is_controlled, part, usual, text) in enumerate(_SECTORS):
        names = text.split()
        weights = rng.lognormal(0, 0.5, len(names))
        for name, weight in zip(names, weights / weights.sum(), strict=True):
            headings.append(name[:4])
            unit.append(UNITS.index(name[5:]) if "/" in name else usual)
            sector.append(number)
            controlled.append(is_controlled)
            share.append(part * weight)
    n = len(headings)
    count = rng.integers(3, 8, n)
    first = np.concatenate(([0], np.cumsum(count)[:-1]))
    heading = np.repeat(np.arange(n), count)
    codes = [
        f"{headings[h]}{suffix}"
        for h in range(n)
        for suffix in np.sort(rng.choice(_SUFFIXES, count[h], replace=False))
    ]
    code_share = rng.lognormal(0, 0.7, len(codes))
    code_share *= np.repeat(np.array(share) / np.add.reduceat(code_share, first), count)
    units, sectors = np.array(unit), np.array(sector)
    worth = rng.lognormal(np.log(28_000), 0.5, n)  # dollars of a usual lot
    pieces = np.isin(units, (NAR, DZN))
    kilo = np.select(
        [units == KGM, units == TNE, units == LTR],
        [np.ones(n), np.full(n, 1000.0), np.full(n, 1.02)],
        rng.lognormal(np.log(1.0), 1.6, n),
    )
    dollars = kilo * rng.lognormal(np.log(18), 0.9, n) * np.where(pieces, 2.0, 0.6)
    dollars[units == TNE] = rng.lognormal(np.log(900), 0.4, int((units == TNE).sum()))
    price = dollars[heading] * rng.lognormal(0, 0.4, len(codes))
    mass = kilo[heading] * np.where(
        np.isin(units, (NAR, DZN, MTR))[heading], rng.lognormal(0, 0.3, len(codes)), 1.0
    )
    day = np.arange(DAYS)
    phase, depth = rng.random((n, 1)), seasons * rng.random((n, 1))
    wave = 1 + depth * np.sin(2 * np.pi * (day / 365 + phase))
    wave = wave * np.where((day + first_weekday) % 7 >= 5, 0.2, 1.0) * (1 + day / 6000)
    season = np.concatenate((np.zeros((n, 1)), np.cumsum(wave, axis=1)), axis=1)
    start = np.searchsorted(sectors, sectors)
    return Catalogue(
        codes=codes,
        heading=heading,
        share=code_share / code_share.sum(),
        price=price,
        mass=mass,
        lot=np.maximum(1.5, worth[heading] / price),
        first=first,
        count=count,
        unit=units,
        controlled=np.array(controlled),
        sector=sectors,
        sector_first=start,
        sector_count=np.searchsorted(sectors, sectors, side="right") - start,
        heading_share=np.array(share) / np.sum(share),
        season=season / season[:, -1:],
    )
