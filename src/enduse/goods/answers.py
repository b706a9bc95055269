"""Answers on goods, worked out once for each distinct kind of goods and given to every row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from enduse.model import CLASSIFICATIONS


@dataclass(frozen=True, slots=True)
class ListAsked:
    """A snapshot of a list, and the day it is asked about."""

    name: str
    version: str
    as_of: date

    def __str__(self) -> str:
        """The list with its date, and a warning if it is younger than the day asked about.

        Examples
        --------
        >>> str(ListAsked("us-ccl", "2026-07-23/ab12", date(2026, 8, 1)))
        'us-ccl of 2026-07-23'
        """
        stated = self.version.split("/")[0]
        if stated > self.as_of.isoformat():
            return f"{self.name} of {stated} (younger than {self.as_of}, the day asked about)"
        return f"{self.name} of {stated}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one list says of one kind of goods; fields as in CLASSIFICATIONS."""

    asked: ListAsked
    entry: str | None
    status: str
    basis: str
    explanation: str
    score: float | None = None


def lists_asked(entries: pa.Table, as_of: date) -> list[ListAsked]:
    """The snapshots that a table of entries holds, in the order of their names."""
    held = entries.select(["list", "version"]).group_by(["list", "version"]).aggregate([])
    rows = zip(held["list"].to_pylist(), held["version"].to_pylist(), strict=True)
    return [ListAsked(name, version, as_of) for name, version in sorted(rows)]


def rows_of(entries: pa.Table, asked: ListAsked) -> pa.Table:
    """The entries of one snapshot that are in force on the day asked about."""
    held = pc.and_(
        pc.equal(entries["list"], asked.name), pc.equal(entries["version"], asked.version)
    )
    return in_force(entries.filter(held), asked.as_of)


def in_force(entries: pa.Table, as_of: date) -> pa.Table:
    """The rows of a list whose validity holds the day; an end that is not given is open."""
    day = pa.scalar(as_of, pa.date32())
    begun = pc.fill_null(pc.less_equal(entries["valid_from"], day), True)
    not_over = pc.fill_null(pc.greater_equal(entries["valid_to"], day), True)
    return entries.filter(pc.and_(begun, not_over))


def distinct_rows(table: pa.Table, columns: Sequence[str]) -> tuple[pa.Table, NDArray[np.int64]]:
    """The distinct rows of some columns, and for each row of the table which of them it is."""
    which = np.zeros(table.num_rows, dtype=np.int64)
    first = np.zeros(min(table.num_rows, 1), dtype=np.int64)
    for name in columns:
        encoded = pc.dictionary_encode(table[name], null_encoding="encode").combine_chunks()
        if isinstance(encoded, pa.ChunkedArray):
            encoded = encoded.chunk(0)
        codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        combined = which * max(len(encoded.dictionary), 1) + codes
        _, first, which = np.unique(combined, return_index=True, return_inverse=True)
    return table.select(list(columns)).take(pa.array(first)), which


def classifications(
    goods_id: pa.ChunkedArray,
    families: Sequence[tuple[Sequence[Sequence[Answer]], NDArray[np.int64]]],
) -> pa.Table:
    """CLASSIFICATIONS: to every row of goods the answers of its kind, in the order of the goods.

    Parameters
    ----------
    goods_id
        One a row of goods.
    families
        Answers by kind, and for each row of goods which kind it is.
    """
    parts, positions = [], []
    for by_kind, which in families:
        flat = [answer for answers in by_kind for answer in answers]
        counts = np.fromiter((len(answers) for answers in by_kind), np.int64, len(by_kind))
        starts = np.concatenate([[0], np.cumsum(counts)])[:-1]
        repeats = counts[which]
        position = np.repeat(np.arange(len(which)), repeats)
        within = np.arange(len(position)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
        rows = pa.array(np.repeat(starts[which], repeats) + within)
        parts.append(_columns(flat).take(rows))
        positions.append(position)
    position = np.concatenate(positions)
    order = np.argsort(position, kind="stable")
    table = pa.concat_tables(parts).take(pa.array(order))
    ids = goods_id.take(pa.array(position[order]))
    return table.add_column(0, "goods_id", ids).select(CLASSIFICATIONS.names).cast(CLASSIFICATIONS)


def _columns(answers: Sequence[Answer]) -> pa.Table:
    return pa.table(
        {
            "list": pa.array([a.asked.name for a in answers], pa.string()),
            "version": pa.array([a.asked.version for a in answers], pa.string()),
            "entry": pa.array([a.entry for a in answers], pa.string()),
            "status": pa.array([a.status for a in answers], pa.string()),
            "basis": pa.array([a.basis for a in answers], pa.string()),
            "score": pa.array([a.score for a in answers], pa.float64()),
            "explanation": pa.array([a.explanation for a in answers], pa.string()),
        }
    )
