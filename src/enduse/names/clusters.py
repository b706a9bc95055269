"""Clusters from pairs: who belongs together where pairs hang together only in part.

Clusters grow by average linkage: the two clusters that agree most become one, as long as the mean
evidence over *all* pairs between them, those that never met counted against, speaks for it. A name
that resembles many others glues nothing, as those do not resemble one another.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse
from scipy.sparse import csgraph

from enduse.errors import UsageError

Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

CLUSTERS = pa.schema(
    [
        pa.field("party_key", pa.int64(), nullable=False),
        pa.field("cluster_key", pa.int64(), nullable=False),
        pa.field("confidence", pa.float64(), nullable=False),
        pa.field("cluster_size", pa.int64(), nullable=False),
    ]
)
"""Which cluster each party belongs to."""

# Log-odds are counted in whole units, so that sums do not depend on the order of rows.
_UNITS = 1024
_MOST_LOG_ODDS = 9.0
_SILENT = -2.2
"""Log-odds of a pair that never met: nine in ten such pairs are two firms."""

# Fitted on simulated parties: the mean log-odds with the rest of the cluster are a little too sure,
# and a party that resembles no other may still have a twin that nothing points to.
_SURENESS, _SUREST_ALONE = 0.75, 3.0


def clusters(
    pairs: pa.Table,
    members: pa.Array | pa.ChunkedArray,
    *,
    threshold: float = 0.5,
    claims: pa.Table | None = None,
) -> pa.Table:
    """Which members belong together, as far as the evidence of the pairs goes.

    Parameters
    ----------
    pairs
        Columns `left`, `right` (int64) and `score` (0 to 1, the probability that both are the
        same), in any order of rows and sides. A score of 0 forbids that both are in one cluster;
        a pair that is not in the table counts as a tenth. Of one pair given twice, a 0 or else the
        highest score counts.
    members
        All keys (int64), those without a pair too.
    threshold
        The mean agreement, 0.1 to 1, that two clusters need to become one. A higher threshold only
        splits clusters of a lower one.
    claims
        Columns `party_key` (int64), `scope` and `value` (any type): members that claim different
        values in one scope are never in one cluster, paired or not. A scope of which a member
        claims two values is left out for that member.

    Returns
    -------
    pyarrow.Table
        Schema `CLUSTERS`, by `party_key`, one row for each member. `confidence` is the probability
        that the member belongs to the rest of its cluster, or for a cluster of one, that it
        belongs to no other.

    Raises
    ------
    UsageError
        If a pair names a key that is no member, or the threshold is out of range.

    Examples
    --------
    >>> pairs = pa.table({
    ...     "left": [1, 1, 2, 9, 9], "right": [2, 3, 3, 1, 4],
    ...     "score": [0.95, 0.9, 0.9, 0.6, 0.6],
    ... })
    >>> clusters(pairs, pa.array([1, 2, 3, 4, 9]))["cluster_key"].to_pylist()
    [1, 1, 1, 4, 4]
    """
    if not 0.1 <= threshold <= 1:
        raise UsageError(
            f"The threshold is {threshold:g}.", hint="Give one from 0.1 to 1; 0.5 is usual."
        )
    keys = np.unique(members.to_numpy(zero_copy_only=False).astype(np.int64))
    links = _Links.read(pairs, keys)
    label = _grown(links, _read_claims(claims, keys), len(keys), float(_log_odds(threshold)))
    size = np.bincount(label, minlength=len(keys))[label]
    return pa.table(
        [keys, keys[label], np.round(_confidence(links, label), 6), size], schema=CLUSTERS
    )


def holding(pairs: pa.Table, table: pa.Table) -> Flags:
    """Which pairs hold the clusters together: the strongest that suffice, one fewer than members.

    Parameters
    ----------
    pairs
        As for `clusters`, each unordered pair once.
    table
        What `clusters` answered.
    """
    keys, label = table["party_key"].to_numpy(), table["cluster_key"].to_numpy()
    left, right = (_positions(pairs[side], keys) for side in ("left", "right"))
    score = pairs["score"].to_numpy()
    within = np.flatnonzero((label[left] == label[right]) & (score > 0) & (left != right))
    one, other = np.minimum(left, right)[within], np.maximum(left, right)[within]
    order = np.lexsort((other, one, -score[within]))
    # Ranks instead of scores: no two alike, so that the tree is one and the same on every run.
    rank = np.arange(1.0, len(order) + 1)
    graph = sparse.coo_array((rank, (one[order], other[order])), shape=(len(keys), len(keys)))
    tree = csgraph.minimum_spanning_tree(sparse.csr_array(graph))
    holds = np.zeros(len(left), dtype=bool)
    holds[within[order[tree.data.astype(np.int64) - 1]]] = True
    return holds


@dataclass(frozen=True, slots=True)
class _Links:
    """Between two clusters (the lower number first), once each, in units of log-odds."""

    one: Numbers
    other: Numbers
    excess: Numbers
    """What the pairs between both say beyond silence, summed."""
    forbidden: Flags

    @classmethod
    def read(cls, pairs: pa.Table, keys: Numbers) -> _Links:
        left, right = (_positions(pairs[side], keys) for side in ("left", "right"))
        score = pairs["score"].to_numpy()
        one, other = np.minimum(left, right), np.maximum(left, right)
        order = np.lexsort((-score, score > 0, other, one))
        order = order[one[order] != other[order]]
        new = _changes(one[order], other[order])
        one, other, score = one[order][new], other[order][new], score[order][new]
        excess = np.rint((_log_odds(score) - _SILENT) * _UNITS).astype(np.int64)
        forbidden = score == 0
        return cls(one, other, np.where(forbidden, 0, excess), forbidden)

    def kept(self, rows: Flags) -> _Links:
        return _Links(self.one[rows], self.other[rows], self.excess[rows], self.forbidden[rows])

    def agreement(self, size: Numbers) -> Floats:
        """The mean log-odds of all pairs between two clusters."""
        pairs = size[self.one] * size[self.other]
        mean: Floats = self.excess / (pairs * _UNITS) + _SILENT
        return np.where(self.forbidden, -np.inf, mean)

    def merged(self, label: Numbers) -> _Links:
        """The links between the clusters that these become."""
        one, other = label[self.one], label[self.other]
        one, other = np.minimum(one, other), np.maximum(one, other)
        order = np.lexsort((other, one))
        order = order[one[order] != other[order]]
        if not len(order):
            return self.kept(np.zeros(len(self.one), dtype=bool))
        first = np.flatnonzero(_changes(one[order], other[order]))
        return _Links(
            one[order][first],
            other[order][first],
            np.add.reduceat(self.excess[order], first),
            np.logical_or.reduceat(self.forbidden[order], first),
        )


@dataclass(frozen=True, slots=True)
class _Claims:
    """Which cluster claims which value in which scope, one value at most each."""

    cluster: Numbers
    scope: Numbers
    value: Numbers

    def conflicts(self, label: Numbers) -> Numbers:
        """The clusters that would claim two values if clusters became one so."""
        cluster = label[self.cluster]
        order = np.lexsort((self.value, self.scope, cluster))
        cluster, scope, value = cluster[order], self.scope[order], self.value[order]
        same = ~_changes(cluster, scope)
        return np.unique(cluster[same & _changes(value)])

    def kept(self, rows: Flags) -> _Claims:
        return _Claims(self.cluster[rows], self.scope[rows], self.value[rows])


def _grown(links: _Links, claims: _Claims, members: int, cut: float) -> Numbers:
    """The cluster of each member: the number of its first member.

    All clusters that are each other's best neighbours become one at a time. As an average never
    exceeds the better of what it averages, that leads to the same clusters as one by one
    (Sumengen and others, 'Scaling hierarchical agglomerative clustering to billion-sized
    datasets', 2021).
    """
    label = np.arange(members)
    size = np.ones(members, dtype=np.int64)
    while True:
        agreement = links.agreement(size)
        may_merge = agreement >= cut
        alive = np.zeros(members, dtype=bool)
        alive[links.one[may_merge]] = alive[links.other[may_merge]] = True
        if not may_merge.any():
            return label
        merging = _mutual_best(links, agreement, np.flatnonzero(may_merge), members)
        becomes = np.arange(members)
        becomes[links.other[merging]] = links.one[merging]
        involved = becomes[links.one[merging]]
        touched = np.zeros(members, dtype=bool)
        touched[links.one[merging]] = touched[links.other[merging]] = True
        refused = np.isin(
            involved, claims.kept(touched[claims.cluster]).conflicts(becomes), assume_unique=False
        )
        forbidden = links.forbidden.copy()
        forbidden[merging[refused]] = True
        becomes[links.other[merging[refused]]] = links.other[merging[refused]]
        merging = merging[~refused]
        size[links.one[merging]] += size[links.other[merging]]
        label = becomes[label]
        claims = replace(claims, cluster=becomes[claims.cluster])
        # A cluster that agrees with none enough never will: averages only fall.
        near = alive[links.one] & alive[links.other]
        links = replace(links, forbidden=forbidden).kept(near).merged(becomes)


def _mutual_best(links: _Links, agreement: Floats, rows: Numbers, members: int) -> Numbers:
    """The links that are the best of both their ends; of equals, that to the lowest number."""
    rows = rows[np.lexsort((links.other[rows], links.one[rows], -agreement[rows]))]
    rank = np.arange(len(rows))
    best = np.full(members, len(rows))
    np.minimum.at(best, links.one[rows], rank)
    np.minimum.at(best, links.other[rows], rank)
    mutual: Numbers = rows[(best[links.one[rows]] == rank) & (best[links.other[rows]] == rank)]
    return mutual


def _confidence(links: _Links, label: Numbers) -> Floats:
    members = len(label)
    size = np.bincount(label, minlength=members)
    within = label[links.one] == label[links.other]
    total = np.zeros(members, dtype=np.int64)
    for side in (links.one, links.other):
        np.add.at(total, side[within], links.excess[within])
    others = size[label] - 1
    mean = total / (np.maximum(others, 1) * _UNITS) + _SILENT
    between = links.kept(~within).merged(label)
    nearest = np.full(members, -np.inf)
    agreement = between.agreement(size)
    for side in (between.one, between.other):
        np.maximum.at(nearest, side, agreement)
    alone = np.minimum(-nearest, _SUREST_ALONE)
    return _probability(np.where(others > 0, _SURENESS * mean, alone))


def _read_claims(claims: pa.Table | None, keys: Numbers) -> _Claims:
    if claims is None:
        none = np.empty(0, dtype=np.int64)
        return _Claims(none, none, none)
    told = _Claims(
        _positions(claims["party_key"], keys), _codes(claims["scope"]), _codes(claims["value"])
    )
    order = np.lexsort((told.value, told.scope, told.cluster))
    told = _Claims(told.cluster[order], told.scope[order], told.value[order])
    told = told.kept(_changes(told.cluster, told.scope, told.value))
    first = _changes(told.cluster, told.scope)
    alone = first & np.append(first[1:], True)
    return told.kept(alone)


def _codes(column: pa.ChunkedArray) -> Numbers:
    codes = pc.dictionary_encode(column.combine_chunks()).indices
    numbers: Numbers = codes.to_numpy(zero_copy_only=False).astype(np.int64)
    return numbers


def _positions(column: pa.ChunkedArray, keys: Numbers) -> Numbers:
    wanted = column.to_numpy().astype(np.int64)
    position: Numbers = np.searchsorted(keys, wanted).astype(np.int64)
    known = np.isin(wanted, keys)
    if not known.all():
        raise UsageError(
            f"Key {wanted[~known][0]} is in a pair or claim, and is no member.",
            hint="Give every key that is in a pair among the members.",
        )
    return position


def _changes(*columns: Numbers) -> Flags:
    """Where a row differs from the one before; the first does."""
    changes = np.zeros(len(columns[0]), dtype=bool)
    changes[:1] = True
    for column in columns:
        changes[1:] |= column[1:] != column[:-1]
    return changes


def _log_odds(probability: float | Floats) -> Floats:
    edge = _probability(np.array(-_MOST_LOG_ODDS))
    sure = np.clip(probability, edge, 1 - edge)
    odds: Floats = np.log(sure) - np.log1p(-sure)
    return odds


def _probability(log_odds: Floats) -> Floats:
    probability: Floats = 1 / (1 + np.exp(-log_odds))
    return probability
