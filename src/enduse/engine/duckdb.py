"""DuckDB in the process: the engine that needs no server."""

from __future__ import annotations

import glob
import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import BinaryIO, Self

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from enduse.engine.files import held_file, storage_error, whole_file
from enduse.engine.protocol import Kernel, Source
from enduse.errors import StorageError
from enduse.settings import Settings


class DuckDBEngine:
    """Tables in a temporary DuckDB database that spills to disk beyond its memory limit."""

    def __init__(self, settings: Settings) -> None:
        self._batch_rows = settings.batch_rows
        self._folder, self._held = _own_folder(settings.workspace)
        with self._errors(settings.workspace):
            self._database = duckdb.connect(
                str(Path(self._folder.name) / "tables.duckdb"),
                config={
                    "threads": settings.thread_count,
                    "memory_limit": f"{settings.memory_limit_mib}MiB",
                    "temp_directory": str(Path(self._folder.name) / "spill"),
                    "preserve_insertion_order": False,
                    "autoinstall_known_extensions": False,
                    "autoload_known_extensions": False,
                },
            )
            self._database.execute("SET TimeZone = 'UTC'")

    def register(self, name: str, source: Source) -> None:
        if isinstance(source, Path):
            files = ", ".join(_literal(file) for file in _parquet_files(source))
            self._run(
                f'CREATE OR REPLACE VIEW "{name}" AS '
                f"SELECT * FROM read_parquet([{files}], hive_partitioning = false)"
            )
        else:
            self._database.register(name, source)

    def create(self, name: str, sql: str) -> None:
        self._run(f'CREATE OR REPLACE TABLE "{name}" AS {sql}')

    def drop(self, name: str) -> None:
        self._run(
            f'DROP VIEW IF EXISTS "{name}"'
            if self._is_view(name)
            else f'DROP TABLE IF EXISTS "{name}"'
        )

    def has(self, name: str) -> bool:
        return bool(self.columns(name))

    def columns(self, name: str) -> Sequence[str]:
        rows = self._database.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = ? "
            "ORDER BY ordinal_position",
            [name],
        ).fetchall()
        return [row[0] for row in rows]

    def query(self, sql: str) -> pa.Table:
        return self._relation(sql).to_arrow_table()

    def stream(self, sql: str) -> pa.RecordBatchReader:
        return self._relation(sql).to_arrow_reader(self._batch_rows)

    def write(self, sql: str, path: Path) -> int:
        with whole_file(path) as part:
            quoted = str(part).replace("'", "''")
            done = self._run(
                f"COPY ({sql}) TO '{quoted}' (FORMAT parquet, COMPRESSION zstd)", target=path
            )
            return int(done.fetchall()[0][0])

    def map_batches(self, sql: str, kernel: Kernel, schema: pa.Schema, path: Path) -> int:
        rows = 0
        with (
            whole_file(path) as part,
            pq.ParquetWriter(part, schema, compression="zstd") as writer,
        ):
            for batch in self.stream(sql):
                answer = kernel(batch)
                rows += answer.num_rows
                writer.write_batch(answer)
        return rows

    def close(self) -> None:
        self._database.close()
        self._folder.cleanup()
        self._held.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _is_view(self, name: str) -> bool:
        rows = self._database.execute(
            "SELECT 1 FROM duckdb_views() WHERE view_name = ?", [name]
        ).fetchall()
        return bool(rows)

    def _relation(self, sql: str) -> duckdb.DuckDBPyRelation:
        with self._errors(None):
            return self._database.sql(sql)

    def _run(self, sql: str, target: Path | None = None) -> duckdb.DuckDBPyConnection:
        with self._errors(target):
            return self._database.execute(sql)

    @contextmanager
    def _errors(self, target: Path | None) -> Iterator[None]:
        try:
            yield
        except duckdb.OutOfMemoryException as error:
            raise StorageError(
                f"The engine ran out of memory or of room to spill: {_first_line(error)}",
                hint="Raise ENDUSE_MEMORY_MIB or free disk space in the workspace.",
            ) from error
        # A commit that finds the disk full is told as a transaction that failed, or as fatal.
        except (duckdb.IOException, duckdb.TransactionException, duckdb.FatalException) as error:
            raise storage_error(target or Path(self._folder.name), error) from error


_PREFIX = ".engine-"
_LOCK = "lock"
_one_at_a_time = threading.Lock()


def _own_folder(workspace: Path) -> tuple[TemporaryDirectory[str], BinaryIO]:
    """A folder for one engine's database and spill, and the file that says it is in use.

    Folders of engines whose process was killed go first: nobody else would ever remove them.
    """
    with _one_at_a_time:
        workspace.mkdir(parents=True, exist_ok=True)
        for left in workspace.glob(f"{_PREFIX}*-*"):
            if _is_left_behind(left):
                shutil.rmtree(left, ignore_errors=True)
        folder = TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-", dir=workspace)
        held = held_file(Path(folder.name) / _LOCK)
    if held is None:
        raise StorageError(
            f"The folder {folder.name} was taken by another process.", hint="Try again."
        )
    return folder, held


def _is_left_behind(folder: Path) -> bool:
    """Whether the process that made an engine's folder is gone.

    The number in the name alone does not tell: in containers that share a workspace every process
    may be number 1. A folder that is in use is held; one that is being made has a living process.
    """
    number = folder.name.removeprefix(_PREFIX).partition("-")[0]
    if not number.isdigit() or (int(number) != os.getpid() and _is_alive(int(number))):
        return False
    try:
        held = held_file(folder / _LOCK)
    except OSError:
        return False
    if held is None:
        return False
    held.close()
    return True


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it is somebody else's
        return True
    return True


def _parquet_files(source: Path) -> list[Path]:
    if not source.is_dir():
        return [source]
    files = sorted(source.rglob("*.parquet"))
    if not files:
        raise StorageError(
            f"The folder {source} holds no Parquet file.",
            hint="Name a Parquet file or a folder that holds some.",
        )
    return files


def _literal(path: Path) -> str:
    """A path as SQL that DuckDB takes for this one file, whatever characters are in it."""
    return "'" + glob.escape(str(path)).replace("'", "''") + "'"


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
