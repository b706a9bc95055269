"""The index of listed names, and the search for names in it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from enduse.errors import UsageError
from enduse.names.meetings import Flags, Floats, Numbers, best_of_each, ranges
from enduse.names.normalise import tokens
from enduse.names.search import Found, Keys, Search
from enduse.names.words import LEGAL_FORMS

MATCHES = pa.schema(
    [
        pa.field("query", pa.int64(), nullable=False),
        pa.field("entity_key", pa.int64(), nullable=False),
        pa.field("score", pa.float64(), nullable=False),
        pa.field("matched_name", pa.string(), nullable=False),
    ]
)

_NAMES_AT_ONCE, _READINGS_AT_ONCE = 32_768, 512
# A name read with words joined or parted is not quite the name as written.
_BENT = 0.98


@dataclass(frozen=True, slots=True)
class _Holders:
    """Which entity bears a key, under which name as written: by key, then entity, one row each."""

    first: Numbers
    """Where the rows of each key begin, and the end of the last."""
    key: Numbers
    entity: Numbers
    name: pa.Array
    kind: pa.Array | None


@dataclass(frozen=True, slots=True)
class _Readings:
    """The sets of tokens under which names are looked up: one or more for each name."""

    query: Numbers
    tokens: Sequence[tuple[str, ...]]
    factor: Floats
    """What a score under this reading is worth."""


class NameIndex:
    """Names of entities, to be found again under other spellings, in other scripts and orders.

    Notes
    -----
    Measured on the 125,599 names of seven lists (US Consolidated Screening List 2026, OFAC SDN
    2022, UK 2026, EU 2026, UN 2026, OFAC vessels, Denied Persons List), by name alone. Altered
    names: 700 each of one and two wrong letters, words in another order, legal form dropped or
    changed, another romanisation, Cyrillic, words joined or parted, a misread letter, a word
    dropped, a letter of another script. Plain alterations: the first six of these but for two
    wrong letters. Unrelated: 18,058 invented company names of the usual sort ('Golden Star
    Trading LLC') and 11,356 invented names of people from common names, many of which are borne
    by somebody on a list. The score was fitted with another draw of all of these.

    =========  =============  =================  =================  ==============
    threshold  altered found  plain alterations  companies alerted  people alerted
    =========  =============  =================  =================  ==============
    0.80       0.938          --                 1.22%              2.5%
    0.85       0.917          0.949              0.47%              1.1%
    0.90       0.867          0.917              0.19%              0.5%
    0.95       0.759          --                 0.10%              0.2%
    =========  =============  =================  =================  ==============

    Weak points: a name of one short word with a wrong letter; a dropped word that tells most;
    Arabic and Hebrew originals, which leave the vowels out; Chinese names whose English form is
    no translation.
    """

    def __init__(
        self, keys: Keys, holders: _Holders, parts: dict[str, tuple[str, str]], threads: int
    ) -> None:
        self._keys = keys
        self._holders = holders
        self._parts = parts
        self._threads = threads

    @classmethod
    def build(cls, names: pa.Table, *, threads: int = 1) -> NameIndex:
        """The index of a table of names.

        Parameters
        ----------
        names
            Columns `entity_key` (int64) and `name` (string), one row a name, in any order; and
            `kind` (string) of the entity, if searches are to be kept to kinds. Null and names
            that hold no letter or digit are passed over.
        threads
            Threads that a search may use.

        Raises
        ------
        UsageError
            If a column is missing.
        """
        for column in ("entity_key", "name"):
            if column not in names.column_names:
                raise UsageError(
                    f"The table of names has no column '{column}'.",
                    hint="Give the columns entity_key and name.",
                )
        read = [tokens(name) for name in names["name"].fill_null("").to_pylist()]
        sets = [tuple(sorted(found)) for found in read]
        keys = sorted({found for found in sets if found})
        number = {key: n for n, key in enumerate(keys)}
        of_names = np.array([number.get(found, -1) for found in sets], dtype=np.int64)
        # Where two pairs of words make one when joined, the first by the alphabet is taken.
        parts = {
            a + b: (a, b) for found in sorted(set(read), reverse=True) for a, b in pairwise(found)
        }
        return cls(Keys.build(keys), _holders(names, of_names, len(keys)), parts, threads)

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
        ...     print(row["query"], row["entity_key"], round(row["score"], 2), row["matched_name"])
        0 7 0.93 Ostec Group
        1 8 1.0 Petrov, Ivan
        """
        texts = names if isinstance(names, Sequence) else names.fill_null("").to_pylist()
        bears = self._bearers(kinds)
        parts = [MATCHES.empty_table()]
        for first in range(0, len(texts), _NAMES_AT_ONCE):
            readings = self._readings(texts[first : first + _NAMES_AT_ONCE])
            found = self._search(readings, threshold, limit, bears)
            parts.append(self._answers(readings, found, first, threshold, limit, bears))
        return pa.concat_tables(parts)

    def _bearers(self, kinds: Sequence[str] | None) -> Flags:
        if kinds is None:
            return np.ones(len(self._holders.entity), dtype=bool)
        if self._holders.kind is None:
            raise UsageError(
                "Names were to be kept to kinds, and the index knows none.",
                hint="Build the index from a table with a column kind.",
            )
        return np.asarray(pc.is_in(self._holders.kind, pa.array(kinds, pa.string())))

    def _readings(self, names: Sequence[str]) -> _Readings:
        """Each name as written, and with words parted or joined as some listed name has them."""
        query, readings, factor = [], [], []
        for number, name in enumerate(names):
            written = tokens(name)
            if LEGAL_FORMS.issuperset(written):
                continue
            for reading in dict.fromkeys((written, self._parted(written), self._joined(written))):
                query.append(number)
                readings.append(reading)
                factor.append(1.0 if reading is written else _BENT)
        return _Readings(np.array(query, dtype=np.int64), readings, np.array(factor))

    def _parted(self, written: tuple[str, ...]) -> tuple[str, ...]:
        listed = self._keys.vocabulary.number
        if all(token in listed or token not in self._parts for token in written):
            return written
        parted = [
            (token,) if token in listed else self._parts.get(token, (token,)) for token in written
        ]
        return tuple(dict.fromkeys(part for parts in parted for part in parts))

    def _joined(self, written: tuple[str, ...]) -> tuple[str, ...]:
        listed = self._keys.vocabulary.number
        joined = list(written[:1])
        for token in written[1:]:
            if joined[-1] + token in listed:
                joined[-1] += token
            else:
                joined.append(token)
        return written if len(joined) == len(written) else tuple(dict.fromkeys(joined))

    def _search(self, readings: _Readings, threshold: float, limit: int, bears: Flags) -> Found:
        search = Search(
            self._keys,
            readings.tokens,
            threshold=threshold,
            most=4 * limit + 20,
            allowed=np.bincount(self._holders.key[bears], minlength=len(self._keys.texts)) > 0,
        )
        blocks = range(0, len(readings.tokens), _READINGS_AT_ONCE)
        with ThreadPoolExecutor(self._threads) as pool:
            return Found.joined(
                list(pool.map(lambda at: search.block(at, at + _READINGS_AT_ONCE), blocks))
            )

    def _answers(
        self,
        readings: _Readings,
        found: Found,
        first: int,
        threshold: float,
        limit: int,
        bears: Flags,
    ) -> pa.Table:
        start = self._holders.first[found.key]
        count = self._holders.first[found.key + 1] - start
        pair, holder = np.repeat(np.arange(len(found.key)), count), ranges(start, count)
        score = np.round(found.score * readings.factor[found.reading], 6)[pair]
        query = readings.query[found.reading][pair]
        entity = self._holders.entity[holder]
        kept = np.flatnonzero(bears[holder] & (score >= threshold))
        kept = kept[np.lexsort((holder[kept], -score[kept], entity[kept], query[kept]))]
        changes = (np.diff(query[kept], prepend=-1) != 0) | (np.diff(entity[kept], prepend=-1) != 0)
        kept = kept[changes]
        kept = kept[best_of_each(query[kept], score[kept], limit)]
        return pa.table(
            [query[kept] + first, entity[kept], score[kept], self._holders.name.take(holder[kept])],
            schema=MATCHES,
        )


def _holders(names: pa.Table, keys: npt.NDArray[np.int64], size: int) -> _Holders:
    table = names.append_column("key", pa.array(keys)).filter(pa.array(keys >= 0))
    order = [(column, "ascending") for column in ("key", "entity_key", "name")]
    table = table.sort_by(order).combine_chunks()
    key, entity = table["key"].to_numpy(), table["entity_key"].to_numpy()
    one = np.ones(len(key), dtype=bool)
    one[1:] = (np.diff(key) != 0) | (np.diff(entity) != 0)
    table, key = table.filter(pa.array(one)), key[one]
    return _Holders(
        first=np.searchsorted(key, np.arange(size + 1)),
        key=key,
        entity=entity[one],
        name=table["name"].combine_chunks(),
        kind=table["kind"].combine_chunks() if "kind" in table.column_names else None,
    )
