"""This project's own index."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from enduse import names
from enduse.names.resolve import resolve


class Enduse:
    """`enduse.names`."""

    def __init__(self) -> None:
        self._index: names.NameIndex | None = None
        self.least = 0.0
        """The score from which it answers."""

    def build(self, listed: pa.Table) -> None:
        """Build the index."""
        self._index = names.NameIndex.build(listed)

    def match(self, asked: Sequence[str], limit: int) -> pa.Table:
        """Look names up."""
        assert self._index is not None
        found = self._index.match(asked, limit=limit, threshold=self.least)
        return found.drop_columns(["matched_name"])

    def compare(
        self, left: Sequence[str], right: Sequence[str], kinds: Sequence[str]
    ) -> list[float]:
        """Score pairs."""
        return list(map(float, names.compare(list(left), list(right), list(kinds))))

    def save(self, path: Path) -> None:
        """Write the index."""
        assert self._index is not None
        self._index.save(path)

    def open(self, path: Path) -> None:
        """Map the index."""
        self._index = names.NameIndex.open(path)

    def join(self, parties: pa.Table, threads: int) -> pa.Table:
        """Which parties are one; the town stands for the address."""
        columns = ["address" if name == "city" else name for name in parties.column_names]
        return _clusters(parties.rename_columns(columns), threads)

    def join_records(self, records: pa.Table, threads: int) -> pa.Table:
        """The same of a table with birth dates, addresses, telephones and identifiers."""
        columns = ["id" if name == "identifier" else name for name in records.column_names]
        return _clusters(records.rename_columns(columns), threads)


def _clusters(parties: pa.Table, threads: int) -> pa.Table:
    found = resolve(parties, threads=threads).clusters
    return found.select(["party_key", "cluster_key"]).rename_columns(["party_key", "cluster"])
