"""Sales: time and memory of taking them in and of a trace, what a trace finds, what it believes."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import pyarrow.parquet as pq
from pyarrow import csv

from benchmarks.flow.tables import Text
from benchmarks.measured import RESULTS, measure
from enduse.components.posterior import Assumptions
from enduse.components.recovered import Recovered, recovered_from_record
from enduse.components.sales_files import import_sales, open_sales
from enduse.components.supply import trace
from enduse.settings import Settings
from enduse.simulate.sales import Market, simulate_sales

SIZES = (500_000, 5_000_000)
HELD_SEED = 1_000
"""Seeds below it are for developing."""
_TRACES = {"import": 1, "held": 20, "cold": 3, "first": 1, "peer": 3}
"""Parts in each measurement."""
_EDGES = (0.0, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0)


def speed(sizes: Sequence[int] = SIZES) -> Text:
    """Taking sales in, and tracing by several ways, each in a process of its own."""
    rows = []
    for size in sizes:
        RESULTS.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=RESULTS, prefix="sales-") as name:
            folder = Path(name)
            for job, title in _JOBS.items():
                print(f"{size:,} sales: {title}", file=sys.stderr, flush=True)
                command = [
                    sys.executable,
                    "-m",
                    "benchmarks.components.sales",
                    job,
                    name,
                    str(size),
                ]
                measured = measure(command, folder / "log")
                if job == "make":
                    continue
                told = json.loads((folder / "told.json").read_text("utf-8"))
                rows.append(
                    [
                        f"{size:,}", title, f"{told['wall']:.2f} s", f"{told['cpu']:.2f} s",
                        f"{measured.peak_mib:,} MiB", told["found"],
                    ]
                )  # fmt: skip
    return Text(
        "Sales: time and memory",
        "By the clock and by CPU time of all threads, without the start of Python; of a trace the "
        "mean of several parts with a lot code, the first of them unprepared. Memory: the most "
        "that the process held, Python and libraries included. The peer asks the same Parquet file "
        "for the same lot or part number and no more.",
        ["sales", "what", "time", "CPU", "peak", "rows found"],
        rows,
    )


_JOBS = {
    "make": "making the market",
    "import": "take in, from CSV",
    "held": "trace in what was taken in",
    "cold": "trace in a Parquet file as it lies",
    "first": "the same, the first part alone",
    "peer": "DuckDB, WHERE lot = … OR part_number = …",
}


def _worker(job: str, folder: Path, size: int) -> None:
    """One measurement; leaves told.json."""
    settings = Settings(workspace=folder / "workspace")
    parquet, text = folder / "sales.parquet", folder / "sales.csv"
    if job == "make":
        world = simulate_sales(lines=size, recovered=_TRACES["held"], seed=HELD_SEED)
        pq.write_table(world.sales, parquet)
        csv.write_csv(world.sales, text)
        pq.write_table(world.components, folder / "components.parquet")
        return
    records = pq.read_table(folder / "components.parquet").to_pylist()
    parts = [recovered_from_record(record) for record in records[: _TRACES[job]]]
    wall, cpu = time.perf_counter(), time.process_time()
    if job == "import":
        found = import_sales(text, settings=settings).file.report.accepted
    elif job == "peer":
        found = sum(_asked(parquet, part) for part in parts)
    else:
        source = text if job == "held" else parquet
        found = 0
        for part in parts:
            sales = [open_sales(source, settings=settings)]
            found += trace(part, sales, settings=settings).candidates.num_rows
    told = {
        "wall": (time.perf_counter() - wall) / len(parts),
        "cpu": (time.process_time() - cpu) / len(parts),
        "found": f"{found // len(parts):,}",
    }
    (folder / "told.json").write_text(json.dumps(told), "utf-8")


def _asked(path: Path, part: Recovered) -> int:
    """The peer: a plain query for the lot or the part number as written."""
    rows = duckdb.connect().execute(
        f"SELECT * FROM '{path}' WHERE lot = ? OR part_number = ?", [part.lot, part.part_number]
    )
    return len(rows.fetchall())


@dataclass(frozen=True, slots=True)
class Condition:
    """A market, and what is assumed of it."""

    title: str
    market: Market
    assumptions: Assumptions = Assumptions()  # noqa: RUF009  (frozen)
    lots_known: bool = True


CONDITIONS = (
    Condition("lot code", Market()),
    Condition("lot code, sales all record lots", Market(with_lot=1.0)),
    Condition("lot code, half as many sales a lot", Market(buyers_a_lot=1.3)),
    Condition("lot code, twice as many sales a lot", Market(buyers_a_lot=5.2)),
    Condition("lot code, one sale in three resold", Market(resold=0.33)),
    Condition("lot code, 60% recorded, 80% assumed", Market(recorded=0.6)),
    Condition(
        "lot code, 60% recorded and assumed", Market(recorded=0.6), Assumptions(coverage=0.6)
    ),
    Condition(
        "lot code, sold and used twice as late", Market(sale_median_days=240, use_median_days=1080)
    ),
    Condition("no lot code", Market(), lots_known=False),
    Condition("lot code, no sale records lots", Market(with_lot=0.0)),
)


@dataclass(slots=True)
class _Outcomes:
    first: int = 0
    five: int = 0
    customer: int = 0
    in_records: int = 0
    traces: int = 0
    best: float = 0.0
    """Sum of the greatest probability of each trace."""


def detection(*, traces: int = 300, lines: int = 40_000, seeds: Sequence[int] = ()) -> list[Text]:
    """What traces find in markets of several sellers, and whether they believe the right much.

    Parameters
    ----------
    traces
        For each condition, over all seeds.
    lines
        Sales of a market.
    seeds
        From HELD_SEED on, but while developing.
    """
    chosen = tuple(seeds) or (HELD_SEED + 1, HELD_SEED + 2, HELD_SEED + 3)
    rows, tables = [], []
    for condition in CONDITIONS:
        print(f"traces: {condition.title}", file=sys.stderr, flush=True)
        outcomes = _Outcomes()
        said: list[tuple[str, float, bool]] = []
        for seed in chosen:
            _trace_all(condition, traces // len(chosen), lines, seed, outcomes, said)
        known = max(outcomes.in_records, 1)
        rows.append(
            [
                condition.title,
                f"{outcomes.traces}",
                f"{outcomes.in_records}",
                f"{outcomes.first / known:.1%}",
                f"{outcomes.five / known:.1%}",
                f"{outcomes.customer / known:.1%}",
                f"{outcomes.first / outcomes.traces:.1%}",
                f"{outcomes.best / outcomes.traces:.1%}",
            ]
        )
        if condition.title in ("lot code", "no lot code", "lot code, 60% recorded, 80% assumed"):
            tables.append(_reliability(condition.title, said))
    found = Text(
        "Traces in simulated markets",
        "Several sellers, four in five of them in the records, lots split over customers by chance "
        "weighted by quantity, resellers, one lot in ten and one date code in twenty not recorded, "
        "3% of lots misread by a character, 2% counterfeits. 'True sale first' is of the traces "
        "whose sale is in the records; 'of all' counts the others as misses; 'believed' is the mean "
        "probability of the sale ranked most probable: where the posterior is right, no ranking can "
        "do better than it.",
        [
            "recovered part", "traces", "sale in records", "true sale first", "among first five",
            "customer first", "first, of all", "believed",
        ],
        rows,
    )  # fmt: skip
    return [found, *tables]


def _trace_all(
    condition: Condition,
    traces: int,
    lines: int,
    seed: int,
    outcomes: _Outcomes,
    said: list[tuple[str, float, bool]],
) -> None:
    world = simulate_sales(
        lines=lines,
        recovered=traces,
        seed=seed,
        lots_known=condition.lots_known,
        market=condition.market,
    )
    with TemporaryDirectory(dir=RESULTS, prefix="sales-") as name:
        settings = Settings(workspace=Path(name))
        files = [open_sales(world.sales, settings=settings)]
        for record, truth in zip(
            world.components.to_pylist(), world.truth.to_pylist(), strict=True
        ):
            part = recovered_from_record(record)
            found = trace(part, files, settings=settings, assumptions=condition.assumptions)
            ids = found.candidates["sale_id"].to_pylist()
            given = found.candidates["probability"].to_pylist()
            true = truth["sale_id"]
            outcomes.traces += 1
            outcomes.best += max(given, default=0.0)
            if true:
                outcomes.in_records += 1
                outcomes.first += ids[:1] == [true]
                outcomes.five += true in ids[:5]
                named = found.customers["customer"].to_pylist()[:1]
                outcomes.customer += named == [truth["customer"]]
            said += [("a sale", p, sale == true) for sale, p in zip(ids, given, strict=True)]
            customers = found.customers.select(["customer", "probability"]).to_pylist()
            said += [
                (
                    "a customer",
                    row["probability"],
                    bool(true) and row["customer"] == truth["customer"],
                )
                for row in customers
            ]
            said.append(("none of these records", found.elsewhere + found.counterfeit, not true))


def _reliability(title: str, said: list[tuple[str, float, bool]]) -> Text:
    """Of what was believed so much, how much was so."""
    rows = []
    for kind in ("a sale", "a customer", "none of these records"):
        given = np.array([p for which, p, _ in said if which == kind])
        true = np.array([was for which, _, was in said if which == kind])
        bins = np.clip(np.digitize(given, _EDGES) - 1, 0, len(_EDGES) - 2)
        error = 0.0
        for place in range(len(_EDGES) - 1):
            of = bins == place
            if not of.any():
                continue
            if place:
                error += of.sum() * abs(given[of].mean() - true[of].mean())
            low, high = _EDGES[place], _EDGES[place + 1]
            rows.append(
                [
                    kind, f"{low:.0%} to {high:.0%}", f"{of.sum():,}",
                    f"{given[of].mean():.1%}", f"{true[of].mean():.1%}",
                ]
            )  # fmt: skip
        counted = int((bins > 0).sum())
        told = f"{error / counted:.1%}" if counted else "–"
        rows.append([kind, f"mean difference from {_EDGES[1]:.0%} on", f"{counted:,}", "", told])
    return Text(
        f"Reliability of the posterior: {title}",
        "Of the answers that were given so much, how many were so.",
        ["answer", "believed", "answers", "believed on average", "were so"],
        rows,
    )


def run(*, quick: bool = False) -> list[Text]:
    """All tables of sales."""
    found = detection(traces=90, lines=10_000) if quick else detection()
    return [speed(SIZES[:1] if quick else SIZES), *found]


if __name__ == "__main__":
    _worker(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, "MiB")
