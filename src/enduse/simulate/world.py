"""Make a fictional world and write it down."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from enduse.engine.files import whole_file
from enduse.errors import UsageError
from enduse.simulate.assembly import assemble
from enduse.simulate.assumptions import WorldSettings
from enduse.simulate.declarations import Declarations
from enduse.simulate.frame import Frame
from enduse.simulate.registry import write_list, write_registry

_BLOCK_ROWS = 250_000
_LEAST_LINES = 200
_DAYS_AFTER_EMBARGO = 120


@dataclass(frozen=True, slots=True)
class World:
    """A fictional world that was written: its files, and what they hold.

    Attributes
    ----------
    shipments, registry, sanctions
        What an analysis may read; `sanctions` is the fictional list, as of `end`.
    truth, description
        What it may not: which lines are diverted, and the assumptions behind the world.
    typologies, decoys
        Lines by typology of diversion, and by kind of decoy.
    """

    shipments: Path
    registry: Path
    sanctions: Path
    truth: Path
    description: Path
    seed: int
    start: date
    end: date
    lines: int
    diverted: int
    """Lines that are legs of diversions."""
    chains: int
    """Diversions, each with all its legs."""
    firms: int
    registered: int
    """Firms in the registry."""
    listed: int
    """Entries of the fictional list."""
    typologies: dict[str, int]
    decoys: dict[str, int]

    def as_dict(self) -> dict[str, object]:
        """The same as texts and numbers."""
        return {
            name: str(value) if isinstance(value, Path | date) else value
            for name, value in asdict(self).items()
        }


def simulate(
    out: Path,
    *,
    lines: int = 20_000,
    seed: int = 1,
    diversion_share: float = 0.01,
    start: date = date(2021, 1, 1),
    end: date = date(2024, 12, 31),
    settings: WorldSettings | None = None,
    format: Literal["csv", "parquet"] = "csv",
) -> World:
    """Make a world of invented firms that trade, a few of which divert goods, and write it.

    The same arguments give the same bytes. Files that are there already are replaced.

    Parameters
    ----------
    out
        Folder to write to: ``shipments.csv`` (or ``.parquet``), ``registry.csv``,
        ``lists/fictional-sanctions.csv``, ``truth.csv`` and ``world.json``.
    lines
        Lines of the shipments file, exactly.
    diversion_share
        Share of the lines that are legs of diversions; met but for part of a chain.
    start, end
        First and last day. The embargo lies between them.
    settings
        The assumptions; the default ones if not given.
    format
        Of the shipments file.

    Raises
    ------
    UsageError
        For a world that cannot be: too few lines, a period without the embargo, countries that
        the catalogue does not know.
    StorageError
        If the files cannot be written.
    """
    settings = settings or WorldSettings()
    frame = Frame(settings, lines, seed, diversion_share, start, end)
    _check(frame, format)
    declarations = assemble(frame)
    shipments, truth = out / f"shipments.{format}", out / "truth.csv"
    counts = _write_lines(declarations, shipments, truth)
    rng, companies = frame.generator("files"), declarations.companies
    registry, sanctions = out / "registry.csv", out / "lists" / "fictional-sanctions.csv"
    registered = write_registry(rng, registry, companies, start, settings.registry_share)
    listed = write_list(rng, sanctions, companies, declarations.vessels, start)
    world = World(
        shipments=shipments,
        registry=registry,
        sanctions=sanctions,
        truth=truth,
        description=out / "world.json",
        seed=seed,
        start=start,
        end=end,
        lines=len(declarations.ledger),
        diverted=sum(counts["typology"].values()),
        chains=declarations.diversions,
        firms=len(companies.firms),
        registered=registered,
        listed=listed,
        typologies=dict(sorted(counts["typology"].items())),
        decoys=dict(sorted(counts["decoy"].items())),
    )
    _describe(world, settings)
    return world


def _write_lines(
    declarations: Declarations, shipments: Path, truth: Path
) -> dict[str, Counter[str]]:
    """Write shipments and truth block by block; answers lines by typology and by decoy."""
    counts: dict[str, Counter[str]] = {"typology": Counter(), "decoy": Counter()}
    options = pa_csv.WriteOptions(quoting_style="needed")
    with ExitStack() as stack:
        part, truth_part = (stack.enter_context(whole_file(path)) for path in (shipments, truth))
        writers: list[pq.ParquetWriter | pa_csv.CSVWriter] = []
        for block in declarations.blocks(_BLOCK_ROWS):
            if not writers:
                schema = block.lines.schema
                writers = [
                    pq.ParquetWriter(part, schema, compression="zstd")
                    if shipments.suffix == ".parquet"
                    else pa_csv.CSVWriter(part, schema, write_options=options),
                    pa_csv.CSVWriter(truth_part, block.truth.schema, write_options=options),
                ]
                for writer in writers:
                    stack.enter_context(writer)
            for writer, table in zip(writers, (block.lines, block.truth), strict=True):
                writer.write_table(table)
            for column, counter in counts.items():
                for count in pc.value_counts(block.truth[column].drop_null()).to_pylist():
                    counter[count["values"]] += count["counts"]
    return counts


def _describe(world: World, settings: WorldSettings) -> None:
    """Write world.json: counts and assumptions, without the folder, which may differ."""
    folder = world.description.parent
    counts = {
        name: Path(str(value)).relative_to(folder).as_posix()
        if isinstance(getattr(world, name), Path)
        else value
        for name, value in world.as_dict().items()
    }
    text = json.dumps({**counts, "settings": asdict(settings)}, indent=2, default=str)
    with whole_file(world.description) as part:
        part.write_text(f"{text}\n", encoding="utf-8")


def _check(frame: Frame, format: str) -> None:
    """Refuse a world that cannot be."""
    settings, codes = frame.settings, frame.catalogue.countries.code
    hubs = [code for code, _ in settings.hubs]
    unknown = sorted({*hubs, *settings.embargoed} - set(codes))
    margin = timedelta(days=_DAYS_AFTER_EMBARGO)
    for wrong, message, hint in (
        (
            format not in ("csv", "parquet"),
            f"A world cannot be written as '{format}'.",
            "Use 'csv' or 'parquet'.",
        ),
        (
            frame.lines < _LEAST_LINES,
            f"A world of {frame.lines} lines is too small to hold anything.",
            f"Ask for {_LEAST_LINES} lines at least.",
        ),
        (
            frame.seed < 0,
            f"A world cannot be drawn from the seed {frame.seed}.",
            "Give a whole number of 0 or more.",
        ),
        (
            not 0.0 <= frame.diversion_share <= 0.5,
            f"A share of {frame.diversion_share} diverted lines cannot be met.",
            "Give a share between 0 and 0.5.",
        ),
        (
            not frame.start <= settings.embargo_date <= frame.end - margin,
            f"The embargo of {settings.embargo_date} does not lie between {frame.start} and "
            f"{frame.end}, or too near its end.",
            f"Let the period begin before it and last {margin.days} days longer.",
        ),
        (
            bool(unknown),
            f"No such countries are in the catalogue: {', '.join(unknown)}.",
            f"It knows {', '.join(codes)}.",
        ),
        (
            len(set(hubs)) < 2 or not settings.embargoed or bool({*hubs} & {*settings.embargoed}),
            "Hubs and embargoed countries of the world settings do not fit together.",
            "Name two hubs at least, one embargoed country at least, and none twice.",
        ),
    ):
        if wrong:
            raise UsageError(message, hint=hint)
