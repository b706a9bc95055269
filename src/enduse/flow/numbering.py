"""Numbers that stay: of parties, goods and keys, as lines come in one after the other."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from enduse.flow.columns import codes_in, folded_in
from enduse.flow.kernel import Flags, Ints, Reals
from enduse.flow.measures import (
    NEARLY_ALWAYS,
    STEPS,
    USUAL,
    Ways,
    count_weights,
    tell,
    unit_weights,
)
from enduse.flow.movements import Level, Parties
from enduse.flow.unit_values import currencies_in

_WEIGHED = -1


class Goods(NamedTuple):
    """What goods are told apart by; sorts as the goods of a full run do."""

    hs6: str
    part: tuple[bool, str]
    measure: str
    entry: tuple[bool, str]


class Numbering:
    """Numbers given to what was seen, in the order in which it came; none is ever given anew."""

    def __init__(self) -> None:
        self.goods: list[Goods] = []
        self.level: list[int] = []
        """Level of each key."""
        self._parties: dict[tuple[str | None, str | None], int] = {}
        self._words: dict[tuple[str, str], int] = {}
        self.word: list[str] = []
        self._own: dict[str, dict[str, int]] = {}
        self._goods: dict[tuple[int, ...], int] = {}
        self._same: dict[Goods, int] = {}
        self._kinds: dict[tuple[int, str, str], int] = {}
        self._goods_kinds: list[list[int]] = []
        self._bases: dict[int, int] = {}
        self._keys: dict[tuple[int, int, int], int] = {}
        self._up = np.empty((len(Level), 0), np.int32)

    def parties(self, lines: pa.Table) -> Parties:
        """Parties by their names and countries as they are written."""
        sides = []
        for role in ("exporter", "consignee"):
            pairs = zip(lines[role].to_pylist(), lines[f"{role}_country"].to_pylist(), strict=True)
            numbers = [
                -1 if pair[0] is None else self._parties.setdefault(pair, len(self._parties))
                for pair in pairs
            ]
            sides.append(np.array(numbers, np.int32))
        return Parties(sides[0], sides[1])

    def words(self, lines: pa.Table, column: str, first: int | None = None) -> Ints:
        """Values of a column, or so many first letters of each, as numbers into `word`; -1: null."""
        codes, names = codes_in(lines, column)
        numbers = [self.word_of(column, name[:first]) for name in names]
        return np.append(numbers, -1)[codes].astype(np.int32)

    def currencies(self, lines: pa.Table) -> Ints:
        """Currencies of lines, as `currencies_in` has them."""
        return currencies_in(lines, self._own.setdefault("currency", {}))

    def own_words(self, lines: pa.Table, column: str) -> Ints:
        """Values of a column as numbers from 0 that it has alone, in capitals; -1: none."""
        codes, names = folded_in(lines, column)
        own = self._own.setdefault(column, {})
        numbers = [own.setdefault(name, len(own)) for name in names.to_pylist()]
        return np.array([*numbers, -1], np.int32)[codes]

    def word_of(self, column: str, name: str) -> int:
        """Number of a value of a column."""
        number = self._words.setdefault((column, name), len(self.word))
        if number == len(self.word):
            self.word.append(name)
        return number

    def kinds(self, hs: Ints, part: Ints, measure: Ints, entry: Ints) -> Ints:
        """Numbers of kinds of goods, each given by words."""
        whole = np.stack([hs, part, measure, entry])
        found, numbers = np.unique(whole, axis=1, return_inverse=True)
        kinds = []
        for words in found.T.tolist():
            key = tuple(words)
            if key not in self._goods:
                self._goods[key] = self._goods_of(*words)
            kinds.append(self._goods[key])
        return np.array(kinds, np.int32)[numbers.reshape(-1)]

    def _goods_of(self, hs: int, part: int, measure: int, entry: int) -> int:
        code, unit = self.word[hs], self.word[measure]
        names = {
            Level.PART: self.word[part] if part >= 0 else None,
            Level.HS6: code[:6],
            Level.ENTRY: self.word[entry] if entry >= 0 else None,
            Level.HEADING: code[:4],
            Level.QUANTITY: None,
            Level.PARTY: "",
        }
        part_name, entry_name = names[Level.PART], names[Level.ENTRY]
        goods = Goods(
            code[:6],
            (part_name is not None, part_name or ""),
            unit,
            (entry_name is not None, entry_name or ""),
        )
        if goods in self._same:
            return self._same[goods]
        self._same[goods] = len(self.goods)
        self.goods.append(goods)
        self._goods_kinds.append(
            [
                -1
                if name is None
                else self._kinds.setdefault((level, name, unit), len(self._kinds))
                for level, name in names.items()
            ]
        )
        return self._same[goods]

    def bases(self, party: Ints, goods: Ints) -> Ints:
        """Numbers of pairs of a party and a kind of goods."""
        pairs, numbers = np.unique(party.astype(np.int64) << 32 | goods, return_inverse=True)
        known, found = len(self._bases), []
        new: list[list[int]] = []
        for pair in pairs.tolist():
            found.append(self._bases.setdefault(pair, len(self._bases)))
            if found[-1] == known + len(new):
                new.append([self._key(level, pair) for level in range(len(Level))])
        if new:
            self._up = room(self._up, len(self._bases))
            self._up[:, known : len(self._bases)] = np.array(new, np.int32).T
        return np.array(found, np.int32)[numbers]

    def _key(self, level: int, pair: int) -> int:
        kind = self._goods_kinds[pair & 0xFFFFFFFF][level]
        if kind < 0:
            return -1
        return self._key_of(level, pair >> 32, kind)

    def _key_of(self, level: int, party: int, kind: int) -> int:
        key = self._keys.setdefault((level, party, kind), len(self._keys))
        if key == len(self.level):
            self.level.append(level)
        return key

    def same(self, party: Ints, measure: Ints, amount: Ints) -> Ints:
        """Keys of parties and any goods in the very same quantity; measures are words."""
        kind = measure.astype(np.int64) << 32 | amount
        keys = [
            self._key_of(Level.QUANTITY, *pair)
            for pair in zip(party.tolist(), kind.tolist(), strict=True)
        ]
        return np.array(keys, np.int32)

    def up(self, bases: Ints) -> npt.NDArray[np.int32]:
        """Keys of pairs, shape (levels, pairs); -1: none."""
        return self._up[:, bases]

    def rank(self, goods: Ints) -> Ints:
        """Places of goods among each other, in the order of a full run."""
        kinds, numbers = np.unique(goods, return_inverse=True)
        rank = np.empty(len(kinds), np.int32)
        in_order = sorted(range(len(kinds)), key=lambda i: self.goods[kinds[i]])
        rank[in_order] = np.arange(len(kinds))
        return rank[numbers]


class Measures:
    """How the goods of each HS6 code are followed, as in a full run.

    Of each code it counts the lines in each measure, and what a unit weighs there.
    """

    def __init__(self, mass: int, count: int) -> None:
        self.mass, self.pieces = mass, count
        """The measures of mass, and of pieces."""
        self._lines: dict[int, Counter[int]] = {}
        self._weights: dict[tuple[int, int], npt.NDArray[np.int64]] = {}
        self._ways: dict[int, tuple[int, float]] = {}

    def count(
        self, code: Ints, measure: Ints, quantity: Reals, kilograms: Reals, sign: int
    ) -> set[int]:
        """Count lines, or discount them (`sign` -1); returns their codes."""
        known = code >= 0
        code, measure = code[known], measure[known]
        triples = np.stack([code, measure, kilograms[known] > 0])
        found, counts = np.unique(triples, axis=1, return_counts=True)
        for (one, of, is_weighed), lines in zip(found.T.tolist(), counts.tolist(), strict=True):
            counted = self._lines.setdefault(one, Counter())
            counted[of] += sign * lines
            counted[_WEIGHED] += sign * lines * is_weighed
        pairs, inverse = np.unique(triples[:2], axis=1, return_inverse=True)
        at: Ints = inverse.reshape(-1).astype(np.int32)
        weights = np.zeros((pairs.shape[1], 2, STEPS), np.int64)
        of_pair, kilograms = pairs[1].astype(np.int32), kilograms[known]
        count_weights(at, 0, of_pair, quantity[known], measure, kilograms, self.mass, weights)
        for (one, of), these in zip(pairs.T.tolist(), weights, strict=True):
            if these.any():
                self._weights[one, of] = self._weights.get((one, of), 0) + sign * these
        return set(found[0].tolist())

    def turned(self, codes: set[int]) -> list[int]:
        """Codes among these that are followed in another way from now on."""
        ways = {code: self._way(code) for code in codes}
        turned = [code for code, way in ways.items() if way != self._ways.get(code)]
        self._ways.update(ways)
        return sorted(turned)

    def tell(self, code: Ints, quantity: Reals, measure: Ints, kilograms: Reals) -> Flags:
        """Tell the quantities of lines in the measures in which they are followed.

        Returns for which that was done from a weight.
        """
        found, at = np.unique(code, return_inverse=True)
        known = [self._ways[one] for one in found.tolist()]
        usual = np.array([measure for measure, _ in known], np.int32)
        ways = Ways(usual, np.array([weight for _, weight in known], np.float64))
        places: Ints = at.astype(np.int32)
        return tell(quantity, measure, kilograms, ways, places, self.mass, self.pieces)

    def _way(self, code: int) -> tuple[int, float]:
        """The measure in which a code's goods are followed, and the weight of its unit."""
        counted = self._lines[code]
        lines = {measure: count for measure, count in counted.items() if measure != _WEIGHED}
        usual = max(lines, key=lines.__getitem__)
        if lines[usual] >= USUAL * sum(lines.values()):
            weights = self._weights.get((code, usual))
            return usual, 0.0 if weights is None else float(unit_weights(weights[None])[0])
        return (self.mass if counted[_WEIGHED] > NEARLY_ALWAYS * sum(lines.values()) else -1), 0.0


def room(values: npt.NDArray[Any], count: int) -> npt.NDArray[Any]:
    """An array whose last axis holds so many; it doubles, so that growing costs little."""
    now = values.shape[-1]
    if count <= now:
        return values
    longer = np.zeros((*values.shape[:-1], max(count, 2 * now)), values.dtype)
    longer[..., :now] = values
    return longer
