"""Running a system on a task in a process of its own."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa

from benchmarks.measured import RESULTS, ROOT
from benchmarks.names.measures import Accuracy, accuracy
from benchmarks.names.peers import python_of
from benchmarks.names.systems import System
from benchmarks.names.tasks import Task
from benchmarks.names.worker import read, write

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS", "POLARS_MAX_THREADS")
"""Where libraries read how many threads they may use."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a child process brought back."""

    figures: Mapping[str, float]
    found: pa.Table | None
    lacking: str | None = None
    """Why there are no figures; None: there are."""


def run(
    system: System,
    asked: pa.Table,
    listed: pa.Table | None = None,
    *,
    limit: int = 10,
    timed: bool = False,
    threads: int = 1,
    seconds: float = 900,
) -> Done:
    """Run a system; at most so many seconds by the clock."""
    python = python_of(system.peer)
    if python is None:
        return Done({}, None, "no environment")
    job = {"system": system.name, "limit": limit, "timed": timed, "threads": threads}
    RESULTS.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=RESULTS, prefix="names-") as name:
        folder = Path(name)
        (folder / "job.json").write_text(json.dumps(job), "utf-8")
        write(asked, folder / "asked.arrow")
        if listed is not None:
            write(listed, folder / "listed.arrow")
        command = [python, "-m", "benchmarks.names.worker", str(folder)]
        one = {name: str(threads) for name in _THREADS} | {"PYTHONPATH": str(ROOT)}
        try:
            done = subprocess.run(
                command, cwd=ROOT, env={**os.environ, **one}, capture_output=True, text=True,
                timeout=seconds, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return Done({}, None, f"over {seconds / 60:.0f} min")
        if done.returncode:
            said = done.stderr.strip().splitlines() or [f"ended with {done.returncode}"]
            print(f"{system.name} failed: {said[-1]}", file=sys.stderr)
            return Done({}, None, "failed")
        figures = json.loads((folder / "done.json").read_text("utf-8"))
        lacking = figures.pop("lacking", None)
        found = None if lacking else read(folder / "found.arrow")
    return Done(figures, found, lacking)


def on_task(system: System, task: Task, most: int | None = None) -> tuple[Done, Accuracy | None]:
    """A system's answers to a task, judged; slow systems are asked a sample."""
    chance, share = random.Random(task.title), system.asked if most is None else most
    chosen = sorted(chance.sample(range(len(task.asked)), min(share, len(task.asked))))
    unrelated = chance.sample(task.unrelated, min(2 * share, len(task.unrelated)))
    names: Sequence[str] = [*(task.asked[n] for n in chosen), *unrelated]
    done = run(system, pa.table({"name": names}), task.listed, limit=task.limit)
    if done.found is None:
        return done, None
    judged = accuracy(
        done.found,
        [task.answers[n] for n in chosen],
        [task.alteration[n] for n in chosen],
        len(unrelated),
        task.budget,
    )
    return done, judged
