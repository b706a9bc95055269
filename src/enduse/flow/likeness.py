"""How alike goods are that came and went: what one of them weighs, and what it costs.

Pieces that were sent on weigh what they weighed when they came, and seldom cost less. How much that
says differs from table to table: where weights are rough, or prices drawn from lists, it says
nothing. So it is learned from the links themselves, without labels: links are taken for true as
surely as quantities, days and chance say (`Links.sure`), the differences of those that are true are
set against the differences of the others, and both are told again by what was found, some times over
(the EM algorithm for a mixture of two kinds). What a currency costs in another is what prices of the
same goods mostly differ by. Each month rests on the months before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from enduse.engine.compiling import compiled
from enduse.flow.columns import codes_in, numbers_in
from enduse.flow.kernel import Bytes, Flags, Floats, Ints, Links, Longs, Lots, Pools, Reals, root_of

EACH = 3
"""Columns of `each`: the logarithm of what one weighs in kilograms, of what it costs, both in
thousandths, and the number of the currency."""
THOUSAND = 1000
UNKNOWN = np.int16(-(1 << 15))
EDGES = np.array([5, 10, 20, 50, 100, 200, 400, 700, 1200])
"""Differences in thousandths at which the next step begins; below 0 and above it alike."""
STEPS = 2 * (len(EDGES) + 1)
"""Steps of a difference; the step after the last: it is not known."""
_SURES = (1 / (1 + np.exp(-np.arange(-7.0, 5.1, 0.5)))).astype(np.float32)
"""How sure a link is by all else, at which the next step begins."""
_ODDS = np.append(-7.25, np.arange(-6.75, 5.5, 0.5))
"""The log-odds that each of these steps stands for."""
CELLS = (len(_ODDS), STEPS + 1, 2 * STEPS + 1)
"""Shape of what is counted: links by how sure they are, and by steps of weight and of cost; after
the step of what is not known follow the steps of costs in two currencies."""
_CELLS = int(np.prod(CELLS))
CURRENCIES = 256
"""Currencies that are compared with others."""
_BIN = 50
"""Thousandths of a bin of differences between prices in two currencies."""
_BINS = 601
_WINDOW = 12
"""Months that tell what currencies cost in each other."""
_LEAST_PRICED = 200
"""Links between two currencies from which on it is told."""
_BLOCK = 1 << 10
_LARGEST = (1 << 15) - 1
"""The largest number in `each`; no fewer currencies are told apart."""
_ROUNDS = 8
_LEAST_TRUE = 300
"""Links taken for true from which on differences are believed."""
_FEW = 20.0
"""Links of a step that count as much as none."""
_MOST = 3.0
"""Log-odds that a difference says at most."""
_FINEST = 0.125
"""What log-odds are rounded to."""
_STAYS = 0.1875
"""Log-odds stay as they were told the month before while they are no further off than this: so a
late line seldom changes what is said of all that came since."""
_RATE_STAYS = 50
"""The same for the price of a currency, in thousandths."""

Shorts: TypeAlias = npt.NDArray[np.int16]
Likeness: TypeAlias = npt.NDArray[np.float64]
"""Log-odds that a link is true by step of weight, and of cost; shape (2, 2 * `STEPS` + 1)."""
ALL_ALIKE: Likeness = np.zeros((2, 2 * STEPS + 1))
"""Where differences say nothing."""
Rates: TypeAlias = Shorts
"""Logarithms in thousandths of what a currency (row) costs in another (column), by their numbers."""
NO_RATES: Rates = np.full((CURRENCIES, CURRENCIES), UNKNOWN)


def each_of(
    shipments: pa.Table,
    quantity: Reals,
    kilograms: Reals,
    measure: Ints,
    by_weight: Flags,
    mass: int,
) -> Shorts:
    """What one of each line's goods weighs and costs; shape (lines, `EACH`).

    `measure` is what `quantity` is in, `mass` the number of mass; `by_weight` says which quantities
    were told from weights, so that weights tell nothing more.
    """
    values = numbers_in(shipments, "value", len(quantity))
    currency, _ = codes_in(shipments, "currency")
    return each_as_told(quantity, kilograms, values, currency, measure, by_weight, mass)


@compiled
def each_as_told(
    quantity: Reals,
    kilograms: Reals,
    values: Reals,
    currency: Ints,
    measure: Ints,
    by_weight: Flags,
    mass: int,
) -> Shorts:
    """`each_of` lines; kilograms and values of 0 are not known. No currency is one of its own."""
    each = np.full((len(quantity), EACH), UNKNOWN)
    for row in range(len(each)):
        if quantity[row] <= 0:
            continue
        if kilograms[row] > 0 and measure[row] != mass and not by_weight[row]:
            each[row, 0] = _thousandths(kilograms[row] / quantity[row])
        if 0 < values[row] < np.inf:
            each[row, 1] = _thousandths(values[row] / quantity[row])
        each[row, 2] = currency[row] & _LARGEST
    return each


@compiled
def _thousandths(each: float) -> int:
    """A logarithm in thousandths; unknown where it is beyond all measure."""
    log = np.round(THOUSAND * np.log(each))
    return int(log) if abs(log) <= _LARGEST else int(UNKNOWN)


@compiled
def mixed_in(pools: Pools, each: Shorts) -> Flags:
    """Whether a pool's shipments differ in a column of `each`, by place in `pools`."""
    mixed = np.zeros((len(pools.members), EACH), np.bool_)
    for row in range(len(each)):
        if pools.place[row]:
            root = root_of(pools, row)
            for column in range(EACH):
                if each[row, column] != each[root, column]:
                    mixed[pools.place[root], column] = True
    return mixed


