"""Pairs of parties that may be one, and what their names say of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz import fuzz, process

from enduse.names.clusters import Floats, Numbers
from enduse.names.evidence import Evidence
from enduse.names.index import NameIndex
from enduse.names.normalise import tokens
from enduse.names.part import ranges
from enduse.names.words import GENERIC, LEGAL_FORMS

_LEAST_SCORE, _MOST_NAMES = 0.2, 30
# Parties of one name, or of one identifier, are compared with one another in the order of what
# else they say: each with so many of the next.
_NEIGHBOURS = 32
_MOST_SHARING = 30
"""A phone, e-mail or address of more parties is a switchboard, an agent or a tower."""

# Fitted on simulated tables of 1,000 to 100,000 names: log-odds that a pair is one by the names
# alone. Names say less the more parties could bear them by chance, and in large tables more names
# are alike by chance.
_START, _SCORE, _VERY_SAME, _RARITY, _CROWD = -4.4, 1.15, -0.9, 0.5, -0.36
_MOST_RARITY, _USUAL_NAMES, _MOST_CROWD = 4.0, 100_000, 1.0
# The same for names that the search found not similar, by how alike they are letter by letter.
_LETTERS_START, _LETTERS, _LEAST_LETTERS = -12.0, 16.0, -6.0
# Names in a small table are rare, their words are not: as if so many names more had been seen, with
# words of the trade and legal forms as usual as they are everywhere.
_ASSUMED_NAMES, _USUAL_WORD, _USUAL_FORM, _RARE_WORD = 500, 0.02, 0.2, 1e-4
_NO_WORD = r"[^\p{L}\p{N}]+"


@dataclass(frozen=True, slots=True)
class PartyNames:
    """The names of parties, each once, and which are similar."""

    names: pa.Array
    code: Numbers
    """The name of each party: a place in `names`."""
    rarity: Floats
    """Of each name, as a logarithm: one in how many tables of this size holds its words in another
    party's name by chance. Below 0, several parties of one table do."""
    one: Numbers
    """Similar names: places in `names`, the lower first, by both."""
    other: Numbers
    score: Floats

    @classmethod
    def read(cls, parties: pa.Table, index: NameIndex | None, threads: int) -> PartyNames:
        """The names of parties (columns `party_key`, `name`), and the pairs of similar ones.

        Parameters
        ----------
        index
            Holds names under the keys of the parties; None: it is built.
        """
        held = pc.dictionary_encode(parties["name"].combine_chunks().fill_null(""))
        code = held.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        keys = parties["party_key"].to_numpy()
        if index is None:
            bearer = np.unique(code, return_index=True)[1]
            columns = [c for c in ("party_key", "name", "kind") if c in parties.column_names]
            named = parties.select(columns).take(pa.array(bearer))
            index = NameIndex.build(
                named.rename_columns({"party_key": "entity_key"}), threads=threads
            )
        met = index.self_join(threshold=_LEAST_SCORE, limit=_MOST_NAMES)
        known = pc.and_(*(pc.is_in(met[side], pa.array(keys)) for side in ("left", "right")))
        met = met.filter(known).sort_by([("score", "descending")])
        one, other = (
            code[np.searchsorted(keys, met[side].to_numpy())] for side in ("left", "right")
        )
        score = met["score"].to_numpy()
        one, other = np.minimum(one, other), np.maximum(one, other)
        apart = np.flatnonzero(one != other)
        pair, at = np.unique(one[apart] * len(held.dictionary) + other[apart], return_index=True)
        one, other = np.divmod(pair, max(len(held.dictionary), 1))
        return cls(held.dictionary, code, _rarity(held.dictionary), one, other, score[apart][at])

    def scores(self, left: Numbers, right: Numbers) -> Floats:
        """The score of the names of pairs of parties: 1 the same, NaN not similar."""
        ours, theirs = self.code[left], self.code[right]
        wanted = np.minimum(ours, theirs) * len(self.names) + np.maximum(ours, theirs)
        known = self.one * len(self.names) + self.other
        at = np.minimum(np.searchsorted(known, wanted), max(len(known) - 1, 0))
        found = np.full(len(left), np.nan)
        if len(known):
            found = np.where(known[at] == wanted, self.score[at], np.nan)
        return np.where(ours == theirs, 1.0, found)

    def log_odds(self, left: Numbers, right: Numbers, scores: Floats) -> Floats:
        """The log-odds that pairs of parties are one, by their names alone."""
        ours, theirs = self.code[left], self.code[right]
        sure = np.clip(scores, 0.01, 0.995)
        crowd = np.log(max(len(self.names), 1) / _USUAL_NAMES)
        answer: Floats = (
            _START
            + _SCORE * np.log(sure / (1 - sure))
            + np.where(scores == 1, _VERY_SAME, 0.0)
            + _RARITY * np.minimum(np.minimum(self.rarity[ours], self.rarity[theirs]), _MOST_RARITY)
            + np.clip(_CROWD * crowd, -_MOST_CROWD, _MOST_CROWD)
        )
        unlike = np.flatnonzero(np.isnan(scores))
        letters = self._letters(ours[unlike], theirs[unlike])
        answer[unlike] = np.maximum(_LETTERS_START + _LETTERS * letters, _LEAST_LETTERS)
        return answer

    def _letters(self, ours: Numbers, theirs: Numbers) -> Floats:
        """How alike names are letter by letter, 0 to 1."""
        codes, places = np.unique(np.concatenate([ours, theirs]), return_inverse=True)
        texts = [_without_form(name) for name in self.names.take(pa.array(codes)).to_pylist()]
        one, other = np.split(places, [len(ours)])
        likeness = process.cpdist(
            [texts[n] for n in one],
            [texts[n] for n in other],
            scorer=fuzz.ratio,
            dtype=np.float32,
        )
        share: Floats = likeness.astype(np.float64) / 100
        return share


