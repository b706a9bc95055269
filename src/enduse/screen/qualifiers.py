"""What country, birth date and address say for or against a party that met a listed name.

Each moves the score by a fixed step where both sides state it, up or down, and not at all where
one is silent, so that no list gains by the fields it happens to carry. The steps are reasoned, not
yet calibrated: namesakes in another country are common; one who was born in another year is hardly
ever the same person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from enduse.screen.met import Flags, Floats, Numbers

_AGREES = {"country": 0.01, "birth_date": 0.03, "address": 0.03}
_DIFFERS = {"country": -0.04, "birth_date": -0.2}
_WEAK_ALIAS = -0.06

MOST_RAISED = _AGREES
"""What a score can gain by each column of the parties."""


@dataclass(frozen=True, slots=True)
class Qualifiers:
    """For each pair of party and listing: 1 both agree, -1 they differ, 0 one of them is silent."""

    country: Numbers
    birth_date: Numbers
    address: Numbers
    """Never -1: a firm may have many addresses."""
    is_weak_alias: Flags
    """Whether the list itself calls the name that met one of low quality."""

    def adjust(self, score: Floats) -> Floats:
        """Scores by name, moved; only the very name keeps a score of 1."""
        moved = score + np.where(self.is_weak_alias, _WEAK_ALIAS, 0.0)
        for column, says in (
            ("country", self.country),
            ("birth_date", self.birth_date),
            ("address", self.address),
        ):
            moved += np.where(says > 0, _AGREES[column], 0.0)
            moved += np.where(says < 0, _DIFFERS.get(column, 0.0), 0.0)
        adjusted: Floats = np.clip(moved, 0.0, np.where(score < 1, 0.999, 1.0))
        return adjusted


def compare_countries(
    parties: pa.Table, listings: pa.Table, party: Numbers, listing: Numbers
) -> Numbers:
    """Whether the country of each party is one that the list ties the entity to.

    `party` and `listing` are rows of the two tables.
    """
    country = parties["country"].combine_chunks()
    ties = listings["countries"].combine_chunks()
    codes = pa.concat_arrays([country, pc.list_flatten(ties)]).unique().drop_null()
    ours = _numbers(country, codes)[party]
    tied = _numbers(pc.list_flatten(ties), codes)
    pairs = pc.list_parent_indices(ties).to_numpy() * (len(codes) + 1) + tied
    agrees = np.isin(listing * (len(codes) + 1) + ours, pairs)
    has_ties = np.asarray(pc.greater(pc.list_value_length(ties), 0).fill_null(False))
    return np.where((ours >= 0) & has_ties[listing], np.where(agrees, 1, -1), 0)


def compare_birth_dates(
    parties: pa.Table, listings: pa.Table, party: Numbers, listing: Numbers
) -> Numbers:
    """Whether the birth date of each party may be one of those on the list.

    They agree as far as both are told (a year alone agrees with any day of it), and differ if all
    those on the list are of other years.
    """
    says = np.zeros(len(party), dtype=np.int64)
    stated = np.flatnonzero(np.asarray(parties["birth_date"].is_valid())[party])
    ours = parties["birth_date"].take(pa.array(party[stated])).to_pylist()
    theirs = listings["birth_dates"].take(pa.array(listing[stated])).to_pylist()
    for at, one, others in zip(stated, ours, theirs, strict=True):
        says[at] = _births_agree(one, others or ())
    return says


def _births_agree(ours: str, theirs: Sequence[str]) -> int:
    if any(ours.startswith(date) or date.startswith(ours) for date in theirs):
        return 1
    return -1 if theirs and all(date[:4] != ours[:4] for date in theirs) else 0


def _numbers(values: pa.Array, codes: pa.Array) -> Numbers:
    return np.asarray(pc.index_in(values, codes).fill_null(-1), dtype=np.int64)
