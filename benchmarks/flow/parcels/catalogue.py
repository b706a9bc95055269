"""What a parcel world is made of: countries, goods, pack sizes and invented firm names."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

CONTROLLED: dict[str, float] = {
    "US": 22, "DE": 16, "JP": 13, "KR": 10, "TW": 10, "NL": 7, "GB": 6, "FR": 5,
    "IT": 5, "CH": 3, "BE": 2, "SE": 2, "FI": 1.5, "CZ": 1.5, "PL": 2.5, "AT": 1.5,
}  # fmt: skip
THIRD: dict[str, float] = {
    "CN": 26, "HK": 15, "TR": 12, "AE": 12, "KZ": 7, "IN": 7, "SG": 5, "MY": 4, "TH": 4,
    "VN": 4, "KG": 2.5, "AM": 2, "GE": 2, "UZ": 2.5, "RS": 2, "AZ": 1.5, "MD": 0.6, "IL": 2,
    "EG": 1.5, "MX": 2, "BR": 2, "ZA": 1.5, "ID": 2.5, "PH": 1.5, "MN": 0.6,
}  # fmt: skip
EMBARGOED_WEIGHTS: dict[str, float] = {"RU": 87, "BY": 13}

# Heading, its six-digit endings, unit, sector. A sector is a line of business that firms keep to.
HEADINGS: tuple[tuple[str, str, str, int], ...] = (
    ("8542", "31 32 33 39", "NAR", 0), ("8541", "10 21 29 30 51 60", "NAR", 0),
    ("8532", "21 22 24 25 29", "NAR", 0), ("8533", "10 21 29 40", "NAR", 0),
    ("8536", "30 41 49 50 69 90", "NAR", 0), ("8504", "31 40 50 90", "NAR", 0),
    ("8534", "00 10", "NAR", 0), ("8548", "00 90", "NAR", 0),
    ("8471", "30 41 50 70 80", "NAR", 1), ("8517", "13 14 62 69 71 79", "NAR", 1),
    ("8523", "49 51 52 59", "NAR", 1), ("8525", "81 83 89", "NAR", 1),
    ("8526", "10 91 92", "NAR", 1), ("8529", "10 90", "NAR", 1), ("8473", "30 40 50", "NAR", 1),
    ("9030", "20 33 40 84 89", "NAR", 2), ("9031", "20 49 80 90", "NAR", 2),
    ("9014", "20 80 90", "NAR", 2), ("9013", "10 20 80", "NAR", 2),
    ("9026", "10 20 80", "NAR", 2), ("9027", "20 50 89 90", "NAR", 2),
    ("8482", "10 20 30 50 80", "NAR", 3), ("8483", "10 30 40 50 60", "NAR", 3),
    ("8413", "30 50 60 70 91", "NAR", 3), ("8481", "10 20 30 80", "NAR", 3),
    ("8708", "29 30 40 80 99", "NAR", 3), ("8409", "91 99", "NAR", 3),
    ("8411", "82 91 99", "NAR", 3), ("8207", "30 50 60 90", "NAR", 3),
    ("6109", "10 90", "NAR", 4), ("6110", "11 20 30", "NAR", 4),
    ("6403", "91 99", "NPR", 4), ("4202", "12 21 22 92", "NAR", 4),
    ("9503", "00 10", "NAR", 4), ("3304", "10 20 30 99", "KGM", 4),
    ("3926", "20 30 90", "KGM", 4), ("7318", "15 16 21 29", "KGM", 3),
    ("0901", "11 21 22", "KGM", 5), ("1806", "20 31 32 90", "KGM", 5),
    ("2106", "10 90", "KGM", 5), ("0406", "10 30 90", "KGM", 5), ("2204", "10 21 29", "LTR", 5),
    ("3004", "20 49 50 90", "KGM", 6), ("3002", "12 13 15", "KGM", 6),
    ("3005", "10 90", "KGM", 6), ("3006", "10 30 50", "KGM", 6),
)  # fmt: skip
SECTORS = 7
HS_CODES: list[str] = [h + e for h, ends, _, _ in HEADINGS for e in ends.split()]
HS_HEADING: Ints = np.repeat(np.arange(len(HEADINGS)), [len(h[1].split()) for h in HEADINGS])
HS_SECTOR: Ints = np.array([HEADINGS[h][3] for h in HS_HEADING])
HS_UNIT: list[str] = [HEADINGS[h][2] for h in HS_HEADING]
HEADING_START: Ints = np.searchsorted(HS_HEADING, np.arange(len(HEADINGS))).astype(np.int64)
HEADING_SIZE: Ints = np.bincount(HS_HEADING).astype(np.int64)
EXEMPT: Bools = np.array([int(c[:2]) <= 24 or c[:2] == "30" for c in HS_CODES])

# What one buys at once, in packs; small orders are by far the most common.
LADDER: Floats = np.array([1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 100, 200, 500.0])
LADDER_WEIGHT: Floats = np.array([22, 14, 7, 5, 11, 4, 3, 11, 3, 2.5, 5, 4, 2, 1.5, 3, 2, 0.7, 0.3])
PACKS: Floats = np.array([1, 2, 5, 10, 25, 100, 1000.0])
PACK_WEIGHT: Floats = np.array([46, 6, 11, 16, 8, 9, 4.0])
UNITS: list[str] = ["NAR", "NPR", "KGM", "LTR", "DZN", "CEN", "MIL"]


def picks(rng: np.random.Generator, weights: Floats, size: int) -> Ints:
    """Draw `size` positions with chances in proportion to `weights`."""
    cum = np.cumsum(weights)
    at: Ints = np.searchsorted(cum, rng.random(size) * cum[-1], side="right").astype(np.int64)
    return np.minimum(at, len(cum) - 1)


def scatter(key: Ints) -> Floats:
    """Give every key a fixed number in [0, 1), so that a firm's n-th partner stays the same.

    The mixing steps are the finaliser of SplitMix64 (Steele, Lea and Flood, 2014).

    >>> bool(scatter(np.array([7]))[0] == scatter(np.array([7]))[0])
    True
    """
    z = key.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(11)).astype(np.float64) / 2.0**53


ONSETS = ["b", "br", "d", "dr", "f", "g", "gr", "h", "k", "kl", "l"]
ONSETS += ["m", "n", "p", "pr", "r", "s", "st", "t", "tr", "v", "z"]
VOWELS = ["a", "e", "i", "o", "u", "ai", "ei", "ou"]
CODAS = ["n", "r", "l", "s", "x", "m"]
TRADES = ["Trading", "Parts", "Supply", "Express", "Direct", "Store", "Components", "Goods"]
FORMS = ["Ltd", "LLC", "GmbH", "Co", "Inc", "SA"]


def firm_names(count: int, rng: np.random.Generator) -> list[str]:
    """Invent `count` different names; a name says nothing about what its firm does."""
    syllables = [o + v + c for o in ONSETS for v in VOWELS for c in CODAS]
    stems = rng.choice(len(syllables) ** 2, size=count, replace=False).tolist()
    trades = rng.integers(0, len(TRADES), count).tolist()
    forms = rng.integers(0, len(FORMS), count).tolist()
    n = len(syllables)
    return [
        f"{(syllables[s // n] + syllables[s % n]).title()} {TRADES[t]} {FORMS[f]}"
        for s, t, f in zip(stems, trades, forms, strict=True)
    ]
