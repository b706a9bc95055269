"""A child process that runs systems on one table, so that time and memory are their own.

Run as ``python -m benchmarks.flow.worker FOLDER``. The folder holds ``job.json`` and, where there
are lines to judge, ``lines.arrow``; ``done.json`` is written.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from benchmarks.flow.cases import EMBARGOED, see
from benchmarks.flow.memory import memory, memory_from_here
from benchmarks.flow.peers import numbered, read, two_hops, write
from benchmarks.flow.worlds import CONTROLLED_ORIGINS, make
from enduse.flow import Learned, trace
from enduse.flow.descriptors import DESCRIPTORS
from enduse.flow.ledger import Ledger, follow, keep
from enduse.flow.movements import read_movements
from enduse.flow.weights import LinkWeights

_ORIGINS = frozenset(CONTROLLED_ORIGINS)
_FEW = 2_000
"""Lines that are judged before the clock starts, so that what is compiled or loaded once counts
with none."""
_SORTED_BY = "exporter, exporter_country, hs_code, date"
_READ = (
    "date", "exporter", "exporter_country", "consignee", "consignee_country", "export_country",
    "destination_country", "hs_code", "part_number", "quantity", "unit", "net_mass_kg",
    "freight_forwarder", "value", "currency", *DESCRIPTORS,
)  # fmt: skip
"""Columns that the ledger reads, and that are sorted."""


def _kept(lines: pa.Table) -> Ledger:
    movements = read_movements(lines, embargoed=EMBARGOED, controlled_origins=_ORIGINS)
    return keep(movements, LinkWeights.shipped())


def _plain(lines: pa.Table, folder: Path) -> object:
    origins, ends = follow(_kept(lines))
    return origins.sure * ends.sure


def _learned(lines: pa.Table, folder: Path) -> object:
    ledger = _kept(lines)
    return Learned.shipped().scores(ledger, *follow(ledger))


def _trace(lines: pa.Table, folder: Path) -> object:
    return trace(lines, embargoed=EMBARGOED, controlled_origins=_ORIGINS).scores


def _sort(lines: pa.Table, folder: Path) -> object:
    """The same rows by party, goods and date."""
    lines = lines.select([name for name in _READ if name in lines.column_names])
    with _one_thread(folder) as connection:
        connection.register("lines", lines)
        return connection.sql(f"select * from lines order by {_SORTED_BY}").to_arrow_table()


def _sort_numbers(lines: pa.Table, folder: Path) -> object:
    """The harder yardstick: parties and goods are numbers already."""
    with _one_thread(folder) as connection:
        connection.register("lines", lines)
        return connection.sql("select * from lines order by exporter, hs6, day").to_arrow_table()


def _one_thread(folder: Path) -> duckdb.DuckDBPyConnection:
    where = str(folder / "spilled")
    return duckdb.connect(config={"threads": 1, "temp_directory": where, "memory_limit": "8GB"})


def _join(lines: pa.Table, folder: Path) -> object:
    return two_hops(numbered(see(lines, _ORIGINS)), threads=1)


def _tabular(lines: pa.Table, folder: Path) -> object:
    import xgboost

    from benchmarks.flow.tabular import judged, tabular

    booster = xgboost.Booster(model_file=str(folder / "trees.json"))
    return judged(booster, tabular(see(lines, _ORIGINS)))


SYSTEMS: Mapping[str, Callable[[pa.Table, Path], object]] = {
    "plain": _plain,
    "learned": _learned,
    "trace": _trace,
    "sort": _sort,
    "sort_numbers": _sort_numbers,
    "join": _join,
    "tabular": _tabular,
}


def _in_turn(
    folder: Path, systems: list[str], runs: int, done: dict[str, Any]
) -> dict[str, list[float]]:
    """CPU seconds of each system, one after another and then again: so that what else the machine
    does meanwhile meets all alike. Memory is told where there is one system alone."""
    lines = {name: read(folder / f"{name}.arrow") for name in {_lines_of(name) for name in systems}}
    for name in systems:
        SYSTEMS[name](lines[_lines_of(name)].slice(0, _FEW), folder)
    before = memory_from_here()
    seconds: dict[str, list[float]] = {name: [] for name in systems}
    for _ in range(runs):
        for name in systems:
            began = time.process_time()
            SYSTEMS[name](lines[_lines_of(name)], folder)
            seconds[name].append(time.process_time() - began)
    if len(systems) == 1:
        done["peak_bytes"] = memory("VmHWM") - before
    return seconds


def _lines_of(system: str) -> str:
    return "numbers" if system == "sort_numbers" else "lines"


def main(folder: Path) -> None:
    """Do the job of the folder."""
    job = json.loads((folder / "job.json").read_text("utf-8"))
    done: dict[str, Any] = {}
    if job["system"] == "world":
        lines = make(job["lines"], seed=job["seed"]).shipments
        write(lines, folder / "lines.arrow")
        write(numbered(see(lines, _ORIGINS)), folder / "numbers.arrow")
    else:
        pa.set_cpu_count(1)
        done["seconds"] = _in_turn(folder, job["system"].split(","), job["runs"], done)
    (folder / "done.json").write_text(json.dumps(done), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
