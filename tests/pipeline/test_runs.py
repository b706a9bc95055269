"""A run is named by what went in, survives a kill, and answers the same however it is asked."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pandas
import polars
import pyarrow as pa
import pytest

import enduse
from enduse.pipeline import Options
from enduse.pipeline.run import Run
from enduse.settings import Settings
from tests.pipeline.conftest import CHIPS, Ledger


def some_lines(folder: Path, count: int = 60) -> Path:
    book = Ledger()
    for number in range(count):
        country = ("TR", "KZ", "AE", "RU")[number % 4]
        book.add(f"S{number}", f"2023-0{1 + number % 9}-11", CHIPS,
                 consignee=f"Firm {number % 7}", consignee_country=country)  # fmt: skip
    return book.write(folder / "shipments.csv")


def judged(result: enduse.calls.CheckResult) -> list[tuple[str, float, str]]:
    rows = result.findings.to_pylist()
    return sorted((row["shipment_id"], row["score"], row["action"]) for row in rows)


def test_the_same_question_is_answered_from_what_is_there(
    settings: Settings, tmp_path: Path
) -> None:
    file = some_lines(tmp_path)
    said: list[str] = []
    first = enduse.check(file, settings=settings)
    second = enduse.check(file, settings=settings, progress=said.append)
    assert first.run["run_id"] == second.run["run_id"]
    assert {line for line in said if line.endswith("done before")} == {
        f"{stage}: done before"
        for stage in ("read", "parties", "screen", "goods", "follow", "assess")
    }
    assert judged(first) == judged(second)


def test_another_policy_is_another_run(settings: Settings, tmp_path: Path) -> None:
    from enduse.assess import shipped_text

    file = some_lines(tmp_path)
    policy = tmp_path / "policy.toml"
    lenient = shipped_text().replace("review_bits = 6.0", "review_bits = 29.0")
    policy.write_text(lenient.replace("hold_bits = 10.0", "hold_bits = 30.0"), "utf-8")
    first = enduse.check(file, settings=settings)
    second = enduse.check(file, settings=settings, policy=policy)
    assert first.run["run_id"] != second.run["run_id"]
    assert second.run["counts"]["actions"] == {"hold": 0, "review": 0, "release": 60}
    assert first.run["counts"]["actions"]["hold"] > 0


def test_the_order_of_rows_does_not_matter(settings: Settings, tmp_path: Path) -> None:
    file = some_lines(tmp_path)
    header, *rows = file.read_text("utf-8").splitlines()
    random.Random(3).shuffle(rows)
    shuffled = tmp_path / "shuffled.csv"
    shuffled.write_text("\n".join([header, *rows]) + "\n", "utf-8")
    assert judged(enduse.check(file, settings=settings)) == judged(
        enduse.check(shuffled, settings=settings)
    )


def test_a_table_in_memory_is_judged_as_the_file_is(settings: Settings, tmp_path: Path) -> None:
    file = some_lines(tmp_path)
    expected = judged(enduse.check(file, settings=settings))
    frame = pandas.read_csv(file, dtype=str, keep_default_na=False)
    assert judged(enduse.check(frame, settings=settings)) == expected
    assert judged(enduse.check(polars.from_pandas(frame), settings=settings)) == expected
    assert judged(enduse.check(pa.Table.from_pandas(frame), settings=settings)) == expected


KILLED = """
import os, signal, sys
from pathlib import Path
import enduse
from enduse.settings import Settings

def die(stage):
    if stage == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)

enduse.check(Path(sys.argv[1]), settings=Settings(workspace=Path(sys.argv[2])), progress=die)
"""


@pytest.mark.parametrize("stage", ["parties", "screen", "goods", "follow", "assess: rule 20"])
def test_a_killed_run_resumes_from_its_last_finished_stage(
    settings: Settings, tmp_path: Path, stage: str
) -> None:
    file = some_lines(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(file), str(settings.workspace), stage],
        check=False,
        env=dict(os.environ),
    )
    assert done.returncode == -signal.SIGKILL
    said: list[str] = []
    resumed = enduse.check(file, settings=settings, progress=said.append)
    assert "read: done before" in said
    assert stage in said
    fresh = enduse.check(file, settings=settings, fresh=True)
    assert judged(resumed) == judged(fresh)


def test_nothing_but_the_runs_and_lists_stays_in_the_workspace(
    settings: Settings, tmp_path: Path
) -> None:
    enduse.check(some_lines(tmp_path), settings=settings)
    assert {entry.name for entry in settings.workspace.iterdir()} <= {"runs", "lists"}


def test_what_is_read_adds_up_in_run_json(settings: Settings, tmp_path: Path) -> None:
    file = some_lines(tmp_path, 5)
    file.write_text(file.read_text("utf-8").replace("2023-03-11", "2023-33-11"), "utf-8")
    out = tmp_path / "out"
    enduse.check(file, settings=settings, out=out)
    counts = json.loads((out / "run.json").read_text("utf-8"))["counts"]
    assert counts["read"] == counts["accepted"] + counts["rejected"] == 5
    assert sum(counts["actions"].values()) == counts["accepted"]


def test_options_are_part_of_the_question(settings: Settings, tmp_path: Path) -> None:
    file = some_lines(tmp_path)
    file.write_text(file.read_text("utf-8").replace("consignee,", "buyer,", 1), "utf-8")
    mapped = Options(mapping={"consignee": "buyer"})
    assert enduse.check(file, settings=settings, options=mapped).run["counts"]["accepted"] == 60


def test_a_stage_that_fails_is_not_done(tmp_path: Path) -> None:
    run = Run.open(tmp_path, {"a": 1}, lambda _: None)

    def fails() -> None:
        raise OSError("no")

    with pytest.raises(OSError, match="no"):
        run.stage("read", fails)
    assert run.stage("read", lambda: {"lines": 3})["lines"] == 3
