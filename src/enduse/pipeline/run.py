"""A run: one folder, named by what went in, resumed from its last finished stage."""

from __future__ import annotations

import hashlib
import json
import resource
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from enduse.engine.files import held_file, storage_error, whole_file
from enduse.errors import UsageError

Progress = Callable[[str], None]


def digest_of(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_json(path: Path, document: Mapping[str, Any]) -> None:
    """Write one JSON document, whole or not at all."""
    with whole_file(path) as part:
        part.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", "utf-8")


@dataclass(slots=True)
class Run:
    """The folder of a run and the stages that are done in it.

    A stage is done when its note is there; the note is written last, so that a run that was
    killed does its unfinished stage again and keeps the finished ones.

    Do its stages within ``with Run.open(...) as run:``, which keeps others out of the folder.
    """

    folder: Path
    progress: Progress
    notes: dict[str, dict[str, Any]] = field(default_factory=dict)
    _held: BinaryIO | None = field(default=None, init=False, repr=False)

    @classmethod
    def open(cls, runs_dir: Path, facts: Mapping[str, Any], progress: Progress) -> Run:
        """The run of these facts (digests, versions, settings): a new folder or the one begun.

        Raises
        ------
        StorageError
            If the folder cannot be made.
        """
        key = hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()
        folder = runs_dir / key[:16]
        try:
            (folder / "stages").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise storage_error(folder, error) from error
        return cls(folder, progress)

    def __enter__(self) -> Self:
        """Hold the run until the block ends or the process dies.

        Raises
        ------
        UsageError
            If another check holds it: both would write the same files.
        StorageError
            If the folder cannot be written.
        """
        path = self.folder / "lock"
        try:
            self._held = held_file(path)
        except OSError as error:
            raise storage_error(path, error) from error
        if self._held is None:
            raise UsageError(
                f"The same check is running already, in {self.folder}.",
                hint="Wait until it ends; the same question is then answered from what it found.",
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._held is not None:
            self._held.close()
            self._held = None

    @property
    def id(self) -> str:
        """The run's name."""
        return self.folder.name

    def path(self, name: str) -> Path:
        """Where a stage keeps a table."""
        return self.folder / "stages" / name

    def stage(self, name: str, work: Callable[[], Mapping[str, Any] | None]) -> dict[str, Any]:
        """Do a stage unless it is done; answer what it noted, with its seconds.

        ``peak_mib`` is the most memory that the process held up to the stage's end.
        """
        note = self.path(f"{name}.json")
        if note.exists():
            self.progress(f"{name}: done before")
            self.notes[name] = json.loads(note.read_text("utf-8"))
            return self.notes[name]
        self.progress(name)
        began = time.perf_counter()
        said = dict(work() or {})
        said["seconds"] = round(time.perf_counter() - began, 2)
        said["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        write_json(note, said)
        self.notes[name] = said
        return said

    def forget(self) -> None:
        """Forget every finished stage."""
        for note in (self.folder / "stages").glob("*.json"):
            note.unlink()
