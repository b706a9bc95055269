"""Chains made by rewiring: existing lines become legs of one flow, changed as little as possible.

A chain is built backwards from a line that leaves its last firm. For each leg a line that the
firm (or a sister) already receives is taken, out of a few drawn the one that needs the least
change: same goods, near the wanted day, like quantity. Lawful and planted chains are made by the
same code with the same rates; they differ only in where they begin and end.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .goods import DAYS, EMBARGO, KGM, LTR, ORIGIN, THIRD, TNE, Bools, Catalogue, Floats, Ints
from .knobs import Knobs
from .trade import Firms, Lines

_DRAWN = 8  # lines looked at for each leg
_MOST = 4  # firms of a chain, at most


@dataclass(slots=True)
class Legs:
    """Legs of some chains; `anchor` marks the line from which a chain was begun."""

    row: Ints
    chain: Ints
    hop: Ints
    day: Ints
    code: Ints
    exporter: Ints
    consignee: Ints
    anchor: Bools

    def pick(self, which: Ints | Bools) -> Legs:
        return Legs(*(getattr(self, name)[which] for name in self.__slots__))

    @staticmethod
    def join(parts: list[Legs]) -> Legs:
        return Legs(*(np.concatenate([getattr(p, name) for p in parts]) for name in Legs.__slots__))


@dataclass(slots=True)
class Chains:
    """Legs, edges between them (positions in `legs`) and what befell each chain."""

    legs: Legs
    source: Ints
    target: Ints
    lost: Bools  # of each leg: not in the records
    wrong_unit: Bools  # of each leg
    firms: Ints  # of each chain
    events: dict[str, Bools]  # of each chain, by typology


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to befall each chain: a hop number where it does, -1 where not."""

    firms: Ints
    parts: Ints  # onward legs of the last firm
    lots: Ints  # legs that go on in one
    merge_hop: Ints
    slow_hop: Ints
    mixed_hop: Ints
    unit_hop: Ints
    lost_hop: Ints


