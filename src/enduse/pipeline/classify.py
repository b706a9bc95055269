"""A table of goods in, candidate control entries out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from enduse.goods import classify as classify_goods
from enduse.goods import read_goods, unknown_parameters
from enduse.lists import controls
from enduse.model.result import RejectedRow
from enduse.pipeline.written import check_ending, rejects_beside, rejects_table, write_table
from enduse.settings import Settings

COLUMNS = ["goods_id", "list", "entry", "status", "basis", "explanation"]


@dataclass(frozen=True, slots=True)
class Classified:
    """What classifying found."""

    table: pa.Table
    """Columns goods_id, list, entry, status, basis, explanation."""
    rejects: tuple[RejectedRow, ...]
    goods: int
    """Goods that were accepted."""
    lists: tuple[str, ...]
    """The lists that were asked, each with its version."""
    unknown_parameters: tuple[str, ...]
    """Columns ``param.<name>`` that no threshold knows: misspelt, or of no use."""
    written: Path | None

    @property
    def rejected(self) -> int:
        """Rows that were rejected."""
        return len({reject.row for reject in self.rejects})

    def as_dict(self) -> dict[str, Any]:
        """The summary as one JSON object."""
        return {
            "read": self.goods + self.rejected,
            "accepted": self.goods,
            "rejected": self.rejected,
            "status": Counter(self.table["status"].to_pylist()),
            "lists": list(self.lists),
            "unknown_parameters": list(self.unknown_parameters),
            "written": str(self.written) if self.written else None,
        }

    def text(self) -> str:
        """The summary in words."""
        status = Counter(self.table["status"].to_pylist())
        return "\n".join(
            [
                f"{self.goods + self.rejected:,} goods read = {self.goods:,} accepted + "
                f"{self.rejected:,} rejected",
                f"candidate {status['candidate']:,} · excluded {status['excluded']:,} · "
                f"insufficient data {status['insufficient_data']:,} "
                f"(lists: {', '.join(self.lists) or 'none'})",
                "A candidate is where to look, never a legal classification.",
                *(f"No threshold knows the column {name}." for name in self.unknown_parameters),
                *([f"Written to {self.written}"] if self.written else []),
            ]
        )


def classify(
    goods: Path | str | pa.Table,
    *,
    out: Path | str | None = None,
    limit: int = 5,
    as_of: date | None = None,
    settings: Settings | None = None,
    workspace: Path | str | None = None,
) -> Classified:
    """Find candidate control entries for goods.

    Parameters
    ----------
    goods
        A file or table with ``goods_id`` and any of ``hs_code``, ``description``,
        ``part_number``, ``param.<name>``.
    out
        A file ending in .parquet or .csv; rejects go beside it.
    limit
        The most candidates that text may name for one good in one list.
    as_of
        Day to judge by; by default today.

    Raises
    ------
    InputError
        If the input cannot be used at all.
    UsageError
        If the ending of `out` names no format.
    """
    settings = settings or Settings.load(workspace=Path(workspace) if workspace else None)
    if out is not None:
        check_ending(Path(out))
    rejects: tuple[RejectedRow, ...] = ()
    if isinstance(goods, (str, Path)):
        goods, rejects = read_goods(Path(goods))
    day = as_of or datetime.now(UTC).date()
    lists = controls(settings, as_of=day)
    found = classify_goods(
        goods,
        control_entries=lists.control_entries,
        hs_entries=lists.hs_entries,
        nomenclature=lists.nomenclature,
        as_of=day,
        limit=limit,
    )
    asked = sorted(
        {
            f"{name} {version}"
            for name, version in zip(
                found["list"].to_pylist(), found["version"].to_pylist(), strict=True
            )
        }
    )
    table = found.select(COLUMNS)
    if out is not None:
        with rejects_beside(Path(out)) as rejected:
            rejected.write(rejects_table(rejects))
            write_table(table, Path(out))
    return Classified(
        table,
        rejects,
        goods.num_rows,
        tuple(asked),
        tuple(unknown_parameters(goods.column_names)),
        Path(out) if out else None,
    )
