"""The background network: firms, their owners, and the standing relations between them."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from .goods import Bools, Floats, Goods, Ints, tidy
from .knobs import Knobs

DAYS = 730
CONTROLLED, THIRD, EMBARGO = 0, 1, 2
MAKER, TRADER, BUYER = 0, 1, 2
CURRENCIES = ("USD", "EUR", "CNY", "AED")
PER_DOLLAR = np.array([1.0, 0.92, 7.2, 3.67])

# Region: countries with their weights; a star marks a hub.
_CONTROLLED = """
asia: TW 5 JP 7 KR 6 AU 2; america: US 10 CA 3; europe: DE 9 NL 5 GB 4 FR 5 IT 5 CH 3 SE 2 FI 1 AT 2
"""
_THIRD = """
asia: CN* 9 HK* 4 SG* 3 MY 2 TH 2 VN 2 ID 2 PH 1; south: IN 5 PK 1 BD 1 LK .5
inner: KZ* 1.6 KG* .8 UZ* 1 AM* .8 GE* .8 AZ .6 MN .4 TJ .3; gulf: TR* 4 AE* 4 SA 2 QA 1 EG 1 JO .5
europe: RS* 1 MD .3 BA .4; america: MX 3 BR 3 CL 1 CO .8 PE .7; africa: ZA 1.5 MA .8 KE .5 NG .7
"""


def _read(text: str, kind: int) -> list[tuple[str, int, str, bool, float]]:
    rows = []
    for part in text.replace("\n", ";").split(";"):
        if part.strip():
            region, body = part.split(":")
            words = body.split()
            rows += [
                (c.rstrip("*"), kind, region.strip(), c.endswith("*"), float(w))
                for c, w in zip(words[::2], words[1::2], strict=True)
            ]
    return rows


_ROWS = _read(_CONTROLLED, CONTROLLED) + _read(_THIRD, THIRD) + _read("inner: RU 5 BY 1", EMBARGO)
COUNTRIES = tuple(r[0] for r in _ROWS)
KIND: Ints = np.array([r[1] for r in _ROWS])
REGION: Ints = np.unique([r[2] for r in _ROWS], return_inverse=True)[1].astype(np.int64)
HUB: Bools = np.array([r[3] for r in _ROWS])
WEIGHT: Floats = np.array([r[4] for r in _ROWS])
CONTROLLED_ORIGINS: frozenset[str] = frozenset(r[0] for r in _ROWS if r[1] == CONTROLLED)
EMBARGOED = frozenset({"RU", "BY"})


@dataclass(frozen=True, slots=True)
class Firms:
    """One entry a firm; firms of one owner share a group."""

    group: Ints
    country: Ints
    role: Ints
    born: Ints  # first day of trade
    moves: Ints  # day of the move, past the end for nearly all
    new_country: Ints

    def sister_of(self, firm: Ints) -> Ints:
        """A firm of the same owner, or the firm itself where it has none."""
        up, down = np.minimum(firm + 1, len(self.group) - 1), np.maximum(firm - 1, 0)
        kin = np.where(self.group[up] == self.group[firm], up, down)
        return np.where(self.group[kin] == self.group[firm], kin, firm)

    def country_on(self, firm: Ints, day: Ints) -> Ints:
        """Where a firm is on a day."""
        return np.where(day >= self.moves[firm], self.new_country[firm], self.country[firm])


@dataclass(frozen=True, slots=True)
class Relations:
    """One entry a standing relation: who sells which heading to whom, how often, in what lots."""

    exporter: Ints
    consignee: Ints
    heading: Ints
    code: Ints  # the code it trades most
    rate: Floats  # how busy it is
    since: Ints
    until: Ints
    profile: Ints  # row of the table of seasons
    lot: Floats  # log of the middle quantity
    price: Floats  # factor on the heading's price
    mass: Floats  # factor on the heading's mass a unit
    habit: Ints  # 0 odd quantities, 1 round ones, 2 mostly one standard lot
    rhythm: Floats  # shape of the gaps between lines: small is bursty, large is even
    currency: Ints

    def join(self, other: Relations) -> Relations:
        """These relations and then the others."""
        return Relations(
            *(
                np.concatenate((getattr(self, f.name), getattr(other, f.name)))
                for f in fields(Relations)
            )
        )


class Index:
    """Rows by key, drawn in proportion to their rate."""

    def __init__(self, keys: Ints, rate: Floats) -> None:
        self.order = np.argsort(keys, kind="stable")
        self.keys = keys[self.order]
        self.total = np.concatenate(([0.0], np.cumsum(rate[self.order])))

    def draw(self, keys: Ints, rng: np.random.Generator) -> Ints:
        """A row for each key, or -1 where there is none."""
        low = np.searchsorted(self.keys, keys, side="left")
        high = np.searchsorted(self.keys, keys, side="right")
        aim = self.total[low] + rng.random(len(keys)) * (self.total[high] - self.total[low])
        at = np.clip(np.searchsorted(self.total, aim, side="right") - 1, low, high - 1)
        return np.where(high > low, self.order[at], -1)


def pick(weights: Floats, rng: np.random.Generator) -> Ints:
    """One column a row, in proportion to the row's weights."""
    total = np.cumsum(weights, axis=1)
    aim = rng.random((len(weights), 1)) * total[:, -1:]
    out: Ints = np.minimum((total <= aim).sum(axis=1), weights.shape[1] - 1)
    return out


