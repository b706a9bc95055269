"""Who trades what in the paper world: goods, firms, standing orders, customers and invoices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from benchmarks.flow.orders import Knobs

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

DAYS, WARM_UP = 731, 120
CONTROLLED = [
    "US",
    "DE",
    "JP",
    "TW",
    "KR",
    "NL",
    "GB",
    "FR",
    "IT",
    "CH",
    "SE",
    "AT",
    "FI",
    "BE",
    "PL",
]
THIRD = [
    "CN",
    "TR",
    "AE",
    "HK",
    "KZ",
    "IN",
    "KG",
    "UZ",
    "AM",
    "GE",
    "RS",
    "SG",
    "MY",
    "TH",
    "VN",
    "AZ",
    "MN",
]
OTHER_MAKERS = ["CN", "IN", "VN", "TR", "TH", "MY", "BR", "MX", "ID", "ZA", "EG", "PK"]
ELSEWHERE = [
    "DE",
    "US",
    "FR",
    "GB",
    "PL",
    "ES",
    "MX",
    "BR",
    "ZA",
    "AU",
    "CA",
    "EG",
    "SA",
    "ID",
    "NG",
    "AR",
]
EMBARGOED_FIRST = ["RU", "BY"]

# One theme a line: unit, kilograms a unit, price a unit in dollars, then headings with subheadings.
# The first two themes are food and medicine, which may lawfully go on to the embargoed countries.
_THEMES = """
KGM 1 4 0406:10,20,30,40,90 0806:10,20 0901:11,12,21,22 1509:20,30,40 1806:20,31,32,90 2204:10,21,22
KGM 1 90 3002:12,13,14,15 3003:10,20,31,39,90 3004:10,20,32,39,50,90 3005:10,90 3006:10,30,40,50
NAR .02 6 8541:10,21,29,30,51,59 8542:31,32,33,39 8532:21,22,24,25,29 8533:10,21,29,31 8534:00
NAR 1.5 180 8471:30,41,49,50,60,70,80 8473:21,30,40,50 8517:13,14,61,62,69 8523:49,51,52,59
NAR 3 60 8536:10,20,30,41,50,69,90 8537:10,20 8504:10,21,31,40,50 8501:10,31,32,40,51 8544:20,30,42,49
NAR 6 240 9013:10,20,80 9014:10,20,80 9026:10,20,80 9027:10,20,30,50,81 9030:10,20,31,33,40,82
NAR 2 25 8482:10,20,30,40,50,80 8483:10,20,30,40,60 8481:10,20,30,40,80 8484:10,20,90
NAR 90 2500 8413:11,19,50,60,70,81 8414:10,30,59,80 8421:19,21,23,29,39 8419:32,39,50,89
NAR 900 21000 8456:11,12,20,30 8457:10,20,30 8458:11,19,91,99 8459:10,21,29,61 8460:12,19,22,31
NAR 4 45 8708:10,29,30,40,50,80,93,99 8512:10,20,30,40 8409:91,99 8507:10,20,60,80
KGM 1 3 3901:10,20,30,40 3907:10,21,30,61,70 3920:10,20,51,62 4011:10,20,30,70 4016:93,95,99
KGM 1 8 2811:11,12,21,22 2905:11,12,31,44 3403:11,19,91,99 3824:10,40,84,99 3208:10,20,90
KGM 1 2 7208:10,25,36,51 7219:11,21,32,33 7304:11,19,31,41 7318:14,15,16,21 7606:11,12,91,92
NAR .6 18 8204:11,12,20 8205:10,20,40,51 8207:13,19,30,40,50,60,70 8467:11,19,21,29
NAR .4 15 6109:10,90 6110:11,20,30 6203:11,31,41,42,43 6204:11,31,61,62 6403:19,51,91,99
""".strip().splitlines()
THEMES = len(_THEMES)
EXEMPT_THEMES = 2


@dataclass(frozen=True, slots=True)
class Goods:
    """The catalogue: one entry a HS6 code, headings and themes lie together."""

    code: npt.NDArray[np.str_]
    theme: Ints
    theme_from: Ints
    theme_size: Ints
    head_from: Ints
    head_size: Ints
    price: Floats
    mass: Floats
    counted: Bools

    def switch(self, rng: np.random.Generator, good: Ints, across: Bools) -> Ints:
        """Another code for each good: of its heading, or of another heading of its theme."""
        start, size, of = self.head_from[good], self.head_size[good], self.theme[good]
        span = np.maximum(size - 1, 1)
        near = start + (good - start + 1 + rng.integers(0, span)) % size
        base, width = self.theme_from[of], self.theme_size[of]
        far = base + (start - base + size + rng.integers(0, width - size)) % width
        return np.where(across | (size == 1), far, near)


def catalogue(rng: np.random.Generator) -> Goods:
    """Write the catalogue, with prices and masses drawn around those of each theme."""
    code: list[str] = []
    rows: list[tuple[int, int, int, float, float, bool]] = []
    for theme, line in enumerate(_THEMES):
        unit, mass, price, *headings = line.split()
        for text in headings:
            heading, _, subs = text.partition(":")
            ends, start = subs.split(","), len(code)
            worth = float(price) * rng.lognormal(0, 0.5)
            heft = float(mass) * (1.0 if unit == "KGM" else rng.lognormal(0, 0.4))
            code += [heading + end for end in ends]
            rows += [(theme, start, len(ends), worth, heft, unit == "NAR")] * len(ends)
    theme_of, head, size, worth_of, mass_of, counted = (
        np.array(c) for c in zip(*rows, strict=True)
    )
    many = np.bincount(theme_of)
    price_of = worth_of * rng.lognormal(0, 0.25, len(code))
    return Goods(
        np.array(code), theme_of, np.cumsum(many) - many, many, head, size, price_of, mass_of, counted
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Firms:
    """All firms; blocks of numbers by part: makers, traders, users, embargoed customers."""

    country: npt.NDArray[np.str_]
    country_later: npt.NDArray[np.str_]
    moved_on: Ints
    founded: Ints
    group: Ints
    name: npt.NDArray[np.str_]
    makers_each: int
    traders: Ints
    users: Ints
    users_third: Ints
    embargoed: Ints
    first_theme: Ints
    themes: Ints
    stockist: Bools
    buys: Floats

    def country_on(self, firm: Ints, day: Ints) -> npt.NDArray[np.str_]:
        """The country of each firm on each day (a few firms move house)."""
        return np.where(day < self.moved_on[firm], self.country[firm], self.country_later[firm])


def ranks(rng: np.random.Generator, many: int, size: int, bend: float = 0.6) -> Ints:
    """Draw ranks of `many` with a heavy head."""
    weight = np.cumsum(1.0 / (np.arange(many) + 2.0) ** bend)
    found = np.searchsorted(weight, rng.random(size) * weight[-1])
    drawn: Ints = np.minimum(found, many - 1).astype(np.int64)
    return drawn


def _names(rng: np.random.Generator, group: Ints) -> npt.NDArray[np.str_]:
    """Invent names; half of the firms of one owner share its stem."""
    parts = [
        "ba",
        "cor",
        "del",
        "fen",
        "gal",
        "hir",
        "jo",
        "kar",
        "lum",
        "mer",
        "nov",
        "ost",
        "pel",
        "qua",
        "rin",
        "sol",
        "tar",
        "ul",
        "vek",
        "win",
        "xan",
        "yor",
        "zem",
    ]
    kinds = [
        "Trading",
        "Industrial",
        "Supply",
        "Technic",
        "Components",
        "Logistic",
        "Group",
        "Impex",
        "Systems",
        "General",
    ]
    forms = ["LLC", "Ltd", "GmbH", "Co", "FZE", "AS", "Inc", "SA"]
    syllables = rng.integers(0, len(parts), (len(group), 4))
    lead = np.where(rng.random(len(group)) < 0.5, group, np.arange(len(group)))
    kind, form = rng.integers(0, len(kinds), len(group)), rng.integers(0, len(forms), len(group))
    made = []
    for firm, first in enumerate(lead):
        stem = "".join(parts[s] for s in syllables[first]).title()
        made.append(f"{stem} {kinds[kind[firm]]} {forms[form[firm]]}")
    seen: dict[str, int] = {}
    for firm, name in enumerate(made):
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            made[firm] = f"{name} {seen[name]}"
    return np.array(made)


def found_firms(rng: np.random.Generator, knobs: Knobs, lines: int) -> Firms:
    """Found as many firms as a world of `lines` needs."""
    each = max(3, round(lines / 1800 / THEMES * 10))
    n_traders = max(24, round(lines * knobs.hub_share / knobs.lots_a_trader / 1.8))
    n_third, n_else = max(30, lines // 120), max(30, lines // 150)
    n_ban = max(12, lines // 400)
    counts = [each * THEMES, each * THEMES, n_traders, n_third, n_else, n_ban]
    pools = [CONTROLLED, OTHER_MAKERS, THIRD, THIRD, ELSEWHERE, EMBARGOED_FIRST]
    bends = [0.8, 0.8, 0.5, 0.5, 0.5, 2.5]
    country = np.concatenate(
        [
            np.array(p)[ranks(rng, len(p), c, b)]
            for p, c, b in zip(pools, counts, bends, strict=True)
        ]
    )
    edge = np.cumsum([0, *counts])
    part = [np.arange(edge[i], edge[i + 1]) for i in range(len(counts))]
    total, traders = int(edge[-1]), part[2]
    group, later = np.arange(total), country.copy()
    order = traders[np.lexsort((rng.random(n_traders), country[traders]))]
    house = np.cumsum(rng.random(n_traders) < 0.45)
    apart = np.r_[True, country[order[1:]] != country[order[:-1]]]
    first = np.r_[True, house[1:] != house[:-1]] | apart
    group[order] = order[np.maximum.accumulate(np.where(first, np.arange(n_traders), 0))]
    founded = np.full(total, -WARM_UP)
    young = (rng.random(total) < knobs.startups) & (np.arange(total) >= traders[0])
    founded[young] = rng.integers(0, 420, int(young.sum()))
    moved = np.full(total, DAYS + 1)
    for block, new in ((traders, THIRD), (part[3], THIRD), (part[4], ELSEWHERE)):
        gone = block[rng.random(len(block)) < knobs.movers]
        moved[gone] = rng.integers(60, 600, len(gone))
        later[gone] = rng.choice(new, len(gone))
    themes = rng.integers(0, THEMES, (total, 3))
    for col in (1, 2):
        same = rng.random(total) < 0.5
        themes[same, col] = themes[same, 0]
    buys = rng.lognormal(0, 1.0, total)
    buys[part[5]] *= 0.3
    return Firms(
        country, later, moved, founded, group, _names(rng, group), each, traders,
        np.concatenate(part[3:5]), part[3], part[5], themes[:, 0], themes,
        rng.random(total) < knobs.stockists, buys,
    )  # fmt: skip


@dataclass(slots=True)
class Rows:
    """Lines under way: one entry a line (or a parcel of one)."""

    exporter: Ints
    consignee: Ints
    good: Ints
    quantity: Floats
    day: Ints
    controlled: Bools
    chain: Ints
    hop: Ints
    seasonal: Bools

    def take(self, which: Ints | Bools) -> Rows:
        """The lines of a mask or of row numbers."""
        return Rows(*(getattr(self, name)[which] for name in Rows.__slots__))


def join(parts: list[Rows]) -> Rows:
    """Put lines behind each other."""
    return Rows(*(np.concatenate([getattr(p, n) for p in parts]) for n in Rows.__slots__))


def whole(quantity: Floats, counted: Bools) -> Floats:
    """Pieces come whole, weights to a tenth."""
    return np.maximum(np.where(counted, np.rint(quantity), np.round(quantity, 1)), 1.0)


def invoices(
    rng: np.random.Generator, knobs: Knobs, goods: Goods, firms: Firms, buyers: Ints, lines: int
) -> Rows:
    """Order, deliver and invoice at least `lines` lines from makers to the given buyers.

    A relation of a buyer and a maker has a basket of usual goods. An order takes some of them, now
    and then something else, and is delivered at once or in parts, of which some goods come later.
    """
    need = int(lines * 1.12) + 60
    ties = max(8, round(need / knobs.lines_a_pair))
    buyer = buyers[
        np.searchsorted(np.cumsum(firms.buys[buyers]), rng.random(ties) * firms.buys[buyers].sum())
    ]
    buyer = np.where(rng.random(ties) < 0.5, rng.permutation(np.resize(buyers, ties)), buyer)
    theme = firms.themes[buyer, rng.integers(0, 3, ties)]
    banned = np.isin(buyer, firms.embargoed) & (theme >= EXEMPT_THEMES)
    # A buyer gets the goods of a theme from one side of the world for the most part.
    habit = (firms.buys[buyer] * 6151.0 + theme * 0.618) % 1.0
    whim = rng.random(ties)
    habit = np.where(rng.random(ties) < knobs.mixed_supply, whim, habit)
    controlled = (habit < knobs.controlled_supply) & ~banned
    rank = ranks(rng, firms.makers_each, ties, 0.9)
    seller = ((~controlled) * THEMES + theme) * firms.makers_each + rank
    size = goods.theme_size[theme]
    corner = (firms.buys[buyer] * 7919.0 + theme * 31).astype(np.int64) % size
    width = np.minimum(size, knobs.assortment)
    basket = corner[:, None] + rng.integers(0, width[:, None], (ties, 8))
    basket = goods.theme_from[theme][:, None] + basket % size[:, None]
    scale = rng.lognormal(0, 0.6, ties) * firms.buys[buyer] ** 0.35
    seasonal, peak = rng.random(ties) < knobs.seasonal, rng.integers(0, 365, ties)

    n = need // 3
    # An embargoed customer buys from makers as seldom a time as from traders.
    often = np.where(np.isin(buyer, firms.embargoed), 0.2, 1.0)
    vigour = np.cumsum(rng.lognormal(0, 0.9, ties) * often)
    tie = np.searchsorted(vigour, rng.random(n) * vigour[-1])
    start = np.maximum(firms.founded[buyer[tie]], -WARM_UP)
    day = (start + rng.random(n) * (DAYS - start)).astype(np.int64)
    swing = peak[tie] + 365 * rng.integers(0, 2, n) + np.rint(rng.normal(0, 24, n)).astype(np.int64)
    day = np.where(seasonal[tie] & (swing >= start), swing, day)
    length = np.minimum(rng.geometric(0.36, n), 12)
    parts = np.where(rng.random(n) < knobs.part_deliveries, rng.integers(2, 5, n), 1)
    order = np.repeat(np.arange(n), length)
    good = basket[tie[order], (8 * rng.random(len(order)) ** 1.5).astype(np.int64)]
    other = rng.random(len(order)) < knobs.changed_goods
    of = theme[tie[order]]
    stray = goods.theme_from[of] + (rng.random(len(order)) * goods.theme_size[of]).astype(np.int64)
    good = np.where(other, stray, good)
    _, once = np.unique(order * len(goods.code) + good, return_index=True)
    order, good = order[once], good[once]
    value = rng.lognormal(np.log(7000), knobs.size_spread, len(order)) * scale[tie[order]]
    quantity = value / goods.price[good]
    line = np.repeat(np.arange(len(order)), parts[order])
    which = np.arange(len(line)) - np.repeat(np.cumsum(parts[order]) - parts[order], parts[order])
    gap = rng.integers(8, 24, n)[order[line]]
    late = (rng.random(len(line)) < 0.12) * gap
    when = day[order[line]] + which * gap + np.where(parts[order[line]] > 1, late, 0)
    amount = quantity[line] / parts[order[line]] * rng.lognormal(0, 0.1, len(line))
    amount = np.where(
        (rng.random(len(line)) < 0.35) & (amount > 20), np.rint(amount / 10) * 10, amount
    )
    amount = whole(amount, goods.counted[good[line]])
    by = tie[order[line]]
    blank = np.full(len(line), -1)
    rows = Rows(
        seller[by], buyer[by], good[line], amount, when, controlled[by], blank, blank, seasonal[by]
    )
    rows = rows.take(when < DAYS)
    return rows
