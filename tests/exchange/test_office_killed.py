"""Killed between any two writes, an office says later what it did, and does the rest."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from tests.exchange.offices import LATER, NOW, PASSPHRASE, Three, body, deliver, tip

from enduse.errors import ExchangeError
from enduse.exchange import revoking
from enduse.exchange.incoming import receive
from enduse.exchange.mentions import words_of
from enduse.exchange.office import Office
from enduse.exchange.outgoing import send
from enduse.exchange.packets import Handling, Onward
from enduse.lists import collection
from enduse.settings import Settings

_WRITES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link"}


def killed(settings: Settings, writes: int, act: Callable[[Office], object]) -> bool:
    """Whether `act` was killed in an office of its own process before it had written so often."""
    child = os.fork()
    if child == 0:
        try:
            office = Office.open(settings, PASSPHRASE, NOW)
            left = writes

            def count(*_: object) -> None:
                nonlocal left
                left -= 1
                if left < 0:
                    os.kill(os.getpid(), signal.SIGKILL)

            def asked(_: Any, __: Any, statement: str, *___: Any) -> None:
                if not statement.startswith(("SELECT", "BEGIN")):
                    count()

            event.listen(office.store.engine, "before_cursor_execute", asked)
            event.listen(office.store.engine, "commit", count)
            sys.addaudithook(lambda name, _: count() if name in _WRITES else None)
            act(office)
            os._exit(0)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, -signal.SIGKILL)
    return code != 0


def every_kill(
    office: Office, folder: Path, act: Callable[[Office, Path], object]
) -> Iterator[tuple[Office, Path]]:
    """The office opened after each kill, with the folder that `act` wrote to; last, unkilled."""
    office.close()
    died, writes = True, 0
    while died:
        out = folder / f"killed-{writes}"
        workspace = out / "workspace"
        shutil.copytree(office.settings.workspace, workspace)
        settings = Settings(workspace=workspace, threads=1, memory_limit_mib=256)
        died = killed(settings, writes, lambda one, out=out: act(one, out))  # type: ignore[misc]
        again = Office.open(settings, PASSPHRASE, NOW)
        yield again, out
        assert again.log.verify().fits
        assert [letter for letter in again.letters.all() if letter.state == "begun"] == []
        again.close()
        shutil.rmtree(out)
        writes += 1
    assert writes > 3


def events(office: Office) -> Counter[str]:
    """How often what is said in the log."""
    said = [json.loads(e.content) for e in office.log.entries() if e.kind == 0 and e.content]
    return Counter(entry["event"] for entry in said)


def test_killed_while_opening_a_tip_it_is_acted_on_once(three: Three, tmp_path: Path) -> None:
    ukraine, taiwan, _ = three
    path = tmp_path / "tip.sealed"
    given = body("tip", tip(ukraine, tmp_path), log_head=ukraine.head(NOW))
    send(ukraine, given, ["Taiwan"], path, now=NOW)
    for office, _ in every_kill(taiwan, tmp_path, lambda one, _: receive(one, path, NOW)):
        if office.letters.find(given.msg_id) is None:
            receive(office, path, NOW)
        assert events(office)["opened"] == 1
        assert collection(office.settings).listings.num_rows == 2
        [letter] = office.letters.all()
        assert (letter.state, letter.entry) == ("in force", 0)
        heads = office.store.engine.connect().exec_driver_sql("SELECT count(*) FROM log_heads")
        assert heads.scalar() == 1


def test_killed_while_sealing_what_may_have_left_is_in_the_log(
    three: Three, tmp_path: Path
) -> None:
    ukraine, _, _ = three
    given = body("finding", {"finding": "one"})
    for office, out in every_kill(
        ukraine, tmp_path, lambda one, out: send(one, given, ["Taiwan"], out / "f", now=NOW)
    ):
        said, letter = events(office), office.letters.find(given.msg_id)
        assert said["sealed"] + said["interrupted"] == (letter is not None)
        if (out / "f").exists():
            assert letter is not None
            assert letter.state == "in force"
        else:
            assert said["sealed"] == 0
        following = body("finding", {"finding": "two"})
        send(office, following, ["Taiwan"], out / "two", now=NOW)


def test_killed_while_revoking_it_can_be_done_again_and_nobody_is_forgotten(
    three: Three, tmp_path: Path
) -> None:
    ukraine, taiwan, _ = three
    told = deliver(ukraine, taiwan, body("tip", tip(ukraine, tmp_path)), tmp_path).letter

    def revoke(one: Office, out: Path) -> object:
        return revoking.revoke(one, told.msg_id, out / "r", reason="An error", now=NOW)

    for office, out in every_kill(ukraine, tmp_path, revoke):
        awaited = {one.recipient for one in office.letters.awaited()}
        if (out / "r").exists():
            assert awaited == {taiwan.identity.authority_id}
        if awaited:
            assert office.letters.get(told.msg_id).state == "revoked"
        revoke(office, out)
        last = office.letters.awaited()[-1].msg_id
        with office.store.begin() as connection:
            office.letters.answered(connection, last, taiwan.identity.authority_id, "purged", NOW)
        assert {one.answer for one in office.letters.awaited()} == {"purged"}
        with pytest.raises(ExchangeError, match="is revoked already"):
            revoke(office, out)


def test_killed_while_purging_it_is_done_again_and_nothing_is_left(
    three: Three, tmp_path: Path
) -> None:
    ukraine, taiwan, poland = three
    allowed = Onward("allowed", (poland.identity.authority_id,))
    secret = tmp_path / "secret.txt"
    secret.write_text("Karakum Fotonik Savda", "utf-8")
    given = body("tip", tip(ukraine, tmp_path), Handling("amber", "amber", allowed, LATER))
    told = deliver(ukraine, taiwan, given, tmp_path, attachments=[secret]).letter
    collection(taiwan.settings)
    on = body("finding", {"finding": "Karakum Fotonik Savda", "on": told.msg_id})
    deliver(taiwan, poland, on, tmp_path)
    taken = revoking.revoke(ukraine, told.msg_id, tmp_path / "r", reason="An error", now=NOW)
    revocation = receive(taiwan, taken.copies[0].path, NOW).letter

    def comply(one: Office, out: Path) -> object:
        return revoking.comply(one, revocation.msg_id, out / "out", answer="purged", now=NOW)

    for office, out in every_kill(taiwan, tmp_path, comply):
        comply(office, out)
        assert office.letters.get(told.msg_id).state == "purged"
        assert {one.recipient for one in office.letters.awaited()} == {poland.identity.authority_id}
        left = [
            path
            for path in (out / "workspace").rglob("*")
            if path.is_file() and b"Karakum" in b"".join(words_of(path))
        ]
        assert left == []
