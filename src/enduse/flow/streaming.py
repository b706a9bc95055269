"""A ledger that is kept open: what hangs on lines that come, change or go is worked out anew."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from enduse.errors import InputError, UsageError
from enduse.flow.book import Book
from enduse.flow.declared import IN, LINES, OUT, ids_of, read_lines
from enduse.flow.kernel import Flags, Ints
from enduse.flow.learned import Learned
from enduse.flow.ledger import Window
from enduse.flow.mirrors import find_mirrors
from enduse.flow.movements import Gap, Level, Movements, Parties, read_movements
from enduse.flow.spread import spread_ends, spread_most, spread_origins
from enduse.flow.tracing import SCORES, trace

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


class OpenLedger:
    """Lines and all that the ledger says of them, kept up as lines come, change and go.

    A change replays the ledger of the parties and goods that it meets; origins are followed on
    and ends back from there only as far as they change. The answers are those of
    :func:`enduse.flow.trace` over all lines held.

    Two things take longer than what changed. Everything is replayed when the first day becomes
    another, since rates count from it, when mentions become more or less sure, and when by a late
    record how goods match or differ along links says something else of the months after it. And where both sides'
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
        known = Learned.shipped() if model == "shipped" else model
        assert not isinstance(known, str)
        self._book = Book(window or Window(), known)
        self._tables: list[pa.Table] = []
        self._rows = 0
        self._place: dict[tuple[str, int], int] = {}
        self._ids: list[tuple[str, int]] = []
        self._named: bool | None = None
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
        rows = self._book.declared.row[self._book.all()]
        return pa.concat_tables([LINES.empty_table(), *self._tables]).take(pa.array(rows))

    def scores(self, *, of_the_day: bool = True) -> pa.Table:
        """One row a line, in the order of `lines`; schema SCORES.

        `score_then`, `forecast` and `forecast_lots` hang on all days before and are worked out by
        a full run at each call. With `of_the_day` False they are null.
        """
        places = self._book.all()
        read = self._book.declared.record[places]
        gap = self._book.declared.gap[read]
        reasons = np.array([None, *(one.reason for one in Gap if one)], dtype=object)
        goes, came = self._book.held.goes[:, read], self._book.held.came[:, read]
        values = {
            "score": self._book.declared.score[read],
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
            embargoed=self._book.held.end[places],
            controlled_origins=self._book.held.start[places],
            parties=self._book.parties(places),
            entries=lines["control_entry"],
            window=self._book.window,
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
        book, whole = self._book, ""
        if lines.num_rows:
            parties, sure = self._identify(lines, parties)
            if len(sure) < len(book.sure):
                raise InputError(
                    f"{len(book.sure) - len(sure)} mentions known before have no probability.",
                    hint="`sure` covers all mentions up to now.",
                )
            if not np.array_equal(sure[: len(book.sure)], book.sure):
                whole = "mentions known before are more or less sure now"
            book.sure = sure
            moves = self._moves(lines, parties)
            self._make_room(ids)
        d, went_anywhere = book.declared, book.goes_anywhere
        removed, fresh = np.array(gone, np.int32), np.empty(0, np.int32)
        met, codes = book.take_out(removed), book.count(removed, -1)
        book.declared.gap[removed] = -1
        if lines.num_rows:
            assert parties is not None
            fresh = self._read_in(lines, ids, parties, moves)
        for place in np.setdiff1d(removed, fresh):
            del self._place[self._ids[place]]
        paired, others = self._pair()
        told = np.concatenate([removed, fresh, others])
        is_read = (d.gap[told] >= 0) & (d.record[told] == told)
        dropped, came = np.unique(told[~is_read]), np.unique(told[is_read & ~d.counted[told]])
        met = np.union1d(met, book.take_out(dropped))
        codes |= book.count(dropped, -1) | book.count(came, 1)
        turned = np.setdiff1d(book.turned(codes), came)
        met = np.union1d(met, book.take_out(turned))
        came = np.union1d(came, turned)
        book.put_in(came)
        met = np.union1d(met, book.keys_of(came))
        first = min(book.days, default=None)
        if None not in (first, book.first_day) and first != book.first_day:
            whole = "the first day is another, and rates count from there"
        if book.goes_anywhere != went_anywhere:
            whole = whole or "goods can reach an embargoed destination now, or cannot any more"
        book.first_day = first
        if whole:
            met = np.arange(len(book.numbers.level), dtype=np.int32)
        ledgers = met[book.met.level[met] != Level.PARTY]
        replayed, lots, orders, surer = book.replay(ledgers, anew=bool(whole))
        if book.differences.turned():
            whole = "how goods match or differ says more, or less, of later links"
            met = np.arange(len(book.numbers.level), dtype=np.int32)
            ledgers = met[book.met.level[met] != Level.PARTY]
            replayed, lots, orders, surer = book.replay(ledgers, anew=True)
        held, links, least_age = book.held, book.links, book.window.least_age
        origins, orders_done = spread_origins(orders, held, links)
        ends, lots_done = spread_ends(lots, held, links)
        posted = ledgers[book.met.level[ledgers] != Level.QUANTITY]
        most_done = spread_most(posted, np.union1d(ends, came), least_age, held, book.met)
        moved = np.unique(np.concatenate([origins, ends, surer, came]))
        judged = book.judge(np.union1d(met, book.keys_of(moved)), moved)
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
            return self._book.numbers.parties(lines), self._book.sure
        if self._named is not None and bool(len(parties.sure)) != bool(len(self._book.sure)):
            raise InputError(
                "Mentions were given in one call and not in another.",
                hint="Give mentions in every call, or in none.",
            )
        self._named = False
        return parties, parties.sure

    def _pair(self) -> tuple[int, Ints]:
        """Find the records of one movement among all lines; returns how many, and what is new."""
        d, places = self._book.declared, self._book.all()
        if not all((d.side[places] == side).any() for side in (OUT, IN)):
            if not self._paired:
                return 0, np.empty(0, np.int32)
            kept = dropped = np.empty(0, np.int64)
        else:
            mirrors = find_mirrors(self.lines, self._book.parties(places))
            kept, dropped = mirrors.kept, mirrors.dropped
        record = places.copy()
        record[dropped] = places[kept]
        other = record != d.record[places]
        d.record[places] = record
        self._paired = len(dropped) > 0
        return len(places), places[other]

    def _make_room(self, ids: list[tuple[str, int]]) -> None:
        """Give places to lines that have none yet."""
        known = len(self._ids)
        self._ids += [one for one in ids if one not in self._place]
        self._place.update({self._ids[place]: place for place in range(known, len(self._ids))})
        self._book.make_room(len(self._ids))

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
        """Take in what is declared of lines; returns their places."""
        at = np.array([self._place[one] for one in ids], np.int32)
        self._book.declared.row[at] = self._rows + np.arange(len(ids))
        self._tables.append(lines)
        self._rows += len(ids)
        self._book.read_in(at, lines, parties, moves)
        return at

    def _tell(self, places: Ints) -> pa.Table:
        """Lines with other answers than those told before."""
        held, d = self._book.held, self._book.declared
        if self._paired:
            everywhere = self._book.all()
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

    def _places(self, ids: Iterable[tuple[str, int]]) -> list[int]:
        ids = list(ids)
        unknown = [one for one in ids if one not in self._place]
        if unknown:
            raise InputError(
                f"{len(unknown)} lines are not held, such as {unknown[0][0]} line {unknown[0][1]}.",
                hint="Append them first.",
            )
        return [self._place[one] for one in ids]
