"""Control lists in force: entries in words, entries by HS code, and the nomenclature."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path

import pyarrow as pa

from enduse.lists.dating import date_in_name
from enduse.lists.formats.controls import read_hs_list
from enduse.lists.parsed import ReadOptions
from enduse.lists.snapshots import Original, Snapshot, held_snapshots
from enduse.model import CONTROL_ENTRIES, HS_ENTRIES, NOMENCLATURE
from enduse.settings import Settings

_SHIPPED = Path(__file__).parent / "shipped"


@dataclass(frozen=True, slots=True)
class Controls:
    """Every control list that the workspace knows of, one snapshot of each."""

    control_entries: pa.Table
    """Schema `enduse.model.CONTROL_ENTRIES`."""
    hs_entries: pa.Table
    """Schema `enduse.model.HS_ENTRIES`; the Common High Priority List is always among them."""
    nomenclature: pa.Table
    """Schema `enduse.model.NOMENCLATURE`; empty until one is imported."""
    snapshots: tuple[Snapshot, ...]
    """The snapshots that these are from."""


def controls(settings: Settings, *, as_of: date | None = None) -> Controls:
    """Load the control lists.

    Of each list one snapshot counts: the newest that is not later than `as_of`, or the oldest
    there is where all are later (its version says so). The Common High Priority codes that ship
    with Enduse give way to an imported list 'common-high-priority' of the same day or later.

    Parameters
    ----------
    as_of
        The day to be judged; None: today, so the newest snapshots.

    Raises
    ------
    StorageError
        If a snapshot is damaged.
    """
    kinds = ("control", "hs", "nomenclature")
    held = [s for s in held_snapshots(settings.lists_dir) if s.kind in kinds]
    by_date = sorted([*shipped_lists(), *held], key=lambda s: (s.date, s.imported_at))
    chosen: dict[str, Snapshot] = {}
    for snapshot in by_date:
        if as_of is None or snapshot.date <= as_of:
            chosen.update(dict.fromkeys(snapshot.counts, snapshot))
        else:
            for name in snapshot.counts:
                chosen.setdefault(name, snapshot)
    return Controls(
        control_entries=_entries(chosen, "control", CONTROL_ENTRIES),
        hs_entries=_entries(chosen, "hs", HS_ENTRIES),
        nomenclature=_entries(chosen, "nomenclature", NOMENCLATURE),
        snapshots=tuple(chosen.values()),
    )


@cache
def shipped_lists() -> tuple[Snapshot, ...]:
    """The control lists that ship with Enduse, as if they were snapshots."""
    found = []
    for path in sorted(_SHIPPED.glob("*.csv")):
        name = path.stem.partition("_")[0]
        day = date_in_name(path, date.max)
        assert day is not None, f"{path.name} needs a date in its name"
        entries = len(_read_shipped(path))
        found.append(
            Snapshot(
                source=name,
                format="hs-list",
                kind="hs",
                date=day,
                date_basis="shipped",
                digest=hashlib.sha256(path.read_bytes()).hexdigest(),
                imported_at=datetime.combine(day, time(), UTC),
                entries=entries,
                counts={name: entries},
                faults=(),
                overridden=(),
                originals=(Original(path.name, "shipped with Enduse", path.stat().st_size),),
                path=path,
            )
        )
    return tuple(found)


def _read_shipped(path: Path) -> pa.Table:
    table = read_hs_list(path, ReadOptions()).table
    assert table is not None
    return table


def _entries(chosen: dict[str, Snapshot], kind: str, schema: pa.Schema) -> pa.Table:
    tables: list[pa.Table] = []
    for name, snapshot in chosen.items():
        if snapshot.kind == kind:
            shipped = snapshot.date_basis == "shipped"
            rows = _read_shipped(snapshot.path) if shipped else snapshot.table()
            tables.append(_with_version(rows, name, snapshot, schema))
    return pa.concat_tables(tables) if tables else schema.empty_table()


def _with_version(rows: pa.Table, name: str, snapshot: Snapshot, schema: pa.Schema) -> pa.Table:
    said = {
        "list": pa.repeat(name, len(rows)),
        "version": pa.repeat(snapshot.version, len(rows)),
    }
    columns = [said[f.name] if f.name in said else rows[f.name] for f in schema]
    return pa.Table.from_arrays(columns, schema=schema)
