"""Measures in which quantities are declared, and those in which goods are followed."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from enduse.engine.compiling import compiled
from enduse.flow.columns import by_name, encode
from enduse.flow.kernel import Flags, Ints, Reals

LARGEST_QUANTITY = 1e15
USUAL, NEARLY_ALWAYS = 0.8, 0.9
"""Share of a code's lines that makes a measure the usual one, and a weight that of its unit; and share
that must state their mass where no measure is usual."""
LEAST_WEIGHED = 8
"""Lines from which on a unit's weight can be told."""
STEPS, _TENTH, _FINEST = 281, 100, 5
"""Tenths of a logarithm by which weights of a unit are counted, from a millionth of a kilogram to a
thousand tonnes; thousandths in one, and those to which a weight is told."""
_THOUSAND, _NEAR = 1000.0, 0.15
"""Pieces may be in thousands and not say so; how near a mass must come to what it should be, as a
logarithm."""
_AT_ONCE = 1 << 11
"""Kinds of goods whose weights are counted in one pass."""


class Ways(NamedTuple):
    """How the goods of each HS6 code are followed; one value a code."""

    measure: Ints
    """In this measure, wherever a line's quantity can be told in it; -1: as each line declares."""
    weight: Reals
    """Kilograms of the measure's unit; 0: not known, or not one for nearly all."""


@cache
def _known_measures() -> Mapping[str, tuple[str, float]]:
    with files("enduse.flow").joinpath("measures.csv").open(encoding="utf-8") as text:
        return {row["unit"]: (row["measure"], float(row["factor"])) for row in csv.DictReader(text)}


def measures_of(units: tuple[Ints, list[str]]) -> tuple[Reals, Ints, list[str]]:
    """Factor to the base unit, what is measured, and its names; an unknown unit measures itself."""
    codes, names = units
    known = [_known_measures().get(name, (f"unit {name}", 1.0)) for name in names]
    known += [_known_measures()["KGM"], _known_measures()["NAR"]]
    measure, measures = by_name(*encode(pa.array([name for name, _ in known], pa.string())))
    return np.array([factor for _, factor in known])[codes], measure[codes], measures.to_pylist()


def settle(
    kilograms: Reals, hs6: Ints, quantity: Reals, measure: Ints, mass: int, count: int
) -> Flags:
    """Tell each line's quantity in the measure in which its goods are followed.

    This is the usual one of their HS6 code; goods that have none, but are nearly always weighed, go
    by mass. `kilograms` are 0 where they are not known; `mass` and `count` are the measures of these
    names.

    Returns which lines' quantities were told from their weights.
    """
    codes, measures = int(hs6.max(initial=-1)) + 1, int(measure.max(initial=0)) + 1
    counts, weighed = _count(hs6, measure, kilograms, np.zeros((codes, measures), np.int32))
    lines, most = counts.sum(axis=1), counts.max(axis=1, initial=0)
    by_mass = np.where(weighed > NEARLY_ALWAYS * lines, mass, -1)
    usual = np.where(most >= USUAL * np.maximum(lines, 1), counts.argmax(axis=1), by_mass)
    usual, weight = np.append(usual, -1).astype(np.int32), np.zeros(codes + 1)
    for first in range(0, codes, _AT_ONCE):
        some = slice(first, min(first + _AT_ONCE, codes))
        if weighed[some].max() < LEAST_WEIGHED:
            continue
        weights = np.zeros((some.stop - first, 2, STEPS), np.int64)
        count_weights(hs6, first, usual[some], quantity, measure, kilograms, mass, weights)
        weight[some] = unit_weights(weights)
    return tell(quantity, measure, kilograms, Ways(usual, weight), hs6, mass, count)


