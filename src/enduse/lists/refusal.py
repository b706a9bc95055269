"""When a list is not taken in: it shrank, or names that every whole edition holds are missing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

import pyarrow as pa

from enduse.lists.snapshots import Snapshot
from enduse.lists.sources import SOURCES

MOST_SHRINKAGE = 0.2
"""A list may lose this share of its entries from one snapshot to the next. Authorities delist a
few parties at a time; a larger loss is a truncated or wrong file far more often than a decision."""


def shrinkage(entries: int, before: Snapshot | None) -> list[str]:
    """Why a list of so many entries should not follow `before`; empty if it may."""
    if before is None or entries >= before.entries * (1 - MOST_SHRINKAGE):
        return []
    lost = 1 - entries / before.entries
    return [
        f"it has {entries:,} entries, {lost:.1%} fewer than the {before.entries:,} "
        f"of {before.version}"
    ]


def missing_canaries(source: str, table: pa.Table) -> list[str]:
    """Which names that every whole edition holds are missing; empty if none is.

    Parameters
    ----------
    source
        Whose list it claims to be.
    table
        What it says: parties with their names, or entries of a control list.
    """
    known = SOURCES.get(source)
    missing = _missing(known.canaries, _words(table)) if known is not None else []
    return [f"it lacks {', '.join(missing)}, which a whole edition holds"] if missing else []


def _words(table: pa.Table) -> Iterable[str]:
    if "entry" in table.column_names:
        return set(table["entry"].to_pylist())
    names = table["names"].combine_chunks().flatten()
    return names.field("name").to_pylist()  # type: ignore[no-any-return]


def _missing(canaries: Iterable[str], words: Iterable[str]) -> list[str]:
    left = {canary: _letters(canary) for canary in canaries}
    for word in words:
        if not left:
            break
        letters = _letters(word)
        left = {canary: core for canary, core in left.items() if core not in letters}
    return list(left)


def _letters(text: str) -> str:
    """Letters and digits alone: lists disagree on apostrophes, hyphens and accents."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return re.sub(r"[\W_]+", "", plain)
