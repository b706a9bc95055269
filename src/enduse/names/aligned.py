"""Pairs of names, compared and explained one by one; no list is searched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from enduse.names.alignment import AS_ABBREVIATION, AS_INITIAL, AS_ONE
from enduse.names.letters import Floats, Numbers
from enduse.names.normalise import MAX_CHARACTERS, lookalikes
from enduse.names.part import SCORED_AS, Lookup, Part, ranges
from enduse.names.readings import Readings
from enduse.names.segment import KINDS, Segment
from enduse.names.weights import probability, weigh


def compare(
    names: Sequence[str], others: Sequence[str], kinds: Sequence[str | None] | None = None
) -> Floats:
    """How probably the two names of each pair are spellings of one name, 0 to 1.

    Tokens weigh by how rare they are among `others`, and no more than that: where a list is at
    hand, `NameIndex.match` knows better which words tell.

    Parameters
    ----------
    names, others
        As written; one pair a place.
    kinds
        Of who bears the names (`model.PartyKind`); None: not known.

    Examples
    --------
    >>> scores = compare(["Ivan Petrov", "Ivan Petrov"], ["PETROV, Ivan", "Olga Sidorova"])
    >>> scores.round(2).tolist()
    [1.0, 0.0]
    """
    listed = Segment.build(_table(others))
    weight = weigh(listed.sort, listed.holders(np.ones(len(listed.entity), bool)), listed.keys)
    aligned = _align(names, Part.of(listed, np.ones(len(listed.entity), bool), weight))
    known = kinds if kinds is not None else [None] * len(names)
    column = [SCORED_AS[KINDS.index(kind)] if kind in KINDS else SCORED_AS[-1] for kind in known]
    best = np.full(len(names), -np.inf)
    query = aligned.lookup.readings.query[aligned.reading]
    np.maximum.at(best, query, aligned.odds[np.arange(len(query)), np.array(column, int)[query]])
    return probability(best)


def explain(name: str, matched: str) -> str:
    """Which token of a name met which of a listed name, and what was left over.

    Parameters
    ----------
    name
        The name that was looked up, as written.
    matched
        The listed name, as written.

    Returns
    -------
    str
        One sentence part after another, joined by '; '. Tokens stand as they are compared
        (Latin letters, legal forms as classes), with the share of the weight of both names that
        they make up.

    Examples
    --------
    >>> explain("ООО Остек Волга", "OSTEC LLC")
    'same: llc (4%); alike: ostek ~ ostec (79%); only in the name: volga (17%)'
    """
    return explanations([name], [matched])[0]


def explanations(
    names: Sequence[str], matched: Sequence[str], weights: Sequence[Part] = (), keys: int = 0
) -> list[str]:
    """`explain` for many pairs, with the weights that tokens have in the parts of an index."""
    listed = Segment.build(_table(matched))
    weight = weigh(listed.sort, np.ones(len(listed.sort), dtype=np.int64), keys)
    for part in weights:
        number = part.segment.vocabulary.numbers_of(listed.vocabulary)
        weight[number >= 0] = part.weight[number[number >= 0]]
    aligned = _align(names, Part.of(listed, np.ones(len(listed.entity), bool), weight))
    best = aligned.best(len(names))
    pairs = zip(names, matched, best.tolist(), strict=True)
    return [
        "; ".join([*(aligned.told(pair) if pair >= 0 else []), *_remarks(name, other)])
        for name, other, pair in pairs
    ]


@dataclass(frozen=True, slots=True)
class _Aligned:
    """Every reading of each name, aligned with every key of the other name of its pair."""

    lookup: Lookup
    reading: Numbers
    key: Numbers
    odds: Floats
    meets: Numbers
    likes: Floats

    def best(self, names: int) -> Numbers:
        """The alignment that says most for each name; -1: there is none."""
        query = self.lookup.readings.query[self.reading]
        order = np.lexsort((-self.odds.max(axis=1), query))
        best = np.full(names, -1, dtype=np.int64)
        best[query[order[::-1]]] = order[::-1]
        return best

    def told(self, pair: int) -> list[str]:
        """An alignment in words."""
        readings, part = self.lookup.readings, self.lookup.part
        reading, key = self.reading[pair], self.key[pair]
        ours = readings.token[readings.start[reading] : readings.start[reading + 1]]
        start = part.segment.key_start
        theirs = part.segment.key_token[start[key] : start[key + 1]]
        our_weight, their_weight = self.lookup.tokens[2][ours], part.weight[theirs]
        total = our_weight.sum() + their_weight.sum()
        our_text = [readings.texts[token] for token in ours]
        bent = self._bent_words(reading, our_text)
        their_text = [part.segment.vocabulary.token(token) for token in theirs]
        said: dict[str, list[str]] = {label: [] for label in _LABELS.values()}
        left = dict(enumerate(their_text))
        merged: dict[int, list[int]] = {}

        def add(label: str, text: str, weight: float) -> None:
            said[label].append(f"{text} ({weight / total:.0%})")

        for i, text in enumerate(our_text):
            j, how = self.meets[pair, i].tolist()
            if how == AS_ONE:
                merged.setdefault(j, []).append(i)
            elif j >= 0:
                left.pop(j, None)
                weight = our_weight[i] + their_weight[j]
                same = self.likes[pair, i] >= 1.0 and text == their_text[j]
                shown = text if same else f"{text} ~ {their_text[j]}"
                label = _LABELS[AS_ONE] if text in bent else "same" if same else _LABELS[how]
                add(label, shown, weight)
            else:
                add("only in the name", text, our_weight[i])
        for j, parts in merged.items():
            left.pop(j, None)
            weight = our_weight[parts].sum() + their_weight[j]
            shown = f"{' '.join(our_text[i] for i in parts)} = {their_text[j]}"
            add(_LABELS[AS_ONE], shown, weight)
        for j, text in left.items():
            add("only on the list", text, their_weight[j])
        return [f"{label}: {', '.join(words)}" for label, words in said.items() if words]

    def _bent_words(self, reading: int, words: Sequence[str]) -> frozenset[str]:
        """The words of a reading that its name has joined or parted."""
        readings = self.lookup.readings
        if not readings.bent[reading]:
            return frozenset()
        written = np.flatnonzero((readings.query == readings.query[reading]) & ~readings.bent)
        has = {
            readings.texts[token]
            for one in written
            for token in readings.token[readings.start[one] : readings.start[one + 1]]
        }
        return frozenset(words) - has


_LABELS = {
    0: "same",
    1: "alike",
    AS_INITIAL: "initial",
    AS_ABBREVIATION: "abbreviated",
    AS_ONE: "written as one or apart",
    -1: "only in the name",
    -2: "only on the list",
}


def _table(names: Sequence[str]) -> pa.Table:
    keys = pa.array(np.arange(len(names)), pa.int64())
    return pa.table({"entity_key": keys, "name": pa.array(names, pa.string())})


def _align(names: Sequence[str], part: Part) -> _Aligned:
    """Entity n of the part is the other name of the pair of name n."""
    (lookup,) = Lookup.of(Readings.of(names, [part.segment]), [part], part.segment.keys)
    segment = part.segment
    order = np.argsort(segment.entity, kind="stable")
    query = lookup.readings.query
    first = np.searchsorted(segment.entity[order], query, "left")
    count = np.searchsorted(segment.entity[order], query, "right") - first
    reading = np.repeat(np.arange(len(query)), count)
    key = segment.bearer_key[order][ranges(first, count)]
    _, odds, meets, likes = lookup.describe(reading, key)
    return _Aligned(lookup, reading, key, odds, meets, likes)


def _remarks(name: str, matched: str) -> list[str]:
    return [
        f"'{word}' mixes letters of two scripts that look alike"
        for text in (name, matched)
        for word in lookalikes(text)
    ] + [
        f"only the first {MAX_CHARACTERS} characters of the {which} were read"
        for which, text in (("name", name), ("listed name", matched))
        if len(text) > MAX_CHARACTERS
    ]
