"""A process that is killed between two writes."""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Callable

from sqlalchemy import event

from enduse.settings import Settings
from enduse.store import Store, open_store

Acknowledge = Callable[[str], object]


def killed(
    settings: Settings, statements: int, act: Callable[[Store, Acknowledge], None]
) -> tuple[bool, list[str]]:
    """Whether `act` was killed, after so many statements and commits, and what it said before.

    The process is another one; it gets SIGKILL before the next statement or commit is sent to
    the database, and cleans nothing up.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _act(settings, statements, act, writing)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as said:
        words = said.read().splitlines()
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in {0, -signal.SIGKILL}, words
    return code != 0, words


def _act(
    settings: Settings,
    statements: int,
    act: Callable[[Store, Acknowledge], None],
    writing: int,
) -> None:
    left = statements

    def count(*_: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        store = open_store(settings)
        event.listen(store.engine, "before_cursor_execute", count)
        event.listen(store.engine, "commit", count)
        act(store, lambda text: os.write(writing, f"{text}\n".encode()))
        os._exit(0)
    except BaseException:
        os.write(writing, traceback.format_exc().encode())
        os._exit(1)
