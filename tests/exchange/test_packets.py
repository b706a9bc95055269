"""Packets from one authority to another: what arrives, and all that is refused in one sentence."""

from __future__ import annotations

import io
import json
import os
import random
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.exchange.authorities import (
    NOW,
    PASSPHRASE,
    Authority,
    authority,
    handling,
    introduce,
    tip,
)

from enduse.errors import ExchangeError, StorageError
from enduse.exchange import packets
from enduse.exchange.fields import written_instant
from enduse.exchange.fingerprints import fingerprint
from enduse.exchange.heads import sign_head
from enduse.exchange.packets import Onward, Provenance, canonical, envelope
from enduse.exchange.packets.attachments import check_attachment_name
from enduse.exchange.packets.body import PAYLOAD_TYPE, Packet
from enduse.exchange.packets.sealed_file import write_sealed
from enduse.store import Head

DAY = timedelta(days=1)


@pytest.fixture
def customs(tmp_path: Path) -> Authority:
    return authority(tmp_path / "customs", "Customs Service")


@pytest.fixture
def ministry(tmp_path: Path, customs: Authority) -> Authority:
    ministry = authority(tmp_path / "ministry", "Ministry of Trade")
    introduce(customs, ministry)
    return ministry


def document(sender: Authority, recipient: Authority, **body: Any) -> dict[str, Any]:
    """A packet's body as JSON, for a sender who does not use Enduse and writes what he likes."""
    channel = packets.body.Channel(recipient.identity.authority_id, 1, None)
    packet = Packet(
        tip(**body), sender.identity.authority_id, (channel.to,), channel, attachments=()
    )
    return json.loads(packet.payload())


def sealed_by_hand(
    sender: Authority,
    recipient: Authority,
    payload: bytes,
    *,
    files: bytes = b"",
    signed: bytes | None = None,
) -> Path:
    """A file with any payload, signed and sealed as it should be."""
    key = sender.identity.signing_key("release", NOW)
    if signed is None:
        signed = envelope.sign(PAYLOAD_TYPE, payload, [key])
    content = len(signed).to_bytes(8, "big") + signed + files
    to = recipient.identity.public().delegated("encryption", NOW)
    assert to is not None
    path = sender.folder / f"{os.urandom(8).hex()}.sealed"
    with path.open("wb") as file:
        write_sealed(
            file,
            sender.identity.authority_id,
            recipient.identity.authority_id,
            to.key,
            [(io.BytesIO(content), len(content))],
        )
    return path


def refused(here: Authority, path: Path, why: str, now: Any = NOW) -> None:
    before = here.stored()
    with pytest.raises(ExchangeError, match=why) as error:
        here.open(path, now)
    assert error.value.message.count(". ") == 0, "one sentence"
    assert here.stored() == before
    assert not list(here.inbox.glob(".*.part"))


# What arrives


def test_a_tip_arrives_with_all_that_was_signed(
    customs: Authority, ministry: Authority, tmp_path: Path
) -> None:
    photo = tmp_path / "board photo Плата.jpg"
    photo.write_bytes(os.urandom(3_000_000))
    empty = tmp_path / "empty.txt"
    empty.touch()
    body = tip(
        handling=handling(tlp="amber+strict", onward=Onward("allowed", ("c" * 64,))),
        provenance=(Provenance("us-csl 2026-05-30", "d" * 64),),
        extensions={"case-system": {"number": 7}},
    )
    opened = ministry.open(customs.seal(ministry, body=body, attach=(photo, empty)))
    packet = opened.packet
    assert packet.body == body
    assert packet.sender == customs.identity.authority_id
    assert packet.recipients == (ministry.identity.authority_id,)
    assert packet.channel.sequence == 1
    assert packet.channel.previous is None
    assert opened.partner.identity.name == "Customs Service"
    assert [path.name for path in opened.attachments] == [photo.name, "empty.txt"]
    assert opened.attachments[0].read_bytes() == photo.read_bytes()
    assert opened.notices == ()
    kept = (opened.folder / "envelope.json").read_bytes()
    assert sha256(kept).hexdigest() == opened.digest
    assert all(path.stat().st_mode & 0o077 == 0 for path in opened.folder.rglob("*"))


