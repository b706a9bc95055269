"""What an open ledger holds: lines as declared, their keys, and the ledger of these."""

from __future__ import annotations

from collections import Counter
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from enduse.flow.columns import codes_in, numbers_in
from enduse.flow.declared import NEITHER, SIDES, Declared, nothing_declared
from enduse.flow.held import (
    Held,
    Kept,
    Met,
    add,
    drop,
    meet,
    no_keys,
    no_lines,
    no_links,
    put_links,
    put_pools,
    unlink,
)
from enduse.flow.history import FEATURES, LEVELS, History, judge, sum_up
from enduse.flow.kernel import Ints, Keys, Postings, keep_ledger
from enduse.flow.keys import find_meetings, find_pools
from enduse.flow.learned import Learned
from enduse.flow.ledger import Window
from enduse.flow.measures import LARGEST_QUANTITY, measures_of
from enduse.flow.movements import (
    Gap,
    Level,
    Movements,
    Parties,
)
from enduse.flow.numbering import Measures, Numbering, room
from enduse.flow.weights import LinkWeights

_HISTORY = np.array(LEVELS, np.int32)
_Columns = TypeVar("_Columns", Held, Kept, Met, Declared)


class Book:
    """Lines, their keys, and lots and links at these, each in the place that it was given first."""

    def __init__(self, window: Window, model: Learned | None) -> None:
        self.window, self.model = window, model
        self.weights = LinkWeights.shipped().tables(tuple(Level), window.most_age)
        self.days: Counter[int] = Counter()
        self.first_day: int | None = None
        self.sure = np.empty(0, np.float32)
        """How sure each mention is its party; empty: all are."""
        self.numbers, self.measures = Numbering(), Measures()
        self.declared = nothing_declared()
        self.held, self.met, self.links = no_lines(len(Level)), no_keys(), no_links()
        self.sums = np.zeros((6, 0), np.float32)
        self.keys = self.places = 0

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
        d.code[at] = numbers.words(lines, "hs_code")
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
        held.marked[places] = 1
        drop(met, held, self.met)
        held.marked[places] = 0
        for level in range(len(held.order_link)):
            unlink(places, level, held, self.links)
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
        for sums in (held.came, held.came_sum, held.goes, held.goes_sum, held.most):
            sums[:, places] = 0
        self.declared.arriving[places] = self.declared.leaving[places] = -1
        self.declared.score[places] = 0

    def count(self, places: Ints, sign: int) -> set[int]:
        """Count lines to days and measures, or out of them; returns their codes."""
        d = self.declared
        places = places[d.counted[places] == (sign < 0)]
        d.counted[places] = sign > 0
        for day in self.held.day[places].tolist():
            self.days[day] += sign
            if not self.days[day]:
                del self.days[day]
        return self.measures.count(d.code[places], d.measure[places], d.mass[places] > 0, sign)

    def of_codes(self, codes: list[int]) -> Ints:
        """Lines of codes, which are looked for only when goods come to be followed otherwise."""
        if not codes:
            return np.empty(0, np.int32)
        d, places = self.declared, self.all()
        return places[d.counted[places] & np.isin(d.code[places], codes)]

    def put_in(self, places: Ints) -> None:
        """Bring lines that can be followed to their keys."""
        d, held, numbers = self.declared, self.held, self.numbers
        places = places[d.gap[places] == Gap.NONE]
        code, measure = d.code[places], d.measure[places]
        mass = numbers.word_of("measure", "mass")
        by_mass = self.measures.by_mass(code) & (measure != mass) & (d.mass[places] > 0)
        held.quantity[places] = np.where(by_mass, d.mass[places], d.quantity[places])
        d.goods[places] = numbers.kinds(
            code, d.part[places], np.where(by_mass, mass, measure).astype(np.int32), d.entry[places]
        )
        d.leaving[places] = numbers.bases(d.exporter[places], d.goods[places])
        d.arriving[places] = numbers.bases(d.consignee[places], d.goods[places])
        held.leaving[:, places] = numbers.up(d.leaving[places])
        held.arriving[:, places] = numbers.up(d.arriving[places])
        fresh = slice(self.keys, len(numbers.level))
        self.keys = len(numbers.level)
        self.met, self.sums = _longer(self.met, self.keys), room(self.sums, self.keys)
        self.met.level[fresh] = numbers.level[fresh]
        self.met.arrival[fresh] = self.met.departure[fresh] = -1
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

    def replay(self, keys: Ints) -> tuple[Ints, Ints, Ints]:
        """Keep the ledger of some keys anew; returns the lines that meet them, lots and orders."""
        held, d = self.held, self.declared
        found = meet(keys, held, self.met)
        if not len(found):
            return found, found, found
        # A line of the first day that meets no key stands before all others: rates count from it.
        lines = np.concatenate([found[:1], self._sorted(found)])
        day, quantity, goods = held.day[lines], held.quantity[lines], d.goods[lines]
        day[0], quantity[0], goods[0] = self.first_day, 0, -1
        sides = np.stack([d.arriving[lines[1:]], d.leaving[lines[1:]]])
        bases, numbers = np.unique(sides, return_inverse=True)
        up = np.ascontiguousarray(_among(keys, self.numbers.up(bases).T))
        local = np.where((up >= 0).any(axis=1), np.arange(len(bases)), -1).astype(np.int32)
        arriving, leaving = np.insert(local[numbers.reshape(sides.shape)], 0, -1, axis=1)
        at = np.stack([leaving, arriving], axis=1).ravel()
        posting = np.flatnonzero(at >= 0).astype(np.int32)
        postings = Postings(posting, at[posting], up)
        lot_pools, order_pools = find_pools(postings, day, quantity, goods)
        meeting, _, postings = find_meetings(postings, len(keys))
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
        )
        for level in range(len(held.lot_link)):
            unlink(found[_among(keys, held.leaving[level, found]) >= 0], level, held, self.links)
            held.lot_link[level, found[_among(keys, held.arriving[level, found]) >= 0]] = -1
        self.links = _longer(self.links, int(self.links.free[1]) + len(links.lot))
        put_pools(lines, arriving, leaving, lot_pools, order_pools, held)
        put_links(lines, lots, links, held, self.links)
        return found, held.lot[lines[arriving >= 0]], held.order[lines[leaving >= 0]]

    def judge(self, keys: Ints, moved: Ints) -> Ints:
        """Score lines anew whose party and goods have another history; returns them."""
        held, d = self.held, self.declared
        if self.model is None:
            d.score[moved] = held.came[1, moved] * held.goes[1, moved]
            return moved
        keys = keys[np.isin(self.met.level[keys], _HISTORY)]
        lines = self._sorted(meet(keys, held, self.met))
        self.sums[:, keys] = 0
        if not len(lines):
            return lines
        n = len(lines)
        both = np.concatenate([held.arriving[:, lines].T, held.leaving[:, lines].T])[:, _HISTORY]
        near, up = np.unique(both, return_inverse=True)
        here = Keys(
            np.arange(n, dtype=np.int32),
            np.arange(n, 2 * n, dtype=np.int32),
            np.ascontiguousarray(up.reshape(both.shape), np.int32),
            len(near),
            0,
        )
        places = np.arange(len(_HISTORY), dtype=np.int32)
        start, end = held.start[lines], held.end[lines]
        came, goes = held.came[1][lines], held.goes[1][lines]
        told = np.isin(near, keys)
        every = np.empty(0, np.int32)
        anew = sum_up(here, places, every, len(near), start, end, came, goes)
        self.sums[:, near[told]] = anew[told].T
        sums = np.ascontiguousarray(self.sums[:, near].T)
        d.score[lines] = judge(
            here,
            History(places, every, sums),
            start,
            end,
            came,
            goes,
            len(FEATURES),
            self.model.trees,
        )
        return lines

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


def _among(keys: Ints, wanted: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Places of values in ascending keys; -1: none."""
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, at, -1).astype(np.int32)


def _longer(columns: _Columns, count: int) -> _Columns:
    """Columns with room for so many."""
    longer: dict[str, Any] = {
        name: room(column, count) for name, column in columns._asdict().items() if name != "free"
    }
    return columns._replace(**longer)
