"""Boosted trees, asked of many shipments at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from enduse.engine.compiling import compiled
from enduse.flow.kernel import Floats, Ints

_HOPELESS, _ENOUGH = -5.0, 16
"""Log-odds, and after how many trees, below which no further tree is asked."""
BLOCK = 256
"""Shipments that are taken together, so that their features stay in the processor's cache."""


class Trees(NamedTuple):
    """Boosted trees; their sum is the log-odds of a diversion.

    Node 0 is not part of a tree: its `limit` is what the sum begins from.
    """

    roots: Ints
    limit: Floats
    """The least value that leads to the second child; of a leaf its log-odds."""
    feature: Ints
    """Feature that a node asks for; -1: a leaf."""
    child: Ints
    """First child; the second follows it."""


class Questions(NamedTuple):
    """The same trees, all of one depth: a node's children stand at twice its place and the next.

    Place 1 is the root; no place 0. Where a tree ends sooner, what it asks further changes nothing.
    """

    begin: np.float32
    """What the sum begins from."""
    feature: npt.NDArray[np.int32]
    """Shape (trees, 2 to the power of the depth)."""
    limit: npt.NDArray[np.float32]
    leaf: npt.NDArray[np.float32]
    """Log-odds, from the first to the last leaf; the same shape."""


@compiled
def questions_of(trees: Trees) -> Questions:
    """Trees in the form in which they are asked."""
    roots, limit, feature, child = trees
    # Children follow their parents.
    depth, below = 0, np.zeros(len(feature), np.int32)
    for node in range(1, len(feature)):
        depth = max(depth, below[node])
        if feature[node] >= 0:
            below[child[node]] = below[child[node] + 1] = below[node] + 1
    leaves = 1 << depth
    asked = np.zeros((len(roots), leaves), np.int32)
    limits = np.zeros((len(roots), leaves), np.float32)
    leaf = np.zeros((len(roots), leaves), np.float32)
    nodes = np.empty(2 * leaves, np.int32)
    for tree in range(len(roots)):
        nodes[1] = roots[tree]
        for place in range(1, leaves):
            node = nodes[place]
            if feature[node] >= 0:
                asked[tree, place], limits[tree, place] = feature[node], limit[node]
                nodes[2 * place], nodes[2 * place + 1] = child[node], child[node] + 1
            else:
                nodes[2 * place] = nodes[2 * place + 1] = node
        for place in range(leaves):
            leaf[tree, place] = limit[nodes[leaves + place]]
    return Questions(limit[0], asked, limits, leaf)


@compiled
def ask(told: Floats, questions: Questions) -> Floats:
    """Log-odds that trees give to each of some rows of features.

    All rows are asked one question before any is asked the next: none waits for another, so that
    the processor works at many of them at once.
    """
    begin, feature, limit, leaf = questions
    rows, leaves = len(told), leaf.shape[1]
    values = told.T.copy()
    odds = np.full(rows, begin)
    left, count = np.arange(rows).astype(np.int32), rows
    node = np.empty(rows, np.int32)
    for tree in range(len(feature)):
        asked, limits, last = feature[tree], limit[tree], leaf[tree]
        node[:count] = 1
        level = 1
        while level < leaves:
            for i in range(count):
                # Unsigned, so that it need not be looked whether a place counts from the end.
                at = np.uint32(node[i])
                value = values[np.uint32(asked[at]), np.uint32(left[i])]
                node[i] += node[i] + (value >= limits[at])
            level *= 2
        for i in range(count):
            odds[left[i]] += last[np.uint32(node[i] - leaves)]
        if tree + 1 >= _ENOUGH:
            kept = 0
            for i in range(count):
                left[kept] = left[i]
                kept += odds[left[i]] >= _HOPELESS
            count = kept
    return odds


@compiled
def chance_of(odds: float) -> float:
    """A probability from its log-odds."""
    chance: float = 1 / (1 + np.exp(-odds))
    return chance


@compiled
def odds_of(told: Floats, trees: Trees) -> Floats:
    """Log-odds that the trees give to each row of features."""
    odds, questions = np.empty(len(told), np.float32), questions_of(trees)
    for first in range(0, len(told), BLOCK):
        odds[first : first + BLOCK] = ask(told[first : first + BLOCK], questions)
    return odds


def half_of_each(one: Trees, other: Trees) -> Trees:
    """Trees whose log-odds are the mean of what two say."""
    nodes = len(one.feature)
    limit = np.concatenate([one.limit, other.limit])
    feature = np.concatenate([one.feature, other.feature])
    limit[feature < 0] /= 2
    limit[0] += limit[nodes]
    return Trees(
        np.concatenate([one.roots, other.roots + np.int32(nodes)]),
        limit,
        feature,
        np.concatenate([one.child, other.child + np.int32(nodes)]),
    )
