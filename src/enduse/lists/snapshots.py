"""Snapshots of lists: dated, named by their content, never changed once written.

A snapshot is a folder ``<workspace>/lists/<source>/<date>-<digest12>/`` that holds

- ``meta.json``: what is known of it (`Snapshot`),
- ``parties.parquet``, ``control.parquet``, ``hs.parquet``, ``nomenclature.parquet`` or
  ``watched.parquet``,
- ``original.zip``: the files as they were taken in.

It is written beside its place and renamed, so that it is there whole or not at all.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pyarrow as pa
import pyarrow.parquet as pq

from enduse.engine.files import storage_error
from enduse.errors import StorageError, UsageError

_Day = date
"""The type, where a field has its name."""
_SOURCE_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")


@dataclass(frozen=True, slots=True)
class Original:
    """One file of a list as it was taken in."""

    name: str
    address: str
    """Where it came from: a path or an address on the web."""
    size: int
    """Bytes."""
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A list of one source as it was on one day."""

    source: str
    """Whose list it is and which, e.g. 'ofac-sdn'; one source may publish several lists."""
    format: str
    kind: str
    """'parties', 'control', 'hs', 'nomenclature' or 'watched'."""
    date: date
    date_basis: str
    """'stated' by the list, 'given' by the user, read from a 'name', 'imported' (the day it was
    taken in, so that the list may be older) or 'shipped' with Enduse."""
    digest: str
    """SHA-256 over the files as they were taken in, and over how they were asked to be read."""
    imported_at: datetime
    entries: int
    counts: Mapping[str, int]
    """Entries of each list."""
    faults: tuple[str, ...]
    """What was odd in the files and how it was read."""
    overridden: tuple[str, ...]
    """Objections to it that somebody overrode."""
    originals: tuple[Original, ...]
    path: Path
    sender: str = ""
    """Which partner gave it; empty: an authority published it, or somebody here took it in."""
    handling: str = ""
    """What the partner allows, in words."""
    not_after: _Day | None = None
    """The last day on which it may be used; None: there is none."""
    already_held: bool = False
    """Whether the import that answered this found the same content here before."""

    def may_be_used(self, today: _Day) -> bool:
        """Whether its giver still allows its use."""
        return self.not_after is None or today <= self.not_after

    @property
    def version(self) -> str:
        """'<date>/<digest12>', as every table names it."""
        return f"{self.date.isoformat()}/{self.digest[:12]}"

    @property
    def title(self) -> str:
        """Source and version, and of a partner's list on what terms it may be used."""
        terms = f" ({self.sender}: {self.handling})" if self.handling else ""
        return f"{self.source} {self.version}{terms}"

    def table(self, columns: list[str] | None = None) -> pa.Table:
        """What the list says, as its reader answered it.

        Raises
        ------
        StorageError
            If the file is damaged.
        """
        path = self.path / f"{self.kind}.parquet"
        try:
            return pq.read_table(path, columns=columns)
        except (OSError, pa.ArrowException) as error:
            raise _damaged(path, error) from error


def check_source_name(source: str) -> str:
    """The name of a source, if it can be one: it becomes a folder of the workspace.

    Raises
    ------
    UsageError
        If it has other characters than lower-case letters, digits, dot, dash and underscore.
    """
    if not _SOURCE_NAME.fullmatch(source):
        raise UsageError(
            f"'{source}' cannot name a list's source.",
            hint="Use lower-case letters, digits, dots, dashes and underscores, e.g. 'un-sc'.",
        )
    return source


def held_snapshots(lists_dir: Path) -> list[Snapshot]:
    """Every snapshot in the workspace, by source, then from the oldest to the newest.

    Raises
    ------
    StorageError
        If what is known of one cannot be read.
    """
    found = [_read(meta) for meta in lists_dir.glob("[!.]*/[!.]*/meta.json")]
    return sorted(found, key=lambda s: (s.source, s.date, s.imported_at))


def write_snapshot(
    snapshot: Snapshot, table: pa.Table, files: Mapping[str, Path], lists_dir: Path
) -> Snapshot:
    """Keep a snapshot; its path is set here.

    Parameters
    ----------
    table
        What the list says.
    files
        Names in the snapshot to the files as they were taken in.

    Raises
    ------
    StorageError
        If the disk is full or the workspace cannot be written; nothing held before is harmed.
    """
    folder = lists_dir / snapshot.source
    path = folder / snapshot.version.replace("/", "-")
    part = folder / f".{path.name}.{os.getpid()}.part"
    try:
        clear_leftovers(folder)
        part.mkdir(parents=True)
        pq.write_table(table, part / f"{snapshot.kind}.parquet", compression="zstd")
        with ZipFile(part / "original.zip", "w", ZIP_DEFLATED) as archive:
            for name, file in files.items():
                archive.write(file, name)
        (part / "meta.json").write_text(_as_json(snapshot), encoding="utf-8")
        for entry in (*part.iterdir(), part):
            _sync(entry)
        part.rename(path)
        _sync(folder)
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        if path.is_dir():  # another process has just kept the same content
            return replace(_read(path / "meta.json"), already_held=True)
        raise storage_error(path, error) from error
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return replace(snapshot, path=path)


def clear_leftovers(folder: Path) -> None:
    """Remove what processes that no longer run left half written (``.<name>.<pid>.part``)."""
    for part in folder.glob(".*.part"):
        pid = int(part.suffixes[-2][1:])
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            shutil.rmtree(part, ignore_errors=True)
        except OSError:
            continue


def _sync(path: Path) -> None:
    with suppress(PermissionError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _as_json(snapshot: Snapshot) -> str:
    known = asdict(replace(snapshot, counts=dict(snapshot.counts)))
    for name in ("path", "already_held"):
        del known[name]
    return json.dumps(known, indent=1, ensure_ascii=False, default=lambda v: v.isoformat())


def _read(meta: Path) -> Snapshot:
    try:
        known = json.loads(meta.read_text(encoding="utf-8"))
        known["date"] = date.fromisoformat(known["date"])
        known["imported_at"] = datetime.fromisoformat(known["imported_at"])
        if known.get("not_after") is not None:
            known["not_after"] = date.fromisoformat(known["not_after"])
        known["originals"] = tuple(Original(**file) for file in known["originals"])
        for name in ("faults", "overridden"):
            known[name] = tuple(known[name])
        return Snapshot(**known, path=meta.parent)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise _damaged(meta, error) from error


def _damaged(path: Path, error: BaseException) -> StorageError:
    return StorageError(
        f"The list snapshot at {path} is damaged: {str(error).splitlines()[0]}.",
        hint="Move its folder away and import the list again.",
    )
