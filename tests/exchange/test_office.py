"""What opening a packet does: tips act, rules hold, revocations are answered."""

from __future__ import annotations

import os
import traceback
from datetime import timedelta
from pathlib import Path

import pytest
from tests.exchange.offices import (
    LATER,
    NOW,
    PASSPHRASE,
    Three,
    acquaint,
    body,
    deliver,
    open_office,
    tip,
)

from enduse.errors import ExchangeError
from enduse.exchange import revoking
from enduse.exchange.carriers import FolderMailbox
from enduse.exchange.drafts import draft_consent
from enduse.exchange.identity import root_key
from enduse.exchange.incoming import receipt_content, receive
from enduse.exchange.mailboxes import Mailboxes
from enduse.exchange.mentions import mentioned
from enduse.exchange.office import Office
from enduse.exchange.outgoing import send
from enduse.exchange.packets import Handling, Onward
from enduse.lists import collection, held_snapshots, watched
from enduse.settings import Settings


def test_a_tip_becomes_a_list_under_its_senders_terms(three: Three, tmp_path: Path) -> None:
    ukraine, taiwan, _ = three
    arrived = deliver(ukraine, taiwan, body("tip", tip(ukraine, tmp_path)), tmp_path)
    held = collection(taiwan.settings)
    assert held.listings["name"].to_pylist() == ["Karakum Fotonik Savda", "Severnaya Zvezda"]
    assert held.listings["imo"].to_pylist() == [None, "9074729"]
    [source] = {s.source for s in held.snapshots}
    assert source == f"tip-ukraine-{arrived.letter.msg_id}"
    named = watched(taiwan.settings)
    assert named.goods["part_number"].to_pylist() == ["TMS320F28335PGFA", None]
    assert named.goods["countries"].to_pylist()[1] == ["TW", "TR", "RU"]
    assert "onward: prohibited" in named.terms[source].handling
    assert "2 parties, 1 parts, 1 routes" in arrived.notices[0]


def test_a_tip_is_not_used_after_its_day(three: Three, tmp_path: Path) -> None:
    ukraine, taiwan, _ = three
    handling = Handling("amber", "amber", Onward("prohibited"), NOW + timedelta(days=1))
    deliver(ukraine, taiwan, body("tip", tip(ukraine, tmp_path), handling), tmp_path)
    [last] = {s.not_after for s in held_snapshots(taiwan.settings.lists_dir)}
    assert last == NOW.date()
    after = NOW.date() + timedelta(days=1)
    assert watched(taiwan.settings, today=after).goods.num_rows == 0


def test_what_rests_on_a_tip_is_not_sent_on_where_that_is_prohibited(
    three: Three, tmp_path: Path
) -> None:
    ukraine, taiwan, _ = three
    told = deliver(ukraine, taiwan, body("tip", tip(ukraine, tmp_path)), tmp_path).letter
    finding = {"finding": {"lines": [{"evidence": [{"sources": [f"tip-ukraine-{told.msg_id}"]}]}]}}
    with pytest.raises(
        ExchangeError, match=r"'onward: prohibited'.*may not go to Poland"
    ) as refused:
        send(taiwan, body("finding", finding), ["Poland"], tmp_path / "on.sealed", now=NOW)
    assert told.msg_id in refused.value.message
    assert not (tmp_path / "on.sealed").exists()
    # Its originator may always be told.
    deliver(taiwan, ukraine, body("finding", finding), tmp_path)


def test_an_attachment_that_names_a_tip_is_held_to_its_rules(three: Three, tmp_path: Path) -> None:
    ukraine, taiwan, _ = three
    told = deliver(ukraine, taiwan, body("tip", tip(ukraine, tmp_path)), tmp_path).letter
    report = tmp_path / "report.html"
    report.write_text(f"<p>tip-ukraine-{told.msg_id.upper()}, record 1</p>", "utf-8")
    plain = body("finding", {"finding": "see the report"})
    with pytest.raises(ExchangeError, match="onward: prohibited"):
        send(taiwan, plain, ["Poland"], tmp_path / "on", attachments=[report], now=NOW)


