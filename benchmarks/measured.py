"""What every benchmark needs: real lists, worlds, and a command's time and memory."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from enduse.lists import detect_format, import_list
from enduse.settings import Settings
from enduse.simulate import simulate

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"
DATA = Path(os.environ.get("ENDUSE_DATA", ROOT.parent / "shared" / "data"))

REAL_LISTS = (
    "ofac-2022",
    "ofac-2023",
    "csl-2026/parties.csv",
    "csl-official-format/csl.csv",
    "dpl/dpl.txt",
    "un-2026/UN_consolidated.xml",
    "uk-2026",
    "eu-2026",
    "vessels/ofac_sdn_vessels.json",
    "csl-2026/ccl.json",
    "hs/harmonized-system.csv",
    "chpl/chpl_2024-02-23.csv",
)
"""Every list of the shared data, by its place there."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A finished command."""

    seconds: float
    peak_mib: int


def measure(command: Sequence[str], log: Path) -> Measured:
    """Run a command to its end; answer wall seconds and its peak resident memory.

    Raises
    ------
    SystemExit
        If the command fails: a benchmark of a failure is no benchmark.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    with log.open("w", encoding="utf-8") as sink:
        process = subprocess.Popen(command, stdout=sink, stderr=sink, stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed with {process.returncode}; see {log}")
    return Measured(time.perf_counter() - began, usage.ru_maxrss // 1024)


def machine() -> str:
    """The machine in a line."""
    cores = len(os.sched_getaffinity(0))
    gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{cores} cores, {gib:.0f} GiB, {platform.system()}, Python {platform.python_version()}"


def workspace_of_real_lists(name: str) -> Settings:
    """A workspace that holds every list of the shared data; made once for each benchmark."""
    if not DATA.is_dir():
        sys.exit(f"real lists are not at {DATA}; set ENDUSE_DATA to the folder that holds them")
    settings = Settings(workspace=RESULTS / f"workspace-{name}")
    for place in REAL_LISTS:
        path = DATA / place
        import_list(path, detect_format(path), settings)
    return settings


@dataclass(frozen=True, slots=True)
class MadeWorld:
    """Where the files of a fictional world lie."""

    folder: Path

    @property
    def shipments(self) -> Path:
        """Lines."""
        return self.folder / "shipments.csv"

    @property
    def registry(self) -> Path:
        """Companies."""
        return self.folder / "registry.csv"

    @property
    def sanctions(self) -> Path:
        """The fictional list."""
        return self.folder / "lists" / "fictional-sanctions.csv"

    @property
    def truth(self) -> Path:
        """Which lines are diverted: for measuring alone."""
        return self.folder / "truth.csv"

    @property
    def end(self) -> date:
        """The last day of the world."""
        return date.fromisoformat(
            json.loads((self.folder / "world.json").read_text("utf-8"))["end"]
        )


def world_of(lines: int, seed: int = 11) -> MadeWorld:
    """A fictional world of so many lines; made once."""
    made = MadeWorld(RESULTS / f"world-{lines}-{seed}")
    if not (made.folder / "world.json").exists():
        print(f"making a world of {lines:,} lines", file=sys.stderr)
        simulate(made.folder, lines=lines, seed=seed)
    return made
