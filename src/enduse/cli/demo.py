"""The demo: a fictional world, its list taken in, the main job run on it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from enduse.calls import CheckResult, check
from enduse.cli.app import Console
from enduse.lists import import_list
from enduse.simulate import simulate


def demo(
    out: Path, *, lines: int, seed: int, language: str | None, console: Console
) -> tuple[CheckResult, Path]:
    """Make a world in `out`/world, check it, and write everything to `out`.

    The workspace is `out`/workspace, so that no real list is mixed with an invented one; it is
    made anew each time.
    """
    settings = replace(console.settings, workspace=out / "workspace")
    shutil.rmtree(settings.workspace, ignore_errors=True)
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
    return result, result.write_outputs(language=language or settings.language)
