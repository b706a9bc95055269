"""From a marking on a recovered part to its sales, their customers, and on along declarations."""

from __future__ import annotations

import json
import re
import tempfile
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow.dataset import dataset

from enduse.assess import Policy
from enduse.components.described import described_reading, described_record
from enduse.components.kept import held_component
from enduse.components.reading import read
from enduse.components.recovered import Recovered, recovered_from_reading, recovered_from_record
from enduse.components.sales_files import SalesFile, held_sales, open_sales
from enduse.components.supply import Supply, trace
from enduse.engine.files import whole_file
from enduse.errors import InputError, UsageError
from enduse.model.chains import CHAIN_STEPS
from enduse.model.countries import country_code
from enduse.model.result import N_, Statement
from enduse.pipeline.component_links import Joined, joined, links_table
from enduse.pipeline.customers import screened_customers
from enduse.pipeline.markings import makers
from enduse.pipeline.run import Progress, digest_of, write_json
from enduse.pipeline.sold_on import SoldOn, sold_on
from enduse.records import read_shipments
from enduse.settings import Settings

if TYPE_CHECKING:
    import pandas
    import polars

MOST_PATHS = 20
"""So many candidate sales, the best ones, are followed on."""

COMPONENT_OUTPUTS = (
    "supplies.parquet", "customers.parquet", "links.parquet", "steps.parquet", "trace.json",
)  # fmt: skip
"""What :func:`trace_component` leaves in its folder; a report comes beside it."""


@dataclass(frozen=True)
class ComponentTrace:
    """A recovered part and what could be found of where it came from."""

    folder: Path
    """Where the files named in COMPONENT_OUTPUTS lie."""
    component: Mapping[str, Any]
    """What is known of the part, as the body of a request has it."""
    readings: Sequence[Any]
    """Readings of the marking, best first; empty where a record was traced."""
    supply: Supply
    customers: pa.Table
    """Schema `pipeline.customers.CUSTOMERS`."""
    paths: Sequence[Joined]
    """For each of the best sales, what joins the part to where it went."""
    steps: pa.Table
    """Legs of the paths, schema CHAIN_STEPS; `chain_id` is the number of the path."""
    notes: Sequence[Statement]
    """What a reader has to know: what was searched, what could not be assessed."""
    as_of: date
    run: Mapping[str, Any]
    """What trace.json says."""


def trace_component(
    *,
    out: Path | str,
    component: str | None = None,
    marking: str | None = None,
    sales: Path | str | pa.Table | SalesFile | None = None,
    shipments: Path | str | pa.Table | pandas.DataFrame | polars.DataFrame | None = None,
    embargoed: Collection[str] | None = None,
    hs_code: str | None = None,
    as_of: date | None = None,
    settings: Settings | None = None,
    progress: Progress = lambda _: None,
) -> ComponentTrace:
    """Trace a recovered part to the sales that could have supplied it, and on along declarations.

    Parameters
    ----------
    out
        Folder for the outputs.
    component, marking
        The number of a component that the workspace holds, or a marking as photographed: one of
        them.
    sales
        A file of sales (CSV, XLSX, JSON lines, Parquet) or a table; None: those that the workspace
        holds.
    shipments
        Declarations, in any form that `trace_file` takes; None: the paths end with the sales.
    embargoed
        Countries that the goods may not reach, alpha-2; by default those that the shipped policy
        holds under embargo as of `as_of`.
    hs_code
        Under which HS code the goods are declared, where no declaration states the part number.
    as_of
        The day that counts as today.

    Raises
    ------
    InputError
        If the component is not held, or a file cannot be used at all.
    UsageError
        If neither or both of component and marking are given, a country is none, or there are no
        sales to search.
    """
    settings = settings or Settings.load()
    day = as_of or datetime.now(UTC).date()
    ends, hs_code = _embargoed(embargoed, day), _hs_code(hs_code)
    progress("read the part")
    told, readings, part = _part(component, marking, day, settings)
    progress("search the sales")
    files = [open_sales(sales, settings=settings)] if sales is not None else []
    files = files or held_sales(settings)
    if not files:
        raise UsageError(
            "There are no sales to search.",
            hint="Name a file with --sales, or take one in with `enduse component import --sales FILE`.",
        )
    supply = trace(part, files, settings=settings, today=day)
    progress("screen the customers")
    customers, asked = screened_customers(
        supply.customers, supply.candidates, as_of=day, settings=settings
    )
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    best = supply.candidates.slice(0, MOST_PATHS).to_pylist()
    followed: SoldOn | None = None
    if shipments is not None:
        progress("follow the goods")
        followed = _followed(
            shipments, best, ends, hs_code, folder, settings, until=part.recovered_on
        )
    paths = joined(told, readings, best, followed, ends)
    notes = _notes(supply, asked, followed)
    run = _document(told, supply, paths, asked, notes, shipments, ends, day)
    steps = followed.steps if followed else CHAIN_STEPS.empty_table()
    _write(folder, supply.candidates, customers, links_table(paths), steps, run)
    return ComponentTrace(
        folder, told, readings, supply, customers, paths, steps, notes, day, run
    )  # fmt: skip


