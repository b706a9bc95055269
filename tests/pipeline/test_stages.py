"""A run's stages: one check at a time in its folder, and what each stage costs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from enduse.errors import UsageError
from enduse.pipeline.run import Run

FACTS = {"inputs": "the same"}


def opened(folder: Path, facts: dict[str, str] = FACTS) -> Run:
    return Run.open(folder, facts, lambda _: None)


def test_the_same_check_does_not_run_twice_at_once(tmp_path: Path) -> None:
    with opened(tmp_path) as run:
        run.stage("read", lambda: {"lines": 3})
        with pytest.raises(UsageError, match="running already") as refused, opened(tmp_path):
            pytest.fail("two checks share a folder")
        assert str(run.folder) in refused.value.message
        assert "Wait" in refused.value.hint
        with opened(tmp_path, {"inputs": "others"}):
            pass
        with pytest.raises(UsageError), opened(tmp_path):  # the refused one let go of nothing
            pytest.fail("two checks share a folder")
    with opened(tmp_path) as after:
        assert after.stage("read", lambda: {"lines": 4})["lines"] == 3


def test_a_run_that_fails_is_let_go(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="no"), opened(tmp_path):
        raise OSError("no")
    with opened(tmp_path):
        pass


HOLDS = """
import sys
from pathlib import Path
from enduse.pipeline.run import Run

with Run.open(Path(sys.argv[1]), {"inputs": "the same"}, print):
    print("held", flush=True)
    input()
"""


def test_a_killed_process_lets_go_of_its_run(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(UsageError, match="running already"), opened(tmp_path):
            pytest.fail("two checks share a folder")
        os.kill(other.pid, signal.SIGKILL)
    with opened(tmp_path):
        pass
