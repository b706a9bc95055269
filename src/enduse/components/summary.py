"""Aggregate pictures of recovered components, with honest denominators.

What is counted are distinct components (see :mod:`enduse.components.duplicates`), and a share is of
all of them, those that are not identified among them: a picture of those alone that could be
identified would show whose markings are easily read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from enduse.components.duplicates import distinct, duplicates
from enduse.errors import UsageError
from enduse.model.components import NEWEST, SUMMARY
from enduse.model.result import Statement
from enduse.records import part_keys

# A date code that may mean days further apart tells no year: its decade is open.
_MOST_DAYS = 366
_DAYS_A_MONTH = 365.25 / 12


@dataclass(frozen=True, slots=True)
class Summary:
    """Pictures of the components held."""

    records: int
    components: int
    """Distinct ones: the denominator of every share."""
    unidentified: int
    """Distinct ones of which neither maker nor part number is known."""
    pictures: Mapping[str, pa.Table]
    """Property to its table in the schema SUMMARY."""
    newest: pa.Table
    """Schema NEWEST."""
    duplicates: pa.Table
    """Schema DUPLICATES."""
    statements: Sequence[Statement]

    def as_dict(self) -> dict[str, Any]:
        """The same as texts and numbers."""
        share = self.unidentified / self.components if self.components else None
        return {
            "records": self.records,
            "components": self.components,
            "unidentified": self.unidentified,
            "unidentified_share": share,
            **{f"by_{name}": table.to_pylist() for name, table in self.pictures.items()},
            "newest": self.newest.to_pylist(),
            "duplicates": self.duplicates.to_pylist(),
            "statements": [statement.text() for statement in self.statements],
        }


def summarise(components: pa.Table, *, by: Sequence[str] | None = None) -> Summary:
    """Count distinct components by each property, and find the newest date codes.

    Parameters
    ----------
    components
        In the schema KEPT_COMPONENTS.
    by
        Properties, of PROPERTIES; all of them if not given.

    Raises
    ------
    UsageError
        If there is no such property.
    """
    wanted = tuple(by or PROPERTIES)
    if unknown := [name for name in wanted if name not in PROPERTIES]:
        raise UsageError(
            f"Components cannot be summarised by '{unknown[0]}'.",
            hint=f"Choose of {', '.join(PROPERTIES)}.",
        )
    counted = distinct(components)
    neither = pc.and_(pc.is_null(_maker(counted)), pc.is_null(counted["part_number"]))
    repeated = duplicates(components)
    return Summary(
        records=components.num_rows,
        components=counted.num_rows,
        unidentified=int(pc.sum(neither).as_py() or 0),
        pictures={name: _picture(counted, PROPERTIES[name]) for name in wanted},
        newest=_newest(counted),
        duplicates=repeated,
        statements=_statements(components, counted, repeated),
    )


def newest(components: pa.Table) -> pa.Table:
    """The newest date code seen in each weapon from each maker, in the schema NEWEST.

    Left out are date codes that may mean days more than a year apart and those that begin after
    the recovery: they say nothing of how fresh the supply is.

    Parameters
    ----------
    components
        In the schema KEPT_COMPONENTS.
    """
    return _newest(distinct(components))


def _newest(counted: pa.Table) -> pa.Table:
    makers = _maker(counted).to_pylist()
    groups: dict[tuple[str | None, str | None], list[dict[str, Any]]] = {}
    for maker, row in zip(makers, counted.to_pylist(), strict=True):
        groups.setdefault((row["weapon"], maker), []).append(row)
    rows = []
    for (weapon, maker), members in groups.items():
        dated = sorted(
            (row for row in members if _is_dated(row)),
            key=lambda row: (row["made_to"], row["component_id"]),
        )
        best = dated[-1] if dated else {}
        told = ("component_id", "date_code", "made_from", "made_to", "recovered_on")
        rows.append(
            {
                "weapon": weapon,
                "maker": maker,
                "components": len(members),
                "dated": len(dated),
                **{name: best.get(name) for name in told},
                "months_to_recovery": _months(best),
            }
        )
    rows.sort(key=_newest_first)
    return pa.Table.from_pylist(rows, schema=NEWEST)


def _newest_first(row: dict[str, Any]) -> tuple[int, str, str]:
    made: date | None = row["made_to"]
    return -made.toordinal() if made else 0, row["weapon"] or "", row["maker"] or ""


def _is_dated(row: dict[str, Any]) -> bool:
    first, last = row["made_from"], row["made_to"]
    if first is None or (last - first).days > _MOST_DAYS:
        return False
    return row["recovered_on"] is None or first <= row["recovered_on"]


def _months(row: dict[str, Any]) -> float | None:
    if not row or row["recovered_on"] is None:
        return None
    middle = (row["made_from"].toordinal() + row["made_to"].toordinal()) / 2
    months: float = round((row["recovered_on"].toordinal() - middle) / _DAYS_A_MONTH, 1)
    return months


def _maker(components: pa.Table) -> pa.ChunkedArray:
    """The brand: as the catalogue has it, or in the spelling that comes first in order."""
    return pc.coalesce(components["maker"], _one_spelling(components["manufacturer"]))


def _one_spelling(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Texts that differ in case, spaces and marks alone in the first of their spellings."""
    texts = column.combine_chunks()
    keys = pc.coalesce(part_keys(texts), texts)
    first: dict[str, str] = {}
    for key, text in sorted(set(zip(keys.to_pylist(), texts.to_pylist(), strict=True)), key=str):
        if key is not None:
            first.setdefault(key, text)
    return pa.chunked_array([pa.array([first.get(key) for key in keys.to_pylist()], pa.string())])