@compiled
def steps_of(
    first: int,
    end: int,
    each: Shorts,
    pools: tuple[Pools, Pools],
    mixed: tuple[Flags, Flags],
    lots: Lots,
    links: Links,
    rates: Rates,
) -> tuple[Bytes, Ints]:
    """How lots and orders differ, of the links of the orders from `first` to `end`.

    `pools` and `mixed` are those of lots and of orders. Returns the steps of the differences in weight
    and in cost, shape (links, 2), and where differences between prices in two currencies count: the
    pair's number times `_BINS`, and the bin; -1: nowhere.
    """
    begin, many = links.begin[first], links.begin[end] - links.begin[first]
    steps, across = np.full((many, 2), STEPS, np.int8), np.full(many, -1, np.int32)
    theirs, ours, row = np.empty((_BLOCK, EACH), np.int16), np.empty(EACH, np.int16), first - 1
    for block in range(0, many, _BLOCK):
        # Many lots are looked up at once.
        some = links.lot[begin + block : begin + min(block + _BLOCK, many)]
        for i in range(len(some)):
            lot = lots.row[some[i]]
            theirs[i] = each[lot]
            _forget(theirs[i], mixed[0][pools[0].place[lot]])
        for i in range(len(some)):
            j = block + i
            while row < first or links.begin[row + 1] <= begin + j:
                row += 1
                ours[:] = each[row]
                _forget(ours, mixed[1][pools[1].place[row]])
            steps[j, 0] = _step_of(ours[0], theirs[i, 0], 0)
            own, other = np.int64(ours[2]), np.int64(theirs[i, 2])
            if own == other and own != UNKNOWN:
                steps[j, 1] = _step_of(ours[1], theirs[i, 1], 0)
            elif (
                0 <= own < CURRENCIES
                and 0 <= other < CURRENCIES
                and ours[1] != UNKNOWN
                and theirs[i, 1] != UNKNOWN
            ):
                across[j] = _bin_of(own, other, ours[1], theirs[i, 1])
                if rates[other, own] != UNKNOWN:
                    steps[j, 1] = STEPS + 1 + _step_of(ours[1], theirs[i, 1], rates[other, own])
    return steps, across


