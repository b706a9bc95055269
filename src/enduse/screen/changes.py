"""What changed between two collections of listings, whose entities may bear other keys."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from enduse.screen.met import Flags, Numbers

_SAYS_NOTHING = ("entity_key", "version", "source_row", "first_seen", "absent_on")
"""What differs between two collections although a list says the same of a party."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Listed entities that came, went, or of which a list now says something else."""

    new: pa.Array
    """Keys in the new collection: added, changed, or no longer listed since."""
    gone: pa.Array
    """Keys in the old collection: removed, or as they were before a change."""


def changes(
    listings: pa.Table, names: pa.Table, now: pa.Table, names_now: pa.Table
) -> tuple[Numbers, Flags]:
    """Which listings are still as they were.

    Returns
    -------
    tuple of array
        For each listing now its old row, -1 where it is new; and for each old row whether it is
        gone.
    """
    held = defaultdict(list)
    before = _contents(listings, names)
    for row, said in enumerate(before):
        held[said].append(row)
    kept = np.array(
        [held[said].pop(0) if held.get(said) else -1 for said in _contents(now, names_now)],
        dtype=np.int64,
    )
    gone = np.ones(len(before), dtype=bool)
    gone[kept[kept >= 0]] = False
    return kept, gone


def _contents(listings: pa.Table, names: pa.Table) -> list[str]:
    """All that a list says of each party, as text: equal for those of whom it says the same."""
    called: dict[int, list[tuple[str, str]]] = defaultdict(list)
    columns = (names[column].to_pylist() for column in ("entity_key", "name", "name_type"))
    for key, name, name_type in zip(*columns, strict=True):
        called[key].append((name, name_type))
    said = [c for c in listings.column_names if c not in _SAYS_NOTHING]
    rows = zip(*(listings[column].to_pylist() for column in said), strict=True)
    keys = listings["entity_key"].to_pylist()
    return [f"{row}{called[key]}" for key, row in zip(keys, rows, strict=True)]
