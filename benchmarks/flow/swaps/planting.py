"""Find journeys in a lawful market and make their quantities agree, line by line in place.

Journeys are found by walking backwards from a last leg through lines that fit by firm, goods, region and day. The lines
found keep firms, goods, days and lane; only their quantities are made to agree along the journey.
Lawful journeys (distributors, re-exporters of food and medicine, goods of other origins sent to
the embargoed countries) are made in the same way and several times as often as diversions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from benchmarks.flow.swaps.market import (
    CODES,
    CONTROLLED,
    EAST,
    EXEMPT,
    FIRST_CODE,
    HEADING_OF,
    HEADINGS,
    IN_PIECES,
    THIRD,
    WIDTH,
    Bools,
    Ints,
    Knobs,
    Market,
)

LEGS = 5
SHIFT = 60  # days by which a line may be moved to fit a journey
SPREAD = 40  # days within which the pieces of a split or merge move
SAME, WITHIN, ACROSS, SISTER = range(4)
N_CODES = len(CODES)


class Kind(NamedTuple):
    """A kind of journey: whether it starts at a controlled origin, where it ends, what it moves."""

    name: str
    controlled: bool
    end: int
    exempt: bool | None
    share: float


DIVERSION = Kind("diversion", True, EAST, False, 1.0)
LAWFUL = (
    Kind("legal_distributor", True, THIRD, None, 0.5),
    Kind("legal_return", True, CONTROLLED, None, 0.15),
    Kind("legal_reexport", True, EAST, True, 0.15),
    Kind("legal_other_origin", False, EAST, False, 0.2),
)


@dataclass(slots=True)
class Journeys:
    """Journeys found: one row each; ``rows`` and ``legs`` are -1 where a place is empty."""

    rows: Ints
    legs: Ints
    hops: Ints
    mode: Ints
    slow: Bools


class Index:
    """Lines sorted by a key and day, to find lines of a key near a day."""

    def __init__(self, key: Ints, day: Ints) -> None:
        mixed = key * 1024 + day
        self.order = np.argsort(mixed, kind="stable")
        self.mixed = mixed[self.order]

    def near(self, key: Ints, day: Ints) -> tuple[Ints, Bools]:
        """Return eight lines around each wanted day, and which of them have the wanted key."""
        at = np.searchsorted(self.mixed, key * 1024 + day)[:, None] + np.arange(-4, 4)
        inside = (at >= 0) & (at < len(self.order))
        at = np.where(inside, at, 0)
        return self.order[at], inside & (self.mixed[at] >> 10 == key[:, None])


class Planter:
    """Finds journeys in a market, each line in one journey at the most."""

    def __init__(self, rng: np.random.Generator, market: Market, knobs: Knobs) -> None:
        self.rng, self.m, self.k = rng, market, knobs
        firms = market.firms
        self.heading = HEADING_OF[market.code]
        self.start = firms.region[market.exporter]
        self.end = firms.region[market.consignee]
        self.used = np.zeros(len(market.day), bool)
        self.size = np.log(market.quantity)
        bit = (self.start == CONTROLLED).astype(np.int64)
        seller, buyer, code = market.exporter, market.consignee, market.code
        goods = (buyer * N_CODES + code, buyer * HEADINGS + self.heading, buyer)
        lots = np.bincount(goods[0], minlength=len(firms.region) * N_CODES)
        self.lots = lots[seller * N_CODES + code]
        keys = (*goods, firms.group[buyer] * N_CODES + code)
        self.arrivals = tuple(Index(key * 2 + bit, market.day) for key in keys)
        self.departures = Index((seller * N_CODES + code) * 3 + self.end, market.day)

    def _choose(self, lines: Ints, fit: Bools, like: Ints, tolerance: float) -> Ints:
        """Choose the unused line that is nearest in size, loosely; -1 where none fits."""
        apart = np.abs(self.size[lines] - self.size[like][:, None])
        fit = fit & ~self.used[lines] & (apart < tolerance)
        score = np.where(fit, apart + self.rng.exponential(0.5, apart.shape), np.inf)
        best = score.argmin(axis=1)
        rows = np.arange(len(lines))
        return np.where(fit[rows, best], lines[rows, best], -1)

    def _before(
        self, line: Ints, day: Ints, mode: Ints, first: Bools, inner: Bools, lag: Ints
    ) -> Ints:
        """Find a line that could have brought the goods of ``line``, sent on ``day``, to its firm.

        It lies around ``lag`` days before, or near enough to be moved there.
        """
        m, out = self.m, np.full(len(line), -1, np.int64)
        for how in range(4):
            at = np.flatnonzero(mode == how)
            x = line[at]
            who, code, heading = m.exporter[x], m.code[x], self.heading[x]
            key = (
                who * N_CODES + code,
                who * HEADINGS + heading,
                who,
                m.firms.group[who] * N_CODES + code,
            )[how]
            wanted = np.maximum(day[at] - lag[at], 0)
            y, fit = self.arrivals[how].near(key * 2 + first[at], wanted)
            fit &= np.abs(m.day[y] - wanted[:, None]) <= SHIFT
            newest = np.maximum(
                m.firms.founded_day[m.exporter[y]], m.firms.founded_day[who][:, None]
            )
            fit &= (wanted[:, None] >= newest) & (wanted < day[at])[:, None]
            # A middle leg is of use only where its own exporter buys such goods in turn.
            fit &= (first[at] | ~inner[at])[:, None] | (self.lots[y] > 0)
            if how == WITHIN:
                fit &= m.code[y] != code[:, None]
            elif how == ACROSS:
                fit &= (self.heading[y] != heading[:, None]) & (
                    IN_PIECES[self.heading[y]] == IN_PIECES[heading][:, None]
                )
                fit &= EXEMPT[self.heading[y]] == EXEMPT[heading][:, None]
            elif how == SISTER:
                fit &= m.consignee[y] != who[:, None]
            out[at] = self._choose(y, fit, x, 1.6)
        return out

    def _pieces(self, rows: Ints, days: Ints, hops: Ints) -> tuple[Ints, Ints]:
        """Find further lines beside legs (merged first legs, split last ones, repeats between)."""
        rng, m, k, n = self.rng, self.m, self.k, len(hops)
        found: list[Ints] = []
        legs: list[Ints] = []
        merge = np.where(rng.random(n) < k.merge, rng.integers(1, 5, n), 0)
        split = np.where(rng.random(n) < k.split, rng.integers(1, 5, n), 0)
        middle = np.where((hops > 1) & (rng.random(n) < 0.5), rng.integers(1, 4, n), 0)
        each = np.arange(n)
        for i in range(4):
            for leg, wanted in ((0 * hops, merge > i), (hops, split > i), (hops // 2, middle > i)):
                x = rows[each, leg]
                low = np.where(leg > 0, days[each, np.maximum(leg - 1, 0)], -1)
                high = np.where(leg < hops, days[each, np.minimum(leg + 1, hops)], 9999)
                day = np.maximum(days[each, leg] + rng.integers(-SPREAD, SPREAD + 1, n), 0)
                key_in = (m.consignee[x] * N_CODES + m.code[x]) * 2 + 1 * (self.start[x] == 0)
                key_out = (m.exporter[x] * N_CODES + m.code[x]) * 3 + self.end[x]
                y_in, fit_in = self.arrivals[SAME].near(key_in, day)
                y_out, fit_out = self.departures.near(key_out, day)
                is_first = (leg == 0)[:, None]
                y, fit = np.where(is_first, y_in, y_out), np.where(is_first, fit_in, fit_out)
                within = (leg > 0) & (leg < hops)
                fit &= ~within[:, None] | (m.consignee[y] == m.consignee[x][:, None])
                fit &= wanted[:, None] & (y != x[:, None])
                fit &= (m.day[y] > low[:, None]) & (m.day[y] < high[:, None])
                fit &= np.abs(m.day[y] - days[each, leg][:, None]) <= SPREAD
                pick = self._choose(y, fit, x, 2.5)
                for other in found:
                    pick = np.where(pick == other, -1, pick)
                for other in rows.T:
                    pick = np.where(pick == other, -1, pick)
                found.append(pick)
                legs.append(np.where(pick >= 0, leg, -1))
        return np.stack(found, axis=1), np.stack(legs, axis=1)

    def _attempt(self, kind: Kind, hops: Ints, mode: Ints, slow: Bools) -> tuple[Ints, Ints, Ints]:
        """Walk back once for every wished journey; the first column is -1 where it failed."""
        rng, m, n = self.rng, self.m, len(hops)
        fit = (self.start == THIRD) & (self.end == kind.end) & ~self.used
        if kind.exempt is not None:
            fit &= EXEMPT[self.heading] == kind.exempt
        pool = np.flatnonzero(fit)
        odds = (self.lots[pool] + 0.2) ** (self.k.busy - 1) * (self.lots[pool] > 0)
        if kind is DIVERSION:
            odds = odds * m.firms.zeal[m.exporter[pool]]
        total = np.cumsum(odds)
        last = pool[np.minimum(np.searchsorted(total, rng.random(n) * total[-1]), len(pool) - 1)]
        rows = np.full((n, LEGS), -1, np.int64)
        rows[np.arange(n), hops] = last
        days = np.full((n, LEGS), -1, np.int64)
        days[np.arange(n), hops] = m.day[last]
        switch = 1 + (rng.random(n) * hops).astype(np.int64)
        alive = np.ones(n, bool)
        for step in range(1, LEGS):
            at = np.flatnonzero(alive & (step <= hops))
            if not len(at):
                break
            leg = hops[at] - step
            usual = np.clip(rng.lognormal(np.log(self.k.lag_days), 0.7, len(at)), 2, 80)
            late = slow[at] & (step == switch[at])
            lag = np.where(late, rng.integers(110, 280, len(at)), usual.astype(np.int64))
            here = np.where(step == switch[at], mode[at], SAME)
            first = (leg == 0) & kind.controlled
            got = self._before(rows[at, leg + 1], days[at, leg + 1], here, first, leg > 0, lag)
            rows[at, leg] = got
            days[at, leg] = self._move(got, days[at, leg + 1], lag)
            alive[at] = got >= 0
        rows[~alive, 0] = -1
        return rows, np.where(rows >= 0, np.arange(LEGS), -1), days

    def _move(self, line: Ints, next_day: Ints, lag: Ints) -> Ints:
        """Let a line keep its day where that is a likely one, else move it to ``lag`` before."""
        own = self.m.day[line]
        wanted = np.maximum(next_day - lag, 0)
        likely = (own < next_day) & (np.abs(own - wanted) <= np.maximum(8, lag))
        return np.where(likely, own, wanted)

    def find(self, kind: Kind, lines: int, rounds: int = 16, copies: int = 60) -> Journeys:
        """Find journeys of a kind until they hold about ``lines`` lines."""
        rng, k = self.rng, self.k
        few = max(4, int(lines / 4.8))
        n = 4 * few
        hops = 1 + rng.choice(4, n, p=np.array(k.hops) / sum(k.hops))
        # Long journeys are rarer to find: the first to replace failed wishes are long again.
        hops[few : 2 * few] = 2
        odds = [1 - k.reclassified - k.across - k.sister, k.reclassified, k.across, k.sister]
        mode = rng.choice(4, n, p=odds)
        slow = rng.random(n) < k.slow
        wishes = np.arange(n)
        kept: list[tuple[Ints, Ints, Ints]] = []
        held = 0
        for turn in range(rounds):
            # Hard wishes have had several turns before others take their place.
            now = wishes[wishes < few * (1 + max(0, turn - 6) / 2)]
            if held >= lines or not len(now):
                break
            wish = rng.permutation(np.repeat(now, copies))
            rows, legs, days = self._attempt(kind, hops[wish], mode[wish], slow[wish])
            good = np.flatnonzero(rows[:, 0] >= 0)
            good = good[np.unique(wish[good], return_index=True)[1]]
            rows, legs, days, wish = rows[good], legs[good], days[good], wish[good]
            more, more_legs = self._pieces(rows, days, hops[wish])
            rows, legs = np.hstack([rows, more]), np.hstack([legs, more_legs])
            owner = np.full(len(self.used), len(wish), np.int64)
            who = np.broadcast_to(np.arange(len(wish))[:, None], rows.shape)
            np.minimum.at(owner, rows[rows >= 0], who[rows >= 0])
            clash = (rows >= 0) & (owner[rows] != who)
            keep = ~clash.any(axis=1)
            keep &= held + np.cumsum((rows >= 0).sum(axis=1) * keep) <= lines + 4
            rows, legs, days, wish = rows[keep], legs[keep], days[keep], wish[keep]
            trunk = rows[:, :LEGS]
            self.m.day[trunk[trunk >= 0]] = days[trunk >= 0]
            self.used[rows[rows >= 0]] = True
            held += int((rows >= 0).sum())
            kept.append((rows, legs, wish))
            wishes = np.setdiff1d(wishes, wish)
        rows, legs, wish = (np.concatenate(part) for part in zip(*kept, strict=True))
        return Journeys(rows, legs, hops[wish], mode[wish], slow[wish])

    def agree(self, found: Journeys, mixed: Bools) -> None:
        """Make quantities agree along each journey, with losses and, where mixed, other stock."""
        rng, m, n = self.rng, self.m, len(found.hops)
        each = np.where(found.rows >= 0, m.quantity[found.rows], 0.0)
        totals = np.stack([(each * (found.legs == leg)).sum(axis=1) for leg in range(LEGS)])
        there = totals > 0
        flow = np.exp(np.where(there, np.log(np.where(there, totals, 1)), 0).sum(0) / there.sum(0))
        for leg in range(LEGS):
            if leg:
                flow = flow * np.where(rng.random(n) < self.k.loss, rng.uniform(0.8, 1, n), 1)
            extra = np.where(mixed & (leg == found.hops), rng.uniform(1.2, 2.2, n), 1)
            scale = flow * extra / np.where(there[leg], totals[leg], 1)
            here = found.legs == leg
            lines = found.rows[here]
            want = m.quantity[lines] * np.broadcast_to(scale[:, None], here.shape)[here]
            pack = np.where(m.pack[lines] * 4 > want, 1.0, m.pack[lines])
            m.quantity[lines] = np.maximum(np.floor(want / pack + 1e-6), 1) * pack


def set_apart(rng: np.random.Generator, m: Market, used: Bools, share: float) -> None:
    """Give lanes eastward that hold no journey another code than their firms buy, where they can.

    A whole lane changes at once, so that no line differs from its neighbours.
    """
    region, heading = m.firms.region, HEADING_OF[m.code]
    bought = np.unique((m.consignee * N_CODES + m.code)[region[m.exporter] == CONTROLLED])
    turn = rng.random((2, int(m.lane.max()) + 1))
    shift = 1 + (turn[0][m.lane] * (WIDTH[heading] - 1)).astype(np.int64)
    code = FIRST_CODE[heading] + (m.code - FIRST_CODE[heading] + shift) % WIDTH[heading]
    held = np.bincount(m.lane[used], minlength=turn.shape[1])[m.lane] > 0
    move = (region[m.exporter] == THIRD) & (region[m.consignee] == EAST) & ~EXEMPT[heading]
    move &= ~held & (turn[1][m.lane] < share)
    move &= np.isin(m.exporter * N_CODES + m.code, bought)
    move &= ~np.isin(m.exporter * N_CODES + code, bought)
    m.code[move] = code[move]


def links(found: Journeys, day: Ints) -> Ints:
    """List pairs of lines on successive legs of a journey, in the order of days."""
    pairs = []
    width = found.rows.shape[1]
    for a in range(width):
        for b in range(width):
            ok = (found.legs[:, a] >= 0) & (found.legs[:, b] == found.legs[:, a] + 1)
            x, y = found.rows[ok, a], found.rows[ok, b]
            pairs.append(np.stack([x, y], axis=1)[day[x] < day[y]])
    return np.concatenate(pairs)


def label(found: Journeys, mixed: Bools, lost: Bools, misdeclared: Bools) -> list[str]:
    """Name each diversion by its most telling trait."""
    merge = ((found.legs == 0).sum(axis=1)) > 1
    split = ((found.legs == found.hops[:, None]).sum(axis=1)) > 1
    mode = found.mode
    names = (
        (lost, "lost_transit"),
        (mode == WITHIN, "hs_within"),
        (mode == ACROSS, "hs_across"),
        (mode == SISTER, "sister"),
        (found.slow, "slow_stock"),
        (misdeclared, "unit_error"),
        (mixed, "mixed"),
        (merge & split, "split_merge"),
        (split, "split"),
        (merge, "merge"),
    )
    return [str(t) for t in np.select([c for c, _ in names], [t for _, t in names], "plain")]