def test_a_consent_lifts_the_rule_for_whom_it_names_until_it_ends(
    three: Three, tmp_path: Path
) -> None:
    ukraine, taiwan, poland = three
    told = deliver(ukraine, taiwan, body("tip", tip(ukraine, tmp_path)), tmp_path).letter
    until = NOW + timedelta(days=10)
    given = draft_consent(ukraine, ukraine.letters.get(told.msg_id), ["Poland"], until)
    deliver(ukraine, taiwan, body("consent", given["content"], in_reply_to=told.msg_id), tmp_path)
    short = Handling("amber", "amber", Onward("prohibited"), until)
    finding = {"finding": f"rests on {told.msg_id}"}
    with pytest.raises(ExchangeError, match="may be used until 2026-11-12"):
        send(taiwan, body("finding", finding), ["Poland"], tmp_path / "long", now=NOW)
    loose = Handling("clear", "amber", Onward("prohibited"), until)
    with pytest.raises(ExchangeError, match="CLEAR is less"):
        send(taiwan, body("finding", finding, loose), ["Poland"], tmp_path / "loose", now=NOW)
    deliver(taiwan, poland, body("finding", finding, short), tmp_path)
    ended = until + timedelta(seconds=1)
    late = body("finding", finding, Handling("amber", "amber", Onward("prohibited"), LATER),
                created_at=ended)  # fmt: skip
    with pytest.raises(ExchangeError, match="the consent given has run out"):
        send(taiwan, late, ["Poland"], tmp_path / "late", now=ended)


def test_a_consent_of_somebody_else_counts_for_nothing(three: Three, tmp_path: Path) -> None:
    ukraine, taiwan, poland = three
    told = deliver(ukraine, taiwan, body("tip", tip(ukraine, tmp_path)), tmp_path).letter
    own = deliver(poland, taiwan, body("tip", tip(poland, tmp_path)), tmp_path).letter
    forged = {
        "packet": told.msg_id,
        "to": [poland.identity.authority_id],
        "not_after": "2027-01-01T00:00:00Z",
    }
    deliver(poland, taiwan, body("consent", {"consent": forged}, in_reply_to=own.msg_id), tmp_path)
    with pytest.raises(ExchangeError, match="onward: prohibited"):
        send(taiwan, body("finding", {"on": told.msg_id}), ["Poland"], tmp_path / "on", now=NOW)


def test_a_revocation_ends_a_tip_and_is_answered_and_cascades(three: Three, tmp_path: Path) -> None:
    ukraine, taiwan, poland = three
    allowed = Onward("allowed", (poland.identity.authority_id,))
    given = body("tip", tip(ukraine, tmp_path), Handling("amber", "amber", allowed, LATER))
    told = deliver(ukraine, taiwan, given, tmp_path).letter
    passed = deliver(taiwan, poland, body("finding", {"on": told.msg_id}), tmp_path).letter

    sealed = revoking.revoke(ukraine, told.msg_id, tmp_path / "r", reason="An error", now=NOW)
    arrived = receive(taiwan, sealed.copies[0].path, NOW)
    assert "enduse exchange comply" in arrived.notices[-1]
    assert taiwan.letters.get(told.msg_id).state == "revoked"
    assert collection(taiwan.settings).listings.num_rows == 0
    [awaited] = ukraine.letters.awaited()
    assert awaited.answer is None

    done = revoking.comply(
        taiwan, arrived.letter.msg_id, tmp_path / "out", answer="purged", now=NOW
    )
    assert taiwan.letters.get(told.msg_id).content is None
    assert not (taiwan.received / told.msg_id).exists()
    receive(ukraine, done.answer.copies[0].path, NOW)
    assert ukraine.letters.awaited()[0].answer == "purged"
    [cascade] = done.passed_on
    receive(poland, cascade.copies[0].path, NOW)
    assert poland.letters.get(passed.msg_id).state == "revoked"
    assert taiwan.log.verify().fits


