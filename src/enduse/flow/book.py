"""What an open ledger holds: lines as declared, their keys, and the ledger of these."""

from __future__ import annotations

from collections import Counter
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from enduse.flow.chance import count_pairs
from enduse.flow.columns import codes_in, numbers_in
from enduse.flow.declared import NEITHER, SIDES, Declared, nothing_declared
from enduse.flow.descriptors import DESCRIPTORS, Described
from enduse.flow.held import (
    Held,
    Kept,
    Met,
    add,
    drop,
    find_surest,
    look_along,
    meet,
    no_keys,
    no_lines,
    no_links,
    put_links,
    put_pools,
    unlink,
)
from enduse.flow.history import FEATURES, LEVELS, SUMS, History, Known, find_led, judge, sum_up
from enduse.flow.kernel import Flags, Ints, Keys, Postings, Reals, keep_ledger
from enduse.flow.keys import amounts, find_meetings, find_pools
from enduse.flow.learned import Learned
from enduse.flow.ledger import Window, levels_of_goods
from enduse.flow.likeness import Counted, Differences, Traits, tell_by_month
from enduse.flow.measures import LARGEST_QUANTITY, measures_of
from enduse.flow.movements import (
    Gap,
    Level,
    Movements,
    Parties,
)
from enduse.flow.neighbours import LEAST, SECOND_FEATURES, Around, judge_again, pool, sum_first
from enduse.flow.numbering import Measures, Numbering, room
from enduse.flow.ranks import rank
from enduse.flow.unit_values import each_as_told
from enduse.flow.weights import LinkWeights

_HISTORY = np.array(LEVELS, np.int32)
_Columns = TypeVar("_Columns", Held, Kept, Met, Declared)