@compiled
def _count(
    hs6: Ints, measure: Ints, kilograms: Reals, counts: npt.NDArray[np.int32]
) -> tuple[npt.NDArray[np.int32], Ints]:
    """Lines of each code by measure, counted in `counts`, and those that state their mass."""
    weighed = np.zeros(len(counts), np.int32)
    for row in range(len(hs6)):
        if hs6[row] >= 0:
            counts[hs6[row], measure[row]] += 1
            weighed[hs6[row]] += kilograms[row] > 0
    return counts, weighed


@compiled
def count_weights(
    code: Ints,
    first: int,
    usual: Ints,
    quantity: Reals,
    measure: Ints,
    kilograms: Reals,
    mass: int,
    weights: npt.NDArray[np.int64],
) -> None:
    """Count what a unit weighs on lines in the usual measure of their code, from code `first` on.

    `weights` has the shape (codes, 2, `STEPS`): lines, and the sum of their logarithms in
    thousandths.
    """
    for row in range(len(code)):
        at = code[row] - first
        if not 0 <= at < len(usual) or usual[at] != measure[row] or measure[row] == mass:
            continue
        if quantity[row] > 0 and kilograms[row] > 0:
            log = np.int64(np.round(1000 * np.log(kilograms[row] / quantity[row])))
            step = min(max(int(log // _TENTH) + STEPS // 2, 0), STEPS - 1)
            weights[at, 0, step] += 1
            weights[at, 1, step] += log


@compiled
def unit_weights(weights: npt.NDArray[np.int64]) -> Reals:
    """What a unit weighs where nearly all lines agree within some tenth, in kilograms; else 0."""
    told = np.zeros(len(weights))
    for place in range(len(weights)):
        lines = weights[place, 0]
        count, below, middle = lines.sum(), 0, 0
        while middle < STEPS - 1 and 2 * (below + lines[middle]) < count:
            below += lines[middle]
            middle += 1
        # What lies beyond the ends may weigh anything.
        first, last = max(middle - 1, 1), min(middle + 2, STEPS - 1)
        near = lines[first:last].sum()
        if count >= LEAST_WEIGHED and near >= USUAL * count:
            log = weights[place, 1, first:last].sum() / near
            told[place] = np.exp(np.round(log / _FINEST) * _FINEST / 1000)
    return told


@compiled
def tell(
    quantity: Reals,
    measure: Ints,
    kilograms: Reals,
    ways: Ways,
    at: Ints,
    mass: int,
    count: int,
) -> Flags:
    """Tell quantities in the measures of `ways`, each line's `at` its place there.

    Returns for which that was done from a weight.
    """
    by_weight = np.zeros(len(at), np.bool_)
    for row in range(len(at)):
        usual, weight, told = ways.measure[at[row]], ways.weight[at[row]], quantity[row]
        if usual < 0 or told <= 0:
            continue
        # There is no half of a piece. What else is a thousand off may be the mass.
        if measure[row] == usual and (usual != count or not _is_in_thousands(told)):
            continue
        if usual == mass:
            weight = 1.0
        heavy = kilograms[row]
        apart = np.log(heavy / (told * weight)) if heavy > 0 and weight > 0 else np.inf
        if measure[row] == usual:
            told *= _THOUSAND if abs(apart - np.log(_THOUSAND)) < _NEAR else 1.0
        elif abs(apart) >= _NEAR:
            # Else the number is right, and its unit alone is wrong.
            heavy = told if heavy <= 0 and measure[row] == mass else heavy
            told = heavy / weight if weight > 0 else 0.0
            told = max(np.round(told), min(told, 1.0)) if usual == count else told
        if 0 < told < LARGEST_QUANTITY and (told != quantity[row] or measure[row] != usual):
            quantity[row], measure[row], by_weight[row] = told, usual, True
    return by_weight


@compiled
def _is_in_thousands(pieces: float) -> bool:
    """Whether a number is no whole one, and would be in thousands."""
    thousands = pieces * _THOUSAND
    whole = abs(thousands - np.round(thousands)) < 1e-6 * thousands
    return bool(pieces != np.round(pieces) and whole)
