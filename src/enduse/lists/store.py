"""Taking a list in: read it, judge it, keep it as a snapshot."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa

from enduse.errors import InputError, ListRefusedError, UsageError
from enduse.lists.dating import date_in_name
from enduse.lists.formats import FORMATS
from enduse.lists.formats.recognise import listed_files
from enduse.lists.parsed import ListFormat, ParsedList, ReadOptions
from enduse.lists.refusal import missing_canaries, shrinkage
from enduse.lists.snapshots import (
    Original,
    Snapshot,
    check_source_name,
    held_snapshots,
    write_snapshot,
)
from enduse.lists.tables import parties_table
from enduse.lists.tips import Terms, with_terms
from enduse.lists.wholeness import in_force, lost_too_many
from enduse.settings import Settings

_ANY_TABLE = {"csv", "ftm", "hs-list", "tip"}
"""Formats that say nothing of whose list a file is."""

_LIST_OF_FILE = {"chpl": "common-high-priority"}
"""Lists whose files go by a short name."""


def import_list(
    path: Path,
    format: str,
    settings: Settings,
    *,
    source: str | None = None,
    as_of: date | None = None,
    mapping: Mapping[str, str] | None = None,
    encoding: str | None = None,
    allow_shrink: bool = False,
    terms: Terms | None = None,
) -> Snapshot:
    """Take a list in from a file or folder and keep it as a snapshot.

    Parameters
    ----------
    path
        File or folder as the authority published it.
    format
        A name in `enduse.lists.formats.FORMATS`.
    source
        Whose list it is, e.g. 'un-sc'; it also names the list. None: the format's own source;
        for the formats 'csv', 'ftm' and 'hs-list' the file's name.
    as_of
        The day the list was published, where the list does not say so itself.
    mapping
        Columns of the file to fields, for 'csv' and 'hs-list'.
    encoding
        Text encoding; None: found out.
    allow_shrink
        Take it in although it shrank or lacks its canary names; the objections stay on record.
    terms
        On what terms it may be used; None: as its authority publishes it.

    Returns
    -------
    Snapshot
        The new snapshot, or the one that already holds the same content (`already_held`).

    Raises
    ------
    InputError
        If there is no such file, or it is not a list of this format.
    ListRefusedError
        If it, or one of its lists, shrank by more than 20%, or it lacks canary names that the one in force holds; that
        one stays in force.
    UsageError
        If there is no such format, or the source's name cannot be one.
    StorageError
        If the workspace cannot be written.
    """
    files = _files(path)
    originals = [Original(f.name, str(f.absolute()), f.stat().st_size) for f in files]
    return take_in(
        path,
        _format(format),
        settings,
        originals,
        source=source,
        as_of=as_of,
        options=ReadOptions(mapping=mapping or {}, list_name=source, encoding=encoding),
        allow_shrink=allow_shrink,
        must_be_whole=False,
        terms=terms,
    )


def take_in(
    path: Path,
    layout: ListFormat,
    settings: Settings,
    originals: Sequence[Original],
    *,
    source: str | None,
    as_of: date | None,
    as_of_basis: str = "given",
    options: ReadOptions,
    allow_shrink: bool = False,
    must_be_whole: bool = True,
    terms: Terms | None = None,
) -> Snapshot:
    """As `import_list`, for files of which it is known where they came from.

    With `must_be_whole` a list that lacks its canary names is refused even if it is the first.
    """
    given, path = path, _readable(layout, path)
    source = check_source_name(source or _source(layout, path))
    if layout.name in _ANY_TABLE and options.list_name is None:
        options = replace(options, list_name=source)
    now = datetime.now(UTC)
    if as_of is not None and as_of > now.date() + timedelta(days=1):
        raise UsageError(
            f"{as_of.isoformat()} is yet to come.", hint="Give the day the list was published."
        )
    files = _files(path)
    digest = _digest(files, options)
    held = [s for s in held_snapshots(settings.lists_dir) if s.source == source]
    named = date_in_name(path.absolute(), now.date()) or date_in_name(given.absolute(), now.date())
    for snapshot in held:
        if snapshot.digest == digest and (as_of or named) in (None, snapshot.date):
            return replace(snapshot, already_held=True)

    parsed = layout.read(path, options)
    table = parties_table(parsed.parties) if parsed.table is None else parsed.table
    counts = _counts(parsed, table, options.list_name or layout.default_list)
    if not counts:
        raise InputError(
            f"No entry was found in {path}.",
            hint=f"Is it a list of the format '{layout.name}'? Name another with --as FORMAT.",
        )
    day, basis, faults = _date(parsed, now.date(), named, as_of, as_of_basis)
    entries = sum(counts.values())
    after = min((s for s in held if s.date > day), key=_order, default=None)
    if after is not None and lost_too_many(after.entries, entries):
        faults = (
            *faults,
            f"the snapshot of {after.date.isoformat()} that follows has {after.entries:,} entries, "
            f"far fewer than the {entries:,} of this one: it is a part, and ends no listing",
        )
    # A file by hand is judged by the edition in the same layout: in another one it may well be a
    # sample, which is a part and ends no listing. What is downloaded is judged by any.
    alike = (s for s in held if must_be_whole or s.format == layout.name)
    before = max((s for s in alike if s.date <= day), key=_order, default=None)
    shrunk, lacking = shrinkage(counts, before), missing_canaries(source, table)
    against = [*shrunk, *lacking]
    # A part or a sample may be taken in by hand, and its lack stays on record; but it may not
    # take the place of a whole edition.
    was_whole = before is not None and before.overridden == ()
    if (shrunk or (lacking and (must_be_whole or was_whole))) and not allow_shrink:
        raise ListRefusedError(
            f"The list given for '{source}' was not taken in: {'; '.join(against)}.",
            hint=_what_to_do(held),
        )
    taken = with_terms(
        Snapshot(
            source=source,
            format=layout.name,
            kind=parsed.kind,
            date=day,
            date_basis=basis,
            digest=digest,
            imported_at=now,
            entries=entries,
            counts=counts,
            faults=faults,
            overridden=tuple(against),
            originals=tuple(originals),
            path=path,
        ),
        terms,
    )
    return write_snapshot(
        taken,
        table,
        {file.name: file for file in files},
        settings.lists_dir,
    )


def _format(name: str) -> ListFormat:
    if name not in FORMATS:
        raise UsageError(
            f"There is no list format '{name}'.", hint=f"Known are {', '.join(FORMATS)}."
        )
    return FORMATS[name]


def _readable(layout: ListFormat, path: Path) -> Path:
    """What a reader is given: of a folder, its one file where the format is of one file."""
    if layout.may_be_folder or not path.is_dir():
        return path
    files = _files(path)
    if len(files) > 1:
        raise InputError(
            f"{path} is a folder of {len(files)} files; a list of the format '{layout.name}' "
            "is one file.",
            hint="Give the file, or name the format of the folder with --as FORMAT.",
        )
    return files[0]


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        if files := listed_files(path):
            return files
        raise InputError(f"{path} holds no files.", hint="Name the folder that holds the list.")
    if not path.is_file():
        raise InputError(f"There is no file or folder {path}.", hint="Check the path.")
    return [path]


def _source(layout: ListFormat, path: Path) -> str:
    """The source where none is named; a single annex of the EU Journal is one of its own."""
    stem = re.sub(r"[^a-z0-9]+", "-", path.name.split(".")[0].lower()).strip("-")
    if layout.name == "eu-journal" and path.is_file():
        return f"eu-journal-{stem}"
    if layout.name not in _ANY_TABLE:
        return layout.default_list
    stem = re.sub(r"-?(19|20)\d\d(-?\d\d){0,2}$", "", stem)
    return _LIST_OF_FILE.get(stem, stem or layout.default_list)


def _digest(files: Sequence[Path], options: ReadOptions) -> str:
    """SHA-256 over names and contents, and over how the files were asked to be read: the same
    file with another mapping is another list."""
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as content:
            content_digest = hashlib.file_digest(content, "sha256").hexdigest()
        name = file.name if len(files) > 1 else ""
        digest.update(f"{name}\0{content_digest}\n".encode())
    asked = {"mapping": dict(options.mapping), "encoding": options.encoding}
    if any(asked.values()):
        digest.update(json.dumps(asked, sort_keys=True).encode())
    return digest.hexdigest()


def _counts(parsed: ParsedList, table: pa.Table, list_name: str) -> dict[str, int]:
    if parsed.kind == "parties":
        return dict(sorted(Counter(party.list for party in parsed.parties).items()))
    entries = len(table)
    if parsed.kind == "control":
        entries = len(table["entry"].unique())
    return {list_name: entries} if entries else {}


def _date(
    parsed: ParsedList, today: date, named: date | None, as_of: date | None, as_of_basis: str
) -> tuple[date, str, tuple[str, ...]]:
    faults = parsed.faults
    stated = parsed.stated_date
    if stated is not None and stated > today + timedelta(days=1):
        faults = (
            *faults,
            f"the list says it is of {stated.isoformat()}, which is yet to come: not believed",
        )
        stated = None
    if stated is not None:
        if as_of not in (None, stated):
            faults = (*faults, f"the list says it is of {stated.isoformat()}, not {as_of}")
        return stated, "stated", faults
    if as_of is not None:
        return as_of, as_of_basis, faults
    return (named, "name", faults) if named else (today, "imported", faults)


def _order(snapshot: Snapshot) -> tuple[date, datetime]:
    return snapshot.date, snapshot.imported_at


def _what_to_do(held: Sequence[Snapshot]) -> str:
    hint = (
        "Get the whole list; if it is a part or a sample on purpose, give it a source of its own "
        "with --source NAME, or allow the loss with --allow-shrink."
    )
    if held:
        [kept] = in_force(held)
        return f"The snapshot of {kept.date.isoformat()} stays in force. {hint}"
    return hint