@compiled
def _step_of(ours: np.int16, theirs: np.int16, usual: int) -> int:
    """The step of a difference from what is usual."""
    if ours == UNKNOWN or theirs == UNKNOWN:
        return STEPS
    apart = np.int64(ours) - np.int64(theirs) - np.int64(usual)
    return int(np.searchsorted(EDGES, abs(apart), side="right") + STEPS // 2 * (apart > 0))


@compiled
def _bin_of(own: np.int64, other: np.int64, ours: np.int16, theirs: np.int16) -> int:
    """Where a difference of prices in two currencies counts."""
    apart = np.int64(ours) - np.int64(theirs)
    bins = int(np.round((apart if other < own else -apart) / _BIN)) + _BINS // 2
    return (min(own, other) * CURRENCIES + max(own, other)) * _BINS + min(max(bins, 0), _BINS - 1)


@compiled
def _forget(each: Shorts, mixed: Flags) -> None:
    """What differs in a pool is not known of it."""
    for column in range(EACH):
        if mixed[column]:
            each[column] = UNKNOWN


@compiled
def cells_of(sure: Floats, steps: Bytes) -> Ints:
    """Where each link counts, as a place in `CELLS`."""
    cells = np.empty(len(sure), np.int32)
    for j in range(len(sure)):
        step = np.searchsorted(_SURES, sure[j], side="right")
        cells[j] = (step * (STEPS + 1) + steps[j, 0]) * (2 * STEPS + 1) + steps[j, 1]
    return cells


@compiled
def tell_likeness(sure: Floats, steps: Bytes, likeness: Likeness) -> None:
    """Put how sure links are by all that is known in place of how sure they are by all else."""
    times = np.exp(likeness)
    for j in range(len(sure)):
        more = times[0, steps[j, 0]] * times[1, steps[j, 1]]
        sure[j] = sure[j] * more / (1 - sure[j] + sure[j] * more)


def months_of(day: Ints) -> Ints:
    """Months since 1970 of ascending days, each as often as it has days."""
    months: Ints = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int32)
    return months


@compiled
def tally(at: Ints, counts: Ints) -> None:
    """Count places; -1: not counted."""
    for place in at:
        if place >= 0:
            counts[place] += 1


