"""All lists of parties in force, with the dates between which each party was seen on them."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from enduse.engine import open_engine
from enduse.errors import InputError
from enduse.lists.dating import earliest_day
from enduse.lists.snapshots import Snapshot, clear_leftovers, held_snapshots
from enduse.lists.wholeness import in_force, is_whole
from enduse.model import LISTING_NAMES, LISTINGS
from enduse.settings import Settings


@dataclass(frozen=True, slots=True)
class Collection:
    """Every listed party that the workspace knows of, of all lists and snapshots."""

    listings: pa.Table
    """Schema `enduse.model.LISTINGS`: one row a party of a list, in the words of the newest
    snapshot that holds it; who has left the list stays, with `gone_by`."""
    names: pa.Table
    """Schema `enduse.model.LISTING_NAMES`."""
    snapshots: tuple[Snapshot, ...]
    """All that were consulted, by source, then from the oldest to the newest."""

    @property
    def in_force(self) -> tuple[Snapshot, ...]:
        """The newest whole snapshot of each source: 'no entry found' is said of these."""
        return tuple(in_force(list(self.snapshots)))


def collection(settings: Settings, *, sources: Sequence[str] | None = None) -> Collection:
    """Load the lists of parties that the workspace holds and may use.

    A party is the same in two snapshots when the list, the list's own id for it and its primary
    name (case and punctuation aside) agree; ids alone do not do, because lists give one id to
    two parties. An id that is only the row's number, or the name, is left aside. A party that is
    renamed is a new one, and the old name stays with the date by which it was gone.

    A snapshot that is a part ends no listing and proves no absence: one that was taken in against
    objections, or that has a fifth fewer entries, in all or of the list, than the snapshot before
    it. The loss counts once the next snapshot confirms it.

    Parameters
    ----------
    sources
        Only these; None: all.

    Raises
    ------
    InputError
        If the workspace holds no snapshot of a source that is named.
    StorageError
        If a snapshot is damaged.
    """
    today = datetime.now(UTC).date()
    held = [
        s
        for s in held_snapshots(settings.lists_dir)
        if s.kind == "parties" and s.may_be_used(today)
    ]
    if sources is not None:
        _all_held(sources, held)
        held = [s for s in held if s.source in sources]
    if not held:
        return Collection(LISTINGS.empty_table(), LISTING_NAMES.empty_table(), ())
    cache = settings.lists_dir / ".collected" / _key(held)
    listings, names = _cached(cache) or _merge(held, settings)
    if not cache.is_dir():
        _keep(cache, listings, names)
    return Collection(listings, names, tuple(held))


def _merge(held: Sequence[Snapshot], settings: Settings) -> tuple[pa.Table, pa.Table]:
    by_date = sorted(held, key=lambda s: (s.date, s.imported_at))
    with open_engine(settings) as engine:
        engine.register("seen", _seen(by_date))
        engine.register("coverage", _coverage(by_date))
        merged = engine.query(_MERGE)
    return _words(by_date, merged)


_MERGE = """
WITH numbered AS (
    SELECT snapshot, row_no, party, row_number() OVER (
        PARTITION BY snapshot, party ORDER BY source_row, row_no
    ) AS occurrence
    FROM seen
),
parties AS (
    SELECT party, occurrence, min(snapshot) AS first, max(snapshot) AS last
    FROM numbered
    GROUP BY party, occurrence
)
SELECT p.last AS snapshot, n.row_no, f.date AS first_seen, f.absent_on, l.next_date AS gone_by
FROM parties p
JOIN numbered n ON n.snapshot = p.last AND n.party = p.party AND n.occurrence = p.occurrence
JOIN seen s ON s.snapshot = p.last AND s.row_no = n.row_no
JOIN coverage f ON f.snapshot = p.first AND f.list = s.list
JOIN coverage l ON l.snapshot = p.last AND l.list = s.list
ORDER BY p.last, n.row_no
"""


def _seen(by_date: Sequence[Snapshot]) -> pa.Table:
    """Every row of every snapshot: of which list it is, and a number for the party it speaks of."""
    tables = []
    for number, snapshot in enumerate(by_date):
        rows = snapshot.table(["list", "record_id", "source_row", "name"])
        ids = rows["record_id"]
        is_made_up = pc.or_(
            pc.equal(ids, pc.cast(rows["source_row"], pa.string())), pc.equal(ids, rows["name"])
        )
        own_id = pc.if_else(is_made_up, "", ids)
        same = pc.binary_join_element_wise(rows["list"], own_id, _name_key(rows["name"]), "\n")
        tables.append(
            pa.table(
                {
                    "snapshot": pa.repeat(pa.scalar(number, pa.int32()), len(rows)),
                    "row_no": pa.array(range(len(rows)), pa.int32()),
                    "list": rows["list"].dictionary_encode(),
                    "source_row": rows["source_row"],
                    "party": same,
                }
            )
        )
    seen = pa.concat_tables(tables).combine_chunks()
    party = seen["party"].combine_chunks().dictionary_encode().indices
    return seen.set_column(seen.schema.get_field_index("party"), "party", party)


def _name_key(names: pa.ChunkedArray) -> pa.ChunkedArray:
    folded = pc.utf8_lower(pc.utf8_normalize(names, form="NFKC"))
    words = pc.utf8_trim_whitespace(pc.replace_substring_regex(folded, r"[^\p{L}\p{M}\p{N}]+", " "))
    return pc.if_else(pc.equal(words, ""), names, words)


_COVERAGE = pa.schema(
    [
        ("snapshot", pa.int32()),
        ("list", pa.string()),
        ("date", pa.date32()),
        ("absent_on", pa.date32()),
        ("next_date", pa.date32()),
    ]
)


def _coverage(by_date: Sequence[Snapshot]) -> pa.Table:
    """Which snapshot speaks of which list, and the days of the whole ones before and after it.

    A snapshot speaks of the lists it holds, and of those that an older one of its source held:
    a list that is dropped whole has lost all its parties.
    """
    rows: list[dict[str, Any]] = []
    whole: list[bool] = []
    absent: dict[str, date] = {}
    of_source: dict[str, set[str]] = {}
    newest: dict[str, Snapshot] = {}
    for number, snapshot in enumerate(by_date):
        lists = of_source.setdefault(snapshot.source, set())
        lists.update(snapshot.counts)
        before = newest.get(snapshot.source)
        newest[snapshot.source] = snapshot
        day = earliest_day(snapshot.date, snapshot.date_basis)
        for name in sorted(lists):
            rows.append(
                {
                    "snapshot": number,
                    "list": name,
                    "date": snapshot.date,
                    "absent_on": absent.get(name),
                }
            )
            whole.append(is_whole(snapshot, before, name))
            if whole[-1] and day is not None:
                absent[name] = max(day, absent.get(name, day))
    following: dict[str, date] = {}
    for row, ends_listings in zip(reversed(rows), reversed(whole), strict=True):
        row["next_date"] = following.get(row["list"])
        if ends_listings:
            following[row["list"]] = row["date"]
    return pa.Table.from_pylist(rows, schema=_COVERAGE)


def _words(by_date: Sequence[Snapshot], merged: pa.Table) -> tuple[pa.Table, pa.Table]:
    """The listings and their names, in the words of the snapshot that each row is taken from."""
    parts = []
    for number in pc.unique(merged["snapshot"]).to_pylist():
        snapshot = by_date[number]
        chosen = merged.filter(pc.equal(merged["snapshot"], number))
        rows = snapshot.table().take(chosen["row_no"])
        rows = rows.append_column("first_seen", chosen["first_seen"])
        rows = rows.append_column("absent_on", chosen["absent_on"])
        rows = rows.append_column("gone_by", chosen["gone_by"])
        version = pa.repeat(pa.scalar(snapshot.version), len(rows))
        parts.append(rows.append_column("version", version))
    rows = pa.concat_tables(parts).combine_chunks()
    keys = pa.array(range(len(rows)), pa.int64())
    rows = rows.append_column("entity_key", keys)
    listings = rows.select(LISTINGS.names).cast(LISTINGS)
    names = rows["names"].combine_chunks()
    flat = names.flatten()
    return listings, pa.Table.from_arrays(
        [
            keys.take(pc.list_parent_indices(names)),
            flat.field("name"),
            flat.field("name_type"),
        ],
        schema=LISTING_NAMES,
    )


_MOST_CACHED = 3
_CACHE_LAYOUT = "2"
"""To be changed with whatever changes what a collection says of the same snapshots."""


def _key(held: Sequence[Snapshot]) -> str:
    said = "\n".join((_CACHE_LAYOUT, *(f"{s.source}/{s.version}" for s in held)))
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _cached(cache: Path) -> tuple[pa.Table, pa.Table] | None:
    try:
        listings = pq.read_table(cache / "listings.parquet").cast(LISTINGS)
        return listings, pq.read_table(cache / "names.parquet").cast(LISTING_NAMES)
    except (OSError, pa.ArrowException):
        return None


def _keep(cache: Path, listings: pa.Table, names: pa.Table) -> None:
    """Keep a merged collection, in place of those of older snapshots.

    It is only a shortcut: where it cannot be written, the next call merges again.
    """
    part = cache.with_name(f".{cache.name}.{os.getpid()}.part")
    with suppress(OSError):
        clear_leftovers(cache.parent)
        for older in sorted(cache.parent.glob("[!.]*"), key=os.path.getmtime)[:-_MOST_CACHED]:
            shutil.rmtree(older)
        part.mkdir(parents=True)
        pq.write_table(listings, part / "listings.parquet", compression="zstd")
        pq.write_table(names, part / "names.parquet", compression="zstd")
        part.rename(cache)
    shutil.rmtree(part, ignore_errors=True)


def _all_held(sources: Sequence[str], held: Sequence[Snapshot]) -> None:
    known = sorted({s.source for s in held})
    for source in sources:
        if source not in known:
            raise InputError(
                f"The workspace holds no list of parties of the source '{source}'.",
                hint=f"It holds {', '.join(known) or 'none yet'}; import or update the list first.",
            )