def test_a_revocation_that_nobody_answers_is_escalated(three: Three, tmp_path: Path) -> None:
    ukraine, taiwan, _ = three
    told = deliver(ukraine, taiwan, body("tip", tip(ukraine, tmp_path)), tmp_path).letter
    revoking.revoke(ukraine, told.msg_id, tmp_path / "r", reason="An error", now=NOW)
    revoking.escalate(ukraine, NOW + revoking.DUE_AFTER - timedelta(seconds=1))
    assert ukraine.letters.awaited()[0].escalated_at is None
    revoking.escalate(ukraine, NOW + revoking.DUE_AFTER)
    assert ukraine.letters.awaited()[0].escalated_at == NOW + revoking.DUE_AFTER


def test_a_receipt_holds_its_reader_to_the_log_that_was_seen(three: Three, tmp_path: Path) -> None:
    ukraine, taiwan, _ = three
    given = body("tip", tip(ukraine, tmp_path), log_head=ukraine.head(NOW))
    told = deliver(ukraine, taiwan, given, tmp_path).letter
    content = receipt_content(taiwan, taiwan.letters.get(told.msg_id), NOW)
    deliver(taiwan, ukraine, body("receipt", content, in_reply_to=told.msg_id), tmp_path)
    [kept] = ukraine.log.kept_heads()
    assert kept.holder == taiwan.identity.authority_id
    assert ukraine.log.verify().fits


