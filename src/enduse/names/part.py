"""A segment of an index with what its tokens weigh, and looking readings up in it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from enduse.names import kernel
from enduse.names.alignment import MOST_TOKENS
from enduse.names.letters import Bytes, Flags, Floats, Masks, Numbers, Places
from enduse.names.reach import order_postings, total_weights
from enduse.names.readings import Readings
from enduse.names.segment import KINDS, Segment
from enduse.names.vocabulary import NATIVE, Near
from enduse.names.weights import SCORE_WEIGHTS, lent, sorts, weigh

_READINGS_AT_ONCE = 1024
SCORED_AS = np.array([{"person": 0, "vessel": 2}.get(kind, 1) for kind in KINDS])
"""Which column of the log-odds counts for an entity of each kind: what is no person and no vessel
is scored as an organisation."""

EVERY_KIND = (1 << len(KINDS)) - 1

Scratch = tuple[Flags, Places]
Arrays = tuple[npt.NDArray[np.generic], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A segment, with what its tokens weigh in the whole index."""

    segment: Segment
    live: Flags
    """Of its names: whether the entity was not removed."""
    weight: Floats
    """Of its tokens."""
    letter: Bytes
    """The first letter of each token."""
    key_weight: Floats
    """Of all tokens of a key."""
    key_kinds: npt.NDArray[np.uint16]
    """Of who bears a key under a live name: a bit for each of `KINDS`."""
    token_start: Numbers
    """Where the keys that hold each token begin: ascending by weight, those with single letters
    before all others."""
    token_plain: Numbers
    """Where those others begin."""
    token_key: Places
    token_mark: Masks
    """What those keys hold, as bits (`order_postings`)."""
    idle: list[Scratch] = field(default_factory=list, repr=False)
    """Working memory that no search uses at the moment."""

    @classmethod
    def of(cls, segment: Segment, live: Flags, weight: Floats) -> Part:
        """A segment whose tokens weigh so much."""
        key_weight, lettered = total_weights(
            segment.key_start, segment.key_token, weight, segment.sort
        )
        order = np.argsort(key_weight, kind="stable")
        words = segment.vocabulary
        letter = words.letters[words.start[:-1]]
        postings = order_postings(
            segment.key_start, segment.key_token, lettered, order, segment.sort, letter
        )
        return cls(segment, live, weight, letter, key_weight, _kinds(segment, live), *postings)

    def only(self, live: Flags) -> Part:
        """The same with other names that count."""
        return replace(self, live=live, key_kinds=_kinds(self.segment, live), idle=[])

    def scratch(self) -> Scratch:
        """Working memory for one search at a time; to be given back to `idle`."""
        try:
            return self.idle.pop()
        except IndexError:
            words = len(self.segment.vocabulary)
            return np.zeros(self.segment.keys, dtype=bool), np.full(words, -1, dtype=np.int32)


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
        for near, part in zip(nears, parts, strict=True):
            listed = near.exact >= 0
            weight[listed] = part.weight[near.exact[listed]]
            known |= listed
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
            (words.letters, words.start, self.part.weight, segment.sort, self.part.letter),
        )

    def search(
        self, kinds: int, limit: int, least: float, threads: int, *, is_join: bool = False
    ) -> tuple[Numbers, Numbers, Floats]:
        """The nearest keys of live names: reading, key, and log-odds for each kind.

        Parameters
        ----------
        kinds
            Of entities that are wanted: a bit for each of `KINDS`.
        limit
            Entities wanted for a name: so many keys are looked for that they will hold them.
        least
            Log-odds that a key must reach.
        is_join
            The readings are the keys of the part, and each pair is wanted once.
        """
        part = self.part
        keys = (part.segment.key_start, part.segment.key_token)
        postings = (
            part.key_weight, part.key_kinds, part.token_start, part.token_plain, part.token_key,
            part.token_mark,
        )  # fmt: skip
        count = len(self.readings.query)

        def block(first: int) -> tuple[Numbers, Numbers, Floats]:
            scratch = part.scratch()
            last = min(count, first + _READINGS_AT_ONCE)
            wanted = (first, last, 60 + 4 * limit, 20 + 2 * limit, least, kinds, is_join)
            found = kernel.search(*self._arrays, keys, postings, scratch, SCORE_WEIGHTS, wanted)
            part.idle.append(scratch)
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


def _kinds(segment: Segment, live: Flags) -> npt.NDArray[np.uint16]:
    kinds = np.zeros(segment.keys, dtype=np.uint16)
    bits = np.left_shift(1, segment.kind[live], dtype=np.uint16)
    np.bitwise_or.at(kinds, segment.bearer_key[live], bits)
    return kinds


def ranges(first: Numbers, count: Numbers) -> Numbers:
    """The numbers first[i], first[i] + 1 … (count[i] of them), one after another.

    Examples
    --------
    >>> ranges(np.array([3, 8]), np.array([2, 3])).tolist()
    [3, 4, 8, 9, 10]
    """
    ends = np.cumsum(count)
    return np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - count - first, count)


__all__ = ["EVERY_KIND", "MOST_TOKENS", "SCORED_AS", "Lookup", "Part", "ranges"]
