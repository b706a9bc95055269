"""Durable appends to the log, beside a bare SQLite table on the same disk.

Every append is synced before it returns, so that wall time is the disk's as much as ours: the
bare table, which neither hashes nor salts, and a file that is written and synced in place say
what the disk gives at that moment; on a machine with other load, read the CPU column. Entries have 300 bytes. The
issue asks for 800 appends a second one by one, and 8,000 entries a second in batches of 100.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measured import RESULTS, ROOT
from enduse.settings import Settings
from enduse.store import Log, merkle, open_store

ENTRY = bytes(300)
SIZES = (5_000, 50_000)
PROCESSES = 4


def run() -> list[dict[str, object]]:
    """A row for each way to append, and for each reading of the log, at two sizes."""
    rows: list[dict[str, object]] = []
    RESULTS.mkdir(parents=True, exist_ok=True)
    for size in SIZES:
        # On the disk that is worked on: a folder in memory would sync nothing.
        with TemporaryDirectory(dir=RESULTS) as name:
            rows += _sized(Path(name), size)
    return rows


def _sized(folder: Path, size: int) -> list[dict[str, object]]:
    single = 2_000
    store = open_store(Settings(workspace=folder))
    log = Log.open(store, "measured")
    rows = [
        _timed("Enduse, batches of 100", size, lambda: _append(log, size, 100)),
        _timed("Enduse, one by one", size, lambda: _append(log, single, 1), single),
        _timed("bare SQLite, batches of 100", size, lambda: _bare(folder, size, 100)),
        _timed("bare SQLite, one by one", size, lambda: _bare(folder, single, 1), single),
        _timed("a file, written and synced one by one", size, lambda: _synced(folder), 1_000),
        _timed(
            f"Enduse, one by one, {PROCESSES} processes",
            size,
            lambda: _append_side_by_side(folder, single),
            single,
        ),
    ]
    # What the other processes worked is not in ours.
    rows[-1]["a second, CPU"] = None
    head = log.head()
    rows.append(_timed("verify the whole log", size, lambda: _verify(log), head.size))
    rows.append(_timed("prove inclusion and check it", size, lambda: _prove(log), 200))
    store.close()
    return rows


def _timed(
    what: str, size: int, act: Callable[[], None], count: int | None = None
) -> dict[str, object]:
    began, clock = time.process_time(), time.perf_counter()
    act()
    cpu, wall = time.process_time() - began, time.perf_counter() - clock
    count = count or size
    return {"what": what, "log": size, "a second, wall": count / wall, "a second, CPU": count / cpu}


def _append(log: Log, count: int, batch: int) -> None:
    for _ in range(count // batch):
        log.append([ENTRY] * batch)


def _append_side_by_side(folder: Path, count: int) -> None:
    command = [
        sys.executable,
        "-m",
        "benchmarks.exchange.log",
        str(folder),
        str(count // PROCESSES),
    ]
    running = [subprocess.Popen(command, cwd=ROOT) for _ in range(PROCESSES)]
    if {process.wait() for process in running} != {0}:
        sys.exit("a process that appends failed")


def _bare(folder: Path, count: int, batch: int) -> None:
    connection = sqlite3.connect(folder / f"bare-{batch}.sqlite", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE entries (number INTEGER PRIMARY KEY, content BLOB)")
    for _ in range(count // batch):
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO entries (content) VALUES (?)", [(ENTRY,)] * batch)
        connection.execute("COMMIT")
    connection.close()


def _synced(folder: Path) -> None:
    with (folder / "synced").open("w+b", buffering=0) as file:
        for _ in range(1_000):
            os.pwrite(file.fileno(), bytes(4096), 0)
            os.fdatasync(file.fileno())


def _verify(log: Log) -> None:
    verdict = log.verify()
    if not verdict.fits:
        sys.exit(verdict.statement)


def _prove(log: Log) -> None:
    head = log.head()
    for number in range(200):
        index = number * head.size // 200
        leaf = merkle.leaf_hash(log.entry(index).leaf)
        path = log.inclusion(index, head.size)
        if not merkle.includes(leaf, index, head.size, path, head.root):
            sys.exit(f"entry {index} was not proved")


if __name__ == "__main__":
    own = open_store(Settings(workspace=Path(sys.argv[1])))
    _append(Log.open(own, "measured"), int(sys.argv[2]), 1)
    own.close()
