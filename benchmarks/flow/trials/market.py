"""Who trades with whom: owners, their firms, and the relations between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .goods import Bools, Floats, Goods, Ints
from .knobs import Knobs

ORIGIN, THIRD, EMBARGO = range(3)
DAYS = 730
# Country: class, region (of third countries), weight, hub, nearness to RU and BY.
COUNTRIES: dict[str, tuple[int, int, float, bool, float]] = {
    **{
        name: (ORIGIN, 0, weight, False, 0.0)
        for name, weight in (
            ("US", 9.0), ("DE", 8.0), ("JP", 7.0), ("TW", 6.0), ("KR", 5.0), ("IT", 4.0),
            ("NL", 4.0), ("FR", 4.0), ("GB", 3.5), ("CH", 2.5), ("BE", 2.0), ("SE", 1.5),
            ("AT", 1.5), ("ES", 2.0), ("PL", 2.0), ("CZ", 1.5), ("FI", 1.0), ("DK", 1.0),
            ("CA", 2.0), ("AU", 1.0), ("IE", 1.0),
        )
    },
    "CN": (THIRD, 0, 9.0, True, 1.0), "HK": (THIRD, 0, 4.0, True, 1.0),
    "SG": (THIRD, 0, 3.0, True, 0.5), "MY": (THIRD, 0, 2.5, True, 0.4),
    "TH": (THIRD, 0, 2.5, False, 0.3), "VN": (THIRD, 0, 2.5, False, 0.4),
    "ID": (THIRD, 0, 2.0, False, 0.2), "PH": (THIRD, 0, 1.0, False, 0.2),
    "IN": (THIRD, 0, 5.0, False, 0.7), "AE": (THIRD, 1, 4.0, True, 1.0),
    "TR": (THIRD, 1, 5.0, True, 1.5), "SA": (THIRD, 1, 2.0, False, 0.2),
    "QA": (THIRD, 1, 0.7, False, 0.2), "EG": (THIRD, 1, 1.5, False, 0.4),
    "MA": (THIRD, 1, 1.0, False, 0.3), "ZA": (THIRD, 1, 1.2, False, 0.3),
    "KZ": (THIRD, 2, 2.0, True, 3.0), "KG": (THIRD, 2, 0.8, True, 3.0),
    "AM": (THIRD, 2, 0.8, True, 3.0), "GE": (THIRD, 2, 0.8, True, 2.0),
    "UZ": (THIRD, 2, 1.2, False, 2.0), "AZ": (THIRD, 2, 0.8, False, 1.5),
    "RS": (THIRD, 2, 1.2, False, 1.5), "MD": (THIRD, 2, 0.5, False, 1.5),
    "BR": (THIRD, 3, 3.0, False, 0.3), "MX": (THIRD, 3, 3.0, False, 0.2),
    "CL": (THIRD, 3, 0.8, False, 0.2), "PE": (THIRD, 3, 0.6, False, 0.1),
    "RU": (EMBARGO, 0, 8.0, False, 0.0), "BY": (EMBARGO, 0, 2.0, False, 0.0),
}  # fmt: skip
CODES = tuple(COUNTRIES)
CLASS = np.array([row[0] for row in COUNTRIES.values()])
REGION = np.array([row[1] for row in COUNTRIES.values()])
WEIGHT = np.array([row[2] for row in COUNTRIES.values()])
HUB = np.array([row[3] for row in COUNTRIES.values()])
NEAR = np.array([row[4] for row in COUNTRIES.values()])
CONTROLLED_ORIGINS = frozenset(code for code in CODES if COUNTRIES[code][0] == ORIGIN)
EMBARGOED = frozenset({"RU", "BY"})

# Shares of relations by class of exporter and consignee; third to embargoed is a knob.
FLOWS = (
    (ORIGIN, ORIGIN, 0.18), (ORIGIN, THIRD, 0.30), (THIRD, THIRD, 0.24),
    (THIRD, ORIGIN, 0.20), (ORIGIN, EMBARGO, 0.01), (EMBARGO, THIRD, 0.025),
)  # fmt: skip


class Picker:
    """Draws items by weight among those that have a given key."""

    def __init__(self, keys: Ints, weights: Floats) -> None:
        self.order = np.argsort(keys, kind="stable")
        self.keys = keys[self.order]
        self.sums = np.concatenate(([0.0], np.cumsum(weights[self.order])))

    def draw(self, rng: np.random.Generator, wanted: Ints) -> Ints:
        """One item for each wanted key; -1 where none has it."""
        low = np.searchsorted(self.keys, wanted, "left")
        high = np.searchsorted(self.keys, wanted, "right")
        at = self.sums[low] + rng.random(len(wanted)) * (self.sums[high] - self.sums[low])
        spot = np.searchsorted(self.sums, at, "right") - 1
        spot = np.clip(spot, low, np.maximum(high - 1, low))
        items = np.append(self.order, -1)
        return np.where(high > low, items[np.where(high > low, spot, -1)], -1)


@dataclass(frozen=True, slots=True)
class Market:
    """Owners (groups) with one firm or two, and relations: exporter, consignee, niche."""

    # By group. The second firm is -1 where there is none; the first has the group's number.
    country: Ints
    new_country: Ints
    move_day: Ints
    founded: Ints
    distributor: Bools
    second: Ints
    # By firm.
    firm_country: Ints
    firm_group: Ints
    # By relation.
    exporter: Ints
    consignee: Ints
    niche: Ints
    weight: Floats
    lot: Floats

    def home(self, group: Ints, day: Ints) -> Ints:
        """The country where a group's goods lie on a day."""
        moved = day >= self.move_day[group]
        return np.where(moved, self.new_country[group], self.country[group])

    def firm(self, group: Ints, second: Bools) -> Ints:
        """The group's first firm, or its second where it is asked for and there is one."""
        other = self.second[group]
        return np.where(second & (other >= 0), other, group)

    def seat(self, firm: Ints, day: Ints) -> Ints:
        """The country of a firm on a day; only first firms move with their group."""
        group = self.firm_group[firm]
        return np.where(firm == group, self.home(group, day), self.firm_country[firm])


