"""`make bench`: the main job at two sizes, stage by stage, and what it finds.

Run as ``python -m benchmarks.check [LINES ...]``; by default 1,000,000 and 10,000,000.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb

from benchmarks.measured import (
    RESULTS,
    MadeWorld,
    Measured,
    machine,
    measure,
    workspace_of_real_lists,
    world_of,
)
from enduse.assess import Policy
from enduse.lists import controls, import_list
from enduse.settings import Settings
from enduse.simulate import World

SIZES = (1_000_000, 10_000_000)
COALITION_RULE = "Common High Priority code to a third country, by value"


def run(lines: int) -> tuple[Measured, dict[str, object], MadeWorld, Path]:
    """Check a world of so many lines against every real list and the world's own."""
    settings = workspace_of_real_lists(str(lines))
    world = world_of(lines)
    import_list(world.sanctions, "csv", settings, source="fictional", as_of=world.end)
    out = RESULTS / f"check-{lines}"
    command = [
        str(Path(sys.executable).parent / "enduse"), "check", str(world.shipments),
        "--registry", str(world.registry), "--workspace", str(settings.workspace),
        "--out", str(out), "--fresh", "--quiet",
    ]  # fmt: skip
    measured = measure(command, RESULTS / f"check-{lines}.log")
    return measured, json.loads((out / "run.json").read_text("utf-8")), world, out


def detection(world: MadeWorld | World, out: Path) -> dict[str, float]:
    """Diversions among the top 1% by score, and by the simple rule."""
    with duckdb.connect() as tables:
        tables.execute("SET memory_limit = '4GiB'")
        found = f"read_parquet('{out / 'findings.parquet'}')"
        truth = f"read_csv('{world.truth}', all_varchar = true)"
        shipments = f"read_csv('{world.shipments}', all_varchar = true)"
        tables.execute(
            f"""CREATE TABLE judged AS
                SELECT f.rank, t.diverted = '1' AS diverted, s.hs_code, s.destination_country,
                       TRY_CAST(s.value AS DOUBLE) AS value
                FROM {found} f
                JOIN {truth} t ON t.shipment_id = f.shipment_id
                 AND CAST(t.line_no AS INTEGER) = f.line_no
                JOIN {shipments} s ON s.shipment_id = f.shipment_id
                 AND CAST(s.line_no AS INTEGER) = f.line_no"""
        )
        tables.register("coalition", Policy.shipped().tables["policy_coalition"])
        tables.register("hs", controls(Settings(workspace=out)).hs_entries)
        row = tables.execute(
            """WITH simple AS (
                 SELECT *, row_number() OVER (ORDER BY
                   (substr(hs_code, 1, 6) IN (SELECT hs_code FROM hs
                      WHERE list = 'common-high-priority')
                    AND destination_country NOT IN (SELECT country FROM coalition)) DESC,
                   value DESC NULLS LAST) AS simple_rank,
                   count(*) OVER () AS lines FROM judged)
               SELECT count(*) FILTER (diverted),
                      count(*) FILTER (diverted AND rank <= 0.01 * lines),
                      count(*) FILTER (diverted AND simple_rank <= 0.01 * lines),
                      max(lines)
               FROM simple"""
        ).fetchone()
    assert row is not None
    names = ("diversions", "found in the top 1%", "found by the simple rule", "lines")
    return dict(zip(names, row, strict=True))


def table(results: list[tuple[int, Measured, dict[str, object]]]) -> str:
    """Stages down, sizes across, with the ratio of the last size to the first."""
    stages = list(results[0][2]["stages"])  # type: ignore[call-overload]
    rows = [
        f"{'stage':<12}" + "".join(f"{lines:>16,}" for lines, _, _ in results) + f"{'ratio':>8}"
    ]
    for stage in stages:
        seconds = [run["stages"][stage]["seconds"] for _, _, run in results]  # type: ignore[index]
        rows.append(
            f"{stage:<12}"
            + "".join(f"{s:>14.1f} s" for s in seconds)
            + f"{seconds[-1] / max(seconds[0], 0.01):>8.1f}"
        )
    walls = [measured.seconds for _, measured, _ in results]
    rows.append(
        f"{'whole':<12}" + "".join(f"{s:>14.1f} s" for s in walls) + f"{walls[-1] / walls[0]:>8.1f}"
    )
    rows.append(f"{'peak':<12}" + "".join(f"{m.peak_mib:>12,} MiB" for _, m, _ in results))
    return "\n".join(rows)


def main() -> None:
    """Print the table."""
    sizes = [int(size) for size in sys.argv[1:]] or list(SIZES)
    print(f"enduse check against every list of the shared data ({machine()})\n")
    results = []
    for lines in sizes:
        measured, document, world, out = run(lines)
        results.append((lines, measured, document))
        counts = document["counts"]
        print(f"{lines:,} lines: {json.dumps(counts)}")
        found = detection(world, out)
        ratio = found["found in the top 1%"] / max(found["found by the simple rule"], 1)
        print(
            f"  diversions {found['diversions']:,}; in the top 1% by score "
            f"{found['found in the top 1%']:,}, by '{COALITION_RULE}' "
            f"{found['found by the simple rule']:,}: {ratio:.1f} times\n"
        )
    print(table(results))


if __name__ == "__main__":
    main()
