"""`make bench-components`: what markings say, what traces find, and how fast.

Run as ``python -m benchmarks.components [--quick] [--only markings,described,sales,letters]``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from importlib import import_module
from typing import Any

from benchmarks.flow.tables import Table, Text
from benchmarks.measured import RESULTS, machine

GROUPS = ("markings", "described", "sales", "letters")


def main() -> None:
    """Measure, print, and keep."""
    parser = argparse.ArgumentParser(prog="benchmarks.components", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="few markings, small markets, one size"
    )
    parser.add_argument("--only", help=f"groups, comma between: {', '.join(GROUPS)}")
    said = parser.parse_args()
    only = said.only.split(",") if said.only else GROUPS
    if unknown := set(only) - set(GROUPS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; known are {', '.join(GROUPS)}")
    print(f"# Components, measured on {machine()}\n", flush=True)
    tables: list[Table | Text] = []
    for group in GROUPS:
        if group in only:
            for table in _measured(group, quick=said.quick):
                print(table.text(), flush=True)
                tables.append(table)
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"components-{datetime.now():%Y%m%dT%H%M%S}.json"
    kept = {"machine": machine(), "asked": vars(said), "tables": [t.kept() for t in tables]}
    path.write_text(json.dumps(kept, indent=1, default=str) + "\n", "utf-8")
    print(f"kept as {path}", file=sys.stderr)


def _measured(group: str, *, quick: bool) -> Iterable[Table | Text]:
    measure: Callable[..., Text | list[Text]] = import_module(f"benchmarks.components.{group}").run
    options: dict[str, dict[str, Any]] = {}
    if quick:
        options = {"markings": {"count": 600}, "sales": {"quick": True}}
    answer = measure(**options.get(group, {}))
    return answer if isinstance(answer, list) else [answer]


if __name__ == "__main__":
    main()
