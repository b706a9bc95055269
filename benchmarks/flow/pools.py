"""Draws by weight within groups."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def distinct(values: Ints) -> Ints:
    """Values without repetition, in order; by sorting, which is faster here than by hashing."""
    ordered = np.sort(values)
    return (
        ordered[np.concatenate([[True], ordered[1:] != ordered[:-1]])] if len(values) else ordered
    )


def among(values: Ints, ordered: Ints) -> npt.NDArray[np.bool_]:
    """Whether each value is one of ``ordered``."""
    if not len(ordered):
        return np.zeros(len(values), dtype=np.bool_)
    at = np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)
    return np.asarray(ordered[at] == values)


class Pool:
    """Members that are drawn within their group, each by its weight.

    Examples
    --------
    >>> pool = Pool(np.array([7, 7, 9]), np.array([0.0, 1.0, 1.0]), np.array([10, 11, 12]))
    >>> pool.draw(np.array([7, 9, 8]), np.random.default_rng(0)).tolist()
    [11, 12, -1]
    """

    def __init__(self, key: Ints, weight: Floats, member: Ints) -> None:
        order = np.argsort(key, kind="stable")
        self._member = member[order]
        ordered = key[order]
        first = np.flatnonzero(
            np.concatenate([[True], ordered[1:] != ordered[:-1]]) if len(key) else []
        )
        self._keys, self._starts = ordered[first], np.append(first, len(key))
        # Where keys lie close together, a table finds them sooner than a search.
        self._table: Ints | None = None
        if len(key) and self._keys[0] >= 0 and self._keys[-1] < 4 * len(self._keys) + 10_000:
            self._table = np.full(int(self._keys[-1]) + 2, len(self._keys) - 1)
            self._table[self._keys] = np.arange(len(self._keys))
        self._reached = np.concatenate([[0.0], np.cumsum(weight[order])])

    def draw(self, key: Ints, rng: np.random.Generator) -> Ints:
        """A member of each group; -1 where there is no such group."""
        if not len(self._keys):
            return np.full(len(key), -1)
        if self._table is not None:
            at = self._table[np.minimum(key, len(self._table) - 1)]
        else:
            at = np.minimum(np.searchsorted(self._keys, key), len(self._keys) - 1)
        first, end = self._starts[at], self._starts[at + 1]
        low, high = self._reached[first], self._reached[end]
        target = low + rng.random(len(key)) * (high - low)
        place = np.searchsorted(self._reached, target, side="right") - 1
        drawn = self._member[np.clip(place, first, end - 1)]
        return np.where(self._keys[at] == key, drawn, -1)
