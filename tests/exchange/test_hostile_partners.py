"""What a partner writes stops neither the office nor what others told it."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.exchange.offices import LATER, NOW, PASSPHRASE, Three, body, deliver, forge, tip

from enduse.errors import ExchangeError
from enduse.exchange import revoking
from enduse.exchange.carriers import FolderMailbox
from enduse.exchange.drafts import draft_consent
from enduse.exchange.incoming import receive
from enduse.exchange.mailboxes import Mailboxes
from enduse.exchange.office import Office
from enduse.exchange.outgoing import send
from enduse.exchange.packets import Handling, Onward
from enduse.exchange.packets.stix import creator
from enduse.lists import collection


def identity(office: Office, **said: Any) -> dict[str, Any]:
    """A STIX bundle of an office with one identity."""
    item = {
        "type": "identity",
        "spec_version": "2.1",
        "id": "identity--9a6d4a3e-0000-4000-8000-000000000001",
        "created_by_ref": creator(office.identity.authority_id),
        "created": "2026-11-01T00:00:00.000Z",
        "modified": "2026-11-01T00:00:00.000Z",
        "name": "Firm",
        **said,
    }
    return {"type": "bundle", "id": "bundle--1", "objects": [item]}


@pytest.mark.parametrize(
    "content",
    [
        {"ftm": 5},
        {"ftm": {"id": "1"}},
        {"ftm": [{"id": "1", "schema": "Person", "properties": {"name": [""]}}]},
        {"ftm": [{"id": "../../etc", "schema": "Person", "properties": {"name": ["\x00\x1b[2J"]}}]},
        {"stix": {"name": ""}},
        {"stix": {"name": "\x00‮"}},
        {"stix": {"identity_class": ["organization"]}},
        {"stix": {"extensions": 7}},
        {"stix": {"kind": {}}},
    ],
)
def test_matter_that_nobody_can_read_stops_no_later_command(
    three: Three, tmp_path: Path, content: dict[str, Any]
) -> None:
    ukraine, taiwan, _ = three
    if "stix" in content:
        content = {"stix": identity(ukraine, **content["stix"])}
    told = deliver(ukraine, taiwan, body("tip", content), tmp_path).letter
    again = Office.open(taiwan.settings, PASSPHRASE, NOW)
    assert again.letters.get(told.msg_id).state == "in force"
    collection(again.settings)
    again.close()


@pytest.mark.parametrize(
    "consent",
    [
        7,
        {},
        {"packet": 1, "to": [], "not_after": "2027-01-01T00:00:00Z"},
        {"packet": "a", "to": "Poland", "not_after": "2027-01-01T00:00:00Z"},
        {"packet": "a", "to": [], "not_after": "soon"},
    ],
)
def test_a_consent_that_nobody_can_read_gives_no_leave_and_stops_nothing(
    three: Three, tmp_path: Path, consent: object
) -> None:
    ukraine, taiwan, poland = three
    told = deliver(ukraine, taiwan, body("tip", tip(ukraine, tmp_path)), tmp_path).letter
    given = body("consent", {"consent": consent}, in_reply_to=told.msg_id)
    assert "gives no leave" in forge(ukraine, taiwan, given, tmp_path).notices[-1]
    deliver(taiwan, poland, body("request", {"request": "anything"}), tmp_path)
    with pytest.raises(ExchangeError, match="onward: prohibited"):
        send(taiwan, body("finding", {"on": told.msg_id}), ["Poland"], tmp_path / "on", now=NOW)


def test_what_was_revoked_before_it_arrived_is_never_watched_for(
    three: Three, tmp_path: Path
) -> None:
    ukraine, taiwan, _ = three
    given = body("tip", tip(ukraine, tmp_path))
    send(ukraine, given, ["Taiwan"], tmp_path / "tip", now=NOW)
    taken = revoking.revoke(ukraine, given.msg_id, tmp_path / "r", reason="An error", now=NOW)
    receive(taiwan, taken.copies[0].path, NOW)
    arrived = receive(taiwan, tmp_path / "tip", NOW)
    assert taiwan.letters.get(given.msg_id).state == "revoked"
    assert collection(taiwan.settings).listings.num_rows == 0
    assert "taken back" in arrived.notices[-1]


def test_what_was_corrected_before_it_arrived_is_never_watched_for(
    three: Three, tmp_path: Path
) -> None:
    ukraine, taiwan, _ = three
    given = body("tip", tip(ukraine, tmp_path))
    send(ukraine, given, ["Taiwan"], tmp_path / "tip", now=NOW)
    right = body("correction", {"ftm": [
        {"id": "1", "schema": "Person", "properties": {"name": ["Right Name"]}}
    ]}, supersedes=given.msg_id)  # fmt: skip
    deliver(ukraine, taiwan, right, tmp_path)
    receive(taiwan, tmp_path / "tip", NOW)
    assert taiwan.letters.get(given.msg_id).state == "superseded"
    assert collection(taiwan.settings).listings["name"].to_pylist() == ["Right Name"]


def test_nobody_takes_back_what_somebody_else_told(three: Three, tmp_path: Path) -> None:
    ukraine, taiwan, poland = three
    given = body("tip", tip(ukraine, tmp_path))
    out = tmp_path / "tips"
    send(ukraine, given, ["Taiwan", "Poland"], out, now=NOW)
    # Poland knows the id, and is faster than Ukraine's packet.
    forged = body("revocation", {"revocation": {"packet": given.msg_id}}, supersedes=given.msg_id)
    taken = forge(poland, taiwan, forged, tmp_path).letter
    receive(taiwan, out / f"{taiwan.identity.authority_id}.sealed", NOW)
    assert taiwan.letters.get(given.msg_id).state == "in force"
    with pytest.raises(ExchangeError, match="not its sender's"):
        revoking.comply(taiwan, taken.msg_id, tmp_path / "out", answer="purged", now=NOW)
    assert collection(taiwan.settings).listings.num_rows == 2


def test_leave_to_send_on_is_no_more_than_its_giver_has(three: Three, tmp_path: Path) -> None:
    """Ukraine lets Taiwan tell Poland; Taiwan cannot let Poland tell others."""
    ukraine, taiwan, poland = three
    told = deliver(ukraine, taiwan, body("tip", tip(ukraine, tmp_path)), tmp_path).letter
    given = draft_consent(ukraine, ukraine.letters.get(told.msg_id), ["Poland"], LATER)
    deliver(ukraine, taiwan, body("consent", given["content"], in_reply_to=told.msg_id), tmp_path)
    passed = deliver(taiwan, poland, body("finding", {"on": told.msg_id}), tmp_path).letter
    leave = {
        "packet": passed.msg_id,
        "to": ["e" * 64],
        "not_after": "2027-01-01T00:00:00Z",
    }
    packet = body("consent", {"consent": leave}, in_reply_to=passed.msg_id)
    with pytest.raises(ExchangeError, match="onward: prohibited"):
        send(taiwan, packet, ["Poland"], tmp_path / "leave", now=NOW)


def test_only_its_originator_changes_a_packet(three: Three, tmp_path: Path) -> None:
    ukraine, taiwan, _ = three
    told = deliver(ukraine, taiwan, body("tip", tip(ukraine, tmp_path)), tmp_path).letter
    wrong = body("correction", {"correction": "ours"}, supersedes=told.msg_id)
    with pytest.raises(ExchangeError, match="Ukraine's"):
        send(taiwan, wrong, ["Ukraine"], tmp_path / "wrong", now=NOW)
    assert taiwan.letters.get(told.msg_id).state == "in force"


def test_leave_ends_when_it_is_taken_back_or_its_packet_expires(
    three: Three, tmp_path: Path
) -> None:
    ukraine, taiwan, _ = three
    told = deliver(ukraine, taiwan, body("tip", tip(ukraine, tmp_path)), tmp_path).letter
    given = draft_consent(ukraine, ukraine.letters.get(told.msg_id), ["Poland"], LATER)
    short = Handling("amber", "amber", Onward("prohibited"), NOW + timedelta(days=2))
    for handling in (short, None):
        leave = body("consent", given["content"], handling, in_reply_to=told.msg_id)
        deliver(ukraine, taiwan, leave, tmp_path)
    taken = revoking.revoke(ukraine, leave.msg_id, tmp_path / "r", reason="No more", now=NOW)
    receive(taiwan, taken.copies[0].path, NOW)
    for days in (1, 3):
        now = NOW + timedelta(days=days)
        ends = Handling("amber", "amber", Onward("prohibited"), now + timedelta(hours=1))
        finding = body("finding", {"on": told.msg_id}, ends, created_at=now)
        path = tmp_path / f"on-{days}"
        if days == 1:
            send(taiwan, finding, ["Poland"], path, now=now)
        else:
            with pytest.raises(ExchangeError, match="has run out"):
                send(taiwan, finding, ["Poland"], path, now=now)


@pytest.mark.parametrize("kind", ["revocation", "correction"])
def test_what_its_originator_changed_is_not_sent_on_though_it_was_allowed(
    three: Three, tmp_path: Path, kind: str
) -> None:
    ukraine, taiwan, poland = three
    allowed = Onward("allowed", (poland.identity.authority_id,))
    given = body("tip", tip(ukraine, tmp_path), Handling("amber", "amber", allowed, LATER))
    told = deliver(ukraine, taiwan, given, tmp_path).letter
    deliver(taiwan, poland, body("finding", {"on": told.msg_id}), tmp_path)
    if kind == "revocation":
        taken = revoking.revoke(ukraine, told.msg_id, tmp_path / "r", reason="No more", now=NOW)
        receive(taiwan, taken.copies[0].path, NOW)
    else:
        right = body("correction", {"correction": "other words"}, supersedes=told.msg_id)
        deliver(ukraine, taiwan, right, tmp_path)
    with pytest.raises(ExchangeError, match="may not be sent on any more"):
        send(taiwan, body("finding", {"on": told.msg_id}), ["Poland"], tmp_path / "on", now=NOW)


@pytest.fixture
def carried(three: Three, tmp_path: Path) -> tuple[Three, FolderMailbox]:
    """A stick between Ukraine and Taiwan."""
    ukraine, taiwan, _ = three
    Mailboxes(ukraine).set_theirs("Taiwan", Mailboxes(taiwan).ours("Ukraine"))
    return three, FolderMailbox(tmp_path / "stick")


def test_what_was_fetched_before_leaves_no_second_copy(
    carried: tuple[Three, FolderMailbox], tmp_path: Path
) -> None:
    (ukraine, taiwan, _), stick = carried
    path = tmp_path / "tip.sealed"
    send(ukraine, body("tip", tip(ukraine, tmp_path)), ["Taiwan"], path, now=NOW)
    for _ in range(2):
        Mailboxes(ukraine).send(stick, path, "Taiwan")
        [fetched] = Mailboxes(taiwan).fetch(stick, NOW)
    assert "replay" in fetched.refusal
    assert list(taiwan.settings.workspace.rglob("*.sealed")) == []


def test_what_a_dead_process_fetched_is_opened_though_the_carrier_has_it_no_more(
    carried: tuple[Three, FolderMailbox], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (ukraine, taiwan, _), stick = carried
    path = tmp_path / "tip.sealed"
    send(ukraine, body("tip", tip(ukraine, tmp_path)), ["Taiwan"], path, now=NOW)
    Mailboxes(ukraine).send(stick, path, "Taiwan")

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr("enduse.exchange.mailboxes.receive", die)
        with pytest.raises(KeyboardInterrupt):
            list(Mailboxes(taiwan).fetch(stick, NOW))
    shutil.rmtree(stick.root)
    [fetched] = Mailboxes(taiwan).fetch(stick, NOW)
    assert fetched.arrived is not None
