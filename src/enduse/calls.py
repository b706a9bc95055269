"""The calls promised to Python; the command line is made of them."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from enduse import pipeline
from enduse.report import (
    write_chains_page,
    write_geojson,
    write_graphml,
    write_report,
    write_tables,
)

TRACE_OUTPUTS = (*pipeline.TRACE_OUTPUTS, "report.html", "chains.graphml", "chains.geojson")
"""What a trace leaves in its folder."""

TABLES_BESIDE = ("report.html", "findings.csv", "evidence.csv", "findings.json", "findings.xlsx")
"""What :meth:`CheckResult.write_outputs` writes beside the outputs of a check."""


class CheckResult(pipeline.Checked):
    """What a check found. Tables are Arrow, read from the files when asked for."""

    __slots__ = ()

    @property
    def findings(self) -> pa.Table:
        """One row for every accepted line."""
        return pq.read_table(self.folder / "findings.parquet")

    @property
    def evidence(self) -> pa.Table:
        """Every piece of evidence."""
        return pq.read_table(self.folder / "evidence.parquet")

    @property
    def rejects(self) -> pa.Table:
        """Every rejected row with its column, value and reason."""
        from pyarrow import csv

        text = dict.fromkeys(("row", "column", "value", "reason"), pa.string())
        return csv.read_csv(
            self.folder / "rejects.csv",
            convert_options=csv.ConvertOptions(column_types=text, strings_can_be_null=False),
            parse_options=csv.ParseOptions(newlines_in_values=True),
        )

    def report(self, path: Path | str, *, language: str = "en") -> Path:
        """Write the run as one HTML page and answer where it is.

        Raises
        ------
        UsageError
            If there is no report in that language.
        """
        write_report(self.result, Path(path), language=language)
        return Path(path)

    def write_outputs(self, *, language: str = "en") -> Path:
        """Write report.html and the tables for a spreadsheet into the folder; answer the page."""
        write_tables(self.folder / "desk.parquet", self.folder / "evidence.parquet", self.folder)
        return self.report(self.folder / "report.html", language=language)


def check(shipments: Any, **options: Any) -> CheckResult:
    """Judge shipments against the workspace's lists; rank them with their evidence.

    Takes what :func:`enduse.pipeline.check` takes: a path, a database URL, or a pandas, Polars or
    Arrow table, and its options.

    Examples
    --------
    >>> import enduse
    >>> enduse.check("shipments.csv", workspace="enduse-workspace")  # doctest: +SKIP
    """
    checked = pipeline.check(shipments, **options)
    return CheckResult(**{field.name: getattr(checked, field.name) for field in fields(checked)})


class TraceResult(pipeline.Tracing):
    """What a trace found; the tables are Arrow."""

    @property
    def scores(self) -> pa.Table:
        """One row for every accepted line, in the order of the input."""
        return self.traced.scores

    @property
    def chains(self) -> pa.Table:
        """The best-supported paths, leg by leg."""
        return pipeline.chains_table(self.traced.steps)

    @property
    def steps(self) -> pa.Table:
        """The same with what each leg rests on."""
        return self.traced.steps

    def report(self, path: Path | str, *, language: str = "en") -> Path:
        """Write the chains as one HTML page and answer where it is.

        Raises
        ------
        UsageError
            If there is no report in that language.
        """
        write_chains_page(
            self.steps, Path(path), language=language, notes=pipeline.notes_of(self.traced)
        )
        return Path(path)

    def write_outputs(self, *, language: str = "en") -> Path:
        """Write report.html, chains.graphml and chains.geojson into the folder; answer the page."""
        write_graphml(self.steps, self.folder / "chains.graphml")
        write_geojson(self.steps, self.folder / "chains.geojson")
        return self.report(self.folder / "report.html", language=language)


def trace(shipments: Any, **options: Any) -> TraceResult:
    """Follow goods lot by lot through third countries to embargoed destinations.

    Takes what :func:`enduse.pipeline.trace_file` takes: a path, a database URL, or a pandas, Polars
    or Arrow table, and its options.

    Examples
    --------
    >>> import enduse
    >>> enduse.trace("shipments.csv", embargoed=["RU", "BY"], out="traced")  # doctest: +SKIP
    """
    traced = pipeline.trace_file(shipments, **options)
    return TraceResult(**{field.name: getattr(traced, field.name) for field in fields(traced)})


screen = pipeline.screen
learn = pipeline.learn_from_cases
classify = pipeline.classify
