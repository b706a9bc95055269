"""Sales and recovered parts of a fictional world, and the truth apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import csv

from enduse.engine.files import whole_file

SALE_COLUMNS = (
    "sale_id", "date", "part_number", "lot", "date_code", "serials", "quantity", "customer",
    "ship_to", "country", "invoice", "seller",
)  # fmt: skip
COMPONENT_COLUMNS = (
    "component_id", "weapon", "marking_raw", "part_number", "manufacturer",
    "manufacturer_country", "date_code", "lot", "serials", "recovered_on", "recovered_place",
    "custody", "attribution_basis", "confidence", "source",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SalesWorld:
    """Sales as sellers record them, parts recovered in the end, and where these came from."""

    sales: pa.Table
    """SALE_COLUMNS."""
    components: pa.Table
    """COMPONENT_COLUMNS."""
    truth: pa.Table
    """``component_id, sale_id, seller, customer, lot`` and more; ``sale_id`` is null for a part
    that came from none of the sales."""

    def write(self, folder: Path) -> None:
        """Write sales.csv, components.csv and sales-truth.csv, which no analysis may read."""
        for name, table in (
            ("sales.csv", self.sales),
            ("components.csv", self.components),
            ("sales-truth.csv", self.truth),
        ):
            with whole_file(folder / name) as part:
                csv.write_csv(table, part)


def date_code(day: date) -> str:
    """The week of a day as YYWW.

    Examples
    --------
    >>> date_code(date(2022, 7, 27)), date_code(date(2021, 1, 1))
    ('2230', '2053')
    """
    year, week, _ = day.isocalendar()
    return f"{year % 100:02}{week:02}"


def components_table(rows: list[dict[str, object]]) -> pa.Table:
    """Rows of components in COMPONENT_COLUMNS; what a row lacks is null."""
    kinds = {"recovered_on": pa.date32()}
    return pa.table(
        {
            name: pa.array([row.get(name) for row in rows], kinds.get(name, pa.string()))
            for name in COMPONENT_COLUMNS
        }
    )


def days_of(table: pa.Table, column: str = "date") -> npt.NDArray[np.int64]:
    """A column of days as numbers from 1 January 1970."""
    return np.asarray(table[column].cast(pa.date32()).cast(pa.int32()).to_numpy(), np.int64)


def day_of(number: float) -> date:
    """The day of such a number."""
    return date(1970, 1, 1) + timedelta(days=int(number))
