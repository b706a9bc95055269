"""Text retrieval: which texts of a fixed collection come nearest to many short descriptions.

BM25 (Robertson and Zaragoza 2009, The Probabilistic Relevance Framework) as two sparse matrices,
so that tens of thousands of descriptions are one product.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, log1p

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

_SATURATION = 0.4
_LENGTH_SHARE = 0.3
_BATCH = 4096
_UNKNOWN_SHARE = 0.57


@dataclass(frozen=True, slots=True)
class Met:
    """Texts that came near, one element a pair, best first within a query."""

    query: NDArray[np.int64]
    text: NDArray[np.int64]
    score: NDArray[np.float64]
    """0 to 1: which share of what the query says is found in the text."""


class TextIndex:
    """A fixed collection of texts, each a mapping of word to how often it stands there.

    Parameters
    ----------
    texts
        Word to frequency; a fraction is a word that is only near the text.
    """

    def __init__(self, texts: Sequence[Mapping[str, float]]) -> None:
        self.vocabulary: dict[str, int] = {}
        rows: list[int] = []
        columns: list[int] = []
        counts: list[float] = []
        for number, text in enumerate(texts):
            for word, count in text.items():
                rows.append(self.vocabulary.setdefault(word, len(self.vocabulary)))
                columns.append(number)
                counts.append(count)
        self.size = len(texts)
        row = np.asarray(rows, dtype=np.int64)
        column = np.asarray(columns, dtype=np.int64)
        frequency = np.asarray(counts, dtype=np.float64)
        texts_with = np.bincount(row, minlength=len(self.vocabulary))
        self.rarity = np.log1p((self.size - texts_with + 0.5) / (texts_with + 0.5))
        self.rarest = log1p((self.size - 0.5) / 1.5) if texts else 0.0
        """How much a word tells that stands in one text only."""
        length = np.bincount(column, weights=frequency, minlength=self.size)
        norm = 1 - _LENGTH_SHARE + _LENGTH_SHARE * length * self.size / max(length.sum(), 1.0)
        weight = self.rarity[row] * frequency / (frequency + _SATURATION * norm[column])
        self._weights = sparse.csr_matrix(
            (weight, (row, column)), shape=(len(self.vocabulary), self.size)
        )

    def rarity_of(self, word: str) -> float:
        """How much a word tells, in nats; a word the collection has not tells rather more than half.

        A word with a digit that the collection has not (a part number, a measure) tells nothing.
        """
        known = self.vocabulary.get(word)
        if known is not None:
            return float(self.rarity[known])
        return 0.0 if any(c.isdigit() for c in word) else _UNKNOWN_SHARE * self.rarest

    def nearest(self, queries: Sequence[Sequence[str]], floor: float) -> Iterator[Met]:
        """Every text that scores at least `floor` for a query, batch by batch.

        Ties are in the order of the texts, so that the answer is always the same.
        """
        for start in range(0, len(queries), _BATCH):
            yield self._batch(queries[start : start + _BATCH], start, floor)

    def _batch(self, queries: Sequence[Sequence[str]], start: int, floor: float) -> Met:
        pointers = [0]
        columns: list[int] = []
        told = np.zeros(len(queries))
        for number, words in enumerate(queries):
            distinct = set(words)
            columns += sorted(self.vocabulary[w] for w in distinct if w in self.vocabulary)
            pointers.append(len(columns))
            told[number] = fsum(self.rarity_of(w) for w in distinct)
        asked = sparse.csr_matrix(
            (np.ones(len(columns)), columns, pointers), shape=(len(queries), len(self.vocabulary))
        )
        product = (asked @ self._weights).tocoo()
        query = product.row.astype(np.int64)
        score = product.data / told[query]
        near = score >= floor
        query, text, score = query[near], product.col[near].astype(np.int64), score[near]
        order = np.lexsort((text, -score, query))
        return Met(query[order] + start, text[order], score[order])
