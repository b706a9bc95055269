"""A log that shows what was done to it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import text

from enduse.errors import UsageError
from enduse.settings import Settings
from enduse.store import Head, Log, Store, database, merkle, open_store
from enduse.store.entries import ERASURE, commit, leaf

ENTRIES = [f"packet {number} went to the partner".encode() for number in range(11)]


@pytest.fixture
def log(store: Store) -> Log:
    """A log of eleven entries."""
    log = Log.open(store, "sent")
    log.append(ENTRIES[:4])
    for entry in ENTRIES[4:]:
        log.append([entry])
    return log


def change(log: Log, statement: str, **values: object) -> None:
    """What an insider with the database does."""
    with log.store.begin() as connection:
        connection.execute(text(statement), values)


def test_what_was_appended_is_there_in_order(log: Log) -> None:
    assert log.append([b"one", b"more"]) == [11, 12]
    assert log.append([]) == []
    entries = list(log.entries())
    assert [entry.content for entry in entries] == [*ENTRIES, b"one", b"more"]
    assert [entry.index for entry in entries] == list(range(13))
    assert log.entry(4) == entries[4]
    assert [entry.index for entry in log.entries(11)] == [11, 12]
    now = datetime.now(UTC)
    assert all(0 <= (now - entry.at).total_seconds() < 600 for entry in entries)


def test_an_entry_that_is_not_there_is_said_so(log: Log) -> None:
    for index in (-1, 11, 2**70):
        with pytest.raises(UsageError, match="has no entry"):
            log.entry(index)
    with pytest.raises(UsageError, match="never had 12 entries"):
        log.inclusion(3, 12)
    with pytest.raises(UsageError, match="has no leaf 5"):
        log.inclusion(5, 5)
    with pytest.raises(UsageError, match="did not grow"):
        log.consistency(9, 8)


def test_every_entry_is_proved_under_every_head(log: Log) -> None:
    leaves = [merkle.leaf_hash(entry.leaf) for entry in log.entries()]
    for size in range(12):
        root = log.root(size)
        assert root == merkle.root_of(leaves[:size])
        for index in range(size):
            assert merkle.includes(leaves[index], index, size, log.inclusion(index, size), root)
        for old in range(size + 1):
            path = log.consistency(old, size)
            assert merkle.extends(old, log.root(old), size, root, path)
    assert log.head().root == log.root(11)


def test_the_leaf_is_what_the_documentation_says(log: Log) -> None:
    entry = log.entry(7)
    assert entry.content is not None
    assert entry.salt is not None
    microseconds = round(entry.at.timestamp() * 1_000_000)
    assert entry.leaf == (
        (7).to_bytes(8, "big") + b"\0" + microseconds.to_bytes(8, "big") + entry.commitment
    )
    assert entry.commitment == commit(entry.salt, entry.content)
    assert len({other.salt for other in log.entries()}) == 11


def test_logs_in_one_store_do_not_mix(store: Store, log: Log) -> None:
    other = Log.open(store, "received")
    assert other.head().size == 0
    assert other.verify().fits
    assert other.append([b"a tip came"]) == [0]
    assert log.head().size == 11


def test_an_act_and_its_entry_happen_together_or_not_at_all(log: Log) -> None:
    def send_and_fail() -> None:
        with log.store.begin() as connection:
            assert log.append([b"sent"], connection=connection) == [11]
            raise ConnectionError

    before = log.head()
    with pytest.raises(ConnectionError):
        send_and_fail()
    assert (log.head().size, log.head().root) == (before.size, before.root)
    assert log.append([b"sent"]) == [11]
    assert log.verify().fits


def test_erasing_destroys_content_and_keeps_every_proof(log: Log) -> None:
    head, path = log.head(), log.inclusion(5, 11)
    assert log.erase(5) == 11
    erased = log.entry(5)
    assert erased.content is None
    assert erased.salt is None
    assert merkle.includes(merkle.leaf_hash(erased.leaf), 5, 11, path, head.root)
    assert log.entry(11).kind == ERASURE
    verdict = log.verify([head])
    assert verdict.fits, verdict.statement
    assert (verdict.size, verdict.erased, verdict.heads) == (12, 1, 1)
    with pytest.raises(UsageError, match="erased already"):
        log.erase(5)
    with pytest.raises(UsageError, match="is an erasure"):
        log.erase(11)
    with pytest.raises(UsageError, match="has no entry 12"):
        log.erase(12)


def test_what_was_erased_is_gone_from_the_files(settings: Settings) -> None:
    store = open_store(settings)
    log = Log.open(store, "sent")
    log.append([b"before", b"the name of a source", b"after"])
    salt = log.entry(1).salt
    assert salt is not None
    log.erase(1)
    found = b"".join(path.read_bytes() for path in settings.workspace.iterdir())
    assert b"the name of a source" not in found
    assert salt not in found
    assert b"before" in found
    store.close()


def test_erasing_does_not_wait_for_who_reads(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_CLEARING_MILLISECONDS", 0)
    store = open_store(settings)
    log = Log.open(store, "sent")
    log.append([b"the name of a source"])
    with store.read() as reading:
        reading.exec_driver_sql("SELECT * FROM log_entries").all()
        log.erase(0)
    store.close()
    assert b"a source" not in (settings.workspace / "cases.sqlite").read_bytes()
    assert not (settings.workspace / "cases.sqlite-wal").exists()


SET = "UPDATE log_entries SET {} WHERE log = 'sent' AND position = 6"

TAMPERED: dict[str, tuple[Callable[[Log], None], int | None]] = {
    "content": (lambda log: change(log, SET.format("content = :v"), v=b"packet 6 never went"), 6),
    "salt": (lambda log: change(log, SET.format("salt = :v"), v=bytes(32)), 6),
    "short salt": (lambda log: change(log, SET.format("salt = :v"), v=b"x"), 6),
    "no salt": (lambda log: change(log, SET.format("salt = NULL")), 6),
    "no content": (lambda log: change(log, SET.format("content = NULL")), 6),
    "commitment": (lambda log: change(log, SET.format("commitment = :v"), v=bytes(32)), 6),
    "time": (lambda log: change(log, SET.format("at = at + 1")), 6),
    "time before 1970": (lambda log: change(log, SET.format("at = -5")), 6),
    "kind": (lambda log: change(log, SET.format("kind = 1")), 6),
    "kind that is none": (lambda log: change(log, SET.format("kind = 300")), 6),
    "own hash": (lambda log: change(log, SET.format("hashes = :v"), v=bytes(32)), 6),
    "no hashes": (lambda log: change(log, SET.format("hashes = :v"), v=b""), 6),
    "unlogged erasure": (lambda log: change(log, SET.format("content = NULL, salt = NULL")), 6),
    "deleted": (lambda log: change(log, "DELETE FROM log_entries WHERE position = 6"), 6),
    "moved": (lambda log: change(log, SET.format("position = 60")), 6),
    "last deleted": (lambda log: change(log, "DELETE FROM log_entries WHERE position >= 9"), 9),
    "all deleted": (lambda log: change(log, "DELETE FROM log_entries"), 0),
    "exchanged": (lambda log: exchange(log, 2, 6), 2),
    "neighbours exchanged": (lambda log: exchange(log, 6, 7), 6),
    "with its commitment": (lambda log: rewrite(log, 6, ("content", "salt", "commitment")), 6),
    "size": (lambda log: change(log, "UPDATE log_trees SET size = 12"), 11),
    "smaller size": (lambda log: change(log, "UPDATE log_trees SET size = 10"), 10),
    "peaks": (lambda log: change(log, "UPDATE log_trees SET peaks = :v", v=bytes(96)), None),
}


@pytest.mark.parametrize("column", ["kind", "at", "salt", "content", "commitment", "hashes"])
@pytest.mark.parametrize("wrong", ["a text", 7, -1, 2**40, 1.5])
def test_a_value_of_another_kind_does_not_fit_either(
    settings: Settings, column: str, wrong: object
) -> None:
    store = open_store(settings)
    log = Log.open(store, "sent")
    log.append(ENTRIES)
    log.erase(2)
    change(log, SET.format(f"{column} = :v"), v=wrong)
    assert log.verify().first_misfit == 6
    change(log, "UPDATE log_entries SET content = :v WHERE position = 11", v=wrong)
    assert log.verify().first_misfit == 2
    store.close()


def exchange(log: Log, one: int, other: int) -> None:
    """Let two entries change places, hashes and all."""
    move = "UPDATE log_entries SET position = :to WHERE position = :at"
    change(log, move, at=one, to=-1)
    change(log, move, at=other, to=one)
    change(log, move, at=-1, to=other)


def rewrite(log: Log, index: int, columns: tuple[str, ...]) -> None:
    """Write an entry anew with everything that it commits to."""
    entry = log.entry(index)
    values: dict[str, Any] = {"content": b"packet 6 never went", "salt": bytes(range(32))}
    values["commitment"] = commit(values["salt"], values["content"])
    values["hashes"] = merkle.leaf_hash(
        leaf(index, entry.kind, entry.microseconds, values["commitment"])
    )
    given = ", ".join(f"{column} = :{column}" for column in columns)
    change(log, SET.format(given), **{column: values[column] for column in columns})


@pytest.mark.parametrize("what", TAMPERED)
def test_the_first_entry_that_does_not_fit_is_named(log: Log, what: str) -> None:
    tamper, first = TAMPERED[what]
    assert log.verify().fits
    tamper(log)
    verdict = log.verify()
    assert not verdict.fits
    assert verdict.first_misfit == first, verdict.statement
    assert first is None or f"{first}" in verdict.statement


def test_the_earlier_of_two_misfits_is_named(log: Log) -> None:
    change(log, "UPDATE log_entries SET content = :v WHERE position = 8", v=b"x")
    change(log, "UPDATE log_entries SET content = NULL, salt = NULL WHERE position = 3")
    assert log.verify().first_misfit == 3


def test_an_entry_rewritten_with_its_own_hash_is_narrowed_down(log: Log) -> None:
    rewrite(log, 6, ("content", "salt", "commitment", "hashes"))
    verdict = log.verify()
    assert verdict.first_misfit == 6, verdict.statement


def test_a_hash_that_an_entry_keeps_of_the_tree_is_told_from_a_changed_entry(log: Log) -> None:
    hashes = log.entry(7).hashes
    change(
        log,
        "UPDATE log_entries SET hashes = :v WHERE position = 7",
        v=hashes[:-1] + bytes([hashes[-1] ^ 1]),
    )
    verdict = log.verify()
    assert verdict.first_misfit == 7
    assert "keeps a hash" in verdict.statement


def rebuilt(log: Log, entries: list[bytes]) -> None:
    """Replace the whole log by one that fits in itself."""
    change(log, "DELETE FROM log_entries")
    change(log, "DELETE FROM log_trees")
    log.append(entries)


def test_history_written_anew_is_caught_by_a_head_that_left(log: Log) -> None:
    heads = [Head(size, log.root(size), datetime.now(UTC)) for size in (3, 8)]
    kept = [entry.content or b"" for entry in log.entries()]
    rebuilt(log, [*kept[:5], b"nothing happened", *kept[6:]])
    # Salts are new, so that even the untouched entries are others.
    assert log.verify().fits
    verdict = log.verify(heads)
    assert not verdict.fits
    assert verdict.first_misfit == 0
    assert "one of 0 to 2" in verdict.statement


def test_last_entries_cut_off_are_caught_by_a_head_that_left(log: Log) -> None:
    head = log.head()
    cut = log.root(7)
    hashes = [merkle.leaf_hash(entry.leaf) for entry in log.entries()]
    peaks: list[bytes] = []
    for size, hashed in enumerate(hashes[:7]):
        merkle.grow(size, peaks, hashed)
    change(log, "DELETE FROM log_entries WHERE position >= 7")
    change(log, "UPDATE log_trees SET size = 7, peaks = :v", v=b"".join(peaks))
    assert log.verify().fits
    assert log.head().root == cut
    verdict = log.verify([head])
    assert verdict.first_misfit == 7
    assert "up to entry 10" in verdict.statement


def test_a_forked_history_is_caught_between_two_heads(log: Log) -> None:
    early = Head(6, log.root(6), datetime.now(UTC))
    late = Head(10, bytes(32), datetime.now(UTC))
    verdict = log.verify([late, early])
    assert verdict.first_misfit == 6
    assert "one of 6 to 9" in verdict.statement


def test_heads_are_kept_as_they_were_signed(log: Log) -> None:
    head = log.head()
    log.keep_head("UA", head, b"countersigned")
    log.keep_head("UA", head, b"countersigned")
    log.append([b"more"])
    (kept,) = log.kept_heads()
    assert (kept.holder, kept.head, kept.document) == ("UA", head, b"countersigned")
    assert log.verify().heads == 1
    rebuilt(log, [b"another past"] * 12)
    assert log.verify().first_misfit == 0


@hypothesis_settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(st.binary(max_size=20), max_size=9), max_size=9))
def test_any_batches_give_the_tree_of_their_entries(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[bytes]]
) -> None:
    store = open_store(Settings(workspace=tmp_path_factory.mktemp("workspace")))
    log = Log.open(store, "sent")
    roots = [log.head()]
    for batch in batches:
        log.append(batch)
        roots.append(log.head())
    assert [entry.content for entry in log.entries()] == [e for batch in batches for e in batch]
    verdict = log.verify(roots)
    assert verdict.fits, verdict.statement
    assert verdict.root == merkle.root_of([merkle.leaf_hash(e.leaf) for e in log.entries()])
    store.close()


APPENDER = """
import sys
from pathlib import Path
from enduse.settings import Settings
from enduse.store import Log, open_store
store = open_store(Settings(workspace=Path(sys.argv[1]), database_url=sys.argv[2]))
log = Log.open(store, "sent")
for number in range(30):
    log.append([f"{sys.argv[3]} {number} {part}".encode() for part in range(number % 3 + 1)])
store.close()
"""


def test_processes_append_side_by_side(place: Settings, tmp_path: Path) -> None:
    # Nobody has made the tables yet: all try at once.
    running = [
        subprocess.Popen(
            [sys.executable, "-c", APPENDER, place.workspace, place.database_url, name],
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in ("one", "two", "three")
    ]
    for process in running:
        _, said = process.communicate()
        assert process.returncode == 0, said
    store = open_store(place)
    log = Log.open(store, "sent")
    verdict = log.verify()
    assert verdict.fits, verdict.statement
    assert verdict.size == 3 * 60
    contents = [(entry.content or b"").decode() for entry in log.entries()]
    for name in ("one", "two", "three"):
        own = [content for content in contents if content.split()[0] == name]
        assert own == [
            f"{name} {number} {part}" for number in range(30) for part in range(number % 3 + 1)
        ]
    store.close()
