"""Commands beside the main ones: learn, screen, classify, map, policy, simulate, demo."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from enduse.cli.app import REJECTED_STATUS, Console, app, command
from enduse.cli.given import DAY, FILE, LANGUAGE, day_of, keep_apart, mapping_of

if TYPE_CHECKING:
    pass


@command(app, "learn")
@click.argument("shipments", type=FILE)
@click.option("--cases", type=FILE, required=True, help="CSV: shipment_id, line_no, diverted.")
@click.option("--embargoed", required=True, help="Destinations, such as RU,BY.")
@click.option("--out", type=FILE, required=True, help="File for the score, for --model of trace.")
@click.option("--controlled-origins", help="Countries, such as TW,US  [default: the coalition]")
@click.option("--as-written", is_flag=True, help="Take names as written; do not resolve firms.")
@click.option("--map", "mapping", type=FILE, help="TOML file that renames columns.")
def learn_command(console: Console, shipments: Path, **given: Any) -> None:
    """Learn a score for `trace` from closed CASES among SHIPMENTS.

    It goes on from the score that ships with Enduse. Lines in no case count little, as lawful.
    """
    import tempfile

    from enduse.calls import learn, trace

    keep_apart((shipments, given["cases"], given["mapping"]), (given["out"],))
    origins = given["controlled_origins"]
    with tempfile.TemporaryDirectory() as folder:
        traced = trace(
            shipments,
            out=Path(folder),
            embargoed=given["embargoed"].split(","),
            controlled_origins=origins.split(",") if origins else None,
            resolve=not given["as_written"],
            mapping=mapping_of(given["mapping"]),
            settings=console.settings,
            progress=console.progress,
        )
        counts = learn(traced.traced, given["cases"], given["out"])
    console.answer(
        {**counts, "written": str(given["out"])},
        f"Learned from {counts['diverted']:,} diverted and {counts['lawful']:,} lawful lines of "
        f"{counts['cases']:,} cases. Use it with `enduse trace --model {given['out']}`.",
    )


@command(app, "screen")
@click.argument("names", type=FILE)
@click.option("--out", type=FILE, required=True, help="Parquet or CSV, by its ending.")
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True)
@click.option("--threshold", type=click.FloatRange(0, 1), default=None, help="Least score shown.")
@click.option("--map", "mapping", type=FILE, help="TOML file that renames columns.")
@click.option("--as-of", type=DAY, help="Day to judge listings by  [default: today]")
@click.option("--strict", is_flag=True, help="Leave with status 4 if a row was rejected.")
def screen_command(
    console: Console,
    names: Path,
    out: Path,
    limit: int,
    threshold: float | None,
    mapping: Path | None,
    as_of: datetime | None,
    strict: bool,
) -> None:
    """Screen NAMES.csv (query_id, name …) against the workspace's lists."""
    from enduse.calls import screen

    keep_apart((names, mapping), (out,))
    result = screen(
        names,
        out=out,
        limit=limit,
        threshold=threshold,
        mapping=mapping_of(mapping),
        as_of=day_of(as_of),
        settings=console.settings,
    )
    console.answer(result.as_dict(), result.text())
    if strict and result.rejected:
        click.get_current_context().exit(REJECTED_STATUS)


@command(app, "classify")
@click.argument("goods", type=FILE)
@click.option("--out", type=FILE, required=True, help="Parquet or CSV, by its ending.")
@click.option(
    "--limit",
    type=click.IntRange(1, 100),
    default=5,
    show_default=True,
    help="Candidates by text for each good.",
)
@click.option("--as-of", type=DAY, help="Day to judge control lists by  [default: today]")
@click.option("--strict", is_flag=True, help="Leave with status 4 if a row was rejected.")
def classify_command(
    console: Console, goods: Path, out: Path, limit: int, as_of: datetime | None, strict: bool
) -> None:
    """Find candidate control entries for GOODS.csv (goods_id, hs_code, description …)."""
    from enduse.calls import classify

    keep_apart((goods,), (out,))
    result = classify(goods, out=out, limit=limit, as_of=day_of(as_of), settings=console.settings)
    console.answer(result.as_dict(), result.text())
    if strict and result.rejected:
        click.get_current_context().exit(REJECTED_STATUS)


@command(app, "map")
@click.argument("file", type=FILE)
@click.option("--out", type=FILE, help="Write the mapping here  [default: print it]")
@click.option("--encoding", help="Text encoding; found out if not given.")
@click.option("--delimiter", help="What separates columns; found out if not given.")
def map_command(
    console: Console,
    file: Path,
    out: Path | None,
    encoding: str | None,
    delimiter: str | None,
) -> None:
    """Propose a mapping file from the header of FILE."""
    from enduse.engine.files import whole_file
    from enduse.records import propose_mapping

    keep_apart((file,), (out,))
    text = propose_mapping(file, encoding=encoding, delimiter=delimiter)
    if out:
        with whole_file(out) as part:
            part.write_text(text, "utf-8")
    console.answer(
        {"mapping": text, "written": str(out) if out else None},
        f"Written to {out}: read it before you use it." if out else text,
    )


@command(app, "policy")
def policy_command(console: Console) -> None:
    """Print the policy that ships with Enduse, to start one's own from."""
    from enduse.assess import shipped_text

    console.answer({"policy": shipped_text()}, shipped_text())


@command(app, "simulate")
@click.argument("out", type=FILE)
@click.option("--lines", type=click.IntRange(1000), default=20_000, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option(
    "--diversions",
    type=click.FloatRange(0, 0.2),
    default=0.01,
    show_default=True,
    help="Share of lines in planted diversions.",
)
def simulate_command(console: Console, out: Path, lines: int, seed: int, diversions: float) -> None:
    """Make a fictional world in OUT: shipments, registry, a list, and the truth apart."""
    from enduse.simulate import simulate

    world = simulate(out, lines=lines, seed=seed, diversion_share=diversions)
    console.answer(world.as_dict(), f"A fictional world of {lines:,} lines is in {out}.")


@command(app, "demo")
@click.option("--out", type=FILE, default=Path("demo"), show_default=True)
@click.option("--lines", type=click.IntRange(1000), default=20_000, show_default=True)
@click.option("--seed", type=int, default=7, show_default=True)
@click.option("--language", type=LANGUAGE, default=None, help="Language of the report.")
def demo_command(console: Console, out: Path, lines: int, seed: int, language: str | None) -> None:
    """Make a fictional world, run the main job on it, and name the report."""
    from enduse.cli.demo import demo
    from enduse.cli.judging import check_text

    result, report = demo(out, lines=lines, seed=seed, language=language, console=console)
    page, letter = out / "component" / "report.html", out / "component" / "request.pdf"
    traced = f"Recovered part: {page}, request {letter}\n" if page.is_file() else ""
    console.answer({**result.run, "report": str(report)}, traced + check_text(result, report))
