"""The index of names, and the search for names in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pyarrow as pa

from enduse.errors import UsageError
from enduse.names import kernel
from enduse.names.aligned import explanations
from enduse.names.letters import Flags, Floats, Numbers
from enduse.names.part import EVERY_KIND, SCORED_AS, Lookup, Part, ranges
from enduse.names.readings import Readings
from enduse.names.segment import KINDS, Segment
from enduse.names.stored import read_segments, write_segments
from enduse.names.weights import log_odds, probability, weigh

MATCHES = pa.schema(
    [
        pa.field("query", pa.int64(), nullable=False),
        pa.field("entity_key", pa.int64(), nullable=False),
        pa.field("score", pa.float64(), nullable=False),
        pa.field("matched_name", pa.string(), nullable=False),
    ]
)

ALIKE = pa.schema(
    [
        pa.field("left", pa.int64(), nullable=False),
        pa.field("right", pa.int64(), nullable=False),
        pa.field("score", pa.float64(), nullable=False),
    ]
)

_NAMES_AT_ONCE = 32_768
# A name read with words joined or parted is not quite the name as written.
_BENT = -0.2
# What was added is searched beside the rest until it is this part of it; then all is built anew.
_MOST_ADDED = 0.25
# So many names of one key are paired each with each; more, with the first of them alone.
_MOST_SAME = 30

Keys: TypeAlias = Sequence[int] | pa.Array | pa.ChunkedArray


class NameIndex:
    """Names of entities, to be found again under other spellings, in other scripts and orders.

    The score of a name and a listed name is the probability that one is a spelling of the other,
    where half of the names that are asked are on the list: 1 is the same set of tokens. It says
    nothing of whether two people of one name are one. How it was learned and measured, against
    which peers, is in ``docs/names.md``.

    Searches may run in several threads at once; `add` and `remove` may not run beside them.
    """

    def __init__(self, segments: Sequence[Segment], live: Sequence[Flags], threads: int) -> None:
        self._threads = threads
        self._weigh(segments, live)

    @classmethod
    def build(cls, names: pa.Table, *, threads: int = 1) -> NameIndex:
        """The index of a table of names.

        Parameters
        ----------
        names
            Columns `entity_key` (int64) and `name` (string), one row a name, in any order; and
            `kind` (string, `model.PartyKind`) of the entity, if known. Null and names that hold
            no letter or digit are passed over.
        threads
            Threads that a search may use.

        Raises
        ------
        UsageError
            If a column is missing.
        """
        segment = Segment.build(_checked(names))
        return cls([segment], [np.ones(len(segment.entity), dtype=bool)], threads)

    @classmethod
    def open(cls, folder: str | Path, *, threads: int = 1) -> NameIndex:
        """The index that was saved in a folder, mapped from disk and not read.

        Raises
        ------
        InputError
            If there is none, or it was written by another version.
        """
        segments, live = read_segments(Path(folder))
        return cls(segments, live, threads)

    def save(self, folder: str | Path) -> None:
        """Write the index into a folder, whole or not at all; one that stands there is replaced.

        Raises
        ------
        StorageError
            If the disk is full or the folder cannot be written.
        """
        parts = [(part.segment, part.live) for part in self._parts]
        write_segments(Path(folder), parts)

    def __len__(self) -> int:
        """How many names there are, names of one entity that differ in nothing told apart as one."""
        return sum(int(part.live.sum()) for part in self._parts)

    def add(self, names: pa.Table) -> None:
        """Add names, as given to `build`; an entity may get further names.

        Answers are those of an index built of all names at once. The work grows with the names
        that were added and not yet built in: at most a quarter of the index.
        """
        base, *rest = self._parts
        names = _checked(names)
        if "kind" in names.column_names and not base.segment.has_kinds and len(base.live):
            names = names.drop_columns("kind")
        tables = [part.segment.table(part.live) for part in rest] + [names]
        if sum(map(len, tables)) <= _MOST_ADDED * len(base.live):
            segments, live = [base.segment], [base.live]
        else:
            segments, live = [], []
            tables.append(base.segment.table(base.live))
        segments.append(Segment.build(_joined(tables)))
        live.append(np.ones(len(segments[-1].entity), dtype=bool))
        self._weigh(segments, live)

    def remove(self, entity_keys: Keys) -> None:
        """Take out every name of these entities; keys that are not in the index are passed over."""
        gone = _array(entity_keys)
        live = [part.live & ~np.isin(part.segment.entity, gone) for part in self._parts]
        self._weigh([part.segment for part in self._parts], live)

    def only(self, entity_keys: Keys) -> NameIndex:
        """The index of some of the entities, in which names score as they do in the whole.

        When a list changes, what is held is screened against only what changed.
        """
        kept = _array(entity_keys)
        some = NameIndex([], [], self._threads)
        some._parts = [
            part.only(part.live & np.isin(part.segment.entity, kept)) for part in self._parts
        ]
        some._keys = self._keys
        return some

    def match(
        self,
        names: Sequence[str] | pa.Array | pa.ChunkedArray,
        *,
        limit: int = 10,
        threshold: float = 0.0,
        kinds: Sequence[str] | None = None,
    ) -> pa.Table:
        """The entities whose names come nearest to each name, best first.

        Parameters
        ----------
        names
            Names as written. One that is `unmatchable` is answered with nothing.
        limit
            Entities for a name at most.
        threshold
            Score that an entity must reach, 0 to 1. Names that share less than three tenths of
            their weight are not answered, whatever the threshold.
        kinds
            Only entities of these kinds; None: of any.

        Returns
        -------
        pyarrow.Table
            `query` (position in `names`), `entity_key`, `score` (0 to 1; 1 is the same set of
            normalised tokens), `matched_name` (the listed name as written that met best). One
            row at most for a query and an entity; by query, falling score, then entity.

        Raises
        ------
        UsageError
            If `kinds` are given and the index was built without.

        Examples
        --------
        >>> listed = pa.table({"entity_key": [7, 8], "name": ["Ostec Group", "Petrov, Ivan"]})
        >>> found = NameIndex.build(listed).match(["OOO «Ostek-Group»", "Иван Петров"])
        >>> for row in found.to_pylist():
        ...     print(row["query"], row["entity_key"], row["score"] > 0.8, row["matched_name"])
        0 7 True Ostec Group
        1 8 True Petrov, Ivan
        """
        texts = names if isinstance(names, Sequence) else names.fill_null("").to_pylist()
        segments = [part.segment for part in self._parts]
        found = [MATCHES.empty_table()]
        for first in range(0, len(texts), _NAMES_AT_ONCE):
            readings = Readings.of(texts[first : first + _NAMES_AT_ONCE], segments)
            found.append(self._answers(readings, first, limit, threshold, kinds))
        return pa.concat_tables(found)

    def explain(self, names: Sequence[str], matched: Sequence[str]) -> list[str]:
        """`names.explain` for pairs of a name and a listed name, with the weights of this index."""
        return explanations(names, matched, self._parts, self._keys)

    def self_join(self, *, threshold: float = 0.5, limit: int = 50) -> pa.Table:
        """Which entities bear names that may be spellings of one another.

        Parameters
        ----------
        threshold
            Score that a pair must reach.
        limit
            Keys at most that each key is paired with, the likest first. Where more than 30
            entities bear the very same tokens, each is paired with the first of them alone.

        Returns
        -------
        pyarrow.Table
            `left` and `right` (entity keys, left below right, each pair once), `score`.
        """
        segment = Segment.build(_joined([p.segment.table(p.live) for p in self._parts]))
        whole = NameIndex([segment], [np.ones(len(segment.entity), dtype=bool)], self._threads)
        (part,) = whole._parts
        (lookup,) = Lookup.of(Readings.of_keys(segment), [part], whole._keys)
        least = log_odds(threshold)
        found = lookup.search(EVERY_KIND, limit, least, self._threads, is_join=True)
        bent = replace(lookup, readings=lookup.readings.joined(segment))
        at, other, _ = bent.search(EVERY_KIND, limit, least, self._threads)
        one = bent.readings.query[at]
        lower, higher = np.minimum(one, other), np.maximum(one, other)
        _, odds, *_ = lookup.describe(lower, higher)
        reading, key, odds = (
            np.concatenate(both) for both in zip(found, (lower, higher, odds), strict=True)
        )
        reading, key, odds = reading[reading != key], key[reading != key], odds[reading != key]
        return _pairs(segment, reading, key, odds, least)

    def evidence(self, names: Sequence[str], *, limit: int = 10) -> tuple[pa.Table, Floats]:
        """What the alignments with the nearest keys say, to learn the weights of the score from.

        Returns
        -------
        tuple
            Columns `query`, `entity_key`, `scored_as` (0 person, 1 organisation, 2 vessel), and
            for every row the values of `alignment.FEATURES`.
        """
        readings = Readings.of(names, [part.segment for part in self._parts])
        rows, features = [], []
        for lookup in Lookup.of(readings, self._parts, self._keys):
            segment = lookup.part.segment
            reading, key, _ = lookup.search(EVERY_KIND, limit, log_odds(0.0), self._threads)
            said, odds, *_ = lookup.describe(reading, key)
            pair, bearer, _ = _by_bearer(lookup, reading, key, odds, EVERY_KIND)
            columns = {
                "query": readings.query[reading[pair]],
                "entity_key": segment.entity[bearer],
                "scored_as": SCORED_AS[segment.kind[bearer]],
            }
            rows.append(pa.table(columns))
            features.append(said[pair])
        return pa.concat_tables(rows), np.concatenate(features)

    def _weigh(self, segments: Sequence[Segment], live: Sequence[Flags]) -> None:
        """Take over segments and which of their names count, and weigh their tokens anew."""
        held = [one.holders(alive) for one, alive in zip(segments, live, strict=True)]
        self._keys = sum(one.keys for one in segments)
        self._parts: list[Part] = []
        for segment, alive, own in zip(segments, live, held, strict=True):
            holders = own.copy()
            for other, of_other in zip(segments, held, strict=True):
                if other is not segment:
                    number = other.vocabulary.numbers_of(segment.vocabulary)
                    holders[number >= 0] += of_other[number[number >= 0]]
            weight = weigh(segment.sort, holders, self._keys)
            self._parts.append(Part.of(segment, alive, weight))

    def _answers(
        self, readings: Readings, first: int, limit: int, threshold: float,
        kinds: Sequence[str] | None,
    ) -> pa.Table:  # fmt: skip
        least = log_odds(threshold)
        tables = []
        for lookup in Lookup.of(readings, self._parts, self._keys):
            segment = lookup.part.segment
            wanted = _kinds_wanted(segment, kinds)
            reading, key, odds = lookup.search(wanted, limit, least, self._threads)
            pair, bearer, its = _by_bearer(lookup, reading, key, odds, wanted)
            kept = its >= least
            columns = [
                readings.query[reading[pair[kept]]] + first,
                segment.entity[bearer[kept]],
                probability(its[kept]),
                segment.name.take(pa.array(bearer[kept])),
            ]
            tables.append(pa.table(columns, schema=MATCHES))
        return _best(pa.concat_tables([MATCHES.empty_table(), *tables]), limit)


def _best(matches: pa.Table, limit: int) -> pa.Table:
    """One row for a query and an entity, `limit` for a query: by query, falling score, entity."""
    query, entity = matches["query"].to_numpy(), matches["entity_key"].to_numpy()
    score = matches["score"].to_numpy()
    order = np.lexsort((-score, entity, query))
    order = order[_changes(query[order]) | _changes(entity[order])]
    order = order[np.lexsort((entity[order], -score[order], query[order]))]
    place = np.arange(len(order)) - np.searchsorted(query[order], query[order])
    return matches.combine_chunks().take(pa.array(order[place < limit]))


def _by_bearer(
    lookup: Lookup, reading: Numbers, key: Numbers, odds: Floats, kinds: int
) -> tuple[Numbers, Numbers, Floats]:
    """Pairs of reading and key for each name of the key that counts: pair, name, log-odds."""
    segment = lookup.part.segment
    first = segment.bearer_start[key]
    count = segment.bearer_start[key + 1] - first
    pair, bearer = np.repeat(np.arange(len(key)), count), ranges(first, count)
    counts = lookup.part.live[bearer] & ((1 << segment.kind[bearer].astype(int)) & kinds > 0)
    pair, bearer = pair[counts], bearer[counts]
    its = odds[pair, SCORED_AS[segment.kind[bearer]]]
    return pair, bearer, its + _BENT * lookup.readings.bent[reading[pair]]


def _pairs(
    segment: Segment, reading: Numbers, key: Numbers, odds: Floats, least: float
) -> pa.Table:
    """Pairs of entities from pairs of keys, and from those that share a key."""
    start = segment.bearer_start
    size = np.diff(start)
    count = np.minimum(size, _MOST_SAME)
    each = count[reading] * count[key]
    pair = np.repeat(np.arange(len(key)), each)
    place = ranges(np.zeros(len(key), np.int64), each)
    one = start[reading][pair] + place // count[key][pair]
    other = start[key][pair] + place % count[key][pair]
    column = np.where(
        SCORED_AS[segment.kind[one]] == SCORED_AS[segment.kind[other]],
        SCORED_AS[segment.kind[one]],
        SCORED_AS[-1],
    )
    score = odds[pair, column]
    # Those of one key: each with each, or with the first.
    sharing = np.flatnonzero(size > 1)
    spread = np.where(size > _MOST_SAME, 1, np.minimum(size, _MOST_SAME))[sharing]
    base = np.repeat(sharing, size[sharing] * spread)
    at = ranges(np.zeros(len(sharing), np.int64), size[sharing] * spread)
    wide = np.repeat(spread, size[sharing] * spread)
    same_one, same_other = start[base] + at // wide, start[base] + at % wide
    ones, others = np.concatenate([one, same_one]), np.concatenate([other, same_other])
    score = np.concatenate([score, np.full(len(same_one), kernel.SAME)])
    left, right = segment.entity[ones], segment.entity[others]
    kept = (left != right) & (score >= least)
    left, right = np.minimum(left, right)[kept], np.maximum(left, right)[kept]
    score = score[kept]
    order = np.lexsort((-score, right, left))
    order = order[_changes(left[order]) | _changes(right[order])]
    columns = [left[order], right[order], probability(score[order])]
    return pa.table(columns, schema=ALIKE)


def _kinds_wanted(segment: Segment, kinds: Sequence[str] | None) -> int:
    if kinds is None:
        return EVERY_KIND
    if not segment.has_kinds:
        raise UsageError(
            "Names were to be kept to kinds, and the index knows none.",
            hint="Build the index from a table with a column kind.",
        )
    return sum({1 << KINDS.index(kind) for kind in kinds})


def _changes(values: Numbers) -> Flags:
    changed = np.ones(len(values), dtype=bool)
    changed[1:] = values[1:] != values[:-1]
    return changed


def _array(keys: Keys) -> Numbers:
    return np.asarray(pa.array(keys, pa.int64()) if isinstance(keys, Sequence) else keys)


def _joined(tables: Sequence[pa.Table]) -> pa.Table:
    kinds = any("kind" in table.column_names for table in tables)
    schema = pa.schema(
        [("entity_key", pa.int64()), ("name", pa.string())] + [("kind", pa.string())] * kinds
    )
    return pa.concat_tables(
        [
            pa.table(
                [
                    table[name].cast(schema.field(name).type)
                    if name in table.column_names
                    else pa.nulls(len(table), pa.string())
                    for name in schema.names
                ],
                schema=schema,
            )
            for table in tables
        ]
    )


def _checked(names: pa.Table) -> pa.Table:
    for column in ("entity_key", "name"):
        if column not in names.column_names:
            raise UsageError(
                f"The table of names has no column '{column}'.",
                hint="Give the columns entity_key and name.",
            )
    return names
