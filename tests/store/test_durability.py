"""What was acknowledged outlives a kill, and what was not is there whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.store.kills import Acknowledge, killed

from enduse.errors import StorageError
from enduse.settings import Settings
from enduse.store import Log, Store, open_store
from enduse.store.entries import CONTENT


def append_and_erase(store: Store, acknowledge: Acknowledge) -> None:
    """Three batches of two entries, then an erasure."""
    log = Log.open(store, "sent")
    for batch in range(3):
        log.append([f"{batch} {part}".encode() for part in range(2)])
        acknowledge("appended")
    log.erase(1)
    acknowledge("erased")


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_kill_before_any_statement_leaves_whole_appends(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgresql_url") if kind == "postgresql" else ""
    before = kills = 0
    for statements in range(60):
        own = Settings(workspace=tmp_path / str(statements), database_url=url)
        was_killed, said = killed(own, statements, append_and_erase)
        store = open_store(own)
        log = Log.open(store, "sent")
        verdict = log.verify()
        assert verdict.fits, f"killed before statement {statements}: {verdict.statement}"
        # On PostgreSQL all turns share one log.
        new = list(log.entries())[before:]
        contents = [entry for entry in new if entry.kind == CONTENT]
        assert len(contents) in {2 * said.count("appended"), 2 * said.count("appended") + 2}
        if "erased" in said:
            assert len(new) == 7
        before = verdict.size if url else 0
        store.close()
        if not was_killed:
            break
        kills += 1
    assert not was_killed
    assert kills > 15


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
