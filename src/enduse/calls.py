"""The calls promised to Python; the command line is made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from enduse import components, pipeline
from enduse.components import inquiries, kept, sales_files
from enduse.components.kept import ImportedComponents
from enduse.components.sales_files import ImportedSales
from enduse.components.summary import Summary, summarise
from enduse.report import (
    write_chains_page,
    write_geojson,
    write_graphml,
    write_report,
    write_tables,
)
from enduse.report.component_page import write_component_page
from enduse.settings import Settings

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


def _within(options: dict[str, Any]) -> dict[str, Any]:
    """The same options, with the settings of the workspace that they name."""
    workspace = options.pop("workspace", None)
    if options.get("settings") is None:
        options["settings"] = Settings.load(workspace=Path(workspace) if workspace else None)
    return options


def import_components(source: Any, **options: Any) -> ImportedComponents:
    """Take records of recovered components into a workspace.

    Takes what :func:`enduse.components.kept.import_components` takes, and ``workspace``.
    """
    return kept.import_components(source, **_within(options))


def import_sales(source: Any, **options: Any) -> ImportedSales:
    """Take a maker's or distributor's sales into a workspace.

    Takes what :func:`enduse.components.sales_files.import_sales` takes, and ``workspace``.
    """
    return sales_files.import_sales(source, **_within(options))


def show_components(**options: Any) -> pa.Table:
    """The records of components that a workspace keeps."""
    return kept.held_components(**_within(options))


def summarise_components(*, by: Sequence[str] | None = None, **options: Any) -> Summary:
    """Distinct components by maker, owner, country, weapon and year, and how fresh the supply is."""
    return summarise(show_components(**options), by=by)


class ComponentTraceResult(pipeline.ComponentTrace):
    """What a trace of a component found; the tables are Arrow."""

    def report(self, path: Path | str, *, language: str = "en") -> Path:
        """Write the chain as one HTML page and answer where it is.

        Raises
        ------
        UsageError
            If there is no report in that language.
        """
        write_component_page(self, Path(path), language=language)
        return Path(path)


def trace_component(**options: Any) -> ComponentTraceResult:
    """Trace a recovered part to the sales that could have supplied it, and on along declarations.

    Takes what :func:`enduse.pipeline.trace_component` takes, and ``workspace``.
    """
    traced = pipeline.trace_component(**_within(options))
    return ComponentTraceResult(**{f.name: getattr(traced, f.name) for f in fields(traced)})


def request_records(**options: Any) -> dict[str, Any]:
    """Draft a request for records of sale: the body that a letter and a packet carry.

    Takes what :func:`enduse.components.inquiries.request_records` takes, and ``workspace``.
    """
    return dict(inquiries.request_records(**_within(options)))


def answer_request(request: Any, **options: Any) -> dict[str, Any]:
    """Draft the answer to a request for records of sale.

    Takes what :func:`enduse.components.inquiries.answer_request` takes, and ``workspace``.
    """
    return dict(inquiries.answer_request(request, **_within(options)))


read_marking = components.read
read_markings = pipeline.read_markings
screen = pipeline.screen
learn = pipeline.learn_from_cases
classify = pipeline.classify
