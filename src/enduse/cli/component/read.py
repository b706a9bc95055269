"""`enduse component read`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from enduse.cli.app import REJECTED_STATUS, Console, command
from enduse.cli.component.group import component_group

if TYPE_CHECKING:
    from enduse.components import Reading

FILE = click.Path(path_type=Path)


@command(component_group, "read")
@click.option("--marking", help="The text on the component; lines may be parted by '\\n'.")
@click.option("--file", "file", type=FILE, help="Table with component_id and marking.")
@click.option("--out", type=FILE, help="Readings of --file: Parquet or CSV, by its ending.")
@click.option(
    "--makers",
    "makers_files",
    type=FILE,
    multiple=True,
    help="TOML file of makers to add  [those in the workspace's makers/ are added, too]",
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Day after which a date code is none  [default: today]",
)
@click.option("--encoding", help="Text encoding of --file; found out if not given.")
@click.option("--strict", is_flag=True, help="Leave with status 4 if a row was rejected.")
def read_command(
    console: Console,
    marking: str | None,
    file: Path | None,
    out: Path | None,
    makers_files: tuple[Path, ...],
    as_of: datetime | None,
    encoding: str | None,
    strict: bool,
) -> None:
    """Read markings: part number, maker, date code, lot, country of assembly.

    Give one text with --marking, or a table with --file and --out.
    """
    from enduse.components import read
    from enduse.errors import UsageError
    from enduse.pipeline.markings import makers, read_markings

    if (marking is None) == (file is None):
        raise UsageError(
            "One of --marking and --file must be given, and only one.",
            hint='For example: enduse component read --marking "STM32F405RGT6 2230 CHN"',
        )
    today = as_of.date() if as_of else None
    if file is not None:
        _check_out(file, out)
        result = read_markings(
            file,
            out=out,
            makers_files=makers_files,
            today=today,
            encoding=encoding,
            settings=console.settings,
        )
        console.answer(result.as_dict(), result.text())
        if strict and result.rejected:
            click.get_current_context().exit(REJECTED_STATUS)
        return
    if out is not None:
        raise UsageError("--out goes with --file.", hint="Leave it out; the reading is printed.")
    text = (marking or "").replace("\\n", "\n")
    if not text.strip():
        raise UsageError("The marking is empty.", hint="Give the text as it is on the component.")
    readings = read(text, catalogue=makers(console.settings, makers_files), today=today)
    console.answer(
        {"readings": [reading.as_dict() for reading in readings]}, readings_text(readings)
    )


def _check_out(file: Path, out: Path | None) -> None:
    from enduse.errors import UsageError

    if out is None:
        raise UsageError("--file needs --out.", hint="Name a file that ends in .parquet or .csv.")
    if out.resolve() == file.resolve():
        raise UsageError(
            f"{out} is an input, and the output would replace it.", hint="Name another --out."
        )


def readings_text(readings: list[Reading]) -> str:
    """Readings as a person reads them."""
    if not readings:
        return (
            "No part number and no maker was found in this text. Give the letters and digits as "
            "they stand on the component, or add its maker with --makers."
        )
    return "\n\n".join(_text(rank, reading) for rank, reading in enumerate(readings, 1))


def _text(rank: int, reading: Reading) -> str:
    maker = reading.manufacturer
    if maker and reading.manufacturer_country:
        maker += f" ({reading.manufacturer_country})"
    if maker and reading.owner != reading.manufacturer:
        maker += f", now {reading.owner}"
    code = reading.date_code
    rows = {
        "part number": reading.part_number,
        "family": reading.family if reading.family != reading.part_number else None,
        "kind": reading.kind,
        "maker": maker,
        "date code": f"{code.raw}: {code.earliest} to {code.latest}" if code else None,
        "lot": reading.lot,
        "serial": reading.serial,
        "assembled in": reading.country_of_assembly,
    }
    lines = [f"{rank}. confidence {reading.confidence:.2f}"]
    lines += [f"   {name:<13} {value}" for name, value in rows.items() if value]
    absent = [name for name in ("part number", "maker", "date code") if not rows[name]]
    if absent:
        lines.append(f"   not there     {', '.join(absent)}")
    lines += [f"   note          {note}" for note in reading.notes]
    return "\n".join(lines)
