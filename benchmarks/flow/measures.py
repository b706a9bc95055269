"""How well scores find what was planted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Floats = npt.NDArray[np.floating]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Found:
    """What a score finds among some lines."""

    precision: float
    """Average precision."""
    recall: float
    """Share of what was planted that is within the budget."""


def average_precision(scores: Floats, positive: Flags) -> float:
    """Mean precision at each positive; lines of one score come together.

    Examples
    --------
    >>> average_precision(np.array([0.9, 0.8, 0.7]), np.array([True, False, True]))
    0.8333333333333333
    >>> average_precision(np.zeros(4), np.array([True, False, False, False]))
    0.25
    """
    if not positive.any():
        return float("nan")
    order = np.argsort(-scores, kind="stable")
    ranked, hit = scores[order], np.cumsum(positive[order])
    last = np.append(ranked[1:] != ranked[:-1], True)
    hits, said = hit[last], np.flatnonzero(last) + 1
    return float((np.diff(hits, prepend=0) * hits / said).sum() / hits[-1])


def within(scores: Floats, budget: int) -> npt.NDArray[np.float64]:
    """How likely each line is within a budget of lines; equals share what is left to them.

    Examples
    --------
    >>> within(np.array([3.0, 1.0, 1.0, 0.0]), 2).tolist()
    [1.0, 0.5, 0.5, 0.0]
    """
    if budget >= len(scores):
        return np.ones(len(scores))
    limit = np.partition(scores, len(scores) - budget)[len(scores) - budget]
    over, level = scores > limit, scores == limit
    told: npt.NDArray[np.float64] = over + level * ((budget - over.sum()) / level.sum())
    return told


def found(scores: Floats, positive: Flags, budget: float = 0.01) -> Found:
    """Average precision, and recall at a share of all lines."""
    told = within(scores, int(budget * len(scores)))
    recall = float(told[positive].mean()) if positive.any() else float("nan")
    return Found(average_precision(scores, positive), recall)


def found_by(
    scores: Floats, positive: Flags, group: Sequence[object], budget: float = 0.01
) -> dict[str, tuple[Found, int]]:
    """The same for each group of positives against all lawful lines, and how many they are.

    The budget is that of all lines, so that recalls of groups make up the recall of all.
    """
    told = within(scores, int(budget * len(scores)))
    groups = np.asarray(group, dtype=object)
    answer = {}
    for name in sorted({str(name) for name in groups[positive]}):
        mine = positive & (groups == name)
        rows = mine | ~positive
        answer[name] = (
            Found(average_precision(scores[rows], mine[rows]), float(told[mine].mean())),
            int(mine.sum()),
        )
    return answer


def alerts(scores: Floats, positive: Flags, chain: Ints, budget: float) -> tuple[float, float]:
    """Precision of the alerts that a budget allows, and share of chains that one of them touches.

    Lines without a score (0) raise no alert; a chain counts if a line of it is seen.
    """
    told = within(scores, int(budget * len(scores))) * (scores > 0)
    untouched = np.ones(int(chain.max(initial=-1)) + 1)
    np.multiply.at(untouched, chain[positive], 1 - told[positive])
    seen = np.unique(chain[positive])
    if not told.sum() or not len(seen):
        return float("nan"), 0.0
    return float(told[positive].sum() / told.sum()), float(1 - untouched[seen].mean())


def edges_f1(said: pa.Table, true: pa.Table) -> tuple[float, float, float]:
    """Precision, recall and F1 of links between rows (``from_row``, ``to_row``).

    Examples
    --------
    >>> true = pa.table({"from_row": [0, 1], "to_row": [1, 2]})
    >>> edges_f1(pa.table({"from_row": [0, 0], "to_row": [1, 2]}), true)
    (0.5, 0.5, 0.5)
    """
    ours, theirs = _links(said), _links(true)
    both = len(ours & theirs)
    precision, recall = both / max(len(ours), 1), both / max(len(theirs), 1)
    return precision, recall, 2 * both / max(len(ours) + len(theirs), 1)


def _links(table: pa.Table) -> set[tuple[int, int]]:
    return set(zip(*(table[name].to_pylist() for name in ("from_row", "to_row")), strict=True))
