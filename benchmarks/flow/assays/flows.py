"""Flows of goods over the network: small motifs that carry quantities from firm to firm.

Planted and lawful flows are made by the same code. A flow is drawn backward from its last leg over
standing relations of one heading; then goods are sent forward along it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np

from . import network as net
from .goods import Bools, Floats, Goods, Ints, tidy
from .knobs import Knobs
from .network import CONTROLLED, DAYS, EMBARGO, KIND, THIRD, TRADER, Firms, Index, Relations

LEVELS, WIDTH, ROUNDS = 5, 8, 300
_NAMES = """one_hop two_hops three_hops four_hops fan_out fan_in scatter_gather code_switch
heading_switch sister_firm lost_leg mixed slow_stock unit_misdeclared"""
TYPOLOGIES: tuple[str, ...] = tuple(_NAMES.split())
_T = {name: i for i, name in enumerate(TYPOLOGIES)}
STOCK = len(TYPOLOGIES)  # lawful only: many lots lie together and leave first in, first out
_HOPS = {"one_hop": 1, "two_hops": 2, "three_hops": 3, "four_hops": 4, "scatter_gather": 3}
ABROAD, RU_FREE, RU_OTHER = 0, 1, 2  # where the last leg goes, and with which goods

P = TypeVar("P", "Plan", "Legs")


@dataclass(frozen=True, slots=True)
class Plan:
    """What each flow is to be, before it is laid on the network."""

    shape: Ints
    hops: Ints  # number of firms between the first exporter and the last consignee
    width: Ints  # lots side by side where the motif has several
    outs: Ints  # shipments out of a stock
    end: Ints
    origin: Ints  # kind of country that the first leg leaves
    sister: Bools  # by level: exported by a sister of the firm that received
    lag: Ints  # by level: days since the leg before
    at: Ints  # the level that the typology touches
    lines: Ints


@dataclass(frozen=True, slots=True)
class Legs:
    """Legs of flows as lines, and edges between them by position."""

    flow: Ints
    level: Ints
    rel: Ints
    day: Ints
    code: Ints
    unit: Ints
    quantity: Floats
    price: Floats
    mass: Floats
    slip: Bools  # quantity stated in a wrong unit


def _take(table: P, rows: Ints | Bools) -> P:
    return type(table)(*(getattr(table, f.name)[rows] for f in fields(table)))


class Lookup:
    """Ways to go from one relation to the next."""

    def __init__(self, rels: Relations, firms: Firms, goods: Goods) -> None:
        self.rels, self.firms, self.goods = rels, firms, goods
        self.headings = len(goods.heading_lane)
        self.source = KIND[firms.country[rels.exporter]]
        self.target = KIND[firms.country[rels.consignee]]
        free = goods.lane_free[goods.heading_lane[rels.heading]]
        self.end = np.where(self.target != EMBARGO, ABROAD, np.where(free, RU_FREE, RU_OTHER))
        traded = (firms.role[rels.exporter] == TRADER) & (self.source == THIRD)
        into = self.source != EMBARGO
        group = firms.group

        def index(firm: Ints, kind: Ints, fit: Bools) -> Index:
            return Index(np.where(fit, self.key(firm, rels.heading, kind), -1), rels.rate)

        self.last = Index(np.where(traded, self.end, -1), rels.rate)
        self.traders = Index(np.where(traded, rels.heading, -1), rels.rate)
        self.into_firm = index(rels.consignee, self.source, into)
        self.into_group = index(group[rels.consignee], self.source, into)
        self.out_of_firm = index(rels.exporter, self.end, traded)

    def key(self, firm: Ints, heading: Ints, kind: Ints) -> Ints:
        """A firm (or group), a heading and a kind in one number."""
        return (firm * self.headings + heading) * 3 + kind


def make_plan(rng: np.random.Generator, knobs: Knobs, lines: float, *, planted: bool) -> Plan:
    """Flows of all typologies in turn, as many as give the wanted number of lines."""
    n = int(lines / 3) + 4 * len(TYPOLOGIES)
    names = [
        name
        for name in TYPOLOGIES
        if not (name == "sister_firm" and knobs.sister == 0)
        and not (name == "code_switch" and knobs.reclassified == 0)
    ]
    kinds = np.array([_T[name] for name in names] + ([] if planted else [STOCK]))
    turns = -(-n // len(kinds))
    shape = rng.permuted(np.broadcast_to(kinds, (turns, len(kinds))), axis=1).ravel()[:n]
    hops = rng.choice([1, 2, 3, 4], size=n, p=[0.15, 0.25, 0.3, 0.3])
    for name, hop in _HOPS.items():
        hops[shape == _T[name]] = hop
    hops = np.where(shape == _T["lost_leg"], np.maximum(hops, 2), hops)
    hops = np.where(shape == STOCK, 1, hops)
    width = rng.integers(2, 6, n)
    wide = np.isin(shape, [_T["fan_out"], _T["fan_in"], _T["scatter_gather"], STOCK])
    width = np.where(wide, width, 1)
    outs = np.where(shape == STOCK, rng.integers(3, WIDTH + 1, n), 1)
    lost = shape == _T["lost_leg"]
    at = 1 + (rng.random(n) * (hops - lost)).astype(np.int64)
    level = np.arange(LEVELS)
    own = (shape == _T["sister_firm"])[:, None]
    chance = rng.random((n, LEVELS)) < knobs.sister
    sister = np.where(own, level == at[:, None], chance)
    lag = np.exp(rng.normal(np.log(knobs.lag_days), knobs.lag_spread, (n, LEVELS)))
    lag = np.clip(lag, 1, 110)
    slow = (shape == _T["slow_stock"])[:, None] & (level == at[:, None])
    lag = np.where(slow, rng.uniform(110, 300, (n, LEVELS)), lag).astype(np.int64)
    if planted:
        end, origin = np.full(n, RU_OTHER), np.full(n, CONTROLLED)
    else:
        end = rng.choice([ABROAD, RU_FREE, RU_OTHER], size=n, p=[0.88, 0.07, 0.05])
        made_here = (end == RU_OTHER) | (rng.random(n) < 0.3)
        origin = np.where(made_here, THIRD, CONTROLLED)
    extra = np.where(shape == _T["scatter_gather"], 2 * (width - 1), width - 1)
    count = hops + 1 + extra + outs - 1 - lost
    plan = Plan(shape, hops, width, outs, end, origin, sister, lag, at, count)
    return _take(plan, np.cumsum(count) <= lines)  # in turn, so all typologies stay


def _walk(rng: np.random.Generator, look: Lookup, seasons: Floats, plan: Plan) -> tuple[Ints, Ints]:
    """One try at a path of relations and the days of its legs; -1 in the first where it failed."""
    rels, firms, goods = look.rels, look.firms, look.goods
    n, rows = len(plan.hops), np.arange(len(plan.hops))
    path = np.full((n, LEVELS), -1)
    good = np.ones(n, dtype=bool)
    path[rows, plan.hops] = look.last.draw(plan.end, rng)
    good &= path[rows, plan.hops] >= 0
    for level in range(LEVELS - 2, -1, -1):
        on = good & (plan.hops > level)
        nxt = path[on, level + 1]
        seller, heading = rels.exporter[nxt], rels.heading[nxt]
        kind = plan.origin[on] if level == 0 else np.full(on.sum(), THIRD)
        sister = plan.sister[on, level + 1]
        found = np.where(
            sister,
            look.into_group.draw(look.key(firms.group[seller], heading, kind), rng),
            look.into_firm.draw(look.key(seller, heading, kind), rng),
        )
        fits = (found >= 0) & ((rels.consignee[found] != seller) == sister)
        path[on, level] = found
        good[on] &= fits
    used = np.arange(LEVELS) <= plan.hops[:, None]
    met = np.where(used, firms.group[rels.exporter[path]], -1 - np.arange(LEVELS))
    end = firms.group[rels.consignee[path[rows, plan.hops]]]
    met = np.sort(np.concatenate((met, end[:, None]), axis=1), axis=1)
    good &= (np.diff(met, axis=1) != 0).all(axis=1)
    heading = rels.heading[path[:, 0]]
    small = (goods.heading_unit[heading] == 0) & (rels.lot[path[:, 0]] < np.log(12))
    good &= ~((plan.width + plan.outs > 2) & small)
    good &= ~((plan.shape == _T["heading_switch"]) & (goods.sibling[heading] < 0))
    ahead = np.cumsum(np.where(np.arange(LEVELS) == 0, 0, plan.lag), axis=1)
    span = np.where(plan.shape == STOCK, 200, 0)
    low = np.where(used, rels.since[path] - ahead, 0).max(axis=1)
    high = np.where(used, rels.until[path] - ahead, DAYS).min(axis=1) - span
    start = low + np.floor(rng.random(n) * (high - low)).astype(np.int64)
    good &= (high > low) & (start >= 0)
    season = seasons[rels.profile[path[:, 0]], np.clip(start, 0, DAYS - 1)]
    good &= rng.random(n) < season
    path[~good, 0] = -1
    return path, start[:, None] + ahead


def lay(
    rng: np.random.Generator, look: Lookup, seasons: Floats, plan: Plan, lines: float
) -> tuple[Plan, Ints, Ints]:
    """Flows of that many lines laid on the network: their plan, paths and days.

    Some of the planned flows find no way, so more are planned than are kept.
    """
    path = np.full((len(plan.hops), LEVELS), -1)
    day = np.zeros_like(path)
    for _ in range(ROUNDS):
        todo = np.flatnonzero(path[:, 0] < 0)
        if not todo.size:
            break
        path[todo], day[todo] = _walk(rng, look, seasons, _take(plan, todo))
    keep = np.flatnonzero(path[:, 0] >= 0)
    keep = keep[np.cumsum(plan.lines[keep]) <= lines]
    return _take(plan, keep), path[keep], day[keep]


def _branch(
    rng: np.random.Generator, look: Lookup, knobs: Knobs, plan: Plan, path: Ints, day: Ints
) -> tuple[Relations, Ints, Ints, Ints]:
    """Widen paths to motifs: relations (some new), and by flow, level and lot relation and day."""
    rels, firms = look.rels, look.firms
    n, rows = len(path), np.arange(len(path))
    rel = np.repeat(path[:, :, None], WIDTH, axis=2)
    days = np.repeat(day[:, :, None], WIDTH, axis=2)
    wide = np.ones((n, LEVELS), dtype=np.int64)
    wide[np.arange(LEVELS) > plan.hops[:, None]] = 0

    def alive(found: Ints, when: Ints) -> Bools:
        return (found >= 0) & (rels.since[found] <= when) & (when < rels.until[found])

    # Several lots in.
    many = np.flatnonzero((plan.shape == _T["fan_in"]) | (plan.shape == STOCK))
    wide[many, 0] = plan.width[many]
    keep = path[many, 0]
    key = look.key(rels.consignee[keep], rels.heading[keep], plan.origin[many])
    gap = np.where(plan.shape[many] == STOCK, rng.integers(40, 140, len(many)), plan.lag[many, 1])
    later = np.arange(WIDTH) < plan.width[many][:, None]
    wait = np.sort(np.where(later, rng.random(later.shape), 1), axis=1) * gap[:, None]
    for lot in range(1, WIDTH):
        when = day[many, 0] + wait[:, lot].astype(np.int64)
        found = look.into_firm.draw(key, rng)
        rel[many, 0, lot] = np.where(alive(found, when), found, keep)
        days[many, 0, lot] = when
    # Several shipments out.
    many = np.flatnonzero((plan.shape == _T["fan_out"]) | (plan.shape == STOCK))
    last = plan.hops[many]
    wide[many, last] = np.where(plan.shape[many] == STOCK, plan.outs[many], plan.width[many])
    keep, before = path[many, last], day[many, last - 1]
    key = look.key(rels.exporter[keep], rels.heading[keep], look.end[keep])
    for lot in range(1, WIDTH):
        lag = np.exp(rng.normal(np.log(knobs.lag_days), knobs.lag_spread, len(many)))
        when = before + np.clip(lag, 1, 110).astype(np.int64)
        found = look.out_of_firm.draw(key, rng)
        buyer = firms.group[rels.consignee[found]]
        repeat = (firms.group[rels.exporter[path[many]]] == buyer[:, None]).any(axis=1)
        fits = alive(found, np.where(plan.shape[many] == STOCK, day[many, last], when)) & ~repeat
        rel[many, last, lot] = np.where(fits, found, keep)
        open_then = when < rels.until[rel[many, last, lot]]
        days[many, last, lot] = np.where(open_then, when, day[many, last])
    # Scatter and gather: further firms between the second and the third.
    many = np.flatnonzero(plan.shape == _T["scatter_gather"])
    wide[many, 1:3] = plan.width[many][:, None]
    hub, keep = rels.exporter[path[many, 1]], path[many, 2]
    heading = rels.heading[keep]
    key = look.key(rels.consignee[keep], heading, np.full(len(many), THIRD))
    known = firms.group[
        np.concatenate((rels.exporter[path[many, :4]], rels.consignee[path[many, 3:4]]), axis=1)
    ]
    pairs = len(firms.group)
    book = (rels.exporter * pairs + rels.consignee) * look.headings + rels.heading
    order = np.argsort(book, kind="stable")
    fresh: list[tuple[Ints, int, int, Ints]] = []
    for lot in range(1, int(wide.max(initial=1))):
        room = day[many, 2] - day[many, 1]
        first = day[many, 1] + (rng.random(len(many)) * room).astype(np.int64)
        second = first + (rng.random(len(many)) * (day[many, 3] - first)).astype(np.int64)
        middle, fits = rels.exporter[keep], np.zeros(len(many), dtype=bool)
        # A supplier of the third firm, else any trader of the heading, else the same firm again.
        for found in (look.into_firm.draw(key, rng), look.traders.draw(heading, rng)):
            other = rels.exporter[found]
            good = ~fits & (found >= 0) & (firms.born[other] <= first)
            good &= (known != firms.group[other][:, None]).all(axis=1)
            good &= firms.role[other] == TRADER
            middle, fits = np.where(good, other, middle), fits | good
        days[many, 1, lot], days[many, 2, lot] = first, second
        sister = rng.random(len(many)) < knobs.sister
        taker_in = np.where(sister, firms.sister_of(middle), middle)
        fits &= firms.born[taker_in] <= first
        ends = ((1, hub, taker_in, first), (2, middle, rels.consignee[keep], second))
        for level, giver, taker, when in ends:
            want = (giver * pairs + taker) * look.headings + heading
            at = order[np.minimum(np.searchsorted(book, want, sorter=order), len(book) - 1)]
            there = (book[at] == want) & alive(at, when)
            rel[many, level, lot] = np.where(fits & there, at, path[many, level])
            new = fits & ~there & (lot < plan.width[many])
            fresh.append((many[new], level, lot, want[new]))
        known = np.concatenate((known, firms.group[middle][:, None]), axis=1)
    wanted = np.unique(np.concatenate([f[3] for f in fresh])) if fresh else np.empty(0, np.int64)
    ends_of = wanted // look.headings
    giver, taker, heading = ends_of // pairs, ends_of % pairs, wanted % look.headings
    new_rels = net.draw_relations(rng, look.goods, firms, knobs, giver, taker, heading, met=True)
    for flows, level, lot, want in fresh:
        rel[flows, level, lot] = len(rels.rate) + np.searchsorted(wanted, want)
    wide[rows, plan.at] *= np.where(plan.shape == _T["lost_leg"], 0, 1)
    return rels.join(new_rels), rel, days, wide


def send(
    rng: np.random.Generator, look: Lookup, knobs: Knobs, plan: Plan, path: Ints, day: Ints
) -> tuple[Relations, Legs, Ints, Ints]:
    """Send goods along the motifs: all relations, the legs, and edges as positions of legs."""
    rels, rel, days, wide = _branch(rng, look, knobs, plan, path, day)
    goods = look.goods
    n = len(path)
    lots = np.arange(WIDTH)
    heading = rels.heading[path[:, 0]]
    unit = goods.heading_unit[heading]
    units = np.repeat(unit[:, None], WIDTH, axis=1)
    touched = np.arange(LEVELS) == plan.at[:, None]
    shape = plan.shape[:, None]
    # Codes by level.
    code = np.empty((n, LEVELS), dtype=np.int64)
    code[:, 0] = net.line_codes(rng, rels, goods, path[:, 0])
    declared = heading.copy()
    for level in range(1, LEVELS):
        again = rng.random(n) < knobs.reclassified
        again &= plan.shape != _T["heading_switch"]
        again = np.where(plan.shape == _T["code_switch"], touched[:, level], again)
        other = goods.other_code(code[:, level - 1], declared, rng)
        code[:, level] = np.where(again, other, code[:, level - 1])
        jump = (plan.shape == _T["heading_switch"]) & touched[:, level]
        declared = np.where(jump, goods.sibling[declared], declared)
        size = goods.heading_first[declared + 1] - goods.heading_first[declared]
        moved = goods.heading_first[declared] + (rng.random(n) * size).astype(np.int64)
        code[:, level] = np.where(jump, moved, code[:, level])
    # Quantities: what came in goes on, in whole or in part. A lost leg carries but is not written.
    full = np.where((wide == 0) & (np.arange(LEVELS) <= plan.hops[:, None]), 1, wide)
    amount = np.zeros((n, LEVELS, WIDTH))
    first = net.lot_sizes(rng, rels, goods, rel[:, 0].ravel()).reshape(n, WIDTH)
    amount[:, 0] = np.where(lots < full[:, :1], first, 0)
    adjacent = np.zeros((n, LEVELS, WIDTH, WIDTH), dtype=bool)
    for level in range(1, LEVELS):
        have = lots < full[:, level, None]
        level_lots = full[:, level]
        side = (level_lots == full[:, level - 1]) & (level_lots > 1)
        side = (side & (plan.shape != STOCK))[:, None]
        before = amount[:, level - 1]
        mode = rng.random((n, WIDTH))
        mode = np.where(side, mode, mode[:, :1])
        lost = np.where(mode < knobs.loss, rng.uniform(0, 0.1, (n, WIDTH)), 0)
        kept = (mode >= knobs.loss) & (mode < knobs.loss + knobs.stays)
        lost = np.where(kept, rng.uniform(0.1, 0.6, (n, WIDTH)), lost)
        whole = before.sum(axis=1) * (1 - lost[:, 0])
        weight = np.where(have, rng.uniform(0.5, 1.5, (n, WIDTH)), 0)
        cuts = np.cumsum(weight, axis=1) / np.maximum(weight.sum(axis=1), 1e-9)[:, None]
        cuts = whole[:, None] * cuts
        part = np.diff(cuts, axis=1, prepend=0)
        round_ok = (mode >= knobs.loss) | (level_lots > 1)[:, None]
        round_ok &= rels.habit[rel[:, level]] > 0
        sent = tidy(np.where(side, before * (1 - lost), part), units, round_ok)
        amount[:, level] = np.where(have, sent, 0)
        had = (lots < full[:, level - 1, None])[:, :, None]
        link = np.where(side[:, :, None], np.eye(WIDTH, dtype=bool), had & have[:, None, :])
        if level == 1:
            link = _stock(rng, knobs, plan, before, amount[:, 1], days, link)
        adjacent[:, level] = link & had & have[:, None, :]
    # What is written.
    mixed = (touched & (shape == _T["mixed"]))[:, :, None]
    more = amount * rng.uniform(1.2, 2.5, amount.shape)
    more = tidy(more, units[:, None, :], rng.random(amount.shape) < 0.4)
    quantity = np.where(mixed & (amount > 0), np.maximum(more, amount), amount)
    margin = np.cumprod(
        np.where(np.arange(LEVELS) == 0, 1, rng.uniform(1.0, 1.12, (n, LEVELS))), axis=1
    )
    price = (rels.price[path[:, 0]] * goods.heading_price[heading])[:, None] * margin
    weigh = rels.mass[path[:, 0]] * goods.heading_mass[heading]
    shown = lots < wide[:, :, None]
    flow, level_of, _ = np.nonzero(shown)
    number = np.cumsum(shown.ravel()).reshape(shown.shape) - 1
    slip = touched & (shape == _T["unit_misdeclared"])
    legs = Legs(
        flow=flow,
        level=level_of,
        rel=rel[shown],
        day=days[shown],
        code=code[flow, level_of],
        unit=unit[flow],
        quantity=quantity[shown],
        price=price[flow, level_of],
        mass=weigh[flow],
        slip=slip[flow, level_of],
    )
    f, lv, a, b = np.nonzero(adjacent)
    seen = shown[f, lv - 1, a] & shown[f, lv, b]
    f, lv, a, b = f[seen], lv[seen], a[seen], b[seen]
    return rels, legs, number[f, lv - 1, a], number[f, lv, b]


def _stock(
    rng: np.random.Generator,
    knobs: Knobs,
    plan: Plan,
    came: Floats,
    went: Floats,
    days: Ints,
    link: Bools,
) -> Bools:
    """Stock-keeping: shipments take lots first in, first out, and leave after the last they took.

    Sets the days of these shipments in place and returns the links of all flows.
    """
    rows = np.flatnonzero(plan.shape == STOCK)
    top, out_top = np.cumsum(came[rows], axis=1), np.cumsum(went[rows], axis=1)
    low = np.maximum(top[:, :, None] - came[rows][:, :, None], (out_top - went[rows])[:, None, :])
    high = np.minimum(top[:, :, None], out_top[:, None, :])
    takes = high > low + 1e-9
    link = link.copy()
    link[rows] = takes
    ready = np.where(takes, days[rows, 0][:, :, None], 0).max(axis=1)
    lag = np.exp(rng.normal(np.log(knobs.lag_days), knobs.lag_spread, ready.shape))
    leave = np.maximum.accumulate(ready + np.clip(lag, 1, 55).astype(np.int64), axis=1)
    days[rows, 1] = np.minimum(leave, DAYS - 1)
    return link
