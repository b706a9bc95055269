"""Whether a description fits its own HS heading, or clearly speaks of another chapter."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from enduse.goods.answers import distinct_rows
from enduse.goods.retrieval import TextIndex
from enduse.goods.words import as_written, words_of

FLOOR = 0.5
"""Share of what a description says that another chapter's heading must hold."""
RARE = 0.87
"""How telling a word must be to do alone; a word that only one heading has is 1."""

DESCRIPTION_FIT = pa.schema(
    [
        pa.field("goods_id", pa.string(), nullable=False),
        pa.field("own_heading", pa.string()),
        pa.field("own_score", pa.float64()),
        pa.field("best_heading", pa.string()),
        pa.field("best_score", pa.float64()),
        pa.field("words", pa.string()),
    ]
)
"""`own_score`: share (0 to 1) of what the description says that its own chapter's words hold; null
where there is no such code, or no word that the nomenclature knows. `best_heading`: a heading of another chapter that
the description clearly speaks of; null: none, or the own one fits. `words`: what they share."""


def description_fit(goods: pa.Table, nomenclature: pa.Table) -> pa.Table:
    """Whether descriptions fit their own HS headings or clearly speak of another chapter.

    A lead, drawn with reserve: another heading is named only if the description shares no telling
    word with its own chapter, and two, or one that stands in very few headings, with the other.
    The nomenclature is in English; other descriptions are never at odds with it.

    Parameters
    ----------
    goods
        GOODS.
    nomenclature
        NOMENCLATURE; empty: nothing is said.

    Returns
    -------
    pa.Table
        DESCRIPTION_FIT, a row for each row of goods, in their order.
    """
    kinds, which = distinct_rows(goods, ["hs_code", "description"])
    codes = kinds["hs_code"].to_pylist()
    descriptions = pc.fill_null(kinds["description"], "").to_pylist()
    headings = _Headings(nomenclature)
    answers = headings.fits(codes, descriptions)
    table = pa.Table.from_pylist([answer.row() for answer in answers], _BY_KIND)
    spread = table.take(pa.array(which))
    return spread.add_column(0, "goods_id", goods["goods_id"]).cast(DESCRIPTION_FIT)


_BY_KIND = pa.schema([field for field in DESCRIPTION_FIT if field.name != "goods_id"])


@dataclass(frozen=True, slots=True)
class _Fit:
    own_heading: str | None
    own_score: float | None = None
    best_heading: str | None = None
    best_score: float | None = None
    words: str | None = None

    def row(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in _BY_KIND.names}


class _Headings:
    """The headings of the nomenclature with all words that stand under them."""

    def __init__(self, nomenclature: pa.Table) -> None:
        by_heading: dict[str, Counter[str]] = defaultdict(Counter)
        self._chapters: dict[str, set[str]] = defaultdict(set)
        rows = zip(
            nomenclature["hs_code"].to_pylist(),
            nomenclature["description"].to_pylist(),
            strict=True,
        )
        for code, description in rows:
            words = words_of(description)
            self._chapters[code[:2]].update(words)
            if len(code) >= 4:
                by_heading[code[:4]].update(words)
        self._codes = sorted(by_heading)
        self._words = [frozenset(by_heading[code]) for code in self._codes]
        self._index = TextIndex([dict.fromkeys(by_heading[code], 1.0) for code in self._codes])

    def fits(self, codes: Sequence[str | None], descriptions: Sequence[str]) -> list[_Fit]:
        queries = [words_of(description) for description in descriptions]
        answers = [
            _Fit(code[:4] if code else None, self._share_of_own(code, words))
            for code, words in zip(codes, queries, strict=True)
        ]
        for met in self._index.nearest(queries, FLOOR):
            for query, text, score in zip(
                met.query.tolist(), met.text.tolist(), met.score.tolist(), strict=True
            ):
                own = answers[query]
                other = self._codes[text]
                if (
                    own.own_score != 0
                    or own.best_heading
                    or other[:2] == (own.own_heading or "")[:2]
                ):
                    continue
                common = self._words[text].intersection(queries[query])
                if self._tell(common):
                    plain = ", ".join(as_written(descriptions[query], common))
                    answers[query] = _Fit(own.own_heading, 0.0, other, min(score, 1.0), plain)
        return answers

    def _share_of_own(self, code: str | None, words: Sequence[str]) -> float | None:
        chapter = self._chapters.get(code[:2]) if code else None
        distinct = sorted(set(words))
        if not chapter or self._index.vocabulary.keys().isdisjoint(distinct):
            return None
        told = [self._index.rarity_of(word) for word in distinct]
        shared = [t for word, t in zip(distinct, told, strict=True) if word in chapter]
        return sum(shared) / sum(told)

    def _tell(self, common: frozenset[str]) -> bool:
        rarities = [self._index.rarity_of(word) for word in common]
        return len(common) >= 2 or max(rarities) >= RARE * self._index.rarest