def _year(components: pa.Table) -> pa.ChunkedArray:
    """Year of production; null where the date code tells none."""
    first, last = components["made_from"], components["made_to"]
    days = pc.days_between(first, last)
    # The week belongs to the year that has its middle.
    numbers = pc.add(first.cast(pa.int32()), pc.divide(days.cast(pa.int32()), 2))
    year = pc.year(numbers.cast(pa.int32()).cast(pa.date32())).cast(pa.string())
    return pc.if_else(pc.less_equal(days, _MOST_DAYS), year, pa.scalar(None, pa.string()))


PROPERTIES: Mapping[str, Callable[[pa.Table], pa.ChunkedArray]] = {
    "maker": _maker,
    "owner": lambda table: pc.coalesce(table["owner"], _maker(table)),
    "country": lambda table: pc.coalesce(table["manufacturer_country"], table["maker_country"]),
    "country_of_assembly": lambda table: table["country_of_assembly"],
    "country_of_sale": lambda table: table["country_of_sale"],
    "weapon": lambda table: _one_spelling(table["weapon"]),
    "year": _year,
}
"""What components are counted by. ``country`` is that of the brand's headquarters; the countries of
assembly and of sale are pictures of their own."""


def _picture(counted: pa.Table, value_of: Callable[[pa.Table], pa.ChunkedArray]) -> pa.Table:
    grouped = (
        pa.table({"value": value_of(counted), "records": counted["records"]})
        .group_by("value")
        .aggregate([("records", "count"), ("records", "sum")])
    )
    total = max(counted.num_rows, 1)
    table = pa.table(
        [
            grouped["value"],
            grouped["records_count"],
            pc.divide(grouped["records_count"].cast(pa.float64()), float(total)),
            grouped["records_sum"],
        ],
        schema=SUMMARY,
    )
    known = pc.is_valid(table["value"])
    ordered = table.filter(known).sort_by([("components", "descending"), ("value", "ascending")])
    return pa.concat_tables([ordered, table.filter(pc.invert(known))])


def _statements(components: pa.Table, counted: pa.Table, repeated: pa.Table) -> list[Statement]:
    told = []
    spare = components.num_rows - counted.num_rows
    if spare:
        groups = repeated.filter(pc.equal(repeated["kind"], "content"))
        told.append(
            Statement(
                "{records} records are {components} distinct components: {spare} say the same as "
                "another in all that tells a piece apart, under other ids; the largest such group "
                "has {largest} records ({first} and others). Give pieces that are really several "
                "their serial numbers.",
                {
                    "records": f"{components.num_rows:,}",
                    "components": f"{counted.num_rows:,}",
                    "spare": f"{spare:,}",
                    "largest": f"{groups['records'][0].as_py():,}",
                    "first": groups["component_id"][0].as_py(),
                },
            )
        )
    serial = repeated.filter(pc.equal(repeated["kind"], "serial"))
    if serial.num_rows:
        told.append(
            Statement(
                "{count} serial number(s) of one part stand in records that differ: {ids}. One "
                "piece was recorded twice, or the marking was copied.",
                {
                    "count": f"{serial.num_rows:,}",
                    "ids": "; ".join(
                        f"{row['component_id']}, {row['others']}"
                        for row in serial.slice(0, 5).to_pylist()
                    ),
                },
            )
        )
    odd = components["contradictions"]
    if odd.null_count < len(odd):
        told.append(
            Statement(
                "{count} record(s) contradict their marking, another row or an earlier import: "
                "`enduse component show ID` tells how.",
                {"count": f"{len(odd) - odd.null_count:,}"},
            )
        )
    open_years = int(np.sum(pc.is_null(_year(counted)).to_numpy(zero_copy_only=False)))
    if open_years:
        told.append(
            Statement(
                "The year of production is not known of {count} distinct component(s).",
                {"count": f"{open_years:,}"},
            )
        )
    return told
