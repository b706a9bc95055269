"""`make bench-names`: how well and how fast names are matched, beside the peers.

Run as ``python -m benchmarks.names [--quick] [--split held] [--sizes N,…] [--only GROUP,…]
[--systems NAME,…]``. Groups are accuracy, pairs, sizes and join. Times are CPU time of one core;
each system and size runs in a process of its own.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.measured import DATA, machine
from benchmarks.names import groups
from benchmarks.names.listed import SPLITS
from benchmarks.names.systems import SYSTEMS

SIZES = (25_000, 250_000, 2_000_000)
GROUPS = ("accuracy", "pairs", "sizes", "join")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be measured."""

    only: Sequence[str]
    systems: Sequence[str]
    split: str
    sizes: Sequence[int]
    parties: int
    quick: bool


def _asked(arguments: Sequence[str]) -> Asked:
    names = [system.name for system in SYSTEMS] + ["splink"]
    parser = argparse.ArgumentParser(prog="benchmarks.names", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small samples and one size")
    parser.add_argument("--split", choices=SPLITS, default="held", help="held is never tuned on")
    parser.add_argument("--sizes", help="names on a list, comma between")
    parser.add_argument("--parties", type=int, help="names in the self-join")
    parser.add_argument("--only", help=f"groups, comma between: {', '.join(GROUPS)}")
    parser.add_argument("--systems", help=f"systems, comma between: {', '.join(names)}")
    said = parser.parse_args(arguments)
    for given, known in ((said.only, GROUPS), (said.systems, names)):
        if unknown := set((given or "").split(",")) - {"", *known}:
            parser.error(f"unknown: {', '.join(sorted(unknown))}; known are {', '.join(known)}")
    sizes = [int(size) for size in said.sizes.split(",")] if said.sizes else None
    return Asked(
        only=said.only.split(",") if said.only else GROUPS,
        systems=said.systems.split(",") if said.systems else names,
        split=said.split,
        sizes=sizes or (SIZES[:1] if said.quick else SIZES),
        parties=said.parties or (20_000 if said.quick else 1_000_000),
        quick=said.quick,
    )


def main() -> None:
    """Measure and print."""
    asked = _asked(sys.argv[1:])
    if not DATA.is_dir():
        sys.exit(f"real lists are not at {DATA}; set ENDUSE_DATA to the folder that holds them")
    print(f"# Names, measured on {machine()}; split '{asked.split}'\n")
    if "accuracy" in asked.only:
        groups.accuracy(asked.split, asked.systems, quick=asked.quick)
    if "pairs" in asked.only:
        groups.labelled_pairs(asked.systems, quick=asked.quick)
    if "sizes" in asked.only:
        groups.sizes(asked.sizes, asked.systems)
    if "join" in asked.only:
        groups.join(asked.parties, asked.systems)


if __name__ == "__main__":
    main()
