"""A table of names in, listed entities out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from enduse.lists import collection
from enduse.pipeline.written import check_ending, rejects_beside, rejects_table, write_table
from enduse.records import read_names
from enduse.screen import DEFAULT_THRESHOLD, kept_screener, screen_names
from enduse.settings import Settings

if TYPE_CHECKING:
    import pandas
    import polars


@dataclass(frozen=True, slots=True)
class Screened:
    """What screening found."""

    table: pa.Table
    """Columns query_id, entity_id, score, matched_name, list, record_id, listed_from,
    explanation; best first for each query."""
    read: int
    accepted: int
    lists: tuple[str, ...]
    """The snapshots that were asked: source and version, and the terms of partners' lists."""
    as_of: date
    written: Path | None

    @property
    def rejected(self) -> int:
        """Rows that were rejected."""
        return self.read - self.accepted

    @property
    def met(self) -> int:
        """Names that met a listed entity."""
        return len(self.table["query_id"].unique())

    def as_dict(self) -> dict[str, Any]:
        """The summary as one JSON object."""
        return {
            "read": self.read,
            "accepted": self.accepted,
            "rejected": self.rejected,
            "met": self.met,
            "hits": self.table.num_rows,
            "as_of": self.as_of.isoformat(),
            "lists": list(self.lists),
            "written": str(self.written) if self.written else None,
        }

    def text(self) -> str:
        """The summary in words; it never says more than that no match was found."""
        lines = [
            f"{self.read:,} names read = {self.accepted:,} accepted + {self.rejected:,} rejected",
            f"{self.met:,} met a listed entity ({self.table.num_rows:,} hits); for "
            f"{self.accepted - self.met:,} no match was found in {len(self.lists)} snapshots:",
            *(f"  {listed}" for listed in self.lists),
        ]
        if not self.lists:
            lines.append("No list is in the workspace: `enduse lists import` takes one in.")
        return "\n".join([*lines, *([f"Written to {self.written}"] if self.written else [])])


def screen(
    names: Path | str | pa.Table | pandas.DataFrame | polars.DataFrame,
    *,
    out: Path | str | None = None,
    limit: int = 10,
    threshold: float | None = None,
    as_of: date | None = None,
    mapping: Mapping[str, str] | None = None,
    encoding: str | None = None,
    settings: Settings | None = None,
    workspace: Path | str | None = None,
) -> Screened:
    """Screen names against the workspace's lists.

    Parameters
    ----------
    names
        A file, or a table, with ``query_id`` and ``name`` and, where known, ``kind``,
        ``country``, ``birth_date``, ``id``, ``address``, ``as_of``.
    out
        A file ending in .parquet or .csv; rejects go beside it as ``<name>.rejects.csv``.
    limit
        Listed entities for a name at most.
    threshold
        Least score, 0 to 1; by default the one of `enduse.screen.DEFAULT_THRESHOLD`.
    as_of
        Day to judge by where a row names none; by default today.

    Raises
    ------
    InputError
        If the input cannot be used at all.
    UsageError
        If the ending of `out` names no format.
    """
    settings = settings or Settings.load(workspace=Path(workspace) if workspace else None)
    target = Path(out) if out is not None else None
    if target is not None:
        check_ending(target)
    day = as_of or datetime.now(UTC).date()
    lists = collection(settings)
    with rejects_beside(target) as rejected:
        queries, report = read_names(
            names, rejected=rejected, settings=settings, mapping=mapping, encoding=encoding
        )
        found = screen_names(
            queries,
            kept_screener(lists, settings),
            as_of=day,
            limit=limit,
            threshold=DEFAULT_THRESHOLD if threshold is None else threshold,
        )
        rejected.write(rejects_table(found.rejects))
        if target is not None:
            write_table(found.hits, target)
    asked = tuple(snapshot.title for snapshot in lists.in_force)
    return Screened(found.hits, report.read, found.accepted, asked, day, target)
