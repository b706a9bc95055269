"""The demo: a fictional world, the main job run on it, and a recovered part traced in it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
from pyarrow import csv

from enduse.calls import CheckResult, check
from enduse.cli.app import Console
from enduse.components.inquiries import request_records
from enduse.components.kept import import_components
from enduse.engine.files import whole_file
from enduse.errors import UsageError
from enduse.lists import import_list
from enduse.pipeline import trace_component
from enduse.pipeline.run import write_json
from enduse.report import against_truth, write_report
from enduse.report.component_page import write_component_page
from enduse.report.letters import write_letter
from enduse.settings import Settings
from enduse.simulate import World, simulate
from enduse.simulate.world_sales import sales_of_world

MARK = "made-by-enduse-demo"
"""File in a workspace that says that the demo made it, and may remove it."""


def demo(
    out: Path, *, lines: int, seed: int, language: str | None, console: Console
) -> tuple[CheckResult, Path]:
    """Make a world in `out`/world, check it, and write everything to `out`.

    The report ends with a section that compares the run with what was planted. A part recovered at
    the end of a planted chain is traced to its sale and on, in `out`/component, with a request for
    records of sale in three languages.

    The workspace is `out`/workspace, so that no real list is mixed with an invented one; it is
    made anew each time.

    Raises
    ------
    UsageError
        If there is a workspace already that no demo made.
    """
    settings = replace(console.settings, workspace=out / "workspace")
    _make_anew(settings.workspace)
    console.progress(f"simulate: {lines:,} lines of a fictional world")
    world = simulate(out / "world", lines=lines, seed=seed)
    import_list(world.sanctions, "csv", settings, source="fictional-sanctions", as_of=world.end)
    result = check(
        world.shipments,
        registry=world.registry,
        out=out,
        settings=settings,
        progress=console.progress,
    )
    language = language or settings.language
    report = result.write_outputs(language=language)
    compared = against_truth(_truth(world.truth), result.findings, result.result.chains)
    traced = recovered_part(world, out, language, settings, console)
    write_report(result.result, report, language=language, truth=compared, beside=traced)
    return result, report


def recovered_part(
    world: World, out: Path, language: str, settings: Settings, console: Console
) -> dict[str, str]:
    """Trace a recovered part of the world; answer its name and where its page is.

    A world that is too small has no planted chain that ends under embargo, and so no part.
    """
    try:
        sold = sales_of_world(world)
    except UsageError as reason:
        console.progress(f"recovered part: {reason.message}")
        return {}
    console.progress("recovered part: from its marking to its sale and on")
    sold.write(world.shipments.parent)
    markings = sold.components.select(["component_id", "marking_raw"])
    with whole_file(world.shipments.with_name("markings.csv")) as part:
        csv.write_csv(markings.rename_columns(["component_id", "marking"]), part)
    import_components(
        world.shipments.with_name("components.csv"), settings=settings, today=world.end
    )
    component = sold.components["component_id"][0].as_py()
    folder = out / "component"
    traced = trace_component(
        out=folder,
        component=component,
        sales=world.shipments.with_name("sales.csv"),
        shipments=world.shipments,
        as_of=world.end,
        settings=settings,
    )
    write_component_page(traced, folder / "report.html", language=language)
    body = request_records(
        to="The seller of the part",
        component=component,
        languages=["uk", "en", "zh-Hant"],
        made=world.end,
        settings=settings,
    )
    write_letter(body, folder / "request.pdf")
    write_json(folder / "request.json", body)
    return {f"{component}, {traced.component['part_number']}": "component/report.html"}


def _truth(path: Path) -> pa.Table:
    """truth.csv; an empty cell is null."""
    text = ("shipment_id", "chain_id", "typology", "decoy")
    return csv.read_csv(
        path,
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(text, pa.string()), strings_can_be_null=True
        ),
    )


def _make_anew(workspace: Path) -> None:
    if workspace.exists() or workspace.is_symlink():
        if not (workspace / MARK).is_file() or workspace.is_symlink():
            raise UsageError(
                f"{workspace} is there already, and no demo made it.",
                hint="Choose another --out: the demo would remove what is in it.",
            )
        shutil.rmtree(workspace)
    workspace.mkdir(parents=True)
    (workspace / MARK).touch()
