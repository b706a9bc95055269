"""The index of names of a workspace's lists, kept beside them from one run to the next."""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from enduse.errors import EnduseError
from enduse.lists import Collection
from enduse.names import NameIndex
from enduse.screen.screener import Screener, index_of
from enduse.settings import Settings

_MOST_KEPT = 3


def kept_screener(collection: Collection, settings: Settings) -> Screener:
    """A screener of the lists of a workspace, whose index of names is kept in it.

    The index is named by all that it is made of, so that lists that changed have another. One that
    is broken, or was written by another version, is built anew; where none can be written, the
    next run builds it again.
    """
    listings, names = collection.listings, collection.names
    folder = settings.lists_dir / ".names" / _key(listings, names)
    try:
        index = NameIndex.open(folder, threads=settings.thread_count)
    except (EnduseError, OSError, EOFError):
        index = index_of(listings, names, settings)
        if len(names):
            _keep(index, folder)
    else:
        with suppress(OSError):
            os.utime(folder)
    return Screener(listings, names, settings, index=index)


def _keep(index: NameIndex, folder: Path) -> None:
    with suppress(EnduseError, OSError):
        index.save(folder)
        held = sorted(folder.parent.glob("[!.]*"), key=os.path.getmtime)
        for older in held[:-_MOST_KEPT]:
            shutil.rmtree(older)


def _key(listings: pa.Table, names: pa.Table) -> str:
    """A digest of every name with its key and kind: all that an index is made of."""
    row = pc.index_in(names["entity_key"], listings["entity_key"].combine_chunks())
    digest = hashlib.sha256()
    for column in (names["entity_key"], names["name"], listings["kind"].take(row)):
        digest.update(repr(column.to_pylist()).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:32]
