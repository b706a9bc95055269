"""Which lists the workspace holds, of which day, and which of them are in force."""

from __future__ import annotations

from typing import TypedDict

from enduse.lists.control_lists import shipped_lists
from enduse.lists.snapshots import held_snapshots
from enduse.lists.wholeness import in_force
from enduse.settings import Settings


class ListRow(TypedDict):
    """One list in one snapshot, ready for JSON."""

    source: str
    list: str
    format: str
    version: str
    date: str
    date_basis: str
    """How the date is known, as in `enduse.lists.Snapshot`."""
    digest: str
    entries: int
    imported_at: str
    state: str
    """'in force' or 'superseded', as `enduse.lists.in_force` tells."""
    faults: int
    """How many oddities its reader noted in the whole snapshot."""
    overridden: list[str]
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
            version=snapshot.version,
            date=snapshot.date.isoformat(),
            date_basis=snapshot.date_basis,
            digest=snapshot.digest,
            entries=entries,
            imported_at=snapshot.imported_at.isoformat(timespec="seconds"),
            state="in force" if (snapshot.source, snapshot.version) in newest else "superseded",
            faults=len(snapshot.faults),
            overridden=list(snapshot.overridden),
            origin=snapshot.originals[0].address,
        )
        for snapshot in held
        for name, entries in snapshot.counts.items()
    ]
