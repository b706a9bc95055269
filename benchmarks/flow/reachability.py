"""Boolean reachability with raphtory; runs in that library's own environment.

Run as ``python -m benchmarks.flow.reachability FOLDER``. The folder holds ``lines.arrow`` (``day``,
``source``, ``target``, ``start``, ``end``); ``between.bin`` and ``done.json`` are written.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.flow.memory import memory, memory_from_here

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

MOST_LEGS = 5
_NEVER = np.iinfo(np.int64).max
_MOST_MEMORY = 10 * 2**30


def earliest(source: Ints, target: Ints, day: Ints, seeds: Ints, kept: Path) -> tuple[Ints, float]:
    """First day on which each node can have been reached, and the CPU time that it took to say."""
    from raphtory import Graph, algorithms  # type: ignore[import-not-found]

    edges = pa.table({"day": day, "source": source, "target": target})
    began = time.process_time()
    graph = Graph()
    graph.load_edges(edges, time="day", src="source", dst="target")
    states = algorithms.temporally_reachable_nodes(graph, MOST_LEGS, 0, seeds.tolist())
    taken = time.process_time() - began
    # What it takes to bring the answer out of the library does not count.
    states.to_parquet(str(kept))
    told = pq.read_table(kept)
    first = np.full(int(max(source.max(), target.max())) + 1, _NEVER)
    met: Any = told["reachable_nodes"].combine_chunks()
    ends = met.offsets.to_numpy()
    days = met.values.field(0).to_numpy()
    some = np.flatnonzero(np.diff(ends))
    nodes = told["id"].cast(pa.int64()).to_numpy()[some]
    first[nodes] = np.minimum.reduceat(days, ends[some])
    return first, taken


def main(folder: Path) -> None:
    """Search forward from controlled origins, and backward from embargoed destinations."""
    with pa.OSFile(str(folder / "lines.arrow")) as file:
        lines = pa.ipc.open_file(file).read_all()
    columns = (lines[name].to_numpy() for name in ("source", "target", "day", "start", "end"))
    source, target, day, start, end = columns
    nodes, both = np.unique(np.concatenate([source, target]), return_inverse=True)
    source, target = both[: len(day)], both[len(day) :]
    del nodes
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    before = memory_from_here()
    on, back = day - day.min() + 1, day.max() - day + 1
    kept = folder / "states.parquet"
    came, first = earliest(source, target, on, np.unique(source[start]), kept)
    goes, second = earliest(target, source, back, np.unique(target[end]), kept)
    between = (start | (came[source] < on)) & (end | (goes[target] < back)) & ~(start & end)
    between.tofile(folder / "between.bin")
    done = {"seconds": first + second, "peak_bytes": memory("VmHWM") - before}
    (folder / "done.json").write_text(json.dumps(done), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
