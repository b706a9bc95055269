"""This project's own index."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from enduse import names


class Enduse:
    """`enduse.names`."""

    def __init__(self) -> None:
        self._index: names.NameIndex | None = None

    def build(self, listed: pa.Table) -> None:
        """Build the index."""
        self._index = names.NameIndex.build(listed)

    def match(self, asked: Sequence[str], limit: int) -> pa.Table:
        """Look names up."""
        assert self._index is not None
        return self._index.match(asked, limit=limit).drop_columns(["matched_name"])

    def compare(
        self, left: Sequence[str], right: Sequence[str], kinds: Sequence[str]
    ) -> list[float]:
        """Score pairs."""
        compare = getattr(names, "compare", None)
        if compare is None:
            raise NotImplementedError
        return [float(score) for score in compare(list(left), list(right), list(kinds))]

    def save(self, path: Path) -> None:
        """Write the index."""
        assert self._index is not None
        save = getattr(self._index, "save", None)
        if save is None:
            raise NotImplementedError
        save(path)

    def open(self, path: Path) -> None:
        """Map the index."""
        self._index = names.NameIndex.open(path)  # type: ignore[attr-defined, unused-ignore]
