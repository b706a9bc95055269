"""When a list is not taken in: it shrank, or names that every whole edition holds are missing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

import pyarrow as pa

from enduse.lists.snapshots import Snapshot
from enduse.lists.sources import SOURCES
from enduse.lists.wholeness import FEWEST_TO_JUDGE, lost_too_many


def shrinkage(counts: Mapping[str, int], before: Snapshot | None) -> list[str]:
    """Why lists with so many entries should not follow `before`; empty if they may.

    The source is judged as a whole and, where it has several lists, each of them.
    """
    if before is None:
        return []
    against = []
    entries = sum(counts.values())
    if lost_too_many(entries, before.entries):
        against.append(f"it has {_fewer(entries, before.entries)} of {before.version}")
    if set(before.counts) != set(counts) or len(counts) > 1:
        against += [
            f"its list '{name}' has {_fewer(counts.get(name, 0), held)} of {before.version}"
            for name, held in before.counts.items()
            if held >= FEWEST_TO_JUDGE and lost_too_many(counts.get(name, 0), held)
        ]
    return against


def _fewer(entries: int, before: int) -> str:
    lost = 1 - entries / before
    return f"{entries:,} entries, {lost:.1%} fewer than the {before:,}"


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
