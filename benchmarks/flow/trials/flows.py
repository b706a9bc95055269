"""Goods on the move: planted and lawful chains by one and the same draw, and single shipments.

A chain is a walk over trade relations, drawn backwards from its last leg. It passes `hops` third
countries' groups; at one of them (the pivot) lots may be joined or parted. Arrays of chains have
the shape (chain, position of the leg, lot).
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from .goods import DECIMALS, Bools, Floats, Goods, Ints, another_heading, another_in_heading
from .knobs import Knobs
from .market import CLASS, DAYS, EMBARGO, ORIGIN, THIRD, Market, Picker, two_firm_share

TYPOLOGIES = (
    "hops_1", "hops_2", "hops_3", "hops_4", "split", "merge", "hs_within_heading",
    "hs_other_heading", "sister_firm", "lost_leg", "mixed_legal", "slow_stock", "wrong_unit",
)  # fmt: skip
(HOPS_1, HOPS_2, HOPS_3, HOPS_4, SPLIT, MERGE, HS_WITHIN, HS_OTHER, SISTER, LOST, MIXED, SLOW,
 UNIT) = range(13)  # fmt: skip
STOCK = 13  # lawful only: lots of one code lie together and go out in other lots
# How often each is tried.
ODDS = np.array([1.0, 1.2, 1.5, 2.0, 4.5, 4.5, 1.1, 1.1, 1.3, 1.8, 1.1, 1.4, 1.1, 1.0])
# Longer walks come to a dead end more often, so they are tried more often.
HOP_ODDS = np.array([1.0, 1.7, 2.7, 4.2])
LEGS, LOTS = 5, 5
SECOND_FIRM = 0.35  # how often a group with two firms trades by its second one


@dataclass(frozen=True, slots=True)
class Legs:
    """Lines before they are written down; `quantity` is true and in the unit of the niche."""

    relation: Ints
    day: Ints
    code: Ints
    goods: Ints  # the true code, where another one is declared
    quantity: Floats
    price: Floats  # factor on the price of the code
    seller: Ints  # firm
    buyer: Ints  # firm
    wrong_unit: Bools
    chain: Ints
    hop: Ints
    label: Ints  # of chains: which typology
    east: Bools  # of chains: ends in an embargoed country


def join(parts: list[Legs]) -> Legs:
    """One after the other."""
    return Legs(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Legs)))


def written(quantity: Floats, unit: Ints) -> Floats:
    """Cut off the decimals that a unit is not stated in; never nothing."""
    scale = 10.0 ** DECIMALS[unit]
    cut: Floats = np.maximum(np.floor(quantity * scale + 1e-6), 1.0) / scale
    return cut


def base_quantity(rng: np.random.Generator, goods: Goods, code: Ints, factor: Floats) -> Floats:
    """Lots as they are ordered: half of them round, some in packs, the others as it comes."""
    raw = goods.lot[code] * factor * np.exp(0.8 * rng.normal(size=len(code)))
    raw = np.maximum(raw, 2.0)
    step = 10.0 ** np.floor(np.log10(raw))
    step = np.where(rng.random(len(code)) < 0.5, step, step / 10.0)
    pack = rng.choice(np.array([12.0, 24.0, 25.0, 48.0, 60.0]), len(code))
    how = rng.random(len(code))
    raw = np.where(how < 0.45, np.round(raw / step) * step, raw)
    packed = np.maximum(np.round(raw / pack), 1.0) * pack
    return written(np.where(how > 0.85, packed, raw), goods.unit[goods.niche[code]])


def kept_on(rng: np.random.Generator, shape: tuple[int, ...], knobs: Knobs) -> Floats:
    """Share of what came that goes on."""
    loss = np.where(rng.random(shape) < knobs.whole, 0.0, rng.uniform(0.0, 0.1, shape))
    stays = rng.random(shape) < knobs.kept_back
    return 1.0 - np.where(stays, rng.uniform(0.1, 0.7, shape), loss)


def lags(rng: np.random.Generator, shape: tuple[int, ...], knobs: Knobs) -> Ints:
    """Days between receipt and onward leg."""
    drawn = np.exp(np.log(knobs.lag_days) + knobs.lag_spread * rng.normal(size=shape))
    days: Ints = np.clip(np.ceil(drawn), 1, 300).astype(np.int64)
    return days


def working_day(day: Ints) -> Ints:
    """Weekends are put off to Monday; day 0 is a Monday."""
    return day + np.where(day % 7 == 5, 2, np.where(day % 7 == 6, 1, 0))


class Trade:
    """Draws legs over the relations of one market."""

    def __init__(self, rng: np.random.Generator, goods: Goods, market: Market, knobs: Knobs):
        self.rng, self.goods, self.market, self.knobs = rng, goods, market, knobs
        self.source = CLASS[market.country[market.exporter]]
        self.target = CLASS[market.country[market.consignee]]
        self.into = Picker(self.key(market.consignee, market.niche, self.source), market.weight)
        self.out_of = Picker(self.key(market.exporter, market.niche, self.target), market.weight)
        self.codes = Picker(goods.niche, goods.weight)
        self.chance = market.weight / market.weight.sum()
        self.opened = np.maximum(market.founded[market.exporter], market.founded[market.consignee])

    def key(self, group: Ints, niche: Ints, kind: Ints) -> Ints:
        """What pickers of relations go by."""
        return (group * self.goods.niches + niche) * 3 + kind

    def abroad(self, relation: Ints, day: Ints) -> Bools:
        """The goods do cross a border, moves of firms counted in."""
        m = self.market
        crosses: Bools = m.home(m.exporter[relation], day) != m.home(m.consignee[relation], day)
        return crosses

    def in_season(self, relation: Ints, day: Ints) -> Bools:
        month = (day % 365) * 12 // 365
        chance = self.goods.season[self.market.niche[relation], month]
        passed: Bools = self.rng.random(len(relation)) < chance
        return passed

    def lot_factor(self, relation: Ints) -> Floats:
        """Makers' relations have a usual lot; third countries' lots are what they happen to have"""
        loose = self.rng.lognormal(0.0, 0.6, len(relation))
        return np.where(self.source[relation] == THIRD, loose, self.market.lot[relation])

    def singles(self, size: int) -> Legs:
        """Shipments of which nothing went on, and that brought nothing on."""
        rng, market, knobs, goods = self.rng, self.market, self.knobs, self.goods
        parts: list[Legs] = []
        have = 0
        while have < size:
            n = int(2.2 * (size - have)) + 100
            relation = rng.choice(len(self.chance), size=n, p=self.chance)
            day = working_day(rng.integers(0, DAYS - 2, n))
            fine = (day >= self.opened[relation]) & self.abroad(relation, day)
            fine &= self.in_season(relation, day)
            relation, day = relation[fine], day[fine]
            n = len(relation)
            true = self.codes.draw(rng, market.niche[relation])
            unit = goods.unit[goods.niche[true]]
            quantity = base_quantity(rng, goods, true, self.lot_factor(relation))
            # What leaves a third country has passed some hands before, as goods of chains have.
            hands = np.where(self.source[relation] == THIRD, rng.integers(1, 5, n), 0)
            code, price = true.copy(), np.exp(0.25 * rng.normal(size=n))
            for hand in range(1, 5):
                worn = hand <= hands
                part = np.where(rng.random(n) < 0.06, rng.uniform(0.15, 0.6, n), 1.0)
                left = written(quantity * part * kept_on(rng, (n,), knobs), unit)
                quantity = np.where(worn, left, quantity)
                code = np.where(worn, self.relabelled(code, np.zeros(n, np.int64)), code)
                price = np.where(worn, price * rng.lognormal(0.06, 0.05, n), price)
            none = np.full(n, -1)
            parts.append(
                Legs(
                    relation=relation, day=day, code=code, goods=true, quantity=quantity,
                    price=price, wrong_unit=rng.random(n) < knobs.unit_errors,
                    seller=market.firm(market.exporter[relation], rng.random(n) < SECOND_FIRM),
                    buyer=market.firm(market.consignee[relation], rng.random(n) < SECOND_FIRM),
                    chain=none, hop=none, label=none, east=self.target[relation] == EMBARGO,
                )
            )  # fmt: skip
            have += n
        drawn = join(parts)
        return Legs(*(getattr(drawn, f.name)[:size] for f in fields(Legs)))

    def relabelled(self, code: Ints, forced: Ints) -> Ints:
        """Codes as declared next: 1 forces a change within the heading, 2 to another heading."""
        drawn = self.rng.random(code.shape)
        within = (drawn < self.knobs.reclassified) | (forced == 1)
        other = (drawn > 0.99) | (forced == 2)
        code = np.where(within, another_in_heading(self.rng, self.goods, code), code)
        return np.where(other, another_heading(self.rng, self.goods, code), code)

    def walk(self, n: int, planted: bool) -> tuple[Ints, Ints, Ints]:
        """Relations by position, hops and last days; only walks that came through."""
        rng, market, goods = self.rng, self.market, self.goods
        ends = self.source == THIRD
        if planted:
            ends &= (self.target == EMBARGO) & goods.controlled[market.niche]
        weight = np.where(ends, market.weight, 0.0)
        if not ends.any():
            return np.zeros((0, LEGS), np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64)
        last = rng.choice(len(weight), size=n, p=weight / weight.sum())
        day = working_day(rng.integers(0, DAYS - 2, n))
        fine = self.in_season(last, day)
        last, day = last[fine], day[fine]
        n = len(last)
        hops = 1 + rng.choice(4, size=n, p=HOP_ODDS / HOP_ODDS.sum())
        niche = market.niche[last]
        start = np.full(n, ORIGIN)
        if not planted:
            # Lawful goods come from anywhere; controlled ones bound for the embargoed countries
            # never come from a controlled origin.
            own = (self.target[last] == EMBARGO) & goods.controlled[niche]
            start = np.where(own | (rng.random(n) < 0.2), THIRD, ORIGIN)
        path = np.full((n, LEGS), -1)
        path[np.arange(n), hops] = last
        for leg in range(LEGS - 2, -1, -1):
            kind = start if leg == 0 else np.full(n, THIRD)
            receiver = market.exporter[path[:, leg + 1]]
            drawn = self.into.draw(rng, self.key(receiver, niche, kind))
            path[:, leg] = np.where((leg < hops) & (path[:, leg + 1] >= 0), drawn, path[:, leg])
        used = np.arange(LEGS) <= hops[:, None]
        whole = (~used | (path >= 0)).all(axis=1)
        # No group comes twice, and no legal distributor is part of a planted chain.
        stops = np.where(used, market.exporter[path], -1 - np.arange(LEGS))
        stops = np.column_stack((stops, market.consignee[last]))
        whole &= (np.diff(np.sort(stops, axis=1), axis=1) != 0).all(axis=1)
        if planted:
            whole &= ~(used & market.distributor[market.exporter[path]]).any(axis=1)
        return path[whole], hops[whole], day[whole]

    def chains(self, lines: int, *, planted: bool) -> tuple[Legs, Ints]:
        """About this many legs of whole chains (never more), and the edges between them."""
        parts: list[Legs] = []
        edges: list[Ints] = []
        have, chains = 0, 0
        for _ in range(60):
            if have >= lines:
                break
            legs, links = self.some_chains(int((lines - have) * 1.5) + 200, planted)
            edges.append(links + have)
            parts.append(legs)
            legs.chain[:] += chains
            have += len(legs.day)
            chains = int(legs.chain[-1]) + 1 if len(legs.day) else chains
        drawn = join(parts)
        end = len(drawn.chain)
        if end > lines:  # cut before the chain that would pass the number wanted
            end = int(np.searchsorted(drawn.chain, drawn.chain[lines], "left"))
        edge = np.concatenate(edges, axis=1)
        drawn = Legs(*(getattr(drawn, f.name)[:end] for f in fields(Legs)))
        return drawn, edge[:, (edge < end).all(axis=0)]

    def some_chains(self, n: int, planted: bool) -> tuple[Legs, Ints]:
        """Chains in full: walk, shape, days, quantities, codes and firms."""
        rng, market, goods, knobs = self.rng, self.market, self.goods, self.knobs
        path, hops, last_day = self.walk(n, planted)
        n = len(hops)
        every = np.arange(n)
        # The shape: at the pivot some lots come in and some go out.
        odds = ODDS.copy()
        odds[SISTER] /= two_firm_share(knobs)
        odds[STOCK] = 0.0 if planted else 1.5
        label = rng.choice(len(odds), size=n, p=odds / odds.sum())
        plain = label <= HOPS_4
        label = np.where(plain, hops - 1, label)
        pivot = rng.integers(1, hops + 1)
        coming = np.where((label == MERGE) | (label == STOCK), rng.integers(2, LOTS + 1, n), 1)
        going = np.where((label == SPLIT) | (label == STOCK), rng.integers(2, LOTS + 1, n), 1)
        marked = rng.integers(1, hops + 1)  # the onward leg at which something happens
        marked_leg = np.arange(LEGS)[None, :] == marked[:, None]
        at = np.arange(LEGS)[None, :, None]
        lot = np.arange(LOTS)[None, None, :]
        before = at < pivot[:, None, None]
        used = (at <= hops[:, None, None]) & (
            lot < np.where(before, coming[:, None, None], going[:, None, None])
        )
        # Other lots have their own sender or last consignee; between them all go the same way.
        relation = np.repeat(path[:, :, None], LOTS, axis=2)
        niche = market.niche[path[:, 0]]
        first, last = path[:, 0], path[every, hops]
        for j in range(1, LOTS):
            into = self.key(market.consignee[first], niche, self.source[first])
            relation[:, 0, j] = self.into.draw(rng, into)
            out_of = self.key(market.exporter[last], niche, self.target[last])
            relation[every, hops, j] = self.out_of.draw(rng, out_of)

        day = self.days(last_day, hops, pivot, marked_leg & (label == SLOW)[:, None])
        fits = (day >= np.maximum(self.opened[relation], 0)) & (day < DAYS)
        fits &= self.abroad(relation, day)
        fine = (fits | ~used).all(axis=(1, 2))

        # Quantities and codes go forward.
        true = self.codes.draw(rng, niche)
        unit = goods.unit[niche]
        quantity = np.zeros((n, LEGS, LOTS))
        code = np.repeat(true[:, None, None], LEGS, axis=1).repeat(LOTS, axis=2)
        for j in range(LOTS):
            quantity[:, 0, j] = base_quantity(rng, goods, true, self.lot_factor(relation[:, 0, j]))
        part = rng.gamma(4.0, size=(n, LOTS)) * used[every, pivot]
        part /= part.sum(axis=1, keepdims=True)
        keep = kept_on(rng, quantity.shape, knobs)
        forced = np.where(label == HS_WITHIN, 1, np.where(label == HS_OTHER, 2, 0))
        for leg in range(1, LEGS):
            turn = (pivot == leg)[:, None]
            came = quantity[:, leg - 1]
            total = (came * used[:, leg - 1]).sum(axis=1, keepdims=True)
            quantity[:, leg] = written(np.where(turn, total * part, came) * keep[:, leg],
                                       unit[:, None])  # fmt: skip
            start = np.where(turn, code[:, leg - 1, :1], code[:, leg - 1])
            force = np.where(marked_leg[:, leg], forced, 0)[:, None] * np.ones(LOTS, np.int64)
            code[:, leg] = self.relabelled(start, force)
        fine &= quantity[every, pivot - 1, 0] >= 4 * going
        legal = rng.uniform(0.2, 1.5, n)
        mixed = marked_leg & (label == MIXED)[:, None]
        more = written(quantity * (1.0 + legal[:, None, None]), unit[:, None, None])
        quantity = np.where(mixed[:, :, None], more, quantity)

        # Firms: a group receives by one of its firms and sends by the same, or by its sister.
        second = rng.random((n, LEGS, LOTS)) < SECOND_FIRM
        stays = np.arange(LEGS) < hops[:, None]
        second[stays] = second[stays][:, :1]
        other = rng.random((n, LEGS)) < knobs.sister / two_firm_share(knobs)
        other |= marked_leg & (label == SISTER)[:, None]
        sends = rng.random((n, LEGS, LOTS)) < SECOND_FIRM
        sends[:, 1:] = second[:, :-1, :1] ^ other[:, 1:, None]
        sender = market.exporter[path[every, marked]]
        fine &= (label != SISTER) | (market.second[sender] >= 0)

        # One leg of the middle may be missing from the records.
        missing = rng.integers(1, np.maximum(hops, 2))
        lost = label == LOST
        fine &= ~lost | (hops >= 2)
        used &= ~(lost[:, None] & (np.arange(LEGS) == missing[:, None]))[:, :, None]

        markup = rng.lognormal(0.06, 0.05, (n, LEGS))
        markup[:, 0] = np.exp(0.25 * rng.normal(size=n))
        price = np.repeat(np.cumprod(markup, axis=1)[:, :, None], LOTS, axis=2)
        wrong = rng.random(used.shape) < knobs.unit_errors
        wrong |= (marked_leg & (label == UNIT)[:, None])[:, :, None]

        used &= fine[:, None, None]
        where = np.nonzero(used)
        number = np.full(used.shape, -1)
        number[where] = np.arange(len(where[0]))
        chain = np.cumsum(fine) - 1
        rows = relation[where]
        legs = Legs(
            relation=rows, day=day[where], code=code[where], goods=true[where[0]],
            quantity=quantity[where], price=price[where], wrong_unit=wrong[where],
            seller=market.firm(market.exporter[rows], sends[where]),
            buyer=market.firm(market.consignee[rows], second[where]),
            chain=chain[where[0]], hop=where[1], label=label[where[0]],
            east=(self.target[last] == EMBARGO)[where[0]],
        )  # fmt: skip
        return legs, self.links(number, pivot)

    def days(self, last_day: Ints, hops: Ints, pivot: Ints, slow: Bools) -> Ints:
        """Days of all legs, counted back from the last leg of the first lot."""
        rng, n, every = self.rng, len(hops), np.arange(len(hops))
        lag = lags(rng, (n, LEGS, LOTS), self.knobs)
        lag = np.where(slow[:, :, None], rng.integers(120, 300, lag.shape), lag)
        gap = np.ceil(rng.exponential(8.0, (n, 2, LOTS))).astype(np.int64)
        gap[:, :, 0] = 0
        day = np.zeros((n, LEGS, LOTS), np.int64)
        day[every, hops] = last_day[:, None]
        for leg in range(LEGS - 2, -1, -1):
            back = day[:, leg + 1, :1] - lag[:, leg + 1, :1]
            day[:, leg] = np.where((leg < hops)[:, None], back, day[:, leg])
        # Other lots come in before the first one, and go out after it.
        day[every, pivot - 1] -= gap[:, 0]
        day[every, pivot] += gap[:, 1]
        for leg in range(LEGS - 2, -1, -1):
            back = day[:, leg + 1] - lag[:, leg + 1]
            day[:, leg] = np.where((leg < pivot - 1)[:, None], back, day[:, leg])
        for leg in range(1, LEGS):
            onward = day[:, leg - 1] + lag[:, leg]
            beyond = ((leg > pivot) & (leg <= hops))[:, None]
            day[:, leg] = np.where(beyond, onward, day[:, leg])
        return working_day(day)

    def links(self, number: Ints, pivot: Ints) -> Ints:
        """Edges between legs, by their numbers: lot to lot, and all to all at the pivot."""
        pairs: list[Ints] = []
        for leg in range(1, LEGS):
            turn = pivot == leg
            for a in range(LOTS):
                for b in range(LOTS):
                    here = np.stack((number[:, leg - 1, a], number[:, leg, b]))
                    here = here[:, turn | (a == b)]
                    pairs.append(here[:, (here >= 0).all(axis=0)])
        return np.concatenate(pairs, axis=1)
