"""A relay that really runs, and what the commands leave there and fetch."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.cli.exchange_desks import TIP, Desks
from tests.exchange.offices import PASSPHRASE
from tests.exchange.relays import QUICK

from enduse.exchange.relay.credentials import Credential


@contextmanager
def relay(desks: Desks, *admitted: Path) -> Iterator[dict[str, Any]]:
    """A relay in a process of its own; what it said once it listened."""
    folder = desks.folder / "post"
    if not (folder / "keys").exists():
        Credential.create(folder / "keys", "relay", PASSPHRASE, cost=QUICK)
    words = [word for path in admitted for word in ("--admit", str(path))]
    words = ["relay", "--port", "0", "--json", "--workspace", str(folder), *words]
    process = subprocess.Popen(
        [sys.executable, "-m", "enduse", "exchange", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "ENDUSE_PASSPHRASE": PASSPHRASE},
    )
    try:
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            if line == "}\n":
                break
        yield json.loads(said)
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=60)
        assert (process.returncode, rest) == (0, "")
    finally:
        process.kill()
        process.wait()


def certificate(desks: Desks, who: str) -> Path:
    """The certificate by which a relay knows an authority."""
    out = desks.path(f"{who}.crt")
    desks.done(who, "certificate", "--out", out)
    return out


def sealed(desks: Desks, name: str) -> Path:
    """A tip of Ukraine for Taiwan."""
    out, body = desks.path(name), desks.path("tip.json", TIP)
    desks.done("ukraine", "seal", "--to", "Taiwan", "--kind", "tip", "--body", body, "--out", out)
    return out


def test_packets_travel_over_a_relay_that_cannot_read_them(desks: Desks) -> None:
    tip = sealed(desks, "tip.sealed")
    with relay(desks, certificate(desks, "ukraine"), certificate(desks, "taiwan")) as said:
        way = ("--relay", said["url"])
        pinned = ("--relay-certificate", said["certificate"])
        error = desks.refused("ukraine", "send", tip, "--to", "Taiwan", *way)
        assert error["message"] == "The relay's certificate is not pinned."
        sent = desks.done("ukraine", "send", tip, "--to", "Taiwan", *way, *pinned)
        # Left twice, it is there once.
        assert desks.done("ukraine", "send", tip, "--to", "Taiwan", *way) == sent
        fetched = desks.done("taiwan", "fetch", *way, *pinned)["fetched"]
        assert [(one["kind"], one["from"]) for one in fetched] == [("tip", "Ukraine")]
        assert desks.done("taiwan", "fetch", *way) == {"fetched": []}
        # What cannot be opened is told, kept aside, and does not come again.
        desks.done("ukraine", "send", desks.path("tip.json"), "--to", "Taiwan", *way)
        [refused] = desks.done("taiwan", "fetch", *way)["fetched"]
        assert "refused" in refused
        kept = desks.folder / "taiwan" / "exchange" / "refused"
        assert [path.name for path in kept.iterdir()] == [f"{refused['sha256']}.sealed"]
        assert desks.type("taiwan", "fetch", *way).out == "Nothing waits.\n"
    held = b"".join(p.read_bytes() for p in (desks.folder / "post").rglob("*") if p.is_file())
    assert b"Karakum" not in held


def test_another_relay_than_the_pinned_one_is_not_spoken_to(desks: Desks) -> None:
    tip = sealed(desks, "tip.sealed")
    other = Credential.create(desks.folder / "false", "relay", PASSPHRASE, cost=QUICK)
    false = desks.path("false.crt")
    false.write_bytes(other.certificate)
    with relay(desks, certificate(desks, "ukraine")) as said:
        way = ("--relay", said["url"], "--relay-certificate", false)
        error = desks.refused("ukraine", "send", tip, "--to", "Taiwan", *way)
        assert "is not the relay that was pinned" in error["message"]
        assert "Compare the fingerprint" in error["hint"]


def test_a_private_match_travels_as_attachments(desks: Desks) -> None:
    rows = desks.path("rows.csv")
    rows.write_text("kind,value\nserial,SN-4711\n", "utf-8")
    request, out = desks.path("request.match"), desks.path("asked.sealed")
    words = ("--purpose", "Serials from wrecks", "--out", request)
    desks.done("ukraine", "match", "request", "--to", "Taiwan", "--rows", rows, *words)
    body = desks.path("body.json", {"content": {"request": "a private match"}})
    desks.done(
        "ukraine", "seal", "--to", "Taiwan", "--kind", "request", "--body", body,
        "--attach", request, "--out", out,
    )  # fmt: skip
    with relay(desks, certificate(desks, "ukraine"), certificate(desks, "taiwan")) as said:
        way = ("--relay", said["url"], "--relay-certificate", said["certificate"])
        desks.done("ukraine", "send", out, "--to", "Taiwan", *way)
        [fetched] = desks.done("taiwan", "fetch", *way)["fetched"]
    asked = desks.done("taiwan", "match", "approve", fetched["attachments"][0])
    assert (asked["client"], asked["bucket"], asked["missing"]) == ("Ukraine", 256, {"A": 2})


def test_a_stick_carries_what_a_relay_would(desks: Desks) -> None:
    stick = desks.folder / "stick"
    tip = sealed(desks, "tip.sealed")
    # A stick that is not plugged in is not one on which nothing waits.
    assert "is no folder" in desks.refused("taiwan", "fetch", "--folder", stick)["message"]
    desks.done("ukraine", "send", tip, "--to", "Taiwan", "--folder", stick)
    [file] = stick.rglob("*.sealed")
    # Half of a file, as after pulling the stick, is as if it were not there.
    whole = file.read_bytes()
    file.write_bytes(whole[:1000])
    assert desks.done("taiwan", "fetch", "--folder", stick) == {"fetched": []}
    file.write_bytes(whole)
    assert len(desks.done("taiwan", "fetch", "--folder", stick)["fetched"]) == 1
    assert list(stick.rglob("*.sealed")) == []


@pytest.mark.parametrize("way", [(), ("--relay", "https://127.0.0.1:1", "--folder", "stick")])
def test_one_way_is_named(desks: Desks, way: tuple[str, ...]) -> None:
    assert "by which way" in desks.refused("taiwan", "fetch", *way)["message"]


def test_nothing_is_left_for_whom_no_mailbox_is_known(desks: Desks) -> None:
    secret = desks.done("taiwan", "mailbox", "Ukraine")["ours"]
    assert len(secret) == 64
    assert desks.type("taiwan", "mailbox", "Ukraine", "--set", "../../etc").status == 2
    words = desks.done("ukraine", "identity", "--words")
    file = desks.path("ukraine.identity")
    desks.done("ukraine", "identity", "--out", file)
    desks.done("hermit", "init", "--name", "Hermit")
    desks.done("hermit", "pin", file, "--fingerprint", words)
    sent = ("send", desks.path("tip.json", TIP), "--to", "Ukraine", "--folder", desks.path("stick"))
    assert "mailbox of Ukraine is not known" in desks.refused("hermit", *sent)["message"]
