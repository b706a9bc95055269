"""Opening the database of a workspace, and what is said when that fails."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from enduse.errors import StorageError, UsageError
from enduse.settings import Settings
from enduse.store import Store, open_store
from enduse.store import database as database_module
from enduse.store.migrations import apply_steps

CASES = (
    "CREATE TABLE cases (name TEXT PRIMARY KEY, opened INTEGER, share REAL, note BLOB)",
    "INSERT INTO cases (name, opened, share, note) VALUES ('first', 1700000000000000, 0.5, NULL)",
)


def names(store: Store) -> list[str]:
    with store.read() as connection:
        return list(connection.execute(text("SELECT name FROM cases ORDER BY name")).scalars())


def test_a_room_takes_each_step_once(place: Settings) -> None:
    for steps in (CASES[:1], CASES, CASES):
        store = open_store(place)
        store.migrate("cases", steps)
        store.close()
    store = open_store(place)
    assert names(store) == ["first"]
    with store.read() as connection:
        row = connection.execute(text("SELECT opened, share FROM cases")).one()
    assert tuple(row) == (1_700_000_000_000_000, 0.5)
    store.close()


def test_a_workspace_may_have_any_name(tmp_path: Path) -> None:
    workspace = tmp_path / "case #7? 100% ж"
    store = open_store(Settings(workspace=workspace))
    store.migrate("cases", CASES)
    assert (workspace / "cases.sqlite").stat().st_size > 0
    assert [path.name for path in tmp_path.iterdir()] == [workspace.name]
    store.close()


def test_a_room_that_is_up_to_date_waits_for_nobody(store: Store) -> None:
    store.migrate("cases", CASES)
    with store.begin():
        store.migrate("cases", CASES)


def test_who_opens_first_makes_the_tables_and_others_wait(store: Store) -> None:
    other = threading.Thread(target=store.migrate, args=("cases", CASES))
    with store.begin() as connection:
        apply_steps(connection, store.name, "cases", CASES)
        other.start()
        other.join(0.3)
        assert other.is_alive()
    other.join()
    store.migrate("cases", CASES)
    assert names(store) == ["first"]


def test_bytes_come_back_as_they_went(store: Store) -> None:
    store.migrate("cases", CASES)
    with store.begin() as connection:
        connection.execute(text("UPDATE cases SET note = :note"), {"note": bytes(range(256))})
    with store.read() as connection:
        assert connection.execute(text("SELECT note FROM cases")).scalar_one() == bytes(range(256))


def test_steps_that_fail_leave_nothing_behind(store: Store) -> None:
    with pytest.raises(Exception, match="nonsense"):
        store.migrate("cases", (*CASES, "nonsense"))
    store.migrate("cases", CASES)
    assert names(store) == ["first"]


def test_a_database_of_a_newer_enduse_is_left_alone(place: Settings) -> None:
    store = open_store(place)
    store.migrate("cases", CASES)
    with pytest.raises(StorageError, match="newer Enduse") as refused:
        store.migrate("cases", CASES[:1])
    assert "'cases'" in refused.value.message
    assert names(store) == ["first"]
    store.close()


def test_a_transaction_happens_whole_or_not_at_all(store: Store) -> None:
    store.migrate("cases", CASES)
    with pytest.raises(IntegrityError), store.begin() as connection:
        connection.execute(
            text("INSERT INTO cases (name) VALUES (:name)"), [{"name": "second"}, {"name": "first"}]
        )
    assert names(store) == ["first"]


def test_a_snapshot_does_not_see_what_others_write_meanwhile(store: Store) -> None:
    store.migrate("cases", CASES)
    count = text("SELECT count(*) FROM cases")
    with store.read() as reading:
        before = reading.execute(count).scalar_one()
        with store.begin() as writing:
            writing.execute(text("INSERT INTO cases (name) VALUES ('second')"))
        assert reading.execute(count).scalar_one() == before == 1
    assert names(store) == ["first", "second"]


def test_commits_are_synced_and_deletions_overwritten(settings: Settings) -> None:
    store = open_store(settings)
    with store.read() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
        # 2 is FULL: https://sqlite.org/pragma.html#pragma_synchronous
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2
        assert connection.exec_driver_sql("PRAGMA secure_delete").scalar_one() == 1
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
    store.close()


def test_nobody_else_may_read_the_files(settings: Settings) -> None:
    store = open_store(settings)
    store.migrate("cases", CASES)
    for path in settings.workspace.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    store.close()


def test_threads_share_a_store(store: Store) -> None:
    store.migrate("cases", CASES)

    def add(thread: int) -> None:
        for number in range(10):
            with store.begin() as connection:
                connection.execute(
                    text("INSERT INTO cases (name) VALUES (:name)"), {"name": f"{thread}-{number}"}
                )

    threads = [threading.Thread(target=add, args=(thread,)) for thread in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names(store)) == 121


def test_a_file_that_is_no_database_is_said(settings: Settings) -> None:
    settings.workspace.mkdir()
    path = settings.workspace / "cases.sqlite"
    path.write_bytes(b"name,country\nACME,TW\n" * 100)
    with pytest.raises(StorageError, match=r"cases\.sqlite is not a database"):
        open_store(settings)
    assert path.read_bytes().startswith(b"name,country")


def test_a_damaged_database_is_said(settings: Settings) -> None:
    store = open_store(settings)
    store.migrate("cases", CASES)
    with store.begin() as connection:
        for number in range(500):
            connection.execute(
                text("INSERT INTO cases (name, note) VALUES (:n, :b)"),
                {"n": str(number), "b": bytes(500)},
            )
    store.close()
    path = settings.workspace / "cases.sqlite"
    raw = bytearray(path.read_bytes())
    raw[4096 * 3 :] = b"\xff" * (len(raw) - 4096 * 3)
    path.write_bytes(raw)
    store = open_store(settings)
    with pytest.raises(StorageError, match="is damaged"), store.read() as connection:
        connection.execute(text("SELECT name, note FROM cases")).all()
    store.close()


def test_a_locked_database_is_said(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_module, "LOCK_WAIT_SECONDS", 0)
    store = open_store(settings)
    holder = sqlite3.connect(settings.workspace / "cases.sqlite", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="held by another program"), store.begin():
        pass
    holder.execute("COMMIT")
    holder.close()
    store.migrate("cases", CASES)
    store.close()


def test_a_database_that_only_reads_is_said(settings: Settings) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write to everything")
    open_store(settings).close()
    (settings.workspace / "cases.sqlite").chmod(0o400)
    with pytest.raises(StorageError, match="could not be opened"):
        open_store(settings)


@pytest.mark.parametrize(
    "url",
    ["mysql://host/db", "cases.sqlite", "postgresql://", "postgresql://host:port/db", "://", "x y"],
)
def test_an_address_of_no_postgresql_is_refused(settings: Settings, url: str) -> None:
    with pytest.raises(UsageError, match="database_url is not the address") as refused:
        open_store(replace(settings, database_url=url))
    assert "postgresql://user:password@host/database" in refused.value.hint


def test_a_server_out_of_reach_is_said_without_the_password(
    settings: Settings, tmp_path: Path
) -> None:
    url = f"postgresql://officer:s3cret@/cases?host={tmp_path}"
    with pytest.raises(StorageError, match="cannot be reached") as refused:
        open_store(replace(settings, database_url=url))
    assert "s3cret" not in str(refused.value)
    assert "officer" in str(refused.value)


def test_a_database_that_does_not_exist_is_said(settings: Settings, postgresql_url: str) -> None:
    url = postgresql_url.replace("/enduse_", "/other_")
    with pytest.raises(StorageError, match="did not let you in"):
        open_store(replace(settings, database_url=url))


def test_the_address_comes_from_the_environment_and_is_not_shown(tmp_path: Path) -> None:
    given = Settings.load(
        workspace=tmp_path, env={"ENDUSE_DATABASE_URL": "postgresql://a:s3cret@h/d"}
    )
    assert given.database_url == "postgresql://a:s3cret@h/d"
    assert "s3cret" not in repr(given)