def test_a_packet_that_was_stored_and_not_acted_on_is_caught_up_with(
    three: Three, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ukraine, taiwan, _ = three
    path = tmp_path / "tip.sealed"
    send(ukraine, body("tip", tip(ukraine, tmp_path)), ["Taiwan"], path, now=NOW)
    with monkeypatch.context() as killed:
        killed.setattr("enduse.exchange.incoming._enter", _die)
        with pytest.raises(KeyboardInterrupt):
            receive(taiwan, path, NOW)
    assert taiwan.letters.all() == []
    again = Office.open(taiwan.settings, PASSPHRASE, NOW)
    assert [letter.kind for letter in again.letters.all()] == ["tip"]
    assert collection(again.settings).listings.num_rows == 2
    again.close()


def _die(*_: object) -> list[str]:
    raise KeyboardInterrupt


def test_a_refused_packet_is_entered_in_the_log_and_nothing_else_is_kept(
    three: Three, tmp_path: Path
) -> None:
    ukraine, _, poland = three
    path = tmp_path / "tip.sealed"
    send(ukraine, body("tip", tip(ukraine, tmp_path)), ["Taiwan"], path, now=NOW)
    with pytest.raises(ExchangeError):
        receive(poland, path, NOW)
    assert poland.letters.all() == []
    [entry] = poland.log.entries()
    assert b'"event": "refused"' in (entry.content or b"")


def test_ids_of_packets_are_found_wherever_a_text_is_cut_and_whatever_stands_beside() -> None:
    msg_id = "0123456789abcdef" * 2
    for text in (f"see tip-ua-{msg_id}, row 7", f"%20{msg_id.upper()}%3D", rf"\u00ab{msg_id}ab"):
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32"):
            raw = text.encode(encoding)
            for cut in range(len(raw)):
                assert mentioned([raw[:cut], raw[cut:]], {msg_id}) == {msg_id}
    assert mentioned([b"0" * 64], {msg_id}) == set()


def test_a_packet_that_was_stored_is_caught_up_with_though_its_key_was_revoked_since(
    three: Three, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ukraine, taiwan, _ = three
    path = tmp_path / "tip.sealed"
    send(ukraine, body("tip", tip(ukraine, tmp_path)), ["Taiwan"], path, now=NOW)
    with monkeypatch.context() as killed:
        killed.setattr("enduse.exchange.incoming._enter", _die)
        with pytest.raises(KeyboardInterrupt):
            receive(taiwan, path, NOW)
    later = NOW + timedelta(days=1)
    keys = ukraine.settings.workspace / "keys" / "root"
    root = [root_key(keys / f"{number}.key", PASSPHRASE) for number in (1, 2)]
    stolen = ukraine.identity.signing_key("release", NOW).key_id
    public = ukraine.identity.revoke(stolen, "stolen", root, later)
    taiwan.partners.update(public.document, later)
    again = Office.open(taiwan.settings, PASSPHRASE, later)
    assert [letter.kind for letter in again.letters.all()] == ["tip"]
    again.close()


def test_two_who_fetch_at_once_open_each_packet_once(three: Three, tmp_path: Path) -> None:
    ukraine, taiwan, _ = three
    stick = FolderMailbox(tmp_path / "stick")
    Mailboxes(ukraine).set_theirs("Taiwan", Mailboxes(taiwan).ours("Ukraine"))
    for number in range(4):
        path = tmp_path / f"{number}.sealed"
        send(ukraine, body("finding", {"number": number}), ["Taiwan"], path, now=NOW)
        Mailboxes(ukraine).send(stick, path, "Taiwan")
    taiwan.close()
    other = os.fork()
    if other == 0:
        os._exit(_fetch(taiwan.settings, stick))
    assert _fetch(taiwan.settings, stick) == 0
    assert os.waitstatus_to_exitcode(os.waitpid(other, 0)[1]) == 0
    again = Office.open(taiwan.settings, PASSPHRASE, NOW)
    opened = [e for e in again.log.entries() if b'"event": "opened"' in (e.content or b"")]
    assert len(opened) == len(again.letters.all()) == 4
    again.close()


def _fetch(settings: Settings, stick: FolderMailbox) -> int:
    try:
        office = Office.open(settings, PASSPHRASE, NOW)
        refused = [one for one in Mailboxes(office).fetch(stick, NOW) if one.refusal]
        office.close()
    except BaseException:
        traceback.print_exc()
        return 1
    return len(refused)


def test_offices_on_postgresql_do_the_same(tmp_path: Path, postgresql_url: str) -> None:
    ukraine = open_office(tmp_path, "Ukraine")
    taiwan = open_office(tmp_path, "Taiwan", database_url=postgresql_url)
    acquaint(ukraine, taiwan)
    Mailboxes(taiwan).ours("Ukraine")
    Mailboxes(taiwan).set_theirs("Ukraine", "a" * 64)
    given = body("tip", tip(ukraine, tmp_path), log_head=ukraine.head(NOW))
    told = deliver(ukraine, taiwan, given, tmp_path).letter
    answer = body("feedback", {"feedback": "useful \u0000"}, in_reply_to=told.msg_id)
    sent = deliver(taiwan, ukraine, answer, tmp_path).letter
    leave = draft_consent(ukraine, ukraine.letters.get(told.msg_id), ["Taiwan"], LATER)
    deliver(ukraine, taiwan, body("consent", leave["content"], in_reply_to=told.msg_id), tmp_path)
    assert len(taiwan.letters.consents()) == 1
    own = revoking.revoke(taiwan, sent.msg_id, tmp_path / "own", reason="An error", now=NOW)
    revoking.escalate(taiwan, NOW + revoking.DUE_AFTER)
    assert taiwan.letters.awaited()[0].escalated_at == NOW + revoking.DUE_AFTER
    arrived = receive(ukraine, own.copies[0].path, NOW)
    done = revoking.comply(ukraine, arrived.letter.msg_id, tmp_path / "o", answer="purged", now=NOW)
    receive(taiwan, done.answer.copies[0].path, NOW)
    assert taiwan.letters.awaited()[0].answer == "purged"
    taken = revoking.revoke(ukraine, told.msg_id, tmp_path / "r", reason="An error", now=NOW)
    revocation = receive(taiwan, taken.copies[0].path, NOW).letter
    revoking.comply(taiwan, revocation.msg_id, tmp_path / "out", answer="purged", now=NOW)
    again = Office.open(taiwan.settings, PASSPHRASE, NOW)
    assert again.letters.get(told.msg_id).state == "purged"
    assert again.log.verify().fits
    again.close()