@pytest.mark.parametrize("kind", packets.body.KINDS)
def test_every_kind_travels(customs: Authority, ministry: Authority, kind: Any) -> None:
    first = tip()
    ministry.open(customs.seal(ministry, body=first, name="first"))
    body = tip(kind=kind, supersedes=first.msg_id, in_reply_to=first.msg_id)
    assert ministry.open(customs.seal(ministry, body=body)).packet.body.kind == kind


def test_a_packet_to_several_is_sealed_to_each_alone(
    customs: Authority, ministry: Authority, tmp_path: Path
) -> None:
    police = authority(tmp_path / "police", "Police")
    introduce(customs, ministry, police)
    customs.seal(ministry, name="earlier")
    folder = customs.seal(ministry, police)
    to_ministry, to_police = (
        folder / f"{one.identity.authority_id}.sealed" for one in (ministry, police)
    )
    refused(police, to_ministry, "sealed to no encryption key that is held here")
    opened = police.open(to_police)
    assert set(opened.packet.recipients) == {
        ministry.identity.authority_id,
        police.identity.authority_id,
    }
    # How much went to the ministry before is none of the police's business.
    assert opened.packet.channel.sequence == 1
    assert ministry.open(to_ministry).packet.channel.sequence == 2
    assert to_ministry.stat().st_size == to_police.stat().st_size


def test_what_is_sealed_shows_nothing_and_lengths_are_buckets(
    customs: Authority, ministry: Authority
) -> None:
    lengths = set()
    for size in (1, 10, 1000, 5000):
        body = tip(content={"text": "Aero Parts LLC " * size})
        path = customs.seal(ministry, body=body, name=str(size))
        raw = path.read_bytes()
        lengths.add(len(raw))
        for word in (b"Aero", b"Customs", bytes.fromhex(customs.identity.authority_id)):
            assert word not in raw
        for text in (customs.identity.authority_id, ministry.identity.authority_id, body.msg_id):
            assert text.encode() not in raw
    assert len(lengths) == 3
    tiny, small = (customs.seal(ministry, name=n, body=tip(content={"n": n})) for n in ("a", "bb"))
    assert tiny.stat().st_size == small.stat().st_size


def test_the_log_head_of_the_sender_is_verified(customs: Authority, ministry: Authority) -> None:
    head = Head(7, bytes(32), NOW)
    signed = sign_head(customs.identity, head, NOW)
    assert ministry.open(customs.seal(ministry, body=tip(log_head=signed))).log_head == head
    forged = sign_head(ministry.identity, head, NOW)
    refused(
        ministry,
        customs.seal(ministry, body=tip(log_head=forged)),
        "log head of Customs Service is not signed by a log key",
    )


# Order


def test_gaps_and_late_packets_are_noticed(customs: Authority, ministry: Authority) -> None:
    paths = [customs.seal(ministry, name=str(number)) for number in range(5)]
    assert ministry.open(paths[0]).notices == ()
    (gap,) = ministry.open(paths[3]).notices
    assert (
        gap == "It is packet 4 of its channel; packets 2 to 3 were sent before it and not arrived."
    )
    assert ministry.ledger.gaps(customs.identity.authority_id) == (range(2, 4),)
    (late,) = ministry.open(paths[1]).notices
    assert late == "It is packet 2 of its channel and came after packet 4."
    assert ministry.ledger.gaps(customs.identity.authority_id) == (range(3, 4),)
    ministry.open(paths[2])
    assert ministry.ledger.gaps(customs.identity.authority_id) == ()
    assert ministry.open(paths[4]).notices == ()


