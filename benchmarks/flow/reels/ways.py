"""Goods that are sent on: chains of legs, lawful and planted alike, made by the same rules."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .firms import HEAD, ONWARD, SALE, SOURCE, TO_RU, Firms, Relations
from .goods import DAYS, Bools, Draw, Floats, Goods, Ints
from .knobs import TYPOLOGIES, Knobs

LEGS, LOTS = 5, 4
SPLIT, MERGE, IN_HEADING, OTHER_HEADING, SISTER, LOST, MIXED, SLOW, UNIT = range(4, 13)


@dataclass(frozen=True, slots=True)
class Lines:
    """Shipment lines before they are written out."""

    seller: Ints
    buyer: Ints
    relation: Ints
    article: Ints
    code: Ints
    quantity: Floats
    day: Ints
    unit_error: Bools
    chain: Ints
    hop: Ints
    typology: Ints
    pooled: Bools  # goods of several lots lay together


@dataclass(frozen=True, slots=True)
class Routes:
    """Relations of the legs of each chain, by leg and lot."""

    relation: Ints
    hops: Ints
    typology: Ints
    lots_in: Ints
    lots_out: Ints
    turn: Ints  # the stage (third-country firm) at which the special thing happens


class Walks:
    """Walks along relations of the same goods, from the last leg back to the origin."""

    def __init__(self, relations: Relations, goods: Goods, firms: Firms) -> None:
        self.rel, self.goods, self.firms = relations, goods, firms
        self.n_h = len(goods.h_weight)
        buyer_key = relations.buyer * self.n_h + relations.heading
        seller_key = relations.seller * self.n_h + relations.heading
        self.back = {
            kinds: self._draw(buyer_key, kinds)
            for kinds in ((HEAD,), (SOURCE,), (HEAD, SOURCE), (ONWARD,))
        }
        self.out = {kind: self._draw(seller_key, (kind,)) for kind in (SALE, TO_RU)}

    def _draw(self, key: Ints, kinds: tuple[int, ...]) -> Draw:
        here = np.flatnonzero(np.isin(self.rel.kind, kinds))
        return Draw(key[here], here, self.rel.weight[here], len(self.firms.role) * self.n_h)

    def routes(self, rng: np.random.Generator, n: int, planted: bool, sister: float) -> Routes:
        """Up to n routes; planted ones lead from controlled origins to embargoed countries."""
        rel, firms = self.rel, self.firms
        rounds = -(-n // len(TYPOLOGIES))
        typology: Ints = np.concatenate([rng.permutation(len(TYPOLOGIES)) for _ in range(rounds)])[
            :n
        ].astype(np.int64)
        hops = rng.choice([1, 2, 3, 4], n, p=[0.36, 0.36, 0.18, 0.1])
        hops = np.where(typology == LOST, np.maximum(hops, 2), hops)
        hops = np.where(typology < 4, typology + 1, hops)
        turn = 1 + np.floor(rng.random(n) * hops).astype(np.int64)
        lost = typology == LOST
        turn[lost] = 1 + np.floor(rng.random(int(lost.sum())) * (hops[lost] - 1)).astype(np.int64)
        many = rng.choice([2, 3, 4], n, p=[0.5, 0.3, 0.2])
        few = np.where((many > 2) & (rng.random(n) < 0.35), 2, 1)
        lots_in = np.select([typology == MERGE, typology == SPLIT], [many, few], 1)
        lots_out = np.select([typology == MERGE, typology == SPLIT], [few, many], 1)
        by_sister = rng.random((n, LEGS)) < sister
        by_sister[np.arange(n), turn] |= typology == SISTER

        controlled = self.goods.h_controlled[rel.heading]
        if planted:
            ends = np.flatnonzero((rel.kind == TO_RU) & controlled)
        else:
            ends = np.flatnonzero(np.isin(rel.kind, (SALE, TO_RU)))
        odds = rel.weight[ends]
        last: Ints = rng.choice(ends, n, p=odds / odds.sum())
        # controlled goods go on lawfully to the embargoed countries only from elsewhere
        foreign = (rel.kind[last] == TO_RU) & controlled[last] & (not planted)
        table: Ints = np.full((n, LEGS, LOTS), -1, dtype=np.int64)
        groups: Ints = -1 - np.tile(np.arange(LEGS), (n, 1))
        table[np.arange(n), hops, 0] = last
        alive: Bools = np.ones(n, dtype=np.bool_)
        for lot in range(1, LOTS):
            for kind, draw in self.out.items():
                here = np.flatnonzero((lots_out > lot) & (rel.kind[last] == kind))
                key = rel.seller[last[here]] * self.n_h + rel.heading[last[here]]
                table[here, hops[here], lot] = draw(rng, key)
        firm = rel.seller[last]
        for step in range(1, LEGS):
            leg = hops - step
            here = np.flatnonzero((leg >= 0) & alive)
            groups[here, step] = firms.group[firm[here]]
            swap = here[by_sister[here, leg[here] + 1]]
            firm[swap] = firms.sister(rng, firm[swap])
            key = firm * self.n_h + rel.heading[last]
            found: Ints = np.full(n, -1, dtype=np.int64)
            first = (leg == 0) & alive
            mid = np.flatnonzero((leg > 0) & alive)
            again = mid
            for _ in range(4):  # goods do not come back to an owner who had them
                found[again] = self.back[(ONWARD,)](rng, key[again])
                owner = firms.group[rel.seller[found[again]]]
                seen = (groups[again] == owner[:, None]).any(axis=1)
                again = again[seen & (found[again] >= 0)]
            table[mid, leg[mid], :] = found[mid, None]
            for lot in range(LOTS):
                for kinds, mask in (
                    ((HEAD,), first & planted),
                    ((SOURCE,), first & foreign),
                    ((HEAD, SOURCE), first & ~foreign & (not planted)),
                ):
                    some = np.flatnonzero(mask & (lot < lots_in))
                    supplier = self.back[kinds](rng, key[some])
                    table[some, 0, lot] = supplier
                    if lot == 0:
                        found[some] = supplier
            alive[here] &= found[here] >= 0
            ok = here[found[here] >= 0]
            firm[ok] = rel.seller[found[ok]]
        ordered = np.sort(groups, axis=1)
        alive &= (ordered[:, 1:] != ordered[:, :-1]).all(axis=1)
        keep = np.flatnonzero(alive)
        return Routes(
            table[keep], hops[keep], typology[keep], lots_in[keep], lots_out[keep], turn[keep]
        )


def _lags(
    rng: np.random.Generator, routes: Routes, row: Ints, stocked: Bools, knobs: Knobs
) -> Ints:
    """Days of every leg and lot, counted from the first."""
    n = len(row)
    leg_lag = rng.lognormal(np.log(knobs.lag_days), 0.7, (n, LEGS)) * np.where(stocked, 2.0, 1.0)
    slow = np.flatnonzero(routes.typology[row] == SLOW)
    leg_lag[slow, routes.turn[row[slow]]] += rng.uniform(100, 240, len(slow))
    turn = routes.turn[row]
    several = np.where(
        np.arange(LEGS) < turn[:, None], routes.lots_in[row, None], routes.lots_out[row, None]
    )
    days: Ints = np.zeros((n, LEGS, LOTS), dtype=np.int64)
    days[:, 0, 1:] = rng.integers(0, 25, (n, LOTS - 1))
    for leg in range(1, LEGS):
        before = days[:, leg - 1]
        used = np.arange(LOTS) < several[:, leg - 1, None]
        all_in = np.where(used, before, 0).max(axis=1, keepdims=True)
        gap = np.cumsum(rng.integers(0, 16, (n, LOTS)), axis=1)
        turned = (turn == leg)[:, None]
        ready = np.where(turned, all_in + np.where(several[:, leg, None] > 1, gap, 0), before)
        days[:, leg] = ready + np.maximum(1, np.round(leg_lag[:, leg, None])).astype(np.int64)
    return days


def _quantities(
    rng: np.random.Generator,
    routes: Routes,
    row: Ints,
    first: Floats,
    pack: Floats,
    stocked: Bools,
) -> Floats:
    """Quantities of every leg and lot: exact, a little less, or part of it stays in stock."""
    n = len(row)
    turn, typology = routes.turn[row], routes.typology[row]
    k, m = routes.lots_in[row], routes.lots_out[row]
    quantity: Floats = np.zeros((n, LEGS, LOTS))
    quantity[:, 0] = first * (np.arange(LOTS) < k[:, None])
    step = np.where(pack > 1.0, pack, 1.0)[:, None]
    for leg in range(1, LEGS):
        u = rng.random(n)
        little = rng.uniform(0.9, 1.0, n)
        part = np.where(stocked[:, leg], rng.uniform(0.3, 1.0, n), little)
        share = np.where(u < np.where(stocked[:, leg], 0.45, 0.75), 1.0, part)
        coming = quantity[:, leg - 1]
        parts = rng.gamma(6.0, 1.0, (n, LOTS)) * (np.arange(LOTS) < m[:, None])
        parts /= parts.sum(axis=1, keepdims=True)
        turned = (turn == leg) & (k != m)
        going = np.where(turned[:, None], coming.sum(axis=1, keepdims=True) * parts, coming)
        going = going * share[:, None]
        whole = np.floor(going / step) * step
        cut = (share < 1.0) | (turned & (m > 1))
        packed = cut[:, None] & (whole > 0) & (rng.random((n, 1)) < 0.9)
        going = np.where(packed, whole, np.where(going > 0, np.maximum(np.floor(going), 1.0), 0.0))
        mixed = (typology == MIXED) & (turn == leg)
        extra = np.ceil(going * rng.uniform(0.2, 2.5, (n, 1)) / step) * step
        quantity[:, leg] = np.where(mixed[:, None], going + extra, going)
    return quantity


def make_ways(
    rng: np.random.Generator,
    walks: Walks,
    knobs: Knobs,
    planted: bool,
    target: int,
    first_chain: int,
) -> tuple[Lines, Ints]:
    """Chains of about `target` lines, and pairs of rows (from, to): goods that went on."""
    rel, goods, firms = walks.rel, walks.goods, walks.firms
    routes = walks.routes(rng, target // 2 + 60, planted, knobs.sister)
    n = len(routes.hops)
    anchor_leg = np.floor(rng.random(n) * (routes.hops + 1)).astype(np.int64)
    anchor = routes.relation[np.arange(n), anchor_leg, 0]
    heading = rel.heading[anchor]
    article = np.where(
        rng.random(n) < knobs.usual_article, rel.article[anchor], goods.draw_article(rng, heading)
    )
    # a lot may come and go again and again: scheduled releases
    releases = rng.choice([1, 2, 3, 4], n, p=[0.6, 0.2, 0.12, 0.08])
    row: Ints = np.repeat(np.arange(n), releases)
    step = np.arange(len(row)) - np.repeat(np.cumsum(releases) - releases, releases)
    chance = np.where(goods.a_stocked[article], 1.4, 0.6) * knobs.stocked
    stocked: Bools = (rng.random((n, LEGS)) < chance[:, None])[row]
    days = _lags(rng, routes, row, stocked, knobs)
    at_anchor = goods.day(rng, heading, rel.kind[anchor] == ONWARD)
    back = np.floor(rng.random(n) * releases).astype(np.int64)
    begin = at_anchor - days[np.searchsorted(row, np.arange(n)), anchor_leg, 0] - 30 * back
    days += (begin[row] + 30 * step + rng.integers(-4, 5, len(row)))[:, None, None]

    odd = np.full(n, knobs.odd)
    first = np.stack(
        [
            goods.quantity(rng, article, rel.factor[routes.relation[:, 0, lot]], odd)
            for lot in range(LOTS)
        ],
        axis=1,
    )
    pack = goods.a_pack[article]
    least = np.where(routes.typology == SPLIT, 2.0 * np.ceil(pack**0.5) * routes.lots_out, 0.0)
    first = np.maximum(first, least[:, None])
    quantity = _quantities(rng, routes, row, first[row], pack[row], stocked)

    # which lines there are
    leg = np.arange(LEGS)
    hops, turn, typology = routes.hops[row], routes.turn[row], routes.typology[row]
    lots = np.where(leg < turn[:, None], routes.lots_in[row, None], routes.lots_out[row, None])
    exists: Bools = (leg <= hops[:, None])[:, :, None] & (np.arange(LOTS) < lots[:, :, None])
    relation = routes.relation[row]
    seller, buyer = rel.seller[relation], rel.buyer[relation]
    young = np.maximum(firms.founded[seller], firms.founded[buyer])
    fits = ((days >= young) & (days < DAYS)) | ~exists
    good = fits.all(axis=(1, 2))
    size = (exists.sum(axis=(1, 2)) - np.where(typology == LOST, 1, 0)) * good
    legs = np.bincount(row, weights=size, minlength=n)
    queue = np.zeros(n)  # typologies take turns
    for i in range(len(TYPOLOGIES)):
        here = np.flatnonzero((routes.typology == i) & (legs > 0))
        queue[here] = np.arange(len(here))
    order, total = np.argsort(queue, kind="stable"), np.zeros(n)
    total[order] = np.cumsum(legs[order])
    good &= (total <= target)[row]
    exists &= good[:, None, None]
    seen = exists & ~((leg == turn[:, None]) & (typology == LOST)[:, None])[:, :, None]

    # codes change on the way, and stay changed to another heading
    code: Ints = np.repeat(goods.a_code[article][row][:, None], LEGS, axis=1)
    for i in range(1, LEGS):
        code[:, i] = code[:, i - 1]
        change = (rng.random(n)[row] < knobs.reclassified) | (
            (typology == IN_HEADING) & (turn == i)
        )
        strange = (typology == OTHER_HEADING) & (turn == i)
        code[change, i] = goods.other_code(rng, code[change, i])
        code[strange, i] = goods.strange_code(rng, code[strange, i])

    # goods of parallel lots go on lot by lot, or lie together and leave first in, first out
    number: Ints = np.where(seen, np.cumsum(seen.ravel()).reshape(seen.shape) - 1, -1)
    edges = []
    for i in range(LEGS - 1):
        flow = np.repeat(np.eye(LOTS, dtype=np.bool_)[None], len(row), axis=0)
        turned = (turn == i + 1) & (routes.lots_in[row] != routes.lots_out[row])
        ends = [np.cumsum(quantity[:, j], axis=1) for j in (i, i + 1)]
        ends = [e / np.maximum(e[:, -1:], 1e-9) for e in ends]
        starts = [np.concatenate([np.zeros((len(row), 1)), e[:, :-1]], axis=1) for e in ends]
        overlap = np.minimum(ends[0][:, :, None], ends[1][:, None, :]) - np.maximum(
            starts[0][:, :, None], starts[1][:, None, :]
        )
        flow = np.where(turned[:, None, None], overlap > 1e-6, flow)
        flow &= seen[:, i, :, None] & seen[:, i + 1, None, :]
        w, a, b = np.nonzero(flow)
        edges.append(np.stack([number[w, i, a], number[w, i + 1, b]], axis=1))
    w, at, lot = np.nonzero(seen)
    wrong_leg = turn - (rng.random(n) < 0.4)[row]
    pool = (routes.lots_in > 1) & (routes.lots_out > 1) | (routes.typology == SLOW)
    return Lines(
        seller=seller[w, at, lot],
        buyer=buyer[w, at, lot],
        relation=relation[w, at, lot],
        article=article[row[w]],
        code=code[w, at],
        quantity=quantity[w, at, lot],
        day=days[w, at, lot],
        unit_error=(typology[w] == UNIT) & (at == wrong_leg[w]),
        chain=first_chain + row[w],
        hop=at.astype(np.int64),
        typology=typology[w],
        pooled=pool[row[w]],
    ), np.concatenate(edges)
