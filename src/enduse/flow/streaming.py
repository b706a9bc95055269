"""A ledger that is kept open: what hangs on lines that come, change or go is worked out anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from enduse.errors import InputError, UsageError
from enduse.flow.declared import (
    IN,
    LINES,
    NEITHER,
    OUT,
    SIDES,
    Declared,
    ids_of,
    nothing_declared,
    read_lines,
)
from enduse.flow.history import FEATURES, LEVELS, History, judge, sum_up
from enduse.flow.kernel import (
    Flags,
    Ints,
    Keys,
    Pools,
    find_meetings,
    find_pools,
    keep_ledger,
)
from enduse.flow.learned import Learned
from enduse.flow.ledger import Window
from enduse.flow.mirrors import find_mirrors
from enduse.flow.movements import (
    LARGEST_QUANTITY,
    Gap,
    Level,
    Movements,
    Parties,
    _codes,
    _measures,
    _numbers,
    read_movements,
)
from enduse.flow.numbering import Measures, Numbering, room
from enduse.flow.spread import (
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
    spread_ends,
    spread_most,
    spread_origins,
    unlink,
)
from enduse.flow.tracing import SCORES, trace
from enduse.flow.weights import LinkWeights

ANSWERS = ("score", "reach", "from_controlled")
CHANGED = pa.schema(
    {
        "shipment_id": pa.string(),
        "line_no": pa.int32(),
        **{f"{name}_{when}": pa.float64() for name in ANSWERS for when in ("old", "new")},
    }
)
"""Lines with another answer than before. Null: the line was not held, is not held any more, or
cannot be followed."""

Which: TypeAlias = Callable[[pa.Table], Flags]
"""Says of each of some lines whether it is one of them."""

_HISTORY = np.array(LEVELS, np.int32)


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change of lines changed, and what was worked out for it."""

    lines: pa.Table
    """Lines with another answer than before; schema CHANGED."""
    keys: int
    """Pairs of a party and its goods, over all levels, whose ledger was replayed."""
    replayed: int
    """Lines that arrive or leave at one of them."""
    spread: int
    """Lots and orders whose ends or origins were worked out, there and beyond."""
    judged: int
    """Lines scored anew: those of parties and goods with another history."""
    paired: int
    """Lines among which records of one movement were looked for: all, where both sides record."""
    whole: str
    """Why everything was replayed; empty if it was not."""


_Columns = TypeVar("_Columns", Held, Kept, Met, Declared)


