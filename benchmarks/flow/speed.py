"""Time and memory of each system at several sizes, each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.flow.cases import LABELLED, USUAL, load
from benchmarks.flow.peers import ONE_THREAD, places, reached, read
from benchmarks.flow.tables import Text
from benchmarks.flow.tabular import boost, tabular
from benchmarks.measured import RESULTS, ROOT
from benchmarks.names.tables import number

SEED = 1_004
RUNS, FEWER, LARGE = 5, 3, 2_000_000
"""Runs of each of our systems and of the sort; and above how many lines how many are enough."""
_LONGEST = 3_600
"""Seconds by the clock for a process."""

_OURS = {
    "enduse, plain score": "plain",
    "enduse, learned score": "learned",
    "enduse, the whole table of scores": "trace",
}
_SORTS = {
    "DuckDB, sort by party, goods, date": "sort",
    "the same, parties and goods as numbers": "sort_numbers",
}
_PEERS = {
    "DuckDB, two-hop join": "join",
    "xgboost, tabular features and answer": "tabular",
}


@dataclass(frozen=True, slots=True)
class Run:
    """A system at a size."""

    seconds: float | None
    """Median CPU time; None: no answer."""
    peak_bytes: float | None
    lacking: str = ""


def speed(sizes: Sequence[int]) -> list[Text]:
    """Measure every system at every size."""
    runs: dict[int, dict[str, Run]] = {}
    RESULTS.mkdir(parents=True, exist_ok=True)
    for size in sizes:
        with TemporaryDirectory(dir=RESULTS, prefix="flow-") as name:
            runs[size] = _at(size, Path(name))
    return [_table(size, runs[size]) for size in sizes] + _growth(runs)


def _at(size: int, folder: Path) -> dict[str, Run]:
    """All systems at one size."""
    _say(f"{size:,} lines: making the world")
    _child(folder, {"system": "world", "lines": size, "seed": SEED})
    labelled = load(USUAL[0], 50_000, LABELLED[0])
    boost([tabular(labelled)], [labelled.positive]).save_model(folder / "trees.json")
    runs = {}
    systems = _OURS | _SORTS | _PEERS
    _say(f"{size:,} lines: time")
    timed = _child(folder, {"system": ",".join((_OURS | _SORTS).values()), "runs": _runs(size)})
    for title, system in systems.items():
        _say(f"{size:,} lines: {title}")
        alone = _child(folder, {"system": system, "runs": 1})
        told = alone if title in _PEERS else timed
        lacking = alone.get("lacking") or told.get("lacking")
        runs[title] = (
            Run(None, None, lacking)
            if lacking
            else Run(median(told["seconds"][system]), alone["peak_bytes"])
        )
    for title, by_goods in (("parties", False), ("parties and HS6", True)):
        _say(f"{size:,} lines: raphtory, {title}")
        answer = reached(read(folder / "numbers.arrow"), by_goods=by_goods, seconds=300)
        runs[f"raphtory, reachable between {title}"] = (
            Run(None, None, answer.lacking)
            if answer.between is None
            else Run(answer.seconds, answer.peak_bytes)
        )
    return runs


def _runs(size: int) -> int:
    return RUNS if size <= LARGE else FEWER


def _child(folder: Path, job: dict[str, Any]) -> dict[str, Any]:
    (folder / "job.json").write_text(json.dumps(job), "utf-8")
    command = [sys.executable, "-m", "benchmarks.flow.worker", str(folder)]
    env = {**os.environ, **ONE_THREAD, "PYTHONPATH": places()}
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=env, capture_output=True, text=True, check=False,
            timeout=_LONGEST,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return {"lacking": f"over {_LONGEST // 60} min"}
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"ended with {done.returncode}"]
        _say(f"{job['system']} failed: {said[-1]}")
        return {"lacking": "failed"}
    told: dict[str, Any] = json.loads((folder / "done.json").read_text("utf-8"))
    return told


def _table(size: int, runs: dict[str, Run]) -> Text:
    yardstick = runs[next(iter(_SORTS))].seconds
    rows = []
    for title, run in runs.items():
        if run.seconds is None:
            rows.append([title, run.lacking, "–", "–", "–"])
            continue
        rows.append(
            [
                title,
                number(run.seconds, " s"),
                number(size / run.seconds),
                number(run.seconds / yardstick) if yardstick else "–",
                number(run.peak_bytes / size if run.peak_bytes is not None else None, " B"),
            ]
        )
    return Text(
        f"Speed at {size:,} lines",
        "CPU time of one core from Arrow columns to scores, keying included; median of "
        f"{_runs(size)} runs in turn of Enduse and of the sort, one run of the others (raphtory: its "
        "reading of numbered nodes and two searches alone). Memory: the most that is resident "
        "during one run in a fresh process, beyond what was before it (code and table).",
        ["system", "time", "lines/s", "times the sort", "peak a line"],
        rows,
    )


def _growth(runs: dict[int, dict[str, Run]]) -> list[Text]:
    """Time a line at each size beside the size before."""
    sizes = sorted(runs)
    if len(sizes) < 2:
        return []
    rows = []
    for title in next(iter(runs.values())):
        told = [title]
        for small, large in pairwise(sizes):
            one, other = runs[small][title].seconds, runs[large][title].seconds
            grown = (other / large) / (one / small) if one and other else None
            told.append(number(grown, " ×"))
        rows.append(told)
    titles = [f"{x:,} to {y:,}" for x, y in pairwise(sizes)]
    return [Text("Growth of the time a line", "", ["system", *titles], rows)]


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)
