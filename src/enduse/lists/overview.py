"""Which lists the workspace holds, of which day, and which of them are in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from enduse.lists.control_lists import shipped_lists
from enduse.lists.snapshots import held_snapshots, in_force
from enduse.settings import Settings


@dataclass(frozen=True, slots=True)
class ListRow:
    """One list in one snapshot."""

    source: str
    list: str
    format: str
    date: date
    basis: str
    """How the date is known, as in `enduse.lists.Snapshot`."""
    digest: str
    entries: int
    imported_at: datetime
    in_force: bool
    """Whether its source has no newer snapshot."""
    faults: int
    """How many oddities its reader noted in the whole snapshot."""
    overridden: tuple[str, ...]
    """Objections that somebody overrode to take the snapshot in."""
    origin: str
    """Where the first of its files came from."""


def show(settings: Settings) -> list[ListRow]:
    """Every list in every snapshot, by source, then from the oldest to the newest.

    Raises
    ------
    StorageError
        If what is known of a snapshot cannot be read.
    """
    held = sorted(
        [*held_snapshots(settings.lists_dir), *shipped_lists()],
        key=lambda s: (s.source, s.date, s.imported_at),
    )
    newest = {(s.source, s.version) for s in in_force(held)}
    return [
        ListRow(
            source=snapshot.source,
            list=name,
            format=snapshot.format,
            date=snapshot.date,
            basis=snapshot.date_basis,
            digest=snapshot.digest,
            entries=entries,
            imported_at=snapshot.imported_at,
            in_force=(snapshot.source, snapshot.version) in newest,
            faults=len(snapshot.faults),
            overridden=snapshot.overridden,
            origin=snapshot.originals[0].address,
        )
        for snapshot in held
        for name, entries in snapshot.counts.items()
    ]
