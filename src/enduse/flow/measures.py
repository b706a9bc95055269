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
from enduse.flow.columns import by_name, encode, numbers_in
from enduse.flow.kernel import Ints, Reals

LARGEST_QUANTITY = 1e15
USUAL, NEARLY_ALWAYS = 0.8, 0.9
"""Share of a code's lines that makes a measure the usual one, and a weight that of its unit; and share
that must state their mass where no measure is usual."""
_LEAST_WEIGHED = 8
"""Lines from which on a unit's weight can be told."""
STEPS, _TENTH, _FINEST = 281, 100, 5
"""Tenths of a logarithm by which weights of a unit are counted, from a millionth of a kilogram to a
thousand tonnes; thousandths in one, and those to which a weight is told."""
_THOUSAND, _NEAR = 1000.0, 0.15
"""A quantity may be in thousands and not say so, or the reverse; how near its mass must come to that,
as a logarithm."""


class Ways(NamedTuple):
    """How the goods of each code are followed; one value a code."""

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


def settle(shipments: pa.Table, hs: Ints, quantity: Reals, measure: Ints, mass: int) -> None:
    """Tell each line's quantity in the measure in which its goods are followed; `mass` is that of mass.

    This is the usual one of its code; goods that have none, but are nearly always weighed, go by
    mass.
    """
    kilograms = numbers_in(shipments, "net_mass_kg", len(hs))
    kilograms[~((kilograms > 0) & (kilograms < LARGEST_QUANTITY))] = 0
    codes, measures = int(hs.max(initial=-1)) + 1, int(measure.max(initial=0)) + 1
    counts, weighed = _count(hs, measure, kilograms, np.zeros((codes, measures), np.int32))
    lines, most = counts.sum(axis=1), counts.max(axis=1, initial=0)
    by_mass = np.where(weighed > NEARLY_ALWAYS * lines, mass, -1)
    usual = np.where(most >= USUAL * np.maximum(lines, 1), counts.argmax(axis=1), by_mass)
    usual = np.append(usual, -1).astype(np.int32)
    weights = np.zeros((codes + 1, 2, STEPS), np.int64)
    count_weights(usual[hs], quantity, measure, kilograms, mass, hs, weights)
    tell(quantity, measure, kilograms, Ways(usual, unit_weights(weights)), hs, mass)


@compiled
def _count(
    hs: Ints, measure: Ints, kilograms: Reals, counts: npt.NDArray[np.int32]
) -> tuple[npt.NDArray[np.int32], Ints]:
    """Lines of each code by measure, counted in `counts`, and those that state their mass."""
    weighed = np.zeros(len(counts), np.int32)
    for row in range(len(hs)):
        if hs[row] >= 0:
            counts[hs[row], measure[row]] += 1
            weighed[hs[row]] += kilograms[row] > 0
    return counts, weighed


@compiled
def count_weights(
    usual: Ints,
    quantity: Reals,
    measure: Ints,
    kilograms: Reals,
    mass: int,
    at: Ints,
    weights: npt.NDArray[np.int64],
) -> None:
    """Count what a unit weighs on lines in their usual measure: each line to its place in `weights`.

    `weights` has the shape (places, 2, `STEPS`): lines, and the sum of their logarithms in
    thousandths.
    """
    for row in range(len(at)):
        if usual[row] == measure[row] != mass and quantity[row] > 0 and kilograms[row] > 0:
            log = np.int64(np.round(1000 * np.log(kilograms[row] / quantity[row])))
            step = min(max(int(log // _TENTH) + STEPS // 2, 0), STEPS - 1)
            weights[at[row], 0, step] += 1
            weights[at[row], 1, step] += log


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
        first, last = max(middle - 1, 0), middle + 2
        near = lines[first:last].sum()
        if count >= _LEAST_WEIGHED and near >= USUAL * count:
            log = weights[place, 1, first:last].sum() / near
            told[place] = np.exp(np.round(log / _FINEST) * _FINEST / 1000)
    return told


@compiled
def tell(quantity: Reals, measure: Ints, kilograms: Reals, ways: Ways, at: Ints, mass: int) -> None:
    """Tell quantities in the measures of `ways`, each line's `at` its place there."""
    for row in range(len(at)):
        usual, weight, told = ways.measure[at[row]], ways.weight[at[row]], quantity[row]
        if usual < 0 or told <= 0:
            continue
        if usual == mass:
            weight = 1.0
        heavy = kilograms[row]
        apart = np.log(heavy / (told * weight)) if heavy > 0 and weight > 0 else np.inf
        if measure[row] == usual:
            if abs(apart - np.log(_THOUSAND)) < _NEAR:
                told *= _THOUSAND
            elif abs(apart + np.log(_THOUSAND)) < _NEAR:
                told /= _THOUSAND
        elif abs(apart) >= _NEAR:
            # Else the number is right, and its unit alone is wrong.
            heavy = told if heavy <= 0 and measure[row] == mass else heavy
            told = heavy / weight if weight > 0 else 0.0
        if 0 < told < LARGEST_QUANTITY:
            quantity[row], measure[row] = told, usual
