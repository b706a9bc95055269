"""`enduse component trace`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from enduse.cli.app import Console, command
from enduse.cli.component.group import component_group
from enduse.settings import LANGUAGES

if TYPE_CHECKING:
    from enduse.pipeline import ComponentTrace

FILE = click.Path(path_type=Path)
DAY = click.DateTime(["%Y-%m-%d"])


def language(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """A language as Enduse writes it; a hyphen is as good as an underscore.

    Raises
    ------
    click.BadParameter
        If no report is written in it.
    """
    if value is None:
        return None
    known = {name.casefold(): name for name in LANGUAGES}
    name = known.get(value.replace("-", "_").casefold())
    if name is None:
        raise click.BadParameter(f"'{value}' is none of en, uk, zh-Hant.", context, parameter)
    return name


@command(component_group, "trace")
@click.option("--component", metavar="ID", help="A component that the workspace keeps.")
@click.option("--marking", help="The text on the component; lines may be parted by '\\n'.")
@click.option("--sales", type=FILE, help="File of sales  [default: those the workspace keeps]")
@click.option("--out", type=FILE, required=True, help="Folder for the outputs.")
@click.option("--shipments", type=FILE, help="Declarations, to follow the goods on.")
@click.option(
    "--embargoed", help="Destinations, such as RU,BY  [default: those of the shipped policy]"
)
@click.option("--hs", "hs_code", help="HS code of the part, where no declaration states the part.")
@click.option("--as-of", type=DAY, help="Day that counts as today  [default: today]")
@click.option("--language", callback=language, help="Language of the report: en, uk, zh-Hant.")
def trace_command(
    console: Console,
    component: str | None,
    marking: str | None,
    sales: Path | None,
    out: Path,
    shipments: Path | None,
    embargoed: str | None,
    hs_code: str | None,
    as_of: datetime | None,
    language: str | None,
) -> None:
    """Trace a recovered part to the sales that could have supplied it, and on from there."""
    from enduse.cli.given import keep_apart
    from enduse.pipeline import COMPONENT_OUTPUTS, trace_component
    from enduse.report.component_page import write_component_page

    keep_apart(
        (sales, shipments), (out, *(out / name for name in (*COMPONENT_OUTPUTS, "report.html")))
    )
    traced = trace_component(
        out=out,
        component=component,
        marking=None if marking is None else marking.replace("\\n", "\n"),
        sales=sales,
        shipments=shipments,
        embargoed=None if embargoed is None else embargoed.split(","),
        hs_code=hs_code,
        as_of=as_of.date() if as_of else None,
        settings=console.settings,
        progress=console.progress,
    )
    report = out / "report.html"
    write_component_page(traced, report, language=language or console.settings.language)
    console.answer({**traced.run, "report": str(report)}, trace_text(traced, report))


def trace_text(traced: ComponentTrace, report: Path) -> str:
    """What a component's trace says at its end."""
    supply = traced.supply
    told = traced.component
    name = told["part_number"] or told["family"] or told["marking"] or told["component_id"]
    lines = [
        f"{name}: {supply.candidates.num_rows:,} sales in the records searched could have supplied "
        f"it; none of them with a probability of {supply.elsewhere + supply.counterfeit:.0%}",
        *(
            f"  {sale['rank']:>3}. {sale['probability']:>4.0%}  {sale['date']}  {sale['sale_id']}  "
            f"{sale['customer']} ({sale['country'] or '?'}), by {sale['match'].replace('_', ' ')}"
            for sale in supply.candidates.slice(0, 5).to_pylist()
        ),
        *(
            f"searched: {file.file}, {file.rows:,} lines, {file.first_date} to {file.last_date}"
            for file in supply.searched
        ),
    ]
    listed = [row for row in traced.customers.to_pylist() if row["when_sold"] or row["now"]]
    lines += [
        f"  {row['name']} resembles {row['matched_name']} of {row['list']}: {row['when_sold']} when "
        f"sold to, {row['now']} now"
        for row in listed[:5]
    ]
    best = next((path for path in traced.paths if path.arrives), traced.paths[0])
    steps = [link.target or f"gap: {link.gap.text() if link.gap else ''}" for link in best.links]
    if traced.run["declarations"] is not None and supply.candidates.num_rows:
        lines.append(
            f"{traced.run['paths_that_arrive']:,} of {traced.run['paths']:,} sales followed on lead "
            "to an embargoed destination"
        )
    lines += [
        f"best path: {' → '.join(steps)}",
        *(f"Note: {note.text()}" for note in traced.notes),
        f"Tables: {traced.folder}",
        f"Report: {report}",
    ]
    return "\n".join(lines)
