"""The fictional market: goods, firms, and who deals in what.

A *book* says which firms deal in a good and how much of its trade each has. Every shipment of
the world, planted or lawful, draws its firms from the same books.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def _words(text: str) -> list[str]:
    return text.split()


CONTROLLED_ORIGINS = frozenset(
    _words("US CA DE FR GB IT NL BE CH AT SE FI DK NO IE ES PL CZ JP KR TW AU")
)
EMBARGOED = frozenset({"RU", "BY"})

_CONTROLLED = _words("US DE JP TW KR NL GB FR IT CH SE AT FI CZ BE PL ES CA DK IE NO AU")
_THIRD = _words("CN HK TR AE KZ IN SG MY TH VN KG AM GE UZ RS MX BR ZA IL SA EG MA ID PH MD AZ LK")

_TECHNICAL = (
    "8542:31 32 33 39;8541:10 21 29 30 49 51 60;8517:62 69 71 79;8532:21 22 24 25 29;"
    "8533:10 21 40;8534:00 10;8536:50 69 90;8504:31 40 50;8471:30 41 50 70 80;8473:30 40 50;"
    "8523:51 52 59;8525:60 81 89;8526:10 91 92;8529:10 90;8501:10 31 52;8507:20 60 80;"
    "8537:10 20;8543:20 70 90;8544:42 49 70;8482:10 20 30 50;8483:30 40 60;8413:50 60 91;"
    "8414:10 59 80;8421:23 29 39;8443:31 32 99;8456:11 12 30;8457:10 30;8458:11 91;8459:21 61;"
    "8466:20 93 94;8481:20 30 80;8486:10 20 40;8479:50 89 90;8803:00 30;8807:10 30;8708:40 80 99;"
    "9013:10 20 80;9014:10 20 80;9015:10 80;9026:10 20 80;9027:30 50 80;9030:20 32 39 82;"
    "9031:49 80 90;9032:10 81 89;7318:15 16;7326:19 90;3926:90 30;4016:93 99;7616:10 99;"
    "7304:29 41;3920:20 62;7225:30 50;3907:40 61"
)
_EXEMPT = (
    "3004:10 20 32 50 90;3002:12 15 42;3005:10 90;3006:30 70;0203:22 29;0303:14 54;0406:10 90;"
    "0702:00 10;0805:10 50;0808:10 30;0901:11 21;1001:19 99;1201:10 90;1507:10 90;1806:31 90;"
    "2009:12 89;2106:10 90;2204:21 22;2309:10 90"
)
_HEAVY = ("39", "40", "72", "73", "76")


@dataclass(frozen=True, slots=True)
class Goods:
    """The HS6 codes of the world; arrays have one entry for every code."""

    code: NDArray[np.str_]
    exempt: Mask
    by_mass: Mask
    popularity: Floats
    usual_quantity: Floats
    unit_mass_kg: Floats
    unit_price: Floats
    heading_kin: Ints
    other_kin: Ints


@dataclass(frozen=True, slots=True)
class Book:
    """Which firms deal in which good, with the weight of each."""

    firm: Ints
    start: Ints
    cum: Floats

    def draw(self, rng: np.random.Generator, good: Ints) -> Ints:
        """One firm that deals in each good, by weight."""
        low, high = self.start[good], self.start[good + 1]
        mark = self.cum[low] + rng.random(good.size) * (self.cum[high] - self.cum[low])
        at = np.searchsorted(self.cum, mark, side="right") - 1
        found: Ints = self.firm[np.clip(at, low, high - 1)]
        return found


@dataclass(frozen=True, slots=True)
class Market:
    """Goods, firms and books of one world; days count from the first day."""

    goods: Goods
    name: NDArray[np.str_]
    country: Ints
    moved_to: Ints
    moved_day: Ints
    founded_day: Ints
    group: Ints
    sister: Ints
    countries: NDArray[np.str_]
    controlled: Mask
    embargoed: Mask
    books: dict[str, Book]


def make_goods(rng: np.random.Generator) -> Goods:
    """Draw popularity, prices, masses and lot sizes of the codes."""
    code, exempt, heading = [], [], []
    for text, is_exempt in ((_TECHNICAL, False), (_EXEMPT, True)):
        for part in text.split(";"):
            head, ends = part.split(":")
            for end in ends.split():
                code.append(head + end)
                heading.append(head)
                exempt.append(is_exempt)
    n = len(code)
    free, heads = np.array(exempt), np.array(heading)
    by_mass = free & (np.char.startswith(heads, "30") == np.False_)
    by_mass |= np.isin([h[:2] for h in heading], _HEAVY)
    kin, other = np.arange(n), np.arange(n)
    for i in range(n):
        near = np.flatnonzero((heads == heads[i]) & (np.arange(n) != i))
        far = np.flatnonzero((heads != heads[i]) & (free == free[i]) & (by_mass == by_mass[i]))
        kin[i], other[i] = rng.choice(near), rng.choice(far)
    return Goods(
        np.array(code),
        free,
        by_mass,
        np.exp(rng.normal(0, 1.0, n)),
        np.exp(rng.normal(np.where(by_mass, 8.0, 5.5), 1.2, n)),
        np.where(by_mass, 1.0, np.exp(rng.normal(-1.0, 1.8, n))),
        np.exp(np.where(by_mass, rng.normal(1.2, 0.8, n), rng.normal(3.5, 1.6, n))),
        kin,
        other,
    )


def make_book(
    rng: np.random.Generator, goods: Goods, firms: Ints, weight: Floats, breadth: float
) -> Book:
    """Give each firm about ``breadth`` goods by popularity, and each good at least three firms."""
    n = goods.code.size
    count = 1 + np.minimum(rng.poisson((breadth - 1) * np.sqrt(weight)), 25)
    firm = np.concatenate([np.repeat(firms, count), rng.choice(firms, 3 * n)])
    scale = np.concatenate([np.repeat(weight, count), np.full(3 * n, float(np.median(weight)))])
    good = np.concatenate(
        [
            rng.choice(n, int(count.sum()), p=goods.popularity / goods.popularity.sum()),
            np.tile(np.arange(n), 3),
        ]
    )
    order = np.argsort(good, kind="stable")
    firm, scale, good = firm[order], scale[order], good[order]
    cum = np.concatenate([[0.0], np.cumsum(scale * np.exp(rng.normal(0, 0.8, firm.size)))])
    return Book(firm, np.searchsorted(good, np.arange(n + 1)), cum)


def _names(rng: np.random.Generator, n: int) -> NDArray[np.str_]:
    """Unique names that say nothing about what a firm does or where it sits."""
    first = _words("Al Bor Cer Dun El Far Gal Hol Il Jor Kal Lum Mar Nor Or Pel Qua Ros Sel Tor")
    mid = _words("a ba ci do er fi ga hu in ja ke lo mi na os pi ra su ti ve")
    last = _words("dan den dor gen kor lan len mar mir nex ran ric sen sta tan tek ton vas ven zor")
    word = [
        "Trading",
        "Industries",
        "Supply",
        "Group",
        "Works",
        "Technic",
        "Systems",
        "Export",
        "Line",
        "Partners",
    ]
    word += ["House", "Alliance", "Union", "Service", "Global"]
    form = np.array(["Ltd", "LLC", "Co", "AS", "GmbH", "FZE", "SA", "Inc"])
    mark = rng.choice(20 * 20 * 20 * 15 * 12, n, replace=False)
    mark, tail = np.divmod(mark, 12)
    mark, d = np.divmod(mark, 15)
    mark, c = np.divmod(mark, 20)
    a, b = np.divmod(mark, 20)
    ends = np.array(["", *"abcdefghijk"])
    stem = np.char.add(np.char.add(np.array(first)[a], np.array(mid)[b]), np.array(last)[c])
    stem = np.char.add(np.char.add(stem, ends[tail]), " ")
    stem = np.char.add(np.char.add(stem, np.array(word)[d]), " ")
    named: NDArray[np.str_] = np.char.add(stem, rng.choice(form, n))
    return named


def make_market(
    rng: np.random.Generator,
    lines: int,
    *,
    days: int,
    trader_lines: float,
    skew: float,
    breadth: float,
    agents: float,
    sister: float,
) -> Market:
    """Found the firms of a world of ``lines`` lines and write their books."""
    goods = make_goods(rng)
    traders = max(int(lines / trader_lines), 60)
    users = max(lines // 14, 120)
    sizes = {
        "makers_c": max(lines // 60, 60),
        "makers_t": max(lines // 60, 60),
        "traders_t": traders,
        "traders_c": max(traders // 4, 30),
        "users_t": users // 2,
        "users_c": users // 3,
        "users_e": users // 8,
        "depots": max(lines // 500, 30),
    }
    role = np.repeat(np.arange(len(sizes)), list(sizes.values()))
    n = role.size
    countries = np.array(_CONTROLLED + _THIRD + ["RU", "BY"])
    c, t = len(_CONTROLLED), len(_THIRD)
    weight_c = np.exp(rng.normal(0, 0.4, c)) / np.arange(2, c + 2)
    weight_t = np.exp(rng.normal(0, 0.4, t)) / np.arange(4, t + 4)
    third = np.isin(role, [1, 2, 4]) | ((role == 7) & (rng.random(n) < 0.7))
    ended = role == 6

    def place() -> Ints:
        here = rng.choice(c, n, p=weight_c / weight_c.sum())
        here[third] = c + rng.choice(t, int(third.sum()), p=weight_t / weight_t.sum())
        here[ended] = c + t + (rng.random(int(ended.sum())) < 0.15)
        return here

    country = place()
    moves = rng.random(n) < 0.02
    moved_day = np.where(moves, rng.integers(60, max(days - 60, 61), n), 1 << 30)
    founded = np.where(
        rng.random(n) < np.where(role == 2, 0.1, 0.04), rng.integers(0, max(days - 90, 1), n), -999
    )
    group, other = np.arange(n), np.arange(n)
    shared = min(1.0, max(0.4, 1.5 * sister))
    for r in range(len(sizes)):
        mine = rng.permutation(np.flatnonzero(role == r))
        pairs = mine[: int(mine.size * (shared if r in (2, 3) else 0.1)) // 2 * 2].reshape(-1, 2)
        group[pairs[:, 1]] = pairs[:, 0]
        other[pairs[:, 0]], other[pairs[:, 1]] = pairs[:, 1], pairs[:, 0]
        near = rng.random(len(pairs)) < 0.6
        country[pairs[near, 1]] = country[pairs[near, 0]]
    size = np.exp(rng.normal(0, 1.0, n) * skew) * (1 + rng.pareto(2.2, n))
    books = {}
    for r, key in enumerate(sizes):
        mine = np.flatnonzero(role == r)
        wide = breadth if key.startswith("traders") else 0.7 * breadth
        books[key] = make_book(rng, goods, mine, size[mine], max(wide, 1.2))
        if key == "traders_t":
            hired = books[key].cum.copy()
            agent = rng.random(n) < agents
            step = np.diff(hired) * np.where(agent[books[key].firm], 4.0, 1.0)
            books["agents"] = Book(
                books[key].firm, books[key].start, np.concatenate([[0.0], np.cumsum(step)])
            )
    makers = np.flatnonzero(role == 1)
    books["parts"] = make_book(rng, goods, makers, size[makers], 3.0)
    is_controlled = np.isin(countries, list(CONTROLLED_ORIGINS))
    return Market(
        goods,
        _names(rng, n),
        country,
        np.where(moves, place(), country),
        moved_day,
        founded,
        group,
        other,
        countries,
        is_controlled,
        np.isin(countries, list(EMBARGOED)),
        books,
    )