def _without_form(name: str) -> str:
    return " ".join(sorted(token for token in tokens(name) if token not in LEGAL_FORMS))


def candidates(names: PartyNames, evidence: Evidence, parties: pa.Table) -> tuple[Numbers, Numbers]:
    """Rows of parties whose names are similar, or who share a value that few others state.

    Returns
    -------
    tuple of array
        Rows, the lower first; by both, each pair once.
    """
    size = len(parties)
    found = [np.empty(0, dtype=np.int64)]
    for one, other in _met(names, evidence, _by_what_else(parties)):
        found.append(np.minimum(one, other) * size + np.maximum(one, other))
    pairs = np.unique(np.concatenate(found))
    left, right = np.divmod(pairs, max(size, 1))
    return left, right


def _met(names: PartyNames, evidence: Evidence, rank: Numbers) -> Iterator[tuple[Numbers, Numbers]]:
    named = np.flatnonzero(np.asarray(pc.not_equal(names.names, ""))[names.code])
    order = named[np.lexsort((rank[named], names.code[named]))]
    yield _neighbours(order, names.code[order])
    yield _expanded(names, order)
    for column, stated in evidence.meet_by.items():
        holds = stated.holds.tocoo()
        few = stated.holders[holds.col] <= (len(rank) if column == "id" else _MOST_SHARING)
        party, value = holds.row[few].astype(np.int64), holds.col[few].astype(np.int64)
        order = np.lexsort((rank[party], value))
        yield _neighbours(party[order], value[order])


def _neighbours(party: Numbers, group: Numbers) -> tuple[Numbers, Numbers]:
    """Each party with the next ones of its group."""
    ones, others = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for step in range(1, _NEIGHBOURS + 1):
        at = np.flatnonzero(group[step:] == group[:-step])
        if not len(at):
            break
        ones.append(party[at])
        others.append(party[at + step])
    return np.concatenate(ones), np.concatenate(others)


def _expanded(names: PartyNames, order: Numbers) -> tuple[Numbers, Numbers]:
    """From pairs of names to pairs of the parties that bear them (`order`: parties by name)."""
    bearers = np.bincount(names.code[order], minlength=len(names.names))
    first = np.cumsum(bearers) - bearers
    bearers = np.minimum(bearers, _NEIGHBOURS)
    count = bearers[names.one]
    pair, one = np.repeat(np.arange(len(count)), count), order[ranges(first[names.one], count)]
    count = bearers[names.other[pair]]
    return np.repeat(one, count), order[ranges(first[names.other[pair]], count)]


def _by_what_else(parties: pa.Table) -> Numbers:
    """The place of each party in the order of its qualifiers, those that tell most first."""
    columns = [
        c
        for c in ("id", "birth_date", "country", "address", "phone", "email", "kind")
        if c in parties.column_names
    ]
    by = [(column, "ascending") for column in (*columns, "party_key")]
    place = pc.sort_indices(parties, sort_keys=by).to_numpy()
    rank = np.empty(len(place), dtype=np.int64)
    rank[place] = np.arange(len(place))
    return rank


def _rarity(names: pa.Array) -> Floats:
    """How unlikely it is that another party of the table bears the words of each name."""
    split = pc.split_pattern_regex(pc.utf8_lower(names), _NO_WORD)
    words = pc.dictionary_encode(pc.list_flatten(split))
    name = np.asarray(pc.list_parent_indices(split), dtype=np.int64)
    word = words.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    holders = np.bincount(word, minlength=len(words.dictionary))
    usual = np.full(len(holders), _RARE_WORD)
    for table, share in ((GENERIC, _USUAL_WORD), (LEGAL_FORMS, _USUAL_FORM)):
        usual[np.asarray(pc.is_in(words.dictionary, pa.array(sorted(table))))] = share
    chance = (holders + usual * _ASSUMED_NAMES) / (len(names) + _ASSUMED_NAMES)
    says = np.where(np.asarray(pc.equal(words.dictionary, "")), 0.0, -np.log(np.minimum(chance, 1)))
    rarity: Floats = np.bincount(name, says[word], minlength=len(names)).astype(np.float64)
    rarity -= np.log(len(names) + _ASSUMED_NAMES)
    return rarity
