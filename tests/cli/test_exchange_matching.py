"""Private matching from the command line: officers, quotas, evidence, audits, forgetting."""

from __future__ import annotations

import csv
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from tests.cli.exchange_desks import Desks
from tests.exchange.relays import QUICK

from enduse.exchange.fields import now_utc
from enduse.exchange.keyfiles import Lock, write_key
from enduse.exchange.keys import SigningKey

SECRET = "an officer's own words"


def officer_key(desks: Desks, name: str) -> tuple[Path, Path]:
    """An officer's key under a passphrase of its own, and the file that holds the passphrase."""
    key, secret = desks.path(f"{name}.key"), desks.path(f"{name}.passphrase")
    write_key(key, SigningKey.generate(), "officer", Lock.new(SECRET, QUICK), now_utc())
    secret.write_text(SECRET + "\n", "utf-8")
    return key, secret


def enrol(desks: Desks, name: str) -> tuple[str, ...]:
    """Let an officer of Taiwan approve; answers the options by which the officer does."""
    key, secret = officer_key(desks, name)
    keys = desks.folder / "taiwan" / "keys" / "root"
    desks.done(
        "taiwan", "match", "officer", name, "--key", key, "--officer-passphrase-file", secret,
        "--root", keys / "1.key", "--root", keys / "2.key",
    )  # fmt: skip
    return ("--officer", str(key), "--officer-passphrase-file", str(secret))


def table(desks: Desks, name: str, *rows: str) -> Path:
    """A table of match keys."""
    path = desks.path(name)
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


def request(desks: Desks, *words: str, number: str = "SN-4711") -> tuple[Path, Any]:
    """Ukraine asks for two numbers."""
    out = desks.path("request.match")
    rows = table(
        desks, "wrecks.csv", "kind,value,wreck", f"serial,{number},W-1", "serial,SN-0002,W-2"
    )
    purpose = ("--purpose", "Serials from wrecks")
    asked = desks.done(
        "ukraine", "match", "request", "--to", "Taiwan", "--rows", rows, *purpose, *words,
        "--out", out,
    )  # fmt: skip
    return out, asked


def answered(desks: Desks, *words: str) -> tuple[Any, Any]:
    """A session from request to hits; what its two ends said."""
    asked, _ = request(desks, *words)
    desks.done("taiwan", "match", "quota", "Ukraine", "--grant", 512)
    for name in ("lin", "wu"):
        desks.done("taiwan", "match", "approve", asked, *enrol(desks, name))
    sold = table(desks, "sold.csv", "kind,value,sale", "serial,SN-4711,S-17", "serial,SN-9,S-18")
    reply = desks.path("reply.match")
    given = desks.done("taiwan", "match", "respond", asked, "--rows", sold, "--out", reply)
    return given, desks.done("ukraine", "match", "finish", reply, "--out", desks.path("hits.csv"))


