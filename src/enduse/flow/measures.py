"""Measures in which quantities are declared, and goods that are followed by their mass instead."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from enduse.engine.compiling import compiled
from enduse.flow.columns import by_name, encode, numbers_in
from enduse.flow.kernel import Flags, Ints, Reals

LARGEST_QUANTITY = 1e15
USUAL, NEARLY_ALWAYS = 0.8, 0.9
"""Share of a code's lines that makes a measure the usual one; and that must state their mass."""


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


def weigh(shipments: pa.Table, hs: Ints, quantity: Reals, measure: Ints, mass: int) -> None:
    """Take the net mass of goods that have no usual measure but are nearly always weighed."""
    kilograms = numbers_in(shipments, "net_mass_kg", len(hs))
    shape = int(hs.max(initial=-1)) + 1, int(measure.max(initial=0)) + 1
    counts, weighed = _count_measures(hs, measure, kilograms, np.zeros(shape, np.int32))
    lines = np.maximum(counts.sum(axis=1), 1)
    unusual = counts.max(axis=1, initial=0) < USUAL * lines
    mixed = unusual & (weighed > NEARLY_ALWAYS * lines)
    _take_mass(np.append(mixed, False), hs, kilograms, quantity, measure, mass)


@compiled
def _count_measures(
    hs: Ints, measure: Ints, kilograms: Reals, counts: npt.NDArray[np.int32]
) -> tuple[npt.NDArray[np.int32], Ints]:
    """Lines of each code by measure, counted in `counts`, and those that state their mass."""
    weighed = np.zeros(len(counts), np.int32)
    for row in range(len(hs)):
        if hs[row] >= 0:
            counts[hs[row], measure[row]] += 1
            weighed[hs[row]] += 0 < kilograms[row] < LARGEST_QUANTITY
    return counts, weighed


@compiled
def _take_mass(
    mixed: Flags, hs: Ints, kilograms: Reals, quantity: Reals, measure: Ints, mass: int
) -> None:
    """Follow goods of such codes by their mass."""
    for row in range(len(hs)):
        weighed = 0 < kilograms[row] < LARGEST_QUANTITY
        if mixed[hs[row]] and weighed and measure[row] != mass and quantity[row] > 0:
            quantity[row], measure[row] = kilograms[row], mass
