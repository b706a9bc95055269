"""Killed or out of space at any moment: a packet is sealed or stored whole, or not at all."""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from tests.exchange.authorities import Authority, authority, introduce, tip

from enduse.errors import ExchangeError, StorageError
from enduse.exchange.packets.ledger import Ledger
from enduse.exchange.partners import Partners
from enduse.settings import Settings
from enduse.store import open_store

_SEALING = ("sending.py", "sealed_file.py", "files.py")
_OPENING = ("opening.py", "ledger.py")
_DONE, _REPLAY, _FULL = 0, 3, 4


@pytest.fixture
def sides(tmp_path: Path) -> tuple[Authority, Authority]:
    customs = authority(tmp_path / "customs", "Customs Service")
    ministry = authority(tmp_path / "ministry", "Ministry of Trade")
    introduce(customs, ministry)
    return customs, ministry


def in_child(here: Authority, act: Callable[[Authority], object]) -> int:
    """What became of `act` in a process of its own: an exit status, or minus a signal."""
    child = os.fork()
    if child == 0:
        status = 9
        try:
            # A database is not shared over a fork.
            store = open_store(Settings(workspace=here.folder))
            act(Authority(here.folder, here.identity, Partners(store), Ledger(store)))
            status = _DONE
        except ExchangeError as error:
            status = _REPLAY if "replay" in error.message else 9
        except StorageError:
            status = _FULL
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def killed_at(
    line: int, files: tuple[str, ...], act: Callable[[Authority], object]
) -> Callable[[Authority], object]:
    """`act`, killed before it has run so many lines of the files that write."""

    def acted(here: Authority) -> object:
        left = line

        def trace(frame: FrameType, event: str, _: Any) -> Any:
            nonlocal left
            if not frame.f_code.co_filename.endswith(files):
                return None
            if event == "line":
                left -= 1
                if not left:
                    os.kill(os.getpid(), signal.SIGKILL)
            return trace

        sys.settrace(trace)
        return act(here)

    return acted


def test_killed_at_any_line_a_packet_is_opened_whole_or_not_at_all(
    sides: tuple[Authority, Authority], tmp_path: Path
) -> None:
    customs, ministry = sides
    for name in ("a.bin", "b.bin"):
        (tmp_path / name).write_bytes(os.urandom(1000))
    body = tip()
    path = customs.seal(ministry, body=body, attach=(tmp_path / "a.bin", tmp_path / "b.bin"))
    whole = [f"{body.msg_id}/{file}" for file in ("attachments/a.bin", "attachments/b.bin")]
    whole.append(f"{body.msg_id}/envelope.json")
    kills, status = 0, -signal.SIGKILL
    line = 1
    while status == -signal.SIGKILL:
        status = in_child(ministry, killed_at(line, _OPENING, lambda here: here.open(path)))
        if ministry.ledger.received(body.msg_id):
            assert ministry.stored() == whole
        kills, line = kills + 1, line + 2
    assert kills > 40
    assert status in (_DONE, _REPLAY)
    assert ministry.stored() == whole
    assert (ministry.inbox / whole[0]).read_bytes() == (tmp_path / "a.bin").read_bytes()
    with pytest.raises(ExchangeError, match="replay"):
        ministry.open(path)


def test_what_a_killed_opening_left_is_replaced(sides: tuple[Authority, Authority]) -> None:
    customs, ministry = sides
    body = tip()
    path = customs.seal(ministry, body=body)
    for left in (ministry.inbox / body.msg_id, ministry.inbox / ".dead.part"):
        left.mkdir(parents=True)
        (left / "half.bin").write_bytes(b"half")
    ministry.open(path)
    assert ministry.stored() == [f"{body.msg_id}/envelope.json"]


def test_killed_at_any_line_a_packet_is_sealed_whole_or_not_at_all(
    sides: tuple[Authority, Authority],
) -> None:
    customs, ministry = sides
    opened, status, line = 0, -signal.SIGKILL, 1
    while status == -signal.SIGKILL:
        body, name = tip(), f"{line}.sealed"

        def seal(here: Authority, body: Any = body, name: str = name) -> Path:
            return here.seal(ministry, body=body, name=name)

        status = in_child(customs, killed_at(line, _SEALING, seal))
        path = customs.folder / "out" / name
        if path.exists():
            assert ministry.open(path).packet.body == body
            opened += 1
        else:
            assert status == -signal.SIGKILL
        line += 3
    assert status == _DONE
    assert opened >= 1
    assert line > 60
    # What was killed may leave gaps in the channel, never two packets in one place.
    assert ministry.open(customs.seal(ministry))


def _with_files_up_to(size: int, act: Callable[[Authority], object]) -> Any:
    def acted(here: Authority) -> object:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        return act(here)

    return acted


def test_on_a_full_disk_nothing_is_sealed_and_no_place_is_taken(
    sides: tuple[Authority, Authority], tmp_path: Path
) -> None:
    customs, ministry = sides
    large = tmp_path / "large.bin"
    large.write_bytes(os.urandom(3 << 20))
    full = _with_files_up_to(2 << 20, lambda here: here.seal(ministry, attach=(large,)))
    assert in_child(customs, full) == _FULL
    assert list((customs.folder / "out").iterdir()) == []
    opened = ministry.open(customs.seal(ministry, attach=(large,)))
    assert opened.packet.channel.sequence == 1


def test_on_a_full_disk_nothing_is_opened(
    sides: tuple[Authority, Authority], tmp_path: Path
) -> None:
    customs, ministry = sides
    large = tmp_path / "large.bin"
    large.write_bytes(os.urandom(3 << 20))
    path = customs.seal(ministry, attach=(large,))
    full = _with_files_up_to(2 << 20, lambda here: here.open(path))
    assert in_child(ministry, full) == _FULL
    assert ministry.stored() == []
    assert list(ministry.inbox.glob(".*.part")) == []
    assert ministry.open(path).attachments[0].read_bytes() == large.read_bytes()
