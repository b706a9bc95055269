"""From the readings of some names to the listed keys that come near them, with scores.

A *key* is the set of tokens of one or more listed names. Names and keys are compared by their
tokens: a token meets the listed tokens that may be spellings of it, each token counts by how rare
it is on the lists, and what is left over on either side counts against.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process
from scipy import sparse

from enduse.names.meetings import Flags, Floats, Meetings, Numbers, best_of_each
from enduse.names.spelling import Vocabulary
from enduse.names.words import GENERIC, KNOWN_WORDS, LEGAL_FORMS, SAME_WORD

LEAST_COVERAGE = 0.3
"""Names that share less of their weight are not answered, whatever the threshold."""

_LEGAL_WEIGHT, _LETTER_WEIGHT, _GENERIC_WEIGHT, _NUMBER_WEIGHT = 0.03, 0.1, 0.25, 0.7
# A token that is on no list weighs what the nearest listed token weighs, and this for each part
# of unlikeness: a misspelt 'Limitted' is no rare word.
_LENT = 1.0
# Pairs aligned at once: a pair of names of common words takes some kilobytes.
_PAIRS = 32_768


def token_weights(tokens: Sequence[str], holders: Numbers, keys: int) -> Floats:
    """What each token says of who bears a name, 0 to 1: 1 for a token that one key holds.

    The logarithm of how many keys share a token, with less for words that any company may bear,
    for legal forms and for single letters, and never little for a number.
    """
    weights: Floats = np.log1p(keys / np.maximum(holders, 1)) / np.log1p(max(keys, 1))
    for number, token in enumerate(tokens):
        if SAME_WORD.get(token, token) in LEGAL_FORMS:
            weights[number] = _LEGAL_WEIGHT
        elif SAME_WORD.get(token, token) in GENERIC:
            weights[number] = min(weights[number], _GENERIC_WEIGHT)
        elif len(token) == 1 and not token.isdigit():
            weights[number] = _LETTER_WEIGHT
        elif not token.isalpha():
            weights[number] = max(weights[number], _NUMBER_WEIGHT)
    return weights


def score(coverage: Floats, met: Floats, likeness: Floats, replaced: Floats) -> Floats:
    """The score of a name and a key, 0 to 1, from what their tokens say.

    Parameters
    ----------
    coverage
        Share of the weight of both that met, 0 to 1.
    met
        The weight that met: the more of it, the more a difference is forgiven.
    likeness
        Of the whole texts, letter by letter, 0 to 1.
    replaced
        Weight left over on both sides: where the two say different things, not one says more.

    Notes
    -----
    The form and its constants were fitted to altered names of the real lists against invented
    unrelated ones (see `NameIndex`).
    """
    doubt = np.minimum(_MOST_DOUBT, _DOUBT / np.maximum(met, 1e-9))
    answer: Floats = 1 - doubt * (1 - coverage * likeness**0.25) - _REPLACED * replaced
    return np.clip(answer, 0.0, 1.0)


_DOUBT, _MOST_DOUBT, _REPLACED = 1.45, 0.78, 0.06


def least_coverage(threshold: float, met: Floats) -> Floats:
    """The coverage without which no key can reach a threshold, if such a weight met."""
    doubt = np.minimum(_MOST_DOUBT, _DOUBT / np.maximum(met, 1e-9))
    return np.maximum(LEAST_COVERAGE, 1 - (1 - threshold) / doubt)


@dataclass(frozen=True, slots=True)
class Keys:
    """The listed keys: their tokens, as a matrix, and what each token says."""

    vocabulary: Vocabulary
    texts: Sequence[str]
    holds: sparse.csr_array
    """Keys by tokens; 1 where the key holds the token."""
    held_by: sparse.csr_array
    """Tokens by keys."""
    weights: Floats
    """Of the tokens."""
    totals: Floats
    """Weight of all tokens of a key."""

    @classmethod
    def build(cls, keys: Sequence[tuple[str, ...]]) -> Keys:
        """From sorted token sets."""
        tokens = sorted(KNOWN_WORDS.union(*keys))
        vocabulary = Vocabulary(tokens)
        holds = token_matrix(keys, vocabulary.number)
        weights = token_weights(
            tokens, np.bincount(holds.indices, minlength=len(tokens)), len(keys)
        )
        return cls(
            vocabulary,
            [" ".join(key) for key in keys],
            holds,
            sparse.csr_array(holds.T),
            weights,
            holds @ weights,
        )


def token_matrix(rows: Sequence[Sequence[str]], number: dict[str, int]) -> sparse.csr_array:
    """Rows of tokens as a matrix: 1 where the row holds the token of that number."""
    columns = np.array([number[token] for row in rows for token in row], dtype=np.int64)
    ends = np.cumsum([0, *map(len, rows)])
    return sparse.csr_array((np.ones(len(columns)), columns, ends), shape=(len(rows), len(number)))


@dataclass(frozen=True, slots=True)
class Found:
    """Pairs of a reading and a key, and how near they are."""

    reading: Numbers
    key: Numbers
    score: Floats

    @classmethod
    def joined(cls, parts: Sequence[Found]) -> Found:
        """Several of them as one."""
        parts = [cls(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)), *parts]
        return cls(
            np.concatenate([part.reading for part in parts]),
            np.concatenate([part.key for part in parts]),
            np.concatenate([part.score for part in parts]),
        )


class Search:
    """The search for some readings (sets of tokens) among the keys."""

    def __init__(
        self,
        keys: Keys,
        readings: Sequence[Sequence[str]],
        *,
        threshold: float,
        most: int,
        allowed: Flags | None = None,
    ) -> None:
        tokens = sorted({token for reading in readings for token in reading})
        self._keys = keys
        # Sums of the same weights in another order differ in the last digits.
        self._threshold = threshold - 1e-7
        self._most = most
        self._allowed = allowed
        self._spellings = keys.vocabulary.spellings(tokens)
        self._weights = self._token_weights(tokens)
        self._holds = token_matrix(readings, {token: n for n, token in enumerate(tokens)})
        self._totals: Floats = self._holds @ self._weights
        self._texts = [" ".join(sorted(reading)) for reading in readings]

    def _token_weights(self, tokens: Sequence[str]) -> Floats:
        listed = self._keys.vocabulary.number
        weights = token_weights(
            tokens, np.zeros(len(tokens), dtype=np.int64), len(self._keys.texts)
        )
        near = self._spellings
        lent = self._keys.weights[near.indices] + (1 - near.data) * _LENT
        rows = np.repeat(np.arange(len(tokens)), np.diff(near.indptr))
        np.minimum.at(weights, rows, lent)
        for number, token in enumerate(tokens):
            if token in listed:
                weights[number] = self._keys.weights[listed[token]]
        return weights

    def block(self, first: int, last: int) -> Found:
        """What is found for the readings from `first` up to `last`."""
        meetings = Meetings.of(
            self._holds[first:last], self._weights, self._spellings, self._keys.weights
        )
        reading, key = self._candidates(meetings)
        parts = [
            self._scored(meetings, reading[at : at + _PAIRS], key[at : at + _PAIRS], first)
            for at in range(0, max(len(reading), 1), _PAIRS)
        ]
        return Found.joined(parts)

    def _candidates(self, meetings: Meetings) -> tuple[Numbers, Numbers]:
        """Pairs of reading and key that may reach the threshold."""
        keys = self._keys
        tells, left_out = meetings.telling(np.diff(keys.held_by.indptr), self._least_coverage)
        gains = meetings.matrix(meetings.gain, tells, len(keys.weights))
        reached = sparse.coo_array(gains @ keys.held_by)
        most = reached.data + left_out[reached.row]
        may = most >= LEAST_COVERAGE * (meetings.totals[reached.row] + keys.totals[reached.col])
        if self._allowed is not None:
            may &= self._allowed[reached.col]
        reading, key, most = reached.row[may], reached.col[may], most[may]
        total = meetings.totals[reading] + keys.totals[key]
        may = most >= self._least_coverage(most) * total - 1e-9
        return reading[may].astype(np.int64), key[may].astype(np.int64)

    def _least_coverage(self, met: Floats) -> Floats:
        return least_coverage(self._threshold, met)

    def _scored(self, meetings: Meetings, reading: Numbers, key: Numbers, first: int) -> Found:
        keys = self._keys
        met, replaced = meetings.align(reading, keys.holds[key], keys.totals[key])
        coverage = met / (meetings.totals[reading] + keys.totals[key])
        near = np.flatnonzero(coverage >= self._least_coverage(met))
        near = near[best_of_each(reading[near], coverage[near], self._most)]
        likeness = process.cpdist(
            [self._texts[number] for number in reading[near] + first],
            [keys.texts[number] for number in key[near]],
            scorer=fuzz.ratio,
            dtype=np.float32,
        )
        scores = score(coverage[near], met[near], likeness / 100.0, replaced[near])
        good = scores >= self._threshold
        return Found(reading[near][good] + first, key[near][good], scores[good])
