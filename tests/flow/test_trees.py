"""Trees answer many shipments at once as they answer each of them alone."""

from __future__ import annotations

import numpy as np
import pytest

from enduse.flow.kernel import Floats
from enduse.flow.learned import NO_TREES, Learned
from enduse.flow.neighbours import SECOND_FEATURES
from enduse.flow.trees import BLOCK, Trees, half_of_each, odds_of


def alone(told: Floats, trees: Trees) -> np.float32:
    """Log-odds of one shipment, tree after tree, until there is no hope."""
    odds = trees.limit[0]
    for tree, node in enumerate(trees.roots):
        if tree >= 16 and odds < -5:
            break
        while trees.feature[node] >= 0:
            node = trees.child[node] + (told[trees.feature[node]] >= trees.limit[node])
        odds += trees.limit[node]
    return odds


def shipments(trees: Trees, count: int) -> Floats:
    """Features about the limits that the trees ask for, some of them the very limit."""
    rng = np.random.default_rng(7)
    told = rng.normal(0, 1, (count, len(SECOND_FEATURES))).astype(np.float32)
    for feature in range(told.shape[1]):
        limits = trees.limit[trees.feature == feature]
        if len(limits):
            told[:, feature] = rng.choice(limits, count) + rng.choice([-0.1, 0, 0.1], count)
    return told


def test_a_block_of_shipments_is_answered_as_each_alone() -> None:
    trees = Learned.shipped().second
    # From a lower beginning some are given up on the way.
    trees.limit[0] -= 2
    told = shipments(trees, BLOCK + 3)
    odds = odds_of(told, trees)
    assert odds.tolist() == [alone(row, trees) for row in told]
    assert (odds < -5).any()
    assert (odds > -5).any()


def test_trees_may_end_at_any_depth() -> None:
    # The first asks once, then once more on one side; the second asks nothing.
    trees = Trees(
        np.array([1, 6], np.int32),
        np.array([0.5, 10, 1, 20, 2, 4, 8], np.float32),
        np.array([-1, 0, -1, 1, -1, -1, -1], np.int32),
        np.array([0, 2, 0, 4, 0, 0, 0], np.int32),
    )
    told = np.array([[9, 0], [10, 19], [10, 20]], np.float32)
    assert odds_of(told, trees).tolist() == [9.5, 10.5, 12.5]


@pytest.mark.parametrize("count", [0, 1])
def test_without_trees_the_odds_are_even(count: int) -> None:
    assert odds_of(np.zeros((count, 2), np.float32), NO_TREES).tolist() == [0.0] * count


def test_half_of_each_of_two_scores_is_the_mean_of_their_log_odds() -> None:
    shipped, of_the_day = Learned.shipped(), Learned.of_the_day()
    told = shipments(shipped.second, 2_000)
    one, other = odds_of(told, shipped.first), odds_of(told, of_the_day.first)
    hope = (one > -4) & (other > -4)
    assert hope.sum() > 20
    both = odds_of(told, half_of_each(shipped.first, of_the_day.first))
    np.testing.assert_allclose(both[hope], ((one + other) / 2)[hope], atol=1e-4)
