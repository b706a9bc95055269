"""A session whose steps are killed between any two writes, and are simply run again."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine
from tests.exchange.matching_desks import Clock, Pair, pair, reopened

from enduse.exchange import matching
from enduse.exchange.keys import SigningKey
from enduse.exchange.matching import Desk

OURS, THEIRS = [f"SN-{n:05}" for n in range(30)], [f"SN-{n:05}" for n in range(25, 90)]
STEPS = ("request", "approve", "respond", "finish", "ask", "answer", "check")


def step(two: Pair, name: str) -> None:
    """One step of the session, by a process that finds everything on disk."""
    folder = two.folder
    match name:
        case "request":
            matching.request(
                two.client,
                "Taipei Trade Office",
                folder / "ours.csv",
                folder / "request.match",
                families=["A"],
                purpose="serials",
            )
        case "approve":
            for officer in two.officers[:2]:
                matching.approve(two.server, folder / "request.match", officer)
        case "respond":
            matching.respond(
                two.server, folder / "request.match", folder / "theirs.csv", folder / "reply.match"
            )
        case "finish":
            matching.finish(two.client, folder / "reply.match", folder / "hits.csv")
        case "ask":
            line = (folder / "hits.csv").read_text().splitlines()[1].split(",")
            matching.ask_evidence(two.client, line[0], int(line[4]), folder / "ask.match")
        case "answer":
            matching.answer_evidence(two.server, folder / "ask.match", folder / "answer.match")
        case "check":
            matching.check_evidence(two.client, folder / "answer.match", folder / "found.json")


def begun(folder: Path, clock: Clock, officers: list[SigningKey]) -> Pair:
    """Both desks, opened anew in this process."""

    def opened(name: str) -> Desk:
        old = Desk(None, None, folder / name / "matching", clock=clock)  # type: ignore[arg-type]
        return reopened(old)

    return Pair(folder, opened("kyiv"), opened("taipei"), clock, officers)


def in_child(act: Callable[[], None]) -> int:
    """What a process that does this ends with; -9 if it was killed."""
    child = os.fork()
    if child == 0:
        try:
            act()
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def killed_before(write: int, two: Callable[[], Pair], name: str) -> Callable[[], None]:
    """A step in a process that dies as it is about to write for the n-th time."""

    def act() -> None:
        pair = two()
        left = [write]

        def about_to_write(*_: object) -> None:
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)

        replace = Path.replace

        def replacing(self: Path, target: Path) -> Path:
            about_to_write()
            return replace(self, target)

        Path.replace = replacing  # type: ignore[method-assign,assignment]
        event.listen(Engine, "commit", about_to_write)
        step(pair, name)
        about_to_write()

    return act


@pytest.mark.parametrize("name", STEPS)
def test_killed_between_any_two_writes(tmp_path: Path, name: str) -> None:
    made = pair(tmp_path / "made")
    for rows, file in ((OURS, "ours.csv"), (THEIRS, "theirs.csv")):
        shutil.move(made.rows(rows), made.folder / file)
    for before in STEPS[: STEPS.index(name)]:
        step(made, before)
    made.client.store.close()
    made.server.store.close()
    for write in range(40):
        folder = tmp_path / str(write)
        shutil.copytree(made.folder, folder)
        two = begun_at(folder, made)
        ended = in_child(killed_before(write, two, name))
        after = two()
        for later in STEPS[STEPS.index(name) :]:
            step(after, later)
        assert (
            sorted((folder / "hits.csv").read_text().count(f"SN{n:05}") for n in range(25, 30))
            == [1] * 5
        )
        assert matching.quota(after.server, "Kyiv Customs").used == 256
        assert (folder / "found.json").exists()
        assert not [path for path in folder.rglob("*.match") if path.name.startswith(".")] or ended
        if ended == 0:
            assert write > 0
            return
        assert ended == -signal.SIGKILL
    raise AssertionError("the step never came to its end")


def begun_at(folder: Path, made: Pair) -> Callable[[], Pair]:
    return lambda: begun(folder, made.clock, made.officers)
