"""The demo: a fictional world, its list taken in, the main job run on it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
from pyarrow import csv

from enduse.calls import CheckResult, check
from enduse.cli.app import Console
from enduse.errors import UsageError
from enduse.lists import import_list
from enduse.report import against_truth, write_report
from enduse.simulate import simulate

MARK = "made-by-enduse-demo"
"""File in a workspace that says that the demo made it, and may remove it."""


def demo(
    out: Path, *, lines: int, seed: int, language: str | None, console: Console
) -> tuple[CheckResult, Path]:
    """Make a world in `out`/world, check it, and write everything to `out`.

    The report ends with a section that compares the run with what was planted.

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
    write_report(result.result, report, language=language, truth=compared)
    return result, report


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
