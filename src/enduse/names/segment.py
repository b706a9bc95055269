"""A part of an index: the keys of some names, who bears them, and the way to find them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from enduse.engine.compiling import compiled
from enduse.model import PartyKind
from enduse.names.letters import (
    Bytes,
    Flags,
    Hashes,
    Letters,
    Numbers,
    Places,
    Sorts,
    hash_of,
    hashes,
)
from enduse.names.normalise import forms
from enduse.names.vocabulary import Vocabulary
from enduse.names.weights import sorts
from enduse.names.words import KNOWN_WORDS

KINDS = tuple(str(kind) for kind in PartyKind)
"""Of entities, by their number in `Segment.kind`; what is not one of them is the last, unknown."""

_PAIR_TAG = 5


@dataclass(frozen=True, slots=True)
class Segment:
    """Names under their keys; arrays only, so that it can be mapped from disk as it is."""

    vocabulary: Vocabulary
    sort: Sorts
    """Of each token of the vocabulary."""
    key_start: Numbers
    key_token: Places
    """Tokens of each key, in the order written."""
    pair: Hashes
    """Hashes of what two tokens that stand together in some key make when joined, ascending."""
    pair_first: Places
    pair_second: Places
    bearer_start: Numbers
    """Where the names of each key begin."""
    bearer_key: Numbers
    entity: Numbers
    kind: np.ndarray[tuple[int], np.dtype[np.uint8]]
    """Places in `KINDS`."""
    name: pa.Array
    has_kinds: bool

    @classmethod
    def build(cls, names: pa.Table) -> Segment:
        """From `entity_key`, `name` and, if known, `kind`; see `NameIndex.build`."""
        read = [forms(name) for name in names["name"].fill_null("").to_pylist()]
        number: dict[tuple[str, ...], int] = {}
        key, row = [], []
        for n, found in enumerate(read):
            for form in found:
                if form:
                    key.append(number.setdefault(form, len(number)))
                    row.append(n)
        del read
        keys = list(number)
        # Words of the trade are known, so that a misspelt one is told from a rare name.
        tokens = sorted(KNOWN_WORDS.union(*keys))
        vocabulary = Vocabulary.of(tokens)
        place = {token: n for n, token in enumerate(tokens)}
        key_start = np.zeros(len(keys) + 1, dtype=np.int64)
        np.cumsum(np.fromiter(map(len, keys), np.int64, len(keys)), out=key_start[1:])
        key_token = np.fromiter(
            (place[token] for one in keys for token in one), np.int32, int(key_start[-1])
        )
        pair, first, second = _pairs(
            vocabulary.letters, vocabulary.start, key_start, key_token, _PAIR_TAG
        )
        _, one = np.unique(pair, return_index=True)
        bearers = _bearers(names, np.array(key, np.int64), np.array(row, np.int64))
        bearer_key = bearers["key"].to_numpy()
        return cls(
            vocabulary=vocabulary,
            sort=sorts(tokens, vocabulary.sort),
            key_start=key_start,
            key_token=key_token,
            pair=pair[one],
            pair_first=first[one],
            pair_second=second[one],
            bearer_start=np.searchsorted(bearer_key, np.arange(len(keys) + 1)).astype(np.int64),
            bearer_key=bearer_key,
            entity=bearers["entity_key"].to_numpy(),
            kind=bearers["kind"].to_numpy(),
            name=bearers["name"].combine_chunks(),
            has_kinds="kind" in names.column_names,
        )

    @property
    def keys(self) -> int:
        """How many keys there are."""
        return len(self.key_start) - 1

    def holders(self, live: Flags) -> Numbers:
        """How many keys that a live name bears hold each token."""
        alive = np.bincount(self.bearer_key[live], minlength=self.keys) > 0
        held = np.repeat(alive, np.diff(self.key_start))
        return np.bincount(self.key_token[held], minlength=len(self.vocabulary)).astype(np.int64)

    def parts(self, words: Sequence[str]) -> list[tuple[str, str] | None]:
        """The two tokens, standing together in some key, that make each word when joined."""
        if not len(self.pair):
            return [None] * len(words)
        letters = Letters.of(words)
        hashed = hashes(letters.bytes, letters.start, _PAIR_TAG)
        at = np.minimum(np.searchsorted(self.pair, hashed), len(self.pair) - 1)
        token = self.vocabulary.token
        found: list[tuple[str, str] | None] = []
        for word, n, met in zip(words, at.tolist(), self.pair[at] == hashed, strict=True):
            two = (token(self.pair_first[n]), token(self.pair_second[n])) if met else None
            found.append(two if two and "".join(two) == word else None)
        return found

    def joined(self) -> tuple[Numbers, Numbers, Places]:
        """Keys with neighbouring tokens that stand as one token in some key, read that way.

        Returns
        -------
        tuple
            The key of each reading; where its tokens begin, and the end of the last; the tokens.
        """
        words = self.vocabulary
        hashed = hashes(words.letters, words.start, _PAIR_TAG)
        order = np.argsort(hashed, kind="stable").astype(np.int32)
        found: tuple[Numbers, Numbers, Places] = _joined(
            words.letters, words.start, self.key_start, self.key_token, hashed[order], order
        )
        return found

    def table(self, rows: Flags) -> pa.Table:
        """Some of the names, as `build` takes them."""
        kept = pa.array(rows)
        columns = {"entity_key": pa.array(self.entity).filter(kept), "name": self.name.filter(kept)}
        if self.has_kinds:
            columns["kind"] = pa.array(KINDS).take(pa.array(self.kind[rows]))
        return pa.table(columns)


def _bearers(names: pa.Table, key: Numbers, row: Numbers) -> pa.Table:
    """Entity, name and kind of every key, one row for an entity: by key, then entity."""
    names = names.take(pa.array(row))
    kind = np.full(len(row), len(KINDS) - 1, dtype=np.uint8)
    if "kind" in names.column_names:
        of = pc.index_in(names["kind"], pa.array(KINDS)).fill_null(len(KINDS) - 1)
        kind = np.asarray(of.combine_chunks(), dtype=np.uint8)
    table = pa.table(
        {"key": key, "entity_key": names["entity_key"], "name": names["name"], "kind": kind}
    )
    order = [(column, "ascending") for column in ("key", "entity_key", "name")]
    table = table.sort_by(order)
    one = np.ones(len(table), dtype=bool)
    keys, entity = table["key"].to_numpy(), table["entity_key"].to_numpy()
    one[1:] = (np.diff(keys) != 0) | (np.diff(entity) != 0)
    return table.filter(pa.array(one))


@compiled
def _joined(
    letters: Bytes, start: Numbers, key_start: Numbers, key_token: Places, hashed: Hashes,
    owner: Places,
) -> tuple[Numbers, Numbers, Places]:  # fmt: skip
    keys, ends, tokens = [np.int64(0)], [np.int64(0)], [np.int32(0)]
    buffer = np.empty(1024, dtype=np.uint8)
    for key in range(len(key_start) - 1):
        size, at, end = len(tokens), key_start[key], key_start[key + 1]
        is_joined = False
        while at < end:
            token = key_token[at]
            at += 1
            if at < end:
                kept = _both(letters, start, token, key_token[at], buffer)
                one = _token_of(letters, start, hashed, owner, buffer[:kept])
                if one >= 0:
                    token, is_joined = np.int32(one), True
                    at += 1
            tokens.append(token)
        if is_joined:
            keys.append(np.int64(key))
            ends.append(np.int64(len(tokens) - 1))
        else:
            while len(tokens) > size:
                tokens.pop()
    return np.array(keys[1:]), np.array(ends), np.array(tokens[1:])


@compiled
def _both(letters: Bytes, start: Numbers, one: int, other: int, buffer: Bytes) -> int:
    """Put the letters of two tokens into `buffer`, as many as it holds; how many they are."""
    kept = 0
    for token in (one, other):
        for k in range(start[token], start[token + 1]):
            if kept < len(buffer):
                buffer[kept] = letters[k]
                kept += 1
    return kept


@compiled
def _token_of(
    letters: Bytes, start: Numbers, hashed: Hashes, owner: Places, text: Bytes
) -> int:  # fmt: skip
    """The token of these letters, by the hashes of all; -1: there is none."""
    key = hash_of(text, 0, len(text), _PAIR_TAG)
    at = np.searchsorted(hashed, key)
    while at < len(hashed) and hashed[at] == key:
        its = letters[start[owner[at]] : start[owner[at] + 1]]
        if len(its) == len(text) and (its == text).all():
            return int(owner[at])
        at += 1
    return -1


@compiled
def _pairs(
    letters: Bytes, start: Numbers, key_start: Numbers, key_token: Places, tag: int
) -> tuple[Hashes, Places, Places]:
    """Hashes of every two tokens that stand together, joined, and the two."""
    size = 0
    for key in range(len(key_start) - 1):
        size += max(0, key_start[key + 1] - key_start[key] - 1)
    found = np.empty(size, dtype=np.uint32)
    first = np.empty(size, dtype=np.int32)
    second = np.empty(size, dtype=np.int32)
    buffer = np.empty(1024, dtype=np.uint8)
    n = 0
    for key in range(len(key_start) - 1):
        for at in range(key_start[key], key_start[key + 1] - 1):
            one, other = key_token[at], key_token[at + 1]
            kept = _both(letters, start, one, other, buffer)
            found[n] = hash_of(buffer, 0, kept, tag)
            first[n], second[n] = one, other
            n += 1
    return found, first, second
