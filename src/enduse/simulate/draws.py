"""Random draws over whole columns."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]


def pick(rng: np.random.Generator, weights: Floats, size: int) -> Ints:
    """Indices drawn in proportion to their weights."""
    cumulative = np.cumsum(weights)
    level = rng.random(size) * cumulative[-1]
    return np.asarray(np.searchsorted(cumulative, level, side="right"), dtype=np.int64)


def pick_rows(rng: np.random.Generator, weights: Floats) -> Ints:
    """One column index for every row of a matrix, in proportion to the row's weights."""
    cumulative = np.cumsum(weights, axis=1)
    level = rng.random(len(weights)) * cumulative[:, -1]
    return np.asarray((cumulative <= level[:, None]).sum(axis=1), dtype=np.int64)


def pick_in_groups(rng: np.random.Generator, groups: Groups, wanted: Ints) -> Ints:
    """One member of each wanted group, in proportion to the members' weights."""
    low, high = groups.cumulative[groups.start[wanted]], groups.cumulative[groups.start[wanted + 1]]
    level = low + rng.random(len(wanted)) * (high - low)
    position = np.searchsorted(groups.cumulative, level, side="right") - 1
    last = groups.start[wanted + 1] - 1
    return groups.members[np.clip(position, groups.start[wanted], last)]


class Groups:
    """Members with weights, sorted by the group that they belong to.

    Parameters
    ----------
    group
        Group of each member, below `count`.
    weight
        Weight of each member; those of weight 0 are never drawn.
    count
        How many groups there are.
    """

    __slots__ = ("cumulative", "members", "start", "total")

    def __init__(self, group: Ints, weight: Floats, count: int) -> None:
        alive = np.flatnonzero(weight > 0)
        self.members: Ints = alive[np.argsort(group[alive], kind="stable")]
        self.start: Ints = np.searchsorted(group[self.members], np.arange(count + 1))
        self.cumulative: Floats = np.concatenate([[0.0], np.cumsum(weight[self.members])])
        self.total: Floats = self.cumulative[self.start[1:]] - self.cumulative[self.start[:-1]]