class OpenLedger:
    """Lines and all that the ledger says of them, kept up as lines come, change and go.

    A change replays the ledger of the parties and goods that it meets; origins are followed on
    and ends back from there only as far as they change. The answers are those of
    :func:`enduse.flow.trace` over all lines held.

    Two things take longer than what changed. Everything is replayed when the first day becomes
    another, since rates count from it, or mentions become more or less sure. And where both sides'
    records are held, those of one movement are looked for among all lines, since what delay is
    usual in a corridor decides; only the lines that come or go by it are replayed.

    Parameters
    ----------
    embargoed, controlled_origins
        Countries, ISO 3166 alpha-2; or a function that says of lines (schema LINES) which of them
        go to an embargoed destination on their day, or leave a controlled origin.
    window
        How old goods may be when they go on.
    model
        A learned score, 'shipped' for the one that ships, None for the plain score alone.

    Raises
    ------
    UsageError
        If no embargoed destination or no controlled origin is named.
    """

    def __init__(
        self,
        *,
        embargoed: Collection[str] | Which,
        controlled_origins: Collection[str] | Which,
        window: Window | None = None,
        model: Learned | str | None = "shipped",
    ) -> None:
        if any(not callable(one) and not one for one in (embargoed, controlled_origins)):
            raise UsageError(
                "Goods are followed from controlled origins to embargoed destinations; "
                "one of the two is empty.",
                hint="Name at least one country each, such as RU and TW.",
            )
        self._embargoed, self._controlled = embargoed, controlled_origins
        self._window = window or Window()
        known = Learned.shipped() if model == "shipped" else model
        assert not isinstance(known, str)
        self._model = known
        self._weights = LinkWeights.shipped().tables(tuple(Level), self._window.most_age)
        self._tables: list[pa.Table] = []
        self._rows = 0
        self._place: dict[tuple[str, int], int] = {}
        self._ids: list[tuple[str, int]] = []
        self._days: Counter[int] = Counter()
        self._first_day: int | None = None
        self._named: bool | None = None
        self._sure = np.empty(0, np.float32)
        self._numbers, self._measures = Numbering(), Measures()
        self._declared = nothing_declared()
        self._held, self._met, self._links = no_lines(len(Level)), no_keys(), no_links()
        self._sums = np.zeros((6, 0), np.float32)
        self._keys = 0
        self._paired = False

    def append(
        self, shipments: pa.Table, parties: Parties | None = None, entries: pa.Array | None = None
    ) -> Changed:
        """Add lines: those of a new day, or late ones.

        Parameters
        ----------
        shipments
            Columns as :func:`enduse.flow.trace` takes them, with `shipment_id` and `line_no`.
        parties
            Who is who; by default names and countries as they are written. A number means the
            same party, or mention, in every call; `sure` covers all mentions up to now.
        entries
            Control entry of each line's goods, null where there is none.

        Raises
        ------
        InputError
            If a needed column is missing, a line is already held or named twice, or parties are
            given in one call and not in another.
        """
        lines = read_lines(shipments, entries)
        ids = ids_of(lines)
        known = [one for one in ids if one in self._place]
        if known:
            raise InputError(
                f"{len(known)} lines are held already, such as {known[0][0]} line {known[0][1]}.",
                hint="Correct them instead.",
            )
        return self._change([], lines, ids, parties)

    def correct(
        self, shipments: pa.Table, parties: Parties | None = None, entries: pa.Array | None = None
    ) -> Changed:
        """Put other lines in place of those with the same `shipment_id` and `line_no`.

        Raises
        ------
        InputError
            As `append`; or if a line is not held.
        """
        lines = read_lines(shipments, entries)
        ids = ids_of(lines)
        return self._change(self._places(ids), lines, ids, parties)

    def withdraw(self, ids: pa.Table) -> Changed:
        """Take lines out again; columns `shipment_id`, `line_no`.

        Raises
        ------
        InputError
            If a line is not held.
        """
        return self._change(self._places(ids_of(ids)), LINES.empty_table(), [], None)

    @property
    def lines(self) -> pa.Table:
        """All lines held, in the order in which they first came; schema LINES."""
        rows = self._declared.row[self._all()]
        return pa.concat_tables([LINES.empty_table(), *self._tables]).take(pa.array(rows))

    def scores(self, *, of_the_day: bool = True) -> pa.Table:
        """One row a line, in the order of `lines`; schema SCORES.

        `score_then`, `forecast` and `forecast_lots` hang on all days before and are worked out by
        a full run at each call. With `of_the_day` False they are null.
        """
        places = self._all()
        read = self._declared.record[places]
        gap = self._declared.gap[read]
        reasons = np.array([None, *(one.reason for one in Gap if one)], dtype=object)
        goes, came = self._held.goes[:, read], self._held.came[:, read]
        values = {
            "score": self._declared.score[read],
            "reach": goes[0],
            "from_controlled": came[0],
            "guaranteed": goes[2],
            "possible": goes[3],
            "plain_score": came[1] * goes[1],
        }
        lines = self.lines
        columns = {
            "shipment_id": lines["shipment_id"],
            "line_no": lines["line_no"],
            **{name: pa.array(value, mask=gap != Gap.NONE) for name, value in values.items()},
            "not_assessed": pa.array(reasons[gap], pa.string()),
        }
        if of_the_day and len(places):
            then = self._full(lines, places)
            columns |= {name: then[name] for name in SCORES.names if name not in columns}
        return pa.table(
            [
                columns[field.name].cast(field.type)
                if field.name in columns
                else pa.nulls(len(places), field.type)
                for field in SCORES
            ],
            schema=SCORES,
        )

    def _full(self, lines: pa.Table, places: Ints) -> pa.Table:
        """Scores of a full run."""
        return trace(
            lines,
            embargoed=self._held.end[places],
            controlled_origins=self._held.start[places],
            parties=self._parties(places),
            entries=lines["control_entry"],
            window=self._window,
            model=None,
        ).scores

    def _change(
        self,
        gone: list[int],
        lines: pa.Table,
        ids: list[tuple[str, int]],
        parties: Parties | None,
    ) -> Changed:
        """Take lines out, put others in, and work out what hangs on them."""
        whole = ""
        if lines.num_rows:
            parties, sure = self._identify(lines, parties)
            if len(sure) < len(self._sure):
                raise InputError(
                    f"{len(self._sure) - len(sure)} mentions known before have no probability.",
                    hint="`sure` covers all mentions up to now.",
                )
            if not np.array_equal(sure[: len(self._sure)], self._sure):
                whole = "mentions known before are more or less sure now"
            self._sure = sure
            moves = self._moves(lines, parties)
            self._make_room(ids)
        d = self._declared
        removed, fresh = np.array(gone, np.int32), np.empty(0, np.int32)
        met, codes = self._take_out(removed), self._count(removed, -1)
        self._declared.gap[removed] = -1
        if lines.num_rows:
            assert parties is not None
            fresh = self._read_in(lines, ids, parties, moves)
        for place in np.setdiff1d(removed, fresh):
            del self._place[self._ids[place]]
        paired, others = self._pair()
        told = np.concatenate([removed, fresh, others])
        is_read = (d.gap[told] >= 0) & (d.record[told] == told)
        dropped, came = np.unique(told[~is_read]), np.unique(told[is_read & ~d.counted[told]])
        met = np.union1d(met, self._take_out(dropped))
        codes |= self._count(dropped, -1) | self._count(came, 1)
        turned = np.setdiff1d(self._of_codes(self._measures.turned(codes)), came)
        met = np.union1d(met, self._take_out(turned))
        came = np.union1d(came, turned)
        self._put_in(came)
        met = np.union1d(met, self._keys_of(came))
        first = min(self._days, default=None)
        if None not in (first, self._first_day) and first != self._first_day:
            whole = "the first day is another, and rates count from there"
        self._first_day = first
        if whole:
            met = np.arange(len(self._numbers.level), dtype=np.int32)
        ledgers = met[self._met.level[met] != Level.PARTY]
        replayed, lots, orders = self._replay(ledgers)
        held, links, least_age = self._held, self._links, self._window.least_age
        origins, orders_done = spread_origins(orders, held, links)
        ends, lots_done = spread_ends(lots, held, links)
        most_done = spread_most(ledgers, np.union1d(ends, came), least_age, held, self._met)
        moved = np.unique(np.concatenate([origins, ends, came]))
        judged = self._judge(np.union1d(met, self._keys_of(moved)), moved)
        return Changed(
            self._tell(np.unique(np.concatenate([moved, told, judged]))),
            keys=len(ledgers),
            replayed=len(replayed),
            spread=orders_done + lots_done + most_done,
            judged=len(judged),
            paired=paired,
            whole=whole,
        )

    def _identify(
        self, lines: pa.Table, parties: Parties | None
    ) -> tuple[Parties, npt.NDArray[np.float32]]:
        """Numbers of the parties of lines, the same in every call."""
        if self._named is not None and self._named != (parties is None):
            raise InputError(
                "Parties were named by numbers in one call and not in another.",
                hint="Give parties in every call, or in none.",
            )
        if parties is None:
            self._named = True
            return self._numbers.parties(lines), self._sure
        if self._named is not None and bool(len(parties.sure)) != bool(len(self._sure)):
            raise InputError(
                "Mentions were given in one call and not in another.",
                hint="Give mentions in every call, or in none.",
            )
        self._named = False
        return parties, parties.sure

    def _take_out(self, places: Ints) -> Ints:
        """Take lines away from their keys; returns these."""
        held, met = self._held, self._keys_of(places)
        held.marked[places] = 1
        drop(met, held, self._met)
        held.marked[places] = 0
        for level in range(len(held.order_link)):
            unlink(places, level, held, self._links)
        self._clear(places)
        return met

    def _clear(self, places: Ints) -> None:
        held = self._held
        for column in (held.arriving, held.leaving, held.lot_link, held.order_link):
            column[:, places] = -1
        for own, mate, members in (
            (held.lot, held.lot_mate, held.lot_members),
            (held.order, held.order_mate, held.order_members),
        ):
            own[places], mate[places], members[places] = places, -1, 1
        for sums in (held.came, held.came_sum, held.goes, held.goes_sum, held.most):
            sums[:, places] = 0
        self._declared.arriving[places] = self._declared.leaving[places] = -1
        self._declared.score[places] = 0

    def _count(self, places: Ints, sign: int) -> set[int]:
        """Count lines to days and measures, or out of them; returns their codes."""
        d = self._declared
        places = places[d.counted[places] == (sign < 0)]
        d.counted[places] = sign > 0
        for day in self._held.day[places].tolist():
            self._days[day] += sign
            if not self._days[day]:
                del self._days[day]
        return self._measures.count(d.code[places], d.measure[places], d.mass[places] > 0, sign)

    def _pair(self) -> tuple[int, Ints]:
        """Find the records of one movement among all lines; returns how many, and what is new."""
        d, places = self._declared, self._all()
        if not all((d.side[places] == side).any() for side in (OUT, IN)):
            if not self._paired:
                return 0, np.empty(0, np.int32)
            kept = dropped = np.empty(0, np.int64)
        else:
            mirrors = find_mirrors(self.lines, self._parties(places))
            kept, dropped = mirrors.kept, mirrors.dropped
        record = places.copy()
        record[dropped] = places[kept]
        other = record != d.record[places]
        d.record[places] = record
        self._paired = len(dropped) > 0
        return len(places), places[other]

    def _parties(self, places: Ints) -> Parties:
        d = self._declared
        exporter, consignee = d.exporter[places], d.consignee[places]
        if not len(self._sure):
            return Parties(exporter, consignee)
        exporters, consignees = d.exporter_mention[places], d.consignee_mention[places]
        return Parties(exporter, consignee, exporters, consignees, self._sure)

    def _make_room(self, ids: list[tuple[str, int]]) -> None:
        """Give places to lines that have none yet."""
        known = len(self._ids)
        self._ids += [one for one in ids if one not in self._place]
        self._place.update({self._ids[place]: place for place in range(known, len(self._ids))})
        self._declared = _longer(self._declared, len(self._ids))
        self._held = _longer(self._held, len(self._ids))
        fresh = np.arange(known, len(self._ids), dtype=np.int32)
        self._clear(fresh)
        self._declared.gap[fresh], self._declared.record[fresh] = -1, fresh
        self._declared.answers[:, fresh] = np.nan

    def _moves(self, lines: pa.Table, parties: Parties) -> Movements:
        ends, starts = self._embargoed, self._controlled
        return read_movements(
            lines,
            embargoed=ends(lines) if callable(ends) else ends,
            controlled_origins=starts(lines) if callable(starts) else starts,
            parties=parties,
        )

    def _read_in(
        self, lines: pa.Table, ids: list[tuple[str, int]], parties: Parties, moves: Movements
    ) -> Ints:
        """What is declared of lines; returns their places."""
        d, held, numbers, count = self._declared, self._held, self._numbers, len(ids)
        at = np.array([self._place[one] for one in ids], np.int32)
        d.row[at] = self._rows + np.arange(count)
        self._tables.append(lines)
        self._rows += count
        factor, measure, names = _measures(_codes(lines, "unit"))
        quantity = _numbers(lines, "quantity", count) * factor
        known_quantity = (quantity > 0) & (quantity < LARGEST_QUANTITY)
        d.quantity[at] = np.where(known_quantity, quantity, 0)
        mass = _numbers(lines, "net_mass_kg", count)
        d.mass[at] = np.where((mass > 0) & (mass < LARGEST_QUANTITY), mass, 0)
        d.code[at], d.part[at] = (
            numbers.words(lines, "hs_code"),
            numbers.words(lines, "part_number"),
        )
        d.measure[at] = np.array([numbers.word_of("measure", name) for name in names])[measure]
        d.entry[at] = numbers.words(lines, "control_entry")
        d.exporter[at], d.consignee[at] = parties.exporter, parties.consignee
        if len(parties.sure):
            d.exporter_mention[at] = parties.exporter_mention
            d.consignee_mention[at] = parties.consignee_mention
        moved = at[moves.row]
        held.day[moved], held.start[moved], held.end[moved] = moves.day, moves.start, moves.end
        d.gap[moved] = moves.gap
        d.record[at] = at
        d.side[at] = [SIDES.get(side, NEITHER) for side in lines["flow"].to_pylist()]
        return at

    def _of_codes(self, codes: list[int]) -> Ints:
        """Lines of codes, which are looked for only when goods come to be followed otherwise."""
        if not codes:
            return np.empty(0, np.int32)
        d, places = self._declared, self._all()
        return places[d.counted[places] & np.isin(d.code[places], codes)]

    def _put_in(self, places: Ints) -> None:
        """Bring lines that can be followed to their keys."""
        d, held, numbers = self._declared, self._held, self._numbers
        places = places[d.gap[places] == Gap.NONE]
        code, measure = d.code[places], d.measure[places]
        mass = numbers.word_of("measure", "mass")
        by_mass = self._measures.by_mass(code) & (measure != mass) & (d.mass[places] > 0)
        held.quantity[places] = np.where(by_mass, d.mass[places], d.quantity[places])
        d.goods[places] = numbers.kinds(
            code, d.part[places], np.where(by_mass, mass, measure).astype(np.int32), d.entry[places]
        )
        d.leaving[places] = numbers.bases(d.exporter[places], d.goods[places])
        d.arriving[places] = numbers.bases(d.consignee[places], d.goods[places])
        held.leaving[:, places] = numbers.up(d.leaving[places])
        held.arriving[:, places] = numbers.up(d.arriving[places])
        fresh = slice(self._keys, len(numbers.level))
        self._keys = len(numbers.level)
        self._met, self._sums = _longer(self._met, self._keys), room(self._sums, self._keys)
        self._met.level[fresh] = numbers.level[fresh]
        self._met.arrival[fresh] = self._met.departure[fresh] = -1
        add(places, held, self._met)

    def _keys_of(self, places: Ints) -> Ints:
        held = self._held
        keys = np.unique(np.concatenate([held.arriving[:, places], held.leaving[:, places]]))
        return keys[keys >= 0].astype(np.int32)

    def _sorted(self, places: Ints) -> Ints:
        """In the order of a full run."""
        held, goods = self._held, self._declared.goods[places]
        rank = self._numbers.rank(goods)
        return places[np.lexsort((places, rank, held.quantity[places], held.day[places]))]

    def _replay(self, keys: Ints) -> tuple[Ints, Ints, Ints]:
        """Keep the ledger of some keys anew; returns the lines that meet them, lots and orders."""
        held, d = self._held, self._declared
        found = meet(keys, held, self._met)
        if not len(found):
            return found, found, found
        # A line of the first day that meets no key stands before all others: rates count from it.
        lines = np.concatenate([found[:1], self._sorted(found)])
        day, quantity, goods = held.day[lines], held.quantity[lines], d.goods[lines]
        day[0], quantity[0], goods[0] = self._first_day, 0, -1
        sides = np.stack([d.arriving[lines[1:]], d.leaving[lines[1:]]])
        bases, numbers = np.unique(sides, return_inverse=True)
        up = np.ascontiguousarray(_among(keys, self._numbers.up(bases).T))
        local = np.where((up >= 0).any(axis=1), np.arange(len(bases)), -1).astype(np.int32)
        arriving, leaving = np.insert(local[numbers.reshape(sides.shape)], 0, -1, axis=1)
        lot_pools = Pools(*find_pools(arriving, day, quantity, goods, len(bases)))
        order_pools = Pools(*find_pools(leaving, day, quantity, goods, len(bases)))
        meeting, most_lots, most_links = find_meetings(
            arriving, leaving, lot_pools.root, order_pools.root, up, len(keys)
        )
        some, window = slice(None) if len(self._sure) else slice(0), self._window
        lots, links = keep_ledger(
            day,
            quantity,
            Keys(arriving, leaving, up, len(keys), meeting),
            lot_pools,
            order_pools,
            (d.consignee_mention[lines][some], d.exporter_mention[lines][some], self._sure),
            (window.least_age, window.stock_age, window.most_age, window.tried),
            self._weights,
            (most_lots, most_links),
        )
        for level in range(len(held.lot_link)):
            unlink(found[_among(keys, held.leaving[level, found]) >= 0], level, held, self._links)
            held.lot_link[level, found[_among(keys, held.arriving[level, found]) >= 0]] = -1
        self._links = _longer(self._links, int(self._links.free[1]) + len(links.lot))
        put_pools(lines, arriving, leaving, lot_pools, order_pools, held)
        put_links(lines, lots, links, held, self._links)
        return found, held.lot[lines[arriving >= 0]], held.order[lines[leaving >= 0]]

    def _judge(self, keys: Ints, moved: Ints) -> Ints:
        """Score lines anew whose party and goods have another history; returns them."""
        held, d = self._held, self._declared
        if self._model is None:
            d.score[moved] = held.came[1, moved] * held.goes[1, moved]
            return moved
        keys = keys[np.isin(self._met.level[keys], _HISTORY)]
        lines = self._sorted(meet(keys, held, self._met))
        self._sums[:, keys] = 0
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
        self._sums[:, near[told]] = anew[told].T
        sums = np.ascontiguousarray(self._sums[:, near].T)
        d.score[lines] = judge(
            here,
            History(places, every, sums),
            start,
            end,
            came,
            goes,
            len(FEATURES),
            self._model.trees,
        )
        return lines

    def _tell(self, places: Ints) -> pa.Table:
        """Lines with other answers than those told before."""
        held, d = self._held, self._declared
        if self._paired:
            everywhere = self._all()
            places = np.union1d(places, everywhere[np.isin(d.record[everywhere], places)])
        read = d.record[places]
        new = np.stack([d.score[read], held.goes[0, read], held.came[0, read]])
        new[:, (d.gap[read] != Gap.NONE) | (d.gap[places] < 0)] = np.nan
        old = d.answers[:, places]
        other = ((old != new) & ~(np.isnan(old) & np.isnan(new))).any(axis=0)
        places, old, new = places[other], old[:, other], new[:, other]
        d.answers[:, places] = new
        ids = [self._ids[place] for place in places]
        values = [
            pa.array(values.astype(float), from_pandas=True)
            for pair in zip(old, new, strict=True)
            for values in pair
        ]
        columns = [pa.array([one[0] for one in ids]), pa.array([one[1] for one in ids]), *values]
        return pa.table(
            [column.cast(field.type) for column, field in zip(columns, CHANGED, strict=True)],
            schema=CHANGED,
        )

    def _all(self) -> Ints:
        """Places of all lines held, in the order in which they came."""
        return np.flatnonzero(self._declared.gap[: len(self._ids)] >= 0).astype(np.int32)

    def _places(self, ids: Iterable[tuple[str, int]]) -> list[int]:
        ids = list(ids)
        unknown = [one for one in ids if one not in self._place]
        if unknown:
            raise InputError(
                f"{len(unknown)} lines are not held, such as {unknown[0][0]} line {unknown[0][1]}.",
                hint="Append them first.",
            )
        return [self._place[one] for one in ids]


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
