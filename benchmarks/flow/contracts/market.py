"""The firms, goods and countries of the contracts world: who can buy what from whom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

DAYS = 730
CONTROLLED = {"US": 20, "DE": 18, "JP": 14, "KR": 10, "TW": 10, "NL": 8, "GB": 6, "FR": 6, "IT": 6}
THIRD = {"CN": 22, "TR": 14, "AE": 12, "HK": 12, "KZ": 7, "IN": 8, "UZ": 3, "KG": 3, "AM": 3}
THIRD |= {"GE": 3, "RS": 3, "MY": 4, "TH": 4, "VN": 4, "EG": 2, "ZA": 2, "BR": 4, "MX": 3}
EMBARGOED_WEIGHTS = {"RU": 9, "BY": 2}
COUNTRIES = np.array([*CONTROLLED, *THIRD, *EMBARGOED_WEIGHTS])

MAKER, BUYER, THIRD_MAKER, TRADER, USER, EMBARGOED_BUYER = range(6)
CLASS_SHARES = (0.18, 0.14, 0.16, 0.24, 0.18, 0.10)
AGENT, WHOLESALER, CONSOLIDATOR = range(3)

# Heading: its six-digit codes' last two digits. The first block may go to anyone (food, medicine).
EXEMPT_HEADINGS = (
    "0207:12 14 27;0303:14 55 89;0406:10 30 90;0803:10 90;0805:10 21 50;0808:10 30;0901:11 21 22;"
    "1006:30 40;1512:11 19;1704:10 90;1806:31 32 90;1905:31 90;2106:10 90;2204:10 21;"
    "3002:12 15 41;3004:20 39 50 90;3005:10 90"
)
OTHER_HEADINGS = (
    "2710:12 19;2811:21 22;2933:39 59 99;3208:10 20 90;3304:20 30 99;3402:31 42 90;3506:10 91;"
    "3815:12 19 90;3901:10 20;3907:30 61 99;3920:10 20 62;3926:30 90;4011:10 20 70;4016:93 99;"
    "4802:55 56;4819:10 20;5407:52 61;6109:10 90;6204:42 62;6403:91 99;7208:38 39;7210:49 61;"
    "7304:19 31 41;7318:15 16 22;7326:19 90;7606:11 12;8205:40 59;8207:30 50 70;8407:34 90;"
    "8409:91 99;8411:12 82 91 99;8412:21 31;8413:30 50 60 70 91;8414:30 59 80;8418:10 21;"
    "8421:23 29 39 99;8424:20 89;8443:32 99;8457:10 30;8458:11 91;8466:20 93 94;8471:30 50 70 80;"
    "8473:30 50;8479:50 89 90;8481:20 30 80 90;8482:10 20 50 99;8483:10 30 40 90;8501:10 31 52;"
    "8504:31 40 90;8507:20 60;8516:60 79;8517:13 62 71 79;8523:51 52;8525:81 83 89;8526:10 91;"
    "8528:52 72;8529:10 90;8532:21 24;8534:00 10;8536:20 49 50 69 90;8537:10 20;8538:10 90;"
    "8541:10 21 29 49 60;8542:31 32 33 39;8543:20 70;8544:20 42 49;8703:23 32 40;8708:29 40 80 99;"
    "8802:20 30;8807:20 30;9013:10 80;9014:20 80;9018:12 19 90;9026:10 20;9027:30 50 80;"
    "9030:20 33 40 82;9031:49 80;9032:89 90;9401:61 71;9403:30 60;9503:00 10"
)


def _expand(text: str) -> list[str]:
    pairs = (entry.split(":") for entry in text.split(";"))
    return [heading + last for heading, ends in pairs for last in ends.split()]


EXEMPT_CODES = _expand(EXEMPT_HEADINGS)
CODES = np.array(EXEMPT_CODES + _expand(OTHER_HEADINGS))
EXEMPT = np.arange(len(CODES)) < len(EXEMPT_CODES)
HEADING = np.unique([code[:4] for code in CODES], return_inverse=True)[1].astype(np.int64)
# Machines, instruments and vehicles are counted; most else is weighed.
COUNTED = np.array([code[:2] >= "84" or code[:2] in {"40", "61", "62", "64"} for code in CODES])


@dataclass(frozen=True)
class Market:
    """Firms with their countries, sizes, owners and the ranges of codes that they deal in.

    Firm columns are indexed by firm; ``unit_mass_kg``, ``price`` and ``lot`` by code. ``keys``,
    ``members`` and ``cumulative`` serve `pick`: members sorted by class and code with their weights.
    """

    kind: Ints
    role: Ints
    country: Ints
    size: Floats
    birth: Ints
    move_day: Ints
    new_country: Ints
    sister: Ints
    owner: Ints
    popularity: Floats
    unit_mass_kg: Floats
    price: Floats
    lot: Floats
    season: Floats
    keys: Ints
    members: Ints
    cumulative: Floats

    def pick(self, rng: np.random.Generator, kind: Ints, code: Ints) -> Ints:
        """Draw, for each wanted class and code, a firm that deals in the code, by its size."""
        key = kind * len(CODES) + code
        low = self.cumulative[self.keys[key]]
        high = self.cumulative[self.keys[key + 1]]
        place = np.searchsorted(self.cumulative, low + rng.random(len(key)) * (high - low), "right")
        place = np.clip(place - 1, self.keys[key], self.keys[key + 1] - 1)
        return np.asarray(self.members[place], np.int64)


def _countries(rng: np.random.Generator, kind: Ints) -> Ints:
    country = np.zeros(len(kind), np.int64)
    lists = {MAKER: CONTROLLED, BUYER: CONTROLLED, EMBARGOED_BUYER: EMBARGOED_WEIGHTS}
    for value in range(6):
        weights = lists.get(value, THIRD)
        where = np.flatnonzero(kind == value)
        ids = np.array([int(np.flatnonzero(name == COUNTRIES)[0]) for name in weights])
        share = np.array(list(weights.values()), float)
        country[where] = rng.choice(ids, len(where), p=share / share.sum())
    return country


def _owners(rng: np.random.Generator, country: Ints, kind: Ints) -> tuple[Ints, Ints]:
    """Pair most firms of one class and country under one owner."""
    order = np.lexsort((rng.random(len(kind)), country, kind))
    left, right = order[:-1:2], order[1::2]
    left = left[: len(right)]
    same = (country[left] == country[right]) & (kind[left] == kind[right])
    same &= rng.random(len(left)) < np.where(kind[left] == TRADER, 0.85, 0.3)
    sister = np.full(len(kind), -1)
    owner = np.arange(len(kind))
    sister[left[same]], sister[right[same]] = right[same], left[same]
    owner[right[same]] = left[same]
    return sister, owner


def _ranges(
    rng: np.random.Generator, kind: Ints, country: Ints, popularity: Floats, mean_range: float
) -> tuple[Ints, Ints]:
    """Which firm deals in which code: a few headings each, tilted by country."""
    n, m = len(kind), len(CODES)
    breadth = 1 + rng.geometric(1 / max(1.01, mean_range / 2), n)
    firm = np.repeat(np.arange(n), breadth)
    code = np.zeros(len(firm), np.int64)
    for value in range(len(COUNTRIES)):
        where = np.flatnonzero(country[firm] == value)
        weight = popularity * rng.lognormal(0, 0.9, m)
        code[where] = rng.choice(m, len(where), p=weight / weight.sum())
    # A firm that deals in a code mostly deals in another one of the heading too.
    other = sibling(rng, code)
    also = rng.random(len(firm)) < 0.7
    firm, code = np.r_[firm, firm[also]], np.r_[code, other[also]]
    for value in range(6):  # every class offers every code
        firm = np.r_[firm, rng.choice(np.flatnonzero(kind == value), 3 * m)]
        code = np.r_[code, np.tile(np.arange(m), 3)]
    pairs = np.unique(firm * m + code)
    return pairs // m, pairs % m


_BY_HEADING = np.argsort(HEADING, kind="stable")
_FIRST = np.searchsorted(HEADING[_BY_HEADING], np.arange(HEADING.max() + 2))
_RANK = np.argsort(_BY_HEADING) - _FIRST[HEADING]


def sibling(rng: np.random.Generator, code: Ints) -> Ints:
    """Another code of the same heading, for each code."""
    heading = HEADING[code]
    count = _FIRST[heading + 1] - _FIRST[heading]
    step = 1 + (rng.random(len(code)) * (count - 1)).astype(np.int64)
    return _BY_HEADING[_FIRST[heading] + (_RANK[code] + step) % count]


def make_market(
    rng: np.random.Generator, firms: int, *, tail: float, mean_range: float, startups: float
) -> Market:
    """Draw the firms; ``tail`` is the Pareto exponent of their sizes (lower: busier hubs)."""
    m = len(CODES)
    kind = np.sort(rng.choice(6, firms, p=CLASS_SHARES)).astype(np.int64)
    kind[:60] = np.arange(60) % 6
    country = _countries(rng, kind)
    size = np.minimum((1 + rng.pareto(tail, firms)), 0.05 * firms)
    birth = np.where(rng.random(firms) < startups, rng.integers(20, 520, firms), 0)
    moves = (rng.random(firms) < 0.015) & np.isin(kind, (THIRD_MAKER, TRADER, USER))
    sister, owner = _owners(rng, country, kind)
    popularity = rng.lognormal(0, 0.8, m) * np.where(EXEMPT, 1.3, 1.0)
    popularity /= popularity.sum()
    firm, code = _ranges(rng, kind, country, popularity, mean_range)
    key = kind[firm] * m + code
    order = np.argsort(key, kind="stable")
    mass = np.where(COUNTED, rng.lognormal(-1.0, 1.5, m), 1.0)
    return Market(
        kind=kind,
        role=rng.choice(3, firms, p=(0.35, 0.5, 0.15)).astype(np.int64),
        country=country,
        size=size,
        birth=birth.astype(np.int64),
        move_day=np.where(moves, rng.integers(120, 600, firms), 10 * DAYS),
        new_country=_countries(rng, kind),
        sister=sister,
        owner=owner,
        popularity=popularity,
        unit_mass_kg=mass,
        price=rng.lognormal(2.5, 1.0, m) * mass,
        lot=np.where(COUNTED, rng.lognormal(6.0, 0.8, m), rng.lognormal(8.0, 0.7, m)),
        season=rng.random(m),
        keys=np.searchsorted(key[order], np.arange(6 * m + 1)).astype(np.int64),
        members=firm[order],
        cumulative=np.r_[0.0, np.cumsum(size[firm[order]] * rng.lognormal(0, 0.8, len(firm)))],
    )
