"""Families of firms, the goods that they deal in, and the sparse web of trade between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from benchmarks.flow.clans import Knobs

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Rng = np.random.Generator

DAYS = 731
"""Length of the world in days: 2023-01-01 to 2024-12-31."""
CONTROLLED, THIRD, EMBARGOED_SIDE = 0, 1, 2
# fmt: off
CONTROLLED_LIST = [
    "US", "DE", "JP", "NL", "GB", "IT", "FR", "KR", "TW", "CH", "SE", "PL", "CZ", "FI", "ES",
]
# fmt: on
NEAR_LIST = ["CN", "TR", "AE", "HK", "KZ", "KG", "AM", "GE", "UZ", "RS"]
FAR_LIST = ["IN", "TH", "MY", "VN", "BR", "MX", "ZA", "EG", "SA", "ID"]
EMBARGOED_LIST = ["RU", "BY"]
COUNTRIES = CONTROLLED_LIST + NEAR_LIST + FAR_LIST + EMBARGOED_LIST
SIDE: Ints = np.repeat([0, 1, 2], [15, 20, 2])
NEAR: Bools = np.isin(COUNTRIES, NEAR_LIST)

# One line a sector: usual unit, then its headings, each with subheadings.
SECTORS = (
    "NAR 8541:10,21,29,30,41,49 8542:31,32,33,39 8532:21,22,24,29 8534:00,01",
    "NAR 8471:30,41,50,70,80 8517:13,62,69,71 8473:30,40,50 8523:51,52,59",
    "NAR 8536:20,30,41,50,69,90 8504:31,33,40,50 8501:10,31,52,61 8544:20,42,49",
    "NAR 9013:10,20,80 9014:10,20,80 9026:10,20,80 9030:20,33,82,89 9032:10,81,89",
    "NAR 8482:10,20,30,50,80 8483:10,30,40,60 8481:10,20,30,80 8413:30,50,70,81",
    "NAR 8457:10,20,30 8458:11,19,91 8466:10,20,93 8515:11,21,31,80",
    "NAR 8708:10,29,30,40,80,99 8407:33,34,90 8409:91,92,99 8511:10,40,50",
    "NAR 8526:10,91,92 8529:10,90,91 8525:50,60,81,89 8807:10,20,30,90",
    "KGM 3901:10,20,30,90 3907:10,21,30,61 3920:10,20,62,99 3926:10,30,90",
    "KGM 7208:25,27,37,39 7304:19,23,39,59 7318:15,16,22,29 7606:11,12,91",
    "KGM 2811:11,19,22,29 2902:20,30,41,50 3402:31,41,50,90 3811:21,29,90",
    "KGM 4011:10,20,70,80 4016:93,95,99 5402:20,33,45 5903:10,20,90",
    "NAR 6203:11,23,42,49 6110:11,20,30 6403:19,59,91,99 9403:10,20,30,60",
    "KGM 0805:10,21,50 0901:11,21,22 1806:20,31,32,90 2106:10,90,91 2204:10,21,29",
    "KGM 3004:10,20,32,49,90 3002:12,13,41,49 3005:10,90,91 3003:10,20,90",
)


@dataclass(frozen=True, slots=True)
class Goods:
    """The catalogue: one entry a six-digit code, in step over all arrays."""

    code: list[str]
    sector: Ints
    heading: Ints
    counted: Bools
    exempt: Bools
    """Food and medicine, that may lawfully go anywhere."""
    usual: Floats
    unit_kg: Floats
    price: Floats
    popular: Floats


@dataclass(frozen=True, slots=True)
class Families:
    """Groups, their seats (a group's house in a country) and the firms of each seat."""

    group_sector: Ints
    assortment: Ints
    seat_group: Ints
    seat_country: Ints
    seat_next: Ints
    """Country after the seat has moved."""
    seat_moved: Ints
    """Day of the move; beyond the world's end if it never moves."""
    seat_born: Ints
    seat_closed: Ints
    """Day on which the first firm is wound up and the second succeeds it."""
    seat_turns: Bools
    seat_size: Floats
    seat_firm: Ints
    """Number of the seat's first firm; its others follow."""
    seat_firms: Ints
    firm_group: Ints
    firm_renamed: Ints
    names: list[str]
    """Each firm's name, then each firm's later name."""

    def side(self) -> Ints:
        """Side of each seat; -1 for one that changes sides by moving."""
        here, later = SIDE[self.seat_country], SIDE[self.seat_next]
        return np.asarray(np.where(here == later, here, -1))

    def country(self, seat: Ints, day: Ints) -> Ints:
        """Country of each seat on each day."""
        moved = day >= self.seat_moved[seat]
        return np.asarray(np.where(moved, self.seat_next[seat], self.seat_country[seat]))

    def firm(self, seat: Ints, day: Ints) -> Ints:
        """Firm that trades for each seat on each day: successor, or branch in its quarter."""
        turn = (day // 91 + seat) % 2
        second = (day >= self.seat_closed[seat]) | (self.seat_turns[seat] & (turn == 1))
        return np.asarray(self.seat_firm[seat] + second)

    def sister(self, seat: Ints, firm: Ints, draw: Floats) -> Ints:
        """Give another firm of the same seat than the given one."""
        step = 1 + (draw * (self.seat_firms[seat] - 1)).astype(np.int64)
        first = self.seat_firm[seat]
        return np.asarray(first + (firm - first + step) % self.seat_firms[seat], np.int64)


@dataclass(frozen=True, slots=True)
class Links:
    """Standing relationships seller to buyer, sorted by seller."""

    seller: Ints
    buyer: Ints
    goods: Ints
    weight: Floats
    scale: Floats
    season: Ints
    """First day in the year of a short season, or -1."""


def draw_by(rng: Rng, weight: Any, n: int) -> Ints:
    """Draw n positions in proportion to weight."""
    total = np.cumsum(weight)
    place = np.searchsorted(total, rng.random(n) * total[-1])
    return np.asarray(np.minimum(place, len(total) - 1), np.int64)


def make_goods(rng: Rng) -> Goods:
    """Lay out the catalogue with its usual quantities, masses and prices."""
    rows = []
    headings = 0
    for s, text in enumerate(SECTORS):
        usual_unit, *parts = text.split()
        for part in parts:
            heading, tails = part.split(":")
            rows += [(heading + t, s, headings, usual_unit == "NAR") for t in tails.split(",")]
            headings += 1
    code = [row[0] for row in rows]
    sector, heading_no = (np.array([row[k] for row in rows]) for k in (1, 2))
    n = len(rows)
    unit = np.array([row[3] for row in rows])
    unit_kg = np.where(unit, np.exp(rng.normal(-0.5, 1.2, n)), 1.0)
    chapter = np.array([int(c[:2]) for c in code])
    usual = np.exp(rng.normal(np.where(unit, 5.5, 7.5), 0.6, n))
    price = unit_kg * np.exp(rng.normal(np.where(unit, 4.0, 1.0), 0.7, n))
    popular = rng.pareto(1.3, n) + 0.15
    exempt = (chapter <= 24) | (chapter == 30)
    return Goods(code, sector, heading_no, unit, exempt, usual, unit_kg, price, popular)


def _names(rng: Rng, group: Ints, place: Ints) -> list[str]:
    """Name the firms: most bear the family's stem, some one of their own."""
    firms = len(group)
    parts = [a + b for a in "BDFGKLMNPRSTVZ" for b in ("a", "e", "i", "o", "u", "ar", "en", "ol")]
    # fmt: off
    words = [
        "Trading", "Logistics", "Holding", "Supply", "Components", "Industrial", "Purchasing",
        "Systems", "Overseas", "Import Export", "Distribution", "Technics", "Resources",
        "Partners", "Commerce", "Services", "Global", "Works", "Ventures", "Networks", "Products",
        "Marine", "Wholesale", "Materials", "Union", "Invest", "Agency", "House",
    ]
    # fmt: on
    forms = ["Ltd", "LLC", "Co", "GmbH", "SA", "Inc", "JSC"]
    order = rng.permutation(int(group.max()) + 1 + 2 * firms)
    own = int(group.max()) + 1 + np.arange(firms)
    stem = np.where(rng.random(firms) < 0.6, group, own)
    form = rng.integers(len(forms), size=2 * firms)
    shift = rng.integers(len(words), size=int(group.max()) + 1)

    def name(which: int, i: int, n: int) -> str:
        k, out = int(order[which]), ""
        for _ in range(4):
            k, digit = divmod(k, len(parts))
            out += parts[digit].lower()
        word = words[(int(shift[group[i]]) + int(place[i])) % len(words)]
        return f"{out.capitalize()} {word} {forms[form[n]]}"

    first = [name(int(stem[i]), i, i) for i in range(firms)]
    return first + [name(int(own[i]) + firms, i, firms + i) for i in range(firms)]


def make_families(rng: Rng, goods: Goods, lines: int, knobs: Knobs) -> Families:
    """Found groups with seats in several countries and two to four firms in each seat."""
    groups = max(150, int(lines / (knobs.lines_per_seat * 2.2)))
    seats_of = np.minimum(1 + rng.zipf(2.0, groups), 7) - (rng.random(groups) < 0.45)
    group = np.repeat(np.arange(groups), seats_of)
    n = len(group)
    sector = draw_by(rng, rng.dirichlet(np.full(len(SECTORS), 6.0)), groups)
    assortment = np.empty((groups, 4), np.int64)
    for s in range(len(SECTORS)):
        mine = np.flatnonzero(sector == s)
        stock = draw_by(rng, goods.popular * (goods.sector == s), len(mine) * 4)
        assortment[mine] = stock.reshape(-1, 4)
    other = rng.random(groups) < 0.25
    assortment[other, 3] = draw_by(rng, goods.popular, int(other.sum()))
    base = rng.dirichlet(np.full(15, 3.0)) * 0.36, rng.dirichlet(np.full(20, 3.0)) * 0.55
    country = draw_by(rng, np.concatenate([*base, [0.07, 0.02]]), n)
    later = draw_by(rng, np.concatenate([*base, [0.0, 0.0]]), n)
    same = SIDE[country] == SIDE[later]
    flees = (SIDE[country] == EMBARGOED_SIDE) & (SIDE[later] == THIRD)
    moves = (rng.random(n) < knobs.moved) & (same | flees) & (country != later)
    young = rng.random(n) < knobs.startups
    firms_of = rng.integers(2, 5, n) - (rng.random(n) < 0.4)
    firms_of = np.maximum(firms_of, 2)
    first = np.cumsum(firms_of) - firms_of
    firm_group = np.repeat(group, firms_of)
    firms = len(firm_group)
    start = np.searchsorted(firm_group, firm_group)
    renamed = np.where(rng.random(firms) < 0.04, rng.integers(30, DAYS, firms), 9 * DAYS)
    return Families(
        group_sector=sector,
        assortment=assortment,
        seat_group=group,
        seat_country=country,
        seat_next=np.where(moves, later, country),
        seat_moved=np.where(moves, rng.integers(60, DAYS - 60, n), 9 * DAYS),
        seat_born=np.where(young, rng.integers(0, DAYS - 200, n), -9 * DAYS),
        seat_closed=np.where(rng.random(n) < 0.08, rng.integers(60, DAYS, n), 9 * DAYS),
        seat_turns=rng.random(n) < knobs.turns,
        seat_size=np.minimum(rng.pareto(knobs.tail, n) + 0.1, 60.0),
        seat_firm=first,
        seat_firms=firms_of,
        firm_group=firm_group,
        firm_renamed=renamed,
        names=_names(rng, firm_group, np.arange(firms) - start),
    )


def make_links(rng: Rng, goods: Goods, fam: Families, knobs: Knobs) -> Links:
    """Tie sellers to buyers: inside the group, with befriended groups, on the open market."""
    seats = len(fam.seat_group)
    n = int(seats * knobs.links_per_seat)
    seller = np.concatenate([np.arange(seats), draw_by(rng, np.sqrt(fam.seat_size), n)])
    n = len(seller)
    group = fam.seat_group[seller]
    sector = fam.group_sector[group]
    seat_sector = fam.group_sector[fam.seat_group]
    buyer = np.zeros(n, np.int64)
    friends = np.zeros((len(fam.group_sector), 3), np.int64)
    for s in range(len(SECTORS)):
        mine = np.flatnonzero(sector == s)
        buyer[mine] = draw_by(rng, fam.seat_size * (seat_sector == s), len(mine))
        peers = np.flatnonzero(fam.group_sector == s)
        if len(peers):
            friends[peers] = rng.choice(peers, (len(peers), 3))
    start = np.searchsorted(fam.seat_group, np.arange(len(fam.group_sector) + 1))
    kind = rng.random(n)
    inside, befriended = kind < knobs.inside, kind > 1 - knobs.befriended
    to = np.where(inside, group, friends[group, rng.integers(3, size=n)])
    pick = start[to] + (rng.random(n) * (start[to + 1] - start[to])).astype(np.int64)
    buyer = np.where(inside | befriended, pick, buyer)
    item = fam.assortment[group, draw_by(rng, [0.5, 0.25, 0.15, 0.1], n)]
    a, b = fam.seat_country[seller], fam.seat_country[buyer]
    a2, b2 = fam.seat_next[seller], fam.seat_next[buyer]
    to_embargoed = SIDE[b] == EMBARGOED_SIDE
    bars = (SIDE[a] == CONTROLLED) & to_embargoed & ~goods.exempt[item]
    bars |= to_embargoed & ~NEAR[a] & (SIDE[a] == THIRD) & (rng.random(n) < 0.5)
    keep = (a != b) & (a2 != b2) & (a2 != b) & (a != b2) & ~bars
    seller, buyer, item = seller[keep], buyer[keep], item[keep]
    order = np.argsort(seller, kind="stable")
    seller, buyer, item, n = seller[order], buyer[order], item[order], len(order)
    weight = (rng.pareto(1.4, n) + 0.2) * np.sqrt(fam.seat_size[seller])
    season = np.where(rng.random(n) < 0.06, rng.integers(0, 275, n), -1)
    return Links(seller, buyer, item, weight, np.exp(rng.normal(0, 0.8, n)), season)