@given(order=st.permutations(range(5)), lost=st.sets(st.integers(0, 4), max_size=3))
@settings(max_examples=12)
def test_in_any_order_each_packet_opens_once_and_the_gaps_are_known(
    tmp_path_factory: pytest.TempPathFactory, order: list[int], lost: set[int]
) -> None:
    folder = tmp_path_factory.mktemp("sides")
    customs, ministry = (authority(folder / name, name) for name in ("customs", "ministry"))
    introduce(customs, ministry)
    paths = [customs.seal(ministry, name=str(number)) for number in range(5)]
    arrived: set[int] = set()
    for number in (*order, *order):
        if number in lost:
            continue
        if number in arrived:
            refused(ministry, paths[number], "is a replay")
            continue
        opened = ministry.open(paths[number])
        assert opened.packet.channel.sequence == number + 1
        behind = bool(arrived) and number < max(arrived)
        ahead = number > max(arrived, default=-1) + 1
        assert len(opened.notices) == (behind or ahead)
        arrived.add(number)
        missing = {place - 1 for gap in ministry.ledger.gaps(opened.packet.sender) for place in gap}
        assert missing == set(range(max(arrived))) - arrived


def test_history_that_was_rewritten_does_not_fit(customs: Authority, ministry: Authority) -> None:
    paths = [customs.seal(ministry, name=str(number)) for number in range(3)]
    for number in (0, 2):
        ministry.open(paths[number])
    second = json.loads(Packet.read(json_payload(customs, ministry)).payload())
    first_digest = ministry.open(paths[1]).packet.channel.previous
    for channel, why in (
        ({"sequence": 2, "previous": first_digest}, "claims place 2 .* which another packet holds"),
        ({"sequence": 4, "previous": "0" * 64}, "does not fit its place 4"),
    ):
        second["channel"] |= channel
        refused(ministry, sealed_by_hand(customs, ministry, canonical.dumps(second)), why)


def json_payload(sender: Authority, recipient: Authority, **body: Any) -> bytes:
    return canonical.dumps(document(sender, recipient, **body))


def test_a_packet_that_precedes_one_it_is_not_linked_to_is_refused(
    customs: Authority, ministry: Authority
) -> None:
    for name in ("1", "2"):
        path = customs.seal(ministry, name=name)
    ministry.open(path)
    other = document(customs, ministry)
    refused(
        ministry,
        sealed_by_hand(customs, ministry, canonical.dumps(other)),
        "does not fit its place 1",
    )


def test_a_team_keeps_partners_and_ledger_in_postgresql(
    tmp_path: Path, postgresql_url: str
) -> None:
    customs = authority(tmp_path / "customs", "Customs Service")
    team = authority(tmp_path / "team", "Team", database_url=postgresql_url)
    introduce(customs, team)
    paths = [customs.seal(team, name=str(number)) for number in range(3)]
    team.open(paths[0])
    refused(team, paths[0], "is a replay")
    assert len(team.open(paths[2]).notices) == 1
    assert team.ledger.gaps(customs.identity.authority_id) == (range(2, 3),)
    assert customs.open(team.seal(customs)).packet.channel.sequence == 1
    unsent = tip()
    with pytest.raises(StorageError):
        team.seal(customs, body=unsent, name="packet.sealed/within a file")
    assert team.ledger.sent_to(unsent.msg_id) == ()
    assert customs.open(team.seal(customs, name="next")).packet.channel.sequence == 2
    newer = customs.identity.renew(customs.root(), NOW)
    assert team.partners.update(newer.document, NOW).identity == newer
    assert team.partners.revoke("customs service", "gone", NOW).revoked_at == NOW


# Refused


def test_a_replay_is_refused(customs: Authority, ministry: Authority) -> None:
    path = customs.seal(ministry)
    ministry.open(path)
    refused(ministry, path, "is a replay: it was opened at 2026-06-01T12:00:00Z")


def test_the_same_body_sealed_anew_is_a_replay(customs: Authority, ministry: Authority) -> None:
    payload = json_payload(customs, ministry)
    signed = envelope.sign(PAYLOAD_TYPE, payload, [customs.identity.signing_key("release", NOW)])
    for number in range(2):
        path = sealed_by_hand(customs, ministry, payload, signed=signed)
        if number:
            refused(ministry, path, "is a replay")
        else:
            ministry.open(path)