def _part(
    component: str | None, marking: str | None, day: date, settings: Settings
) -> tuple[dict[str, Any], Sequence[Any], Recovered]:
    """What is known of the part, how its marking is read, and what is searched for."""
    if (component is None) == (marking is None):
        raise UsageError(
            "A trace begins with a component or with a marking.",
            hint="Give one of --component ID and --marking TEXT.",
        )
    if component is not None:
        record = held_component(component, settings)
        return described_record(record), (), recovered_from_record(record)
    assert marking is not None
    readings = read(marking, catalogue=makers(settings, ()), today=day)
    if not readings:
        raise InputError(
            f"Nothing could be read of the marking '{marking[:80]}'.",
            hint="A part number, lot or serial number is needed to search sales.",
        )
    best = readings[0]
    return (
        described_reading(best, marking),
        readings,
        recovered_from_reading(best, others=readings[1:], marking=marking),
    )


def _embargoed(given: Collection[str] | None, day: date) -> frozenset[str]:
    if given is None:
        held = Policy.shipped().tables["policy_embargoes"].to_pylist()
        return frozenset(
            row["country"] for row in held if row["valid_from"] <= day <= row["valid_to"]
        )
    codes = {text: country_code(text) for text in given if text.strip()}
    wrong = [text for text, code in codes.items() if code is None]
    if wrong or not codes:
        raise UsageError(
            f"--embargoed: {', '.join(wrong) or 'nothing'} is no country.",
            hint="Write ISO 3166 alpha-2 codes with commas, such as RU,BY.",
        )
    return frozenset(code for code in codes.values() if code)


def _hs_code(given: str | None) -> str | None:
    """An HS code without dots and spaces."""
    if given is None:
        return None
    code = re.sub(r"[.\s]", "", given)
    if not re.fullmatch(r"[0-9]{6}(?:[0-9]{2}){0,2}", code):
        raise UsageError(
            f"--hs: '{given}' is no HS code.", hint="Write 6, 8 or 10 digits, such as 854231."
        )
    return code


def _followed(
    shipments: Any,
    sales: Sequence[Mapping[str, Any]],
    ends: Collection[str],
    hs_code: str | None,
    folder: Path,
    settings: Settings,
    *,
    until: date | None,
) -> SoldOn:
    """Where the goods of sales went on to, by declarations up to the day of the recovery."""
    with tempfile.TemporaryDirectory(dir=folder) as kept:
        accepted = Path(kept) / "shipments.parquet"
        report = read_shipments(
            shipments, out=accepted, rejects=folder / "rejects.csv", settings=settings
        )
        if not report.accepted:
            raise InputError(
                f"None of the {report.read} rows of declarations could be accepted.",
                hint=f"{folder / 'rejects.csv'} says why, row by row.",
            )
        declarations = dataset(accepted)
        if until is not None:
            # What left later is another piece of these goods.
            declarations = declarations.filter(pc.field("date") <= pa.scalar(until))
        return sold_on(
            sales,
            declarations,
            embargoed=ends,
            last_date=report.last_date,
            hs_code=hs_code,
            threads=settings.thread_count,
        )


def _notes(supply: Supply, asked: Sequence[str], followed: SoldOn | None) -> list[Statement]:
    notes = list(supply.statements)
    if not asked:
        notes.append(
            Statement(
                N_("The customers were not screened: no list of parties is in the workspace.")
            )
        )
    if followed is None:
        notes.append(
            Statement(N_("No declarations were given: where the goods went on to is not known."))
        )
    elif supply.part.recovered_on:
        notes.append(
            Statement(
                N_(
                    "Declarations after the recovery on {date} are left out: they cannot be of this part."
                ),
                {"date": supply.part.recovered_on.isoformat()},
            )
        )
    if followed is not None and not followed.hs_codes:
        notes.append(
            Statement(
                N_(
                    "No declaration states this part number, and its HS code is not known: the goods could not be followed."
                )
            )
        )
    if supply.candidates.num_rows > MOST_PATHS:
        notes.append(
            Statement(
                N_(
                    "The {shown} best of {all} candidate sales are followed on; supplies.parquet has all of them."
                ),
                {"shown": str(MOST_PATHS), "all": f"{supply.candidates.num_rows:,}"},
            )
        )
    return notes


def _document(
    told: Mapping[str, Any],
    supply: Supply,
    paths: Sequence[Joined],
    asked: Sequence[str],
    notes: Sequence[Statement],
    shipments: object,
    ends: Collection[str],
    day: date,
) -> dict[str, Any]:
    path = Path(shipments) if isinstance(shipments, str | Path) else None
    gaps = Counter(link.gap.text() for joined in paths for link in joined.links if link.gap)
    return {
        "enduse": version("enduse"),
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "as_of": day.isoformat(),
        "component": dict(told),
        "supply": supply.as_dict(),
        "lists": list(asked),
        "declarations": None
        if shipments is None
        else {
            "name": str(path or "table"),
            "digest": digest_of(path) if path and path.is_file() else "",
        },
        "embargoed": sorted(ends),
        "paths": len(paths),
        "paths_that_arrive": sum(joined.arrives for joined in paths),
        "gaps": dict(gaps),
        "notes": [note.text() for note in notes],
    }


def _write(
    folder: Path,
    candidates: pa.Table,
    customers: pa.Table,
    links: pa.Table,
    steps: pa.Table,
    run: dict[str, Any],
) -> None:
    for name, table in (
        ("supplies.parquet", candidates),
        ("customers.parquet", customers),
        ("links.parquet", links),
        ("steps.parquet", steps),
    ):
        with whole_file(folder / name) as part:
            pq.write_table(table, part)
    write_json(folder / "trace.json", json.loads(json.dumps(run, default=str)))
