"""`enduse component import`, `show` and `summary`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from enduse.cli.app import REJECTED_STATUS, Console, command
from enduse.cli.component.group import component_group

if TYPE_CHECKING:
    import pyarrow as pa

    from enduse.components.kept import ImportedComponents
    from enduse.components.sales_files import ImportedSales, SalesFile
    from enduse.components.summary import Summary
    from enduse.records import ReadReport

FILE = click.Path(path_type=Path)
_SHOWN = 10
_OF_CATALOGUE = ("maker", "owner", "maker_country", "family")


@command(component_group, "import")
@click.argument("file")
@click.option("--sales", "is_sales", is_flag=True, help="FILE holds sales, not components.")
@click.option("--seller", help="Who sold, for sales that do not say.")
@click.option("--map", "mapping", type=FILE, help="TOML file that renames columns.")
@click.option("--encoding", help="Text encoding; found out if not given.")
@click.option("--delimiter", help="What separates columns; found out if not given.")
@click.option("--query", help="SQL, if FILE is a database URL.")
@click.option("--strict", is_flag=True, help="Leave with status 4 if a row was rejected.")
def import_command(
    console: Console,
    file: str,
    is_sales: bool,
    seller: str | None,
    mapping: Path | None,
    encoding: str | None,
    delimiter: str | None,
    query: str | None,
    strict: bool,
) -> None:
    """Take records of recovered components, or sales, into the workspace.

    Records replace those of the same component_id; sales replace those taken in from the same file.
    """
    from enduse.components.kept import import_components
    from enduse.components.sales_files import import_sales
    from enduse.errors import UsageError
    from enduse.pipeline.markings import makers
    from enduse.records import load_mapping

    if seller and not is_sales:
        raise UsageError("--seller goes with --sales.", hint="Leave one out, or give both.")
    given: dict[str, Any] = {
        "settings": console.settings,
        "mapping": load_mapping(mapping) if mapping else None,
        "encoding": encoding,
        "delimiter": delimiter,
        "query": query,
    }
    source = file if "://" in file else Path(file)
    if is_sales:
        sold = import_sales(
            source,
            seller=seller,
            progress=lambda rows: console.progress(f"{rows:,} sales read"),
            **given,
        )
        rejected = sold.file.report.rejected
        console.answer(sold.as_dict(), sales_text(sold))
    else:
        taken = import_components(source, catalogue=makers(console.settings, ()), **given)
        rejected = taken.report.rejected
        console.answer(taken.as_dict(), components_text(taken))
    if strict and rejected:
        click.get_current_context().exit(REJECTED_STATUS)


@command(component_group, "show")
@click.argument("component_id", required=False)
@click.option("--sales", "is_sales", is_flag=True, help="Show the sales that are kept.")
@click.option("--limit", type=click.IntRange(1), default=40, show_default=True, help="Records.")
def show_command(console: Console, component_id: str | None, is_sales: bool, limit: int) -> None:
    """Show the components that the workspace keeps, or one of them in full."""
    from enduse.components.kept import held_component, held_components
    from enduse.components.sales_files import held_sales

    if is_sales:
        held = held_sales(console.settings)
        console.answer({"sales": [file.report.as_dict() for file in held]}, held_text(held))
    elif component_id:
        record = held_component(component_id, console.settings)
        console.answer(record, record_text(record))
    else:
        components = held_components(console.settings)
        console.answer(
            {"held": components.num_rows, "components": components.slice(0, limit).to_pylist()},
            list_text(components, limit),
        )


@command(component_group, "summary")
@click.option("--by", help="Properties, comma between  [default: all]")
@click.option("--limit", type=click.IntRange(1), default=_SHOWN, show_default=True, help="Rows.")
def summary_command(console: Console, by: str | None, limit: int) -> None:
    """Count distinct components by maker, owner, country, weapon and year of production."""
    from enduse.components.kept import held_components
    from enduse.components.summary import summarise

    wanted = [name.strip() for name in by.split(",") if name.strip()] if by else None
    summary = summarise(held_components(console.settings), by=wanted)
    console.answer(summary.as_dict(), summary_text(summary, limit))


def components_text(taken: ImportedComponents) -> str:
    """What came of taking in components, as a person reads it."""
    report = taken.report
    lines = [
        f"{report.read:,} rows read = {report.accepted:,} accepted + {report.rejected:,} rejected",
        f"{taken.added:,} added, {taken.replaced:,} replaced; {taken.held:,} are kept.",
    ]
    if report.rejected:
        lines.append(f"Rejected rows and reasons: {taken.rejects}")
    if taken.read_from_marking:
        told = ", ".join(f"{name} {count:,}" for name, count in taken.read_from_marking.items())
        lines.append(f"Read from markings, and countries from the catalogue: {told}")
    lines += _unused(report)
    if taken.contradicted:
        lines.append(
            f"{taken.contradicted:,} contradict their marking, another row or what was kept: "
            "`enduse component show ID` tells how."
        )
        lines += _contradictions(taken.components)
    copied = [row for row in taken.duplicates.to_pylist() if row["kind"] == "content"]
    if copied:
        spare = sum(row["records"] - 1 for row in copied)
        lines.append(
            f"{spare:,} of the records kept repeat {len(copied):,} others under other ids, and do "
            "not count in a summary:"
        )
        lines += [f"  {row['component_id']} {row['records']:,} times" for row in copied[:_SHOWN]]
    return "\n".join(lines)


def _unused(report: ReadReport) -> list[str]:
    return [f"Columns not used: {', '.join(report.unused)}"] if report.unused else []


def _contradictions(components: pa.Table) -> list[str]:
    said = [row for row in components.to_pylist() if row["contradictions"]]
    lines = [f"  {row['component_id']}: {row['contradictions']}" for row in said[:5]]
    return lines + ([f"  … and {len(said) - 5:,} more"] if len(said) > 5 else [])


def sales_text(taken: ImportedSales) -> str:
    """What came of taking in sales, as a person reads it."""
    report = taken.file.report
    lines = [
        f"{report.read:,} rows read = {report.accepted:,} accepted + {report.rejected:,} rejected",
        f"Sales from {report.first_date} to {report.last_date}; {report.with_lot:,} with a lot, "
        f"{report.with_date_code:,} with a date code, {report.with_serials:,} with serial numbers.",
    ]
    if not report.with_lot:
        lines.append("No lot is recorded: a trace can go by part number and date alone.")
    if report.rejected:
        lines.append(f"Rejected rows and reasons: {taken.rejects}")
    lines += _unused(report)
    lines += [f"Doubted: {count:,} in {name}" for name, count in report.doubts.items()]
    if taken.replaced:
        lines.append(f"What was taken in from {report.name} before is replaced.")
    return "\n".join(lines)


def held_text(held: list[SalesFile]) -> str:
    """The sales that are kept, as a person reads them."""
    if not held:
        return "No sales are kept: `enduse component import FILE --sales` takes some in."
    return "\n".join(
        f"{file.report.name}: {file.report.accepted:,} lines from {file.report.first_date} to "
        f"{file.report.last_date}"
        + (f", sold by {file.report.seller}" if file.report.seller else "")
        for file in held
    )


def record_text(record: dict[str, Any]) -> str:
    """One record in full, as a person reads it."""
    own = ("as_read", "contradictions", "file", "digest", "row")
    read_in = set((record["as_read"] or "").split(";"))
    lines = []
    for name, value in record.items():
        if name not in own and value is not None:
            shown = str(value).replace("\n", " / ")
            source = "  (read from the marking)" if name in read_in else ""
            if name in _OF_CATALOGUE or (source and name == "manufacturer_country"):
                source = "  (from the catalogue)"
            lines.append(f"{name:<22}{shown}{source}")
    empty = [name for name, value in record.items() if name not in own and value is None]
    lines.append(f"{'not known':<22}{', '.join(empty)}")
    if record["contradictions"]:
        lines.append(f"{'contradictions':<22}{record['contradictions']}")
    lines.append(f"{'from':<22}{record['file']}, row {record['row']}")
    return "\n".join(lines)


def list_text(components: pa.Table, limit: int) -> str:
    """The components that are kept, as a table."""
    if not components.num_rows:
        return "No component is kept: `enduse component import FILE` takes some in."
    columns = ("component_id", "weapon", "part_number", "manufacturer", "date_code", "lot")
    lines = _aligned([columns, *_cells(components.slice(0, limit), columns)])
    left = components.num_rows - limit
    return "\n".join(lines + ([f"… and {left:,} more (--limit)"] if left > 0 else []))


def summary_text(summary: Summary, limit: int) -> str:
    """A summary as a person reads it."""
    if not summary.records:
        return "No component is kept: `enduse component import FILE` takes some in."
    share = summary.unidentified / summary.components
    lines = [
        f"{summary.components:,} distinct components in {summary.records:,} records; "
        f"{summary.unidentified:,} ({share:.0%}) are not identified. Shares are of all distinct "
        "components.",
        *(statement.text() for statement in summary.statements),
    ]
    for name, table in summary.pictures.items():
        shown = "country of headquarters" if name == "country" else name.replace("_", " ")
        rows = [
            (row["value"] or "not identified", f"{row['components']:,}", f"{row['share']:.1%}")
            for place, row in enumerate(table.to_pylist())
            if place < limit or row["value"] is None
        ]
        lines += ["", *_aligned([(shown, "components", "share"), *rows])]
        if len(rows) < table.num_rows:
            lines.append(f"… and {table.num_rows - len(rows):,} more (--limit)")
    columns = ("weapon", "maker", "date_code", "recovered_on", "months_to_recovery", "components")
    newest = _cells(summary.newest.slice(0, limit), columns)
    return "\n".join([*lines, "", "newest date codes", *_aligned([columns, *newest])])


def _cells(table: pa.Table, columns: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [
        tuple("–" if value is None else str(value).replace("\n", " / ")[:40] for value in row)
        for row in zip(*(table[name].to_pylist() for name in columns), strict=True)
    ]


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
