"""The firms, their owners, and the standing relations between them."""

from __future__ import annotations

import numpy as np

from .goods import DAYS, Draw, Floats, Goods, Ints
from .knobs import Knobs, words

COUNTRIES = words(
    "US TW JP KR DE NL FR GB IT CH AT SE FI BE CA CZ CN HK TR AE KZ KG AM GE UZ RS IN MY SG "
    "VN TH ID PH MX BR EG MA ZA SA MN AZ RU BY"
)
REGION: Ints = np.array([int(c) for c in "0111222222222202114455555233333330044445577"])
N_ORIGINS = 16
RU = COUNTRIES.index("RU")
HUBS: Ints = np.array([COUNTRIES.index(c) for c in words("CN HK TR AE KZ KG AM GE UZ RS SG")])
CURRENCIES = ("USD", "EUR", "CNY", "JPY")
RATES: Floats = np.array([1.0, 0.92, 7.15, 148.0])

# roles
MAKER, HOUSE, MAKER_3, DISTRIBUTOR, BROKER, USER_3, USER, BUYER_RU, MAKER_RU = range(9)
ROLE_SHARE: Floats = np.array([0.14, 0.06, 0.09, 0.08, 0.14, 0.24, 0.13, 0.09, 0.03])
RESELLERS = (DISTRIBUTOR, BROKER)
# kinds of relation: sellers, buyers, share of ordinary lines
HEAD, SOURCE, ONWARD, SALE, TO_RU, HOME, EXPORT, THIRD, THIRD_RU, DIRECT_RU = range(10)
FROM_RU, INPUT = 10, 11  # INPUT: what makers in third countries (contract manufacturers) use
KINDS: tuple[tuple[tuple[int, ...], tuple[int, ...], float], ...] = (
    ((MAKER, HOUSE), RESELLERS, 0.18),
    ((MAKER_3,), RESELLERS, 0.06),
    (RESELLERS, RESELLERS, 0.11),
    (RESELLERS, (USER_3, USER), 0.13),
    ((BROKER,), (BUYER_RU,), 0.05),
    ((MAKER, HOUSE), (HOUSE, USER), 0.16),
    ((MAKER, HOUSE), (USER_3,), 0.09),
    ((MAKER_3,), (USER_3, USER, HOUSE), 0.10),
    ((MAKER_3,), (BUYER_RU,), 0.035),
    ((MAKER, HOUSE), (BUYER_RU,), 0.015),
    ((MAKER_RU,), (USER_3,), 0.02),
    ((MAKER, HOUSE, *RESELLERS), (MAKER_3,), 0.055),
)
STEMS = words(
    "Alder Amber Apex Argo Aspen Atlas Bering Birch Boreal Cedar Circa Cobalt Corvus Delta "
    "Dorado Ember Fjord Garnet Harbor Helios Indigo Jasper Juno Keystone Lantern Lumen "
    "Meridian Mistral Nimbus Norden Onyx Orchid Orion Pallas Pinnacle Polar Quartz Raven "
    "Sable Sierra Solar Tamar Tern Topaz Umbra Vega Vertex Willow Zenith Zephyr"
)
FORMS = words("Ltd LLC GmbH Inc SA BV Co AS Pte SRL")


