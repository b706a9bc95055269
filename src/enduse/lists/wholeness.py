"""Whether a snapshot is a whole edition of its lists, or a part that ends no listing."""

from __future__ import annotations

from collections.abc import Sequence

from enduse.lists.snapshots import Snapshot

MOST_SHRINKAGE = 0.2
"""A list may lose this share of its entries from one snapshot to the next. Authorities delist a
few parties at a time; a larger loss is a truncated or wrong file far more often than a decision."""


FEWEST_TO_JUDGE = 20
"""Of a source's several lists, one with fewer entries is not judged on its own."""


def lost_too_many(entries: int, before: int) -> bool:
    """Whether so many entries are too few to follow so many.

    Examples
    --------
    >>> lost_too_many(80, 100), lost_too_many(79, 100)
    (False, True)
    """
    return entries < before * (1 - MOST_SHRINKAGE)


def is_whole(snapshot: Snapshot, before: Snapshot | None, name: str | None = None) -> bool:
    """Whether who is missing from a snapshot was not listed on its day.

    It is a part if it was taken in against objections, or lost too many entries to the snapshot
    of the same source before it, in all or, with a `name`, of that list.
    """
    if snapshot.overridden:
        return False
    if before is None:
        return True
    if lost_too_many(snapshot.entries, before.entries):
        return False
    held = before.counts.get(name, 0) if name else 0
    return held < FEWEST_TO_JUDGE or not lost_too_many(snapshot.counts.get(name or "", 0), held)


def in_force(snapshots: Sequence[Snapshot]) -> list[Snapshot]:
    """The snapshot of each source that is in force, given all from the oldest to the newest.

    It is the newest; of lists of parties the newest whole one, if there is one.
    """
    newest: dict[str, Snapshot] = {}
    before: dict[str, Snapshot] = {}
    has_whole: set[str] = set()
    for snapshot in snapshots:
        source = snapshot.source
        if snapshot.kind != "parties" or is_whole(snapshot, before.get(source)):
            has_whole.add(source)
            newest[source] = snapshot
        elif source not in has_whole:
            newest[source] = snapshot
        before[source] = snapshot
    return list(newest.values())