def test_a_packet_cannot_be_readdressed(
    customs: Authority, ministry: Authority, tmp_path: Path
) -> None:
    police = authority(tmp_path / "police", "Police")
    introduce(customs, ministry, police)
    opened = ministry.open(customs.seal(ministry))
    signed = (opened.folder / "envelope.json").read_bytes()
    # The ministry seals to the police what customs signed for the ministry: as from customs …
    sender = customs.identity.authority_id
    to = police.identity.public().delegated("encryption", NOW)
    assert to is not None
    content = len(signed).to_bytes(8, "big") + signed
    path = tmp_path / "forwarded.sealed"
    with path.open("wb") as file:
        source = (io.BytesIO(content), len(content))
        write_sealed(file, sender, police.identity.authority_id, to.key, [source])
    refused(police, path, "addressed to another authority")
    # … and as from itself.
    path = sealed_by_hand(ministry, police, b"", signed=signed)
    refused(police, path, "not signed by a release key of Ministry of Trade")


def test_an_unpinned_sender_is_refused(
    customs: Authority, ministry: Authority, tmp_path: Path
) -> None:
    stranger = authority(tmp_path / "stranger", "Stranger")
    public = ministry.identity.public()
    stranger.partners.pin(public.document, fingerprint(public), NOW)
    refused(ministry, stranger.seal(ministry), "from an authority that is not pinned")


def test_a_revoked_sender_and_a_revoked_key_are_refused(
    customs: Authority, ministry: Authority
) -> None:
    path = customs.seal(ministry)
    key = customs.identity.signing_key("release", NOW).key_id
    newer = customs.identity.revoke(key, "laptop stolen", customs.root(), NOW)
    ministry.partners.update(newer.document, NOW)
    refused(ministry, path, "release key that Customs Service revoked on .*: laptop stolen")
    ministry.partners.revoke("Customs Service", "no answer for months", NOW)
    refused(ministry, path, "Customs Service was revoked here on .*: no answer for months")
    with pytest.raises(ExchangeError, match="was revoked here"):
        ministry.seal(customs)


def test_keys_that_are_not_known_or_not_valid_then_are_refused(
    customs: Authority, ministry: Authority
) -> None:
    later = NOW + 10 * DAY
    rotated = customs.identity.rotate("release", customs.root(), later)
    path = customs.seal(ministry, now=later, body=tip(created_at=later))
    refused(ministry, path, "not signed by a release key of Customs Service that is known", later)
    ministry.partners.update(rotated.document, later)
    assert ministry.open(path, later)
    # The new key signs what claims to be older than the key.
    backdated = customs.seal(ministry, now=later, body=tip(created_at=NOW))
    refused(ministry, backdated, "release key that was not valid when it was made", later)


def test_a_log_key_does_not_sign_packets(customs: Authority, ministry: Authority) -> None:
    signed = envelope.sign(
        PAYLOAD_TYPE, json_payload(customs, ministry), [customs.identity.signing_key("log", NOW)]
    )
    path = sealed_by_hand(customs, ministry, b"", signed=signed)
    refused(ministry, path, "not signed by a release key")


def test_clocks_a_year_off(customs: Authority, ministry: Authority) -> None:
    path = customs.seal(ministry)
    refused(ministry, path, "expired at 2026-07-01", NOW + 365 * DAY)
    refused(ministry, path, "from the future: it was made at 2026-06-01", NOW - 365 * DAY)
    for there, year in ((NOW + 365 * DAY, 2027), (NOW - 365 * DAY, 2025)):
        with pytest.raises(ExchangeError, match=f"No encryption key .* is valid at {year}-06-01"):
            customs.seal(ministry, now=there)
    with pytest.raises(ExchangeError, match="would have expired"):
        customs.seal(ministry, now=NOW + 31 * DAY)
    assert ministry.open(path, NOW - timedelta(minutes=9))


