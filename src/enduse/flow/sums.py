"""Quantities that add up: lots that make up an order together, and orders that share out a lot."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from enduse.engine.compiling import compiled

Ints = npt.NDArray[np.int32]
Reals = npt.NDArray[np.float64]

MOST_PARTS = 4
"""Parts that a sum has at most."""
MOST_TRIED = 6
"""Among how many lots, and orders with the one at hand, parts are looked for: the last ones."""
NEAR = 0.02
"""Difference, as part of the whole, up to which parts are said to add up."""
LUCK = np.arange(-9.0, 2.0)
"""Where the next step of luck begins, the surest first: logarithms of how many of the sums that were
tried come so near by chance."""
SHAPES = 2 * (MOST_PARTS - 1)
"""Two to four lots that make up an order; two to four orders that share out a lot."""
_DIGITS = 9
"""Digits to which quantities are told apart."""
_MANY = 1e4
"""A quantity of more digits than this has may have been declared in another unit."""
_OTHER = np.array(
    [0.45359237, 0.028349523125, 0.0254, 0.3048, 0.9144, 0.09290304, 0.83612736, 0.003785411784]
)
"""Pound, ounce, inch, foot, yard, square foot, square yard and gallon in base units."""
_DUST = 1e-9
"""Difference below which two sums come as near."""


class AddsUp(NamedTuple):
    """Lots that make up an order, and the lot that the order and earlier ones share out."""

    lots: int
    """Bits of the lots; 0: none make it up."""
    lots_step: int
    """Step of luck and shape, from 1."""
    shared: int
    """The lot that is shared out; -1: none."""
    orders: int
    """Bits of the earlier orders that share it."""
    shared_step: int


@compiled
def add_up(
    whole: float,
    size: Reals,
    arrived: Ints,
    lots: int,
    sent: Reals,
    departed: Ints,
    orders: int,
    least_age: int,
    room: Reals,
) -> AddsUp:
    """What adds up with an order's quantity `whole`.

    Of so many `lots` and earlier `orders` at the order's key, the last first, quantities and days
    are given; `room` is to work in.
    """
    bits, apart, tried = _nearest(size, lots, 0.0, whole, room)
    step = 0
    if bits:
        step = _step(tried, apart, _finest(size, bits, whole), whole, _count(bits), False)
    shared, others, best, tried = -1, 0, NEAR, 0
    for lot in range(lots):
        count = 0
        while count < orders and departed[count] >= arrived[lot] + least_age:
            count += 1
        if count and whole < size[lot]:
            found, apart, more = _nearest(sent, count, whole, size[lot], room)
            tried += more
            if found and apart < best - _DUST:
                shared, others, best = lot, found, apart
    shared_step = 0
    if shared >= 0:
        fine = _finest(sent, others, whole)
        shared_step = _step(tried, best, fine, size[shared], _count(others) + 1, True)
    return AddsUp(bits, step, shared, others, shared_step)


@compiled
def _nearest(
    parts: Reals, count: int, more: float, whole: float, room: Reals
) -> tuple[int, float, int]:
    """Which of the first `count` parts, together with `more`, come nearest to a whole.

    Returns these as bits, 0 if none come `NEAR`; the difference as part of the whole; and how many
    sums were tried. Where `more` is 0 two parts at least make a sum.
    """
    least, most = (2, MOST_PARTS) if more == 0 else (1, MOST_PARTS - 1)
    room[0] = more
    found, best, tried = 0, NEAR, 0
    for bits in range(1, 1 << count):
        low = 0
        while not (bits >> low) & 1:
            low += 1
        room[bits] = room[bits & (bits - 1)] + parts[low]
        if least <= _count(bits) <= most:
            tried += 1
            apart = abs(room[bits] - whole) / whole
            if apart < best - _DUST:
                found, best = bits, apart
    return found, best, tried


@compiled
def _count(bits: int) -> int:
    """How many parts the bits stand for."""
    count = 0
    while bits:
        bits &= bits - 1
        count += 1
    return count


@compiled
def _finest(parts: Reals, bits: int, whole: float) -> float:
    """The least power of ten that a quantity, or one of the parts, is a multiple of."""
    fine, place = _grain(whole), 0
    while bits >> place:
        if (bits >> place) & 1:
            fine = min(fine, _grain(parts[place]))
        place += 1
    return fine


@compiled
def _grain(quantity: float) -> float:
    """The power of ten that a quantity is a multiple of: 300 is one of 100, 12.5 of 0.1.

    If that is little, the largest such power of another unit: 136.077711 kg are 300 lb.
    """
    grain = _tens(quantity)
    if quantity > _MANY * grain:
        for unit in _OTHER:
            grain = max(grain, unit * _tens(quantity / unit))
    return grain


@compiled
def _tens(quantity: float) -> float:
    of_ten = 10.0 ** (np.floor(np.log10(quantity)) + 1 - _DIGITS)
    if of_ten <= 0:
        return quantity
    pieces = np.int64(np.round(quantity / of_ten))
    while pieces > 0 and pieces % 10 == 0:
        pieces //= 10
        of_ten *= 10
    return float(of_ten)


@compiled
def _step(tried: int, apart: float, fine: float, whole: float, parts: int, shared: bool) -> int:
    """Step of luck and shape, from 1.

    By chance as many sums as are `tried`, times the difference and the grain of the parts as shares
    of the whole, come so near.
    """
    luck = int(np.searchsorted(LUCK, np.log(tried * (apart + fine / whole))))
    return 1 + luck * SHAPES + (MOST_PARTS - 1 if shared else 0) + parts - 2