def urn(keys: Ints, attachment: float, rng: np.random.Generator) -> Ints:
    """Preferential attachment in each pool of equal keys.

    Each draw repeats a random earlier draw of its pool or brings in a newcomer: those drawn often
    are drawn more. Returns labels 0, 1, ...
    """
    n = len(keys)
    order = np.lexsort((rng.random(n), keys))
    ranked = keys[order]
    start = np.searchsorted(ranked, ranked)
    place = np.arange(n) - start
    earlier = start + (rng.random(n) * place).astype(np.int64)
    root = np.where((place > 0) & (rng.random(n) < attachment), earlier, np.arange(n))
    while True:
        up = root[root]
        if np.array_equal(up, root):
            break
        root = up
    labels = np.empty(n, dtype=np.int64)
    labels[order] = np.unique(root, return_inverse=True)[1]
    return labels


def make_seasons(rng: np.random.Generator, goods: Goods, knobs: Knobs) -> Floats:
    """Daily intensity: one row a lane, then one strongly seasonal row a lane; at most 1."""
    lanes = len(goods.lane_weight)
    angle = 2 * np.pi * (np.arange(DAYS)[None, :] / 365.25 - rng.random((lanes, 1)))
    swing = np.minimum(goods.lane_season[:, None] * knobs.season, 0.9)
    mild = 1 + swing * np.cos(angle) + 0.1 * np.cos(2 * angle + 1)
    rows = np.concatenate((mild, np.exp(3 * np.cos(angle))))
    rows = np.maximum(rows, 0.02)
    out: Floats = rows / rows.max(axis=1, keepdims=True)
    return out


