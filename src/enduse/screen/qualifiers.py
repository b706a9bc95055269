"""What country, birth date, identifier and address say of a party that met a listed name.

Each is worth the logarithm of how much more often it says the same of one party than of two with
similar names (Fellegi and Sunter, 'A theory for record linkage', 1969). Where one side is silent it
says nothing, so that no list gains or loses by the fields it happens to carry. The shares were
counted on parties that several real lists hold, by ``python -m benchmarks.names.qualifiers``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from enduse.screen.met import Flags, Floats, Numbers


class Says(IntEnum):
    """What a qualifier says where a party met a listing."""

    DIFFERS = -1
    SILENT = 0
    """One side does not state it, or what both state cannot be compared."""
    SAME = 1
    NEAR = 2
    """Of a birth date: day and month swapped, or one part of it another."""
    SAME_YEAR = 3
    """Of a birth date: one side knows the year alone. The first of January is such a year."""
    NEXT_YEAR = 4
    """Of a birth date: one side knows the year alone, and it is one off."""
    OTHER_FORM = 5
    """Of an identifier: another number of the same country and form, of an unknown register."""


@dataclass(frozen=True, slots=True)
class Shares:
    """How often a qualifier says something of one party, and of two with similar names."""

    one: float
    two: float

    @property
    def log_odds(self) -> float:
        """What it is worth; never so much that nothing could be said against it."""
        return float(np.clip(np.log(self.one / self.two), -_MOST, _MOST))


_MOST = 6.0
# Counted is that one party in forty has another country; of a shipment it is often that to which
# the goods go, and not the seat.
COUNTRY = {
    Says.SAME: Shares(0.94, 0.78),
    Says.DIFFERS: Shares(0.06, 0.22),
}
BIRTH_DATE = {
    Says.SAME: Shares(0.755, 0.02),
    Says.NEAR: Shares(0.04, 0.015),
    Says.SAME_YEAR: Shares(0.18, 0.03),
    Says.NEXT_YEAR: Shares(0.005, 0.02),
    # Counted is half a hundredth; those who ask make more mistakes than those who list.
    Says.DIFFERS: Shares(0.02, 0.915),
}
# Firms of one name seldom have two numbers of one register. Where the register is not known, the
# two may be of different ones.
IDENTIFIER = {Says.DIFFERS: Shares(0.003, 0.99), Says.OTHER_FORM: Shares(0.05, 0.97)}
ADDRESS = {Says.SAME: Shares(0.3, 0.04), Says.DIFFERS: Shares(0.7, 0.96)}

_WEAK_ALIAS = -2.0
SUREST_NAME = 8.0
"""The log-odds of the very name: a list may hold two of one name."""

_NEVER_QUITE = 0.9999

MOST_RAISED = 3.0
"""Qualifiers lift a name by so much at most: what agrees beside a name of another sound proves
nothing."""


@dataclass(frozen=True, slots=True)
class Qualifiers:
    """For each pair of party and listing what is said (`Says`) beside the name."""

    country: Numbers
    birth_date: Numbers
    identifier: Numbers
    """Never SAME: that settles it."""
    address: Numbers
    is_weak_alias: Flags
    """Whether the list itself calls the name that met one of low quality."""

    @property
    def log_odds(self) -> Floats:
        """What all of them are worth together."""
        worth = np.where(self.is_weak_alias, _WEAK_ALIAS, 0.0)
        for says, shares in (
            (self.country, COUNTRY),
            (self.birth_date, BIRTH_DATE),
            (self.identifier, IDENTIFIER),
            (self.address, ADDRESS),
        ):
            for said, share in shares.items():
                worth += np.where(says == said, share.log_odds, 0.0)
        return np.minimum(worth, MOST_RAISED)


def same_party(score: Floats, most: Floats, qualifiers: Qualifiers) -> Floats:
    """The probability that party and listed entity are one.

    Parameters
    ----------
    score
        The probability that both names are spellings of one name.
    most
        The log-odds that such a name can say at most of who bears it.

    Returns
    -------
    array of float64
        1 only for the very name where nothing speaks against it.
    """
    worth = qualifiers.log_odds
    found = probability(np.minimum(log_odds(score), most) + worth)
    settled = (score >= 1) & (most >= SUREST_NAME) & (worth >= 0)
    return np.where(settled, 1.0, np.minimum(found, _NEVER_QUITE))


def most_raised(parties: pa.Table) -> float:
    """How far the columns that these parties fill can lift the log-odds of a name."""
    raised = sum(
        max(share.log_odds for share in shares.values())
        for column, shares in (
            ("country", COUNTRY),
            ("birth_date", BIRTH_DATE),
            ("address", ADDRESS),
        )
        if parties[column].null_count < len(parties)
    )
    return min(raised, MOST_RAISED)


def log_odds(score: Floats) -> Floats:
    """The log-odds of a probability, bounded by what a name can say."""
    edge = probability(np.array(-SUREST_NAME))
    sure = np.clip(score, edge, 1 - edge)
    odds: Floats = np.log(sure / (1 - sure))
    return odds


def probability(log_odds: Floats) -> Floats:
    """Log-odds as a probability."""
    share: Floats = 1 / (1 + np.exp(-log_odds))
    return share


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
    said = np.where(agrees, Says.SAME, Says.DIFFERS)
    return np.where((ours >= 0) & has_ties[listing], said, Says.SILENT)


def compare_birth_dates(
    parties: pa.Table, listings: pa.Table, party: Numbers, listing: Numbers
) -> Numbers:
    """What the birth date of each party says beside the nearest of those on the list."""
    says = np.full(len(party), Says.SILENT, dtype=np.int64)
    stated = np.flatnonzero(np.asarray(parties["birth_date"].is_valid())[party])
    ours = parties["birth_date"].take(pa.array(party[stated])).to_pylist()
    theirs = listings["birth_dates"].take(pa.array(listing[stated])).to_pylist()
    for at, one, others in zip(stated, ours, theirs, strict=True):
        if others:
            says[at] = max((_births(one, other) for other in others), key=_NEAREST.index)
    return says


# From what speaks most against one person to what speaks most for one.
_NEAREST = (Says.DIFFERS, Says.NEXT_YEAR, Says.SAME_YEAR, Says.NEAR, Says.SAME)


def _births(one: str, other: str) -> Says:
    ours, theirs = _parts(one), _parts(other)
    if one == other and len(ours) > 1:
        return Says.SAME
    years = abs(ours[0] - theirs[0])
    shorter = min(len(ours), len(theirs))
    if shorter == 1:
        return {0: Says.SAME_YEAR, 1: Says.NEXT_YEAR}.get(years, Says.DIFFERS)
    if ours[:shorter] == theirs[:shorter]:
        return Says.NEAR
    if shorter == 2:
        return Says.DIFFERS
    is_swapped = years == 0 and ours[1:] == theirs[:0:-1]
    alike = sum(a == b for a, b in zip(ours, theirs, strict=True))
    return Says.NEAR if is_swapped or alike == 2 else Says.DIFFERS


def _parts(date: str) -> list[int]:
    """Year, month and day as far as they are known."""
    parts = [int(part) for part in date.split("-")]
    return parts[:1] if parts[1:] == [1, 1] else parts


def _numbers(values: pa.Array, codes: pa.Array) -> Numbers:
    return np.asarray(pc.index_in(values, codes).fill_null(-1), dtype=np.int64)
