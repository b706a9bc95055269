"""Pairs of names of which it is known whether they are of one party.

The table is of this project's own making, of invented and of everyday names, hard on both sides;
it is for judging alone, and nothing is fitted to it.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
from pyarrow import csv

_TABLE = Path(__file__).resolve().parent / "pairs.csv"


def pairs() -> pa.Table:
    """`left`, `right`, `kind` (person, organization, vessel), `same`, `why` (what makes it hard)."""
    types = {"same": pa.int8(), **dict.fromkeys(("left", "right", "kind", "why"), pa.string())}
    table = csv.read_csv(_TABLE, convert_options=csv.ConvertOptions(column_types=types))
    return table.set_column(
        table.column_names.index("same"), "same", table["same"].cast(pa.bool_())
    )
