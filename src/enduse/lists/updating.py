"""Downloading the newest edition of each list from the authority that publishes it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from enduse.engine.files import storage_error
from enduse.errors import (
    EnduseError,
    InputError,
    ListRefusedError,
    StorageError,
    UsageError,
)
from enduse.lists.fetch import Fetched, FetchOptions, fetch, without_secrets
from enduse.lists.formats import FORMATS
from enduse.lists.parsed import ReadOptions
from enduse.lists.snapshots import Original, Snapshot, clear_leftovers, held_snapshots
from enduse.lists.sources import SOURCES, ListSource
from enduse.lists.store import take_in
from enduse.settings import Settings


@dataclass(frozen=True, slots=True)
class UpdateOutcome:
    """What became of one source."""

    source: str
    status: Literal["new", "unchanged", "refused", "failed"]
    """'refused': an answer came that is not a whole list; 'failed': none came, or it could not
    be kept. In both cases what was in force stays in force."""
    snapshot: Snapshot | None
    """The snapshot now in force; None: there is none."""
    reason: str = ""
    hint: str = ""

    def as_dict(self) -> dict[str, str | None]:
        """The outcome, ready for JSON."""
        return {
            "source": self.source,
            "status": self.status,
            "in_force": self.snapshot.version if self.snapshot else None,
            "reason": self.reason,
            "hint": self.hint,
        }


def update(
    settings: Settings,
    *,
    sources: Sequence[str] | None = None,
    urls: Mapping[str, str | Sequence[str]] | None = None,
    options: FetchOptions | None = None,
    allow_shrink: bool = False,
    progress: Callable[[str], object] = str,
) -> list[UpdateOutcome]:
    """Download lists, and take in those that have changed.

    A source that fails stays as it was, and the others go on.

    Parameters
    ----------
    sources
        Names in `enduse.lists.sources.SOURCES`; None: all that are updated by default.
    urls
        Other addresses for a source: one, or one for each of its files.
    options
        How patient to be.
    allow_shrink
        Take lists in although they shrank or lack canary names.
    progress
        Told in words what is being done.

    Raises
    ------
    UsageError
        If there is no such source.
    """
    urls = {name: (u,) if isinstance(u, str) else tuple(u) for name, u in (urls or {}).items()}
    chosen = [s.name for s in SOURCES.values() if s.by_default] if sources is None else sources
    for name in (*chosen, *urls):
        if name not in SOURCES:
            raise UsageError(
                f"There is no source of lists '{name}'.", hint=f"Known are {', '.join(SOURCES)}."
            )
    outcomes = []
    for name in chosen:
        source = SOURCES[name]
        progress(f"{name}: {source.about}")
        addresses = urls.get(name, source.addresses)
        outcomes.append(
            _update_one(settings, source, addresses, options or FetchOptions(), allow_shrink)
        )
        progress(f"{name}: {outcomes[-1].status} {outcomes[-1].reason}".rstrip())
    return outcomes


def _update_one(
    settings: Settings,
    source: ListSource,
    addresses: Sequence[str],
    options: FetchOptions,
    allow_shrink: bool,
) -> UpdateOutcome:
    held = [s for s in held_snapshots(settings.lists_dir) if s.source == source.name]
    newest = held[-1] if held else None
    if not addresses:
        return UpdateOutcome(
            source.name, "failed", newest, "It has no address to download from.", source.needs or ""
        )
    try:
        with _workplace(settings.lists_dir) as folder:
            fetched, issue = _download(source, addresses, folder / source.name, newest, options)
            if not fetched:
                return UpdateOutcome(source.name, "unchanged", newest)
            snapshot = _keep(settings, source, folder / source.name, fetched, issue, allow_shrink)
    except EnduseError as error:
        status: Literal["refused", "failed"] = (
            "refused" if isinstance(error, ListRefusedError) else "failed"
        )
        return UpdateOutcome(source.name, status, newest, error.message, error.hint)
    if snapshot.already_held:
        return UpdateOutcome(source.name, "unchanged", newest)
    return UpdateOutcome(source.name, "new", snapshot)


def _download(
    source: ListSource,
    addresses: Sequence[str],
    folder: Path,
    newest: Snapshot | None,
    options: FetchOptions,
) -> tuple[list[Fetched], date | None]:
    """Fetch all files of a source; none are answered if none has changed."""
    folder.mkdir()
    issue = None
    if source.issue_address and any("{issue}" in address for address in addresses):
        issue = _issue(source.issue_address, folder.parent / "issue.json", options)
        addresses = [a.replace("{issue}", issue.isoformat()) for a in addresses]
    kept = {o.address: o for o in newest.originals} if newest else {}
    conditional = all(without_secrets(address) in kept for address in addresses)
    fetched: list[Fetched | None] = []
    for number, address in enumerate(addresses):
        known = kept[without_secrets(address)] if conditional else None
        fetched.append(
            fetch(
                address,
                folder / _file_name(address),
                options,
                etag=known.etag if known else None,
                last_modified=known.last_modified if known else None,
                least_bytes=source.least_bytes if number == 0 else 1,
            )
        )
    if conditional and not any(fetched):
        return [], issue
    return [
        whole or _whole(address, folder, options)
        for whole, address in zip(fetched, addresses, strict=True)
    ], issue


def _whole(address: str, folder: Path, options: FetchOptions) -> Fetched:
    """A file that has not changed, when another of its list has."""
    fetched = fetch(address, folder / _file_name(address), options)
    if fetched is None:
        raise InputError(
            f"{without_secrets(address)} answered 'not modified' without being asked.",
            hint="Try again later.",
        )
    return fetched


def _keep(
    settings: Settings,
    source: ListSource,
    folder: Path,
    fetched: Sequence[Fetched],
    issue: date | None,
    allow_shrink: bool,
) -> Snapshot:
    originals = [
        Original(_file_name(f.address), f.address, f.size, f.etag, f.last_modified) for f in fetched
    ]
    try:
        return take_in(
            folder if len(originals) > 1 else folder / originals[0].name,
            FORMATS[source.format],
            settings,
            originals,
            source=source.name,
            as_of=issue,
            as_of_basis="stated",
            options=ReadOptions(),
            allow_shrink=allow_shrink,
        )
    except (ListRefusedError, StorageError):
        raise
    except Exception as error:  # whatever a reader stumbles over, the other sources go on
        what = error.message if isinstance(error, EnduseError) else repr(error)
        raise ListRefusedError(
            f"What {fetched[0].address} answered is not the list: "
            + what.replace(f"{folder}{os.sep}", ""),
            hint=error.hint if isinstance(error, EnduseError) else "Its layout may have changed.",
        ) from error


def _issue(address: str, target: Path, options: FetchOptions) -> date:
    fetch(address, target, options)
    try:
        titles = json.loads(target.read_bytes())["titles"]
        return next(date.fromisoformat(t["latest_issue_date"]) for t in titles if t["number"] == 15)
    except (ValueError, KeyError, TypeError, StopIteration) as error:
        raise InputError(
            f"{address} does not say of which day the newest issue of Title 15 is.",
            hint="Give the address of the part itself, or import it by hand.",
        ) from error


def _file_name(address: str) -> str:
    """What comes after the last slash; nothing else of an address may name a file here."""
    return address.partition("?")[0].rpartition("/")[2] or "list"


@contextmanager
def _workplace(lists_dir: Path) -> Iterator[Path]:
    folder = lists_dir / f".update.{os.getpid()}.part"
    try:
        lists_dir.mkdir(parents=True, exist_ok=True)
        clear_leftovers(lists_dir)
        folder.mkdir()
        yield folder
    except OSError as error:
        raise storage_error(folder, error) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