class Book:
    """Lines, their keys, and lots and links at these, each in the place that it was given first."""

    def __init__(self, window: Window, model: Learned | None) -> None:
        self.window, self.model = window, model
        weights = LinkWeights.shipped()
        self.weights = weights.tables(tuple(Level), window.most_age)
        self.same_weights = weights.same.tables(tuple(Level), window.most_age)
        self.sum_weights = weights.sums.tables(tuple(Level), window.most_age)
        self.days: Counter[int] = Counter()
        self.first_day: int | None = None
        self.starts = self.ends = 0
        """Lines that leave a controlled origin, and that go to an embargoed destination."""
        self.sure = np.empty(0, np.float32)
        """How sure each mention is its party; empty: all are."""
        self.numbers = Numbering()
        mass, count = (self.numbers.word_of("measure", name) for name in ("mass", "count"))
        self.measures = Measures(mass, count)
        self.declared = nothing_declared()
        self.held, self.met, self.links = no_lines(len(Level)), no_keys(), no_links()
        self.sums, self.led = np.zeros((SUMS, 0), np.float32), np.zeros((2, 0), np.float32)
        self.keys = self.places = 0
        self.pair_weights = weights.pairs
        self.differences = Differences(self.pair_weights)

    @property
    def goes_anywhere(self) -> bool:
        """Whether anything leaves a controlled origin, and anything reaches what is embargoed."""
        return bool(self.starts and self.ends)

    def make_room(self, count: int) -> None:
        """Hold places for so many lines."""
        known = self.places
        self.places = count
        self.declared, self.held = _longer(self.declared, count), _longer(self.held, count)
        fresh = np.arange(known, count, dtype=np.int32)
        self.clear(fresh)
        self.declared.gap[fresh], self.declared.record[fresh] = -1, fresh
        self.declared.answers[:, fresh] = np.nan

    def read_in(self, at: Ints, lines: pa.Table, parties: Parties, moves: Movements) -> None:
        """Take in what is declared of lines at their places; `moves` were read from them."""
        d, held, numbers, count = self.declared, self.held, self.numbers, len(at)
        factor, measure, names = measures_of(codes_in(lines, "unit"))
        quantity = numbers_in(lines, "quantity", count) * factor
        known_quantity = (quantity > 0) & (quantity < LARGEST_QUANTITY)
        d.quantity[at] = np.where(known_quantity, quantity, 0)
        mass = numbers_in(lines, "net_mass_kg", count)
        d.mass[at] = np.where((mass > 0) & (mass < LARGEST_QUANTITY), mass, 0)
        d.value[at] = numbers_in(lines, "value", count)
        d.currency[at] = numbers.currencies(lines)
        for column, name in zip(d.said, DESCRIPTORS, strict=True):
            column[at] = numbers.own_words(lines, name)
        d.code[at] = numbers.words(lines, "hs_code", first=6)
        d.part[at] = numbers.words(lines, "part_number")
        d.entry[at] = numbers.words(lines, "control_entry")
        d.measure[at] = np.array([numbers.word_of("measure", name) for name in names])[measure]
        d.exporter[at], d.consignee[at] = parties.exporter, parties.consignee
        if len(parties.sure):
            d.exporter_mention[at] = parties.exporter_mention
            d.consignee_mention[at] = parties.consignee_mention
        moved = at[moves.row]
        held.day[moved], held.start[moved], held.end[moved] = moves.day, moves.start, moves.end
        d.gap[moved] = moves.gap
        d.record[at] = at
        d.side[at] = [SIDES.get(side, NEITHER) for side in lines["flow"].to_pylist()]

    def take_out(self, places: Ints) -> Ints:
        """Take lines away from their keys; returns these."""
        held, met = self.held, self.keys_of(places)
        self._count_pairs(met, -1)
        held.marked[places] = 1
        drop(met, held, self.met)
        held.marked[places] = 0
        for level in range(len(held.order_link)):
            self._unlink(places, level)
        self.clear(places)
        return met

    def clear(self, places: Ints) -> None:
        """Let lines meet no key, and know nothing of them."""
        held = self.held
        for column in (held.arriving, held.leaving, held.lot_link, held.order_link):
            column[:, places] = -1
        for own, mate, members in (
            (held.lot, held.lot_mate, held.lot_members),
            (held.order, held.order_mate, held.order_members),
        ):
            own[places], mate[places], members[places] = places, -1, 1
        for sums in (
            held.came, held.came_sum, held.goes, held.goes_sum, held.surest, held.most,
        ):  # fmt: skip
            sums[:, places] = 0
        held.first[places] = 0
        self.declared.arriving[places] = self.declared.leaving[places] = -1
        self.declared.score[places] = 0

    def count(self, places: Ints, sign: int) -> set[int]:
        """Count lines to days and measures, or out of them; returns their codes."""
        d = self.declared
        places = places[d.counted[places] == (sign < 0)]
        d.counted[places] = sign > 0
        self.starts += sign * int(self.held.start[places].sum())
        self.ends += sign * int(self.held.end[places].sum())
        for day in self.held.day[places].tolist():
            self.days[day] += sign
            if not self.days[day]:
                del self.days[day]
        code, measure = d.code[places], d.measure[places]
        return self.measures.count(code, measure, d.quantity[places], d.mass[places], sign)

    def turned(self, codes: set[int]) -> Ints:
        """Lines whose goods come to be followed in another way, now that lines of codes did."""
        turned = self.measures.turned(codes)
        if not turned:
            return np.empty(0, np.int32)
        d, places = self.declared, self.all()
        places = places[d.counted[places] & np.isin(d.code[places], turned)]
        places = places[d.gap[places] == Gap.NONE]
        quantity, measure, _ = self._told(places)
        other_now = (quantity != self.held.quantity[places]) | (measure != d.followed[places])
        found: Ints = places[other_now]
        return found

    def _told(self, places: Ints) -> tuple[Reals, Ints, Flags]:
        """Quantities of lines, the measures in which they are followed, and which weights tell."""
        d = self.declared
        quantity, measure = d.quantity[places], d.measure[places]
        by_weight = self.measures.tell(d.code[places], quantity, measure, d.mass[places])
        return quantity, measure, by_weight

    def put_in(self, places: Ints) -> None:
        """Bring lines that can be followed to their keys."""
        d, held, numbers = self.declared, self.held, self.numbers
        places = places[d.gap[places] == Gap.NONE]
        quantity, measure, by_weight = self._told(places)
        held.quantity[places], d.followed[places] = quantity, measure
        mass, value, currency = d.mass[places], d.value[places], d.currency[places]
        d.each[:, places] = each_as_told(
            quantity, mass, value, currency, measure, by_weight, self.measures.mass
        ).T
        d.goods[places] = numbers.kinds(d.code[places], d.part[places], measure, d.entry[places])
        d.leaving[places] = numbers.bases(d.exporter[places], d.goods[places])
        d.arriving[places] = numbers.bases(d.consignee[places], d.goods[places])
        held.leaving[:, places] = numbers.up(d.leaving[places])
        held.arriving[:, places] = numbers.up(d.arriving[places])
        # Words are too many for `amounts` to tell apart; the key has them beside it.
        amount = amounts(held.quantity[places], np.zeros_like(measure))
        for side, party in ((held.leaving, d.exporter), (held.arriving, d.consignee)):
            side[Level.QUANTITY, places] = numbers.same(party[places], measure, amount)
        fresh = slice(self.keys, len(numbers.level))
        self.keys = len(numbers.level)
        self.met = _longer(self.met, self.keys)
        self.sums, self.led = room(self.sums, self.keys), room(self.led, self.keys)
        self.met.level[fresh] = numbers.level[fresh]
        self.met.arrival[fresh] = self.met.departure[fresh] = -1
        self._count_pairs(self.keys_of(places), -1)
        add(places, held, self.met)

    def keys_of(self, places: Ints) -> Ints:
        """Keys at which lines arrive or leave, ascending."""
        held = self.held
        keys = np.unique(np.concatenate([held.arriving[:, places], held.leaving[:, places]]))
        return keys[keys >= 0].astype(np.int32)

    def _sorted(self, places: Ints) -> Ints:
        """In the order of a full run."""
        held, goods = self.held, self.declared.goods[places]
        rank = self.numbers.rank(goods)
        return places[np.lexsort((places, rank, held.quantity[places], held.day[places]))]

    def replay(self, keys: Ints, *, anew: bool = False) -> tuple[Ints, Ints, Ints, Ints]:
        """Keep the ledger of some keys anew; `anew`: of all keys, and forget how goods differed.

        Returns the lines that meet them, lots, orders, and the lines whose surest links changed.
        """
        held, d = self.held, self.declared
        # How sure links of the very same quantity are hangs on what else their goods agree in.
        same = keys[self.met.level[keys] == Level.QUANTITY]
        others = self.keys_of(meet(same, held, self.met))
        others = others[~np.isin(self.met.level[others], (Level.QUANTITY, Level.PARTY))]
        keys = np.union1d(keys, others)
        found = meet(keys, held, self.met)
        if not len(found):
            if anew:
                self._forget()
            return found, found, found, found
        # A line of the first day that meets no key stands before all others: rates count from it.
        lines = np.concatenate([found[:1], self._sorted(found)])
        day, quantity, goods = held.day[lines], held.quantity[lines], d.goods[lines]
        day[0], quantity[0], goods[0] = self.first_day, 0, -1
        sides = np.stack([d.arriving[lines[1:]], d.leaving[lines[1:]]])
        bases, numbers = np.unique(sides, return_inverse=True)
        up = _among(keys, self.numbers.up(bases)[list(levels_of_goods(Level))].T)
        up = np.ascontiguousarray(up)
        local = np.where((up >= 0).any(axis=1), np.arange(len(bases)), -1).astype(np.int32)
        arriving, leaving = np.insert(local[numbers.reshape(sides.shape)], 0, -1, axis=1)
        at = np.stack([leaving, arriving], axis=1).ravel()
        posting = np.flatnonzero(at >= 0).astype(np.int32)
        sides = np.stack(
            [held.leaving[Level.QUANTITY, lines], held.arriving[Level.QUANTITY, lines]]
        )
        sides[~np.isin(sides, same)] = -1
        both = np.intersect1d(sides[0, 1:], sides[1, 1:])
        both = both[both >= 0]
        postings = Postings(posting, at[posting], _among(both, sides.T.ravel()[posting]), up)
        lot_pools, order_pools = find_pools(postings, day, quantity, goods)
        postings, meeting = find_meetings(postings, len(keys), len(both))
        some, window = slice(None) if len(self.sure) else slice(0), self.window
        lots, links = keep_ledger(
            postings,
            meeting,
            day,
            quantity,
            lot_pools,
            order_pools,
            (d.consignee_mention[lines][some], d.exporter_mention[lines][some], self.sure),
            (window.least_age, window.stock_age, window.most_age, window.tried),
            self.weights,
            self.same_weights,
            self.sum_weights,
        )
        for level in range(len(held.lot_link)):
            self._unlink(found[_among(keys, held.leaving[level, found]) >= 0], level)
            held.lot_link[level, found[_among(keys, held.arriving[level, found]) >= 0]] = -1
        if anew:
            self._forget()
        self._count_pairs(keys, 1)
        columns = np.arange(len(DESCRIPTORS), dtype=np.int32)
        said = Described(columns, np.ascontiguousarray(d.said[:, lines].T))
        traits = Traits(np.ascontiguousarray(d.each[:, lines].T), said)
        pools = lot_pools, order_pools
        by_month = [*tell_by_month(day, traits, pools, lots, links, self.differences)]
        counted = Counted(*map(np.concatenate, zip(*by_month, strict=True)))
        self.links = _longer(self.links, int(self.links.free[1]) + len(links.lot))
        put_pools(lines, arriving, leaving, lot_pools, order_pools, held)
        put_links(lines, lots, links, counted, held, self.links)
        lots_here, orders_here = held.lot[lines[arriving >= 0]], held.order[lines[leaving >= 0]]
        return found, lots_here, orders_here, find_surest(found, held, self.links)

    def _forget(self) -> None:
        """Know nothing of how goods differ, quantities match and long they stay."""
        self.differences = Differences(self.pair_weights)
        self.met.paired[:] = False

    def _count_pairs(self, keys: Ints, sign: int) -> None:
        """Count pairs of orders and lots at keys where they are not counted, or (-1) where they are
        no more: before lines come or go there."""
        keys = keys[(self.met.level[keys] == Level.HS6) & (self.met.paired[keys] == (sign < 0))]
        self.met.paired[keys] = sign > 0
        lines = self._sorted(meet(keys, self.held, self.met))
        sides = [side[Level.HS6, lines] for side in (self.held.leaving, self.held.arriving)]
        at = _among(keys, np.stack(sides, axis=1).ravel())
        posting = np.flatnonzero(at >= 0).astype(np.int32)
        own = np.arange(len(keys), dtype=np.int32)
        postings = Postings(posting, at[posting], np.empty(0, np.int32), own[:, None])
        day, quantity = self.held.day[lines], self.held.quantity[lines]
        window = self.window.of_pairs
        self.differences.count_pairs(
            count_pairs(postings, 0, len(keys), day, quantity, window), sign
        )

    def _unlink(self, places: Ints, level: int) -> None:
        """Free the links of orders at a level; they may have others then."""
        self.differences.touch(self.held.day[places])
        counts, prices = self.differences.counts, self.differences.prices
        unlink(places, level, self.held, self.links, counts, prices)

    def judge(self, keys: Ints, moved: Ints) -> Ints:
        """Score lines anew whose party and goods have another history; returns them."""
        held, d = self.held, self.declared
        if self.model is None:
            d.score[moved] = held.came[1, moved] * held.goes[1, moved]
            return moved
        lines = self._meeting(keys)
        here, near = self._near(lines)
        known = self._known(lines)
        _renew(self.sums, sum_up(here, here.up, len(near), known), near, keys)
        past = self._past(here, near, known)
        score = judge(here, past, known, len(FEATURES), self.model.first) * self.goes_anywhere
        # Where a first score changed, all that its parties deal in is looked at again.
        first = np.where(score < LEAST, np.float32(0), score)
        pool(score, known)
        d.score[lines] = score
        if not len(self.model.second.roots):
            return lines
        keys = np.union1d(keys, self.keys_of(lines[first != held.first[lines]]))
        held.first[lines] = first
        lines = self._meeting(keys)
        here, near = self._near(lines)
        known = self._known(lines)
        past = self._past(here, near, known)
        first, score = held.first[lines], d.score[lines]
        at = rank(np.ones(len(lines), bool))
        _renew(self.led, sum_first(here, past, at, first), near, keys)
        along = look_along(lines, held, self.links)
        around = Around(at, first, along, np.ascontiguousarray(self.led[:, near].T))
        second = self.model.second
        judge_again(here, past, known, around, len(SECOND_FEATURES), second, score)
        d.score[lines] = score
        return lines

    def _meeting(self, keys: Ints) -> Ints:
        """Lines at keys whose history counts, in the order of a full run."""
        keys = keys[np.isin(self.met.level[keys], _HISTORY)]
        return self._sorted(meet(keys, self.held, self.met))

    def _near(self, lines: Ints) -> tuple[Keys, Ints]:
        """Keys of lines where history counts, numbered among themselves, and what they stand for."""
        held, n = self.held, len(lines)
        both = np.concatenate([held.arriving[:, lines].T, held.leaving[:, lines].T])[:, _HISTORY]
        near, up = np.unique(both, return_inverse=True)
        up = up.reshape(both.shape)
        at = np.arange(2 * n, dtype=np.int32)
        return Keys(at[:n], at[n:], up.astype(np.int32), len(near)), near

    def _past(self, here: Keys, near: Ints, known: Known) -> History:
        """What is known of keys, numbered among themselves."""
        sums = np.ascontiguousarray(self.sums[:, near].T)
        return History(here.up, sums, find_led(here, here.up, sums, known))

    def _known(self, lines: Ints) -> Known:
        held = self.held
        sure = held.came[1][lines], held.goes[1][lines]
        return Known(held.start[lines], held.end[lines], *sure, *held.surest[:, lines])

    def all(self) -> Ints:
        """Places of all lines held, in the order in which they came."""
        return np.flatnonzero(self.declared.gap[: self.places] >= 0).astype(np.int32)

    def parties(self, places: Ints) -> Parties:
        """Who is who on lines."""
        d = self.declared
        exporter, consignee = d.exporter[places], d.consignee[places]
        if not len(self.sure):
            return Parties(exporter, consignee)
        exporters, consignees = d.exporter_mention[places], d.consignee_mention[places]
        return Parties(exporter, consignee, exporters, consignees, self.sure)


def _renew(
    sums: npt.NDArray[np.float32], anew: npt.NDArray[np.float32], near: Ints, keys: Ints
) -> None:
    """Put sums over lines in place of those known, at the keys all of whose lines were summed."""
    whole = np.isin(near, keys)
    sums[:, near[whole]] = anew[whole].T


def _among(keys: Ints, wanted: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Places of values in ascending keys; -1: none."""
    if not len(keys):
        return np.full(wanted.shape, -1, np.int32)
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, at, -1).astype(np.int32)


def _longer(columns: _Columns, count: int) -> _Columns:
    """Columns with room for so many."""
    longer: dict[str, Any] = {
        name: room(column, count) for name, column in columns._asdict().items() if name != "free"
    }
    return columns._replace(**longer)
