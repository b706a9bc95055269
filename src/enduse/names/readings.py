"""The readings under which names are looked up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from enduse.names.letters import Flags, Numbers, Places
from enduse.names.normalise import forms
from enduse.names.segment import Segment
from enduse.names.vocabulary import Tokens
from enduse.names.words import LEGAL_FORMS

Reading = tuple[str, ...]

_SHORTEST_PARTED = 4


@dataclass(frozen=True, slots=True)
class Readings:
    """The readings of some names, one row each, and their distinct tokens."""

    query: Numbers
    """The place of the name."""
    bent: Flags
    """Whether words are joined or parted otherwise than the name has them."""
    start: Numbers
    """Where the tokens of each reading begin, and the end of the last."""
    token: Places
    """Places in `texts`."""
    texts: list[str]
    tokens: Tokens

    @classmethod
    def of(cls, names: Sequence[str], segments: Sequence[Segment]) -> Readings:
        """Every form of each name, and those with words joined or parted as on the list.

        A name of nothing but legal forms has none.
        """
        query: list[int] = []
        readings: list[Reading] = []
        for number, name in enumerate(names):
            for form in forms(name):
                if not LEGAL_FORMS.issuperset(form):
                    query.append(number)
                    readings.append(form)
        written = len(readings)
        joined, parted = _otherwise(readings, segments)
        for at in range(written if joined or parted else 0):
            for other in _bent(readings[at], joined, parted):
                query.append(query[at])
                readings.append(other)
        return cls._from(query, readings, written)

    @classmethod
    def of_keys(cls, segment: Segment) -> Readings:
        """The keys of a segment as readings, each at the place of its number."""
        words = segment.vocabulary
        texts = [words.token(number) for number in range(len(words))]
        return cls(
            query=np.arange(segment.keys),
            bent=np.zeros(segment.keys, dtype=bool),
            start=segment.key_start,
            token=segment.key_token,
            texts=texts,
            tokens=Tokens.of(texts),
        )

    def joined(self, segment: Segment) -> Readings:
        """Of the readings `of_keys`: those keys that hold apart what another one holds as one."""
        key, start, token = segment.joined()
        bent = np.ones(len(key), dtype=bool)
        return replace(self, query=key, bent=bent, start=start, token=token)

    @classmethod
    def _from(cls, query: list[int], readings: list[Reading], written: int) -> Readings:
        texts = list(dict.fromkeys(token for reading in readings for token in reading))
        number = {token: n for n, token in enumerate(texts)}
        start = np.zeros(len(readings) + 1, dtype=np.int64)
        np.cumsum(np.fromiter(map(len, readings), np.int64, len(readings)), out=start[1:])
        token = np.fromiter((number[t] for one in readings for t in one), np.int32, int(start[-1]))
        return cls(
            query=np.array(query, dtype=np.int64),
            bent=np.arange(len(readings)) >= written,
            start=start,
            token=token,
            texts=texts,
            tokens=Tokens.of(texts),
        )


def _otherwise(
    readings: Sequence[Reading], segments: Sequence[Segment]
) -> tuple[Set[str], Mapping[str, tuple[str, str]]]:
    """Two words that some listed name has as one, and words that some listed name has as two."""
    words = list(dict.fromkeys(token for reading in readings for token in reading))
    couples = list(dict.fromkeys(a + b for reading in readings for a, b in pairwise(reading)))
    joined: set[str] = set()
    parted: dict[str, tuple[str, str]] = {}
    for segment in segments:
        listed = segment.vocabulary.numbers(couples)
        joined.update(couple for couple, at in zip(couples, listed, strict=True) if at >= 0)
        numbers = segment.vocabulary.numbers(words)
        unlisted = [
            word
            for word, at in zip(words, numbers, strict=True)
            if at < 0 and len(word) >= _SHORTEST_PARTED
        ]
        found = zip(unlisted, segment.parts(unlisted), strict=True)
        parted.update((word, parts) for word, parts in found if parts)
    return joined, parted


def _bent(
    reading: Reading, joined: Set[str], parted: Mapping[str, tuple[str, str]]
) -> Iterator[Reading]:
    one = list(reading[:1])
    for token in reading[1:]:
        if one[-1] + token in joined:
            one[-1] += token
        else:
            one.append(token)
    if len(one) < len(reading):
        yield tuple(dict.fromkeys(one))
    if any(token in parted for token in reading):
        parts = (part for token in reading for part in parted.get(token, (token,)))
        yield tuple(dict.fromkeys(parts))