def test_a_packet_expires_to_the_second(customs: Authority, ministry: Authority) -> None:
    path = customs.seal(ministry)
    refused(ministry, path, "expired at", NOW + 30 * DAY)
    assert ministry.open(path, NOW + 30 * DAY - timedelta(seconds=1))


def test_an_encryption_key_that_was_destroyed_opens_nothing(
    customs: Authority, ministry: Authority
) -> None:
    path = customs.seal(ministry, body=tip(handling=handling(not_after=NOW + 300 * DAY)))
    later = NOW + 31 * DAY
    ministry.identity.rotate("encryption", ministry.root(), later)
    assert ministry.open(path, later).packet.body.kind == "tip"
    again = customs.seal(ministry, body=tip(handling=handling(not_after=NOW + 300 * DAY)))
    ministry.identity.destroy_outlived(later + 31 * DAY)
    refused(ministry, again, "its key has been destroyed", later + 31 * DAY)


def test_an_overdue_encryption_key_is_not_sealed_to(
    customs: Authority, ministry: Authority
) -> None:
    late = NOW + 63 * DAY
    body = tip(created_at=late, handling=handling(not_after=late + DAY))
    with pytest.raises(ExchangeError, match="No encryption key of Ministry of Trade is valid at"):
        customs.seal(ministry, now=late, body=body)


_CHANGES: list[tuple[str, Callable[[dict[str, Any]], Any], str]] = [
    ("version", lambda d: d.update(format="enduse.packet/2"), "version of the protocol"),
    ("kind", lambda d: d.update(kind="gossip"), "unknown kind, 'gossip'"),
    ("kind type", lambda d: d.update(kind=["tip"]), "unknown kind"),
    ("field", lambda d: d.update(colour="red"), "field 'colour' that is not known"),
    ("missing", lambda d: d.pop("purpose"), "has no field 'purpose'"),
    ("critical", lambda d: d.update(critical=["escrow"]), "critical extension 'escrow'"),
    ("tlp", lambda d: d["handling"].update(tlp="white"), "TLP is 'white'"),
    ("pap", lambda d: d["handling"].update(pap="blue"), "PAP is 'blue'"),
    ("onward", lambda d: d["handling"].update(onward="maybe"), "onward rule is 'maybe'"),
    (
        "red and allowed",
        lambda d: d["handling"].update(tlp="red", onward={"allowed": ["a" * 64]}),
        "TLP:RED is for the recipients alone",
    ),
    ("other sender", lambda d: d.update(sender="e" * 64), "signed as another's"),
    (
        "other channel",
        lambda d: (d["channel"].update(to="e" * 64), d.update(recipients=["e" * 64])),
        "addressed to another authority",
    ),
    ("not among recipients", lambda d: d.update(recipients=["e" * 64]), "do not agree"),
    ("zero", lambda d: d["channel"].update(sequence=0), "field 'sequence'"),
    ("sequence", lambda d: d["channel"].update(sequence=2), "do not agree"),
    ("true", lambda d: d["channel"].update(sequence=True), "field 'sequence'"),
    ("time", lambda d: d.update(created_at="2026-06-01 12:00"), "field 'created_at'"),
    ("no day", lambda d: d.update(created_at="2026-02-30T12:00:00Z"), "field 'created_at'"),
    (
        "expires first",
        lambda d: d["handling"].update(not_after=written_instant(NOW - DAY)),
        "expires before it was made",
    ),
    ("id", lambda d: d.update(msg_id="../../etc/passwd"), "field 'msg_id'"),
    ("itself", lambda d: d.update(supersedes=d["msg_id"]), "refers to itself"),
    ("reply", lambda d: d.update(kind="answer"), "must name what it replies to"),
    ("update", lambda d: d.update(kind="revocation"), "must name the packet that it supersedes"),
    ("purpose", lambda d: d.update(purpose="a\nb"), "field 'purpose'"),
    ("digest", lambda d: d.update(provenance=[{"source": "x", "sha256": "Q"}]), "'sha256'"),
    ("content", lambda d: d.update(content=[1]), "field 'content'"),
    (
        "attachment",
        lambda d: d.update(
            attachments=[
                {"name": "a", "media_type": "text/plain", "size": 1 << 20, "sha256": "a" * 64}
            ]
        ),
        "not the length that its attachments add up to",
    ),
    (
        "huge attachments",
        lambda d: d.update(
            attachments=[
                {"name": n, "media_type": "text/plain", "size": 1 << 30, "sha256": "a" * 64}
                for n in "ab"
            ]
        ),
        "attachments have more than",
    ),
    (
        "one name twice",
        lambda d: d.update(
            attachments=[
                {"name": n, "media_type": "text/plain", "size": 0, "sha256": "a" * 64}
                for n in ("a.txt", "A.TXT")
            ]
        ),
        "Two attachments .* same name",
    ),
]


