"""What others do: a rule, a two-hop join, boolean reachability."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from benchmarks.flow.cases import Seen, encoded
from benchmarks.measured import RESULTS, ROOT

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

ONE_THREAD = dict.fromkeys(
    (
        "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS",
        "RAYON_NUM_THREADS", "POLARS_MAX_THREADS",
    ),
    "1",
)  # fmt: skip
"""Where libraries read how many threads they may use."""

LONGEST_STAY = 60
"""Days within which goods go on, for the join."""

TWO_HOPS = f"""
with legs as (
    select
        arrival.number as first, departure.number as second,
        least(arrival.quantity, departure.quantity)
            / greatest(arrival.quantity, departure.quantity) as fit
    from lines arrival join lines departure
        on arrival.consignee = departure.exporter and arrival.hs6 = departure.hs6
        and departure.day > arrival.day and departure.day <= arrival.day + {LONGEST_STAY}
    where arrival.start and departure."end"
)
select number, max(fit) as fit
from (select first as number, fit from legs union all select second, fit from legs)
group by number
"""


def numbered(case: Seen) -> pa.Table:
    """Lines in numbers, as the join and the graph read them."""
    hs = encoded(case.shipments, "hs_code")
    hs6 = pa.array([word[:6] for word in hs.dictionary.to_pylist()]).dictionary_encode().indices
    return pa.table(
        {
            "number": np.arange(case.shipments.num_rows),
            "day": case.shipments["date"].combine_chunks().cast(pa.int32()).cast(pa.int64()),
            "exporter": case.parties.exporter.astype(np.int64),
            "consignee": case.parties.consignee.astype(np.int64),
            "hs6": hs6.take(hs.indices).cast(pa.int64()),
            "quantity": case.shipments["quantity"].cast(pa.float64()),
            "start": case.start,
            "end": case.end,
        }
    )


def rule(case: Seen) -> Floats:
    """From a third country to an embargoed one, the larger the quantity the sooner."""
    quantity = np.log1p(case.shipments["quantity"].to_numpy())
    return np.where(case.end & ~case.start, 1 + quantity, 0.0)


def two_hops(lines: pa.Table, threads: int = 2) -> Floats:
    """Legs of one party and HS6 that arrive from a controlled origin and go on within 60 days.

    A leg scores how near its quantity is to the other leg's, 0 to 1.
    """
    with duckdb.connect(config={"threads": threads}) as connection:
        connection.register("lines", lines)
        found = connection.sql(TWO_HOPS).to_arrow_table()
    score = np.zeros(lines.num_rows)
    score[found["number"].to_numpy()] = found["fit"].to_numpy()
    return score


@dataclass(frozen=True, slots=True)
class Reached:
    """What a graph library brought back."""

    between: Flags | None
    """On a temporal path from a controlled origin to an embargoed destination."""
    seconds: float
    """CPU time of loading and of two searches."""
    peak_bytes: int
    lacking: str = ""


def reached(lines: pa.Table, *, by_goods: bool, seconds: float = 600) -> Reached:
    """Boolean reachability with `raphtory`, between parties, or parties with their HS6."""
    python = _python()
    if python is None:
        return Reached(None, 0, 0, "does not install")
    RESULTS.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=RESULTS, prefix="flow-") as name:
        folder = Path(name)
        write(_graph(lines, by_goods), folder / "lines.arrow")
        command = [python, "-m", "benchmarks.flow.reachability", str(folder)]
        env = {**os.environ, **ONE_THREAD, "PYTHONPATH": places()}
        try:
            done = subprocess.run(
                command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=seconds,
                check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return Reached(None, 0, 0, f"over {seconds / 60:.0f} min")
        if done.returncode:
            said = done.stderr.strip().splitlines() or [f"ended with {done.returncode}"]
            print(f"raphtory failed: {said[-1]}", file=sys.stderr)
            return Reached(None, 0, 0, "failed")
        told = json.loads((folder / "done.json").read_text("utf-8"))
        between = np.fromfile(folder / "between.bin", np.bool_)
    return Reached(between, told["seconds"], told["peak_bytes"])


def places() -> str:
    """Where child processes find modules: where this one does."""
    return os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])


def _graph(lines: pa.Table, by_goods: bool) -> pa.Table:
    """Edges between numbered nodes."""
    source, target = lines["exporter"].to_numpy(), lines["consignee"].to_numpy()
    if by_goods:
        goods = lines["hs6"].to_numpy()
        source, target = source * 100_000 + goods, target * 100_000 + goods
    return pa.table(
        {
            "day": lines["day"],
            "source": source,
            "target": target,
            "start": lines["start"],
            "end": lines["end"],
        }
    )


def read(path: Path) -> pa.Table:
    """An Arrow file, whole, in memory of its own."""
    with pa.OSFile(str(path)) as file:
        return pa.ipc.open_file(file).read_all()


def write(table: pa.Table, path: Path) -> None:
    """A table as an Arrow file."""
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as sink:
        sink.write_table(table)


def _python() -> str | None:
    """The interpreter of raphtory's environment, made if need be; None: it cannot be made."""
    pins = [
        line
        for line in (Path(__file__).parent / "peers.txt").read_text("utf-8").splitlines()
        if line and line[0] not in "#["
    ]
    folder = ROOT / ".venv-peers" / "raphtory"
    python, stamp = folder / "bin" / "python", folder / ".installed"
    wanted = "\n".join(pins)
    if stamp.is_file() and stamp.read_text("utf-8") == wanted:
        return str(python)
    print("making the environment of raphtory", file=sys.stderr)
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for command in ([sys.executable, "-m", "venv", str(folder)], [*install, *pins]):
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        if made.returncode:
            said = (made.stderr or made.stdout).strip().splitlines()
            print(f"no environment for raphtory: {said[-1] if said else ''}", file=sys.stderr)
            return None
    stamp.write_text(wanted, "utf-8")
    return str(python)
