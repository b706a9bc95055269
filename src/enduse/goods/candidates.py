"""Descriptions and part numbers to entries of a control list that speaks in words.

What comes back is a list of candidates: the text of an entry is near. Whether the goods are what
the entry means, text cannot say.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from enduse.goods.retrieval import TextIndex
from enduse.goods.words import words_of

FLOOR = 0.3
"""Share of what a description says that an entry's text must hold, to be named at all."""
STRENGTH = 0.8
"""How telling the words in common must be together; a word that only one paragraph has is 1."""
SINGLE_WORD_FLOOR = 0.6
"""The floor where only one word is in common."""
_NEAR = 0.5
"""What a word of the headings above a paragraph counts, against one of the paragraph itself."""
_NOTE = "note"
_UPPER_BOUND = re.compile(r"\b(?:less than|below|not exceeding)\s+[\d.,]+")
_INTANGIBLE = re.compile(r"\d[DE]\d{3}")
"""Entries of product groups D and E: software and technology."""
_INTANGIBLE_WORDS = frozenset({"softwar", "firmwar", "technology", "sourc", "algorithm"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry or paragraph whose text is near."""

    entry: str
    paragraph: str | None
    score: float
    """0 to 1."""
    words: frozenset[str]
    """Words in common, stemmed."""

    @property
    def name(self) -> str:
        """Entry and paragraph, e.g. '3A001.a.5.a'."""
        return qualified(self.entry, self.paragraph)


def qualified(entry: str, paragraph: str | None) -> str:
    """The name of a paragraph with its entry.

    Examples
    --------
    >>> qualified("3A001", "a.5.a"), qualified("3A001", None)
    ('3A001.a.5.a', '3A001')
    """
    return f"{entry}.{paragraph}" if paragraph else entry


def is_within(name: str, other: str) -> bool:
    """Whether one paragraph is another, or stands below it.

    Examples
    --------
    >>> is_within("3A001.a.5.a.4", "3A001.a.5"), is_within("3A001.a.10", "3A001.a.1")
    (True, False)
    """
    return name == other or name.startswith(f"{other}.")


class ControlText:
    """The text of one control list, ready to be met by descriptions.

    A paragraph is found by its own words and, more weakly, by those of the headings above it:
    'a resolution of 14 bit or more' speaks of converters because its parents do.

    Parameters
    ----------
    entries
        CONTROL_ENTRIES of one list. Its notes (paragraph 'note …') are left out: they say as
        often what is not covered.
    """

    def __init__(self, entries: pa.Table) -> None:
        rows = [
            (entry, paragraph, text)
            for entry, paragraph, text in zip(
                entries["entry"].to_pylist(),
                entries["paragraph"].to_pylist(),
                entries["text"].to_pylist(),
                strict=True,
            )
            if not (paragraph or "").startswith(_NOTE)
        ]
        own = [words_of(_UPPER_BOUND.sub(" ", text)) for _, _, text in rows]
        headings: dict[str, list[str]] = {}
        for (entry, paragraph, _), words in zip(rows, own, strict=True):
            headings.setdefault(qualified(entry, paragraph), words)
        self._names = [(entry, paragraph) for entry, paragraph, _ in rows]
        self._words: list[frozenset[str]] = []
        texts = []
        for (entry, paragraph), words in zip(self._names, own, strict=True):
            frequencies: dict[str, float] = {**Counter(words)}
            above = {w for name in _above(entry, paragraph) for w in headings.get(name, ())}
            for word in sorted(above):
                frequencies[word] = frequencies.get(word, 0) + _NEAR
            texts.append(frequencies)
            self._words.append(frozenset(frequencies))
        self._index = TextIndex(texts)

    def knows_any(self, words: Sequence[str]) -> bool:
        """Whether any of the words stands anywhere in the list."""
        return not self._index.vocabulary.keys().isdisjoint(words)

    def candidates(self, queries: Sequence[Sequence[str]], limit: int) -> list[list[Candidate]]:
        """For each query at most `limit` candidates, best first; of a branch only its best."""
        found: list[list[Candidate]] = [[] for _ in queries]
        for met in self._index.nearest(queries, FLOOR):
            for query, text, score in zip(
                met.query.tolist(), met.text.tolist(), met.score.tolist(), strict=True
            ):
                kept = found[query]
                if len(kept) == limit:
                    continue
                candidate = self._candidate(queries[query], text, score)
                if candidate is not None and not any(
                    is_within(candidate.name, other.name) or is_within(other.name, candidate.name)
                    for other in kept
                ):
                    kept.append(candidate)
        return found

    def _candidate(self, words: Sequence[str], text: int, score: float) -> Candidate | None:
        entry, paragraph = self._names[text]
        if _INTANGIBLE.match(entry) and _INTANGIBLE_WORDS.isdisjoint(words):
            return None
        common = self._words[text].intersection(words)
        strength = sum(self._index.rarity_of(word) for word in sorted(common))
        if strength < STRENGTH * self._index.rarest:
            return None
        if len(common) == 1 and score < SINGLE_WORD_FLOOR:
            return None
        return Candidate(entry, paragraph, min(score, 1.0), common)


def _above(entry: str, paragraph: str | None) -> Iterator[str]:
    if paragraph is None:
        return
    yield entry
    parts = paragraph.split(".")
    for depth in range(1, len(parts)):
        yield qualified(entry, ".".join(parts[:depth]))