@pytest.mark.parametrize(("change", "why"), [c[1:] for c in _CHANGES], ids=[c[0] for c in _CHANGES])
def test_what_a_signed_body_may_not_say(
    customs: Authority, ministry: Authority, change: Callable[[dict[str, Any]], Any], why: str
) -> None:
    said = document(customs, ministry)
    change(said)
    refused(ministry, sealed_by_hand(customs, ministry, canonical.dumps(said)), why)


def test_bodies_that_parsers_fall_over(customs: Authority, ministry: Authority) -> None:
    good = json_payload(customs, ministry)
    bombs = {
        good.replace(b'"kind":"tip"', b'"kind":"tip","kind":"tip"'): "names the key 'kind' twice",
        good.replace(b'{"text":', b'{"deep":' + b"[" * 40 + b"]" * 40 + b',"text":'): "deeper",
        b"[" * 2_000_000: "deeper than|not JSON",
        b'{"a":' * 400_000: "deeper than|not JSON",
        good + b" ": "not in canonical form",
        good.replace(b'"tip"', b'"\xff"'): "not UTF-8",
        b"null": "not a JSON object",
        b"": "not JSON",
        b'{"a":"' + b"x" * (4 << 20) + b'"}': "at most 4,194,304",
    }
    for payload, why in bombs.items():
        refused(ministry, sealed_by_hand(customs, ministry, payload), why)


def test_an_envelope_longer_than_the_file_or_the_limit(
    customs: Authority, ministry: Authority
) -> None:
    for length in (1 << 63, 7 << 20):
        path = ministry.folder / "long.sealed"
        to = ministry.identity.public().delegated("encryption", NOW)
        assert to is not None
        content = length.to_bytes(8, "big") + b"x" * 9_000_000
        with path.open("wb") as file:
            write_sealed(
                file,
                customs.identity.authority_id,
                ministry.identity.authority_id,
                to.key,
                [(io.BytesIO(content), len(content))],
            )
        refused(ministry, path, "The envelope has .* bytes; at most")