def test_officers_approve_with_passphrases_of_their_own(
    desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, said = request(desks)
    lin, wu = enrol(desks, "lin"), enrol(desks, "wu")
    seen = desks.done("taiwan", "match", "approve", asked)
    assert (seen["client"], seen["purpose"]) == ("Ukraine", "Serials from wrecks")
    assert (seen["session"], seen["missing"]) == (said["session"], {"A": 2})
    assert desks.done("taiwan", "match", "approve", asked, *lin)["missing"] == {"A": 1}
    # The desk's own passphrase opens no officer's key, and one officer is one.
    desks.refused("taiwan", "match", "approve", asked, *wu[:2])
    assert desks.done("taiwan", "match", "approve", asked, *lin)["missing"] == {"A": 1}
    sold = table(desks, "sold.csv", "kind,value", "serial,SN-4711")
    respond = ("match", "respond", asked, "--rows", sold, "--out", desks.path("reply.match"))
    assert "Officers are missing: 1 for family A" in desks.refused("taiwan", *respond)["message"]
    assert desks.done("taiwan", "match", "approve", asked, *wu)["missing"] == {}
    # Without a quota nothing is answered, whoever has approved.
    assert "no quota" in desks.refused("taiwan", *respond)["message"]
    assert not desks.path("reply.match").exists()
    # Who was dismissed has approved nothing that was not answered yet.
    desks.done("taiwan", "match", "officer", "wu", "--dismiss")
    desks.done("taiwan", "match", "quota", "Ukraine", "--grant", 256)
    assert "Officers are missing" in desks.refused("taiwan", *respond)["message"]


def test_an_officer_has_a_key(desks: Desks) -> None:
    said = desks.type("taiwan", "match", "officer", "Lin", "--json")
    assert said.status == 2
    assert said.document["error"]["hint"] == "Name its file with --key."
    key = desks.path("lin.key")
    said = desks.type("taiwan", "match", "officer", "Lin", "--key", key, "--json")
    assert said.status == 2
    assert said.document["error"]["message"] == "Two root keys name an officer."
    assert not key.exists()


def test_quotas_are_shown_for_one_partner_and_for_all(desks: Desks) -> None:
    answered(desks)
    [one] = desks.done("taiwan", "match", "quota", "Ukraine")["quotas"]
    assert (one["keys"], one["used"], one["sessions"]) == (512, 256, 1)
    quotas = desks.done("taiwan", "match", "quota")["quotas"]
    assert {held["partner"]: held["keys"] for held in quotas} == {"Poland": 0, "Ukraine": 512}
    assert "Ukraine: 256 of 512 keys used" in desks.type("taiwan", "match", "quota").out
    assert desks.type("taiwan", "match", "quota", "Ukraine", "--grant", -1).status == 2
    assert desks.type("taiwan", "match", "quota", "Ukraine", "--grant", 10**30).status == 2
    assert desks.type("taiwan", "match", "quota", "--grant", 5).status == 2


def test_a_hit_is_opened_by_both_as_evidence(desks: Desks) -> None:
    _, done = answered(desks)
    [hit] = done["hits"]
    asked, answer, both = (desks.path(n) for n in ("asked.match", "answer.match", "both.json"))
    position = ("--position", hit["position"], "--out", asked)
    key = desks.done("ukraine", "match", "evidence", "ask", done["session"], *position)["key"]
    assert key == "A|serial|SN4711"
    assert desks.done("taiwan", "match", "evidence", "answer", asked, "--out", answer)["key"] == key
    found = desks.done("ukraine", "match", "evidence", "check", answer, "--out", both)
    assert "W-1" in json.dumps(found["ours"])
    assert "S-17" in json.dumps(found["theirs"])
    assert "S-17" in both.read_text("utf-8")
    no_hit = ("--position", (hit["position"] + 1) % 256, "--out", asked)
    desks.refused("ukraine", "match", "evidence", "ask", done["session"], *no_hit)


def test_positions_drawn_by_neither_side_are_opened_for_an_audit(desks: Desks) -> None:
    _, done = answered(desks, "--audit", "4")
    asked, answer = desks.path("audit.match"), desks.path("opened.match")
    desks.done("ukraine", "match", "audit", "ask", done["session"], "--out", asked)
    opened = desks.done("taiwan", "match", "audit", "answer", asked, "--out", answer)["opened"]
    checked = desks.done("ukraine", "match", "audit", "check", answer)
    assert checked["side"] == "server"
    assert len(checked["keys"]) + checked["padding"] == opened == 4
    raw = bytearray(answer.read_bytes())
    raw[-20_000] ^= 1
    answer.write_bytes(raw)
    desks.refused("ukraine", "match", "audit", "check", answer)


def test_a_forgotten_session_leaves_no_key_and_opens_nothing(desks: Desks) -> None:
    given, done = answered(desks)
    session = done["session"]
    assert given["session"] == session
    for who, side in (("ukraine", "client"), ("taiwan", "server")):
        [one] = desks.done(who, "match", "sessions")["sessions"]
        assert (one["session"], one["side"], one["keys_kept"]) == (session, side, True)
        removed = desks.done(who, "match", "forget", session)["removed"]
        assert removed != []
        [one] = desks.done(who, "match", "sessions")["sessions"]
        assert (one["state"], one["keys_kept"]) == ("forgotten", False)
        left = b"".join(p.read_bytes() for p in (desks.folder / who).rglob("*") if p.is_file())
        assert b"SN4711" not in left
        database = sqlite3.connect(desks.folder / who / "cases.sqlite")
        assert database.execute("SELECT secret FROM matching_sessions").fetchall() == [(b"",)]
        database.close()
        # Forgetting twice, as after a power cut, is no error.
        assert desks.done(who, "match", "forget", session)["removed"] == []
    out = ("--out", desks.path("out"))
    reply, request_file = desks.path("reply.match"), desks.path("request.match")
    sold = desks.path("sold.csv")
    for who, words in (
        ("ukraine", ["finish", reply, *out]),
        ("ukraine", ["evidence", "ask", session, "--position", 0, *out]),
        ("taiwan", ["respond", request_file, "--rows", sold, *out]),
        ("taiwan", ["approve", request_file]),
    ):
        assert "was forgotten here" in desks.refused(who, "match", *words)["message"]
    desks.refused("ukraine", "match", "forget", "0" * 32)
    # The quota that it has used stays used; the log says that it was forgotten, and fits.
    assert desks.done("taiwan", "match", "quota", "Ukraine")["quotas"][0]["used"] == 256
    steps = desks.done("taiwan", "log", "show", "--log", "matching")["entries"]
    assert steps[-1]["said"]["step"] == "forgotten"
    assert desks.done("taiwan", "log", "verify")["logs"][1]["size"] == len(steps)
    # The same question can be asked anew.
    assert request(desks)[1]["session"] != session


def test_rows_that_give_no_key_are_told(desks: Desks) -> None:
    _, asked = request(desks, number="1")
    assert asked["keys"] == 1
    [rejected] = asked["rejected"]
    assert rejected["row"] == 2
    assert "tells nobody apart" in rejected["reason"]


def test_hits_name_rows_of_the_input(desks: Desks) -> None:
    answered(desks)
    with desks.path("hits.csv").open(newline="", encoding="utf-8") as file:
        [hit] = csv.DictReader(file)
    assert (hit["row"], hit["family"], hit["key"]) == ("2", "A", "A|serial|SN4711")
