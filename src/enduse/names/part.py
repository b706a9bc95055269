"""A segment of an index with what its tokens weigh, and looking readings up in it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from enduse.names import kernel
from enduse.names.alignment import MOST_TOKENS
from enduse.names.letters import Flags, Floats, Numbers
from enduse.names.readings import Readings
from enduse.names.segment import KINDS, Segment
from enduse.names.vocabulary import NATIVE, Near
from enduse.names.weights import SCORE_WEIGHTS, lent, sorts, weigh

_READINGS_AT_ONCE = 1024
SCORED_AS = np.array([{"person": 0, "vessel": 2}.get(kind, 1) for kind in KINDS])
"""Which column of the log-odds counts for an entity of each kind: what is no person and no vessel
is scored as an organisation."""

Scratch = tuple[npt.NDArray[np.float64], Numbers]
Arrays = tuple[npt.NDArray[np.generic], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A segment, with what its tokens weigh in the whole index."""

    segment: Segment
    live: Flags
    """Of its names: whether the entity was not removed."""
    weight: Floats
    """Of its tokens."""
    key_weight: Floats
    """Of all tokens of a key."""
    idle: list[Scratch] = field(default_factory=list, repr=False)
    """Working memory that no search uses at the moment."""

    @classmethod
    def of(cls, segment: Segment, live: Flags, weight: Floats) -> Part:
        """A segment whose tokens weigh so much."""
        totals = np.concatenate([[0.0], np.cumsum(weight[segment.key_token])])
        return cls(segment, live, weight, np.diff(totals[segment.key_start]))

    def scratch(self) -> Scratch:
        """Working memory for one search at a time; to be given back to `idle`."""
        try:
            return self.idle.pop()
        except IndexError:
            words = len(self.segment.vocabulary)
            return np.zeros(self.segment.keys), np.full(words, -1, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Lookup:
    """Readings, ready to be looked up in a part."""

    readings: Readings
    part: Part
    tokens: Arrays
    """Of the asked tokens: letters, starts, weight, sort, whether listed, whether native."""
    near: Near

    @classmethod
    def of(cls, readings: Readings, parts: Sequence[Part], keys: int) -> list[Lookup]:
        """For each part; a token weighs the same in all of them."""
        asked = readings.tokens
        nears = [part.segment.vocabulary.near(asked) for part in parts]
        sort = sorts(readings.texts, asked.sort)
        weight = weigh(sort, np.zeros(len(sort), dtype=np.int64), keys)
        known = np.zeros(len(sort), dtype=bool)
        for near, part in zip(nears, parts, strict=True):
            weight = lent(weight, near, part.weight)
            known |= near.exact >= 0
        letters = asked.letters
        tokens = (letters.bytes, letters.start, weight, sort, known, asked.sort == NATIVE)
        return [cls(readings, part, tokens, near) for near, part in zip(nears, parts, strict=True)]

    @property
    def _arrays(self) -> tuple[Arrays, Arrays, Arrays, Arrays]:
        words, segment = self.part.segment.vocabulary, self.part.segment
        return (
            (self.readings.start, self.readings.token),
            self.tokens,
            (self.near.start, self.near.token, self.near.likeness),
            (words.letters, words.start, self.part.weight, segment.sort),
        )

    def search(
        self, bears: Flags, limit: int, least: float, threads: int, *, only_after: bool = False
    ) -> tuple[Numbers, Numbers, Floats]:
        """The nearest keys of names that count: reading, key, and log-odds for each kind.

        Parameters
        ----------
        bears
            Which names of the segment count.
        limit
            Entities wanted for a name: so many keys are looked for that they will hold them.
        least
            Log-odds that a key must reach.
        only_after
            Only keys with a higher number than the reading.
        """
        segment = self.part.segment
        allowed = np.zeros(segment.keys, dtype=bool)
        allowed[segment.bearer_key[bears]] = True
        postings = (
            segment.key_start, segment.key_token, self.part.key_weight,
            segment.token_start, segment.token_key, allowed,
        )  # fmt: skip
        count = len(self.readings.query)

        def block(first: int) -> tuple[Numbers, Numbers, Floats]:
            scratch = self.part.scratch()
            last = min(count, first + _READINGS_AT_ONCE)
            wanted = (first, last, 60 + 4 * limit, 20 + 2 * limit, least, only_after)
            found = kernel.search(*self._arrays, postings, scratch, SCORE_WEIGHTS, wanted)
            self.part.idle.append(scratch)
            return found

        blocks = range(0, count, _READINGS_AT_ONCE)
        if threads == 1 or len(blocks) == 1:
            found = [block(first) for first in blocks]
        else:
            with ThreadPoolExecutor(threads) as pool:
                found = list(pool.map(block, blocks))
        nothing = np.empty(0, np.int64), np.empty(0, np.int64), np.empty((0, kernel.KINDS))
        reading, key, odds = zip(nothing, *found, strict=True)
        return np.concatenate(reading), np.concatenate(key), np.concatenate(odds)

    def describe(self, reading: Numbers, key: Numbers) -> tuple[Floats, Floats, Numbers, Floats]:
        """What the alignment of each pair says: see `kernel.describe_pairs`."""
        segment = self.part.segment
        keys = (segment.key_start, segment.key_token)
        return kernel.describe_pairs(*self._arrays, keys, (reading, key), SCORE_WEIGHTS)


def ranges(first: Numbers, count: Numbers) -> Numbers:
    """The numbers first[i], first[i] + 1 … (count[i] of them), one after another.

    Examples
    --------
    >>> ranges(np.array([3, 8]), np.array([2, 3])).tolist()
    [3, 4, 8, 9, 10]
    """
    ends = np.cumsum(count)
    return np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - count - first, count)


__all__ = ["MOST_TOKENS", "SCORED_AS", "Lookup", "Part", "ranges"]