def make_network(
    rng: np.random.Generator, goods: Goods, lines: int, knobs: Knobs
) -> tuple[Firms, Relations]:
    """Draw lanes and countries of relations, let firms grow by attachment, and split owners."""
    n = max(int(lines / knobs.relation_lines / 1.6), 1500)  # dealing adds to these
    lanes, places = len(goods.lane_weight), len(COUNTRIES)
    lane = pick(np.broadcast_to(goods.lane_weight, (n, lanes)), rng)
    size = WEIGHT * np.where(HUB, knobs.hub_pull, 1.0) * np.array([1.0, 1.1, 0.4])[KIND]
    supply = size * rng.gamma(2.0, 0.5, (lanes, places))
    near = np.where(REGION[:, None] == REGION[None, :], 3.0, 1.0)
    reach = near * WEIGHT * np.array([0.7, 1.6, 2.4])[KIND] * np.where(HUB, knobs.hub_pull, 1.0)
    reach[:, KIND == EMBARGO] *= knobs.embargo_pull * np.where(HUB, 2.0, 1.0)[:, None]
    np.fill_diagonal(reach, np.where(KIND == THIRD, knobs.home_pull * 0.3 * reach.diagonal(), 0))
    reach[np.ix_(KIND == EMBARGO, KIND == EMBARGO)] = 0
    demand = rng.gamma(6.0, 1 / 6, (lanes, places))
    source = pick(supply[lane], rng)
    wish = reach[source] * demand[lane]
    wish[:, KIND == EMBARGO] *= (goods.lane_free[lane] | (KIND[source] != CONTROLLED))[:, None]
    target = pick(wish, rng)
    sells = np.where(rng.random(n) < np.array([0.7, 0.25, 1.0])[KIND[source]], MAKER, TRADER)
    buys = np.where(rng.random(n) < np.array([0.6, 0.15, 1.0])[KIND[target]], BUYER, TRADER)
    key = np.concatenate(((source * lanes + lane) * 3 + sells, (target * lanes + lane) * 3 + buys))
    owner = urn(key, knobs.attachment, rng)
    owners = int(owner.max()) + 1
    owner_key = np.empty(owners, dtype=np.int64)
    owner_key[owner] = key
    role, home = owner_key % 3, owner_key // 3 // lanes
    seller, buyer = owner[:n], owner[n:]
    # Commodity profiles: each owner's taste for the headings of its lane.
    width = int(np.diff(goods.lane_first).max())
    taste = rng.gamma(0.6, 1.0, (owners, width)) + 1e-6
    fits = np.arange(width) < np.diff(goods.lane_first)[lane][:, None]
    heading = goods.lane_first[lane] + pick(taste[seller] * taste[buyer] * fits, rng)
    seller, buyer, heading = _deal(rng, knobs, goods, seller, buyer, heading, role, home)
    n = len(seller)
    # Owners in third countries may hold two or three firms; each relation is with one of them.
    split = (role == TRADER) & (KIND[home] == THIRD)
    held = np.where(split, rng.choice([1, 2, 3], size=owners, p=[0.45, 0.35, 0.2]), 1)
    first = np.concatenate(([0], np.cumsum(held)))
    group = np.repeat(np.arange(owners), held)
    firms = len(group)
    thirds = np.flatnonzero(KIND == THIRD)
    abroad = (np.arange(firms) > first[group]) & (rng.random(firms) < 0.25)
    country = np.where(abroad, rng.choice(thirds, size=firms), home[group])
    goes = (rng.random(firms) < knobs.moved) & (KIND[country] != EMBARGO)
    fellow = np.where(
        KIND[country] == THIRD,
        rng.choice(thirds, size=firms),
        rng.choice(np.flatnonzero(KIND == CONTROLLED), size=firms),
    )
    young = rng.random(firms) < knobs.startups
    made = Firms(
        group=group,
        country=country,
        role=role[group],
        born=np.where(young, rng.integers(60, 550, firms), 0),
        moves=np.where(goes, rng.integers(150, 600, firms), DAYS + 1),
        new_country=fellow,
    )
    keep = seller != buyer
    exporter = first[seller] + (rng.random(n) ** 1.4 * held[seller]).astype(np.int64)
    consignee = first[buyer] + (rng.random(n) ** 1.4 * held[buyer]).astype(np.int64)
    drawn = draw_relations(
        rng, goods, made, knobs, exporter[keep], consignee[keep], heading[keep], met=False
    )
    return made, drawn


def _deal(
    rng: np.random.Generator,
    knobs: Knobs,
    goods: Goods,
    seller: Ints,
    buyer: Ints,
    heading: Ints,
    role: Ints,
    home: Ints,
) -> tuple[Ints, Ints, Ints]:
    """Traders of third countries come to sell most of what they buy and buy what they sell.

    The other end is that of a random relation of the heading, so the well-connected gain more.
    """
    headings = len(goods.heading_lane)
    dealer = (role == TRADER) & (KIND[home] == THIRD)

    def missing(side: Ints, has: Ints, share: float) -> tuple[Ints, Ints]:
        keys = np.unique((side * headings + heading)[dealer[side]])
        keys = keys[~np.isin(keys, has) & (rng.random(len(keys)) < share)]
        return keys // headings, keys % headings

    ones = np.ones(len(seller))
    firm, good = missing(buyer, seller * headings + heading, knobs.sells_on)
    like = Index(np.where(dealer[seller], heading, -1), ones).draw(good, rng)
    fits = (like >= 0) & (buyer[like] != firm)
    seller = np.concatenate((seller, firm[fits]))
    buyer = np.concatenate((buyer, buyer[like[fits]]))
    heading = np.concatenate((heading, good[fits]))
    for kind in (CONTROLLED, THIRD):
        source = KIND[home[seller]] == kind
        has = (buyer * headings + heading)[source]
        firm, good = missing(seller, has, knobs.buys_in)
        like = Index(np.where(source, heading, -1), np.ones(len(seller))).draw(good, rng)
        fits = (like >= 0) & (seller[like] != firm)
        seller = np.concatenate((seller, seller[like[fits]]))
        buyer = np.concatenate((buyer, firm[fits]))
        heading = np.concatenate((heading, good[fits]))
    return seller, buyer, heading


