"""How right the answers of a system are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from benchmarks.names.tasks import AS_LISTED

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Of one system on one task."""

    threshold: float
    """Scores above it alert; as low as the budget of unrelated names allows."""
    recall: float
    """Share of the asked names whose right entity alerts."""
    among_ten: float
    """Share of the asked names whose right entity is among those answered."""
    altered: float
    """`recall` of those alone that are not as listed."""
    by_alteration: dict[str, tuple[float, int]]
    """`recall` and how many were asked."""
    asked: int
    unrelated: int


def accuracy(
    found: pa.Table,
    answers: Sequence[frozenset[int]],
    alteration: Sequence[str],
    unrelated: int,
    budget: float,
) -> Accuracy:
    """Judge answers to the asked names followed by the unrelated ones."""
    asked = len(answers)
    best, right = np.full(asked + unrelated, -np.inf), np.full(asked, -np.inf)
    rows = zip(*(found[c].to_pylist() for c in ("query", "entity_key", "score")), strict=True)
    for query, key, score in rows:
        best[query] = max(best[query], score)
        if query < asked and key in answers[query]:
            right[query] = max(right[query], score)
    threshold = threshold_at(best[asked:], budget)
    alerted = right > threshold
    kinds = np.array(alteration)
    changed = kinds != AS_LISTED
    return Accuracy(
        threshold=threshold,
        recall=float(alerted.mean()),
        among_ten=float((right > -np.inf).mean()),
        altered=float(alerted[changed].mean()) if changed.any() else math.nan,
        by_alteration={
            kind: (float(alerted[kinds == kind].mean()), int((kinds == kind).sum()))
            for kind in dict.fromkeys(alteration)
        },
        asked=asked,
        unrelated=unrelated,
    )


def threshold_at(best: Floats, budget: float) -> float:
    """The score that no more than a share of the unrelated names exceed.

    Examples
    --------
    >>> threshold_at(np.array([0.1, 0.9, 0.3, 0.2]), 0.25)
    0.3
    """
    return float(np.sort(best)[::-1][int(budget * len(best))])


def f1(scores: Floats, same: npt.NDArray[np.bool_], threshold: float) -> float:
    """Harmonic mean of precision and recall of pairs that score above a threshold."""
    said = scores > threshold
    return float(2 * (said & same).sum() / max(said.sum() + same.sum(), 1))


def area(scores: Floats, same: npt.NDArray[np.bool_]) -> float:
    """The chance that a pair of one party scores above one of two, ties counting half."""
    order = np.sort(scores[~same])
    below = np.searchsorted(order, scores[same], "left")
    up_to = np.searchsorted(order, scores[same], "right")
    return float((below + up_to).mean() / 2 / len(order))


def pairwise(said: npt.ArrayLike, truth: npt.ArrayLike) -> tuple[float, float, float]:
    """Precision, recall and F1 of the pairs that two clusterings of the same records make.

    Examples
    --------
    >>> pairwise([1, 1, 1, 2], [1, 1, 2, 2])
    (0.3333333333333333, 0.5, 0.4)
    """
    both = np.stack([np.asarray(said), np.asarray(truth)])

    def pairs(labels: npt.NDArray[np.int64]) -> float:
        sizes = np.unique(labels, axis=-1, return_counts=True)[1].astype(float)
        return float((sizes * (sizes - 1)).sum() / 2)

    hit, ours, theirs = pairs(both), pairs(both[0]), pairs(both[1])
    return hit / max(ours, 1), hit / max(theirs, 1), 2 * hit / max(ours + theirs, 1)
