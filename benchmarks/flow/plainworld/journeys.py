"""Lines of a plain world: journeys of goods through firms, and relations that repeat."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from benchmarks.flow.plainworld.firms import (
    Firms,
    Goods,
    Relations,
)
from benchmarks.flow.plainworld.knobs import (
    ACROSS,
    BACKGROUND,
    CONTROLLED,
    DAYS,
    DISTRIBUTOR,
    EMBARGO,
    HANDLINGS,
    LOCAL,
    LOST,
    MERGE,
    MIXED,
    MIXING,
    OTHER,
    OTHER_ORIGIN,
    PARCELS,
    REEXPORT,
    SEASONAL,
    SISTER,
    SLOW,
    SPLIT,
    STOCK,
    UNIT,
    WARM_UP,
    WEST,
    WITHIN,
    Bools,
    Floats,
    Ints,
    Knobs,
)


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines before they become a table; `chain` is -1 for lawful ones."""

    exporter: Ints
    consignee: Ints
    code: Ints
    day: Ints
    amount: Floats
    typology: Ints
    chain: Ints
    hop: Ints
    misdeclared: Bools
    keep: Bools

    def take(self, rows: Ints) -> Lines:
        return Lines(*(getattr(self, f.name)[rows] for f in fields(self)))


def join_lines(parts: list[Lines]) -> Lines:
    return Lines(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Lines)))


@dataclass(frozen=True, slots=True)
class Routes:
    """Ways that goods take, each used by several journeys; -2 where there is no firm."""

    nodes: Ints  # (routes, 6): the first exporter, up to four firms in third countries, the last consignee
    spare: Ints  # (routes, 2): a second exporter for a merge, a second consignee for a split
    codes: Ints  # (routes, 5): the code on each leg
    hops: Ints
    handling: Ints
    label: Ints
    by_sister: Bools  # (routes, 5)
    roles: Ints  # (routes, 6), of the nodes


def draw_routes(
    rng: np.random.Generator,
    firms: Firms,
    known: Relations,
    n: int,
    knobs: Knobs,
    *,
    planted: bool,
) -> Routes:
    """Draw `n` routes, from firms and partners that there are anyway where that can be.

    Lawful ones are distributors of goods from controlled origins, re-exporters of food and medicine, re-exporters
    of other goods from other origins to the embargo, and distributors of these elsewhere.
    """
    sort = (
        np.zeros(n, np.int64)
        if planted
        else rng.choice([1, 2, 3, 4], n, p=[0.45, 0.17, 0.15, 0.23])
    )
    foreign = rng.choice([OTHER, LOCAL], n)
    first = np.select(
        [sort <= 1, sort == 2],
        [CONTROLLED, np.where(rng.random(n) < 0.5, CONTROLLED, foreign)],
        foreign,
    )
    third = np.where(first == CONTROLLED, WEST, LOCAL)
    last = np.where(
        (sort == 0) | (sort == 2) | (sort == 3), EMBARGO, rng.choice([CONTROLLED, OTHER], n)
    )
    hops = 1 + rng.choice(4, n, p=[0.44, 0.3, 0.17, 0.09] if planted else [0.55, 0.27, 0.12, 0.06])
    tricks = (1 - knobs.pass_through) / (len(HANDLINGS) - 1)
    ends = np.cumsum([knobs.pass_through] + [tricks] * (len(HANDLINGS) - 1))
    handling = rng.permutation(
        np.minimum(np.searchsorted(ends, (np.arange(n) + 0.5) / n), len(HANDLINGS) - 1)
    )
    trick_leg = 1 + (rng.random(n) * hops).astype(np.int64)
    codes = np.zeros((n, 5), np.int64)
    codes[:, 0] = firms.goods.draw(rng, np.array([0, -1, 1, 0, -1])[sort])
    for leg in range(1, 5):
        here, before = trick_leg == leg, codes[:, leg - 1]
        within = ((handling == WITHIN) & here) | (rng.random(n) < knobs.reclassified)
        other = np.where(within, firms.goods.within(rng, before), before)
        codes[:, leg] = np.where(
            (handling == ACROSS) & here, firms.goods.across(rng, before), other
        )

    def partner(firm: Ints, code: Ints, role: Ints, taken: Ints, *, buys: bool) -> Ints:
        found = known.partner(rng, firm, code, role, buys=buys)
        found[rng.random(n) >= knobs.known_pairs] = -1
        for _ in range(6):
            bad = (found < 0) | (taken == found[:, None]).any(axis=1)
            found[bad] = firms.draw(rng, role[bad], code[bad])
        return found

    nodes = np.full((n, 6), -2)
    nodes[:, 1] = firms.draw(rng, third, codes[:, 0])
    nodes[:, 0] = partner(nodes[:, 1], codes[:, 0], first, nodes, buys=True)
    for leg in range(1, 5):
        role = np.where(leg == hops, last, third)
        found = partner(nodes[:, leg], codes[:, leg], role, nodes, buys=False)
        nodes[:, leg + 1] = np.where(leg <= hops, found, -2)
    row = np.arange(n)
    spare = np.stack(
        [firms.draw(rng, first, codes[:, 0]), firms.draw(rng, last, codes[row, hops])], axis=1
    )
    by_sister = (rng.random((n, 5)) < knobs.sister) | (
        (handling == SISTER)[:, None] & (trick_leg[:, None] == np.arange(5))
    )
    lawful = np.array([0, DISTRIBUTOR, REEXPORT, OTHER_ORIGIN, DISTRIBUTOR])[sort]
    label = handling if planted else np.where(handling == SLOW, STOCK, lawful)
    step = np.arange(6)
    roles = np.where(step == 0, first[:, None], third[:, None])
    roles = np.where(step == hops[:, None] + 1, last[:, None], roles)
    return Routes(nodes, spare, codes, hops, handling, label, by_sister, roles)