class Firms:
    """The firms; an owner's firms (a group) lie together in `members`."""

    def __init__(self, rng: np.random.Generator, lines: int, knobs: Knobs) -> None:
        per_role = np.maximum(np.round(ROLE_SHARE * lines / 22.0), 6).astype(np.int64)
        role: Ints = rng.permutation(np.repeat(np.arange(len(per_role)), per_role))
        n = len(role)
        weight = rng.lognormal(0.0, 0.6, len(COUNTRIES))
        weight[[COUNTRIES.index(c) for c in ("US", "TW", "JP", "DE", "CN", "IN")]] *= 2.5
        country = np.zeros(n, dtype=np.int64)
        third = np.arange(N_ORIGINS, RU)
        for r in range(len(per_role)):
            here = np.flatnonzero(role == r)
            if r in (BUYER_RU, MAKER_RU):
                country[here] = RU + (rng.random(len(here)) < 0.15)
                continue
            choices = np.arange(N_ORIGINS) if r in (MAKER, HOUSE, USER) else third
            odds = weight[choices] * np.where(
                np.isin(choices, HUBS) & (r in RESELLERS), knobs.hubs, 1.0
            )
            country[here] = rng.choice(choices, len(here), p=odds / odds.sum())

        reseller = np.isin(role, RESELLERS)
        by_country = np.flatnonzero(reseller)
        by_country = by_country[np.lexsort((rng.random(len(by_country)), country[by_country]))]
        m = len(by_country)
        cuts = np.cumsum(rng.choice([2, 3], m, p=[0.7, 0.3]))
        cuts = cuts[cuts <= m - 2]
        group = np.zeros(n, dtype=np.int64)
        group[by_country] = np.searchsorted(cuts, np.arange(m), side="right")
        group[~reseller] = len(cuts) + 1 + np.arange(n - m)
        group = rng.permutation(int(group.max()) + 1)[group]
        members: Ints = np.argsort(group, kind="stable")
        place = np.empty(n, dtype=np.int64)
        place[members] = np.arange(n)
        count: Ints = np.bincount(group).astype(np.int64)

        is_third = (country >= N_ORIGINS) & (country < RU)
        late = rng.random(n) < knobs.startups
        founded: Ints = np.where(late, rng.integers(20, DAYS - 150, n), 0)
        moves = is_third & (rng.random(n) < knobs.moved)
        p = knobs.part_numbers
        number = rng.permutation(n) + 1
        stem, form = rng.choice(STEMS, n), rng.choice(FORMS, n)
        name = [f"{s} {k:05d} {f}" for s, k, f in zip(stem, number, form, strict=True)]
        self.role, self.country, self.founded = role, country, founded
        self.size = rng.lognormal(0.0, knobs.firm_tail, n)
        self.group, self.members, self.place = group, members, place
        self.group_start, self.group_count = np.cumsum(count) - count, count
        self.move_day = np.where(moves, rng.integers(90, DAYS - 90, n), DAYS)
        self.new_country = np.where(moves, rng.choice(third, n), country)
        self.margin = rng.lognormal(0.0, 0.08, n) * np.where(reseller, 1.22, 1.0)
        self.states = rng.beta(p * 1.2, (1.0 - p) * 1.2, n)
        self.name = np.array(name)

    def sister(self, rng: np.random.Generator, firm: Ints) -> Ints:
        """Another firm of the same owner (itself where there is none)."""
        group = self.group[firm]
        count = self.group_count[group]
        step = 1 + np.floor(rng.random(len(firm)) * (count - 1)).astype(np.int64)
        start = self.group_start[group]
        result: Ints = self.members[start + (self.place[firm] - start + step) % count]
        return result

    def country_on(self, firm: Ints, day: Ints, other: Ints) -> Ints:
        """Where the firm is on that day (its old office serves its new neighbours)."""
        moved = (day >= self.move_day[firm]) & (self.new_country[firm] != other)
        result: Ints = np.where(moved, self.new_country[firm], self.country[firm])
        return result


def _posts(rng: np.random.Generator, firms: Firms, goods: Goods) -> tuple[Ints, Ints]:
    """Which firm trades in goods of which headings; an owner's firms trade in the same ones."""
    n_h, n_g = len(goods.h_weight), len(firms.group_count)
    first = rng.choice(n_h, n_g, p=goods.h_weight / goods.h_weight.sum())
    group, heading = [np.arange(n_g)], [first.astype(np.int64)]
    for odds in (0.6, 0.35, 0.2):
        more = np.flatnonzero(rng.random(n_g) < odds)
        group.append(more)
        heading.append(goods.other_heading(rng, first[more]))
    role = firms.role[firms.members[firms.group_start]]
    for r in range(len(ROLE_SHARE)):  # every role trades in every heading
        for _ in range(2):
            group.append(rng.choice(np.flatnonzero(role == r), n_h))
            heading.append(np.arange(n_h))
    key = np.unique(np.concatenate(group) * n_h + np.concatenate(heading))
    own, what = key // n_h, key % n_h
    repeat = firms.group_count[own]
    step = np.arange(repeat.sum()) - np.repeat(np.cumsum(repeat) - repeat, repeat)
    return firms.members[np.repeat(firms.group_start[own], repeat) + step], np.repeat(what, repeat)


