"""A child process that runs one system on one list, so that its time and memory are its own.

Run as ``python -m benchmarks.names.worker FOLDER`` in the system's environment. The folder holds
``job.json``, ``asked.arrow`` (names, pairs or parties) and, for names, ``listed.arrow``;
``found.arrow`` and ``done.json`` are written.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow as pa

from benchmarks.names.systems import Matcher, joiner, matcher

# A desk asks for what is likelier than not; a score that is a probability can leave out the rest.
_LEAST = 0.5
_WARM = 200
"""Names answered before the clock starts, so that what is loaded once counts with none."""


_SINGLES_MS = 4_000
"""How long names are asked one by one."""


def peak_mib() -> int:
    """The most memory this process held, without what its parent held before."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) // 1024
    return 0


def read(path: Path) -> pa.Table:
    """An Arrow file, whole."""
    with pa.OSFile(str(path)) as file:
        return pa.ipc.open_file(file).read_all()


def write(table: pa.Table, path: Path) -> None:
    """A table as an Arrow file."""
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as sink:
        sink.write_table(table)


def main(folder: Path) -> None:
    """Do the job of the folder."""
    job = json.loads((folder / "job.json").read_text("utf-8"))
    done: dict[str, object] = {}
    asked = read(folder / "asked.arrow")
    if "party_key" in asked.column_names:
        _join(job, asked, folder, done)
    elif "left" in asked.column_names:
        _compare(matcher(job["system"]), asked, folder, done)
    else:
        _match(matcher(job["system"]), asked["name"].to_pylist(), job, folder, done)
    done["peak_mib"] = peak_mib()
    (folder / "done.json").write_text(json.dumps(done), "utf-8")


def _compare(system: Matcher, pairs: pa.Table, folder: Path, done: dict[str, object]) -> None:
    columns = [pairs[name].to_pylist() for name in ("left", "right", "kind")]
    began = time.process_time()
    try:
        scores = system.compare(*columns)
    except NotImplementedError:
        done["lacking"] = "compares no pairs"
        return
    done["pairs_a_second"] = len(scores) / (time.process_time() - began)
    write(pa.table({"score": pa.array(scores, pa.float64())}), folder / "found.arrow")


def _join(job: dict[str, Any], parties: pa.Table, folder: Path, done: dict[str, object]) -> None:
    system = joiner(job["system"])
    before, began = time.process_time(), time.perf_counter()
    join = system.join_records if "birth_date" in parties.column_names else system.join
    write(join(parties, job["threads"]), folder / "found.arrow")
    done["cpu_seconds"] = time.process_time() - before
    done["seconds"] = time.perf_counter() - began


def _match(
    system: Matcher, names: list[str], job: dict[str, Any], folder: Path, done: dict[str, object]
) -> None:
    listed = read(folder / "listed.arrow")
    before = time.process_time()
    system.build(listed)
    done["build_seconds"] = time.process_time() - before
    if job["timed"]:
        if hasattr(system, "least"):
            system.least = _LEAST
        system.match(names[:_WARM], job["limit"])
    before = time.process_time()
    write(system.match(names, job["limit"]), folder / "found.arrow")
    done["queries_a_second"] = len(names) / max(time.process_time() - before, 1e-9)
    if job["timed"]:
        singles = _singles(system, names, job["limit"])
        done["p50_ms"] = singles[len(singles) // 2]
        done["p95_ms"] = singles[int(len(singles) * 0.95)]
        _keep(system, names, job["limit"], folder, done)


def _singles(system: Matcher, names: list[str], limit: int) -> list[float]:
    """Milliseconds of CPU for each of some names asked one by one, sorted."""
    taken: list[float] = []
    for name in names:
        before = time.process_time()
        system.match([name], limit)
        taken.append(1000 * (time.process_time() - before))
        if sum(taken) > _SINGLES_MS:
            break
    return sorted(taken)


def _keep(
    system: Matcher, names: list[str], limit: int, folder: Path, done: dict[str, object]
) -> None:
    """Save, and open again to a first answer, where a system can."""
    save, reopen = getattr(system, "save", None), getattr(system, "open", None)
    if save is None or reopen is None:
        return
    before = time.process_time()
    try:
        save(folder / "index")
    except NotImplementedError:
        return
    done["save_seconds"] = time.process_time() - before
    before = time.process_time()
    reopen(folder / "index")
    system.match(names[:1], limit)
    done["open_seconds"] = time.process_time() - before


if __name__ == "__main__":
    main(Path(sys.argv[1]))
