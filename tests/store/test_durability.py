"""What was acknowledged outlives a kill, and what was not is there whole or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from enduse.errors import StorageError
from enduse.settings import Settings
from enduse.store import Log, open_store

KILLED_BEFORE_A_STATEMENT = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from enduse.settings import Settings
from enduse.store import Log, open_store
store = open_store(Settings(workspace=Path(sys.argv[1]), database_url=sys.argv[2]))
left = int(sys.argv[3])
def count(*_):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
event.listen(store.engine, "before_cursor_execute", count)
event.listen(store.engine, "commit", count)
log = Log.open(store, "sent")
for batch in range(3):
    log.append([f"{batch} {part}".encode() for part in range(2)])
    print(batch, flush=True)
log.erase(1)
print("erased", flush=True)
"""


def test_a_kill_before_any_statement_leaves_whole_appends(place: Settings, tmp_path: Path) -> None:
    killed = 0
    # Each start of a process takes a third of a second: PostgreSQL's turns are sampled.
    for statements in range(0, 60, 4 if place.database_url else 1):
        own = Settings(
            workspace=tmp_path / str(statements) if not place.database_url else place.workspace,
            database_url=place.database_url,
        )
        given = [str(own.workspace), own.database_url, str(statements)]
        done = subprocess.run(
            [sys.executable, "-c", KILLED_BEFORE_A_STATEMENT, *given],
            capture_output=True,
            text=True,
            check=False,
        )
        store = open_store(own)
        log = Log.open(store, "sent")
        verdict = log.verify()
        assert verdict.fits, f"killed before statement {statements}: {verdict.statement}"
        said = done.stdout.split()
        contents = [entry.content for entry in log.entries() if entry.kind == 0]
        if place.database_url:
            # One log outlives all kills; it only ever grows by whole batches.
            assert len(contents) % 2 == 0
            assert verdict.size >= 2 * len([word for word in said if word.isdigit()])
        else:
            batches = len([word for word in said if word.isdigit()])
            assert len(contents) in {2 * batches, 2 * batches + 2}
            assert ("erased" not in said) or contents[1] is None
        store.close()
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
        killed += 1
    assert done.returncode == 0
    assert killed > (4 if place.database_url else 15)


ACKNOWLEDGING = """
import sys
from pathlib import Path
from enduse.settings import Settings
from enduse.store import Log, open_store
log = Log.open(open_store(Settings(workspace=Path(sys.argv[1]), database_url=sys.argv[2])), "sent")
number = 0
while True:
    (index,) = log.append([str(number).encode()])
    print(index, flush=True)
    number += 1
"""


@pytest.mark.parametrize("acknowledged", [1, 7, 40])
def test_a_kill_amid_appends_loses_nothing_acknowledged(place: Settings, acknowledged: int) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", ACKNOWLEDGING, place.workspace, place.database_url],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for _ in range(acknowledged):
        process.stdout.readline()
    process.kill()
    last = [acknowledged - 1, *(int(line) for line in process.stdout if line.endswith("\n"))][-1]
    process.wait()
    process.stdout.close()
    store = open_store(place)
    log = Log.open(store, "sent")
    verdict = log.verify()
    assert verdict.fits, verdict.statement
    assert last + 1 <= verdict.size <= last + 2
    assert [entry.content for entry in log.entries()] == [
        str(number).encode() for number in range(verdict.size)
    ]
    store.close()


FULL_DISK = """
import resource, sys
from pathlib import Path
from enduse.errors import StorageError
from enduse.settings import Settings
from enduse.store import Log, open_store
store = open_store(Settings(workspace=Path(sys.argv[1])))
log = Log.open(store, "sent")
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
number = 0
try:
    while True:
        log.append([b"x" * 1000])
        number += 1
except StorageError as error:
    print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(number)
assert log.verify().fits
assert log.append([b"there is space again"]) == [number]
"""


def test_a_full_disk_is_said_and_harms_nothing(settings: Settings) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, settings.workspace],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said, number = done.stdout.splitlines()
    assert "the disk is full" in said
    assert "Free some space" in said
    store = open_store(settings)
    log = Log.open(store, "sent")
    assert log.verify().fits
    assert log.head().size == int(number) + 1 > 10
    store.close()


def test_a_database_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "workspace").write_text("a file where the folder should be")
    with pytest.raises(StorageError, match="could not be opened"):
        open_store(Settings(workspace=tmp_path / "workspace"))
    assert os.listdir(tmp_path) == ["workspace"]
