"""Segments of an index in a folder: written whole or not at all, mapped and not read."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from enduse.engine.files import storage_error
from enduse.errors import InputError
from enduse.names.letters import Flags
from enduse.names.segment import Segment
from enduse.names.vocabulary import Vocabulary

_FORMAT = 2
"""To be raised when the arrays, the hashes or the normalisation of names change."""

_READ_ONLY = ("vocabulary.letters", "vocabulary.folds")
_NO_ARRAYS = ("vocabulary", "name", "has_kinds")


def write_segments(folder: Path, parts: Sequence[tuple[Segment, Flags]]) -> None:
    """Write segments, and which of their names count, into a folder; an old one is replaced."""
    part = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    old = folder.with_name(f".{folder.name}.{os.getpid()}.old")
    try:
        part.mkdir(parents=True)
        for number, (segment, live) in enumerate(parts):
            _write(part / str(number), segment, live)
        about = {
            "format": _FORMAT,
            "segments": len(parts),
            "has_kinds": [segment.has_kinds for segment, _ in parts],
        }
        (part / "index.json").write_text(json.dumps(about), encoding="utf-8")
        if folder.exists():
            folder.rename(old)
        part.rename(folder)
    except OSError as error:
        raise storage_error(folder, error) from error
    finally:
        for left in (part, old):
            with suppress(OSError):
                shutil.rmtree(left)


def read_segments(folder: Path) -> tuple[list[Segment], list[Flags]]:
    """Map the segments that were written into a folder, and which of their names count.

    Raises
    ------
    InputError
        If there are none, or they were written by another version.
    """
    try:
        about = json.loads((folder / "index.json").read_text(encoding="utf-8"))
        if about["format"] != _FORMAT:
            raise InputError(
                f"The index of names in {folder} was written by another version of Enduse.",
                hint="Build it anew from the names and save it again.",
            )
        numbers = range(about["segments"])
        segments = [_read(folder / str(n), about["has_kinds"][n]) for n in numbers]
        live = [np.load(folder / str(n) / "live.npy") for n in numbers]
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowInvalid) as error:
        raise InputError(
            f"There is no whole index of names in {folder}: {error}.",
            hint="Build it anew from the names and save it again.",
        ) from error
    return segments, live


def _write(folder: Path, segment: Segment, live: Flags) -> None:
    folder.mkdir()
    for name, array in {**_arrays(segment), "live": live}.items():
        np.save(folder / f"{name}.npy", array)
    table = pa.table({"name": segment.name})
    with (
        pa.OSFile(str(folder / "names.arrow"), "wb") as file,
        pa.ipc.new_file(file, table.schema) as to,
    ):
        to.write_table(table)


def _arrays(segment: Segment) -> dict[str, npt.NDArray[np.generic]]:
    own = {f.name: getattr(segment, f.name) for f in fields(Segment) if f.name not in _NO_ARRAYS}
    words = segment.vocabulary
    return own | {f"vocabulary.{f.name}": getattr(words, f.name) for f in fields(Vocabulary)}


def _read(folder: Path, has_kinds: bool) -> Segment:
    def array(name: str) -> Any:
        mapped = np.load(folder / f"{name}.npy", mmap_mode="c")
        # As they are when built: compiled code is made for the very kind of array.
        plain = np.asarray(mapped)
        plain.flags.writeable = name not in _READ_ONLY
        return plain

    words = Vocabulary(**{f.name: array(f"vocabulary.{f.name}") for f in fields(Vocabulary)})
    own = {f.name: array(f.name) for f in fields(Segment) if f.name not in _NO_ARRAYS}
    with pa.memory_map(str(folder / "names.arrow")) as file:
        table = pa.ipc.open_file(file).read_all()
    name = table["name"].combine_chunks()
    return Segment(vocabulary=words, name=name, has_kinds=has_kinds, **own)
