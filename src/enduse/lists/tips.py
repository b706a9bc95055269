"""Lists made of partners' tips: parties, parts and routes to watch, under the sender's terms."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import pyarrow as pa

from enduse.engine.files import storage_error
from enduse.lists.snapshots import Snapshot, check_source_name, held_snapshots
from enduse.model import WATCHED
from enduse.settings import Settings

PREFIX = "tip-"
"""Beginning of the name of every list made of a tip."""

_GOODS = ".goods"
"""Ending of the source of a tip's parts and routes; its list has the name of the parties'."""


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a list may be used.

    Attributes
    ----------
    sender
        Who gave it.
    handling
        What its giver allows, in words: a reader of what came of it must see this.
    not_after
        The last day on which it is used.
    """

    sender: str
    handling: str
    not_after: date


@dataclass(frozen=True, slots=True)
class Watched:
    """What tips name beside parties, and on what terms each tip may be used."""

    goods: pa.Table
    """Parts and routes; schema `enduse.model.WATCHED`."""
    terms: Mapping[str, Terms]
    """Of each list made of a tip."""
    versions: tuple[str, ...]
    """Of the snapshots of parts and routes."""


def watched(settings: Settings, *, today: date | None = None) -> Watched:
    """What every tip names that may still be used.

    Raises
    ------
    StorageError
        If a snapshot is damaged.
    """
    today = today or datetime.now(UTC).date()
    tables = [WATCHED.empty_table()]
    terms: dict[str, Terms] = {}
    versions: list[str] = []
    for snapshot in held_snapshots(settings.lists_dir):
        if snapshot.not_after is None or not snapshot.may_be_used(today):
            continue
        name = snapshot.source.removesuffix(_GOODS)
        terms[name] = Terms(snapshot.sender, snapshot.handling, snapshot.not_after)
        if snapshot.kind == "watched":
            tables.append(_named(name, snapshot))
            versions.append(snapshot.version)
    return Watched(pa.concat_tables(tables), terms, tuple(versions))


def _named(name: str, snapshot: Snapshot) -> pa.Table:
    rows = snapshot.table()
    said = {"list": name, "version": snapshot.version}
    return pa.table(
        [
            pa.repeat(said[field.name], len(rows)).cast(field.type)
            if field.name in said
            else rows[field.name]
            for field in WATCHED
        ],
        schema=WATCHED,
    )


def goods_source(source: str) -> str:
    """The source of the parts and routes of the tip whose parties have this source."""
    return source + _GOODS


def forget_lists(marked: str, settings: Settings) -> bool:
    """Remove every list of a tip with this in its name, and what was made of it; whether any was.

    For what its giver took back: nothing of a list of the authorities is ever removed. Killed
    meanwhile, a list is there whole or not read any more, and the next call removes the rest.

    Raises
    ------
    StorageError
        If a file cannot be removed.
    """
    check_source_name(PREFIX + marked)
    found = sorted(settings.lists_dir.glob(f"{PREFIX}*{marked}*"))
    # Collections and indexes of names that were kept hold what is forgotten.
    made = (".forgotten-*", ".collected", ".names")
    try:
        _remove(settings, made[:1])
        for folder in found:
            folder.rename(folder.with_name(f".forgotten-{folder.name}"))
        _remove(settings, made)
    except OSError as error:
        raise storage_error(settings.lists_dir, error) from error
    return bool(found)


def _remove(settings: Settings, patterns: Sequence[str]) -> None:
    for pattern in patterns:
        for folder in settings.lists_dir.glob(pattern):
            with suppress(FileNotFoundError):
                shutil.rmtree(folder)


def with_terms(snapshot: Snapshot, terms: Terms | None) -> Snapshot:
    """A snapshot that may be used on these terms."""
    if terms is None:
        return snapshot
    return replace(
        snapshot, sender=terms.sender, handling=terms.handling, not_after=terms.not_after
    )
