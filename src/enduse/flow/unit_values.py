"""What one of the goods weighs and costs, and how that differs along links.

Pieces that were sent on weigh what they weighed when they came, and seldom cost less.
"""

from __future__ import annotations

from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from enduse.engine.compiling import compiled
from enduse.flow.columns import folded_in, numbers_in
from enduse.flow.kernel import Bytes, Flags, Ints, Links, Lots, Pools, Reals, root_of

EACH = 3
"""Columns of `each`: the logarithm of what one weighs in kilograms, of what it costs, both in
thousandths, and the number of the currency."""
THOUSAND = 1000
UNKNOWN = np.int16(-(1 << 15))
EDGES = np.array([5, 10, 20, 50, 100, 200, 400, 700, 1200])
"""Differences in thousandths at which the next step begins; below 0 and above it alike."""
STEPS = 2 * (len(EDGES) + 1)
"""Steps of a difference; the step after the last: it is not known. Of costs, the steps of those in
two currencies come after that."""
CURRENCIES = 320
"""Room for all currencies of ISO 4217, past and present: they are compared with each other."""
BIN = 50
"""Thousandths of a bin of differences between prices in two currencies."""
BINS = 601
_BLOCK = 1 << 10
NO_CURRENCY = (1 << 15) - 1
"""The number where none is stated; it is the largest in `each`."""
Shorts: TypeAlias = npt.NDArray[np.int16]
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
    currency = currencies_in(shipments, {})
    return each_as_told(quantity, kilograms, values, currency, measure, by_weight, mass)


def currencies_in(lines: pa.Table, others: dict[str, int]) -> Ints:
    """Currencies of lines as numbers; -1: none is stated.

    Those of ISO 4217 have the same below `CURRENCIES` in every table. `others` numbers other words,
    which are compared only with themselves, and grows.
    """
    codes, words = folded_in(lines, "currency")
    known = _currencies()
    numbers = [
        known[word] if word in known else CURRENCIES + others.setdefault(word, len(others))
        for word in words.to_pylist()
    ]
    return np.array([*numbers, -1], np.int32)[codes]


@cache
def _currencies() -> dict[str, int]:
    from babel.numbers import list_currencies

    return {code: number for number, code in enumerate(sorted(list_currencies())[:CURRENCIES])}


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
        each[row, 2] = NO_CURRENCY
        if currency[row] >= 0:
            other = CURRENCIES + currency[row] % (NO_CURRENCY - CURRENCIES)
            each[row, 2] = min(currency[row], other)
    return each


@compiled
def _thousandths(each: float) -> int:
    """A logarithm in thousandths; unknown where it is beyond all measure."""
    log = np.round(THOUSAND * np.log(each))
    return int(log) if abs(log) <= NO_CURRENCY else int(UNKNOWN)


@compiled
def mixed_in(pools: Pools, each: Shorts | Ints) -> Flags:
    """Whether a pool's shipments differ in a column, by place in `pools`; shape (places, columns)."""
    mixed = np.zeros((len(pools.members), each.shape[1]), np.bool_)
    for row in range(len(each)):
        if pools.place[row]:
            root = root_of(pools, row)
            for column in range(each.shape[1]):
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
    pair's number times `BINS`, and the bin; -1: nowhere.
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
    step = int(np.searchsorted(EDGES, abs(apart), side="right"))
    return step + (STEPS // 2 if apart > 0 else 0)


@compiled
def _bin_of(own: np.int64, other: np.int64, ours: np.int16, theirs: np.int16) -> int:
    """Where a difference of prices in two currencies counts."""
    apart = np.int64(ours) - np.int64(theirs)
    bins = int(np.round((apart if other < own else -apart) / BIN)) + BINS // 2
    pair = int(min(own, other) * CURRENCIES + max(own, other))
    return pair * BINS + min(max(bins, 0), BINS - 1)


@compiled
def _forget(each: Shorts, mixed: Flags) -> None:
    """What differs in a pool is not known of it."""
    for column in range(EACH):
        if mixed[column]:
            each[column] = UNKNOWN
