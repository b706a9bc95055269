"""Reading a whole log again: does every entry fit, and what is the first that does not?"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from enduse.store import merkle
from enduse.store.entries import CONTENT, SALT_BYTES, Entry, Head, commit, split


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of a whole log found.

    Attributes
    ----------
    fits
        Whether every entry is what was appended, as far as the log and the heads can show.
    statement
        One sentence that says what was found.
    size, root
        Entries that were read up to the end or the first misfit, and the root that they give.
    first_misfit
        Index of the first entry that does not fit; null if all do.
    erased
        Entries among them whose content is erased, and whose erasure is logged.
    heads
        Held heads that the log was compared with.
    """

    fits: bool
    statement: str
    size: int
    root: bytes
    first_misfit: int | None
    erased: int
    heads: int


class _MisfitError(Exception):
    """The first entry that does not fit, and why."""

    def __init__(self, index: int | None, why: str) -> None:
        super().__init__(why)
        self.index = index


@dataclass(slots=True)
class _Reading:
    """How far the log was read, and the tree that its entries give."""

    erasures: Collection[int]
    heads: dict[int, set[bytes]]
    size: int = 0
    erased: int = 0
    covered: int = 0
    """Entries that a held head covers and confirms."""
    peaks: list[bytes] = field(default_factory=list)
    doubt: tuple[int, int, int] | None = None
    """First and last entry of a subtree that does not give the hash kept, and who keeps it."""


def check(
    name: str,
    kept: tuple[int, Sequence[bytes]],
    entries: Iterable[Entry],
    erasures: Collection[int],
    heads: Sequence[Head],
) -> Verdict:
    """Check a log against itself and against held heads.

    Parameters
    ----------
    name
        Name of the log.
    kept
        Size and peaks as the log keeps them beside its entries.
    entries
        All entries, by index.
    erasures
        Indices that entries of kind `ERASURE` name.
    heads
        Heads that somebody holds.
    """
    by_size: dict[int, set[bytes]] = {}
    for head in heads:
        by_size.setdefault(head.size, set()).add(head.root)
    reading = _Reading(erasures, by_size)
    misfit: int | None = None
    try:
        _compare_with_heads(reading)
        for entry in entries:
            _read(reading, entry)
            _compare_with_heads(reading)
        _compare_with_kept(reading, *kept)
        fits = True
        statement = f"All {reading.size} entries of the log '{name}' fit."
    except _MisfitError as found:
        fits, misfit = False, found.index
        statement = f"The log '{name}' does not fit: {found}."
    root = merkle.root_of_peaks(reading.peaks)
    return Verdict(fits, statement, reading.size, root, misfit, reading.erased, len(heads))


def _read(reading: _Reading, entry: Entry) -> None:
    """Take in the next entry, if it fits."""
    expected = reading.size
    if entry.index != expected:
        raise _MisfitError(expected, f"entry {expected} is missing")
    try:
        _check_content(reading, entry)
        kept, leaf = split(entry.hashes), merkle.leaf_hash(entry.leaf)
    except (OverflowError, TypeError, AttributeError):
        # SQLite keeps a text where a number belongs, if that is what somebody wrote.
        kept, leaf = [], b""
    if not kept or kept[0] != leaf:
        raise _MisfitError(
            expected, f"entry {expected} is not what was appended: its time, kind or commitment"
        )
    completed = merkle.grow(reading.size, reading.peaks, leaf)
    reading.size += 1
    if reading.doubt is None and kept != completed:
        reading.doubt = _doubt(expected, kept, completed)


def _check_content(reading: _Reading, entry: Entry) -> None:
    index = entry.index
    if entry.content is None and entry.salt is None:
        if entry.kind != CONTENT or index not in reading.erasures:
            raise _MisfitError(index, f"entry {index} was erased, and no entry says so")
        reading.erased += 1
        return
    salt, content = entry.salt, entry.content
    if not isinstance(salt, bytes) or not isinstance(content, bytes) or len(salt) != SALT_BYTES:
        raise _MisfitError(index, f"entry {index} lost a part of its content or salt")
    if not hmac.compare_digest(commit(salt, content), entry.commitment):
        raise _MisfitError(
            index,
            f"entry {index} is not what was appended: its content does not open its commitment",
        )


def _doubt(index: int, kept: list[bytes], completed: list[bytes]) -> tuple[int, int, int]:
    """The half of a subtree that is not what it was when the entry `index` completed it."""
    level = next(
        (level for level, node in enumerate(completed) if kept[level : level + 1] != [node]), 0
    )
    if level == 0:
        return index, index, index
    start = (index >> level) << level
    return start, start + (1 << level - 1) - 1, index


def _compare_with_heads(reading: _Reading) -> None:
    roots = reading.heads.get(reading.size)
    if roots is None:
        return
    if roots != {merkle.root_of_peaks(reading.peaks)}:
        first, size = reading.covered, reading.size
        raise _MisfitError(
            first if reading.doubt is None else reading.doubt[0],
            f"a head over {size} entries was held that they do not give; the first entry that "
            f"changed is one of {first} to {size - 1}"
            if size
            else "a head over no entries was held that is none",
        )
    reading.covered = reading.size


def _compare_with_kept(reading: _Reading, size: int, peaks: Sequence[bytes]) -> None:
    """Compare what was read to its end with what the log and the heads say it is."""
    largest = max([size, *reading.heads])
    if reading.size < largest:
        raise _MisfitError(
            reading.size,
            f"entry {reading.size} is missing, and so is all up to entry {largest - 1}",
        )
    if reading.size > size:
        raise _MisfitError(size, f"entry {size} was added beside the log")
    whole = list(peaks) == reading.peaks
    if reading.doubt is not None:
        start, end, keeper = reading.doubt
        if whole:
            raise _MisfitError(keeper, f"entry {keeper} keeps a hash that its tree does not give")
        raise _MisfitError(start, f"one of the entries {start} to {end} is not what was appended")
    if not whole:
        raise _MisfitError(None, "every entry does, but not the state kept beside them")