class Differences:
    """Links counted month by month by how their goods differ, and what that says of later ones.

    An open ledger keeps it, and counts up and down.
    """

    def __init__(self) -> None:
        self.counts = np.zeros(0, np.int32)
        """Links by place of the month and `CELLS`."""
        self.prices = np.zeros(0, np.int32)
        """Links between currencies by row and bin."""
        self._places: dict[int, int] = {}
        self._rows: dict[int, dict[int, int]] = {}
        """Rows of `prices` by month and pair of currencies."""
        self._many_rows = 0
        self._told: list[tuple[Likeness, Rates]] = []
        self._touched: int | None = None

    def touch(self, day: Ints) -> None:
        """Take note that links of orders of some days change."""
        if len(day):
            month = int(months_of(day.min(keepdims=True))[0])
            self._touched = month if self._touched is None else min(self._touched, month)

    def known(self, month: int) -> tuple[Likeness, Rates]:
        """What is known of a month's links, and what currencies cost then."""
        if month not in self._places:
            earlier = [known for known in sorted(self._places) if known < month]
            counts = self._by_month[[self._places[known] for known in earlier]]
            counted = [known for known, of in zip(earlier, counts, strict=True) if of.any()]
            before = self._told[self._places[counted[-1]]] if counted else (ALL_ALIKE, NO_RATES)
            self._told.append(self._tell(month, counts.sum(axis=0), before))
            self._places[month] = len(self._places)
            self.counts = np.append(self.counts, np.zeros(_CELLS, np.int32))
        return self._told[self._places[month]]

    def count(self, month: int, cells: Ints, across: Ints) -> tuple[Ints, Ints]:
        """Count links of a known month; returns their places in `counts` and `prices`, -1: in none."""
        at = np.where(cells < 0, -1, cells + self._places[month] * _CELLS).astype(np.int32)
        rows = self._rows.setdefault(month, {})
        row_of = np.full(CURRENCIES * CURRENCIES, -1, np.int32)
        for pair in np.flatnonzero(np.bincount(across[across >= 0] // _BINS)).tolist():
            if pair not in rows:
                rows[pair] = self._many_rows
                self._many_rows += 1
            row_of[pair] = rows[pair]
        if self._many_rows * _BINS > len(self.prices):
            more = np.zeros((2 * self._many_rows + 8) * _BINS - len(self.prices), np.int32)
            self.prices = np.append(self.prices, more)
        row = row_of[across // _BINS]
        priced = np.where(across < 0, np.int32(-1), row * np.int32(_BINS) + across % _BINS)
        tally(at, self.counts)
        tally(priced, self.prices)
        return at, priced

    def turned(self) -> bool:
        """Whether anything else is known of any month now, since links were touched."""
        if self._touched is None:
            return False
        counts, before = np.zeros(_CELLS, np.int64), (ALL_ALIKE, NO_RATES)
        for month, place in sorted(self._places.items()):
            known = self._told[place]
            if month > self._touched:
                now = self._tell(month, counts, before)
                if not (np.array_equal(now[0], known[0]) and np.array_equal(now[1], known[1])):
                    return True
            of_month = self._by_month[place]
            if of_month.any():
                before = known
                counts += of_month
        self._touched = None
        return False

    @property
    def _by_month(self) -> Ints:
        return self.counts.reshape(-1, _CELLS)

    def _tell(
        self, month: int, counts: Longs, before: tuple[Likeness, Rates]
    ) -> tuple[Likeness, Rates]:
        return likeness_of(counts, before[0]), self._rates(month, before[1])

    def _rates(self, month: int, before: Rates) -> Rates:
        """What currencies cost in each other in a month: the median of the months before it."""
        rows: dict[int, list[int]] = {}
        for earlier in range(month - _WINDOW, month):
            for pair, row in self._rows.get(earlier, {}).items():
                rows.setdefault(pair, []).append(row)
        if not rows:
            return before
        prices = self.prices.reshape(-1, _BINS)
        counted = np.stack([prices[of].sum(axis=0) for of in rows.values()]).cumsum(axis=1)
        many = counted[:, -1:]
        middle = (2 * counted < many).sum(axis=1) + (2 * counted <= many).sum(axis=1) - _BINS + 1
        rate = middle * (_BIN // 2)
        one, other = np.divmod(np.array(list(rows)), CURRENCIES)
        known = before[one, other]
        turns = (many[:, 0] >= _LEAST_PRICED) & (
            (known == UNKNOWN) | (np.abs(rate - known.astype(np.int64)) > _RATE_STAYS)
        )
        if not turns.any():
            return before
        rates = before.copy()
        rates[one[turns], other[turns]] = rate[turns]
        rates[other[turns], one[turns]] = -rate[turns]
        return rates


def tell_by_month(
    day: Ints,
    each: Shorts,
    pools: tuple[Pools, Pools],
    lots: Lots,
    links: Links,
    differences: Differences,
) -> Iterator[tuple[Ints, Ints]]:
    """Tell links by differences, those of each month's orders by what is known of earlier months.

    So the answer is the same on the day and years later. `day` has one value a shipment, ascending;
    `pools` are those of lots and of orders. Links are counted in `differences`; yields where.
    """
    months = months_of(day)
    starts = np.unique(months, return_index=True)[1]
    mixed = mixed_in(pools[0], each), mixed_in(pools[1], each)
    for first, end in pairwise([*starts.tolist(), len(months)]):
        month = int(months[first])
        likeness, rates = differences.known(month)
        steps, across = steps_of(first, end, each, pools, mixed, lots, links, rates)
        some = slice(links.begin[first], links.begin[end])
        cells = cells_of(links.sure[some], steps)
        # What shows only later that it was part of a lot is not counted: so it changes nothing before.
        later = links.sum_step[some] < 0
        cells[later] = across[later] = -1
        tell_likeness(links.sure[some], steps, likeness)
        yield differences.count(month, cells, across)


def likeness_of(counts: Longs, before: Likeness = ALL_ALIKE) -> Likeness:
    """What differences say of links, from how many there are of each kind, by `CELLS`.

    `before` is what they said a month ago.
    """
    if counts.sum() < _LEAST_TRUE:
        return before
    likeness = ALL_ALIKE
    counted = counts.reshape(CELLS)
    for _ in range(_ROUNDS):
        odds = _ODDS[:, None, None] + likeness[0, : STEPS + 1, None] + likeness[1]
        true = counted / (1 + np.exp(-odds))
        likeness = np.zeros_like(ALL_ALIKE)
        for axis in range(2):
            of = [part.sum(axis=(0, 2 - axis)) for part in (true, counted - true)]
            for first in range(0, len(of[0]) - 1, STEPS + 1):
                some = slice(first, first + STEPS)
                likeness[axis, some] = _said(of[0][some], of[1][some])
    stays = np.abs(likeness - before) <= _STAYS
    told: Likeness = np.where(stays, before, np.round(likeness / _FINEST) * _FINEST)
    return told


def _said(true: npt.NDArray[Any], false: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Log-odds by the step of one difference."""
    of_true, of_false = true + 1, false + 1
    if of_true.sum() < _LEAST_TRUE:
        return np.zeros(STEPS)
    odds = np.log(of_true / of_true.sum()) - np.log(of_false / of_false.sum())
    fewer = np.minimum(of_true, of_false)
    said: npt.NDArray[Any] = np.clip(odds * fewer / (fewer + _FEW), -_MOST, _MOST)
    return said
