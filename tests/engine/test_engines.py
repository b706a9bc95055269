"""One suite for every engine: what one answers, each must answer."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from enduse.engine import Engine, open_engine
from enduse.errors import StorageError, UsageError
from enduse.settings import Settings

PARTIES = pa.table({"party_key": [1, 2, 3], "name": ["Ostec", "Остек", "華為"]})


@pytest.fixture(params=["duckdb"])
def engine(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Engine]:
    with open_engine(replace(settings, engine=request.param)) as opened:
        yield opened


def test_a_table_in_memory_is_queried_by_name(engine: Engine) -> None:
    engine.register("parties", PARTIES)
    answer = engine.query("SELECT name FROM parties WHERE party_key > 1 ORDER BY party_key")
    assert answer["name"].to_pylist() == ["Остек", "華為"]


def test_a_file_and_a_folder_of_files_are_tables(engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "it's here"
    folder.mkdir()
    pq.write_table(PARTIES.slice(0, 1), folder / "a.parquet")
    pq.write_table(PARTIES.slice(1), folder / "b.parquet")
    engine.register("one", folder / "a.parquet")
    engine.register("all_of_them", folder)
    assert engine.query("SELECT count(*) AS n FROM one")["n"].to_pylist() == [1]
    assert engine.query("SELECT count(*) AS n FROM all_of_them")["n"].to_pylist() == [3]


@pytest.mark.parametrize("name", ["w[1]x", "w*y", "what?", "it's", "year=2024", "a{b,c}"])
def test_a_path_is_that_path_whatever_its_characters(
    engine: Engine, tmp_path: Path, name: str
) -> None:
    for folder in (name, "w1x", "wzy", "whats"):  # what the name would also match as a pattern
        (tmp_path / folder / "deeper").mkdir(parents=True)
        held = PARTIES if folder == name else PARTIES.slice(0, 1)
        pq.write_table(held, tmp_path / folder / "deeper" / "a.parquet")
    engine.register("of_folder", tmp_path / name)
    engine.register("of_file", tmp_path / name / "deeper" / "a.parquet")
    for table in ("of_folder", "of_file"):
        assert engine.query(f"SELECT * FROM {table}").num_rows == 3
        assert engine.columns(table) == PARTIES.column_names


def test_a_folder_without_a_parquet_file_is_named(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(StorageError, match="empty holds no Parquet file"):
        engine.register("nothing", tmp_path / "empty")


OPENED = """
import os, signal, sys
from pathlib import Path
from enduse.engine import open_engine
from enduse.settings import Settings

engine = open_engine(Settings(workspace=Path(sys.argv[1])))
engine.create("kept", "SELECT 1 AS one")
"""
DIES = "os.kill(os.getpid(), signal.SIGKILL)"
WAITS = "print(flush=True)\ninput()"


def test_what_a_killed_process_left_is_removed_and_what_is_in_use_is_not(
    settings: Settings,
) -> None:
    with open_engine(settings) as living:
        living.create("kept", "SELECT 1 AS one")
        (used,) = settings.workspace.glob(".engine-*")
        dead = subprocess.run(
            [sys.executable, "-c", OPENED + DIES, str(settings.workspace)], check=False
        ).returncode
        assert dead == -signal.SIGKILL
        (left,) = set(settings.workspace.glob(".engine-*")) - {used}
        reused = left.rename(left.with_name(f".engine-{os.getpid()}-left"))  # its number is ours
        with open_engine(settings):
            assert not reused.exists()
            assert used.exists()
            assert len(list(settings.workspace.glob(".engine-*"))) == 2
        assert living.query("SELECT one FROM kept")["one"].to_pylist() == [1]
    assert not list(settings.workspace.glob(".engine-*"))


def test_a_folder_that_another_process_uses_is_left_alone(settings: Settings) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", OPENED + WAITS, str(settings.workspace)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        (used,) = settings.workspace.glob(".engine-*")
        used = used.rename(used.with_name(".engine-999999999-elsewhere"))  # a number not known here
        with open_engine(settings):
            assert used.exists()
        other.kill()
    with open_engine(settings):
        assert not used.exists()


def test_a_created_table_stays_when_its_source_is_dropped(engine: Engine) -> None:
    engine.register("parties", PARTIES)
    engine.create("kept", "SELECT party_key FROM parties")
    engine.drop("parties")
    assert not engine.has("parties")
    assert engine.columns("kept") == ["party_key"]
    assert engine.query("SELECT sum(party_key) AS s FROM kept")["s"].to_pylist() == [6]
    engine.drop("kept")
    engine.drop("kept")
    assert not engine.has("kept")


def test_strings_are_counted_in_characters_not_bytes(engine: Engine) -> None:
    engine.register("parties", PARTIES)
    answer = engine.query("SELECT length(name) AS n FROM parties ORDER BY party_key")
    assert answer["n"].to_pylist() == [5, 5, 2]


def test_write_answers_its_rows_and_leaves_no_part(engine: Engine, tmp_path: Path) -> None:
    engine.register("parties", PARTIES)
    target = tmp_path / "out" / "parties.parquet"
    assert engine.write("SELECT * FROM parties ORDER BY party_key", target) == 3
    assert pq.read_table(target)["name"].to_pylist() == PARTIES["name"].to_pylist()
    assert [p.name for p in target.parent.iterdir()] == ["parties.parquet"]


def upper(batch: pa.RecordBatch) -> pa.RecordBatch:
    return pa.record_batch({"name": [n.as_py().upper() for n in batch["name"]]})


def test_a_kernel_sees_every_row_once(engine: Engine, tmp_path: Path) -> None:
    engine.register("numbers", pa.table({"name": [f"n{i}" for i in range(300_000)]}))
    target = tmp_path / "upper.parquet"
    schema = pa.schema([("name", pa.string())])
    assert engine.map_batches("SELECT name FROM numbers", upper, schema, target) == 300_000
    assert set(pq.read_table(target)["name"].to_pylist()) == {f"N{i}" for i in range(300_000)}


def fails(batch: pa.RecordBatch) -> pa.RecordBatch:
    raise ValueError("no")


def test_a_failing_kernel_leaves_the_old_file(engine: Engine, tmp_path: Path) -> None:
    engine.register("parties", PARTIES)
    target = tmp_path / "kept.parquet"
    engine.write("SELECT 1 AS one", target)
    with pytest.raises(ValueError, match="no"):
        engine.map_batches("SELECT * FROM parties", fails, PARTIES.schema, target)
    assert pq.read_table(target)["one"].to_pylist() == [1]
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_writing_where_nothing_can_be_written_says_so(engine: Engine) -> None:
    with pytest.raises(StorageError, match="could not be written"):
        engine.write("SELECT 1 AS one", Path("/proc/no/such.parquet"))


def test_an_unknown_engine_is_named(settings: Settings) -> None:
    with pytest.raises(UsageError, match="'abacus'"):
        open_engine(replace(settings, engine="abacus"))
