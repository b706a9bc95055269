"""`make bench-flow`: what the goods ledger finds, and how fast, beside the alternatives.

Run as ``python -m benchmarks.flow [--quick] [--only detection,named,speed] [--lines N]
[--sizes N,…] [--seeds N,…] [--conditions NAME;…]``. Worlds that are measured have seeds from 1000
on, which nothing was tuned on; give lower ones while developing.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime

from benchmarks.flow.cases import HELD, NAMED, USUAL
from benchmarks.flow.detection import Asked, detection, named
from benchmarks.flow.speed import speed
from benchmarks.flow.tables import Table, Text
from benchmarks.measured import RESULTS, machine

GROUPS = ("detection", "named", "speed")
SIZES = (100_000, 1_000_000, 10_000_000)


def _parser() -> argparse.ArgumentParser:
    known = "; ".join(condition.name for condition in USUAL + NAMED).replace("%", "%%")
    parser = argparse.ArgumentParser(prog="benchmarks.flow", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small worlds, few of them, one size")
    parser.add_argument("--only", help=f"groups, comma between: {', '.join(GROUPS)}")
    parser.add_argument("--lines", type=int, help="lines of a world for detection")
    parser.add_argument("--sizes", help="lines for speed, comma between")
    parser.add_argument("--seeds", help="seeds of worlds for detection, comma between")
    parser.add_argument("--conditions", help=f"semicolon between: {known}")
    return parser


def main() -> None:
    """Measure, print, and keep."""
    parser = _parser()
    said = parser.parse_args()
    only = said.only.split(",") if said.only else GROUPS
    if unknown := set(only) - set(GROUPS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; known are {', '.join(GROUPS)}")
    names = [condition.name for condition in USUAL + NAMED]
    chosen = said.conditions.split(";") if said.conditions else None
    if unknown := set(chosen or []) - set(names):
        parser.error(f"unknown: {'; '.join(sorted(unknown))}; known are {'; '.join(names)}")
    if said.quick and chosen is None:
        chosen = ["wide", "thin", "wide, 50% seen", "misspelt 30%"]
    seeds = [int(seed) for seed in said.seeds.split(",")] if said.seeds else HELD
    asked = Asked(
        said.lines or (40_000 if said.quick else 100_000),
        seeds[: 1 if said.quick else None],
        chosen,
    )
    sizes = [int(size) for size in said.sizes.split(",")] if said.sizes else None
    print(f"# Flow, measured on {machine()}\n", flush=True)
    tables: list[Table | Text] = []
    for group, measure in (
        ("detection", lambda: detection(asked)),
        ("named", lambda: named(asked)),
        ("speed", lambda: speed(sizes or (SIZES[:1] if said.quick else SIZES))),
    ):
        if group in only:
            for table in measure():
                print(table.text(), flush=True)
                tables.append(table)
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"flow-{datetime.now():%Y%m%dT%H%M%S}.json"
    kept = {"machine": machine(), "asked": vars(said), "tables": [t.kept() for t in tables]}
    path.write_text(json.dumps(kept, indent=1, default=str) + "\n", "utf-8")
    print(f"kept as {path}", file=sys.stderr)


if __name__ == "__main__":
    main()