def two_firm_share(knobs: Knobs) -> float:
    """Share of third-country groups that have two firms."""
    return max(0.3, min(1.0, 2.0 * knobs.sister))


def _draw(rng: np.random.Generator, weights: Floats, size: int) -> Ints:
    return rng.choice(len(weights), size=size, p=weights / weights.sum())


def make_market(rng: np.random.Generator, goods: Goods, lines: int, knobs: Knobs) -> Market:
    """Groups by heavy-tailed size deal in one to four niches and are tied by relations."""
    count = max(400, round(lines / knobs.lines_per_group))
    kind = rng.choice(3, size=count, p=[0.40, 0.50, 0.10])
    country = np.zeros(count, np.int64)
    for each in range(3):
        of = np.flatnonzero(kind == each)
        country[of] = _draw(rng, np.where(each == CLASS, WEIGHT, 0.0), len(of))
    third = kind == THIRD
    distributor = third & (rng.random(count) < knobs.distributors)
    size = np.minimum(1.0 + rng.pareto(knobs.size_tail, count), 60.0)
    size *= np.where(HUB[country], knobs.hub_pull, 1.0)
    late = rng.random(count) < np.where(third, knobs.startups, 0.4 * knobs.startups)
    founded = np.where(late, rng.integers(1, DAYS - 60, count), 0)
    mover = third & (rng.random(count) < knobs.moved)
    new_country = np.where(mover, _draw(rng, np.where(CLASS == THIRD, WEIGHT, 0.0), count), country)
    move_day = np.where(new_country != country, rng.integers(60, DAYS - 60, count), DAYS + 99)

    has_second = np.flatnonzero(third & (rng.random(count) < two_firm_share(knobs)))
    second = np.full(count, -1)
    second[has_second] = count + np.arange(len(has_second))
    abroad = _draw(rng, np.where(CLASS == THIRD, WEIGHT, 0.0), len(has_second))
    abroad = np.where(rng.random(len(has_second)) < 0.15, abroad, country[has_second])

    # Memberships: which group deals in which niche, how much, and whether it both buys and sells.
    member = np.repeat(np.arange(count), np.minimum(rng.geometric(0.45, count), 4))
    deals = _draw(rng, goods.niche_weight, len(member))
    _, kept = np.unique(member * goods.niches + deals, return_index=True)
    member, deals = member[kept], deals[kept]
    mass = size[member] * rng.lognormal(0.0, 0.5, len(member))
    key = kind[member] * goods.niches + deals
    side = rng.random(len(member))
    side[distributor[member]] = 1.0
    sells, buys = side > 0.12, (side < 0.12) | (side > 0.27)
    seller = Picker(key[sells], mass[sells])
    buyer = Picker(key[buys], mass[buys])
    # Legal distributors do not sell to the embargoed countries; neighbours do so the most.
    east = np.flatnonzero(sells & ~distributor[member] & third[member])
    to_east = Picker(key[east], mass[east] * NEAR[country[member[east]]])
    sells_at, buys_at = member[sells], member[buys]

    wanted = max(1500, round(lines / knobs.lines_per_relation))
    flows = [*FLOWS, (THIRD, EMBARGO, knobs.embargoed_trade)]
    odds = np.array([flow[2] for flow in flows])
    flow = _draw(rng, odds, 3 * wanted)
    source = np.array([each[0] for each in flows])[flow]
    target = np.array([each[1] for each in flows])[flow]
    niche = _draw(rng, goods.niche_weight, len(flow))
    eastward = (source == THIRD) & (target == EMBARGO)
    picked = seller.draw(rng, source * goods.niches + niche)
    exporter = np.where(picked >= 0, sells_at[picked], -1)
    picked = to_east.draw(rng, source * goods.niches + niche)
    exporter = np.where(eastward, np.where(picked >= 0, member[east][picked], -1), exporter)
    picked = buyer.draw(rng, target * goods.niches + niche)
    consignee = np.where(picked >= 0, buys_at[picked], -1)
    fine = (exporter >= 0) & (consignee >= 0) & (country[exporter] != country[consignee])
    # Controlled goods do not go straight from their origin to the embargoed countries.
    fine &= ~((source == ORIGIN) & (target == EMBARGO) & goods.controlled[niche])
    # A legal distributor sells around its home.
    away = REGION[country[exporter]] != REGION[country[consignee]]
    tied = distributor[exporter] & ((target == ORIGIN) | away)
    fine &= ~tied | (rng.random(len(flow)) < 0.1)
    kept = np.flatnonzero(fine)[:wanted]
    return Market(
        country=country, new_country=new_country, move_day=move_day, founded=founded,
        distributor=distributor, second=second,
        firm_country=np.concatenate((country, abroad)),
        firm_group=np.concatenate((np.arange(count), has_second)),
        exporter=exporter[kept], consignee=consignee[kept], niche=niche[kept],
        weight=np.minimum(0.3 + rng.pareto(1.4, len(kept)), 30.0),
        lot=rng.lognormal(0.0, 0.6, len(kept)),
    )  # fmt: skip
