"""`make bench-exchange`: every measure of the exchange, a table each.

Run as ``python -m benchmarks.exchange [--only sealing,flips,log,matching,guessing,names]``.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib import import_module

from benchmarks.measured import RESULTS, machine
from benchmarks.names.tables import markdown

GROUPS = ("sealing", "flips", "log", "matching", "guessing", "names")


def main() -> None:
    """Measure, print, and keep."""
    parser = argparse.ArgumentParser(prog="benchmarks.exchange", description=__doc__)
    parser.add_argument("--only", help=f"groups, comma between: {', '.join(GROUPS)}")
    said = parser.parse_args().only
    only = said.split(",") if said else GROUPS
    if unknown := set(only) - set(GROUPS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; known are {', '.join(GROUPS)}")
    print(f"# Exchange, measured on {machine()}\n", flush=True)
    kept = {}
    for group in only:
        module = import_module(f"benchmarks.exchange.{group}")
        rows = module.run()
        print(f"## {(module.__doc__ or group).splitlines()[0]}\n\n{told(rows)}\n", flush=True)
        kept[group] = rows
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"exchange-{datetime.now():%Y-%m-%d-%H%M}.json"
    path.write_text(json.dumps(kept, indent=1, default=str), encoding="utf-8")
    print(f"kept in {path}")


def told(rows: Sequence[Mapping[str, object]]) -> str:
    """Rows as Markdown; a column that a row has not is a dash."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    return markdown(columns, [[_cell(row.get(column)) for column in columns] for row in rows])


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:,.2f}" if abs(value) < 100 else f"{value:,.0f}"
    return f"{value:,}" if type(value) is int else str(value)


if __name__ == "__main__":
    main()