def companions(rng: np.random.Generator, goods: Goods, routes: Routes, knobs: Knobs) -> Relations:
    """Let pairs of firms on the routes trade lawfully too, in the same and in other goods."""
    leg = np.arange(5) <= routes.hops[:, None]
    often = knobs.companions * np.where(routes.roles[:, 1:] == EMBARGO, 2.0, 1.0)
    i, at = np.nonzero(leg & (rng.random(leg.shape) < often))
    apart = routes.nodes[i, at] != routes.nodes[i, at + 1]
    i, at = i[apart], at[apart]
    source, target = routes.roles[i, at], routes.roles[i, at + 1]
    east = target == EMBARGO
    other = goods.draw(rng, np.where(east & (rng.random(len(i)) < 0.5), 1, -1))
    code = np.where(rng.random(len(i)) < np.where(east, 0.2, 0.5), routes.codes[i, at], other)
    return Relations(routes.nodes[i, at], routes.nodes[i, at + 1], code, source * 5 + target)


def draw_journeys(
    rng: np.random.Generator,
    firms: Firms,
    routes: Routes,
    count: int,
    knobs: Knobs,
    *,
    planted: bool,
) -> tuple[Lines, Ints]:
    """Send `count` consignments along the routes; give their lines and the links between them, lawful or not."""
    goods, n = firms.goods, count
    often = 1 + rng.poisson(
        rng.lognormal(np.log(max(knobs.route_repeats - 1, 0.05)) - 0.3, 0.8, len(routes.hops))
    )
    route = np.resize(np.repeat(np.arange(len(often)), often), count)
    base = rng.normal(0, 0.6, len(often))[route]
    handling, hops, codes, nodes = (
        x[route] for x in (routes.handling, routes.hops, routes.codes, routes.nodes)
    )
    parcels = 1 + rng.choice(PARCELS, n, p=[0.24, 0.31, 0.24, 0.21])
    parcels[(handling == SPLIT) | (handling == MERGE)] = np.maximum(2, parcels)[
        (handling == SPLIT) | (handling == MERGE)
    ]
    live = np.arange(PARCELS) < parcels[:, None]
    begin = goods.days(rng, codes[:, 0], -WARM_UP)
    founded = np.max(np.where(nodes >= 0, firms.founded[nodes], -(10**6)), axis=1)
    late = (founded + rng.random(n) * (DAYS - founded)).astype(np.int64)
    ready = np.repeat(np.where(begin < founded, late, begin)[:, None], PARCELS, axis=1)
    size = goods.amount[codes[:, 0]] * np.exp(base + rng.normal(0, 0.6, n)) / parcels**0.25
    amount = size[:, None] * np.exp(rng.normal(0, 0.15, (n, PARCELS)))
    lost_leg = np.where(handling == LOST, 1 + (rng.random(n) * hops).astype(np.int64), -1)
    taken, added = (np.where(handling == MIXING, rng.uniform(0.3, 1.2, n), 0.0) for _ in range(2))
    row, odd = np.arange(n), np.arange(PARCELS) % 2 == 1
    parts: list[Lines] = []
    links: list[Ints] = []
    made, before = 0, np.full((n, PARCELS), -1)
    for leg in range(5):
        joined = (handling == SPLIT) & (leg == 0) | (handling == MERGE) & (leg > 0)
        free = (handling != SPLIT) & (handling != MERGE)
        joined |= free & (rng.random(n) < knobs.together)
        joined |= (handling == MIXING) & (leg <= 1)
        median = np.where(handling == SLOW, knobs.slow_days, knobs.lag_days)[:, None]
        lag = np.exp(
            rng.normal(np.log(median), np.where(handling == SLOW, 0.3, 0.6)[:, None], (n, PARCELS))
        )
        if leg == 0:
            lag = rng.exponential(8.0, (n, PARCELS))
            lag[:, 0] = 0
        else:
            amount = amount * (1 - knobs.loss * rng.random((n, PARCELS)))
        at = ready + np.clip(np.rint(lag), int(leg > 0), 300).astype(np.int64)
        latest = np.max(np.where(live, ready, -(10**6)), axis=1) + at[:, 0] - ready[:, 0]
        ready = np.where(joined[:, None], latest[:, None], at)
        extra = (1 + taken) if leg == 0 else (1 + added)
        total = (
            np.where(joined[:, None], (amount * live).sum(axis=1)[:, None], amount) * extra[:, None]
        )
        here = live & (leg <= hops)[:, None]
        heads = here & ~(joined[:, None] & (np.arange(PARCELS) > 0))
        j, p = np.nonzero(heads)
        line = np.full((n, PARCELS), -1)
        line[j, p] = made + np.arange(len(j))
        line = np.where(here & joined[:, None], line[:, :1], line)
        made += len(j)
        seller = nodes[row, np.minimum(leg, hops)][:, None] * np.ones(PARCELS, np.int64)
        buyer = nodes[row, np.minimum(leg, hops) + 1][:, None] * np.ones(PARCELS, np.int64)
        if leg == 0:
            seller = np.where(
                (handling == MERGE)[:, None] & odd, routes.spare[route, 0][:, None], seller
            )
        else:
            by = routes.by_sister[route, leg][:, None] & (firms.related[seller] != buyer)
            seller = np.where(by, firms.related[seller], seller)
        swap = (
            ((handling == SPLIT) & (leg == hops))[:, None]
            & odd
            & (routes.spare[route, 1][:, None] != seller)
        )
        buyer = np.where(swap, routes.spare[route, 1][:, None], buyer)
        wrong = (handling[j] == UNIT) & (leg > 0)
        chain, hop = (
            (j, np.full(len(j), leg)) if planted else (np.full(len(j), -1), np.full(len(j), -1))
        )
        parts.append(
            Lines(seller[j, p], buyer[j, p], codes[j, leg], ready[j, p], total[j, p], routes.label[route[j]],
                   chain, hop, wrong, lost_leg[j] != leg)
        )  # fmt: skip
        both = (before >= 0) & (line >= 0)
        links.append(np.stack([before[both], line[both]], axis=1))
        before = line
        if leg == 0:
            mixed = np.flatnonzero(handling == MIXING)
            source, day = line[mixed, 0], ready[mixed, 0]
            weight = (amount * live).sum(axis=1)[mixed]
        if leg == 1:
            onward = line[mixed, 0]
    sale, buy = _mixed(
        rng,
        firms,
        nodes[mixed, 1],
        codes[mixed, 0],
        day,
        weight * taken[mixed],
        weight * added[mixed],
        knobs,
    )
    k = len(mixed)
    links.append(np.stack([source, made + np.arange(k)], axis=1))
    links.append(np.stack([made + k + np.arange(k), onward], axis=1))
    lines = join_lines([*parts, sale, buy])
    lines.keep[:] &= (lines.day >= 0) & (lines.day < DAYS) & (lines.exporter != lines.consignee)
    return lines, np.unique(np.concatenate(links), axis=0)