def test_nothing_within_is_parsed_before_the_signature_is_verified(
    customs: Authority, ministry: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = bytearray(
        envelope.sign(
            PAYLOAD_TYPE,
            json_payload(customs, ministry),
            [customs.identity.signing_key("release", NOW)],
        )
    )
    parsed: list[bytes] = []
    read = Packet.read

    def noted(payload: bytes) -> Packet:
        parsed.append(payload)
        return read(payload)

    monkeypatch.setattr(Packet, "read", staticmethod(noted))
    chance = random.Random(7)
    for _ in range(60):
        bit = chance.randrange(len(signed) * 8)
        altered = bytearray(signed)
        altered[bit // 8] ^= 1 << bit % 8
        refused(ministry, sealed_by_hand(customs, ministry, b"", signed=bytes(altered)), r"\w")
    assert parsed == []


def test_what_is_no_packet_is_refused(ministry: Authority, tmp_path: Path) -> None:
    for name, raw in (("empty", b""), ("text", b"hello" * 5000), ("zip", b"PK\3\4")):
        (tmp_path / name).write_bytes(raw)
        refused(ministry, tmp_path / name, "no sealed packet")
    os.mkfifo(tmp_path / "pipe")
    refused(ministry, tmp_path / "pipe", "no plain file")
    refused(ministry, tmp_path, "no plain file|cannot be read")
    refused(ministry, tmp_path / "absent", "cannot be read: No such file")


# Whose packet it is


def test_only_the_owner_corrects_and_revokes(
    customs: Authority, ministry: Authority, tmp_path: Path
) -> None:
    police = authority(tmp_path / "police", "Police")
    introduce(customs, ministry, police)
    original = ministry.open(customs.seal(ministry)).packet.body.msg_id
    for kind in ("correction", "revocation", "tip"):
        body = tip(kind=kind, supersedes=original)
        refused(ministry, police.seal(ministry, body=body, name=kind), "is not its sender's")
    ours = tip()
    ministry.seal(customs, body=ours)
    body = tip(kind="revocation", supersedes=ours.msg_id)
    refused(ministry, customs.seal(ministry, body=body, name="r"), "is not its sender's")
    assert ministry.open(
        customs.seal(ministry, body=tip(kind="revocation", supersedes=original), name="own")
    )


def test_an_update_of_what_has_not_arrived_is_noticed(
    customs: Authority, ministry: Authority
) -> None:
    first = tip()
    customs.seal(ministry, body=first, name="lost")
    path = customs.seal(ministry, body=tip(kind="revocation", supersedes=first.msg_id))
    supersedes, gap = ministry.open(path).notices
    assert supersedes == f"It supersedes packet {first.msg_id}, which was not opened here."
    assert gap.endswith("packet 1 was sent before it and not arrived.")


def test_a_reply_names_what_was_exchanged_with_its_sender(
    customs: Authority, ministry: Authority, tmp_path: Path
) -> None:
    police = authority(tmp_path / "police", "Police")
    introduce(customs, ministry, police)
    ours = tip()
    customs.open(ministry.seal(customs, body=ours))
    answer = tip(kind="feedback", in_reply_to=ours.msg_id)
    assert ministry.open(customs.seal(ministry, body=answer)).notices == ()
    prying = tip(kind="feedback", in_reply_to=ours.msg_id)
    refused(ministry, police.seal(ministry, body=prying), "was not exchanged with its sender")


def test_the_id_of_another_packet_is_not_taken(
    customs: Authority, ministry: Authority, tmp_path: Path
) -> None:
    police = authority(tmp_path / "police", "Police")
    introduce(customs, ministry, police)
    theirs = ministry.open(customs.seal(ministry)).packet.body.msg_id
    refused(ministry, police.seal(ministry, body=tip(msg_id=theirs)), "has the id of another")
    ours = tip()
    ministry.seal(police, body=ours)
    refused(
        ministry, police.seal(ministry, body=tip(msg_id=ours.msg_id), name="b"), "has the id of"
    )
    with pytest.raises(ExchangeError, match="was sealed before"):
        ministry.seal(police, body=ours, name="again")


# Attachments


@pytest.mark.parametrize(
    "name",
    [
        "../secret",
        "/etc/passwd",
        "a/b",
        "a\\b",
        "C:evil",
        "..",
        ".",
        "",
        ".ssh",
        "nul.txt",
        "COM1",
        "a\0b",
        "a\nb",
        "report\u202egpj.exe",
        "trailing.",
        "-rf",
        "é" * 101,
        "e\u0301.txt",
        "\ud800",
    ],
)
def test_an_attachment_with_a_path_for_a_name_is_refused(
    customs: Authority, ministry: Authority, name: str
) -> None:
    with pytest.raises(ExchangeError, match="is a path or no plain file name"):
        check_attachment_name(name)
    if name == "\ud800":
        return
    said = document(customs, ministry)
    said["attachments"] = [
        {"name": name, "media_type": "text/plain", "size": 1, "sha256": sha256(b"x").hexdigest()}
    ]
    path = sealed_by_hand(customs, ministry, canonical.dumps(said), files=b"x")
    refused(ministry, path, "is a path or no plain file name")


def test_an_attachment_that_is_not_what_was_signed_is_refused(
    customs: Authority, ministry: Authority
) -> None:
    said = document(customs, ministry)
    digest = sha256(b"true").hexdigest()
    said["attachments"] = [
        {"name": "a.txt", "media_type": "text/plain", "size": 4, "sha256": digest}
    ]
    payload = canonical.dumps(said)
    for files in (b"fake",):
        path = sealed_by_hand(customs, ministry, payload, files=files)
        refused(ministry, path, "'a.txt' is not what was signed")
    path = sealed_by_hand(customs, ministry, payload, files=b"true" + b"hidden")
    refused(ministry, path, "padding of the packet holds something")
    assert ministry.open(sealed_by_hand(customs, ministry, payload, files=b"true"))


def test_a_file_that_cannot_be_sent_is_refused(
    customs: Authority, ministry: Authority, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, why in (
        (tmp_path / "absent.txt", "cannot be read: No such file"),
        (tmp_path, "cannot be read: Is a directory|no plain file"),
    ):
        with pytest.raises(ExchangeError, match=why):
            customs.seal(ministry, attach=(path,))
    assert customs.ledger.sent_to(tip().msg_id) == ()
    # None of it took a place on the channel.
    assert ministry.open(customs.seal(ministry)).packet.channel.sequence == 1


def test_a_file_that_changes_while_it_is_sealed_is_not_sent(
    customs: Authority, ministry: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "growing.csv"
    path.write_bytes(b"hs,country\n")

    def grow(*given: Any) -> None:
        with path.open("ab") as file:
            file.write(b"854231,RU\n")
        write_sealed(*given)

    monkeypatch.setattr("enduse.exchange.packets.sealed_file.write_sealed", grow)
    with pytest.raises(ExchangeError, match=r"growing\.csv changed while it was sealed"):
        customs.seal(ministry, attach=(path,))
    monkeypatch.undo()
    assert list((customs.folder / "out").iterdir()) == []
    assert ministry.open(customs.seal(ministry)).packet.channel.sequence == 1


def test_a_packet_that_no_carrier_takes_is_not_sealed(
    customs: Authority, ministry: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("enduse.exchange.packets.sending.MAX_PACKET_BYTES", 1 << 20)
    for size in ((1 << 20) - 100, (1 << 20) + 1):
        path = tmp_path / f"{size}.bin"
        path.write_bytes(bytes(size))
        with pytest.raises(ExchangeError, match="more than 1,048,576 bytes"):
            customs.seal(ministry, attach=(path,))
    assert not (customs.folder / "out").exists()
    assert ministry.open(customs.seal(ministry)).packet.channel.sequence == 1


def test_a_body_that_contradicts_itself_is_not_sealed(
    customs: Authority, ministry: Authority
) -> None:
    for body, why in (
        (tip(kind="answer"), "must name what it replies to"),
        (tip(handling=handling(tlp="red", onward=Onward("allowed", ("a" * 64,)))), "TLP:RED"),
        (tip(content={"n": float("inf")}), "no canonical JSON form"),
        (tip(purpose=""), "field 'purpose'"),
        (tip(handling=handling(not_after=NOW)), "expired before it is sealed|would have expired"),
    ):
        with pytest.raises(ExchangeError, match=why):
            customs.seal(ministry, body=body)
    with pytest.raises(ExchangeError, match="has no recipient"):
        customs.seal(body=tip())
    assert not (customs.folder / "out").exists()
    assert ministry.open(customs.seal(ministry)).packet.channel.sequence == 1


def test_the_passphrase_and_keys_are_in_no_packet(customs: Authority, ministry: Authority) -> None:
    opened = ministry.open(customs.seal(ministry))
    everything = b"".join(p.read_bytes() for p in opened.folder.rglob("*") if p.is_file())
    assert PASSPHRASE.encode() not in everything
    assert customs.identity.signing_key("release", NOW).private_bytes() not in everything
