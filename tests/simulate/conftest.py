"""One world for all tests of the room, and the same before it is written down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pytest

from enduse.simulate import World, WorldSettings, simulate
from enduse.simulate.assembly import assemble
from enduse.simulate.declarations import Declarations
from enduse.simulate.frame import Frame

LINES, SEED = 50_000, 3


@dataclass(frozen=True)
class Written:
    """A world and its tables as text and numbers."""

    world: World
    shipments: pa.Table
    truth: pa.Table
    registry: pa.Table
    sanctions: pa.Table


def read(path: Path) -> pa.Table:
    """A CSV file; codes stay text, and Namibia ('NA') is no null."""
    names = path.open(encoding="utf-8").readline().strip().replace('"', "").split(",")
    numbers = {"quantity", "net_mass_kg", "value", "line_no", "diverted", "hop"}
    return pa_csv.read_csv(
        path,
        convert_options=pa_csv.ConvertOptions(
            column_types={n: pa.float64() if n in numbers else pa.string() for n in names},
            null_values=[""],
            strings_can_be_null=True,
        ),
    )


def frame(lines: int, seed: int, settings: WorldSettings | None = None) -> Frame:
    """The frame of a world with the usual share of diversions and the usual period."""
    period = date(2021, 1, 1), date(2024, 12, 31)
    return Frame(settings or WorldSettings(), lines, seed, 0.01, *period)


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    world = simulate(tmp_path_factory.mktemp("world"), lines=LINES, seed=SEED)
    paths = (world.shipments, world.truth, world.registry, world.sanctions)
    return Written(world, *(read(path) for path in paths))


@pytest.fixture(scope="session")
def unwritten() -> Declarations:
    """The same world, with what is never written: who plays which part."""
    return assemble(frame(LINES, SEED))
