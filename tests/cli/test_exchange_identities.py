"""Identities from the command line: keys that change, partners who are believed and not."""

from __future__ import annotations

import os
import pty
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.exchange_desks import TIP, Desks
from tests.exchange.offices import PASSPHRASE


def roots(desks: Desks, who: str, *numbers: int, folder: str = "root") -> list[object]:
    """The options that name root keys."""
    keys = desks.folder / who / "keys" / folder
    return [word for number in numbers for word in ("--root", keys / f"{number}.key")]


def published(desks: Desks, who: str) -> Path:
    """The identity as an authority gives it out."""
    out = desks.path(f"{who}.identity")
    desks.done(who, "identity", "--out", out)
    return out


def test_a_rotated_key_is_used_once_partners_hold_the_newer_identity(desks: Desks) -> None:
    old = published(desks, "ukraine").rename(desks.path("old.identity"))
    words = roots(desks, "ukraine", 1, 3)
    assert desks.done("ukraine", "rotate", "release", *words)["version"] == 2
    body, sealed = desks.path("tip.json", TIP), desks.path("tip.sealed")
    seal = ("seal", "--to", "Taiwan", "--kind", "tip", "--body", body, "--out", sealed)
    desks.done("ukraine", *seal)
    desks.refused("taiwan", "open", sealed)
    # Two root keys of the held version vouch for the next: no words are needed again.
    assert desks.done("taiwan", "pin", published(desks, "ukraine"))["version"] == 2
    assert desks.done("taiwan", "open", sealed)["kind"] == "tip"
    assert "older" in desks.refused("taiwan", "pin", old)["message"]


def test_the_root_is_replaced_by_the_old_and_the_new_threshold(desks: Desks) -> None:
    done = desks.done("ukraine", "rotate", "root", *roots(desks, "ukraine", 1, 2))
    assert done["version"] == 2
    assert desks.done("taiwan", "pin", published(desks, "ukraine"))["version"] == 2
    one_of_each = [*roots(desks, "ukraine", 1), *roots(desks, "ukraine", 1, folder="root-2")]
    error = desks.refused("ukraine", "rotate", "log", *one_of_each)
    assert error["message"] == "1 root keys of Ukraine were given; 2 must sign."
    fresh = roots(desks, "ukraine", 2, 3, folder="root-2")
    assert desks.done("ukraine", "renew", *fresh)["version"] == 3
    assert desks.done("taiwan", "pin", published(desks, "ukraine"))["version"] == 3


def test_nothing_counts_that_a_disowned_key_has_signed(desks: Desks) -> None:
    body, sealed = desks.path("tip.json", TIP), desks.path("tip.sealed")
    seal = ("seal", "--to", "Taiwan", "--kind", "tip", "--body", body, "--out", sealed)
    desks.done("ukraine", *seal)
    keys = desks.done("ukraine", "identity")["keys"]
    [release] = [key["key_id"] for key in keys if key["purpose"] == "release"]
    two = roots(desks, "ukraine", 2, 3)
    desks.done("ukraine", "disown", release, *two, "--reason", "A laptop was stolen")
    keys = desks.done("ukraine", "identity")["keys"]
    assert [key["purpose"] for key in keys if key["disowned"]] == ["release"]
    desks.done("taiwan", "pin", published(desks, "ukraine"))
    desks.refused("taiwan", "open", sealed)


def test_one_root_key_changes_nothing(desks: Desks) -> None:
    before = published(desks, "ukraine").read_bytes()
    error = desks.refused("ukraine", "rotate", "release", *roots(desks, "ukraine", 1))
    assert error["message"] == "1 root keys of Ukraine were given; 2 must sign."
    # The same key twice is one key.
    error = desks.refused("ukraine", "rotate", "release", *roots(desks, "ukraine", 1, 1))
    assert error["message"] == "1 root keys of Ukraine were given; 2 must sign."
    assert published(desks, "ukraine").read_bytes() == before


def test_root_keys_have_a_passphrase_each_or_one_together(desks: Desks) -> None:
    file = desks.path("passphrase")
    file.write_text(PASSPHRASE + "\n", "utf-8")
    words = ["rotate", "log", *roots(desks, "ukraine", 1, 2), "--root-passphrase-file", file]
    said = desks.type("ukraine", *words, "--json")
    assert said.status == 2
    assert "one --root-passphrase-file for each --root" in said.document["error"]["message"]
    desks.done("ukraine", *words, "--root-passphrase-file", file)


def test_another_fingerprint_pins_nobody(desks: Desks) -> None:
    file = published(desks, "ukraine")
    words = desks.done("poland", "identity", "--words")
    before = desks.done("taiwan", "partners")
    desks.refused("taiwan", "pin", file, "--fingerprint", words)
    typing_error = desks.done("ukraine", "identity", "--words").rsplit(" ", 1)[0] + " zoo"
    desks.refused("taiwan", "pin", file, "--fingerprint", typing_error)
    assert desks.done("taiwan", "partners") == before
    desks.refused("taiwan", "pin", desks.path("nothing.identity"), "--fingerprint", words)


