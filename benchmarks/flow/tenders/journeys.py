"""Goods on their way: projects, stock, spare parts, and what of them is diverted.

Lawful and planted journeys come out of the same functions; they differ in where a journey starts
and ends, never in how large, how split or how quick it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .market import (
    CONTROLLED,
    DAYS,
    EMBARGOED_CLASS,
    OTHER,
    SECTORS,
    UNITS,
    Firms,
    Flags,
    Floats,
    Goods,
    Ints,
    lottery,
)

PROJECT, SURPLUS, SPARE, STOCK, AGREEMENT = range(5)
KINDS = ("project", "surplus", "spare_trade", "distributor", "framework")
STYLES = ("hops", "split", "merge", "hs_within", "hs_across", "sister", "lost_transit", "mixing",
          "slow_stock", "unit")  # fmt: skip
STYLE_SHARE = np.array([0.40, 0.08, 0.08, 0.06, 0.05, 0.06, 0.05, 0.09, 0.08, 0.05])
HOPS = np.array([0.45, 0.32, 0.15, 0.08])
SURE, ACROSS, KIN, LOST, MIXED, SLOW, UNIT = range(3, 10)


@dataclass(frozen=True, slots=True)
class Rules:
    """What journeys need to know of the knobs."""

    seed: int
    reclassified: float
    sister: float
    width: float
    controlled: float
    lag_days: float
    partners: float
    crossing: float


@dataclass(slots=True)
class Lines:
    """Shipment lines as columns, links between them by position."""

    columns: dict[str, Ints | Floats | Flags]
    links: Ints  # n x 2


def draw_rank(rng: np.random.Generator, mean: float, size: int) -> Ints:
    return np.floor(rng.exponential(mean, size)).astype(np.int64)


@dataclass(slots=True)
class Items:
    """One row for one kind of goods of one project."""

    project: Ints
    kind: Ints
    style: Ints
    hops: Ints
    path: Ints  # n x 6: maker, yards, buyer
    good: Ints
    quantity: Floats
    start: Floats
    period: Ints  # days between deliveries of the project
    controlled: Flags


def plan(
    count: int, planted: bool, firms: Firms, goods: Goods, rules: Rules, rng: np.random.Generator
) -> Items:
    """Draw about ``count`` items, project by project."""
    shares = [0.30, 0.30, 0.40, 0.0, 0.0] if planted else [0.24, 0.18, 0.33, 0.15, 0.10]
    kinds = rng.choice(5, size=count, p=shares)
    sizes = np.where(kinds <= SURPLUS, rng.integers(2, 7, count), rng.integers(1, 3, count))
    projects = int(np.searchsorted(np.cumsum(sizes), count)) + 1
    of = np.repeat(np.arange(projects), sizes[:projects])[:count]
    size = len(of)
    hops = 1 + rng.choice(4, size=projects, p=HOPS)
    last = firms.yards.pick(int(planted), rng.random(projects))
    path = np.zeros((projects, 6), np.int64)
    rows = np.arange(projects)
    path[rows, hops] = last
    for stage in range(3, 0, -1):
        after = path[:, stage + 1]
        found = after
        for _ in range(4):
            u = lottery(rules.seed, after, 1, draw_rank(rng, rules.partners, projects))
            fresh = firms.yards.pick(0, u)
            found = np.where(firms.group[found] == firms.group[after], fresh, found)
        path[:, stage] = np.where(stage < hops, found, path[:, stage])
    facing = planted | (rng.random(projects) < rules.crossing * firms.leaning[last])
    kind, item_hops, yard = kinds[:projects][of], hops[of], last[of]
    wide = rules.width * np.where(kind <= SURPLUS, 1.6, 1.0)
    good = draw_goods(yard, wide, firms, goods, rules, rng)
    for _ in range(8 if planted else 0):
        again = draw_goods(yard, wide, firms, goods, rules, rng)
        good = np.where(goods.exempt[good], again, good)
    if planted:
        good = np.where(goods.exempt[good], goods.pool.pick(0, rng.random(size)), good)
    barred = facing[of] & ~goods.exempt[good] & (not planted)
    controlled = ~barred & ((rng.random(size) < rules.controlled) | planted)
    route = path[of]
    maker_key = np.where(controlled, CONTROLLED, OTHER) * len(SECTORS) + goods.sector[good]
    rank = draw_rank(rng, rules.partners * 0.6, size)
    route[:, 0] = firms.makers.pick(maker_key, lottery(rules.seed, route[:, 1], maker_key, rank))
    home = rng.choice([CONTROLLED, OTHER], size=projects, p=[0.35, 0.65])
    buyer_class = np.where(facing, EMBARGOED_CLASS, home)
    u = lottery(rules.seed, last, buyer_class, 2, draw_rank(rng, rules.partners, projects))
    buyer = firms.customers.pick(buyer_class, u)[of]
    direct = kind == AGREEMENT
    item_hops = np.where(direct, 0, item_hops)
    abroad = direct & controlled & facing[of] & ~goods.exempt[good]
    safe = firms.customers.pick(OTHER, lottery(rules.seed, yard, 3, rank))
    route[np.arange(size), item_hops + 1] = np.where(abroad, safe, buyer)
    style = rng.choice(len(STYLES), size=size, p=STYLE_SHARE)
    spare = rng.random(size) < 0.12
    bulk = np.select([kind == STOCK, direct], [2.5, 5.0], 1.0)
    lot = goods.typical[good] * rng.lognormal(0.0, 0.9, size) * firms.size[yard] ** 0.25
    return Items(
        project=of,
        kind=kind,
        style=style,
        hops=item_hops,
        path=route,
        good=good,
        quantity=np.maximum(np.round(lot * np.where(spare, 0.3, 1.0) * bulk), 4.0),
        start=rng.uniform(0, 35, size) + np.where(spare, rng.uniform(40, 300, size), 0.0),
        period=rng.integers(5, 25, projects)[of],
        controlled=controlled,
    )


def draw_goods(
    firm: Ints,
    width: Floats | float,
    firms: Firms,
    goods: Goods,
    rules: Rules,
    rng: np.random.Generator,
) -> Ints:
    """Draw goods out of what each firm deals in: mostly its own sector, the first ranks most."""
    rank = np.floor(width * rng.random(len(firm)) ** 1.7).astype(np.int64)
    share = np.cumsum([s for s, _, _ in SECTORS])
    u = lottery(rules.seed, firm, 4, rank)
    foreign = np.searchsorted(share / share[-1], lottery(rules.seed, firm, 5, rank))
    own = lottery(rules.seed, firm, 6, rank) < 0.6
    return goods.pool.pick(np.where(own, firms.sector[firm], foreign), u)


def _pieces(items: Items, stage: int, rng: np.random.Generator) -> Ints:
    size = len(items.hops)
    few = 1 + np.minimum(rng.geometric(0.52, size) - 1, 5)
    if stage == 0:
        few = np.where(items.style == 2, np.maximum(few, 2), few)
        few = np.where(items.kind == AGREEMENT, rng.integers(5, 22, size), few)
    at_end = (stage == items.hops) & (stage > 0)
    few = np.where(
        (items.style == 1) & (stage >= 1), np.maximum(few, rng.integers(2, 5, size)), few
    )
    few = np.where((items.kind == STOCK) & at_end, rng.integers(3, 11, size), few)
    several = at_end & ((items.style == MIXED) | (items.kind == SURPLUS))
    return np.where(several, np.maximum(few, rng.integers(2, 5, size)), few)


def _extra(asked: float, sure: Flags, barred: Flags, through: Flags) -> float:
    """Chance for the rest, such that a share ``asked`` of onward legs is reached in all."""
    total = max(int(through.sum()), 1)
    have, free = int((sure & through).sum()), int((~sure & ~barred & through).sum())
    return min(max((asked * total - have) / max(free, 1), 0.0), 1.0)


def travel(
    items: Items, planted: bool, firms: Firms, goods: Goods, rules: Rules, rng: np.random.Generator
) -> Lines:
    """Send items on their way: pieces, days, codes and links of every stage."""
    size = len(items.hops)
    code = items.good.copy()
    unit_slip = rng.integers(0, 3, size)
    exporter_now = items.path[:, 0]
    parts: list[dict[str, Ints | Floats | Flags]] = []
    links: list[Ints] = []
    key = day = latest = np.empty(0)
    offset = before = 0
    lost = items.style == LOST
    none = np.zeros(size, bool)
    for stage in range(5):
        live = items.hops >= stage
        if not live.any():
            break
        if stage:
            sure, cross = items.style == SURE, (items.style == ACROSS) & (stage == items.hops)
            p = _extra(rules.reclassified, sure & (stage == 1), cross, live)
            switch = live & ~cross & ((sure & (stage == 1)) | (rng.random(size) < p))
            code = np.where(switch, goods.within(code, rng), code)
            code = np.where(cross, goods.across(code, rng), code)
            kin = (items.style == KIN) & (stage == items.hops)
            p = _extra(rules.sister, kin, none, live)
            holder = items.path[:, stage]
            kin |= rng.random(size) < p
            exporter_now = np.where(kin, firms.sister[holder], holder)
        count = np.where(live, _pieces(items, stage, rng), 0)
        of = np.repeat(np.arange(size), count)
        n = len(of)
        cut = np.cumsum(rng.gamma(1.6, 1.0, n))
        ends = np.cumsum(count)
        base = np.where(ends > count, cut[np.maximum(ends - count - 1, 0)], 0.0)[of]
        share = (cut - base) / (cut[ends[of] - 1] - base)
        first = np.arange(n) == (ends - count)[of]
        final = np.arange(n) == ends[of] - 1
        upto = np.round(share * items.quantity[of])
        quantity = np.maximum(upto - np.where(first, 0.0, np.roll(upto, 1)), 1.0)
        share_before = np.where(first, 0.0, np.roll(share, 1))
        at_end = items.hops[of] == stage
        if stage == 0:
            gap = rng.exponential(11.0, n)
            fixed = items.period[of] * 1.4 + rng.normal(0, 1.5, n)
            gap = np.where(items.kind[of] == AGREEMENT, np.maximum(fixed, 1.0), gap)
            run = np.cumsum(gap)
            day = np.floor(items.start[of] + run - run[(ends - count)[of]])
        else:
            lo = np.searchsorted(key, of + share_before + 1e-9, side="left")
            hi = np.minimum(np.searchsorted(key, of + share - 1e-9, side="left"), len(key) - 1)
            lo = np.minimum(lo, hi)
            lag = 3 + rng.gamma(1.5, rules.lag_days / 1.5, n)
            lag += np.where((items.style[of] == SLOW) & (stage == 1), rng.uniform(80, 220, n), 0.0)
            lag += np.where((items.kind[of] == STOCK) & at_end, rng.exponential(35.0, n), 0.0)
            left_over = (items.kind[of] == SURPLUS) & at_end & final
            lag += np.where(left_over, rng.exponential(30.0, n), 0.0)
            ready, slot = latest[hi] + lag, items.period[of]
            day = np.where(items.kind[of] <= SURPLUS, np.ceil(ready / slot) * slot, np.ceil(ready))
            many = hi - lo + 1
            to = np.repeat(np.arange(n), many)
            up = lo[to] + np.arange(len(to)) - (np.cumsum(many) - many)[to]
            links.append(np.stack([up + before, to + offset], axis=1))
        exporter = exporter_now[of]
        merging = (stage == 0) & (items.style[of] == 2) & ~first
        merging |= (stage == 0) & ~first & (rng.random(n) < 0.1)
        maker_key = (
            np.where(items.controlled, CONTROLLED, OTHER) * len(SECTORS) + goods.sector[items.good]
        )
        u = lottery(rules.seed, items.path[of, 1], maker_key[of], draw_rank(rng, rules.partners, n))
        exporter = np.where(merging, firms.makers.pick(maker_key[of], u), exporter)
        aside = np.select(
            [items.style == MIXED, items.kind == SURPLUS, items.kind == STOCK],
            [0.55, 0.6, 0.85],
            0.08,
        )[of]
        side = (stage > 0) & at_end & ~final & (rng.random(n) < aside)
        consignee = _sides(items, of, side, stage, planted, firms, goods, rules, rng)
        blend = np.where(
            (rng.random(n) < 0.12) & at_end & (stage > 0), rng.uniform(1.1, 1.9, n), 1.0
        )
        wrong = (items.style[of] == UNIT) & (stage > 0)
        parts.append(
            {
                "item": of,
                "stage": np.full(n, stage),
                "exporter": exporter,
                "sender": np.where(stage > 0, items.path[of, stage], exporter),
                "consignee": consignee,
                "good": code[of],
                "quantity": np.maximum(np.round(quantity * blend), 1.0),
                "wrong": np.where(wrong, 1 + unit_slip[of], 0),
                "base_good": items.good[of],
                "day": day,
                "side": side,
                "unseen": (lost[of] & at_end & (stage > 0)),
            }
        )
        top = of * 1e6 + day
        latest = np.maximum.accumulate(top) - of * 1e6
        key = of + share
        before, offset = offset, offset + n
    return Lines(
        {k: np.concatenate([p[k] for p in parts]) for k in parts[0]}, np.concatenate(links)
    )


def _sides(
    items: Items, of: Ints, side: Flags, stage: int, planted: bool,
    firms: Firms, goods: Goods, rules: Rules, rng: np.random.Generator,
) -> Ints:  # fmt: skip
    """Consignees; pieces sold aside go to other lawful buyers of the last yard."""
    size, holder = len(of), items.path[of, max(stage, 1)]
    free = (~items.controlled | goods.exempt[items.good])[of] & (not planted)
    closed = free & (rng.random(size) < rules.crossing * firms.leaning[holder])
    home = np.where(rng.random(size) < 0.35, CONTROLLED, OTHER)
    buyer_class = np.where(closed, EMBARGOED_CLASS, home)
    u = lottery(rules.seed, holder, buyer_class, 2, draw_rank(rng, rules.partners, size))
    return np.where(side, firms.customers.pick(buyer_class, u), items.path[of, stage + 1])


def place(lines: Lines, items: Items, firms: Firms, rng: np.random.Generator) -> None:
    """Move every project to its days of the world; young firms start after their founding."""
    day = lines.columns["day"].astype(np.float64)
    project = items.project[lines.columns["item"].astype(np.int64)]
    projects = int(items.project[-1]) + 1
    span = np.zeros(projects)
    np.maximum.at(span, project, day)
    born = np.full(projects, -9_999.0)
    for column in ("exporter", "sender"):
        np.maximum.at(born, project, firms.founded[lines.columns[column].astype(np.int64)])
    low = np.maximum(born, -0.25 * span)
    high = np.maximum(DAYS - 0.75 * span, low + 1)
    season = rng.random(projects) < 0.2
    moved = np.floor((low + rng.random(projects) * (high - low))[project] + day)
    warped = np.floor(moved + 38 * np.sin(moved * 2 * np.pi / 365.25 + 1.0))
    lines.columns["day"] = np.where(season[project] & (born[project] < 0), warped, moved)
    lines.columns["season"] = season[project] & (born[project] < 0)


def wrong_units(unit: Ints, quantity: Floats, mass: Floats, wrong: Ints) -> tuple[Ints, Floats]:
    """Write quantities in another unit: by mass, by the thousand, or under a false name."""
    kilos, thousand = UNITS.index("KGM"), UNITS.index("MIL")
    counted = unit == UNITS.index("NAR")
    new_unit = np.where(counted, np.where(wrong == 2, thousand, kilos), UNITS.index("TNE"))
    by_mass = np.where(counted, quantity * mass, quantity / 1000.0)
    new = np.select([wrong == 1, wrong == 2], [by_mass, quantity / 1000.0], quantity)
    return np.where(wrong > 0, new_unit, unit), np.where(
        wrong > 0, np.maximum(np.round(new, 3), 0.001), quantity
    )
