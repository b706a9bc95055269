"""How alike goods are that came and went: what one of them weighs, and what it costs.

Pieces that were sent on weigh what they weighed when they came, and seldom cost less. How much that
says differs from table to table: where weights are rough, or prices drawn from lists, it says
nothing. So it is learned from the links themselves, without labels: links are taken for true as
surely as quantities, days and chance say (`Links.sure`), the differences of those that are true are
set against the differences of the others, and both are told again by what was found, some times over
(the EM algorithm for a mixture of two kinds). Each month rests on the months before it.
"""

from __future__ import annotations

from collections.abc import Callable
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
CELLS = (len(_ODDS), STEPS + 1, STEPS + 1)
"""Shape of what is counted: links by how sure they are, and by steps of weight and of cost."""
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

Shorts: TypeAlias = npt.NDArray[np.int16]
Likeness: TypeAlias = npt.NDArray[np.float64]
"""Log-odds that a link is true by step of weight, and of cost; shape (2, `STEPS` + 1)."""
ALL_ALIKE: Likeness = np.zeros((2, STEPS + 1))
"""Where differences say nothing."""


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
def steps_of(each: Shorts, lot_pools: Pools, order_pools: Pools, lots: Lots, links: Links) -> Bytes:
    """Of each link the steps of the differences in weight and in cost; shape (links, 2)."""
    steps = np.full((len(links.lot), 2), STEPS, np.int8)
    mixed_lots, mixed_orders = mixed_in(lot_pools, each), mixed_in(order_pools, each)
    theirs, ours, row = np.empty((_BLOCK, EACH), np.int16), np.empty(EACH, np.int16), -1
    for first in range(0, len(steps), _BLOCK):
        # Many lots are looked up at once.
        some = links.lot[first : first + _BLOCK]
        for i in range(len(some)):
            lot = lots.row[some[i]]
            theirs[i] = each[lot]
            _forget(theirs[i], mixed_lots[lot_pools.place[lot]])
        for i in range(len(some)):
            while row < 0 or links.begin[row + 1] <= first + i:
                row += 1
                ours[:] = each[row]
                _forget(ours, mixed_orders[order_pools.place[row]])
            priced = ours[2] == theirs[i, 2] and ours[2] != UNKNOWN
            for column in range(2 if priced else 1):
                if ours[column] != UNKNOWN and theirs[i, column] != UNKNOWN:
                    apart = np.int64(ours[column]) - np.int64(theirs[i, column])
                    step = np.searchsorted(EDGES, abs(apart), side="right")
                    steps[first + i, column] = step + (STEPS // 2 if apart > 0 else 0)
    return steps


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
        cells[j] = (step * (STEPS + 1) + steps[j, 0]) * (STEPS + 1) + steps[j, 1]
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


def tell_by_month(
    day: Ints, links: Links, steps: Bytes, likeness_at: Callable[[int, Ints], Likeness]
) -> None:
    """Tell links by differences, those of each month's orders by what is known of earlier months.

    So the answer is the same on the day and years later. `day` has one value a shipment, ascending;
    `likeness_at` is asked month by month, with the cells in which its links count.
    """
    months = months_of(day)
    starts = np.unique(months, return_index=True)[1]
    for first, end in pairwise([*starts.tolist(), len(months)]):
        some = slice(links.begin[first], links.begin[end])
        cells = cells_of(links.sure[some], steps[some])
        # What shows only later that it was part of a lot is not counted: so it changes nothing before.
        cells[links.sum_step[some] < 0] = -1
        likeness = likeness_at(int(months[first]), cells)
        tell_likeness(links.sure[some], steps[some], likeness)


def likeness_of(counts: Longs, before: Likeness = ALL_ALIKE) -> Likeness:
    """What differences say of links, from how many there are of each kind, by `CELLS`.

    `before` is what they said a month ago.
    """
    if counts.sum() < _LEAST_TRUE:
        return before
    likeness = ALL_ALIKE
    counted = counts.reshape(CELLS)
    for _ in range(_ROUNDS):
        odds = _ODDS[:, None, None] + likeness[0][:, None] + likeness[1]
        true = counted / (1 + np.exp(-odds))
        likeness = np.stack([_said(true, counted - true, axis) for axis in (1, 2)])
    stays = np.abs(likeness - before) <= _STAYS
    told: Likeness = np.where(stays, before, np.round(likeness / _FINEST) * _FINEST)
    return told


def _said(true: npt.NDArray[Any], false: npt.NDArray[Any], axis: int) -> npt.NDArray[Any]:
    """Log-odds by the step of one difference."""
    others = (0, 3 - axis)
    of_true, of_false = (part.sum(axis=others)[:STEPS] + 1 for part in (true, false))
    if of_true.sum() < _LEAST_TRUE:
        return np.zeros(STEPS + 1)
    odds = np.log(of_true / of_true.sum()) - np.log(of_false / of_false.sum())
    fewer = np.minimum(of_true, of_false)
    return np.append(np.clip(odds * fewer / (fewer + _FEW), -_MOST, _MOST), 0)