def draw_relations(
    rng: np.random.Generator,
    goods: Goods,
    firms: Firms,
    knobs: Knobs,
    exporter: Ints,
    consignee: Ints,
    heading: Ints,
    *,
    met: bool,
) -> Relations:
    """Relations with the given ends. Those met through one of their lines are busier (`met`)."""
    n = len(exporter)
    born = np.maximum(firms.born[exporter], firms.born[consignee])
    late = rng.random(n) < (0.0 if met else 0.2)
    since = np.where(late, np.maximum(born, rng.integers(0, 500, n)), born)
    ends = rng.random(n) < (0.0 if met else 0.1)
    until = np.where(ends, np.minimum(since + rng.integers(100, 600, n), DAYS), DAYS)
    spread = knobs.rate_spread
    strong = rng.random(n) < knobs.seasonal
    lane = goods.heading_lane[heading]
    codes = goods.heading_first[heading + 1] - goods.heading_first[heading]
    trader = firms.role[exporter] == TRADER
    shape = rng.random(n)
    coin = np.where(
        firms.country[exporter] == COUNTRIES.index("CN"),
        2,
        np.where(firms.country[exporter] == COUNTRIES.index("AE"), 3, 1),
    )
    return Relations(
        exporter=exporter,
        consignee=consignee,
        heading=heading,
        code=goods.heading_first[heading] + (rng.random(n) ** 1.5 * codes).astype(np.int64),
        rate=np.exp(rng.normal(spread**2 if met else 0.0, spread, n)) * (until - since) / DAYS,
        since=since,
        until=until,
        profile=lane + np.where(strong, len(goods.lane_weight), 0),
        lot=goods.heading_lot[heading] + rng.normal(0, 0.4, n),
        price=np.exp(rng.normal(0, 0.35, n)) * np.where(trader, rng.uniform(1, 1.3, n), 1.0),
        mass=np.exp(rng.normal(0, 0.12, n)),
        habit=rng.choice(3, size=n, p=[0.5, 0.38, 0.12]),
        rhythm=np.select(
            [shape < knobs.bursty, shape < knobs.bursty + knobs.steady], [0.4, 6.0], 1.0
        ),
        currency=np.where(rng.random(n) < 0.6, 0, coin),
    )


def background_days(
    rng: np.random.Generator, rels: Relations, seasons: Floats, n: int
) -> tuple[Ints, Ints]:
    """Relation and day of n lines: each relation keeps its own rhythm, bent by the season."""
    counts = rng.multinomial(n, rels.rate / rels.rate.sum())
    rel = np.repeat(np.arange(len(counts)), counts + 1)
    clock = np.cumsum(rng.gamma(rels.rhythm[rel]) + 1e-9)
    last = np.cumsum(counts + 1) - 1
    base = np.concatenate(([0.0], clock[last[:-1]]))
    part = (clock - base[rel]) / (clock[last] - base)[rel]
    inner = np.ones(len(rel), dtype=bool)
    inner[last] = False
    rel, part = rel[inner], part[inner]
    flow = np.concatenate((np.zeros((len(seasons), 1)), np.cumsum(seasons, axis=1)), axis=1)
    row = rels.profile[rel]
    low, high = flow[row, rels.since[rel]], flow[row, rels.until[rel]]
    aim = low + part * (high - low)
    day = np.empty(n, dtype=np.int64)
    for p in range(len(seasons)):
        mine = row == p
        day[mine] = np.searchsorted(flow[p], aim[mine], side="right") - 1
    return rel, np.clip(day, 0, DAYS - 1)


def lot_sizes(rng: np.random.Generator, rels: Relations, goods: Goods, rel: Ints) -> Floats:
    """Quantities of lots as the relation trades them."""
    unit = goods.heading_unit[rels.heading[rel]]
    habit = rels.habit[rel]
    standard = (habit == 2) & (rng.random(len(rel)) < 0.7)
    spread = np.where(standard, 0.0, 0.9 * rng.normal(size=len(rel)))
    return tidy(np.exp(rels.lot[rel] + spread), unit, habit > 0)


def line_codes(rng: np.random.Generator, rels: Relations, goods: Goods, rel: Ints) -> Ints:
    """Codes of lines: mostly the relation's main one."""
    main = rels.code[rel]
    other = goods.other_code(main, rels.heading[rel], rng)
    return np.where(rng.random(len(rel)) < 0.85, main, other)
