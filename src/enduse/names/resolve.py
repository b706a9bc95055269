"""Which parties are one firm, ship or person under several spellings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from enduse.errors import UsageError
from enduse.names.clusters import CLUSTERS, Numbers, clusters, holding
from enduse.names.evidence import DIFFERS, QUALIFIERS, Evidence, weigh
from enduse.names.index import NameIndex
from enduse.names.pairs import PartyNames, candidates

PAIRS = pa.schema(
    [
        pa.field("party_key", pa.int64(), nullable=False),
        pa.field("other_key", pa.int64(), nullable=False),
        pa.field("score", pa.float64(), nullable=False),
        pa.field("holds", pa.bool_(), nullable=False),
        pa.field("names_score", pa.float64()),
        *(pa.field(qualifier, pa.string()) for qualifier in QUALIFIERS),
    ]
)
"""Pairs of parties that may be one, and why."""

DEFAULT_THRESHOLD = 0.5

_SAYS = np.array(["differs", None, "same", "near"], dtype=object)


@dataclass(frozen=True, slots=True)
class Resolved:
    """Parties in clusters, and the pairs that they were made from."""

    clusters: pa.Table
    """`party_key`, `cluster_key` (the smallest `party_key` of the cluster), `confidence` (0 to 1,
    that this party belongs to its cluster) and `cluster_size`: one row a party."""
    pairs: pa.Table
    """`party_key` < `other_key`, `score` (0 to 1, that both are one; 0: identifiers forbid it),
    `holds` (whether it is one of the pairs that hold the cluster together), `names_score` (null
    where the names do not resemble each other), and for each qualifier 'same', 'near', 'differs' or
    null where one side is silent."""


def resolve(
    parties: pa.Table,
    *,
    threshold: float = DEFAULT_THRESHOLD,
    threads: int = 1,
    index: NameIndex | None = None,
) -> Resolved:
    """Which parties are the same under another spelling.

    Parameters
    ----------
    parties
        Columns `party_key` (int64, each once) and `name`, and any of `kind`, `country` (alpha-2),
        `id` (one number or several with ';' between, each with the name of its register before ':'
        or without), `address`, `birth_date` (ISO), `phone` and `email`: strings, null where
        unknown. In any order of rows.
    threshold
        The agreement that a cluster needs, 0.1 to 1 (see `clusters`). A higher one only splits.
    threads
        Threads that the search for similar names may use.
    index
        An index of the names under their `party_key`, if there is one; built here if None.

    Returns
    -------
    Resolved
        Parties by `party_key`, pairs by both keys.

    Raises
    ------
    UsageError
        If a column is missing or a `party_key` stands twice.

    Notes
    -----
    Candidates are pairs of similar names and pairs that share an identifier, a phone, an e-mail
    address or a street address. What names and qualifiers say is added up as log-odds (see
    `evidence`), and clusters grow by average linkage (see `clusters`). Parties with different
    numbers of one register are never one.

    Examples
    --------
    >>> parties = pa.table({
    ...     "party_key": [1, 2, 3],
    ...     "name": ["Ostec Group LLC", "OOO Ostek Group", "Ostec Group LLC"],
    ...     "country": ["RU", "RU", "RU"],
    ...     "id": ["7707083893", None, "7736050003"],
    ... })
    >>> resolve(parties).clusters.select(["party_key", "cluster_key"]).to_pydict()
    {'party_key': [1, 2, 3], 'cluster_key': [1, 1, 3]}
    """
    table = _sorted(parties)
    keys = table["party_key"].to_numpy()
    first = _first_alike(table)
    distinct = np.flatnonzero(first == np.arange(len(keys)))
    told = table.take(pa.array(distinct))
    evidence = Evidence(told)
    names = PartyNames.read(told, index, threads)
    left, right = candidates(names, evidence, told)
    names_score = names.scores(left, right)
    by_names = names.log_odds(left, right, names_score)
    says, off = evidence.compare(left, right)
    score = 1 / (1 + np.exp(-(weigh(says, by_names) - off)))
    if "id" in says:
        score = np.where(says["id"] == DIFFERS, 0.0, score)
    found = pa.table(
        [
            keys[distinct[left]],
            keys[distinct[right]],
            np.round(score, 6),
            np.zeros(len(left), dtype=bool),
            pa.array(names_score, mask=np.isnan(names_score)),
            *(_said(says.get(qualifier), len(left)) for qualifier in QUALIFIERS),
        ],
        schema=PAIRS,
    )
    claims = evidence.claims.set_column(
        0, "party_key", pa.array(keys[distinct[evidence.claims["party_key"].to_numpy()]])
    )
    told_apart = clusters(
        found.rename_columns({"party_key": "left", "other_key": "right"}),
        pa.array(keys[distinct]),
        threshold=threshold,
        claims=claims,
    )
    return Resolved(*_with_twins(told_apart, found, keys, first, distinct))


def _sorted(parties: pa.Table) -> pa.Table:
    for column in ("party_key", "name"):
        if column not in parties.column_names:
            raise UsageError(
                f"The table of parties has no column '{column}'.",
                hint="Give the columns party_key and name.",
            )
    kept = [c for c in ("party_key", "name", *QUALIFIERS) if c in parties.column_names]
    table = parties.select(kept).sort_by("party_key").combine_chunks()
    keys = table["party_key"].to_numpy()
    if (keys[1:] == keys[:-1]).any():
        raise UsageError(
            f"Party {keys[1:][keys[1:] == keys[:-1]][0]} stands twice in the table.",
            hint="Give each party_key once.",
        )
    return table


def _first_alike(table: pa.Table) -> Numbers:
    """For each party, the first that says the very same of itself."""
    said = table.drop_columns("party_key").append_column("row", pa.array(np.arange(len(table))))
    columns = [column for column in said.column_names if column != "row"]
    groups = said.group_by(columns, use_threads=False).aggregate([("row", "min"), ("row", "list")])
    rows = groups["row_list"].combine_chunks()
    first = np.empty(len(table), dtype=np.int64)
    of_group = np.asarray(pc.list_parent_indices(rows))
    first[np.asarray(pc.list_flatten(rows))] = groups["row_min"].to_numpy()[of_group]
    return first


def _said(says: Numbers | None, rows: int) -> pa.Array:
    words = np.full(rows, None, dtype=object) if says is None else _SAYS[says + 1]
    return pa.array(words, pa.string())


def _with_twins(
    told: pa.Table, found: pa.Table, keys: Numbers, first: Numbers, distinct: Numbers
) -> tuple[pa.Table, pa.Table]:
    """Clusters and pairs again with the parties that say the very same as another."""
    place = np.searchsorted(distinct, first)
    cluster = told["cluster_key"].to_numpy()[place]
    sizes = dict(zip(*np.unique(cluster, return_counts=True), strict=True))
    table = pa.table(
        [
            keys,
            cluster,
            told["confidence"].to_numpy()[place],
            np.array([sizes[key] for key in cluster], dtype=np.int64),
        ],
        schema=CLUSTERS,
    )
    twins = np.flatnonzero(first != np.arange(len(keys)))
    same = pa.table(
        [
            keys[first[twins]],
            keys[twins],
            np.ones(len(twins)),
            np.zeros(len(twins), dtype=bool),
            np.ones(len(twins)),
            *(pa.nulls(len(twins), pa.string()) for _ in QUALIFIERS),
        ],
        schema=PAIRS,
    )
    pairs = pa.concat_tables([found, same])
    holds = holding(pairs.rename_columns({"party_key": "left", "other_key": "right"}), table)
    pairs = pairs.set_column(3, PAIRS.field("holds"), pa.array(holds))
    return table, pairs.sort_by([("party_key", "ascending"), ("other_key", "ascending")])