def test_a_stranger_is_not_pinned_without_words(desks: Desks, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("a passphrase of its own\n", "utf-8")
    desks.done("atlantis", "init", "--name", "Atlantis", "--passphrase-file", secret)
    error = desks.refused("taiwan", "pin", published(desks, "atlantis"))
    assert error["message"] == "Atlantis is not pinned."
    for path in (desks.folder / "atlantis" / "keys").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    again = desks.refused("atlantis", "init", "--name", "Other", "--passphrase-file", secret)
    assert "atlantis" in again["message"]


def test_a_revoked_partner_is_neither_heard_nor_told(desks: Desks) -> None:
    body, sealed = desks.path("tip.json", TIP), desks.path("tip.sealed")
    seal = ("seal", "--to", "Taiwan", "--kind", "tip", "--body", body, "--out", sealed)
    desks.done("ukraine", *seal)
    rows = desks.done("taiwan", "partners", "--revoke", "Ukraine", "--reason", "Keys were stolen")
    by_name = {row["name"]: row for row in rows["partners"]}
    assert by_name["Ukraine"]["reason"] == "Keys were stolen"
    assert by_name["Poland"]["revoked_at"] is None
    assert "Keys were stolen" in desks.refused("taiwan", "open", sealed)["message"]
    back = ("seal", "--to", "Ukraine", *seal[3:-1], desks.path("back.sealed"))
    assert "Keys were stolen" in desks.refused("taiwan", *back)["message"]
    assert "REVOKED" in desks.type("taiwan", "partners").out
    desks.refused("taiwan", "partners", "--revoke", "Atlantis")
    # Comparing the words anew ends it.
    words = desks.done("ukraine", "identity", "--words")
    desks.done("taiwan", "pin", published(desks, "ukraine"), "--fingerprint", words)
    assert desks.done("taiwan", "open", sealed)["from"] == "Ukraine"


def test_packets_that_did_not_arrive_are_told(desks: Desks) -> None:
    body = desks.path("tip.json", TIP)
    for number in (1, 2, 3):
        out = desks.path(f"{number}.sealed")
        desks.done(
            "ukraine", "seal", "--to", "Taiwan", "--kind", "tip", "--body", body, "--out", out
        )
    opened = desks.done("taiwan", "open", desks.path("3.sealed"))
    assert any("1 to 2" in notice for notice in opened["notices"])
    rows = {row["name"]: row for row in desks.done("taiwan", "partners")["partners"]}
    assert rows["Ukraine"]["not_arrived"] == [1, 2]
    assert "packets sent and not arrived: 1, 2" in desks.type("taiwan", "partners").out


def test_a_wrong_passphrase_opens_nothing_and_is_not_repeated(
    desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENDUSE_PASSPHRASE", "an entirely wrong one")
    error = desks.refused("ukraine", "inbox")
    assert "passphrase" in error["message"]
    assert "entirely wrong" not in str(error)
    # A file that is named counts before the environment.
    file = desks.path("passphrase")
    file.write_text(PASSPHRASE + "\r\nnotes below it\n", "utf-8")
    desks.done("ukraine", "inbox", "--passphrase-file", file)
    for content in (b"", b"\n", b"\xff\xfe"):
        file.write_bytes(content)
        assert desks.type("ukraine", "inbox", "--passphrase-file", file).status == 2


def test_without_a_terminal_nobody_is_asked_for_a_passphrase(desks: Desks) -> None:
    given = {k: v for k, v in os.environ.items() if k != "ENDUSE_PASSPHRASE"}
    done = subprocess.run(
        [sys.executable, "-m", "enduse", "exchange", "inbox", "--workspace", "ukraine"],
        cwd=desks.folder,
        env=given,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("enduse: There is no passphrase. Set ENDUSE_PASSPHRASE")


def test_a_workspace_without_an_identity_says_how_to_make_one(desks: Desks) -> None:
    for words in (["inbox"], ["identity"], ["log", "verify"], ["match", "quota"]):
        error = desks.refused("nobody", *words)
        assert "enduse exchange init" in error["hint"]


def test_the_fingerprint_is_written_as_a_qr_code(desks: Desks) -> None:
    for name in ("words.svg", "words.png"):
        desks.done("ukraine", "identity", "--qr", desks.path(name))
        assert desks.path(name).stat().st_size > 200
    desks.refused("ukraine", "identity", "--qr", desks.path("words.jpg"))


def at_a_terminal(typed: list[str], *words: str) -> tuple[int, str]:
    """A command with somebody at a terminal who answers its prompts, and then gives up."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ.pop("ENDUSE_PASSPHRASE", None)
        os.execv(sys.executable, [sys.executable, "-m", "enduse", "exchange", *words])
    screen, answers = b"", list(typed)
    while True:
        try:
            screen += os.read(terminal, 4096)
        except OSError:
            break
        if screen.rstrip(b" ").endswith(b":"):
            interrupt = b"\x03"
            os.write(terminal, answers.pop(0).encode() + b"\n" if answers else interrupt)
            screen += b"\n"
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    return os.waitstatus_to_exitcode(status), screen.decode()


def test_a_passphrase_is_asked_for_and_not_shown(tmp_path: Path) -> None:
    words = ("init", "--name", "Hermit", "--workspace", str(tmp_path / "hermit"))
    status, screen = at_a_terminal(["nine green bottles", "nine green bottels"] * 2, *words)
    assert status == 130
    assert "do not match" in screen
    assert not (tmp_path / "hermit" / "keys").exists()
    status, screen = at_a_terminal(["nine green bottles"] * 2, *words)
    assert status == 0, screen
    assert "nine green" not in screen
    assert (tmp_path / "hermit" / "keys" / "identity.json").exists()