class Relations:
    """Standing relations: who sells goods of which heading to whom, and how."""

    def __init__(
        self, rng: np.random.Generator, firms: Firms, goods: Goods, lines: int, knobs: Knobs
    ) -> None:
        firm, heading = _posts(rng, firms, goods)
        n_h = len(goods.h_weight)
        sellers, buyers, what, kinds = [], [], [], []
        for kind, (sold_by, bought_by, share) in enumerate(KINDS):
            weight = firms.size[firm]
            if kind == TO_RU:
                hub = np.isin(firms.country[firm], HUBS)
                weight = weight * np.where(hub, 2.0 * knobs.hubs, 1.0)
            pools = []
            for roles in (sold_by, bought_by):
                here = np.isin(firms.role[firm], roles)
                own = heading[here]
                if kind == INPUT and roles == (MAKER_3,):
                    own = rng.permutation(own)
                pools.append(Draw(own, firm[here], weight[here], n_h))
            odds = goods.h_weight * (1.0 if kind != DIRECT_RU else ~goods.h_controlled)
            n = max(40, int(share * lines / knobs.relation_lines))
            fixed = np.flatnonzero(np.isin(firms.role[firm], RESELLERS))
            if kind not in (HEAD, ONWARD):
                fixed = fixed[:0]
            n = max(n - len(fixed), n // 3)
            h: Ints = np.concatenate([heading[fixed], rng.choice(n_h, n, p=odds / odds.sum())])
            seller = pools[0](rng, h)
            buyer: Ints = np.concatenate([firm[fixed], pools[1](rng, h[len(fixed) :])])
            near = pools[1](rng, h)
            region = REGION[firms.country]
            swap = (region[near] == region[seller]) & (rng.random(len(h)) < 0.5)
            swap[: len(fixed)] = False
            buyer = np.where(swap, near, buyer)
            for _ in range(4):
                bad = firms.country[seller] == firms.country[buyer]
                seller[bad] = pools[0](rng, h[bad])
            good = firms.country[seller] != firms.country[buyer]
            good &= firms.group[seller] != firms.group[buyer]
            sellers.append(seller[good])
            buyers.append(buyer[good])
            what.append(h[good])
            kinds.append(np.full(int(good.sum()), kind, dtype=np.int64))
        seller, buyer, h = np.concatenate(sellers), np.concatenate(buyers), np.concatenate(what)
        kind_of = np.concatenate(kinds)
        _, one = np.unique((seller * len(firms.role) + buyer) * n_h + h, return_index=True)
        one = np.sort(one)
        seller, buyer, h, kind_of = seller[one], buyer[one], h[one], kind_of[one]
        n = len(seller)
        euro = np.isin(REGION[firms.country[seller]], [2, 4])
        u = rng.random(n)
        home = np.select(
            [firms.country[seller] == COUNTRIES.index("CN"), firms.country[seller] == 2], [2, 3], 0
        )
        self.seller, self.buyer, self.heading, self.kind = seller, buyer, h, kind_of
        self.weight = rng.lognormal(0.0, 0.9, n) * (firms.size[seller] * firms.size[buyer]) ** 0.35
        self.factor = rng.lognormal(0.0, 0.5, n) * firms.size[buyer] ** 0.15
        self.price = rng.lognormal(0.0, 0.07, n) * np.where(firms.country[buyer] >= RU, 1.08, 1.0)
        self.article = goods.draw_article(rng, h)
        self.frame = rng.random(n) < knobs.frame_orders
        self.currency = np.where(euro & (u < 0.5), 1, np.where(u < 0.25, home, 0))