class Rewirer:
    """Takes free lines of a lawful world and makes chains of them."""

    def __init__(
        self,
        rng: np.random.Generator,
        firms: Firms,
        lines: Lines,
        cat: Catalogue,
        knobs: Knobs,
        first_weekday: int,
    ) -> None:
        self.rng, self.firms, self.lines, self.cat, self.knobs = rng, firms, lines, cat, knobs
        self.first_weekday = first_weekday
        self.free = np.ones(len(lines.day), bool)
        self.kind_from = firms.kind[lines.exporter]
        self.kind_to = firms.kind[lines.consignee]
        self.heading = cat.heading[lines.code]
        self.codes, self.headings = len(cat.codes), len(cat.unit)
        self.sources = np.zeros((2, len(firms.kind) * self.codes), bool)
        for kind in (ORIGIN, THIRD):  # which firm gets which code from that kind of firm
            rows = (self.kind_from == kind) & (self.kind_to == THIRD)
            self.sources[kind, lines.consignee[rows] * self.codes + lines.code[rows]] = True
        pair = lines.exporter * len(firms.kind) + lines.consignee
        _, which, count = np.unique(pair, return_inverse=True, return_counts=True)
        self.habit = np.log(count)[which]  # one more change is least in a busy relation
        bought_in = (self.kind_from != EMBARGO) & (self.kind_to == THIRD)
        quarters = np.quantile(self.habit[bought_in], (0.25, 0.5, 0.75))
        self.busy = np.searchsorted(quarters, self.habit)  # quarter of the lines by relation
        # how common the code is and how much its exporter buys, in four steps each
        bought = np.bincount(lines.consignee, minlength=len(firms.kind))[lines.exporter]
        common = np.bincount(lines.code, minlength=self.codes)[lines.code]
        self.rank = np.zeros(len(lines.day), np.int64)
        east = (self.kind_from == THIRD) & (self.kind_to == EMBARGO)
        for measure in (bought, common):
            self.rank = 4 * self.rank + np.searchsorted(
                np.quantile(measure[east], (0.25, 0.5, 0.75)), measure
            )
        sisters = np.bincount(firms.group)[firms.group] > 1
        order = np.argsort(firms.group, kind="stable")
        starts = np.searchsorted(firms.group[order], firms.group)
        self.has_sister, self.by_group, self.group_start = sisters, order, starts
        self.group_size = np.bincount(firms.group)[firms.group]
        self.place = np.empty(len(order), np.int64)
        self.place[order] = np.arange(len(order))

    def _key(self, firm: Ints, heading: Ints) -> Ints:
        return self.firms.group[firm] * self.headings + heading

    def _sister_of(self, firm: Ints) -> Ints:
        """Another firm of the same group (the firm itself where it stands alone)."""
        size = self.group_size[firm]
        step = 1 + np.floor(self.rng.random(len(firm)) * np.maximum(size - 1, 1)).astype(np.int64)
        place = (self.place[firm] - self.group_start[firm] + step) % size
        return self.by_group[self.group_start[firm] + place]

    def _workday(self, day: Ints) -> Ints:
        """Most weekend days become one of the five days before."""
        weekday = (day + self.first_weekday) % 7
        moves = (weekday >= 5) & (self.rng.random(len(day)) < 0.8)
        return np.where(moves, day - (weekday - 4) - self.rng.integers(0, 5, len(day)), day)

    def _take(
        self,
        incoming: bool,
        pool: Bools,
        firm: Ints,
        code: Ints,
        day: Ints,
        like: Floats,
        seen: Ints,
        needs: Ints,
        bend: Bools,
        swap: Bools,
    ) -> Ints:
        """A free line into (or out of) the firm for each request, -1 where none fits.

        The line must have the code wanted, or where `bend` one of the same heading; it must be
        the firm's own, or where `swap` one of its group's.
        `seen` holds groups that the line's other end must not be of; `needs` the kind of firm
        from which that end must itself get the goods (-1: no need).
        """
        lines, firms, rng = self.lines, self.firms, self.rng
        inner, outer = lines.consignee, lines.exporter
        if not incoming:
            inner, outer = outer, inner
        rows = rng.permutation(np.flatnonzero(pool & self.free))
        taken = np.full(len(firm), -1)
        if not len(rows) or not len(firm):
            return taken
        heading = self.cat.heading[code]
        keys = self._key(inner[rows], self.heading[rows])
        order = np.argsort(keys, kind="stable")
        rows, keys = rows[order], keys[order]
        wanted = self._key(firm, heading)
        low, high = np.searchsorted(keys, wanted), np.searchsorted(keys, wanted, side="right")
        fair = (high > low) & (day >= 0) & (day < DAYS) & (day >= firms.founded[firm])
        for _ in range(4):
            ask = np.flatnonzero(fair & (taken < 0))
            draw = rng.random((len(ask), _DRAWN)) * (high - low)[ask][:, None]
            found = rows[low[ask][:, None] + np.floor(draw).astype(np.int64)]
            end = outer[found]
            other = firms.group[end]
            good = self.free[found] & (firms.founded[outer[found]] <= day[ask][:, None])
            good &= ~(other[:, :, None] == seen[ask][:, None, :]).any(axis=2)
            same_code = lines.code[found] == code[ask][:, None]
            same_firm = inner[found] == firm[ask][:, None]
            good &= (same_code | bend[ask][:, None]) & (same_firm | swap[ask][:, None])
            need = needs[ask][:, None]
            good &= (need < 0) | self.sources[
                np.maximum(need, 0), end * self.codes + code[ask][:, None]
            ]
            change = (
                3.0 * ~same_code
                + 1.5 * ~same_firm
                + np.abs(lines.day[found] - day[ask][:, None]) / 60
                + 0.5 * np.abs(np.log(lines.quantity[found] / like[ask][:, None]))
                - 0.5 * self.habit[found]
            )
            change[~good] = np.inf
            best = np.argmin(change, axis=1)
            at = np.arange(len(ask))
            ok = np.isfinite(change[at, best])
            ask, row = ask[ok], found[at, best][ok]
            row, once = np.unique(row, return_index=True)
            taken[ask[once]] = row
            self.free[row] = False
        return taken

    def _plan(self, n: int) -> _Plan:
        rng, knobs = self.rng, self.knobs
        firms = rng.choice(np.arange(1, _MOST + 1), n, p=(0.22, 0.26, 0.27, 0.25))

        def hop(share: float, low: Ints | int, high: Ints) -> Ints:
            at = low + np.floor(rng.random(n) * (high - low + 1)).astype(np.int64)
            return np.where((rng.random(n) < share) & (high >= low), at, -1)

        merge_hop = hop(knobs.merge, 1, firms)
        return _Plan(
            firms=firms,
            parts=np.where(rng.random(n) < knobs.split, rng.integers(2, 5, n), 1),
            lots=np.where(merge_hop > 0, rng.integers(2, 5, n), 1),
            merge_hop=merge_hop,
            slow_hop=hop(knobs.slow, 1, firms),
            mixed_hop=hop(knobs.mixed, 1, firms),
            unit_hop=hop(knobs.wrong_unit, 0, firms),
            lost_hop=hop(knobs.lost, 1, firms - 1),
        )

    def _wanted_code(self, legs: Legs, kind: Ints) -> Ints:
        """The code under which the goods of each leg came in."""
        rng, cat, knobs = self.rng, self.cat, self.knobs
        n, code = len(legs.row), legs.code.copy()
        heading = cat.heading[code]
        draw = rng.random(n)
        within = draw < knobs.reclassified
        step = 1 + np.floor(rng.random(n) * (cat.count[heading] - 1)).astype(np.int64)
        first = cat.first[heading]
        sibling = first + (code - first + step) % cat.count[heading]
        other = (draw > 1 - knobs.other_heading * 2) & ~within  # some find no other heading
        for _ in range(40):
            at = cat.sector_first[heading] + np.floor(
                rng.random(n) * cat.sector_count[heading]
            ).astype(np.int64)
            fits = other & (at != heading) & (cat.unit[at] == cat.unit[heading])
            pick = cat.first[at] + np.floor(rng.random(n) * cat.count[at]).astype(np.int64)
            fits &= self.sources[kind, legs.exporter * self.codes + pick]
            code = np.where(fits, pick, code)
            other &= ~fits
        return np.where(within, sibling, code)

    def weave(self, ends: Ints, start: int, want: int, ample: float) -> Chains:
        """Chains from firms of kind `start` through third countries to the lines `ends`.

        Begins `ample` chains for each leg wanted and keeps about `want` legs; lines of chains
        that could not be finished, or were not wanted, are set free.
        """
        rng, lines, knobs = self.rng, self.lines, self.knobs
        ends = rng.permutation(ends[self.free[ends]])[: int(ample * want) + 1]
        n = len(ends)
        plan = self._plan(n)
        self.free[ends] = False
        alive = np.ones(n, bool)
        level = Legs(
            row=ends,
            chain=np.arange(n),
            hop=plan.firms.copy(),
            day=lines.day[ends],
            code=lines.code[ends],
            exporter=lines.exporter[ends],
            consignee=lines.consignee[ends],
            anchor=np.ones(n, bool),
        )
        group = self.firms.group
        seen = np.stack([group[level.exporter], group[level.consignee]], axis=1)
        spine = np.ones(n, bool)
        parts, sources, targets = [level], [], []
        done, number = n, np.arange(n)  # legs so far; position of each leg of the level
        while len(level.row):
            again = np.where(
                (level.hop == plan.merge_hop[level.chain]) & spine, plan.lots[level.chain], 1
            )
            again[level.hop == 0] = 0
            ask = np.repeat(np.arange(len(again)), again)
            to, seen, number = level.pick(ask), seen[ask], number[ask]
            spine = spine[ask] & np.concatenate(([True], ask[1:] != ask[:-1]))[: len(ask)]
            kind = np.where(to.hop == 1, start, THIRD)
            code = self._wanted_code(to, kind)
            lag = rng.lognormal(np.log(knobs.lag_days), knobs.lag_spread, len(ask))
            slow = to.hop == plan.slow_hop[to.chain]
            lag = np.where(slow, rng.uniform(120, 270, len(ask)), lag)
            day = self._workday(to.day - np.maximum(1, np.rint(lag)).astype(np.int64))
            able = self.has_sister[to.exporter]
            rate = knobs.sister / max(float(able.mean()), 0.01) if len(able) else 0.0
            by_sister = able & (rng.random(len(ask)) < rate)
            firm = np.where(by_sister, self._sister_of(to.exporter), to.exporter)
            needs = np.where(to.hop == 1, -1, np.where(to.hop == 2, start, THIRD))
            like = lines.quantity[to.row]
            row = np.full(len(ask), -1)
            for k in np.unique(kind):
                some = np.flatnonzero((kind == k) & alive[to.chain])
                pool = (self.kind_from == k) & (self.kind_to == THIRD)
                row[some] = self._take(
                    True,
                    pool,
                    firm[some],
                    code[some],
                    day[some],
                    like[some],
                    seen[some],
                    needs[some],
                    code[some] != to.code[some],
                    by_sister[some],
                )
            got = row >= 0
            alive[to.chain[~got]] = False
            sources.append(done + np.arange(int(got.sum())))
            targets.append(number[got])
            number, done, row = sources[-1], done + len(sources[-1]), row[got]
            to = to.pick(got)
            level = Legs(
                row=row,
                chain=to.chain,
                hop=to.hop - 1,
                day=day[got],
                code=code[got],
                exporter=lines.exporter[row],
                consignee=firm[got],
                anchor=np.zeros(len(row), bool),
            )
            spine = spine[got]
            seen = np.concatenate((seen[got], group[level.exporter][:, None]), axis=1)
            parts.append(level)

        legs = Legs.join(parts)
        source, target = np.concatenate(sources), np.concatenate(targets)
        legs, source, target = self._split(legs, source, target, plan, alive)
        return self._close(legs, source, target, plan, alive, want)

    def _split(
        self, legs: Legs, source: Ints, target: Ints, plan: _Plan, alive: Bools
    ) -> tuple[Legs, Ints, Ints]:
        """Give the last firm more onward legs, each fed by all that feeds the first."""
        n = len(alive)
        chain = np.repeat(np.arange(n), np.where(alive, plan.parts - 1, 0))
        end = legs.pick(chain)  # the anchors are the first n legs
        lag = np.floor(self.rng.exponential(self.knobs.lag_days / 2, len(chain)))
        day = self._workday(end.day + lag.astype(np.int64) + 2)
        none, no = np.full(len(chain), -1), np.zeros(len(chain), bool)
        row = none.copy()
        for k in range(3):
            some = np.flatnonzero(self.kind_to[end.row] == k)
            pool = (self.kind_from == THIRD) & (self.kind_to == k)
            seen = self.firms.group[legs.exporter[chain[some]]][:, None]
            row[some] = self._take(
                False,
                pool,
                end.exporter[some],
                end.code[some],
                day[some],
                self.lines.quantity[end.row[some]],
                seen,
                none[some],
                no[some],
                no[some],
            )
        got = row >= 0
        end, row = end.pick(got), row[got]
        extra = Legs(
            row=row,
            chain=end.chain,
            hop=end.hop,
            day=day[got],
            code=end.code,
            exporter=end.exporter,
            consignee=self.lines.consignee[row],
            anchor=np.zeros(len(row), bool),
        )
        feeds = np.flatnonzero(target < n)
        feeds = feeds[np.argsort(target[feeds], kind="stable")]
        low = np.searchsorted(target[feeds], extra.chain)
        times = np.searchsorted(target[feeds], extra.chain, side="right") - low
        which = np.repeat(np.arange(len(row)), times)
        within = np.arange(len(which)) - np.repeat(np.cumsum(times) - times, times)
        new_source = source[feeds[low[which] + within]]
        return (
            Legs.join([legs, extra]),
            np.concatenate((source, new_source)),
            np.concatenate((target, len(legs.row) + which)),
        )

    def _close(
        self, legs: Legs, source: Ints, target: Ints, plan: _Plan, alive: Bools, want: int
    ) -> Chains:
        """Keep whole chains up to `want` legs, free the rest, write the goods into the lines."""
        n = len(alive)
        at_lost = np.flatnonzero(legs.hop == plan.lost_hop[legs.chain])
        lost = np.zeros(len(legs.row), bool)  # one leg of each chain that loses one
        lost[at_lost[np.unique(legs.chain[at_lost], return_index=True)[1]]] = True
        size = np.bincount(legs.chain[~lost], minlength=n)
        alive &= self._turns(plan, size, alive, legs) <= want
        keep = alive[legs.chain]
        self.free[legs.row[~keep]] = True
        position = np.cumsum(keep) - 1
        inside = keep[source] & keep[target]
        source, target = position[source[inside]], position[target[inside]]
        renumber = np.cumsum(alive) - 1
        legs, lost = legs.pick(keep), lost[keep]
        plan = _Plan(*(getattr(plan, name)[alive] for name in _Plan.__slots__))
        legs.chain = renumber[legs.chain]
        n = int(alive.sum())

        def any_of(chain: Ints, event: Bools) -> Bools:
            return np.bincount(chain[event], minlength=n) > 0

        outs = np.bincount(legs.chain[legs.hop == plan.firms[legs.chain]], minlength=n)
        chain, heading = legs.chain[source], self.cat.heading[legs.code]
        recoded = legs.code[source] != legs.code[target]
        far = heading[source] != heading[target]
        chains = Chains(
            legs=legs,
            source=source,
            target=target,
            lost=lost,
            wrong_unit=legs.hop == plan.unit_hop[legs.chain],
            firms=plan.firms,
            events={
                "code_within_heading": any_of(chain, recoded & ~far),
                "code_other_heading": any_of(chain, far),
                "sister_firm": any_of(chain, legs.consignee[source] != legs.exporter[target]),
                "slow_stock": plan.slow_hop > 0,
                "mixed_shipment": plan.mixed_hop > 0,
                "wrong_unit": plan.unit_hop >= 0,
                "merge": plan.lots > 1,
                "split": outs > 1,
                "lost_leg": plan.lost_hop > 0,
            },
        )
        self._write(chains, plan)
        return chains

    def _turns(self, plan: _Plan, size: Ints, alive: Bools, legs: Legs) -> Ints:
        """Legs used up when each chain's turn has come; turns keep the planned shares.

        Long and merged chains, rare goods and firms that buy little fail more often: they have
        their turn before the others.
        """
        n = len(alive)
        turn = self.rng.random(n)
        form = ((plan.firms * 2 + (plan.lots > 1)) * 2 + (plan.parts > 1)) * 2 + (plan.slow_hop > 0)
        first = legs.hop == 0
        busy = np.zeros(n, np.int64)
        busy[legs.chain[first]] = self.busy[legs.row[first]]
        for stratum, even in ((form, False), (self.rank[legs.row[:n]], False), (busy, True)):
            finished = np.bincount(stratum[alive])
            planned = np.ones(len(finished)) if even else np.bincount(stratum)[: len(finished)]
            share = np.append(finished / np.maximum(planned, 1), 0.0)
            turn *= share[np.minimum(stratum, len(finished))]
        turn[~alive] = np.inf
        order = np.argsort(turn)
        total = np.empty(len(alive), np.int64)
        total[order] = np.cumsum(np.where(alive, size, 0)[order])
        return total

    def _write(self, chains: Chains, plan: _Plan) -> None:
        """Quantities, prices and masses of the legs follow from one lot of the chain's own."""
        rng, lines, knobs, legs = self.rng, self.lines, self.knobs, chains.legs
        source, target, n = chains.source, chains.target, len(plan.firms)
        m = len(legs.row)
        # each out-leg's share from each of the legs that feed it
        portion = rng.gamma(6.0, 1.0, m)[source]
        portion /= np.bincount(target, portion, minlength=m)[target]
        loss = rng.random(m) * 0.1 * (rng.random(m) > knobs.lossless)
        stays = np.where(rng.random(m) < knobs.part_stays, rng.uniform(0.35, 0.9, m), 1.0)
        mixed = np.where(legs.hop == plan.mixed_hop[legs.chain], rng.uniform(0.35, 0.85, m), 1.0)
        need = portion * (mixed / (stays * (1 - loss)))[target]
        weight = np.where(chains.events["split"][legs.chain], rng.lognormal(0, 0.35, m), 1.0)
        weight[np.bincount(source, minlength=m) > 0] = 0.0
        margin = rng.normal(0.08, 0.07, m)
        dearness = np.zeros(m)
        for hop in range(_MOST, 0, -1):
            edges = np.flatnonzero(legs.hop[target] == hop)
            np.add.at(weight, source[edges], weight[target[edges]] * need[edges])
            dearness[source[edges]] = dearness[target[edges]] - margin[source[edges]]
        count = np.bincount(legs.chain, minlength=n)
        log_weight = np.log(weight)
        weight = np.exp(
            log_weight - (np.bincount(legs.chain, log_weight, minlength=n) / count)[legs.chain]
        )
        dearness -= (np.bincount(legs.chain, dearness, minlength=n) / count)[legs.chain]

        anchor = np.empty(n, np.int64)
        anchor[legs.chain[legs.anchor]] = legs.row[legs.anchor]
        smallest = np.full(n, np.inf)
        np.minimum.at(smallest, legs.chain, weight)
        parted = np.any([chains.events[e] for e in ("split", "merge", "mixed_shipment")], axis=0)
        lot = lines.quantity[anchor]
        lot = np.where(parted, np.maximum(lot, 3 / smallest), lot)
        unit = self.cat.unit[self.cat.heading[legs.code]]
        quantity = weight * lot[legs.chain]
        loose = np.isin(unit, (KGM, LTR, TNE)) & (quantity < 500)
        quantity = np.where(loose, np.round(quantity, 1), np.rint(quantity))
        quantity = np.maximum(quantity, np.where(loose, 0.1, 1.0))
        # lots that were round stay so: bought rounded up, sent on rounded down
        step = 10.0 ** np.maximum(np.floor(np.log10(np.maximum(quantity, 1))) - 1, 0)
        round_lot = lines.quantity[anchor] / 10.0 ** np.maximum(
            np.floor(np.log10(np.maximum(lines.quantity[anchor], 1))) - 1, 0
        )
        neat = (np.abs(round_lot - np.rint(round_lot)) < 1e-9)[legs.chain] & (quantity >= 10)
        bought, sent = neat & (legs.hop == 0), neat & (legs.hop > 0)
        quantity = np.where(bought, np.ceil(quantity / step - 1e-9) * step, quantity)
        quantity = np.where(sent, np.floor(quantity / step + 1e-9) * step, quantity)

        fixed = np.isin(unit, (KGM, TNE))
        packing = np.where(fixed, 1.0, np.exp(rng.normal(0, 0.012, m)))
        price, mass = lines.price[anchor][legs.chain], lines.mass[anchor][legs.chain]
        lines.day[legs.row] = legs.day
        lines.code[legs.row] = legs.code
        lines.exporter[legs.row] = legs.exporter
        lines.consignee[legs.row] = legs.consignee
        lines.quantity[legs.row] = quantity
        lines.price[legs.row] = price * np.exp(dearness)
        lines.mass[legs.row] = mass * packing


def embargoed(rewirer: Rewirer, controlled: bool) -> Ints:
    """Lines from third countries to the embargoed ones, of controlled goods or of others."""
    return np.flatnonzero(
        (rewirer.kind_from == THIRD)
        & (rewirer.kind_to == EMBARGO)
        & (rewirer.cat.controlled[rewirer.heading] == controlled)
    )
