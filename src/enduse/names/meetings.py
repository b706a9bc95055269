"""Which listed tokens the tokens of some readings may meet, and what meets in a pair."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Meetings:
    """One row for each reading and listed token that may meet, by reading and token.

    A *slot* is a token of a reading: the place it has among the tokens of all readings.
    """

    slot_reading: Numbers
    """The reading of each slot."""
    totals: Floats
    """Weight of all tokens of each reading."""
    reading: Numbers
    token: Numbers
    """The listed token."""
    slot: Numbers
    """The slot that meets it; where two of a reading may, the nearer."""
    ours: Floats
    """Weight of the slot's token."""
    theirs: Floats
    """Weight of the listed token."""
    likeness: Floats
    gain: Floats
    """The weight that meets: likeness times the weight of both."""

    @classmethod
    def of(
        cls, holds: sparse.csr_array, ours: Floats, spellings: sparse.csr_array, theirs: Floats
    ) -> Meetings:
        """From readings by their tokens, the listed spellings of these, and the weights of both."""
        readings = np.repeat(np.arange(holds.shape[0]), np.diff(holds.indptr))
        first = spellings.indptr[holds.indices].astype(np.int64)
        count = np.diff(spellings.indptr)[holds.indices].astype(np.int64)
        at = ranges(first, count)
        slot = np.repeat(np.arange(len(readings)), count)
        token = spellings.indices[at].astype(np.int64)
        weight = ours[holds.indices][slot]
        likeness = spellings.data[at]
        best = best_of_each(readings[slot] * spellings.shape[1] + token, likeness)
        slot, token, weight, likeness = slot[best], token[best], weight[best], likeness[best]
        return cls(
            slot_reading=readings,
            totals=holds @ ours,
            reading=readings[slot],
            token=token,
            slot=slot,
            ours=weight,
            theirs=theirs[token],
            likeness=likeness,
            gain=likeness * (weight + theirs[token]),
        )

    def telling(
        self, holders: Numbers, least_coverage: Callable[[Floats], Floats]
    ) -> tuple[Flags, Floats]:
        """Which meetings find keys, and the weight that the others may add to each reading.

        Slots are left out, those first that say least for the keys they lead to, as many as
        cannot reach the least coverage together were they all that met: keys that share only
        'Trading' and 'Co' with a name are never looked at.

        Parameters
        ----------
        holders
            How many keys hold each listed token.
        least_coverage
            The coverage needed if a weight meets.
        """
        most = self._most_by_slot()
        leads_to = np.bincount(self.slot, holders[self.token], minlength=len(most))
        order = np.lexsort((most / np.maximum(leads_to, 1), self.slot_reading))
        reading = self.slot_reading[order]
        running = np.concatenate([[0.0], np.cumsum(most[order])])
        start = np.searchsorted(reading, np.arange(len(self.totals)))
        together = running[1:] - running[start][reading]
        tells = np.empty(len(order), dtype=bool)
        # The key holds at least half of what meets, as both sides weigh about the same.
        tells[order] = together >= least_coverage(together) * (self.totals[reading] + together / 2)
        left_out = np.where(tells, 0.0, most)
        return tells[self.slot], _totals(self.slot_reading, left_out, len(self.totals))

    def matrix(self, values: Floats, kept: Flags, tokens: int) -> sparse.csr_array:
        """Readings by listed tokens, with a value for each meeting that is kept."""
        readings = len(self.totals)
        ends = np.searchsorted(self.reading[kept], np.arange(readings + 1))
        return sparse.csr_array((values[kept], self.token[kept], ends), shape=(readings, tokens))

    def align(
        self, readings: Numbers, holds: sparse.csr_array, key_totals: Floats
    ) -> tuple[Floats, Floats]:
        """For pairs of reading and key: the weight that met, and the weight replaced.

        Every token meets at most one of the other side, the one most like it.

        Parameters
        ----------
        readings
            The reading of each pair.
        holds
            The keys of the pairs by their tokens.
        key_totals
            Weight of all tokens of the key of each pair.
        """
        every = np.ones(len(self.gain), dtype=bool)
        numbered = self.matrix(np.arange(1.0, len(self.gain) + 1), every, holds.shape[1])
        both = sparse.csr_array(numbered[readings].multiply(holds))
        met = both.data.astype(np.int64) - 1
        pair = np.repeat(np.arange(len(readings)), np.diff(both.indptr))
        best = best_of_each(pair * len(self.slot_reading) + self.slot[met], self.likeness[met])
        pair, met = pair[best], met[best]

        def total(values: Floats) -> Floats:
            return _totals(pair, values[met], len(readings))

        ours_left = self.totals[readings] - total(self.ours)
        theirs_left = key_totals - total(self.theirs)
        return total(self.gain), np.maximum(np.minimum(ours_left, theirs_left), 0.0)

    def _most_by_slot(self) -> Floats:
        most = np.zeros(len(self.slot_reading))
        np.maximum.at(most, self.slot, self.gain)
        return most


def _totals(group: Numbers, values: Floats, groups: int) -> Floats:
    totals: Floats = np.bincount(group, values, minlength=groups).astype(np.float64)
    return totals


def ranges(first: Numbers, count: Numbers) -> Numbers:
    """The numbers first[i], first[i] + 1 … (count[i] of them), one after another.

    Examples
    --------
    >>> ranges(np.array([3, 8]), np.array([2, 3])).tolist()
    [3, 4, 8, 9, 10]
    """
    ends = np.cumsum(count)
    return np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - count - first, count)


def best_of_each(group: Numbers, value: Floats, most: int = 1) -> Numbers:
    """Where the highest values of each group are, `most` at most, by group.

    Examples
    --------
    >>> best_of_each(np.array([1, 0, 1]), np.array([0.5, 0.1, 0.7])).tolist()
    [1, 2]
    """
    order = np.lexsort((-value, group))
    sorted_group = group[order]
    new = np.ones(len(order), dtype=bool)
    new[most:] = sorted_group[most:] != sorted_group[:-most]
    return order[new]
