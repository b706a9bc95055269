"""A file of markings in, their readings out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from enduse.components import Catalogue, load_catalogue
from enduse.components import read_markings as readings_of
from enduse.pipeline.written import (
    check_ending,
    rejects_beside,
    rejects_path,
    write_table,
)
from enduse.records.markings import read_markings as markings_of
from enduse.settings import Settings

if TYPE_CHECKING:
    import pandas
    import polars


@dataclass(frozen=True, slots=True)
class MarkingsRead:
    """What reading markings came to."""

    table: pa.Table
    """In the schema `enduse.model.components.READINGS`."""
    read: int
    accepted: int
    written: Path | None

    @property
    def rejected(self) -> int:
        """Rows that were rejected."""
        return self.read - self.accepted

    def as_dict(self) -> dict[str, Any]:
        """The summary as one JSON object."""
        best = self._best()
        return {
            "read": self.read,
            "accepted": self.accepted,
            "rejected": self.rejected,
            "with_part_number": _known(best, "part_number"),
            "with_manufacturer": _known(best, "manufacturer"),
            "with_date_code": _known(best, "date_code"),
            "readings": self.table.num_rows - self.table["rank"].null_count,
            "written": str(self.written) if self.written else None,
        }

    def text(self) -> str:
        """The summary in words."""
        best = self._best()
        lines = [
            f"{self.read:,} markings read = {self.accepted:,} accepted + {self.rejected:,} rejected",
            f"Of the best readings {_known(best, 'part_number'):,} have a part number, "
            f"{_known(best, 'manufacturer'):,} a maker, {_known(best, 'date_code'):,} a date code; "
            f"nothing could be read in {self.table['rank'].null_count:,}.",
        ]
        if self.written:
            lines.append(f"Written to {self.written}")
            if self.rejected:
                lines.append(f"Rejected rows and reasons: {rejects_path(self.written)}")
        return "\n".join(lines)

    def _best(self) -> pa.Table:
        return self.table.filter(pc.equal(self.table["rank"], 1))


def _known(table: pa.Table, name: str) -> int:
    return int(table.num_rows - table[name].null_count)


def makers(settings: Settings, files: Sequence[Path | str] = ()) -> Catalogue:
    """The catalogue that ships with Enduse, with the workspace's makers and `files` added.

    Raises
    ------
    InputError
        If a file says something that cannot be meant.
    """
    own = sorted((settings.workspace / "makers").glob("*.toml"))
    return load_catalogue(*own, *map(Path, files))


def read_markings(
    markings: Path | str | pa.Table | pandas.DataFrame | polars.DataFrame,
    *,
    out: Path | str | None = None,
    makers_files: Sequence[Path | str] = (),
    today: date | None = None,
    encoding: str | None = None,
    settings: Settings | None = None,
    workspace: Path | str | None = None,
) -> MarkingsRead:
    """Read a table of markings.

    Parameters
    ----------
    markings
        A file or a table with ``component_id`` and ``marking``.
    out
        A file ending in .parquet or .csv; rejects go beside it as ``<name>.rejects.csv``.
    makers_files
        TOML files of makers, added to those that ship and those of the workspace.
    today
        Date codes later than this are none; by default today.

    Raises
    ------
    InputError
        If the input or a file of makers cannot be used at all.
    UsageError
        If the ending of `out` names no format.
    """
    settings = settings or Settings.load(workspace=Path(workspace) if workspace else None)
    target = Path(out) if out is not None else None
    if target is not None:
        check_ending(target)
    catalogue = makers(settings, makers_files)
    with rejects_beside(target) as rejected:
        texts, report = markings_of(
            markings, rejected=rejected, settings=settings, encoding=encoding
        )
        table = readings_of(texts, catalogue=catalogue, today=today)
        if target is not None:
            write_table(table, target)
    return MarkingsRead(table, report.read, report.accepted, target)