def _mixed(
    rng: np.random.Generator,
    firms: Firms,
    hub: Ints,
    code: Ints,
    day: Ints,
    sold: Floats,
    bought: Floats,
    knobs: Knobs,
) -> tuple[Lines, Lines]:
    """Let a hub sell part of a lot lawfully, and buy other goods of that code to go along with the rest."""
    k = len(hub)
    buyer = firms.draw(rng, rng.choice([CONTROLLED, OTHER, LOCAL], k), code)
    seller = firms.draw(rng, rng.choice([OTHER, LOCAL], k), code)
    stay = np.clip(np.rint(np.exp(rng.normal(np.log(knobs.lag_days), 0.6, k))), 1, 300).astype(
        np.int64
    )
    lawful, no, keep = np.full(k, MIXED), np.full(k, -1), np.ones(k, bool)
    sale = Lines(hub, buyer, code, day + stay, sold, lawful, no, no, ~keep, keep)
    return sale, Lines(seller, hub, code, day, bought, lawful, no, no, ~keep, keep)


def repeat_relations(
    rng: np.random.Generator, firms: Firms, known: Relations, count: int, knobs: Knobs
) -> Lines:
    """Let the relations trade again and again: exactly `count` lines."""
    goods, n = firms.goods, len(known.code)
    often = 1 + rng.poisson(rng.lognormal(np.log(max(knobs.repeats - 1, 0.05)) - 0.5, 1.0, n))
    which = rng.permutation(
        np.resize(np.repeat(rng.permutation(n), often), max(count, int(often.sum())))
    )[:count]
    exporter, consignee, code = known.exporter[which], known.consignee[which], known.code[which]
    day = goods.days(rng, code)
    peak = rng.integers(0, 365, n)[which]
    season = (rng.random(n) < knobs.seasonal)[which]
    day[season] = (
        peak + 365 * rng.integers(0, 2, count) + np.rint(rng.normal(0, 18, count)).astype(np.int64)
    )[season] % DAYS
    founded = np.maximum(firms.founded[exporter], firms.founded[consignee])
    day = np.where(
        day < founded, (founded + rng.random(count) * (DAYS - founded)).astype(np.int64), day
    )
    amount = goods.amount[code] * np.exp(rng.normal(0, 0.6, n)[which] + rng.normal(0, 0.6, count))
    source, east = known.roles[which] // 5, known.roles[which] % 5 == EMBARGO
    label = np.where(season, SEASONAL, BACKGROUND)
    third = east & ((source == WEST) | (source == LOCAL))
    label = np.where(third, np.where(goods.exempt[code], REEXPORT, OTHER_ORIGIN), label)
    no = np.full(count, -1)
    return Lines(
        exporter,
        consignee,
        code,
        day,
        amount,
        label,
        no,
        no,
        np.zeros(count, bool),
        np.ones(count, bool),
    )
